"""Records what the board decided on an application: nothing is approved without a decision, and what is approved is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import decided, lead_steps
from cofund.actions.actors import Actor
from cofund.actions.applications import endorsing, guarding, scheduling
from cofund.actions.books import Grounds
from cofund.actions.decided import Stated
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.actions.lead_steps import LeadMove
from cofund.queries import applications, points, schemes
from cofund.queries.points import About
from cofund.records.ledger.models import Application, Contribution, Letter
from cofund.records.programme.models import AgendaItem
from cofund.rules.admission import BLOCK, WARN

ADOPTED, REJECTED = AgendaItem.Status.ADOPTED, AgendaItem.Status.REJECTED


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the board decided, as it is recorded: the reason, the evidence, and the number, which may be left to the agenda."""

    reason: str
    number: str = ""
    decided_on: date | None = None
    evidence: str = ""
    # Of a next letter that is on no agenda here: why the board decided on it elsewhere.
    elsewhere_because: str = ""


def approve(
    actor: Actor,
    application: Application,
    ruling: Ruling,
    *,
    accepts_unmatched: bool = False,
    at: datetime | None = None,
) -> list[Contribution]:
    """Approve an application: its lines are pledged and endorsed in the books as of the day of the decision.

    Raises:
        Refused: there is no decision, the person has a conflict on its point, the agenda says otherwise, the check is out of date
            or blocks, or the books refuse.
        EnvelopeExhausted: a line would unlock more than is open, and the rest was not accepted as unmatched.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "approve application") as row:
        guarding.require_letter(row, "approve application")
        asked = f"You asked to approve {row.reference}."
        _refuse_blocked(row, asked)
        grounds = _grounds(actor, row, points.of_application(row), ruling, asked, instant)
        before = row.status
        made = _into_the_books(actor, row, grounds, accepts_unmatched, at)
        guarding.move(row, Application.Status.APPROVED, instant, decision=grounds.decision)
        _record(actor, row, "approve application", instant, before, grounds, made)
        _convert_lead(actor, row, instant)
        return made


def approve_on_conditions(
    actor: Actor, application: Application, conditions: str, ruling: Ruling, *, at: datetime | None = None
) -> Application:
    """Approve an application on conditions. Nothing is booked before they are met: a promise that may lapse holds no money.

    Raises:
        Refused: no condition is named, or what `approve` refuses before it books.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "approve on conditions") as row:
        asked = f"You asked to approve {row.reference} on conditions."
        words = guarding.said(conditions, asked)
        _refuse_blocked(row, asked)
        grounds = _grounds(actor, row, points.of_application(row), ruling, asked, instant)
        before = row.status
        guarding.move(row, Application.Status.CONDITIONAL, instant, reason=words, decision=grounds.decision)
        _record(actor, row, "approve on conditions", instant, before, grounds)
        return row


def reject(actor: Actor, application: Application, ruling: Ruling, *, at: datetime | None = None) -> Application:
    """Record that the board rejected an application.

    Raises:
        Refused: there is no decision, the person has a conflict on its point, or the agenda says otherwise.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "reject application") as row:
        asked = f"You asked to reject {row.reference}."
        words = guarding.said(ruling.reason, asked)
        grounds = _grounds(actor, row, points.of_application(row), ruling, asked, instant, outcome=REJECTED)
        before = row.status
        guarding.move(row, Application.Status.REJECTED, instant, reason=words, decision=grounds.decision)
        _record(actor, row, "reject application", instant, before, grounds)
        return row


def meet_conditions(
    actor: Actor,
    application: Application,
    met_on: date,
    reason: str,
    *,
    evidence: str = "",
    accepts_unmatched: bool = False,
    at: datetime | None = None,
) -> list[Contribution]:
    """Record that the conditions of an approval are met: its lines are booked as of that day, on the board's decision.

    Raises:
        Refused: no reason is given, the person has a conflict on its point, or the books refuse.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "meet conditions") as row:
        guarding.require_letter(row, "meet conditions")
        asked = f"You asked to record that the conditions of {row.reference} are met."
        words = guarding.said(reason, asked)
        guards.refuse_conflicted(actor, row, asked, guards.RECORDING)
        _refuse_blocked(row, asked)
        decision = row.decision
        assert decision is not None, f"{row.reference} was approved on conditions without a decision"
        if met_on < decision.decided_on:
            wrong = f"The board decided on {decision.decided_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Enter that day or a later one.", field="met_on")
        grounds = Grounds(met_on, words, evidence, decision, decision.certainty)
        before = row.status
        made = _into_the_books(actor, row, grounds, accepts_unmatched, at)
        guarding.move(row, Application.Status.APPROVED, instant)
        _record(actor, row, "meet conditions", instant, before, grounds, made)
        _convert_lead(actor, row, instant)
        return made


def let_lapse(actor: Actor, application: Application, reason: str, *, at: datetime | None = None) -> Application:
    """Record that the conditions of an approval were not met.

    Raises:
        Refused: no reason is given, or the person has a conflict on its point.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "let application lapse") as row:
        asked = f"You asked to let {row.reference} lapse."
        guards.refuse_conflicted(actor, row, asked, guards.RECORDING)
        words = guarding.said(reason, asked)
        before = row.status
        guarding.move(row, Application.Status.LAPSED, instant, reason=words)
        guarding.record(actor, row, "let application lapse", instant, before=before, reason=words)
        return row


def endorse_next(
    actor: Actor, application: Application, ruling: Ruling, *, at: datetime | None = None
) -> list[Contribution]:
    """Record the board's decision on the next version of an endorsed letter, and amend the contributions to what it says.

    Raises:
        Refused: no next version was handed in, its check is out of date, something stands against it, there is no decision,
            it was decided elsewhere and nobody says why, or the books refuse.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "endorse next letter") as row:
        asked = f"You asked to endorse the next letter of {row.reference}."
        letter = applications.newest(row, Letter.Status.SUBMITTED)
        before = applications.newest(row, Letter.Status.ENDORSED)
        if letter is None or before is None:
            raise Refused(asked=asked, wrong="No next version was handed in.", remedy="Have it handed in first.")
        _refuse_unchecked(row, letter, asked)
        guarding.said(ruling.reason, asked)
        about = points.of_next_letter(row)
        # On no agenda here it passes only with words on why.
        grounds = _grounds(actor, row, about, ruling, asked, instant, needs_why=about.point is None)
        scheme, _ = schemes.current(row.scheme.code)
        touched = endorsing.change(actor, row, scheme, before, letter, grounds, at=at)
        _record(actor, row, "endorse next letter", instant, row.status, grounds, touched)
        return touched


def _into_the_books(
    actor: Actor, row: Application, grounds: Grounds, accepts_unmatched: bool, at: datetime | None
) -> list[Contribution]:
    """Book the letter that was handed in."""
    scheme, _ = schemes.current(row.scheme.code)
    letter = applications.newest(row, Letter.Status.SUBMITTED)
    assert letter is not None, f"{row.reference} came before the board without a letter"
    return endorsing.enter(actor, row, scheme, letter, grounds, accepts_unmatched=accepts_unmatched, at=at)


def _refuse_blocked(row: Application, asked: str) -> None:
    """Refuse an application whose check is out of date, or that something blocks."""
    scheduling.refuse_outdated(row, asked)
    blocking = [one for one, _ in applications.stored(row) if one.severity == BLOCK]
    if blocking:
        raise Refused(asked=asked, wrong=blocking[0].words, remedy=blocking[0].remedy, blocking=len(blocking))


def _refuse_unchecked(row: Application, letter: Letter, asked: str) -> None:
    """Refuse the next version of a letter that was not checked, or that something stands against, as the first one would be.

    Raises:
        Refused: with what to do first.
    """
    if row.checked_at is None or letter.submitted_at is None or row.checked_at < letter.submitted_at:
        raise Refused(asked=asked, wrong="The next version was not checked yet.", remedy="Check the application.")
    _refuse_blocked(row, asked)
    warned = [one for one, is_accepted in applications.stored(row) if one.severity == WARN and not is_accepted]
    if warned:
        remedy = "Accept the warnings with a reason, or have another version written."
        raise Refused(asked=asked, wrong=warned[0].words, remedy=remedy, warnings=len(warned))


def _grounds(
    actor: Actor,
    row: Application,
    about: About,
    ruling: Ruling,
    asked: str,
    at: datetime,
    *,
    outcome: str = ADOPTED,
    needs_why: bool = False,
) -> Grounds:
    """The grounds of a decision: what was decided on its own point of the agenda; of a next letter, what is stated."""
    guards.refuse_conflicted(actor, row, asked, guards.RECORDING)
    # Titles can be published: who applies is said by the application, which knows of consent.
    title = f"Application {row.reference}"
    stated = Stated(ruling.number, ruling.decided_on, title, ruling.evidence, ruling.elsewhere_because)
    decision = decided.take(actor, row.scheme, stated, about, asked, at=at, outcome=outcome, needs_why=needs_why)
    reason = ruling.reason.strip() or decision.title
    return Grounds(decision.decided_on, reason, ruling.evidence, decision, decision.certainty)


def _record(
    actor: Actor,
    row: Application,
    action: str,
    at: datetime,
    before: str,
    grounds: Grounds,
    made: list[Contribution] | None = None,
) -> None:
    """The audit row of a decision."""
    assert grounds.decision is not None
    after = {**decided.said(grounds.decision), "contributions": [one.reference for one in made or ()]}
    guarding.record(
        actor, row, action, at, before=before, after=after, reason=grounds.reason, evidence=grounds.evidence
    )


def _convert_lead(actor: Actor, row: Application, at: datetime) -> None:
    """The lead behind an approved application has come to its end."""
    if row.lead is not None:
        move = LeadMove("convert lead", reason=f"Application {row.reference} approved")
        lead_steps.follow_application(actor, row.lead, move, at)
