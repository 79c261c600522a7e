"""Plans for a year: written, handed in, approved by the board or returned, and amended one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import checks, decided
from cofund.actions.actors import Actor
from cofund.actions.decided import Stated
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.rounds import guarding, telling
from cofund.queries import points, rounds, schemes
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Activity, Contribution, Plan, PlanLine
from cofund.records.programme.models import Scheme
from cofund.rules.rounds import PLANNED, due_on


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a plan: the activity or the contribution, what it is planned to be worth in cents, and a note."""

    amount_cents: int
    activity: Activity | None = None
    contribution: Contribution | None = None
    note: str = ""


def start(actor: Actor, scheme: Scheme, organisation: Organisation, year: int, *, at: datetime | None = None) -> Plan:
    """Start the plan of an organisation for a year.

    Raises:
        NotAllowed: the role does not include it, or the organisation has not given the right.
        Refused: there is a plan for that year, the programme asks for none, or the year is outside of it.
    """
    instant = guarding.now(at)
    guarding.require(actor, organisation, "write plan")
    asked = f"You asked to plan {year} for {organisation}."
    rules, _ = schemes.current(scheme.code)
    kinds = [rule.code for rule in rules.kinds if rule.plan]
    if not kinds:
        remedy = "Nothing has to be done."
        raise Refused(asked=asked, wrong=f"{rules.name} asks for no plan.", remedy=remedy, field="scheme")
    check_year(rules.starts_on, rules.ends_on, year, asked)
    with writing():
        row = guarding.locked_scheme(scheme)
        if Plan.objects.filter(scheme=row, organisation=organisation, year=year).exists():
            remedy = "Open it, and amend it there."
            raise Refused(asked=asked, wrong="There is a plan for that year.", remedy=remedy, field="year")
        due = due_on(rules, PLANNED, kinds, year)
        plan = _new(actor, row, organisation, year, 1, due, instant)
        guarding.record(actor, plan, "write plan", instant)
        return plan


def write_line(actor: Actor, plan: Plan, planned: Planned, *, at: datetime | None = None) -> PlanLine:
    """Write a line of a draft; a line about the same activity or contribution is replaced.

    Raises:
        NotAllowed, Refused: the plan is no draft, or the line is about something of another organisation.
    """
    instant = guarding.now(at)
    with guarding.plan_step(actor, plan, "write plan") as row:
        rules, _ = schemes.current(row.scheme.code)
        asked = f"You asked to plan {planned.activity or planned.contribution} for {row.year}."
        checks.check_size(planned.amount_cents, rules.currency, asked)
        about = rounds.of_organisation(row.scheme, row.organisation)
        if not about.has(planned.activity, planned.contribution):
            wrong = f"It is nothing of {row.organisation} in this programme."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose one of the list.", field="about")
        same = row.lines.filter(activity=planned.activity, contribution=planned.contribution)
        line = same.first() or PlanLine(
            plan=row,
            number=(row.lines.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            activity=planned.activity,
            contribution=planned.contribution,
        )
        line.amount_cents, line.note = planned.amount_cents, planned.note.strip()
        line.save()
        after = {"line": line.number, "amount_cents": line.amount_cents}
        guarding.record(actor, row, "write plan", instant, after=after)
        return line


def remove_line(actor: Actor, plan: Plan, number: int, *, at: datetime | None = None) -> None:
    """Take a line out of a draft."""
    instant = guarding.now(at)
    with guarding.plan_step(actor, plan, "write plan") as row:
        row.lines.filter(number=number).delete()
        guarding.record(actor, row, "write plan", instant, after={"removed_line": number})


def submit(actor: Actor, plan: Plan, *, at: datetime | None = None) -> Plan:
    """Hand a plan in; from then on this version never changes.

    Raises:
        NotAllowed, Refused: it is no draft, or has no line.
    """
    instant = guarding.now(at)
    with guarding.plan_step(actor, plan, "submit plan") as row:
        if not row.lines.exists():
            remedy = "Add a line for each activity; one of nothing says that nothing is planned."
            raise Refused(asked=f"You asked to hand in: {row}.", wrong="It has no line.", remedy=remedy)
        row.status, row.submitted_at = Plan.Status.SUBMITTED, instant
        row.save()
        guarding.record(actor, row, "submit plan", instant)
        return row


def approve(actor: Actor, plan: Plan, number: str, decided_on: date | None, *, at: datetime | None = None) -> Plan:
    """Record that the board approved a plan; the version that held before is superseded.

    Raises:
        NotAllowed, Refused: it is not handed in, or there is no decision behind it.
    """
    instant = guarding.now(at)
    with guarding.plan_step(actor, plan, "approve plan") as row:
        asked = f"You asked to approve: {row}."
        stated = Stated(number, decided_on, f"Plan of {row.organisation} for {row.year}")
        about = points.of_plan(row.organisation, row.year)
        row.decision = decided.take(actor, row.scheme, stated, about, asked, at=instant)
        held = Plan.objects.filter(scheme=row.scheme_id, organisation=row.organisation_id, year=row.year)
        held.filter(status=Plan.Status.APPROVED).update(status=Plan.Status.SUPERSEDED)
        row.status, row.decided_at = Plan.Status.APPROVED, instant
        row.save()
        guarding.record(actor, row, "approve plan", instant, after=decided.said(row.decision))
        return row


def send_back(actor: Actor, plan: Plan, reason: str, *, at: datetime | None = None) -> Plan:
    """Return a plan with a reason; the next version is another amendment.

    Raises:
        NotAllowed, Refused: it is not handed in, or no reason is given.
    """
    instant = guarding.now(at)
    with guarding.plan_step(actor, plan, "return plan") as row:
        row.reason = guarding.said(reason, f"You asked to return: {row}.")
        row.status, row.decided_at = Plan.Status.RETURNED, instant
        row.save()
        guarding.record(actor, row, "return plan", instant, reason=row.reason)
        telling.tell_returned(row, f"plan/{row.pk}", row.reason, instant)
        return row


def amend(actor: Actor, plan: Plan, reason: str, *, at: datetime | None = None) -> Plan:
    """Start the next version of a plan with the lines of this one. The one that is approved holds until the next is.

    Raises:
        NotAllowed, Refused: another amendment is under way, this is not the newest version, or no reason is given.
    """
    instant = guarding.now(at)
    with guarding.plan_step(actor, plan, "amend plan") as row:
        asked = f"You asked to amend: {row}."
        words = guarding.said(reason, asked)
        versions = Plan.objects.filter(scheme=row.scheme_id, organisation=row.organisation_id, year=row.year)
        newest = versions.order_by("-number")[0]
        if newest.status in (Plan.Status.DRAFT, Plan.Status.SUBMITTED):
            wrong = f"Version {newest.number} is under way, and a plan is amended by one at a time."
            raise Refused(
                asked=asked, wrong=wrong, remedy="Wait until the board has decided on it, or change its draft."
            )
        made = _new(actor, row.scheme, row.organisation, row.year, newest.number + 1, row.due_on, instant, words)
        PlanLine.objects.bulk_create(
            PlanLine(
                plan=made,
                number=line.number,
                activity=line.activity,
                contribution=line.contribution,
                amount_cents=line.amount_cents,
                note=line.note,
            )
            for line in row.lines.all()
        )
        guarding.record(actor, made, "amend plan", instant, reason=words)
        return made


def check_year(starts_on: date | None, ends_on: date | None, year: int, asked: str) -> None:
    """Refuse a year outside of a programme.

    Raises:
        Refused: with `field` year.
    """
    if (starts_on and year < starts_on.year) or (ends_on and year > ends_on.year) or not 1950 <= year <= 2200:
        raise Refused(asked=asked, wrong="The programme does not run in that year.", remedy="Check it.", field="year")


def _new(
    actor: Actor,
    scheme: Scheme,
    organisation: Organisation,
    year: int,
    number: int,
    due: date | None,
    at: datetime,
    reason: str = "",
) -> Plan:
    """A new draft."""
    return Plan.objects.create(
        scheme=scheme,
        organisation=organisation,
        year=year,
        number=number,
        due_on=due,
        reason=reason,
        written_by=actor.name,
        written_at=at,
    )
