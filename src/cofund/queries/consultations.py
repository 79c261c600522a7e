"""Consultations on topics: which are open, who may comment and read, every comment with its answer, and what still stands open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cofund.queries import access, clock, seats
from cofund.records.directory.models import PartnerRight, User
from cofund.records.programme.models import Comment, Consultation, Group, Topic
from cofund.rules import roles

SECTIONS = {
    "challenge": "Challenge",
    "scope": "Scope",
    "impact": "Expected impact",
    "deliverables": "Deliverables",
    "contributions": "Industry consortium and contributions",
    "consortium": "Applicant consortium",
}


def find(key: int, *, lock: bool = False) -> Consultation | None:
    """Give a consultation with its topic and group, locked until the transaction ends where that is asked."""
    rows = Consultation.objects.select_related("topic__scheme", "topic__call", "group")
    return (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=key).first()


def counted() -> QuerySet[Consultation]:
    """All consultations, each with how many comments it has and how many of them wait for an answer."""
    said = Comment.objects.filter(consultation=OuterRef("pk")).order_by().values("consultation")
    counts = {"comments_count": said, "unanswered_count": said.filter(answer="")}
    # Counted for each that is shown, and not for all of them joined and grouped.
    return Consultation.objects.select_related("topic__scheme", "group", "shortened_by").annotate(
        **{name: Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0) for name, rows in counts.items()}
    )


def visible(user: User | AnonymousUser) -> QuerySet[Consultation]:
    """The consultations that a person may read: the office and auditors all, who has a seat in the group those of it, and everybody
    who signs in the public ones."""
    if not access.may(user, "read consultations"):
        return counted().none()
    if access.role_of(user) not in (roles.PARTNER, roles.DELEGATE):
        return counted()
    groups = seats.of_person(user).values("group")
    return counted().filter(Q(group=None) | Q(group__in=groups))


def of_topic(topic: Topic) -> list[Consultation]:
    """The consultations on a topic, oldest first."""
    return list(counted().filter(topic=topic).order_by("opens_on", "pk"))


def state_of(row: Consultation, on: date | None = None) -> str:
    """Where a consultation stands on a day: `planned`, `open`, `closed` or `answered`. Its last day is still open."""
    day = on or clock.today()
    if day < row.opens_on:
        return "planned"
    if day <= row.closes_on:
        return "open"
    unanswered = getattr(row, "unanswered_count", None)
    if unanswered is None:
        unanswered = row.comments.filter(answer="").count()
    return "closed" if unanswered else "answered"


def may_comment(user: User | AnonymousUser | None, row: Consultation) -> bool:
    """Tell whether somebody may comment: everybody but the office in a public one, else who may speak from a seat of the group."""
    role = access.role_of(user) if user is not None else roles.PUBLIC
    if not roles.may(role, "comment on topic"):
        return False
    if row.group_id is None:
        return True
    return user is not None and seats.of_person(user, speaking=True).filter(group=row.group_id).exists()


def comments(row: Consultation) -> list[Comment]:
    """The comments of a consultation, in the order in which they were made."""
    return list(row.comments.select_related("organisation").order_by("pk"))


def public_comments(topic: Topic, most: int = 200) -> list[Comment]:
    """What the public said on a topic, in the order in which it was said; the first ones, where there are very many."""
    rows = Comment.objects.filter(consultation__topic=topic, consultation__group=None)
    return list(rows.order_by("pk")[:most])


def open_public(topic: Topic, on: date | None = None) -> Consultation | None:
    """The public consultation on a topic that is open on a day, or None."""
    day = on or clock.today()
    return topic.consultations.filter(group=None, opens_on__lte=day, closes_on__gte=day).first()


def missing(topic: Topic, rows: Iterable[Consultation] | None = None, on: date | None = None) -> list[str]:
    """What still stands between a topic and the board, in words; empty where nothing does.

    Every consultation that the topic waits for is closed, and every comment has its answer.
    """
    found = []
    for row in of_topic(topic) if rows is None else rows:
        state, body = state_of(row, on), str(row.group or "the public")
        if row.is_obligatory and state in ("planned", "open"):
            found.append(f"The consultation of {body} runs until {row.closes_on.isoformat()}.")
        unanswered = getattr(row, "unanswered_count", 0)
        if unanswered:
            found.append(f"{unanswered} comment{'s' if unanswered > 1 else ''} of {body} without an answer.")
    return found


def was_held(rows: Iterable[Consultation], on: date | None = None) -> bool:
    """Tell whether anybody was asked: one of some consultations has begun on a day."""
    return any(state_of(row, on) != "planned" for row in rows)


def addresses(group: Group) -> list[str]:
    """The e-mail addresses of those who sit in a group, each once; for an organisation with a seat, of its people who may read."""
    rows = seats.held().filter(group=group)
    people = rows.filter(user__is_active=True).exclude(user__email="").values_list("user__email", flat=True)
    reading = PartnerRight.objects.filter(
        user=OuterRef("pk"), organisation=OuterRef("organisation"), right=PartnerRight.Right.READ, revoked_at=None
    )
    sent = User.objects.filter(
        Exists(reading),
        organisation__in=rows.exclude(organisation=None).values("organisation"),
        role=User.Role.PARTNER,
        is_active=True,
    ).exclude(email="")
    found = [*people, *sent.values_list("email", flat=True)]
    return sorted({address.casefold() for address in found})
