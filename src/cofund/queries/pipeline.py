"""The projected envelope: what each tranche would have left if its open leads came in as expected (formula F2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Sum

from cofund.queries import envelope, schemes
from cofund.queries.envelope import TrancheStatement
from cofund.records.programme.models import Lead
from cofund.rules import pipeline
from cofund.rules.pipeline import OPEN_STAGES, Projection, Prospect
from cofund.rules.schemes import Scheme, TrancheRule


@dataclass(frozen=True, slots=True)
class TrancheProjection:
    """A tranche as it stands today, with its projection. `available` is what no decision has taken: open and promised."""

    statement: TrancheStatement
    ratio: Fraction
    projection: Projection


@dataclass(frozen=True, slots=True)
class SchemeProjection:
    """The projections of the tranches that match partners.

    `unplaced` counts open leads that no single tranche would match, so that they stand in none of the projections.
    """

    scheme: str
    currency: str
    tranches: tuple[TrancheProjection, ...]
    unplaced: int


def projected(scheme_code: str) -> SchemeProjection:
    """Give the projection of each tranche of a scheme that matches partners, as of today.

    Raises:
        SchemeNotInstalledError: there is no such scheme.
    """
    scheme, _ = schemes.current(scheme_code)
    statements = {row.tranche: row for row in envelope.today()[scheme_code]}
    rules = {rule.code: rule for rule in scheme.tranches if scheme.role(rule.matched_role).side == "partner"}
    prospects: dict[str, list[Prospect]] = {code: [] for code in rules}
    unplaced = 0
    # Leads of one kind and probability are counted together: the sum of their amounts times it is the same, to the cent.
    rows = Lead.objects.filter(scheme__code=scheme_code, stage__in=OPEN_STAGES).order_by()
    groups = rows.values_list("kind", "probability_percent").annotate(
        count=Count("pk"), stated=Count("amount_cents"), cents=Sum("amount_cents")
    )
    for kind, probability, count, stated, cents in groups:
        rule = pipeline.tranche_of(scheme, kind)
        if rule is None:
            unplaced += count
            continue
        is_in_kind = _in_kind(scheme, kind)
        if stated:
            prospects[rule.code].append(Prospect(int(cents), probability, rule.ratio, is_in_kind, stated))
        if count > stated:
            prospects[rule.code].append(Prospect(None, probability, rule.ratio, is_in_kind, count - stated))
    return SchemeProjection(
        scheme_code,
        scheme.currency,
        tuple(_of_tranche(statements[code], rule, prospects[code]) for code, rule in rules.items()),
        unplaced,
    )


def _of_tranche(statement: TrancheStatement, rule: TrancheRule, prospects: list[Prospect]) -> TrancheProjection:
    """One tranche with what its leads would take."""
    return TrancheProjection(statement, rule.ratio, pipeline.project(statement.standing.free_cents, prospects))


def _in_kind(scheme: Scheme, kind: str) -> bool | None:
    """Whether a kind is work and goods; None where the lead has no kind, or one that the scheme no longer knows."""
    return next((one.in_kind for one in scheme.kinds if one.code == kind), None)
