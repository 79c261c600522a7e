"""The words of scenario tables about applications: who stands where, who applies, what a check finds, what is decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from tests import applications as made
from tests.books import FINANCE
from tests.spec.tables import cents
from tests.spec.world import AMOUNT, TARGET, World, then, when

from cofund.actions import contributions, partner_checks
from cofund.actions.applications import checking, deciding, scheduling, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.queries import adoptions, applications, partner_rechecks, rechecks
from cofund.queries.schemes import current
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import Lead, Meeting, RoleHolding, Topic
from cofund.rules import timing


def application_of(world: World, who: str) -> Application:
    """The newest application of somebody, read anew."""
    slug = world.office.organisation(who).slug
    return Application.objects.filter(organisation__slug=slug).latest("pk")


@when(r"(.+?) holds the role (\w+)")
def _holds(world: World, who: str, role: str) -> None:
    found = world.office.organisation(who)
    RoleHolding.objects.create(scheme=world.office.row, organisation=found, role=role, recorded_at=world.at)


@when(r"(.+?) is (Partner in Research|SME member|Associate Member) of (.+)")
def _in_category(world: World, who: str, category: str, association: str) -> None:
    _relate(world, who, "member_category_of", association, category=category)


@when(r"(.+?) is a constituent entity of (.+)")
def _constituent(world: World, who: str, association: str) -> None:
    _relate(world, who, "constituent_of", association)


@when(r"(.+?) takes over (.+)")
def _takes_over(world: World, who: str, other: str) -> None:
    _relate(world, who, "controls", other)


@when(r"(.+?) is stated to be affiliated to (.+)")
def _affiliated(world: World, who: str, other: str) -> None:
    _relate(world, who, "affiliated_to", other)


def _relate(world: World, who: str, kind: str, other: str, **more: Any) -> None:
    """A relation from the day of the row on, recorded on it."""
    one, two = world.office.organisation(who), world.office.organisation(other)
    made.relate(one, kind, two, at=world.at, from_on=world.on, **more)


@when(r"(.+?) knocks at topic (\S+)")
def _knocks(world: World, who: str, code: str) -> None:
    Lead.objects.create(
        scheme=world.office.row,
        reference=f"lead-{who}",
        organisation=world.office.organisation(who),
        topic=world.office.topic(code),
        route=Lead.Route.KNOCKS,
        stage=Lead.Stage.FIT_FOUND,
        stage_since_on=world.on,
        opened_on=world.on,
    )


@when(rf"(.+?) applies with {AMOUNT} as (\w+) to {TARGET}")
def _applies(world: World, who: str, amount: str, kind: str, target: str) -> None:
    world.office.at = world.at
    wanted = world.target(target)
    lead = Lead.objects.filter(organisation=world.office.organisation(who)).first()
    row = made.start(world.office, who, topic=wanted.topic, lead=lead)
    year = str(world.on.year)
    line = made.line(cents(amount), kind, years={year: cents(amount)}, valuation="usual")
    made.write(world.office, row, line, from_on=world.on, until_on=world.on.replace(year=world.on.year + 5))
    submitting.submit(FINANCE, row, at=world.at)


@when(r"the office checks (.+)")
def _checks(world: World, who: str) -> None:
    checking.check(FINANCE, application_of(world, who), at=world.at)


@when(r"the office accepts the warnings on (.+?), since (.+)")
def _accepts(world: World, who: str, reason: str) -> None:
    checking.accept_warning(FINANCE, application_of(world, who), reason, at=world.at)


@when(r"the application of (.+?) goes to the board of (\S+?)(, amending the work plan)?")
def _schedules(world: World, who: str, day: str, amends: str | None) -> None:
    on = dt.date.fromisoformat(day)
    meeting = Meeting.objects.filter(group__scheme=world.office.row, held_on=on).first()
    meeting = meeting or made.meeting(world.office, on)
    scheduling.schedule(FINANCE, application_of(world, who), meeting, amends_work_plan=bool(amends), at=world.at)


@when(r"the board of (\S+) is planned")
def _plans(world: World, day: str) -> None:
    made.meeting(world.office, dt.date.fromisoformat(day))


@when(r"the adoption of topic (\S+) is planned for (\S+)")
def _plans_adoption(world: World, code: str, day: str) -> None:
    topic = world.office.topic(code)
    Topic.objects.filter(pk=topic.pk).update(adoption_planned_on=dt.date.fromisoformat(day))


@when(r"the board votes (yes|no) on the application of (.+)")
def _votes(world: World, choice: str, who: str) -> None:
    world.office.at = world.at
    made.decide(world.office, application_of(world, who), choice=choice)


@when(r"the board approves (.+)")
def _approves(world: World, who: str) -> None:
    _votes(world, "yes", who)
    _records_approval(world, who, None)


@when(r"the office records the approval of (.+?)(?: by decision (\S+))?")
def _records_approval(world: World, who: str, number: str | None) -> None:
    row = application_of(world, who)
    ruling = Ruling("The board decided", number or "", world.on if number else None)
    world.given[who] = deciding.approve(FINANCE, row, ruling, at=world.at)[0]


@when(r"(.+?) withdraws")
def _withdraws(world: World, who: str) -> None:
    contributions.withdraw(FINANCE, world.one(who), world.grounds(), at=world.at)


@when(r"the giver of the pledge of (.+?) is checked again(?:, since (.+))?")
def _checks_giver(world: World, who: str, reason: str | None) -> None:
    partner_checks.check(FINANCE, world.given[who], reason or "", at=world.at)


@then(r"kept against (.+?): (.+)")
def _kept_against(world: World, who: str, words: str) -> None:
    found = partner_rechecks.last_check(world.given[who])
    assert found is not None
    assert ("; ".join(found.findings) or "nothing") == words


@then(r"application of (.+?) (\w+)")
def _status(world: World, who: str, status: str) -> None:
    assert application_of(world, who).status == status


@then(r"lead of (.+?) (\w+)")
def _lead(world: World, who: str, stage: str) -> None:
    assert Lead.objects.get(organisation=world.office.organisation(who)).stage == stage


@then(r"(blocks|warns): (.+)")
def _finds(world: World, weight: str, words: str) -> None:
    assert (weight.removesuffix("s"), words) in [(one.severity, one.words) for one in _found(world)]


@then(r"cites: (.+)")
def _cites(world: World, article: str) -> None:
    assert article in [one.article for one in _found(world)]


@then(r"advises: (.+)")
def _advises(world: World, remedy: str) -> None:
    assert remedy in [one.remedy for one in _found(world)]


@then(r"nothing warns or blocks")
def _nothing(world: World) -> None:
    assert [one.words for one in _found(world) if one.severity != "info"] == []


@then(r"to be checked again: (.+)")
def _again(world: World, names: str) -> None:
    due = rechecks.due(Application.objects.filter(scheme=world.office.row))
    booked = partner_rechecks.due(Contribution.objects.filter(book__scheme=world.office.row))
    found = [one.application.organisation.name for one in due]
    found = sorted([*found, *(str(one) for row in booked for one in row.contribution.parties.all())])
    assert found == ([] if names == "nobody" else sorted(names.split(", ")))


@then(r"the board of (\S+) is (in time|too late), with (-?\d+) days before the adoption")
def _in_time(world: World, day: str, verdict: str, days: str) -> None:
    scheme, _ = current(world.office.scheme)
    row = Application.objects.filter(scheme=world.office.row).latest("pk")
    meeting = Meeting.objects.get(held_on=dt.date.fromisoformat(day))
    chance = adoptions.chance_of(scheme, meeting, adoptions.adoption_of(row), world.on)
    assert (chance.is_in_time, chance.slack_days) == (verdict == "in time", int(days))


@then(r"the letter is needed by (\S+), with (-?\d+) days of slack")
def _needed(world: World, day: str, days: str) -> None:
    scheme, _ = current(world.office.scheme)
    row = Application.objects.filter(scheme=world.office.row).latest("pk")
    needed = adoptions.needed_by(scheme, adoptions.adoption_of(row))
    assert needed is not None
    assert (needed.isoformat(), timing.slack_days(needed, world.on)) == (day, int(days))


def _found(world: World) -> list[Any]:
    """What the last check in the scheme found."""
    row = Application.objects.filter(scheme=world.office.row, checked_at__isnull=False).order_by("checked_at").last()
    assert row is not None and row.checked_at is not None and timezone.localdate(row.checked_at) == world.on
    return [one for one, _ in applications.stored(row)]
