"""What holds of the books after every step of a random sequence: they verify, and a second book agrees with them on every day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant
from tests.books import DAY
from tests.property.shadow import Shadow
from tests.property.shadow_match import positions

from cofund.queries import envelope
from cofund.queries.verification import verify
from cofund.rules.schemes import Scheme

ALL_DAYS = [DAY + dt.timedelta(days=offset) for offset in range(-1, 11)]
GIVEN_BACK = ("pledged", "endorsed", "committed", "reported", "certified")
STAGES = ("open", "promised", "reserved", "committed", "consumed")


class Agreement(RuleBasedStateMachine):
    """The real books of one scheme and a second, tiny one beside them."""

    scheme: Scheme

    def __init__(self) -> None:
        super().__init__()
        # Each example is rolled back as a whole; the seal lets nothing be deleted.
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.shadow = Shadow()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @invariant()
    def books_verify(self) -> None:
        assert [str(finding) for finding in verify("fund").findings] == []

    @invariant()
    def shadow_and_database_agree_on_every_day(self) -> None:
        by_claim, whole = positions(self.shadow)
        for reference, claim in self.shadow.claims.items():
            group = claim.tranche or "-"
            for stage in (*GIVEN_BACK, "validated", "withdrawn", "overdelivery"):
                for day in ALL_DAYS:
                    held = by_claim[reference].balance(f"contribution:{group}:{stage}", day)
                    assert held == claim.balance(stage, day) >= 0
        for tranche in ("main", "members"):
            for day in ALL_DAYS:
                held = [whole.balance(f"tranche:{tranche}:{stage}", day) for stage in STAGES]
                assert min(held) >= 0
                assert sum(held) == self.shadow.ceiling(tranche, day)
        day = ALL_DAYS[5]
        for row in envelope.statement("fund", as_of=day):
            stated = [getattr(row.standing, f"{stage}_cents") for stage in STAGES]
            assert stated == [whole.balance(f"tranche:{row.tranche}:{stage}", day) for stage in STAGES]

    @invariant()
    def matches_keep_within_ratio_and_caps(self) -> None:
        by_claim, _ = positions(self.shadow)
        sums: dict[tuple[str, str], int] = {}
        limits = self.scheme.tranche("main")
        for reference, claim in self.shadow.claims.items():
            if claim.tranche is None:
                continue
            rule_of = self.scheme.tranche(claim.tranche)
            stages = [by_claim[reference].balance(f"tranche:{claim.tranche}:{stage}") for stage in STAGES[1:]]
            assert min(stages) >= 0
            assert sum(stages) <= rule_of.ratio * claim.live
            if claim.tranche == "main":
                for kind, name in [
                    ("topic", claim.topic),
                    ("project", claim.project),
                    *(("partner", partner) for partner in claim.partners),
                ]:
                    sums[(kind, str(name))] = sums.get((kind, str(name)), 0) + sum(stages)
        caps = {kind: getattr(limits, f"cap_per_{kind}_cents") for kind in ("topic", "project", "partner")}
        over = {key: cents for key, cents in sums.items() if cents > (caps[key[0]] or cents) and key[1] != "None"}
        assert over == {}
