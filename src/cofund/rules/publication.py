"""Who may read which field of a record: the table of all fields that are shown to somebody, and what may be held back.

A field is for everybody (`public`), for people of the programme's partners (`partners`), or for the office alone (`office`). What a
scheme states in `[[publication.fields]]` replaces the default here. Where the law has something published, it can be held back only
until a day. Source: Regulation (EU) 2021/2085, Articles 33, 34 and 116(e), as the scheme itself states them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cofund.rules.scheme_readers import MONTHS
from cofund.rules.schemes import Scheme

PUBLIC, PARTNERS, OFFICE = "public", "partners", "office"
# From the narrowest to the widest.
AUDIENCES: Final = (OFFICE, PARTNERS, PUBLIC)
AUDIENCE_WORDS: Final = {
    PUBLIC: "Everybody",
    PARTNERS: "People of the programme's partners, and the office",
    OFFICE: "The office and auditors",
}
CONTRIBUTION, ORGANISATION, TOPIC = "contribution", "organisation", "topic"
GIVER, AMOUNT, PLACE, SOURCE, REASON = "giver", "amount", "place", "source", "reason"
ASSUMPTION: Final = "assumption"
NAME, WEBSITE, IDENTIFIERS, TEXT, CREDITS = "name", "website", "identifiers", "text", "credits"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is shown to somebody. `rule` says what else decides, as from when on; it is told and not computed.

    `can_differ` tells whether the office can make an exception for one record; elsewhere another step decides, which `rule` names.
    """

    record: str
    key: str
    label: str
    audience: str
    rule: str = ""
    can_differ: bool = False

    @property
    def code(self) -> str:
        """Record and field in one word, as a scheme writes it."""
        return f"{self.record}.{self.key}"


@dataclass(frozen=True, slots=True)
class Default:
    """Who may read a field by the rules of a programme, and where they come from; `is_law` where a source has it published."""

    field: Field
    audience: str
    source: str
    is_law: bool = False


_STAGE: Final = "From the stage on that the programme publishes; before it, the office and the partner itself."
_PLEDGED: Final = (
    _STAGE + " Pledged to a topic that waits for its project, and in sums of the programme, it is told without a name."
)
_WHOLE: Final = "With all that their entries are about; that something is assumed is always marked."
_LETTER: Final = "The letter itself is read by its partner and the office."

FIELDS: Final = (
    Field(CONTRIBUTION, GIVER, "Who gives it", PUBLIC, _STAGE, can_differ=True),
    Field(CONTRIBUTION, AMOUNT, "Amount and match", PUBLIC, _PLEDGED, can_differ=True),
    Field(CONTRIBUTION, "kind", "Kind and role", PUBLIC),
    Field(CONTRIBUTION, "target", "Topic or project it is for", PUBLIC),
    Field(CONTRIBUTION, PLACE, "Place of its costs", PUBLIC, _STAGE, can_differ=True),
    Field(CONTRIBUTION, SOURCE, "Sources of its amounts", PUBLIC, _STAGE, can_differ=True),
    Field(CONTRIBUTION, ASSUMPTION, "What is assumed in its entries, in words", PUBLIC, _WHOLE, can_differ=True),
    Field(CONTRIBUTION, REASON, "Why it was booked, and by whom", OFFICE, can_differ=True),
    Field(CONTRIBUTION, "progress", "Reported, certified, validated", OFFICE, "In public only as a sum over several."),
    Field(ORGANISATION, NAME, "Name", PUBLIC, "Once something of it is public.", can_differ=True),
    Field(ORGANISATION, "kind", "Kind and country", PUBLIC, "With its name."),
    Field(ORGANISATION, WEBSITE, "Website", PUBLIC, "With its name.", can_differ=True),
    Field(ORGANISATION, IDENTIFIERS, "PIC, ROR, LEI and VAT number", PUBLIC, "With its name.", can_differ=True),
    Field(ORGANISATION, "relations", "Relations to others", PUBLIC, "Once both names are public."),
    Field(ORGANISATION, "contacts", "Contacts", OFFICE),
    Field(ORGANISATION, "interests", "Interests and offers", OFFICE),
    Field(ORGANISATION, "exchanges", "Exchanges and next steps", OFFICE),
    Field("letter", "subject", "Subject, activities and duration", OFFICE, _LETTER),
    Field("letter", "lines", "Contribution lines", OFFICE, "In public as the contributions that are booked from them."),
    Field("letter", "conditions", "Conditions", OFFICE, _LETTER),
    Field("letter", "statements", "Statements on origin and other Union money", OFFICE, _LETTER),
    Field("letter", "signatory", "Signatory, authority and contact", OFFICE, _LETTER),
    Field("letter", "consent", "Consent to publication", OFFICE, "It decides whether its partner is named before."),
    Field(TOPIC, "title", "Code, title and where it stands", PUBLIC),
    Field(TOPIC, TEXT, "Text", PUBLIC, "Once it is published.", can_differ=True),
    Field(TOPIC, CREDITS, "Who is credited", PUBLIC, "As the proposer wishes.", can_differ=True),
    Field(TOPIC, "comments", "Comments of the public, and answers", PUBLIC, "Once the e-mail address is confirmed."),
    Field("idea", "text", "Text", PUBLIC, "Where its proposer agrees, and the office shows it."),
    Field("idea", "proposer", "Who proposed it", PUBLIC, "Where its proposer wishes to be credited."),
    Field("decision", "text", "Decision", PUBLIC, "Once it is published, and where the programme publishes decisions."),
    Field("decision", "votes", "Votes", OFFICE, "Read in the group; published where the programme publishes votes."),
    Field("project", "facts", "Title, days and grant agreement", PUBLIC),
    Field(
        "project",
        "money",
        "Sums by source and channel",
        PUBLIC,
        "Without amounts that are held back or not public yet.",
    ),
    Field("project", "participants", "Participants of the grant", PUBLIC, "Named as their organisations are."),
    Field("report", "amounts", "Reported and validated amounts", OFFICE, "In public only as sums."),
    Field("report", "certificates", "Certificates and papers", OFFICE),
)
BY_CODE: Final = {one.code: one for one in FIELDS}
CODES: Final = tuple(BY_CODE)


def fields_of(record: str) -> tuple[Field, ...]:
    """The fields of a kind of record, in the order of the table."""
    return tuple(one for one in FIELDS if one.record == record)


def default_of(scheme: Scheme, field: Field, *, in_kind: bool = False) -> Default:
    """Who may read a field by a programme's rules.

    Args:
        scheme: the programme.
        field: a field of the table.
        in_kind: of the amount of a contribution, whether it is given in kind: the law names amounts by it.

    Source: what the scheme states in `[[publication.fields]]`, then `publication.per_participant` with its source.
    """
    stated = next((one for one in scheme.publication.fields if one.field == field.code), None)
    if stated is not None:
        return Default(field, stated.audience, stated.source, stated.audience == PUBLIC and stated.required_by_law)
    figure = scheme.figure("publication.per_participant")
    named = "committed_in_kind" if in_kind else "committed_financial"
    is_asked = field.code == "contribution.giver" or (
        field.code == "contribution.amount" and named in scheme.publication.per_participant
    )
    if is_asked and scheme.publication.per_participant and figure is not None:
        return Default(field, field.audience, figure.source, figure.certainty == "verified")
    return Default(field, field.audience, "The product's own default")


def reads(reader: str, audience: str) -> bool:
    """Tell whether a reader of one kind (`public`, `partners`, `office`) may read what is for an audience."""
    return AUDIENCES.index(reader) <= AUDIENCES.index(audience)


def faults(default: Default, audience: str, reason: str, from_on: date, until_on: date | None) -> Mapping[str, str]:
    """What stands against an exception, by the field of its form; empty where it may be made.

    Args:
        default: who may read the field by the rules.
        audience: who may read it by the exception.
        reason: why.
        from_on: the day from which on it holds.
        until_on: the first day on which it no longer holds; None where it holds until it is lifted.
    """
    found: dict[str, str] = {}
    if not default.field.can_differ:
        found["field"] = f"“{default.field.label}” follows another rule: {default.field.rule or 'it is always shown.'}"
    if audience == default.audience and audience == OFFICE:
        found["audience"] = "This is what the rules say already."
    if not reason.strip():
        found["reason"] = "Say why."
    if until_on is not None and until_on <= from_on:
        found["until_on"] = "The last day of an exception lies after its first."
    if default.is_law and audience != PUBLIC and until_on is None:
        found["until_on"] = f"The law has this published ({default.source}): say until when it is held back."
    return found


def held_words(until_on: date | None, reason: str) -> str:
    """What stands instead of something that is held back: until when, and why; without a reason where that is not public."""
    until = f" until {until_on.day} {MONTHS[until_on.month - 1]} {until_on.year}" if until_on is not None else ""
    return f"not published{until}" + (f": {reason.strip().rstrip('.')}" if reason.strip() else "")
