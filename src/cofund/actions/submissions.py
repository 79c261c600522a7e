"""Forms of the office: what was typed becomes one booking, once; and the same booking can be rehearsed to show its effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from cofund.actions import decided
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.decided import Stated
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.moves import Booked
from cofund.actions.organisations import NewOrganisation, add
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import clock, journal, pictures
from cofund.queries.pictures import Picture
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Book, Contribution, Entry, Submission
from cofund.records.programme.models import Project, Scheme


class BooksMoved(Refused):
    """Somebody booked since the effects were shown; they have to be looked at again."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Why something is done, as a form states it; `decision` is the number of a decision, empty where none is behind it."""

    effective_on: date
    reason: str
    evidence: str = ""
    decision: str = ""
    decided_on: date | None = None
    decision_title: str = ""


Act = Callable[[Grounds], Entry]


def book(actor: Actor, scheme: str, typed: Typed, act: Act, *, token: str, seen_entry: int | None = None) -> Entry:
    """Do what a form asks for, once: a form that is sent twice gives the entry of the first time.

    Args:
        actor: in whose name.
        scheme: in whose book.
        typed: the grounds as typed; a decision that is not known yet is recorded with them.
        act: the booking.
        token: what tells this form from every other one.
        seen_entry: the last entry when the effects were shown; None where they need not be looked at again.

    Raises:
        BooksMoved: something was booked since `seen_entry`.
        Refused: there is no token, or what the booking refuses.
    """
    if not token:
        raise Refused(
            asked="You asked to record this.",
            wrong="The form came without its token, so that it could be booked twice.",
            remedy="Load the form again and send it from there.",
        )
    before = booked_with(token)
    if before is not None:
        return before
    try:
        with writing():
            # The lock of the book: whoever waited here sees what the other one did.
            Book.objects.select_for_update().filter(scheme__code=scheme).first()
            again = booked_with(token)
            if again is not None:
                return again
            if seen_entry is not None and journal.last_number(scheme) != seen_entry:
                raise BooksMoved(
                    asked="You asked to record this.",
                    wrong="Somebody booked something since its effects were shown.",
                    remedy="Look at the effects below once more; they are those of now.",
                )
            entry = act(stated_grounds(actor, scheme, typed))
            Submission.objects.create(token=token, entry=entry, recorded_at=entry.recorded_at)
            return entry
    except IntegrityError:
        found = booked_with(token)
        if found is None:
            raise
        return found


def rehearse(
    actor: Actor,
    scheme: str,
    typed: Typed,
    act: Act,
    *,
    contribution: Contribution | None = None,
    target: Target | None = None,
) -> tuple[Picture, Picture, Entry]:
    """Do it, take the picture before and after, and take it all back: what is shown is what the booking does.

    Raises:
        Refused: what the booking refuses.
    """
    with writing():
        on = max(clock.today(), typed.effective_on)
        before = pictures.take(scheme, contribution=contribution, target=target, as_of=on)
        entry = act(stated_grounds(actor, scheme, typed))
        after = pictures.take(scheme, contribution=contribution, target=_followed(target, entry), as_of=on)
        transaction.set_rollback(True)
    _forget(contribution, target)
    return before, after, entry


def record_pledge(
    actor: Actor,
    wanted: Pledge,
    *,
    new_organisation: NewOrganisation | None = None,
    token: str,
) -> Entry:
    """Record a pledge from a form, once, adding the organisation behind it where it is new.

    Raises:
        Refused: what `pledges.pledge` and `organisations.add` refuse.
    """

    def act(grounds: Grounds) -> Entry:
        organisations: tuple[Organisation, ...] = wanted.organisations
        if new_organisation is not None:
            organisations = (*organisations, add(actor, new_organisation))
        return _pledge(actor, wanted, organisations, grounds).entry

    grounds = wanted.grounds
    return book(actor, wanted.scheme, Typed(grounds.effective_on, grounds.reason, grounds.evidence), act, token=token)


def booked_with(token: str) -> Entry | None:
    """Give the entry that a form made already, or None."""
    done = Submission.objects.select_related("entry").filter(token=token).first()
    return done.entry if done else None


def _pledge(actor: Actor, wanted: Pledge, organisations: tuple[Organisation, ...], grounds: Grounds) -> Booked:
    """Pledge in the name of organisations that are all known by now."""
    fields: dict[str, Any] = {name: getattr(wanted, name) for name in Pledge.__dataclass_fields__}
    return pledge(actor, Pledge(**{**fields, "organisations": organisations, "grounds": grounds}))


def stated_grounds(actor: Actor, scheme: str, typed: Typed) -> Grounds:
    """Give the grounds of a booking. Whether its decision may stand behind it, the booking itself says (`decided.check`).

    Raises:
        Refused: the decision is known with another day, or stated without one.
    """
    if not typed.decision.strip():
        return Grounds(typed.effective_on, typed.reason, typed.evidence)
    asked = f"You asked to book on decision {typed.decision.strip()}."
    title = typed.decision_title or typed.reason[:300]
    stated = Stated(typed.decision, typed.decided_on, title, typed.evidence)
    known = decided.take(actor, Scheme.objects.get(code=scheme), stated, None, asked, at=clock.now())
    return Grounds(typed.effective_on, typed.reason, typed.evidence, known)


def _followed(target: Target | None, entry: Entry) -> Target | None:
    """Where the money of a target lies after an entry: the signature of a topic's grant moves it to the project."""
    if target is None or target.project is not None or entry.kind != Entry.Kind.COMMIT:
        return target
    project = Project.objects.select_related("topic").filter(topic=target.topic).order_by("-pk").first()
    return Target(project=project) if project is not None else target


def _forget(contribution: Contribution | None, target: Target | None) -> None:
    """Read again what the rehearsal changed in memory only."""
    for row in (contribution, target.topic if target else None, target.project if target else None):
        if row is not None:
            row.refresh_from_db()
