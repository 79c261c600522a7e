"""Finds an organisation by what somebody wrote: by its exact name where that is certain, else by a part of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from cofund.records.directory.models import Contact, Organisation, OrganisationName

# Everybody can have an address there: it says nothing about an organisation.
FREE_MAIL: Final = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "yahoo.com",
            "icloud.com",
        ),
        *("me.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.com"),
    }
)


def normalised(name: str) -> str:
    """A name as it is compared: letters in one form and case, spaces made one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def domain_of(email: str) -> str:
    """The domain of an e-mail address, where it says something about an organisation; else empty."""
    domain = email.rpartition("@")[2].strip().casefold()
    return "" if domain in FREE_MAIL else domain


def certain(name: str, email: str, country: str = "") -> Organisation | None:
    """Give the one organisation that a stranger certainly means; None where there is none, or a doubt.

    Certain is: the full name, or another name on record, is the same but for case and spaces; or it is the short name, and the
    domain of the e-mail address is that of the organisation's website or of one of its contacts. Never where the countries differ,
    and never where two organisations fit. An organisation that was merged is found as the one that it was merged into.
    """
    wanted = normalised(name)
    if not wanted:
        return None
    full = {
        *(key for key, other in Organisation.objects.values_list("pk", "name") if normalised(other) == wanted),
        *(
            key
            for key, other in OrganisationName.objects.values_list("organisation", "name")
            if normalised(other) == wanted
        ),
    }
    rows = list(Organisation.objects.filter(pk__in=full).select_related("merged_into"))
    if not rows:
        rows = [one for one in of_domain(domain_of(email)) if normalised(one.short_name) == wanted]
    found = {one.pk: one for one in (_kept(row) for row in rows)}
    if len(found) != 1:
        return None
    (only,) = found.values()
    return None if country and only.country and country.upper() != only.country else only


def of_domain(domain: str) -> list[Organisation]:
    """The organisations whose website or contacts are of a domain; none where it is empty."""
    if not domain:
        return []
    keys = set(Contact.objects.filter(email__iendswith=f"@{domain}").values_list("organisation", flat=True))
    sites: Iterable[tuple[int, str]] = Organisation.objects.filter(website__icontains=domain).values_list(
        "pk", "website"
    )
    keys |= {key for key, site in sites if (urlsplit(site).hostname or "").removeprefix("www.").casefold() == domain}
    return list(Organisation.objects.filter(pk__in=keys).select_related("merged_into"))


def _kept(organisation: Organisation) -> Organisation:
    """The organisation itself, or the one that it was merged into."""
    return organisation.merged_into or organisation
