"""What is missing of what was committed: for a notice, and for the close-out of a project, before anything is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cofund.queries import clock, contributions, instalments, schemes
from cofund.queries.contributions import ContributionState
from cofund.records.ledger.models import Contribution, Notice, Receipt, Transfer
from cofund.records.programme.models import Project
from cofund.rules import accounts
from cofund.rules.envelope import CloseOut, close_out
from cofund.rules.schemes import Scheme

# Money in these stages waits for its validation: a project that has any of it is not closed.
IN_CHECK = ("reported", "certified")


@dataclass(frozen=True, slots=True)
class Closing:
    """What the close-out of a project does with one contribution. Amounts in cents; `parts` is None where nothing matches it.

    `match_cents` is what was committed of the public money for it; `unmatched_cents` what it gave beyond its match.
    """

    state: ContributionState
    committed_cents: int
    validated_cents: int
    match_cents: int
    parts: CloseOut | None
    basis: str

    @property
    def lapses_cents(self) -> int:
        """What it does not deliver any more."""
        return self.state.live_cents - self.validated_cents - self.in_check_cents

    @property
    def in_check_cents(self) -> int:
        """What is reported or certified and not validated."""
        return sum(self.state.amounts.get(stage, 0) for stage in IN_CHECK)

    @property
    def unmatched_cents(self) -> int:
        """What was delivered beyond what is matched, over-delivery included; it counts for the project."""
        if self.parts is None:
            return 0
        return max(0, self.validated_cents - self.parts.consumed_cents) + self.state.over_cents

    @property
    def is_open(self) -> bool:
        """Whether the close-out changes anything of it."""
        return self.lapses_cents > 0 or any(
            self.state.matches.get(one) for one in ("promised", "reserved", "committed")
        )


def of_project(project: Project) -> list[Closing]:
    """Tell for each contribution of a project what closing it does. Five queries, however many."""
    scheme, _ = schemes.current(project.scheme.code)
    rows = Contribution.objects.filter(project=project).order_by("pk")
    return [of_state(scheme, state) for state in contributions.states(rows)]


def of_state(scheme: Scheme, state: ContributionState) -> Closing:
    """Tell what closing one contribution does, by the basis of its tranche."""
    amounts, matches = state.amounts, state.matches
    validated = amounts.get("validated", 0)
    committed = sum(amounts.get(stage, 0) for stage in ("committed", *IN_CHECK)) + validated
    match = matches.get("committed", 0) + matches.get("consumed", 0)
    tranche = state.contribution.tranche
    if tranche is None:
        return Closing(state, committed, validated, 0, None, "")
    rule = scheme.tranche(tranche.code)
    parts = close_out(rule, match_cents=match, committed_cents=max(1, committed), validated_cents=validated)
    consumed = matches.get("consumed", 0)
    if consumed > parts.consumed_cents:
        # What was consumed was paid against validated cost, and stays.
        back = match - consumed
        released = rule.basis == "accepted"
        parts = CloseOut(consumed, back if released else 0, 0 if released else back)
    return Closing(state, committed, validated, match, parts, rule.basis)


def is_over(project: Project) -> bool:
    """Tell whether the last day of a project is known and past."""
    return project.ends_on is not None and project.ends_on < clock.today()


def missing_cents(contribution: Contribution) -> int:
    """Give what is committed of a contribution and neither reported nor delivered, in cents."""
    found = contributions.states(Contribution.objects.filter(pk=contribution.pk))
    return found[0].amounts.get("committed", 0) if found else 0


def came_since(notice: Notice) -> list[tuple[date, int]]:
    """Give day and amount of what came since a notice was given: receipts of its instalment, else deliveries in the books."""
    if notice.instalment_id is not None:
        rows = Receipt.objects.filter(instalment=notice.instalment_id, entry__corrections=None)
        since = rows.filter(recorded_at__gte=notice.given_at)
        return list(since.order_by("received_on").values_list("received_on", "amount_cents"))
    contribution = notice.contribution
    book, committed = contribution.book_id, accounts.of_contribution(contribution.group, "committed")
    gone = [accounts.of_contribution(contribution.group, stage) for stage in ("reported", "validated")]
    rows_out = Transfer.objects.filter(
        contribution=contribution,
        from_account=accounts.id_of(book, committed),
        to_account__in=[accounts.id_of(book, code) for code in gone],
        entry__recorded_at__gte=notice.given_at,
        entry__corrections=None,
    )
    return list(rows_out.order_by("effective_on").values_list("effective_on", "amount_cents"))


def still_missing(notice: Notice) -> int:
    """Give what is missing today of what a notice asked for, in cents."""
    if notice.instalment_id is not None:
        return min(notice.amount_cents, instalments.fresh(notice.instalment_id).due.missing_cents)
    return min(notice.amount_cents, missing_cents(notice.contribution))
