"""The phrases of scenario tables about share tests, over what stands in the books."""

from __future__ import annotations

from tests.books import FINANCE
from tests.spec.tables import as_written, cents
from tests.spec.world import AMOUNT, TARGET, World, then, when

from cofund.actions.moves import Statements
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import contributions, shares
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.rules.envelope import concentrations
from cofund.rules.share_changes import ADD
from cofund.rules.shares import ShareResult

PLACES = {"the Union": "eu", "associated countries": "associated", "third countries": "third"}
OVER = r"(the programme|project \S+)"


@when(
    rf"(.+?)(?: \((\w+)\))? pledges {AMOUNT} as (\w+) to {TARGET}, with costs in (the Union|associated countries|third countries)"
)
def _pledges_at(world: World, who: str, role: str | None, amount: str, kind: str, target: str, place: str) -> None:
    stated = Statements(no_other_union_funding=True, place=PLACES[place])
    wanted = Pledge(
        *(world.office.scheme, world.target(target), role or "partner", kind),
        (world.office.organisation(who),),
        cents(amount),
        world.office.grounds(world.on, decided=False),
        stated,
    )
    world.booked = pledge(FINANCE, wanted, at=world.at)
    world.given[who] = world.booked.contribution


@then(rf"share (\w+) of {OVER} (.+ %)")
def _share(world: World, test: str, over: str, share: str) -> None:
    assert as_written(_result(world, test, over).share, share) == share


@then(rf"(\w+) of {OVER} is (passes|close|fails)")
def _standing(world: World, test: str, over: str, standing: str) -> None:
    assert _result(world, test, over).standing == standing


@then(rf"(\w+) of {OVER} has room for {AMOUNT}")
def _room(world: World, test: str, over: str, amount: str) -> None:
    room = {one.what: one.cents for one in _result(world, test, over).room}
    assert room[ADD] == cents(amount)


@then(rf"(\w+) of {OVER} leaves out {AMOUNT}")
def _leaves_out(world: World, test: str, over: str, amount: str) -> None:
    assert _result(world, test, over).excess_cents == cents(amount)


@then(r"project (\S+) takes (\S+ %) of tranche (\w+)")
def _takes(world: World, name: str, share: str, tranche: str) -> None:
    scheme, _ = current(world.office.scheme)
    target: Target = world.target(f"project {name}")
    states = contributions.states(target.contributions().filter(tranche__code=tranche), as_of=world.on)
    cap = world.office.standing(tranche, world.on, world.known_at).cap_cents
    pointed_out = dict(concentrations(scheme.tranche(tranche), cap, {name: sum(one.live_cents for one in states)}))
    assert as_written(pointed_out[name], share) == share


def _result(world: World, test: str, over: str) -> ShareResult:
    """The result of a test on the day of the row."""
    code = world.office.scheme
    if over == "the programme":
        found = shares.of_programme(code, as_of=world.on, known_at=world.known_at)
    else:
        found = shares.of_target(code, world.target(over), as_of=world.on, known_at=world.known_at)
    return next(one for one in found if one.test.id == test)
