"""The words of the scenario tables: each phrase does one thing with a real action, or checks one figure with a real query."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils import timezone
from tests.books import FINANCE, Office, fund, row_counts, shipped
from tests.spec.tables import as_written, cents

from cofund.actions import contributions, targets, tranches
from cofund.actions.errors import Refused
from cofund.actions.moves import Booked, Statements
from cofund.actions.pledges import Pledge, pledge
from cofund.actions.share_exceptions import ShareException
from cofund.queries import funding
from cofund.queries.contributions import states
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Application, Contribution, Entry
from cofund.records.programme.models import Project
from cofund.rules.consortium_plan import Plan
from cofund.rules.leverage import increase

Phrase = Callable[..., None]
WHEN: dict[str, Phrase] = {}
THEN: dict[str, Phrase] = {}
AMOUNT = r"(-?[\d.,]+m?)"
TARGET = r"((?:topic|project) \S+)"


def when(pattern: str) -> Callable[[Phrase], Phrase]:
    """Name the phrase of the column When that a function does."""
    return lambda function: WHEN.setdefault(pattern, function)


def then(pattern: str) -> Callable[[Phrase], Phrase]:
    """Name the phrase of the column Then that a function checks."""
    return lambda function: THEN.setdefault(pattern, function)


@dataclass
class World:
    """One scenario while it runs: the book, who gave what, the day, and what the last action said."""

    office: Office
    given: dict[str, Contribution] = field(default_factory=dict)
    on: dt.date = dt.date(2015, 1, 1)
    known_at: dt.datetime | None = None
    booked: Booked | None = None
    refusal: Refused | None = None
    plan: Plan = field(default_factory=lambda: Plan(()))

    @classmethod
    def of(cls, prose: str) -> World:
        """The world that the prose above a table names: a shipped scheme, or the tests' own with another basis."""
        found = re.search(r"Scheme: `(\w+)`(?: with basis `(\w+)`)?(?: with tolerance `(\S+)`)?", prose)
        assert found is not None, "the prose above a table names its scheme"
        code, basis, tolerance = found.groups()
        text = fund(basis=f'"{basis}"', cap="100_000_000") if code == "fund" else shipped(code)
        if tolerance is not None:
            text, times = re.subn(r'(\[balance_tolerance\]\nshare = )"\S+"', rf'\1"{tolerance}"', text)
            assert times == 1, f"{code} states no tolerance"
        return cls(Office.with_scheme(text, code))

    @property
    def at(self) -> dt.datetime:
        """The instant at which the row is recorded: noon of its day."""
        return timezone.make_aware(dt.datetime.combine(self.on, dt.time(12)))

    def run(self, day: str, does: str, expects: str) -> None:
        """Run one row of a table. An action that is refused writes nothing, and the row must expect it."""
        self.on = dt.date.fromisoformat(day) if day else self.on
        self.refusal = self.booked = self.known_at = None
        if does:
            before = row_counts(), AuditEvent.objects.count()
            try:
                self.do(WHEN, does)
            except Refused as error:
                self.refusal = error
                assert "refused" in expects, f"{does}: {error}"
                after = row_counts(), AuditEvent.objects.count()
                # What a phrase names for the first time is made before the action.
                named = dict.fromkeys(("Organisation", "Topic", "Project"), 0)
                assert ({**after[0], **named}, after[1]) == ({**before[0], **named}, before[1])
        for one in filter(None, re.split(r"; ?", expects)):
            self.do(THEN, one)

    def do(self, phrases: dict[str, Phrase], text: str) -> None:
        """Find the phrase that a text is, and do it."""
        for pattern, function in phrases.items():
            found = re.fullmatch(pattern, text)
            if found:
                function(self, *found.groups())
                return
        raise AssertionError(f"No phrase for: {text}")

    def target(self, named: str) -> Target:
        """`topic X` or `project X`; a project belongs to the topic of its name where there is one."""
        what, name = named.split(" ")
        if what == "topic":
            return Target(topic=self.office.topic(name))
        found = Project.objects.filter(slug=name.lower()).first()
        return Target(project=found or self.office.project(name.lower()))

    def one(self, name: str) -> Contribution:
        """The contribution of somebody."""
        self.given[name].refresh_from_db()
        return self.given[name]

    def grounds(self) -> Any:
        """The day of the row with a decision of that day."""
        return self.office.grounds(self.on)


@when(
    rf"(.+?)(?: \((\w+)\))? pledges {AMOUNT} as (\w+) to {TARGET}"
    r"(, without the statement|, with other Union funds)?(, the rest unmatched)?"
)
def _pledges(
    world: World, who: str, role: str | None, amount: str, kind: str, target: str, silent: str | None, rest: str | None
) -> None:
    free = {"": True, ", without the statement": None, ", with other Union funds": False}[silent or ""]
    stated = Statements(no_other_union_funding=free)
    organisations = tuple(world.office.organisation(name) for name in who.split(" and "))
    wanted = Pledge(
        *(world.office.scheme, world.target(target), role or "partner", kind, organisations, cents(amount)),
        world.office.grounds(world.on, decided=False),
        stated,
        bool(rest),
    )
    world.booked = pledge(FINANCE, wanted, at=world.at)
    world.given[who] = world.booked.contribution


@when(r"the board endorses (.+)")
def _endorses(world: World, who: str) -> None:
    for name in who.split(", "):
        contributions.endorse(FINANCE, world.one(name), world.grounds(), at=world.at)


@when(rf"{TARGET} is adopted(, amending the work plan)?")
def _adopts(world: World, target: str, amends: str | None) -> None:
    world.office.at = world.at
    world.office.reserve(world.target(target), world.on, amends_work_plan=bool(amends))


@when(rf"the grant of {TARGET} is signed(?: as (\S+))?(?:, because (.+))?")
def _signs(world: World, named: str, name: str | None, reason: str | None) -> None:
    target = world.target(named)
    project = target.project or world.office.project((name or named.split(" ")[1]).lower(), target.topic)
    accepted = ShareException(reason or "")
    targets.commit(
        *(FINANCE, world.office.scheme, target, project, world.grounds()), share_exception=accepted, at=world.at
    )


@when(rf"{TARGET} is awarded {AMOUNT}")
def _awards(world: World, target: str, amount: str) -> None:
    targets.award(FINANCE, world.office.scheme, world.target(target), cents(amount), world.grounds(), at=world.at)


@when(
    rf"(.+?) is amended to {AMOUNT}(?: as of (\S+))?(?:, of which {AMOUNT} from public budgets)?(, with the statement)?"
)
def _amends(world: World, who: str, amount: str, day: str | None, public: str | None, stated: str | None) -> None:
    grounds = world.office.grounds(dt.date.fromisoformat(day) if day else world.on)
    statements = None
    if public or stated:
        statements = Statements(no_other_union_funding=True, public_origin_cents=cents(public) if public else 0)
    world.booked = contributions.amend(
        FINANCE, world.one(who), cents(amount), grounds, statements=statements, at=world.at
    )


@when(rf"(.+?) delivers {AMOUNT}")
def _delivers(world: World, who: str, amount: str) -> None:
    contributions.deliver(FINANCE, world.one(who), cents(amount), world.grounds(), at=world.at)


@when(r"(.+?) is closed")
def _closes(world: World, who: str) -> None:
    contributions.release(FINANCE, world.one(who), world.grounds(), at=world.at)


@when(rf"tranche (\w+) is (topped up|cut) by {AMOUNT}")
def _changes_ceiling(world: World, tranche: str, how: str, amount: str) -> None:
    change = tranches.cut if how == "cut" else tranches.top_up
    change(FINANCE, world.office.scheme, tranche, cents(amount), world.grounds(), at=world.at)


@when(r"we look, as known on (\S+)")
def _looks_back(world: World, day: str) -> None:
    world.known_at = timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59)))


@when(r"we look")
def _looks(world: World) -> None:
    pass


@then(r"refused: (.+)")
def _refused(world: World, wrong: str) -> None:
    assert world.refusal is not None, "it was not refused"
    said = world.refusal.wrong
    # Numbers of applications go on where an earlier test left off: here they count from one.
    for number, reference in enumerate(Application.objects.order_by("pk").values_list("reference", flat=True), 1):
        said = re.sub(rf"\b{re.escape(reference)}\b", f"{reference.rpartition('A')[0]}A{number}", said)
    assert said == wrong


@then(r"offers: (.+)")
def _offers(world: World, remedy: str) -> None:
    assert world.refusal is not None
    assert world.refusal.remedy == remedy


@then(rf"unlocks {AMOUNT}")
def _unlocks(world: World, amount: str) -> None:
    assert world.booked is not None and world.booked.match is not None
    assert world.booked.match.match_cents == cents(amount)


@then(rf"unmatched {AMOUNT}")
def _unmatched(world: World, amount: str) -> None:
    assert world.booked is not None and world.booked.match is not None
    assert world.booked.match.unmatched_cents == cents(amount)


@then(r"decided by (.+)")
def _decided_by(world: World, bound: str) -> None:
    assert world.booked is not None and world.booked.match is not None
    assert world.booked.match.decided_by == bound


@then(rf"tranche (\w+) (cap|free|open|promised|reserved|committed|consumed) {AMOUNT}")
def _stands(world: World, tranche: str, stage: str, amount: str) -> None:
    standing = world.office.standing(tranche, world.on, world.known_at)
    assert getattr(standing, f"{stage}_cents") == cents(amount)


@then(r"tranche (\w+) used share (.+)")
def _used_share(world: World, tranche: str, share: str) -> None:
    assert as_written(world.office.standing(tranche, world.on, world.known_at).used_share, share) == share


@then(rf"(.+?) gives {AMOUNT}")
def _gives(world: World, who: str, amount: str) -> None:
    assert _state(world, who).live_cents == cents(amount)


@then(rf"(.+?) stands (pledged|endorsed|committed|reported|certified|validated|withdrawn) {AMOUNT}")
def _stands_in(world: World, who: str, stage: str, amount: str) -> None:
    assert _state(world, who).amounts.get(stage, 0) == cents(amount)


@then(rf"(.+?) over-delivered {AMOUNT}")
def _over_delivered(world: World, who: str, amount: str) -> None:
    assert _state(world, who).over_cents == cents(amount)


@then(rf"(.+?) matched {AMOUNT}")
def _matched(world: World, who: str, amount: str) -> None:
    assert _state(world, who).match_cents == cents(amount)


@then(rf"(.+?) unmatched part {AMOUNT}")
def _unmatched_part(world: World, who: str, amount: str) -> None:
    assert _state(world, who).unmatched_cents == cents(amount)


@then(r"(.+?) at version (\d+)")
def _version(world: World, who: str, number: str) -> None:
    version = _state(world, who).version
    assert version is not None and version.number == int(number)


@then(r"(.+?) has versions (.+)")
def _versions(world: World, who: str, amounts: str) -> None:
    rows = world.one(who).versions.order_by("number").values_list("amount_cents", flat=True)
    assert list(rows) == [cents(amount) for amount in amounts.split(" then ")]


@then(rf"total of {TARGET} {AMOUNT}")
def _total(world: World, target: str, amount: str) -> None:
    assert _funding(world, target).total_cents == cents(amount)


@then(rf"total of {TARGET} grew by (\S+ %) since (\S+)")
def _grew(world: World, target: str, share: str, day: str) -> None:
    before = funding.of_target(
        world.office.scheme, world.target(target), as_of=dt.date.fromisoformat(day), known_at=world.known_at
    )
    assert as_written(increase(before.total_cents, _funding(world, target).total_cents), share) == share


@then(rf"(.+?) topped up by {AMOUNT} since version 1")
def _topped_up(world: World, who: str, amount: str) -> None:
    first = world.one(who).versions.get(number=1)
    assert _state(world, who).live_cents - first.amount_cents == cents(amount)


@then(rf"(public|partner|member|other) money of {TARGET} {AMOUNT}")
def _side(world: World, side: str, target: str, amount: str) -> None:
    found = _funding(world, target)
    scheme = current(world.office.scheme)[0]
    held = found.public_cents if side == "public" else found.given_by_side(scheme, side)
    assert held == cents(amount)


@then(rf"paid through the office for {TARGET} {AMOUNT}")
def _channel(world: World, target: str, amount: str) -> None:
    assert _funding(world, target).through_office_cents == cents(amount)


@then(rf"brought by contributors to {TARGET} {AMOUNT}")
def _brought(world: World, target: str, amount: str) -> None:
    assert _funding(world, target).brought_cents == cents(amount)


@then(rf"(L1|L2|L3|L4|L4 by origin) of {TARGET} (.+)")
def _leverage(world: World, name: str, target: str, figure: str) -> None:
    value = getattr(_funding(world, target).leverage, name.lower().replace(" ", "_"))
    assert as_written(value, figure) == figure


@then(rf"contributions to public money of {TARGET} ([\d.]+)")
def _ratio(world: World, target: str, figure: str) -> None:
    balance = _funding(world, target).balance
    assert balance is not None
    assert as_written(balance.ratio, figure) == figure


@then(rf"public money to contributions of {TARGET} ([\d.]+)")
def _ratio_of_public(world: World, target: str, figure: str) -> None:
    found = _funding(world, target)
    given = sum(found.given_by_side(current(world.office.scheme)[0], side) for side in ("partner", "member"))
    assert as_written(Fraction(found.public_cents, given), figure) == figure


@then(rf"{TARGET} short by {AMOUNT}, (.+ %)")
def _short(world: World, target: str, amount: str, share: str) -> None:
    balance = _funding(world, target).balance
    assert balance is not None
    assert (balance.short_cents, as_written(balance.short_share, share)) == (cents(amount), share)


@then(rf"{TARGET} is (balanced|inform|warn)")
def _severity(world: World, target: str, severity: str) -> None:
    balance = _funding(world, target).balance
    assert balance is not None
    assert (balance.severity, balance.needs_reason) == (severity, severity == "warn")


@then(rf"the last entry (released|recovered) {AMOUNT}")
def _closed(world: World, how: str, amount: str) -> None:
    facts = Entry.objects.order_by("-number")[0].explanation["close_out"]
    assert facts[f"{how}_cents"] == cents(amount)
    other = {"released": "recovered", "recovered": "released"}[how]
    assert facts[f"{other}_cents"] == 0


def _state(world: World, who: str) -> Any:
    """The state of somebody's contribution on the day of the row."""
    rows = Contribution.objects.filter(pk=world.given[who].pk)
    return states(rows, as_of=world.on, known_at=world.known_at)[0]


def _funding(world: World, target: str) -> funding.Funding:
    """The money behind a topic or project on the day of the row."""
    return funding.of_target(world.office.scheme, world.target(target), as_of=world.on, known_at=world.known_at)
