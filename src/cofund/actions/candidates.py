"""What the office says of a candidate: on the shortlist, with a note, or not suitable; each can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.queries.candidate_subjects import Subject
from cofund.records.corpus.models import PastOrganisation
from cofund.records.programme.models import CandidateMark, Idea, Topic

Kind = CandidateMark.Kind


def shortlist(
    actor: Actor, subject: Subject, past: PastOrganisation, note: str = "", *, at: datetime | None = None
) -> CandidateMark:
    """Put a candidate on the shortlist.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is on the shortlist already, or was called not suitable.
    """
    actor.require("shortlist candidate")
    with writing():
        return _mark(actor, "shortlist candidate", subject, past, Kind.SHORTLISTED, note.strip(), at or clock.now())


def call_not_suitable(
    actor: Actor, subject: Subject, past: PastOrganisation, reason: str, *, at: datetime | None = None
) -> CandidateMark:
    """Say that a candidate is not suitable, and why; it is no longer offered, and comes off the shortlist.

    Raises:
        NotAllowed: the role does not include it.
        Refused: no reason is given, it was said already, or the candidate is invited.
    """
    actor.require("call not suitable")
    asked = f"You asked to call {past} not suitable for {subject.code}."
    if not reason.strip():
        raise Refused(asked=asked, wrong="It does not say why.", remedy="Give the reason; it is kept.", field="note")
    instant = at or clock.now()
    with writing():
        held = in_force(subject, past)
        if held is not None and held.lead is not None:
            wrong = f"It is invited already: {held.lead.reference}."
            raise Refused(asked=asked, wrong=wrong, remedy="Say in that lead why nothing comes of it.")
        if held is not None and held.kind == Kind.SHORTLISTED:
            _end(held, actor, f"Not suitable: {reason.strip()}", instant)
        return _mark(actor, "call not suitable", subject, past, Kind.NOT_SUITABLE, reason.strip(), instant)


def note(
    actor: Actor, subject: Subject, past: PastOrganisation, text: str, *, at: datetime | None = None
) -> CandidateMark:
    """Change the note on a candidate of the shortlist; the audit row keeps the one before.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not on the shortlist, or the note is the same.
    """
    actor.require("note on candidate")
    asked = f"You asked to change the note on {past}."
    with writing():
        row = _held(asked, subject, past, Kind.SHORTLISTED)
        before, row.note = row.note, text.strip()
        if row.note == before:
            raise Refused(
                asked=asked, wrong="That changes nothing.", remedy="Change the note, or cancel.", field="note"
            )
        row.save(update_fields=["note"])
        _audit(actor, "note on candidate", subject, past, at or clock.now(), {"note": before}, {"note": row.note})
        return row


def take_off(
    actor: Actor, subject: Subject, past: PastOrganisation, reason: str = "", *, at: datetime | None = None
) -> CandidateMark:
    """Take a candidate off the shortlist. That it stood there stays known.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not on the shortlist, or is invited.
    """
    actor.require("take off shortlist")
    asked = f"You asked to take {past} off the shortlist."
    with writing():
        row = _held(asked, subject, past, Kind.SHORTLISTED)
        if row.lead is not None:
            wrong = f"It is invited: {row.lead.reference}."
            raise Refused(asked=asked, wrong=wrong, remedy="Say in that lead why nothing comes of it.")
        return _ended(actor, "take off shortlist", subject, row, reason.strip(), at or clock.now())


def call_suitable_again(
    actor: Actor, subject: Subject, past: PastOrganisation, reason: str = "", *, at: datetime | None = None
) -> CandidateMark:
    """Take back that a candidate is not suitable: it is offered again.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nobody said that it is not suitable.
    """
    actor.require("call suitable again")
    with writing():
        row = _held(f"You asked to offer {past} again.", subject, past, Kind.NOT_SUITABLE)
        return _ended(actor, "call suitable again", subject, row, reason.strip(), at or clock.now())


def in_force(subject: Subject, past: PastOrganisation) -> CandidateMark | None:
    """What is said of a candidate now, read and locked under what it is about; the caller has opened a transaction."""
    table = Topic if subject.topic else Idea
    row = subject.topic or subject.idea
    assert row is not None
    # Whoever says something else at the same time waits here.
    table._base_manager.select_for_update().filter(pk=row.pk).values_list("pk").first()
    rows = CandidateMark.objects.filter(**subject.asked, past_organisation=past, ended_at=None)
    return rows.select_related("lead").first()


def _mark(
    actor: Actor, action: str, subject: Subject, past: PastOrganisation, kind: str, text: str, at: datetime
) -> CandidateMark:
    """Write what is said of a candidate, with its audit row. Raises: Refused where something is said already."""
    held = in_force(subject, past)
    if held is not None:
        raise Refused(
            asked=f"You asked to say of {past}: {Kind(kind).label.lower()}.",
            wrong=f"{held.made_by} said already: {held.get_kind_display().lower()}.",
            remedy="Take that back first." if held.kind != kind else "Nothing is left to do.",
        )
    made = CandidateMark.objects.create(
        **subject.asked, past_organisation=past, kind=kind, note=text, made_by=actor.name, made_at=at
    )
    _audit(actor, action, subject, past, at, None, {"note": text} if text else {})
    return made


def _held(asked: str, subject: Subject, past: PastOrganisation, kind: str) -> CandidateMark:
    """What is said of a candidate, where it is of this kind. Raises: Refused where it is not."""
    row = in_force(subject, past)
    if row is None or row.kind != kind:
        wrong = f"Nobody has said of it: {Kind(kind).label.lower()}."
        raise Refused(asked=asked, wrong=wrong, remedy="Look at the page of candidates as it is now.")
    return row


def _ended(actor: Actor, action: str, subject: Subject, row: CandidateMark, reason: str, at: datetime) -> CandidateMark:
    """Take back what is said of a candidate, with its audit row."""
    _end(row, actor, reason, at)
    before = {"note": row.note, "made by": row.made_by}
    _audit(actor, action, subject, row.past_organisation, at, before, None, reason)
    return row


def _end(row: CandidateMark, actor: Actor, reason: str, at: datetime) -> None:
    row.ended_by, row.ended_at, row.end_reason = actor.name, at, reason
    row.save(update_fields=["ended_by", "ended_at", "end_reason"])


def _audit(
    actor: Actor, action: str, subject: Subject, past: PastOrganisation, at: datetime, before: dict[str, Any] | None,
    after: dict[str, Any] | None, reason: str = "",
) -> None:  # fmt: skip
    """The audit row of an act on a candidate: it names the candidate by its identification code."""
    told = {"candidate": f"{past} (PIC {past.pk})"}
    was = told | before if before is not None else None
    is_now = told | after if after is not None else None
    audit.record(actor, action, subject.audited_as, at=at, before=was, after=is_now, reason=reason)
