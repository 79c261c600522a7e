"""The words of the scenario tables about the yearly round: activities, plans, reports, certificates, what is accepted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

from tests.books import FINANCE
from tests.spec.tables import as_written, cents
from tests.spec.world import AMOUNT, World, then, when

from cofund.actions.rounds import activities, checking, in_kind, plans, reports
from cofund.actions.rounds.activities import NewActivity
from cofund.actions.rounds.checking import Acceptance, NewCertificate
from cofund.actions.rounds.in_kind import Cost
from cofund.actions.rounds.plans import Planned
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries import rounds
from cofund.queries.contributions import states
from cofund.queries.documents import annual, participants
from cofund.queries.documents.given import Moment
from cofund.queries.documents.shapes import Filled, Value
from cofund.records.ledger.models import Activity, Contribution, Plan, Report
from cofund.records.programme.models import Project, Proposal, RoleHolding

KIND = "IKAA"


def report_of(world: World, who: str) -> Report:
    """The newest report of somebody."""
    return Report.objects.filter(organisation=world.office.organisation(who)).order_by("-pk")[0]


def activity_of(world: World, who: str) -> Activity:
    """The activity of somebody."""
    return Activity.objects.get(organisation=world.office.organisation(who))


def cost(amount: int, year: int, place: str = "eu") -> Cost:
    """One in-kind line of a year: an amount as a lump of work."""
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return Cost("personnel", "Work", "month", Decimal(1), amount, "EUR", *days, "usual", "Usual accounts", place)


@when(r"(.+?) holds the role (\w+)")
def _holds(world: World, who: str, role: str) -> None:
    RoleHolding.objects.create(scheme=world.office.row, organisation=world.office.organisation(who), role=role)


@when(r"project (\S+) was submitted on (\S+) and ends on (\S+)")
def _runs(world: World, name: str, submitted: str, ends: str) -> None:
    project = world.target(f"project {name}").project
    assert project is not None
    Project.objects.filter(pk=project.pk).update(ends_on=dt.date.fromisoformat(ends))
    topic = world.office.topic(f"of-{name}")
    Proposal.objects.create(topic=topic, code=name, project=project, submitted_on=dt.date.fromisoformat(submitted))


@when(r"(.+?) records an additional activity(?: of project (\S+))? as (\w+)(?: in (\w+))?(?: until (\S+))?")
def _activity(world: World, who: str, project: str | None, role: str, place: str | None, until: str | None) -> None:
    target = world.target(f"project {project}").project if project else None
    ends = dt.date.fromisoformat(until) if until else None
    organisation = world.office.organisation(who)
    wanted = NewActivity(
        organisation, role, KIND, "Training of hospitals", project=target, place=place or "eu", until_on=ends
    )
    activities.record(FINANCE, world.office.row, wanted, at=world.at)


@when(rf"(.+?) plans {AMOUNT} for (\d+)")
def _plans(world: World, who: str, amount: str, year: str) -> None:
    plan = plans.start(FINANCE, world.office.row, world.office.organisation(who), int(year), at=world.at)
    plans.write_line(FINANCE, plan, Planned(cents(amount), activity=activity_of(world, who)), at=world.at)
    plans.submit(FINANCE, plan, at=world.at)


@when(r"the plan of (.+?) is approved by the board")
def _approves(world: World, who: str) -> None:
    plan = Plan.objects.filter(organisation=world.office.organisation(who)).order_by("-number")[0]
    plans.approve(FINANCE, plan, f"GB-{plan.pk}", world.on, at=world.at)


@when(rf"the report of the grant says {AMOUNT} of (.+?) for (\d+)")
def _grant(world: World, amount: str, who: str, year: str) -> None:
    period = dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
    wanted = NewReport(world.office.organisation(who), int(year), *period, source=Report.Source.GRANT)
    report = reports.start(FINANCE, world.office.row, wanted, at=world.at)
    reports.write_line(FINANCE, report, Reported(cents(amount), contribution=world.one(who)), at=world.at)
    reports.submit(FINANCE, report, "Coordinator", at=world.at)


@when(rf"(.+?) reports {AMOUNT} of its activity for (\d+)")
def _reports(world: World, who: str, amount: str, year: str) -> None:
    period = dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
    wanted = NewReport(world.office.organisation(who), int(year), *period)
    report = reports.start(FINANCE, world.office.row, wanted, at=world.at)
    line = reports.write_line(FINANCE, report, Reported(activity=activity_of(world, who)), at=world.at)
    in_kind.add(FINANCE, report, line.number, cost(cents(amount), int(year)), at=world.at)
    reports.submit(FINANCE, report, "Finance director", at=world.at)


@when(rf"an independent auditor certifies {AMOUNT} of (.+?)(?: because (.+))?")
def _certifies(world: World, amount: str, who: str, why: str | None) -> None:
    said = ("Audit House", True, "Costs of the year, by ISAE 3000", "unqualified", world.on)
    wanted = NewCertificate(*said, cents={1: cents(amount)}, reasons={1: why or ""})
    checking.certify(FINANCE, report_of(world, who), wanted, at=world.at)


@when(rf"the office accepts {AMOUNT} of (.+?)(?: because (.+))?")
def _accepts(world: World, amount: str, who: str, why: str | None) -> None:
    accepted = {1: Acceptance(cents(amount), why or "")}
    checking.validate(FINANCE, report_of(world, who), accepted, at=world.at)


@then(r"refused with (.+)")
def _article(world: World, article: str) -> None:
    assert world.refusal is not None
    assert f"({article})" in world.refusal.wrong, world.refusal.wrong


@then(r"plan of (.+?) is (\w+) and due on (\S+)")
def _plan_is(world: World, who: str, state: str, due: str) -> None:
    plan = Plan.objects.filter(organisation=world.office.organisation(who)).order_by("-number")[0]
    assert (plan.status, str(plan.due_on)) == (state, due)


@then(r"report of (.+?) is (\w+)")
def _report_is(world: World, who: str, state: str) -> None:
    assert report_of(world, who).status == state


@then(r"report of (.+?) is due on (\S+) and (late|in time)")
def _is_late(world: World, who: str, due: str, how: str) -> None:
    report = report_of(world, who)
    assert (str(report.due_on), report.is_late) == (due, how == "late")


@then(rf"accepted of the activity of (.+?) {AMOUNT}")
def _accepted(world: World, who: str, amount: str) -> None:
    assert [line.validated_cents for line in report_of(world, who).lines.all()] == [cents(amount)]


@then(r"realisation of (.+?) ([\d.]+ %)")
def _realisation(world: World, who: str, share: str) -> None:
    assert as_written(rounds.funnel([world.one(who)]).realisation, share) == share


@then(r"certification yield of (.+?) ([\d.]+ %)")
def _yield(world: World, who: str, share: str) -> None:
    assert as_written(rounds.funnel([world.one(who)]).certification_yield, share) == share


def held(world: World) -> Counter[str]:
    """What the accounts of the books hold on the day, by stage: of contributions, and of their match after `match `."""
    found: Counter[str] = Counter()
    for state in states(Contribution.objects.filter(book__scheme__code=world.office.scheme), as_of=world.on):
        found.update(state.amounts)
    for tranche in ("a", "b"):
        standing = world.office.standing(tranche, world.on)
        found.update({"match consumed": standing.consumed_cents})
    return found


def total_of(sheet: Filled | None, key: str) -> Value:
    """The total of a column of a document."""
    assert sheet is not None and sheet.total is not None
    return sheet.total[sheet.sheet.places[key]]


@then(rf"the annual report for (\d+) adds up to (committed|certified|validated|match consumed) {AMOUNT}, as the books")
def _annual(world: World, year: str, step: str, amount: str) -> None:
    document = annual.annual_report(world.office.scheme, Moment.of(world.on), int(year), is_public=True)
    stages = held(world)
    order = ("committed", "reported", "certified", "validated")
    # What was ever at a step stands there or further on: nothing of it was taken back here.
    in_books = stages[step] if step == "match consumed" else sum(stages[one] for one in order[order.index(step) :])
    for key in ("by-type", "by-role", "by-kind", "by-project", "by-country"):
        told = total_of(document.sheet(key), step.removeprefix("match "))
        assert (key, told, in_books) == (key, cents(amount), cents(amount))


@then(rf"the publication of Article 116\(e\) lists (.+?) with {AMOUNT} of (\w+)")
def _lists(world: World, who: str, amount: str, kind: str) -> None:
    sheet = participants.publication(world.office.scheme, Moment.of(world.on)).sheet("participants")
    assert sheet is not None
    told = dict(zip(sheet.column("participant"), sheet.column(kind.lower()), strict=True))
    assert told[who] == cents(amount)


@then(rf"the publication of Article 116\(e\) adds up to {AMOUNT} of (\w+), as the books")
def _publication(world: World, amount: str, kind: str) -> None:
    document = participants.publication(world.office.scheme, Moment.of(world.on))
    stages = held(world)
    in_books = sum(stages[one] for one in ("committed", "reported", "certified", "validated"))
    told = [total_of(document.sheet(key), kind.lower()) for key in ("projects", "participants")]
    assert (told, in_books) == ([cents(amount)] * 2, cents(amount))
