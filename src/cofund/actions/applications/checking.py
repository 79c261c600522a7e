"""Checks an application for what is missing and what stands against it, and takes warnings with a reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cofund.actions.actors import Actor
from cofund.actions.applications import guarding
from cofund.actions.errors import Refused
from cofund.queries import applications, schemes
from cofund.records.ledger.models import Application, Letter
from cofund.rules.admission import BLOCK, WARN, Finding
from cofund.rules.schemes import Scheme


def check(
    actor: Actor, application: Application, *, on: date | None = None, at: datetime | None = None
) -> list[Finding]:
    """Check an application and keep what is found with the instant; before the board it is eligible once nothing stands against it.

    A warning that was accepted stays accepted while it says the same.

    Args:
        actor: who checks.
        application: what is checked.
        on: the day whose roles, relations and rules count, not before the letter was handed in; the day of the check unless it is
            recorded later. What is taken from public sources is checked as of any day.
        at: the instant of the check; now, unless the clock is given.

    Raises:
        Refused: it was not handed in, or is not alive any more, or the day lies before the letter was handed in.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "check application") as row:
        scheme, _ = schemes.current(row.scheme.code)
        letter = applications.newest(row, Letter.Status.SUBMITTED, Letter.Status.ENDORSED)
        assert letter is not None, f"{row.reference} was handed in without a letter"
        if on is not None:
            _check_day(row, scheme, letter, on)
        before = row.status
        found = renew(row, scheme, letter, on or timezone.localdate(instant), instant)
        after = {"findings": [one.code for one in found], "on": on.isoformat() if on else None}
        guarding.record(actor, row, "check application", instant, before=before, after=after)
        return found


def renew(row: Application, scheme: Scheme, letter: Letter, on: date, at: datetime) -> list[Finding]:
    """Check a letter as of a day and keep what is found with its application, whose lock the caller holds.

    Before the board the application is eligible once nothing stands against it; a later state stays.
    """
    found = applications.findings(scheme, row, letter, on)
    rows, status = _kept(row, found), row.status
    if status in (Application.Status.SUBMITTED, Application.Status.ELIGIBLE):
        status = Application.Status.SUBMITTED if stands_against(rows) else Application.Status.ELIGIBLE
    guarding.move(row, status, at, reason=row.reason, findings=rows, checked_at=at)
    return found


def accept_warning(actor: Actor, application: Application, reason: str, *, at: datetime | None = None) -> Application:
    """Take the warnings of the last check with a reason; an application that was handed in is then eligible.

    Raises:
        Refused: no reason is given, it was not checked, something blocks it, or nothing is warned of.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "accept warning") as row:
        asked = f"You asked to accept the warnings on {row.reference}."
        words = guarding.said(reason, asked)
        found = [one for one, _ in applications.stored(row)]
        blocking = [one for one in found if one.severity == BLOCK]
        if row.checked_at is None:
            raise Refused(asked=asked, wrong="It was not checked yet.", remedy="Check it first.")
        if blocking:
            raise Refused(asked=asked, wrong=blocking[0].words, remedy=blocking[0].remedy, blocking=len(blocking))
        if not any(one.severity == WARN for one in found):
            raise Refused(asked=asked, wrong="Nothing is warned of.", remedy="Check it again; it is then eligible.")
        rows = [_stored(one, one.severity == WARN) for one in found]
        # One that is approved already stays so: the warnings are those of the next version of its letter.
        before = row.status
        status = Application.Status.ELIGIBLE if before == Application.Status.SUBMITTED else before
        guarding.move(row, status, instant, findings=rows, warning_accepted_because=words)
        guarding.record(actor, row, "accept warning", instant, before=before, reason=words)
        return row


def _check_day(row: Application, scheme: Scheme, letter: Letter, on: date) -> None:
    """Refuse a day before the letter was handed in: what was true then says nothing of who applies now.

    Of a scheme that has ended its last day may be taken, since nobody may give to it later.
    """
    told = any(target is not None and target.is_historical for target in (row.topic, row.project))
    if told or letter.submitted_at is None:
        return
    handed_in_on = timezone.localdate(letter.submitted_at)
    first = min(handed_in_on, scheme.ends_on) if scheme.ends_on else handed_in_on
    if on < first:
        raise Refused(
            asked=f"You asked to check {row.reference} as of {on.isoformat()}.",
            wrong=f"Its letter was handed in on {handed_in_on.isoformat()}.",
            remedy=f"Choose {first.isoformat()} or a later day.",
            field="on",
        )


def stands_against(rows: list[dict[str, Any]]) -> bool:
    """Tell whether something in stored findings blocks, or warns without having been accepted."""
    return any(row["severity"] == BLOCK or (row["severity"] == WARN and not row["accepted"]) for row in rows)


def _kept(row: Application, found: list[Finding]) -> list[dict[str, Any]]:
    """Findings as they are kept with an application: a warning that was accepted stays so while it says the same."""
    accepted = {(one.code, one.words) for one, is_accepted in applications.stored(row) if is_accepted}
    return [_stored(one, (one.code, one.words) in accepted) for one in found]


def _stored(finding: Finding, is_accepted: bool) -> dict[str, Any]:
    """A finding as it is kept with the application."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "words": finding.words,
        "article": finding.article,
        "remedy": finding.remedy,
        "accepted": is_accepted and finding.severity == WARN,
    }
