"""The phrases of scenario tables about share tests, over what stands in the books."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tests.books import FINANCE
from tests.spec.tables import as_written, cents
from tests.spec.world import AMOUNT, TARGET, World, then, when

from cofund.actions import topic_steps
from cofund.actions.actors import Actor
from cofund.actions.moves import Statements
from cofund.actions.pledges import Pledge, pledge
from cofund.actions.topic_steps import Plan
from cofund.queries import contributions, shares
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.ledger.models import Entry
from cofund.rules import roles, share_words
from cofund.rules.consortium import Report, check
from cofund.rules.consortium_plan import Participant
from cofund.rules.envelope import concentrations
from cofund.rules.share_changes import ADD
from cofund.rules.shares import Allowance, ShareResult

PLACES = {"the Union": "eu", "associated countries": "associated", "third countries": "third"}
OVER = r"(the programme|(?:project|topic) \S+)"
SCIENCE = Actor("Scientific officer", roles.SCIENTIFIC_OFFICER)


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


@when(rf"in the plan, the topic offers {AMOUNT}")
def _offers(world: World, amount: str) -> None:
    world.plan = replace(world.plan, most_public_cents=cents(amount))


@when(r"in the plan, the topic sets (\d+) % for (\w+)")
def _sets(world: World, share: str, test: str) -> None:
    world.plan = replace(world.plan, allowances={test: Allowance(Fraction(int(share), 100), "the topic")})


@when(r"in the plan, the action is of type (\w+)")
def _is_of_type(world: World, kind: str) -> None:
    world.plan = replace(world.plan, action_type=kind)


@when(r"topic (\S+) is of type (\w+)")
def _topic_is_of_type(world: World, code: str, kind: str) -> None:
    topic_steps.plan(SCIENCE, world.office.topic(code), Plan(action_type=kind), at=world.at)


@when(rf"in the plan, ([^()]+) \((\w\w)\) asks for {AMOUNT}")
def _asks(world: World, who: str, country: str, amount: str) -> None:
    one = Participant(len(world.plan.participants) + 1, who, country, public_cents=cents(amount))
    world.plan = replace(world.plan, participants=(*world.plan.participants, one))


@when(rf"in the plan, ([^()]+) asks for {AMOUNT}")
def _asks_otherwise(world: World, who: str, amount: str) -> None:
    _change(world, who, public_cents=cents(amount))


@when(rf"in the plan, (.+?) is a ([a-z ]+?)(?: with a turnover of {AMOUNT})?")
def _is_a(world: World, who: str, kind: str, turnover: str | None) -> None:
    stated = cents(turnover) if turnover else None
    _change(world, who, organisation_kind=kind.replace(" ", "_"), turnover_cents=stated)


@when(r"in the plan, the call (excludes|funds) large companies")
def _excludes(world: World, how: str) -> None:
    world.plan = replace(world.plan, excludes_large=how == "excludes")


@when(r"in the plan, the type of action is (\w+)")
def _is_of_type(world: World, action_type: str) -> None:
    world.plan = replace(world.plan, action_type=action_type)


@when(rf"in the plan, (.+?) has costs of {AMOUNT}")
def _costs(world: World, who: str, amount: str) -> None:
    _change(world, who, costs_cents=cents(amount))


@when(r"in the plan, (.+?) has the PIC (\d+)")
def _has_code(world: World, who: str, pic: str) -> None:
    _change(world, who, pic=pic)


@when(r"in the plan, (.+?) is (.+?) of an association of the members")
def _is_member(world: World, who: str, membership: str) -> None:
    _change(world, who, membership=membership)


def _change(world: World, who: str, **changes: object) -> None:
    """Change what the last row with a name says of a participant."""
    rows = list(world.plan.participants)
    at = max(i for i, one in enumerate(rows) if one.name == who)
    rows[at] = replace(rows[at], **changes)  # type: ignore[arg-type]
    world.plan = replace(world.plan, participants=tuple(rows))


@when(rf"in the plan, ([^()]+?)(?: \((\w+), (\w\w)\))? gives {AMOUNT} as (\w+)(?:, {AMOUNT} of it in third countries)?")
def _puts_in(
    world: World, who: str, role: str | None, country: str | None, amount: str, kind: str, third: str | None
) -> None:
    rows = list(world.plan.participants)
    if role and country:
        rows.append(Participant(len(rows) + 1, who, country, role))
    at = max(i for i, one in enumerate(rows) if one.name == who)
    elsewhere = {kind: cents(third)} if third else {}
    rows[at] = replace(rows[at], given={**rows[at].given, kind: cents(amount)}, third={**rows[at].third, **elsewhere})
    world.plan = replace(world.plan, participants=tuple(rows))


@then(r"the plan (passes|fails)(, with a warning)?")
def _passes(world: World, how: str, warns: str | None) -> None:
    report = _report(world)
    assert (report.passes, report.warns if report.passes else bool(warns)) == (how == "passes", bool(warns))


@then(r"(\w+) of the plan (\S+ %)")
def _plan_share(world: World, test: str, share: str) -> None:
    assert as_written(_of_plan(world, test).share, share) == share


@then(rf"eligible costs of the plan {AMOUNT}")
def _plan_costs(world: World, amount: str) -> None:
    assert _report(world).costs_cents == cents(amount)


@then(rf"(\w+) of the plan leaves out {AMOUNT}")
def _plan_leaves_out(world: World, test: str, amount: str) -> None:
    assert _of_plan(world, test).excess_cents == cents(amount)


@then(r"to pass(?: by (\w+))?: (.+)")
def _to_pass(world: World, test: str | None, words: str) -> None:
    scheme, _ = current(world.office.scheme)
    assert share_words.remedy(scheme, _of_plan(world, test or "action_floor")) == words


@then(r"asks no share of a type")
def _asks_none(world: World) -> None:
    assert [one.result.test.id for one in _report(world).checks if one.result.test.action_type] == []


@then(r"the last entry warns: (.+)")
def _warns(world: World, words: str) -> None:
    entry = Entry.objects.filter(book__scheme__code=world.office.scheme).order_by("number").last()
    assert entry is not None
    assert entry.explanation["warnings"] == [words]


@then(r"finds: (.+)")
def _finds(world: World, words: str) -> None:
    assert [one.words for one in _report(world).findings if one.severity == "block"] == [words]


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


@then(r"(finds|warns of|mentions) what is about (\w+)")
def _finds_about(world: World, how: str, code: str) -> None:
    severity = {"finds": "block", "warns of": "warn", "mentions": "info"}[how]
    assert [one.code for one in _report(world).findings if one.severity == severity] == [code]


def _report(world: World) -> Report:
    """What the check of the plan says."""
    return check(current(world.office.scheme)[0], world.plan)


def _of_plan(world: World, test: str) -> ShareResult:
    """The result of one test of the plan."""
    return next(one.result for one in _report(world).checks if one.result.test.id == test)
