"""Additional activities of members: recorded by the member or the office, and refused where the law does not let one count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import audit, checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.rounds import guarding
from cofund.queries import rounds, schemes
from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models import Activity
from cofund.records.programme.models import Project, Scheme
from cofund.rules.rounds import Objection, cost_objections, not_given_by, planned_kinds, window_of


@dataclass(frozen=True, slots=True)
class NewActivity:
    """What is said of an additional activity; `project` None is one of the programme as a whole, an unknown day is None."""

    organisation: Organisation
    role: str
    kind: str
    title: str
    description: str = ""
    project: Project | None = None
    place: str = "unknown"
    country: str = ""
    from_on: date | None = None
    until_on: date | None = None
    certainty: str = Certainty.RECORDED


def record(actor: Actor, scheme: Scheme, wanted: NewActivity, *, at: datetime | None = None) -> Activity:
    """Record an additional activity of an organisation.

    Raises:
        NotAllowed: the role does not include it, or the organisation has not given the right.
        Refused: the role may not give this kind, with the article; its place or its days are outside of what counts.
    """
    instant = guarding.now(at)
    guarding.require(actor, wanted.organisation, "record activity")
    asked = f"You asked to record an activity of {wanted.organisation}: {wanted.title[:100]}."
    rules, _ = schemes.current(scheme.code)
    held = rounds.held_roles(scheme, wanted.organisation)
    if wanted.role not in held:
        words = ", ".join(rules.role(role).label for role in held) or "no role at all"
        wrong = f"{wanted.organisation} stands in this programme as: {words}."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose that role, or ask the office.", field="role")
    refuse(not_given_by(rules, wanted.kind, wanted.role), asked)
    rule = rules.kind(wanted.kind)
    if rule not in planned_kinds(rules):
        wrong = f"{rule.label} is given to a project and stands in the books as a contribution."
        raise Refused(asked=asked, wrong=wrong, remedy="Report it as that contribution.", field="kind")
    if not wanted.title.strip():
        raise Refused(asked=asked, wrong="It has no title.", remedy="Say what is done.", field="title")
    if wanted.from_on and wanted.until_on and wanted.until_on < wanted.from_on:
        wrong = "It would end before it starts."
        raise Refused(asked=asked, wrong=wrong, remedy="Check the two days.", field="until_on")
    window = window_of(rule, rounds.anchors_of(wanted.project)) if wanted.project else None
    days = {"from_on": wanted.from_on, "until_on": wanted.until_on}
    for objection in cost_objections(
        rules, wanted.kind, place=wanted.place, country=wanted.country, window=window, **days
    ):
        refuse(objection, asked)
    with writing():
        row = guarding.locked_scheme(scheme)
        number = Activity.objects.filter(scheme=row).count() + 1
        made = Activity.objects.create(
            scheme=row,
            reference=f"{row.code}-activity-{number}",
            organisation=wanted.organisation,
            role=wanted.role,
            kind=wanted.kind,
            title=wanted.title.strip(),
            description=wanted.description.strip(),
            project=wanted.project,
            place=wanted.place,
            country=checks.country(wanted.country, asked),
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            certainty=wanted.certainty,
            made_by=actor.name,
            made_at=instant,
        )
        after = {"title": made.title, "kind": made.kind, "role": made.role, "place": made.place}
        audit.record(actor, "record activity", f"{row.code}/activity/{made.reference}", at=instant, after=after)
        return made


def refuse(objection: Objection | None, asked: str) -> None:
    """Refuse what there is an objection to, with its article; let pass what there is none to.

    Raises:
        Refused: with the field that the objection is about.
    """
    if objection is None:
        return
    wrong = f"{objection.words} ({objection.article})" if objection.article else objection.words
    raise Refused(asked=asked, wrong=wrong, remedy=objection.remedy, field=objection.field)
