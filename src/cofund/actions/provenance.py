"""Credits who proposed, scoped, drafted, commented or decided: the provenance of an idea or of a topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import audit, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Certainty, Credit, Idea, Seat, Topic


@dataclass(frozen=True, slots=True)
class NewCredit:
    """Who is credited for what: an organisation of the directory or a name, perhaps in a seat, on a day that may not be known."""

    part: str
    organisation: Organisation | None = None
    name: str = ""
    seat: Seat | None = None
    on: date | None = None
    note: str = ""
    source_url: str = ""
    certainty: str = Certainty.RECORDED


def credit(actor: Actor, subject: Idea | Topic, wanted: NewCredit, *, at: datetime | None = None) -> Credit:
    """Credit somebody for a part in an idea or topic, with its audit row.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nobody is named, the seat is of another programme or organisation, or the same is credited already.
    """
    actor.require("credit")
    asked = f"You asked to credit a part in {subject}."
    name = " ".join(wanted.name.split())
    organisation = wanted.organisation or (wanted.seat.organisation if wanted.seat else None)
    if organisation is None and not name:
        remedy = "Choose an organisation, or enter a name."
        raise Refused(asked=asked, wrong="Nobody is named.", remedy=remedy, field="organisation")
    if wanted.seat is not None:
        _check_seat(wanted.seat, subject, organisation, asked)
    with writing():
        owner = {"idea": subject} if isinstance(subject, Idea) else {"topic": subject}
        same = {"part": wanted.part, "organisation": organisation, "name": name, "on": wanted.on}
        if Credit.objects.filter(**owner, **same).exists():
            remedy = "Nothing is left to do, unless it was another day or part."
            raise Refused(asked=asked, wrong="This is credited already.", remedy=remedy, field="part")
        made = Credit.objects.create(
            **owner,
            **same,
            seat=wanted.seat,
            note=wanted.note.strip(),
            source_url=wanted.source_url,
            certainty=wanted.certainty,
        )
        what = "idea" if isinstance(subject, Idea) else "topic"
        after = {
            "part": wanted.part,
            "who": str(organisation or name),
            "on": wanted.on.isoformat() if wanted.on else None,
        }
        path = f"{subject.scheme.code}/{what}/{subject}"
        audit.record(actor, "credit", path, at=at or clock.now(), after=after, evidence=wanted.source_url)
        return made


def credit_comment(topic: Topic, organisation: Organisation | None, name: str, seat: Seat | None, at: datetime) -> None:
    """Credit the author of a comment that changed the text, once; part of the answer that says so, under its lock."""
    Credit.objects.get_or_create(
        topic=topic,
        part=Credit.Part.COMMENTED,
        organisation=organisation,
        name="" if organisation else name,
        defaults={"seat": seat, "on": topic_checks.day_of(at)},
    )


def _check_seat(seat: Seat, subject: Idea | Topic, organisation: Organisation | None, asked: str) -> None:
    """Refuse a seat of another programme, or one that another organisation holds."""
    is_other = seat.organisation_id is not None and organisation is not None and seat.organisation_id != organisation.pk
    if seat.group.scheme_id != subject.scheme_id or is_other:
        wrong = "That seat is of another programme, or another organisation holds it."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose the seat of who is credited, or none.", field="seat")
