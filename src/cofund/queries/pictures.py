"""One picture of everything that an action can change: a contribution, the money behind its target, and the envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cofund.queries import clock, contributions, envelope, funding, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.envelope import TrancheStatement
from cofund.queries.funding import Funding
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands on a day. `state` is None without a contribution, `money` without a topic or project."""

    scheme: Scheme
    as_of: date
    tranches: tuple[TrancheStatement, ...]
    state: ContributionState | None
    money: Funding | None
    target_status: str


def take(
    scheme_code: str,
    *,
    contribution: Contribution | None = None,
    target: Target | None = None,
    as_of: date | None = None,
) -> Picture:
    """Take the picture as of a day, today where none is given.

    Args:
        scheme_code: the programme.
        contribution: the contribution that is looked at, if one is.
        target: the topic or project; that of the contribution where not given.
        as_of: the day.
    """
    on = as_of or clock.today()
    scheme, _ = schemes.current(scheme_code)
    if contribution is not None:
        contribution.refresh_from_db()
        if target is None:
            target = Target.of(contribution)
    states = contributions.states(Contribution.objects.filter(pk=contribution.pk), as_of=on) if contribution else []
    return Picture(
        scheme=scheme,
        as_of=on,
        tranches=envelope.statement(scheme_code, as_of=on),
        state=states[0] if states else None,
        money=funding.of_target(scheme_code, target, as_of=on) if target else None,
        target_status=_status(target),
    )


def _status(target: Target | None) -> str:
    """The topic's status in words, empty where there is no topic."""
    topic = target.topic or (target.project.topic if target.project else None) if target else None
    if topic is None:
        return ""
    topic.refresh_from_db()
    return topic.get_status_display()
