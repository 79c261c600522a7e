"""The columns of grant sheets and participant sheets: what each holds, and the headings under which grant systems write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cofund.rules.consortium_columns import YES_NO, Asked
from cofund.rules.schemes import Scheme

GRANTS: Final = "grants"
PARTICIPANTS: Final = "participants"
# Rows of one sheet that are read; a project has tens of participants, a large programme a few hundred grants.
MOST_ROWS: Final = 2_000
BENEFICIARY: Final = "beneficiary"
ASSOCIATED: Final = "associated"
# What takes part in a Horizon Europe grant without funding. Schemes call a contributor of theirs almost the same.
HE_ASSOCIATED: Final = "HE associated partner (no funding)"
KINDS: Final[tuple[tuple[str, str], ...]] = (
    (BENEFICIARY, "Beneficiary"),
    ("affiliated", "Affiliated entity"),
    (ASSOCIATED, HE_ASSOCIATED),
    ("contributing", "Contributing entity"),
)
# Further words for the role in a grant, as grant systems and CORDIS write them, without spaces and capitals.
KIND_WORDS: Final[Mapping[str, str]] = {
    "coordinator": BENEFICIARY,
    "participant": BENEFICIARY,
    "partner": BENEFICIARY,
    "bnrf": BENEFICIARY,
    "affiliated": "affiliated",
    "linkedthirdparty": "affiliated",
    "thirdparty": "affiliated",
    "heassociatedpartner": ASSOCIATED,
    "associatedpartnernofunding": ASSOCIATED,
}
# Identifiers besides the PIC by which an organisation is known.
OTHER_IDENTIFIERS: Final = (("ror", "ROR identifier"), ("lei", "LEI"), ("vat_number", "VAT number"))
# The words that mean two things, as a column or as a role; they are refused unless somebody says what they mean.
UNCLEAR: Final = "associatedpartner"
# Other headings for the same thing, as they are compared: without spaces, signs and capitals.
_OTHER_HEADINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("grantagreementnumber", "ganumber", "projectid", "projectnumber", "project", "id"), "grant"),
    **dict.fromkeys(("projectacronym", "shorttitle"), "acronym"),
    **dict.fromkeys(("topiccode", "topics", "topicid"), "topic"),
    **dict.fromkeys(("startdate", "projectstartdate"), "starts_on"),
    **dict.fromkeys(("enddate", "projectenddate"), "ends_on"),
    **dict.fromkeys(("ecsignaturedate", "signaturedate", "dateofsignature"), "signed_on"),
    **dict.fromkeys(("no", "participantnumber", "order", "number"), "number"),
    **dict.fromkeys(("piccode", "organisationid", "organizationid", "participantidentificationcode"), "pic"),
    **dict.fromkeys(("ror", "rorid"), "ror"),
    **dict.fromkeys(("legalentityidentifier",), "lei"),
    **dict.fromkeys(("vat", "vatno", "vatid"), "vat_number"),
    **dict.fromkeys(("name", "participant", "organisation", "organisationlegalname", "participantlegalname"), "name"),
    **dict.fromkeys(("organisationshortname", "participantshortname"), "short_name"),
    **dict.fromkeys(("countrycode",), "country"),
    **dict.fromkeys(("role", "typeofparticipant", "participanttype", "organisationrole"), "kind"),
    **dict.fromkeys(("totalcost", "totalcosts", "totaleligiblecosts", "eligiblecost"), "cost"),
    **dict.fromkeys(
        ("eccontribution", "eucontribution", "requestedeucontribution", "maximumeucontribution", "maxeucontribution"),
        "public",
    ),
    **dict.fromkeys(("inkind", "inkindcontribution", "owncost", "owncontribution"), "in_kind"),
    **dict.fromkeys(("cash", "financialcontribution"), "cash"),
}
_CURRENCY: Final = re.compile(r"[(\[]?\b([A-Z]{3})\b[)\]]?\s*$")
_SIGNS: Final = re.compile(r"[^a-z0-9]+")


def asked(scheme: Scheme, kind: str, *, has_project: bool) -> tuple[Asked, ...]:
    """The columns of a kind of sheet; `has_project` tells that all rows are about one project, so that none has to name it."""
    return _of_grants() if kind == GRANTS else _of_participants(scheme, has_project=has_project)


def heading_key(scheme: Scheme, columns: tuple[Asked, ...], written: str) -> str:
    """The key of the column that a heading means; empty where it means none of them."""
    keys = {plain(one.heading(scheme.currency)): one.key for one in columns}
    keys |= {plain(one.label): one.key for one in columns}
    text = plain(without_currency(written))
    known = {one.key for one in columns}
    other = _OTHER_HEADINGS.get(text, "")
    return keys.get(plain(written)) or keys.get(text) or (other if other in known else "")


def without_currency(heading: str) -> str:
    """A heading without the currency that it ends in."""
    return _CURRENCY.sub("", heading) if currency_of(heading) else heading


def currency_of(heading: str) -> str:
    """The currency in which a heading says that its amounts are, `EUR`; empty where it says none."""
    found = _CURRENCY.search(heading.strip())
    # "PIC" is a heading of three capitals, and no currency.
    return found[1] if found and found[0].strip() != heading.strip() else ""


def plain(written: str) -> str:
    """Words as they are compared."""
    return _SIGNS.sub("", written.casefold())


def _of_grants() -> tuple[Asked, ...]:
    """What a sheet of grants says of each."""
    day = "Year-month-day, for example 2027-01-31, or a day as Excel keeps it."
    return (
        Asked("grant", "Grant agreement", is_needed=True, longest=20),
        Asked("acronym", "Acronym", is_needed=True, longest=80),
        Asked("title", "Title", longest=400),
        Asked("topic", "Topic", longest=80, hint="Code of a topic that the site has."),
        Asked("starts_on", "Starts on", "day", hint=day),
        Asked("ends_on", "Ends on", "day", hint=day),
        Asked("signed_on", "Signed on", "day", hint=day),
    )


def _of_participants(scheme: Scheme, *, has_project: bool) -> tuple[Asked, ...]:
    """What a sheet of participants says of each."""
    hint = "Number of the grant agreement, or the acronym of the project."
    return (
        Asked("grant", "Grant agreement", is_needed=not has_project, longest=80, hint=hint),
        Asked(
            "number", "Number", "number",
            hint="Place in the grant, from 1; else the order of the rows. An affiliated entity can have its beneficiary's.",
        ),
        Asked("pic", "PIC", "pic", longest=9, hint="Nine digits; it tells organisations apart."),
        *(Asked(key, label, longest=120, hint="It tells organisations apart, too.") for key, label in OTHER_IDENTIFIERS),
        Asked("name", "Legal name", is_needed=True, longest=300),
        Asked("short_name", "Short name", longest=300, hint="Left out where it is longer than 80 characters."),
        Asked("country", "Country", "country", is_needed=True, longest=2, hint="Two letters, for example DE."),
        Asked("kind", "Role in the grant", "kind", choices=KINDS, hint="Or coordinator, which is a beneficiary too."),
        Asked("he_associated", HE_ASSOCIATED, "choice", choices=YES_NO, hint="In place of a role: yes or no."),
        Asked(
            "role", "Takes part as", "choice", choices=tuple((one.code, one.label) for one in scheme.roles),
            hint="Its role in the programme; empty for one that only gets public money.",
        ),
        Asked("cost", "Eligible costs", "money"),
        Asked("public", scheme.label("public_money"), "money"),
        Asked(
            "in_kind", "In-kind contribution", "money",
            hint="Own cost that nobody pays back; where it is empty, the costs less the public money.",
        ),
        Asked("cash", "Financial contribution", "money"),
    )  # fmt: skip
