"""What allows a share that is not within its limit: a decision with its day, or a place in the text of the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cofund.actions import decided
from cofund.actions.books import Grounds, OpenBook
from cofund.actions.decided import Stated
from cofund.actions.errors import Refused
from cofund.queries.pools import Target
from cofund.records.programme.models import Decision, Scheme

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class ShareException:
    """What somebody states. `reason` alone allows no share; it says why a shortfall of contributions is accepted.

    `decision` is its number, `text` where in the text of the call it stands: a page, a section, an address.
    """

    reason: str = ""
    decision: str = ""
    decided_on: date | None = None
    text: str = ""


NO_EXCEPTION = ShareException()


def allowed_by(book: OpenBook, target: Target, stated: ShareException, grounds: Grounds, asked: str) -> str:
    """Give what allows a share, in words; empty where neither a decision nor a text is stated. A new decision is recorded.

    Raises:
        Refused: the decision has no day or another one, was not adopted or came later; the target has no call, or no place in
            its text is named.
    """
    found = []
    if stated.decision.strip():
        decision = _decision(book, stated, grounds, asked)
        found.append(f"decision {decision.number} of {decision.decided_on.isoformat()}")
    if stated.text.strip():
        found.append(_text(target, stated.text.strip(), asked))
    if not found:
        return ""
    reason = stated.reason.strip()[:LONGEST_REASON]
    return " and ".join(found) + (f" ({reason})" if reason else "")


def _decision(book: OpenBook, stated: ShareException, grounds: Grounds, asked: str) -> Decision:
    """The decision that is stated, in the register."""
    scheme = Scheme.objects.get(code=book.scheme.code)
    wanted = Stated(stated.decision, stated.decided_on, stated.reason.strip(), grounds.evidence)
    try:
        found = decided.take(book.actor, scheme, wanted, None, asked, at=book.at)
    except Refused as error:
        field = f"exception_{error.fields.get('field', 'decision')}"
        raise Refused(asked=asked, wrong=error.wrong, remedy=error.remedy, field=field) from error
    if found.decided_on > grounds.effective_on:
        wrong = f"Decision {found.number} was taken on {found.decided_on.isoformat()}, after the day that this is booked for."
        remedy = "Name the decision that allowed it then, or book it for a later day."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="exception_decided_on")
    return found


def _text(target: Target, place: str, asked: str) -> str:
    """A place in the text of the call of a target, in words."""
    project = target.project
    topic = target.topic or (project.topic if project is not None else None)
    call = project.call if topic is None and project is not None else None
    source = topic.code if topic is not None else call.code if call is not None else ""
    if not source:
        wrong, remedy = f"{target.code} belongs to no topic and no call.", "Name the decision that allows it."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="exception_text")
    if not (any(sign.isdigit() for sign in place) or "://" in place):
        wrong, remedy = (
            f"“{place[:60]}” is no place in a text.",
            "Name the page or section, or the address of the text.",
        )
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="exception_text")
    return f"the text of {source}, {place[:LONGEST_REASON]}"
