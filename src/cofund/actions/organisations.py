"""Adds an organisation: a legal body that can stand behind a contribution, recorded with the little that is known at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.directory.models import Organisation

LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is stated of an organisation that the site does not know yet; `country` is an ISO 3166-1 alpha-2 code or empty."""

    name: str
    kind: str = Organisation.Kind.UNKNOWN
    country: str = ""
    source_url: str = ""


def add(actor: Actor, wanted: NewOrganisation, *, at: datetime | None = None) -> Organisation:
    """Add an organisation and leave its audit row.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has no name, or one that the site already knows.
    """
    actor.require("add organisation")
    name = " ".join(wanted.name.split())
    slug = slugify(name)[:LONGEST_SLUG]
    with writing():
        if not slug:
            raise _refused(name, "It has no name that can be read.", "Enter the legal name of the organisation.")
        known = Organisation.objects.filter(slug=slug).first() or Organisation.objects.filter(name__iexact=name).first()
        if known is not None:
            raise _refused(
                name,
                f"The site already knows {known.name}.",
                "Choose it from the list, or enter the name that tells them apart.",
            )
        made = Organisation.objects.create(
            slug=slug, name=name, kind=wanted.kind, country=wanted.country.upper(), source_url=wanted.source_url
        )
        audit.record(
            actor,
            "add organisation",
            f"organisation/{slug}",
            at=at or clock.now(),
            after={"name": name, "kind": str(wanted.kind), "country": made.country},
            evidence=wanted.source_url,
        )
        return made


def _refused(name: str, wrong: str, remedy: str) -> Refused:
    """The refusal of an organisation, for the field of its name."""
    return Refused(asked=f"You asked to add the organisation “{name}”.", wrong=wrong, remedy=remedy, field="new_name")
