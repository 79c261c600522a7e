"""Takes an idea for a topic in: from anybody by the public form, or from a seat in a group by a partner or delegate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cofund.actions import audit, public_ideas, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, seats
from cofund.records.directory.models import User
from cofund.records.programme.models import Credit, Idea, Scheme, Seat
from cofund.rules import roles

# Most ideas that one address may hand in within a day.
MOST_A_DAY: Final = 5


@dataclass(frozen=True, slots=True)
class NewIdea:
    """An idea as somebody writes it. `seat_id` is the seat that it is proposed from; `origin` the address of the sender.

    `language` is that of the page; what is written to the proposer is in it.
    """

    scheme: str
    title: str
    challenge: str
    partners: str = ""
    proposer_name: str = ""
    proposer_email: str = ""
    seat_id: int | None = None
    wants_credit: bool = True
    is_public: bool = False
    origin: str = ""
    language: str = Idea.Language.ENGLISH


def submit(
    actor: Actor, wanted: NewIdea, address_of: Callable[[str], str] = str, *, at: datetime | None = None
) -> Idea:
    """Take an idea in, credit who proposed it, and leave its audit row. From a seat, it comes on the seated route.

    A visitor gets a link that confirms the e-mail address. The office alone reads the idea until it shows it.

    Args:
        actor: who suggests it.
        wanted: the idea.
        address_of: gives the address of the page that a signed token confirms at.
        at: the instant; now, unless the clock is given.

    Raises:
        NotAllowed: the role does not include it.
        Refused: something is missing, the seat is not the person's, or too many came from one address within a day.
    """
    actor.require("suggest idea")
    asked = "You asked to hand in an idea."
    instant = at or clock.now()
    with writing():
        scheme = topic_checks.locked_scheme(wanted.scheme, asked)
        user = topic_checks.person(actor)
        seat = _seat(scheme, user, wanted.seat_id, asked)
        origin = topic_checks.origin_of(wanted.origin) if user is None else ""
        if user is None and wanted.proposer_email:
            public_ideas.check_flood(wanted.proposer_email, asked, instant)
        topic_checks.check_flood(Idea.objects, "recorded_at", origin, most=MOST_A_DAY, asked=asked, at=instant)
        made = Idea(
            scheme=scheme,
            reference=next_reference(scheme),
            title=topic_checks.check_text(wanted.title, asked, "title", "The title")[:300],
            challenge=topic_checks.check_text(wanted.challenge, asked, "challenge", "The need"),
            partners=wanted.partners.strip()[: topic_checks.MOST_SIGNS],
            proposer_name=_name(user, wanted, asked),
            proposer_email=user.email if user else wanted.proposer_email,
            organisation=seat.organisation if seat else user.organisation if user else None,
            seat=seat,
            group=seat.group if seat else None,
            wants_credit=wanted.wants_credit,
            is_public=wanted.is_public,
            submitted_on=topic_checks.day_of(instant),
            recorded_at=instant,
            origin_digest=origin,
            language=wanted.language,
        )
        made.save(force_insert=True)
        Credit.objects.create(
            idea=made,
            part=Credit.Part.PROPOSED,
            organisation=made.organisation,
            name="" if made.organisation else made.proposer_name,
            seat=seat,
            on=made.submitted_on,
        )
        if user is None:
            public_ideas.ask(made, address_of, instant)
        after = {"title": made.title, "seat": str(seat) if seat else None, "is_public": made.is_public}
        audit.record(actor, "suggest idea", f"{scheme.code}/idea/{made.reference}", at=instant, after=after)
        return made


def next_reference(scheme: Scheme) -> str:
    """The reference that the next idea of a scheme gets; asked under the lock of the scheme."""
    return f"{scheme.code}-idea-{Idea.objects.filter(scheme=scheme).count() + 1}"


def _seat(scheme: Scheme, user: User | None, seat_id: int | None, asked: str) -> Seat | None:
    """The seat that an idea is proposed from, where the person may speak from it.

    Raises:
        Refused: it is none of the person's, or a delegate names none.
    """
    if seat_id is not None:
        found = (
            seats.of_person(user, None, speaking=True).filter(pk=seat_id, group__scheme=scheme).first()
            if user
            else None
        )
        if found is None:
            wrong = "That is no seat of yours in this programme."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose one of your seats, or none.", field="seat")
        return found
    if user is not None and user.role == roles.DELEGATE:
        wrong = "A delegate speaks from a seat."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose the seat that you propose it from.", field="seat")
    return None


def _name(user: User | None, wanted: NewIdea, asked: str) -> str:
    """Who proposes; somebody who is not signed in says it, and how to be reached."""
    if user is not None:
        return str(user)
    topic_checks.check_text(wanted.proposer_email, asked, "proposer_email", "Your e-mail address")
    return topic_checks.check_text(wanted.proposer_name, asked, "proposer_name", "Your name")[:200]
