"""The projected envelope: what each tranche would have left if its open leads came in as expected (formula F2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.db.models import Count, Sum

from cofund.queries import envelope, schemes, standings
from cofund.queries.envelope import TrancheStatement
from cofund.records.programme.models import Lead
from cofund.rules import pipeline
from cofund.rules.pipeline import OPEN_STAGES, Projection, Prospect
from cofund.rules.schemes import Scheme, TrancheRule

# What stands for a tranche where no single one would match a lead.
NO_TRANCHE: Final = "-"


@dataclass(frozen=True, slots=True)
class TrancheProjection:
    """A tranche as it stands today, with its projection.

    `endorsed_cents` is the match that is promised to endorsed contributions and waits for an adoption: what is free, less it, is
    what is available to leads. A lead that becomes such a contribution leaves the projection as it was.
    """

    statement: TrancheStatement
    ratio: Fraction
    projection: Projection
    endorsed_cents: int


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
    endorsed = _endorsed(scheme_code)
    return SchemeProjection(
        scheme_code,
        scheme.currency,
        tuple(
            _of_tranche(statements[code], rule, prospects[code], endorsed.get(code, 0)) for code, rule in rules.items()
        ),
        unplaced,
    )


def tranches(scheme_code: str) -> list[tuple[str, str]]:
    """Give code and label of the tranches of a scheme that match partners; none where there is no such scheme."""
    if scheme_code not in schemes.installed():
        return []
    scheme, _ = schemes.current(scheme_code)
    return [(one.code, one.label) for one in scheme.tranches if scheme.role(one.matched_role).side == "partner"]


def kinds_in(scheme_code: str, tranche: str) -> list[str]:
    """Give the kinds that leads of a scheme state and that a tranche would match; with `NO_TRANCHE` those that none would."""
    if scheme_code not in schemes.installed():
        return []
    scheme, _ = schemes.current(scheme_code)
    found = []
    for kind in Lead.objects.filter(scheme__code=scheme_code).order_by().values_list("kind", flat=True).distinct():
        rule = pipeline.tranche_of(scheme, kind)
        if (rule.code if rule is not None else NO_TRANCHE) == tranche:
            found.append(kind)
    return found


def _endorsed(scheme_code: str) -> dict[str, int]:
    """The match that is promised to endorsed contributions, by tranche, in cents."""
    found: dict[str, int] = {}
    for one in standings.today(scheme_code):
        if one.promised_cents and one.stage != "pledged":
            found[one.tranche] = found.get(one.tranche, 0) + one.promised_cents
    return found


def _of_tranche(
    statement: TrancheStatement, rule: TrancheRule, prospects: list[Prospect], endorsed_cents: int
) -> TrancheProjection:
    """One tranche with what its leads would take."""
    available_cents = statement.standing.free_cents - endorsed_cents
    return TrancheProjection(statement, rule.ratio, pipeline.project(available_cents, prospects), endorsed_cents)


def _in_kind(scheme: Scheme, kind: str) -> bool | None:
    """Whether a kind is work and goods; None where the lead has no kind, or one that the scheme no longer knows."""
    return next((one.in_kind for one in scheme.kinds if one.code == kind), None)
