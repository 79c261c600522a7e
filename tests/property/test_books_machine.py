"""Random sequences of all actions against the real database, with a tiny second book beside it that must always agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.books import DAY, FINANCE, Office, booked_rows, fund
from tests.property.agreement import ALL_DAYS, GIVEN_BACK, Agreement
from tests.property.shadow import Claim, NotThere, Shadow
from tests.property.shadow_match import Before, differences, positions

from cofund.actions import close_outs, contributions, corrections, delivering, targets
from cofund.actions.delivering import Delivery
from cofund.actions.errors import Refused
from cofund.actions.moves import Statements
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Project
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import ALLOCATIONS, BASES

AMOUNTS = st.integers(1, 60_000)
DAYS = st.integers(0, 9).map(lambda offset: DAY + dt.timedelta(days=offset))
PARTNERS = ("Ada", "Bea", "Cid")
PARTS = st.sampled_from([Fraction(1), Fraction(1), Fraction(1, 2), Fraction(96, 155), Fraction(0)])
WHICH = st.integers(0, 40)
TARGETS = st.sampled_from(["T1", "T2", "p0"])
CAPS = st.one_of(st.none(), st.integers(50, 800))


class Books(Agreement):
    """One example: a scheme with random rules, and actions in any order."""

    @initialize(
        ratio=st.sampled_from(["1", "2/3", "3/2"]),
        allocation=st.sampled_from(ALLOCATIONS),
        basis=st.sampled_from(BASES),
        caps=st.tuples(CAPS, CAPS, CAPS, CAPS),
        rounding=st.sampled_from(["0.01", "1"]),
    )
    def open_the_book(
        self, ratio: str, allocation: str, basis: str, caps: tuple[int | None, ...], rounding: str
    ) -> None:
        keys = ("cap_per_partner", "cap_per_topic", "cap_per_project", "minimum_contribution")
        stated = {key: str(cap) for key, cap in zip(keys, caps, strict=True) if cap is not None}
        if "minimum_contribution" in stated:
            stated["minimum_contribution"] = "100"
        text = fund(
            ratio=f'"{ratio}"', allocation=f'"{allocation}"', basis=f'"{basis}"', rounding=f'"{rounding}"', **stated
        )
        self.office = Office.with_scheme(text, "fund")
        self.scheme = parse(text, file="fund.toml")
        for number, tranche in enumerate(("main", "members"), start=1):
            self.shadow.change_ceiling(number, tranche, dt.date(2015, 1, 1), 100_000)

    @rule(cents=AMOUNTS, where=TARGETS, partner=st.sampled_from(PARTNERS), kind=st.sampled_from(["FC", "WORK"]))
    def come_to_a_grant(self, cents: int, where: str, partner: str, kind: str) -> None:
        """All steps from a pledge to a grant, each as any other: what follows a grant would come too seldom by chance."""
        self.pledge(
            cents=cents, day=DAY, where=where, role="partner", kind=kind, partners=[partner], stated=True, accepts=True
        )
        self.endorse(which=len(self.shadow.claims) - 1, cents=None, day=DAY)
        self.reserve(where=where, day=DAY, amends=False)
        self.commit(where=where, day=DAY)

    # What the actions do to the shadow is told beside each of them.

    @rule(
        cents=AMOUNTS,
        day=DAYS,
        where=TARGETS,
        role=st.sampled_from(["partner", "partner", "member", "other"]),
        kind=st.sampled_from(["FC", "WORK"]),
        partners=st.lists(st.sampled_from(PARTNERS), min_size=1, max_size=2, unique=True),
        stated=st.sampled_from([True, True, None]),
        accepts=st.booleans(),
    )
    def pledge(
        self,
        cents: int,
        day: dt.date,
        where: str,
        role: str,
        kind: str,
        partners: list[str],
        stated: bool | None,
        accepts: bool,
    ) -> None:
        target, before = self.target(where), self.before()

        def book() -> Entry:
            made = self.office.pledge(
                cents,
                *partners,
                target=target,
                role=role,
                kind=kind,
                on=day,
                stated=Statements(no_other_union_funding=stated),
                accepts_unmatched=accepts,
            )
            tranche = {"partner": "main", "member": "members"}.get(role)
            reference = made.contribution.reference
            topic = target.topic.code if target.topic else None
            self.shadow.claims[reference] = Claim(
                topic, target.project.slug if target.project else None, tranche, tuple(partners), kind == "WORK"
            )
            self.shadow.move(made.entry.number, reference, day, "outside", "pledged", cents)
            assert differences(made.entry.explanation, before.pledged(reference, cents, day) if tranche else {}) == []
            return made.entry

        self.attempt(book)

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, cents=st.one_of(st.none(), AMOUNTS), day=DAYS)
    def endorse(self, which: int, cents: int | None, day: dt.date) -> None:
        one = self.contribution(which)
        claim = self.shadow.claims[one.reference]
        amount = claim.balance("pledged") if cents is None else cents
        entry = self.attempt(lambda: self.office.endorse(one, cents, day).entry)
        fits = 0 < amount <= claim.room("pledged", day)
        assert (entry is not None) == fits
        if entry:
            self.shadow.move(entry.number, one.reference, day, "pledged", "endorsed", amount)

    @rule(where=TARGETS, day=DAYS, amends=st.booleans())
    def reserve(self, where: str, day: dt.date, amends: bool) -> None:
        target, before = self.target(where), self.before()
        entry = self.attempt(lambda: self.office.reserve(target, day, amends_work_plan=amends))
        if entry:
            topic, project = target.topic and target.topic.code, target.project and target.project.slug
            assert differences(entry.explanation, before.reserved(topic, project, day, amends)) == []

    @rule(where=TARGETS, day=DAYS)
    def commit(self, where: str, day: dt.date) -> None:
        target = self.target(where)
        topic = target.topic.code if target.topic else None
        inside = self.shadow.of_target(topic, target.project.slug if target.project else None)
        project = target.project or self.office.project(f"of-{where.lower()}", target.topic)
        entry = self.attempt(lambda: self.office.commit(target, project, day))
        if entry:
            for reference in inside:
                claim = self.shadow.claims[reference]
                self.shadow.move(entry.number, reference, day, "endorsed", "committed", claim.balance("endorsed"))
                claim.project = project.slug

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, part=st.one_of(PARTS, st.just(Fraction(3, 2))), day=DAYS)
    def deliver(self, which: int, part: Fraction, day: dt.date) -> None:
        one = self.contribution(which, "committed")
        cents = int(self.shadow.claims[one.reference].balance("committed") * part) or 7_000
        self.attempt(
            lambda: contributions.deliver(FINANCE, one, cents, self.office.grounds(day)).entry,
            lambda shadow, entry: shadow.deliver(entry, one.reference, cents, day),
        )

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, part=st.one_of(PARTS, st.just(Fraction(3, 2))), day=DAYS)
    def report(self, which: int, part: Fraction, day: dt.date) -> None:
        one = self.contribution(which, "committed")
        committed = self.shadow.claims[one.reference].balance("committed")
        cents = int(committed * part)
        entry = self.attempt(lambda: delivering.report(FINANCE, one, cents, self.office.grounds(day)).entry)
        if entry:
            assert cents <= committed or self.shadow.claims[one.reference].is_in_kind
            self.shadow.move(entry.number, one.reference, day, "committed", "reported", min(cents, committed))

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, part=PARTS, day=DAYS)
    def certify(self, which: int, part: Fraction, day: dt.date) -> None:
        one = self.contribution(which, "reported")
        cents = int(self.shadow.claims[one.reference].balance("reported") * part)
        self.attempt(
            lambda: delivering.certify(FINANCE, one, cents, self.office.grounds(day)).entry,
            lambda shadow, entry: shadow.move(entry, one.reference, day, "reported", "certified", cents),
        )

    @precondition(lambda self: self.shadow.claims)
    @rule(
        which=WHICH,
        parts=st.tuples(PARTS, PARTS),
        over=st.sampled_from([0, 0, 7_000]),
        day=DAYS,
        is_certified=st.booleans(),
        returns=st.booleans(),
    )
    def conclude(
        self, which: int, parts: tuple[Fraction, Fraction], over: int, day: dt.date, is_certified: bool, returns: bool
    ) -> None:
        one = self.contribution(which, "reported")
        claim, grounds = self.shadow.claims[one.reference], self.office.grounds(day)
        reported = int(claim.balance("reported") * parts[0])
        certified = claim.balance("certified") if is_certified else 0
        over = over if claim.is_in_kind else 0
        # What was reported beyond the commitment is certified only where everything else is.
        certified_over = over if not reported else 0
        delivery = Delivery(reported + certified + over, certified + certified_over if is_certified else None, over)
        if returns:
            entry = self.attempt(lambda: delivering.send_back(FINANCE, one, delivery, grounds).entry)
            moves = [("certified", "committed", certified), ("reported", "committed", reported)]
        else:
            source, most = ("certified", certified) if is_certified else ("reported", reported)
            cents = int((most + (certified_over if is_certified else over)) * parts[1])
            entry = self.attempt(lambda: delivering.validate(FINANCE, one, cents, delivery, grounds).entry)
            own = min(cents, most)
            moves = [(source, "validated", own), (source, "committed", most - own)]
            moves += [("reported", "committed", reported)] if is_certified else []
            filled = min(cents - own, claim.balance("committed")) if cents > own else 0
            moves += [("committed", "validated", filled), ("outside", "overdelivery", cents - own - filled)]
        if entry:
            for source, to, cents in moves:
                self.shadow.move(entry.number, one.reference, day, source, to, cents)

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, cents=st.integers(0, 60_000), day=DAYS, accepts=st.booleans())
    def amend(self, which: int, cents: int, day: dt.date, accepts: bool) -> None:
        one = self.contribution(which)
        grounds, before = self.office.grounds(day), self.before()
        entry = self.attempt(lambda: contributions.amend(FINANCE, one, cents, grounds, accepts_unmatched=accepts).entry)
        if entry:
            self.shadow.amend(entry.number, one.reference, cents, day)
            if one.tranche_id is not None:
                assert differences(entry.explanation, before.amended(one.reference, day)) == []

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, part=st.fractions(0, 1), day=DAYS)
    def reduce(self, which: int, part: Fraction, day: dt.date) -> None:
        one = self.contribution(which)
        cents = int(self.shadow.claims[one.reference].live * part)
        self.attempt(
            lambda: contributions.reduce(FINANCE, one, cents, self.office.grounds(day)).entry,
            lambda shadow, entry: shadow.amend(entry, one.reference, cents, day),
        )

    @precondition(lambda self: self.shadow.claims)
    @rule(which=WHICH, day=DAYS, act=st.sampled_from([contributions.withdraw, contributions.release]))
    def give_back(self, which: int, day: dt.date, act: Callable[..., Any]) -> None:
        one = self.contribution(which)
        self.attempt(
            lambda: act(FINANCE, one, self.office.grounds(day)).entry,
            lambda shadow, entry: shadow.give_back(entry, [one.reference], day, GIVEN_BACK),
        )

    @rule(slug=st.sampled_from(["p0", "of-t1", "of-t2"]), day=DAYS)
    def close(self, slug: str, day: dt.date) -> None:
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            return
        inside = self.shadow.of_target(None, slug)
        entry = self.attempt(lambda: close_outs.close_project(FINANCE, project, self.office.grounds(day)))
        if entry:
            self.shadow.give_back(entry.number, inside, day, GIVEN_BACK)

    @rule(where=st.sampled_from(["T1", "T2"]), day=DAYS, sure=st.integers(0, 3))
    def drop(self, where: str, day: dt.date, sure: int) -> None:
        if sure:  # Nothing can be pledged to a topic that was dropped, so that this stays rare.
            return
        inside = self.shadow.of_target(where, None)
        topic = self.office.topic(where)
        entry = self.attempt(lambda: targets.drop(FINANCE, "fund", topic, self.office.grounds(day)))
        if entry:
            self.shadow.give_back(entry.number, inside, day, ("pledged", "endorsed"))

    @rule(where=TARGETS, cents=st.integers(0, 90_000), day=DAYS)
    def award(self, where: str, cents: int, day: dt.date) -> None:
        self.attempt(lambda: self.office.award(cents, self.target(where), day))

    @rule(cents=AMOUNTS, tranche=st.sampled_from(["main", "members"]), day=DAYS, up=st.booleans())
    def change_the_ceiling(self, cents: int, tranche: str, day: dt.date, up: bool) -> None:
        whole = positions(self.shadow)[1]
        free = min(whole.balance(f"tranche:{tranche}:open", on) for on in ALL_DAYS if on >= day)
        entry = self.attempt(lambda: (self.office.top_up if up else self.office.cut)(cents, tranche, day))
        assert (entry is not None) == (up or cents <= free)
        if entry:
            self.shadow.change_ceiling(entry.number, tranche, day, cents if up else -cents)

    @rule(which=WHICH)
    def correct(self, which: int) -> None:
        entries = list(Entry.objects.order_by("number"))
        corrected = entries[-1 - which % len(entries)]
        entry = self.attempt(lambda: corrections.correct(FINANCE, corrected, self.office.grounds()))
        if entry:
            self.shadow.turn_round(entry.number, corrected.number)

    def attempt(self, act: Callable[[], Entry], told: Callable[[Shadow, int], None] | None = None) -> Entry | None:
        """Do an action; where it is refused, nothing may have been written. What is not refused, the shadow must allow.

        `told` tells the shadow of it; with it the other way round holds too: what is refused, the shadow must not allow.
        """
        before, sizes = booked_rows(), self.shadow.sizes()
        try:
            entry = act()
            if told is not None:
                told(self.shadow, entry.number)
            return entry
        except Refused as refused:
            assert booked_rows() == before
            assert self.shadow.sizes() == sizes
            assert told is None or not self.shadow.would_move(told), str(refused)
            return None
        except NotThere as error:
            raise AssertionError(f"the books took what the shadow does not have: {error}") from error

    def before(self) -> Before:
        """What stands before an action, to compute by the rule what it should be matched with."""
        return Before(self.scheme, self.shadow, *positions(self.shadow), ALL_DAYS)

    def target(self, where: str) -> Target:
        """A topic, or a project without a topic."""
        if where.startswith("T"):
            return Target(topic=self.office.topic(where))
        return Target(project=Project.objects.filter(slug=where).first() or self.office.project(where))

    def contribution(self, which: int, stage: str = "") -> Contribution:
        """One of the contributions; of those with something in a stage, where there are any."""
        claims = self.shadow.claims
        references = [name for name in claims if stage and claims[name].balance(stage)] or list(claims)
        return Contribution.objects.get(reference=references[which % len(references)])


@pytest.mark.django_db
def test_books_agree_with_a_second_book_in_every_sequence() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            # Other sequences in every run; what fails prints how to run it again.
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=False,
            print_blob=True,
        ),
    )
