"""Upper limits of a programme that a contribution strains, told before it is decided. They hold for all of it, and only warn."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from cofund.queries import access, shares
from cofund.queries.contributions import ContributionState
from cofund.records.ledger.models import PlanLine, ReportLine
from cofund.rules import share_words
from cofund.rules.eligibility import UNKNOWN_PLACE
from cofund.rules.schemes import Scheme
from cofund.rules.share_sums import Amount
from cofund.rules.shares import ShareResult
from cofund.web import components as c


def of_pledge(scheme: Scheme, role: str, kind: str, place: str, cents: int) -> tuple[c.Callout, ...]:
    """What a pledge would do to the limits of its programme that it counts above the line of."""
    added = Amount(kind, scheme.giving_role(role), place or UNKNOWN_PLACE, cents)
    return tuple(_callout(scheme, one, "With it, ") for one in shares.strained_by(scheme.code, added))


def of_contribution(scheme: Scheme, state: ContributionState) -> tuple[c.Callout, ...]:
    """How the limits stand that a contribution of the books counts above the line of, where they fail or are close."""
    place = state.version.place if state.version else UNKNOWN_PLACE
    standing = Amount(state.contribution.kind, scheme.giving_role(state.contribution.role), place, 0)
    return tuple(_callout(scheme, one, "") for one in shares.strained_by(scheme.code, standing))


def of_activities(
    request: HttpRequest, scheme: Scheme, lines: Iterable[PlanLine | ReportLine]
) -> tuple[c.Callout, ...]:
    """How the limits stand that the activities of a plan or report count above the line of; for those alone who read the books."""
    if not access.may(request.user, "read the books"):
        return ()
    activities = {line.activity_id: line.activity for line in lines if line.activity is not None}
    kinds = {(one.kind, scheme.giving_role(one.role), one.place) for one in activities.values()}
    found = {
        result.test.id: result
        for kind, role, place in sorted(kinds)
        for result in shares.strained_by(scheme.code, Amount(kind, role, place, 0))
    }
    return tuple(_callout(scheme, one, "") for one in found.values())


def _callout(scheme: Scheme, result: ShareResult, before: str) -> c.Callout:
    """One limit: how it stands, its source, and the smallest change that would pass."""
    words = f"{result.test.label} in {scheme.name}: {share_words.verdict(scheme, result)}"
    least = share_words.remedy(scheme, result)
    more = f" To pass: {least}." if least else ""
    source = f" ({result.limit_source})" if result.limit_source else ""
    title = "Close to a limit of the programme" if result.passes else "Above a limit of the programme"
    return c.Callout(title, f"{before}{words[:1].lower() if before else words[:1]}{words[1:]}{source}{more}", "warning")
