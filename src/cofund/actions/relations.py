"""How organisations stand to each other: relations are begun and ended, never taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.organisations import current, subject_of
from cofund.queries import clock
from cofund.records.directory.models import Certainty, Organisation, OrganisationRelation
from cofund.rules.relations import Tie, closes_circle

Kind = OrganisationRelation.Kind


@dataclass(frozen=True, slots=True)
class NewRelation:
    """That an organisation stands to another from a day on, or since a day that is not known; `category` for a member category."""

    organisation: Organisation
    kind: str
    other: Organisation
    category: str = ""
    from_on: date | None = None
    until_on: date | None = None
    source_url: str = ""
    certainty: str = Certainty.RECORDED
    note: str = ""


def relate(actor: Actor, wanted: NewRelation, *, at: datetime | None = None) -> OrganisationRelation:
    """Record a relation. Eligibility that was checked before is checked again because of it.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it leads to itself, ends before it begins, has a category where none belongs, closes a circle of
            control, or is known already.
    """
    actor.require("relate organisations")
    words = f"{wanted.organisation.name} {Kind(wanted.kind).label} {wanted.other.name}"
    asked = f"You asked to record that {words}."
    instant = at or clock.now()
    with writing():
        first, second = sorted((wanted.organisation, wanted.other), key=lambda one: one.pk)
        for one in (first, second):
            current(one, asked)
        _check(wanted, asked)
        made = OrganisationRelation.objects.create(
            organisation=wanted.organisation,
            kind=wanted.kind,
            other=wanted.other,
            category=" ".join(wanted.category.split()),
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            source_url=wanted.source_url,
            certainty=wanted.certainty,
            note=wanted.note,
            recorded_at=instant,
        )
        after = {"relation": made.pk, "says": words, "category": made.category, "from": _iso(made.from_on)}
        for one in (wanted.organisation, wanted.other):
            audit.record(
                actor, "relate organisations", subject_of(one), at=instant, after=after, evidence=wanted.source_url
            )
        return made


def end(
    actor: Actor, relation: OrganisationRelation, until_on: date, reason: str = "", *, at: datetime | None = None
) -> OrganisationRelation:
    """Record the last day of a relation.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has ended already, or the day lies before its first.
    """
    actor.require("end relation")
    asked = f"You asked to end the relation: {relation}."
    with writing():
        row = OrganisationRelation.objects.select_for_update().get(pk=relation.pk)
        if row.until_on is not None:
            wrong = f"It ended on {row.until_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Record a new one where it began again.")
        if row.from_on is not None and until_on < row.from_on:
            wrong = f"It began on {row.from_on.isoformat()}, which is later."
            raise Refused(asked=asked, wrong=wrong, remedy="Enter a later day.", field="until_on")
        row.until_on = until_on
        row.save(update_fields=["until_on"])
        after = {"relation": row.pk, "says": str(row), "until": _iso(until_on)}
        for one in (row.organisation, row.other):
            audit.record(
                actor, "end relation", subject_of(one), at=at or clock.now(), before={"until": None}, after=after,
                reason=reason,
            )  # fmt: skip
        return row


def _check(wanted: NewRelation, asked: str) -> None:
    """Check a relation before it is written. Raises: Refused."""
    if wanted.organisation.pk == wanted.other.pk:
        raise Refused(
            asked=asked, wrong="Both are the same organisation.", remedy="Choose the other one.", field="other"
        )
    if wanted.from_on and wanted.until_on and wanted.until_on < wanted.from_on:
        wrong = "It would end before it begins."
        raise Refused(asked=asked, wrong=wrong, remedy="Exchange the two days.", field="until_on")
    has_category = bool(wanted.category.strip())
    if has_category != (wanted.kind == Kind.MEMBER_CATEGORY_OF):
        wrong = "A category belongs to a member category only." if has_category else "The member category has no name."
        remedy = (
            "Clear it, or choose member category." if has_category else "Enter it, for example Partner in Research."
        )
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="category")
    known = OrganisationRelation.objects.filter(
        organisation=wanted.organisation, other=wanted.other, kind=wanted.kind, until_on=None
    )
    if wanted.until_on is None and known.exists():
        raise Refused(asked=asked, wrong="This stands already.", remedy="End that relation first.", field="other")
    if wanted.kind == Kind.CONTROLS and _closes_circle(wanted):
        wrong = f"{wanted.other} controls {wanted.organisation} already, by itself or through others."
        remedy = "Nobody controls who controls it. Look which of the two is right, and end the other relation."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="other")


def _closes_circle(wanted: NewRelation) -> bool:
    """Whether the relations of control that stand at some time with this one would lead back to where it starts."""
    rows = OrganisationRelation.objects.filter(kind=Kind.CONTROLS)
    if wanted.from_on is not None:
        rows = rows.filter(Q(until_on=None) | Q(until_on__gte=wanted.from_on))
    if wanted.until_on is not None:
        rows = rows.filter(Q(from_on=None) | Q(from_on__lte=wanted.until_on))
    ties = [Tie(row.organisation_id, row.kind, row.other_id) for row in rows]
    return closes_circle(wanted.organisation.pk, wanted.other.pk, ties)


def _iso(on: date | None) -> str | None:
    """A day for the audit trail."""
    return on.isoformat() if on else None
