"""Nothing is approved without a decision: the one place that says which decision may stand behind what is done (INV-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.queries import points
from cofund.queries.points import About
from cofund.records.programme.models import TAKEN_ELSEWHERE, AgendaItem, Decision, Scheme

REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Stated:
    """A decision as somebody types it; `title` is for the register where its number is new there."""

    number: str
    decided_on: date | None = None
    title: str = ""
    evidence: str = ""
    # Why it was taken elsewhere, and stands on no agenda here; needed where the subject must not pass by the board unsaid.
    elsewhere_because: str = ""


def take(
    actor: Actor,
    scheme: Scheme,
    stated: Stated,
    about: About | None,
    asked: str,
    *,
    at: datetime,
    outcome: str = AgendaItem.Status.ADOPTED,
    needs_why: bool = False,
) -> Decision:
    """Give the decision that is stated, once it may stand behind the subject. Without a number, that of the subject's own point.

    A number that the register does not have is recorded, marked for good as taken elsewhere. `about` is None where the booking
    that follows says what it is about, and calls `check` itself. With `needs_why`, one that was taken elsewhere says why it
    stood on no agenda here; that is kept with the decision and shown.

    Raises:
        Refused: the person has a conflict of interest on the subject's own point; there is no number or no day; it is known with
            another day; it does not say why it was taken elsewhere; or as `check` refuses.
    """
    number = " ".join(stated.number.split())
    if about is not None:
        refuse_conflicted(actor, about, asked)
        _refuse_undecided(about, asked)
        if not number and about.point is not None and about.point.decision is not None:
            number = about.point.decision.number
    if not number:
        remedy = "Enter the number and the date of the decision."
        raise Refused(asked=asked, wrong="Nothing is decided without a decision.", remedy=remedy, field="decision")
    known = Decision.objects.filter(scheme=scheme, number=number).first()
    if known is not None and stated.decided_on not in (None, known.decided_on):
        wrong = f"Decision {number} is known here as of {known.decided_on.isoformat()}."
        remedy = "Enter that day, or the number of the other decision."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decided_on")
    if about is not None:
        _check(known, about, asked, outcome)
    elif known is not None:
        _refuse_rejected(known, asked)
    if needs_why and (known is None or (known.is_taken_elsewhere and not known.elsewhere_because)):
        _refuse_unsaid(number, stated, asked)
    found = known or _record(actor, scheme, number, stated, asked, at)
    if found.is_taken_elsewhere and stated.elsewhere_because.strip() and not found.elsewhere_because:
        found.elsewhere_because = stated.elsewhere_because.strip()
        found.save(update_fields=["elsewhere_because"])
    return found


def check(decision: Decision | None, about: About, asked: str) -> None:
    """Refuse a decision that may not stand behind the approval of a subject; without one there is nothing to refuse.

    Where an agenda has a point on that very thing, only what was decided there counts. Else it has to be one that was adopted
    and fits the subject, or one that was taken elsewhere; that only where nothing about the subject was done on this site.

    Raises:
        Refused: for the field `decision`, with what to do.
    """
    if decision is None:
        return
    _refuse_undecided(about, asked)
    _check(decision, about, asked, AgendaItem.Status.ADOPTED)


def refuse_conflicted(actor: Actor, about: About, asked: str) -> None:
    """Refuse that somebody with a conflict of interest on the point of a subject records or books what the board decided there.

    Raises:
        Refused: the person declared one, whatever the role; somebody else has to record it.
    """
    if about.point is not None:
        guards.refuse_conflicted(actor, about.point, asked, guards.RECORDING)


def said(decision: Decision) -> dict[str, Any]:
    """What the audit trail says of a decision that something rests on."""
    found: dict[str, Any] = {"decision": decision.number}
    if not decision.is_taken_elsewhere:
        return found
    why = {"elsewhere_because": decision.elsewhere_because} if decision.elsewhere_because else {}
    return {**found, "decision_taken": TAKEN_ELSEWHERE, **why}


def _refuse_unsaid(number: str, stated: Stated, asked: str) -> None:
    """Refuse a decision that is on no agenda here, and of which nobody says why."""
    if stated.elsewhere_because.strip():
        return
    wrong = f"Decision {number} was taken on no agenda of this site."
    remedy = "Put it on an agenda here; or say why the board decided it elsewhere."
    raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="elsewhere_because")


def _refuse_undecided(about: About, asked: str) -> None:
    """Refuse while the board has still to decide on that very thing, whatever number is typed."""
    point, waiting = about.point, about.waiting
    if point is None:
        if waiting is not None:
            wrong = f"{waiting.reference} states it, and the board has not decided on that application."
            remedy = "Put the application on an agenda, and approve it with the decision taken there."
            raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decision")
        return
    where = f"point {point.number} of {point.meeting}"
    if point.status == AgendaItem.Status.DEFERRED:
        wrong = f"The board has deferred it: {where}."
        remedy = "Put it on the agenda of another meeting or written procedure, and have it decided there."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decision")
    if point.decision is None:
        wrong = f"It is before the board and not decided: {where}."
        remedy = "Record the votes and the decision on that point first. Its number is used here then."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decision")


def _check(decision: Decision | None, about: About, asked: str, outcome: str) -> None:
    """Refuse another decision than that of the subject's own point, another outcome, and one that does not fit."""
    point = about.point
    if point is not None:
        own = point.decision
        assert own is not None, "a point that is not decided was refused before"
        if point.status != outcome:
            wrong = f"The board's decision {own.number} says: {point.get_status_display().lower()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Record what the board decided.", field="decision")
        if decision != own:
            wrong = f"The board decided it with number {own.number} of {own.decided_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Enter that number.", field="decision")
        return
    if about.worked and (decision is None or decision.is_taken_elsewhere):
        wrong = f"The board has not decided here on {about.name}, and {about.worked}."
        remedy = "Put it on an agenda of the board, record the votes there, and use the decision that is taken."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decision")
    if decision is None:
        return
    if decision.pk == about.spent:
        wrong = f"Decision {decision.number} is the one on the version before."
        remedy = f"Enter the number of the board's decision on {about.name}."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decision")
    _refuse_rejected(decision, asked)
    item = points.item_of(decision)
    if item is not None and not points.fits(about, item):
        wrong = f"Decision {decision.number} is about something else: “{item.title}”."
        remedy = f"Enter the number of the board's decision on {about.name}."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decision")


def _refuse_rejected(decision: Decision, asked: str) -> None:
    """Refuse to rest anything on a decision that turned down what the board was asked."""
    if decision.grounds.get("result") == REJECTED:
        wrong = "The board decided it against the proposal: it was not adopted."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the number of a decision to adopt.", field="decision")


def _record(actor: Actor, scheme: Scheme, number: str, stated: Stated, asked: str, at: datetime) -> Decision:
    """Write a decision into the register of which only number and day are stated: it was taken elsewhere."""
    if stated.decided_on is None:
        wrong = f"Decision {number} is not known here yet."
        remedy = "Enter the day on which it was taken."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="decided_on")
    title = stated.title[:300] or number
    made = Decision.objects.create(scheme=scheme, number=number, decided_on=stated.decided_on, title=title)
    after = {"decided_on": stated.decided_on.isoformat(), "title": title, "taken": TAKEN_ELSEWHERE}
    subject = f"{scheme.code}/decision/{number}"
    audit.record(actor, "record decision", subject, at=at, after=after, evidence=stated.evidence)
    return made
