"""What every step of the yearly round begins with: the role, the right at the partner, the lock, and the state that allows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.queries import access, clock
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.ledger.models import Plan, Report
from cofund.records.programme.models import Scheme
from cofund.rules import roles
from cofund.rules.lifecycle_round import PLAN, REPORT, RIGHTS
from cofund.rules.lifecycles import Lifecycle


def require(actor: Actor, organisation: Organisation, action: str) -> None:
    """Let an action on something of an organisation pass only for the role that includes it, at a partner with the right for it.

    Raises:
        NotAllowed: the role does not include it, or the organisation has not given the right.
    """
    actor.require(action)
    if actor.role != roles.PARTNER:
        return
    right = RIGHTS.get(action, "")
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id is not None else None
    if user is None or not access.may_for_organisation(user, right, organisation):
        words = PartnerRight.Right(right).label.lower() if right else action
        raise NotAllowed(
            asked=f"{actor.name} asked to {action}.",
            wrong=f"The organisation has not given the right to {words}.",
            remedy="Ask somebody there who may grant rights, or the programme office.",
            action=action,
            role=actor.role,
        )


@contextmanager
def plan_step(actor: Actor, plan: Plan, action: str) -> Iterator[Plan]:
    """Hold one transaction and the lock of a plan, read anew, in a state that allows the action.

    Raises:
        NotAllowed, Refused: see `require`; or the plan is in another state.
    """
    with writing():
        row = Plan.objects.select_for_update(of=("self",)).select_related("scheme", "organisation").get(pk=plan.pk)
        require(actor, row.organisation, action)
        _check_state(PLAN, action, row.status, str(row))
        yield row


@contextmanager
def report_step(actor: Actor, report: Report, action: str) -> Iterator[Report]:
    """Hold one transaction and the lock of a report, read anew, in a state that allows the action.

    Raises:
        NotAllowed, Refused: see `require`; or the report is in another state.
    """
    with writing():
        rows = Report.objects.select_for_update(of=("self",)).select_related("scheme", "organisation")
        row = rows.get(pk=report.pk)
        require(actor, row.organisation, action)
        _check_state(REPORT, action, row.status, row.reference)
        yield row


def locked_scheme(scheme: Scheme) -> Scheme:
    """The row of a scheme, locked so that numbers are given once."""
    return Scheme.objects.select_for_update().get(pk=scheme.pk)


def record(
    actor: Actor,
    row: Plan | Report,
    action: str,
    at: datetime,
    *,
    after: dict[str, Any] | None = None,
    reason: str = "",
    evidence: str = "",
) -> None:
    """Leave the audit row of a step."""
    status = {"status": str(row.status)}
    audit.record(
        actor, action, subject(row), at=at, after={**status, **(after or {})}, reason=reason, evidence=evidence
    )


def subject(row: Plan | Report) -> str:
    """The name of a plan or report in the audit trail."""
    if isinstance(row, Report):
        return f"{row.scheme.code}/report/{row.reference}"
    return f"{row.scheme.code}/plan/{row.organisation.slug}/{row.year}/{row.number}"


def now(at: datetime | None) -> datetime:
    """The instant of a step: as given, else the clock's."""
    return at or clock.now()


def day_of(at: datetime) -> date:
    """The day of an instant in the site's time zone."""
    return timezone.localdate(at)


def said(words: str, asked: str, field: str = "reason", what: str = "reason") -> str:
    """Give what was written without blanks around it.

    Raises:
        Refused: nothing was.
    """
    text = words.strip()
    if not text:
        wrong, remedy = f"No {what} is given.", "Say it in a sentence or two."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field=field)
    return text


def _check_state(life: Lifecycle, action: str, state: str, name: str) -> None:
    """Refuse an action in a state that does not allow it."""
    if not life.allows(action, state):
        raise Refused(
            asked=f"You asked to {action}: {name}.",
            wrong=f"It is {life.in_words((state,))}.",
            remedy=f"This can be done while it is one of: {life.in_words(life.step(action).starts_from)}.",
        )
