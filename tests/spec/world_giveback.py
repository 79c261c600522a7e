"""The words of scenario tables about cash and give-back: instalments, notices, close-outs, reallocation, additionality."""

from __future__ import annotations

import datetime as dt

from tests.books import FINANCE
from tests.spec.tables import cents
from tests.spec.world import AMOUNT, TARGET, World, then, when

from cofund.actions import close_outs, corrections, instalments, notices, reallocations
from cofund.actions.instalments import Planned
from cofund.actions.notices import Given
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import instalments as listed
from cofund.queries import shortfalls
from cofund.records.directory.models import Contact, Message
from cofund.records.ledger.models import Entry, Instalment, Notice

DAY = r"(\d{4}-\d{2}-\d{2})"


def instalment_of(world: World, who: str) -> Instalment:
    """The newest instalment of somebody's contribution."""
    return world.one(who).instalments.select_related("contribution__book__scheme").latest("pk")


def notice_of(world: World, who: str) -> Notice:
    """The newest notice to somebody."""
    return world.one(who).notices.select_related("contribution__book__scheme").latest("pk")


@when(rf"(.+?) is to pay {AMOUNT} by {DAY}")
def _is_to_pay(world: World, who: str, amount: str, day: str) -> None:
    wanted = Planned(dt.date.fromisoformat(day), cents(amount))
    instalments.plan(FINANCE, world.one(who), wanted, at=world.at)


@when(r"the instalment of (.+?) is invoiced as (\S+)")
def _is_invoiced(world: World, who: str, number: str) -> None:
    instalments.invoice(FINANCE, instalment_of(world, who), number, world.on, at=world.at)


@when(r"the invoice of (.+?) is taken back, since (.+)")
def _invoice_taken_back(world: World, who: str, reason: str) -> None:
    instalments.take_back(FINANCE, instalment_of(world, who), reason, at=world.at)


@when(rf"(.+?) pays {AMOUNT}")
def _pays(world: World, who: str, amount: str) -> None:
    instalments.receive(FINANCE, instalment_of(world, who), cents(amount), world.grounds(), at=world.at)


@when(rf"notice of the missing instalment is given to (.+?), to pay by {DAY}")
def _gives_notice(world: World, who: str, day: str) -> None:
    wanted = Given("The instalment did not come", world.on, dt.date.fromisoformat(day))
    notices.give_default(FINANCE, instalment_of(world, who), wanted, at=world.at)


@when(rf"notice of a shortfall is given to (.+?), to mend by {DAY}")
def _gives_notice_of_shortfall(world: World, who: str, day: str) -> None:
    wanted = Given("The project is over", world.on, dt.date.fromisoformat(day))
    notices.give_shortfall(FINANCE, world.one(who), wanted, at=world.at)


@when(r"what is missing of (.+?) is terminated")
def _terminates(world: World, who: str) -> None:
    notices.terminate(FINANCE, notice_of(world, who), world.grounds(), at=world.at)


@when(r"the notice to (.+?) is recorded as cured")
def _cures(world: World, who: str) -> None:
    notices.cure(FINANCE, notice_of(world, who), at=world.at)


@when(r"the notice to (.+?) is withdrawn, since (.+)")
def _withdraws(world: World, who: str, reason: str) -> None:
    notices.withdraw(FINANCE, notice_of(world, who), reason, at=world.at)


@when(rf"project (\S+) runs until {DAY}")
def _runs_until(world: World, slug: str, day: str) -> None:
    project = world.target(f"project {slug}").project
    assert project is not None
    project.ends_on = dt.date.fromisoformat(day)
    project.save(update_fields=["ends_on"])


@when(r"the last delivery of (.+?) is corrected")
def _corrects_delivery(world: World, who: str) -> None:
    entries = Entry.objects.filter(kind=Entry.Kind.DELIVER, transfers__contribution=world.one(who), corrections=None)
    corrections.correct(FINANCE, entries.order_by("-number")[0], world.grounds(), at=world.at)


@when(r"the office closes project (\S+)")
def _closes(world: World, slug: str) -> None:
    project = world.target(f"project {slug}").project
    assert project is not None
    close_outs.close_project(FINANCE, project, world.grounds(), at=world.at)


@when(rf"{AMOUNT} of tranche (\w+) pass to the other")
def _passes(world: World, amount: str, tranche: str) -> None:
    reallocations.reallocate(FINANCE, world.office.scheme, tranche, cents(amount), world.grounds(), at=world.at)


@when(rf"(.+?) pledges {AMOUNT} as (\w+) to {TARGET}, resting on (.+)")
def _pledges_on(world: World, who: str, amount: str, kind: str, target: str, other: str) -> None:
    cited = world.given[other].reference if other in world.given else other
    wanted = Pledge(
        *(world.office.scheme, world.target(target), "partner", kind, (world.office.organisation(who),), cents(amount)),
        world.office.grounds(world.on, decided=False),
        cites=cited,
    )
    world.booked = pledge(FINANCE, wanted, at=world.at)
    world.given[who] = world.booked.contribution


@when(r"(.+?) is written to at (\S+@\S+)")
def _has_contact(world: World, who: str, address: str) -> None:
    Contact.objects.create(organisation=world.office.organisation(who), name=who, email=address, is_first=True)


@then(r"(.+?) is told: (.+)")
def _is_told(world: World, address: str, subject: str) -> None:
    told = Message.objects.filter(recipient=address).order_by("pk").values_list("subject", flat=True)
    assert subject.replace("its contribution", world.one("Trust").reference) in list(told)


@then(r"the instalment of (.+?) is (\w+), (\d+) days late on (\S+)")
def _days_late(world: World, who: str, state: str, days: str, day: str) -> None:
    line = listed.fresh(instalment_of(world, who).pk)
    assert (line.due.state, line.due.days_late(dt.date.fromisoformat(day))) == (state, int(days))


@then(rf"the instalments of (.+?) are invoiced {AMOUNT}, received {AMOUNT}")
def _sums(world: World, who: str, invoiced: str, received: str) -> None:
    sums = listed.sums_of(world.one(who))
    assert (sums.invoiced_cents, sums.received_cents) == (cents(invoiced), cents(received))


@then(rf"the notice to (.+?) is (\w+), about {AMOUNT}")
def _notice(world: World, who: str, status: str, amount: str) -> None:
    row = notice_of(world, who)
    assert (row.status, row.amount_cents) == (status, cents(amount))


@then(
    rf"closing project (\S+) would (?:consume {AMOUNT}, release {AMOUNT} and recover {AMOUNT}), with {AMOUNT} unmatched"
)
def _would(world: World, slug: str, consumed: str, released: str, recovered: str, unmatched: str) -> None:
    project = world.target(f"project {slug}").project
    assert project is not None
    found = shortfalls.of_project(project)
    parts = [one.parts for one in found if one.parts is not None]
    assert (
        sum(one.consumed_cents for one in parts),
        sum(one.released_cents for one in parts),
        sum(one.recovered_cents for one in parts),
        sum(one.unmatched_cents for one in found),
    ) == (cents(consumed), cents(released), cents(recovered), cents(unmatched))


@then(rf"the last entry closes (\d+) contributions and (releases|recovers) {AMOUNT}")
def _last_closes(world: World, number: str, how: str, amount: str) -> None:
    facts = Entry.objects.order_by("-number")[0].explanation["close_outs"]
    key = {"releases": "released_cents", "recovers": "recovered_cents"}[how]
    assert (len(facts), sum(one.get(key, 0) for one in facts)) == (int(number), cents(amount))
