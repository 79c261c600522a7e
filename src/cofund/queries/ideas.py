"""Ideas: who may see which, a page of them with filters, one in full, and the public register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from cofund.queries import access, called, seats
from cofund.records.directory.models import PartnerRight, User
from cofund.records.programme.models import Credit, Group, Idea, Seat
from cofund.rules import digits, roles
from cofund.rules.lifecycle_topics import IDEA

# What waits for the office: nobody has decided about it.
WAITING = (Idea.Status.SUBMITTED, Idea.Status.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which ideas are asked for; an empty part lets everything through. `route` is `seated` or `public`."""

    scheme: str = ""
    status: str = ""
    group: str = ""
    route: str = ""
    words: str = ""


def visible(user: User | AnonymousUser) -> QuerySet[Idea]:
    """The ideas that a person may read: the office and auditors all; who has a seat those of the group; a partner its own.

    What is of its organisation, or comes by a seat of it, a partner's person reads with the right to read.
    """
    rows = Idea.objects.select_related("scheme", "group", "organisation", "seat__group", "topic", "merged_into")
    if not access.may(user, "read ideas") or not isinstance(user, User):
        return rows.none()
    if user.role not in (roles.PARTNER, roles.DELEGATE):
        return rows
    mine = Q(group__in=seats.of_person(user).values("group")) | Q(seat__user=user)
    mine |= Q(organisation__in=access.organisations_with(user, PartnerRight.Right.READ))
    return rows.filter(mine)


def selected(user: User | AnonymousUser, asked: Selection) -> QuerySet[Idea]:
    """The visible ideas of a selection, newest first; filtered in the database."""
    rows = visible(user).order_by("-id")
    if asked.scheme:
        rows = rows.filter(scheme__code=asked.scheme)
    if asked.status in IDEA.states:
        rows = rows.filter(status=asked.status)
    if (group := digits.whole(asked.group)) is not None:
        rows = rows.filter(group=group)
    if asked.route in ("seated", "public"):
        rows = rows.filter(seat__isnull=asked.route == "public")
    if asked.words:
        named = Q(title__icontains=asked.words) | Q(reference__iexact=asked.words)
        named |= Q(organisation__name__icontains=asked.words) | Q(organisation__short_name__icontains=asked.words)
        rows = rows.filter(named | Q(proposer_name__icontains=asked.words))
    return rows


def newest(user: User | AnonymousUser, asked: Selection, states: Sequence[str], most: int) -> dict[str, list[Idea]]:
    """The newest visible ideas of a selection in each of some states, at most so many of each. Two queries, however many states."""
    rest = Selection(asked.scheme, "", asked.group, asked.route, asked.words)
    place = Window(RowNumber(), partition_by=[F("status")], order_by=[F("pk").desc()])
    rows = selected(user, rest).filter(status__in=states).annotate(place=place).filter(place__lte=most)
    keys = list(rows.order_by("-pk").values_list("pk", flat=True))
    found = visible(user).in_bulk(keys)
    return {state: [found[key] for key in keys if found[key].status == state] for state in states}


def counts(user: User | AnonymousUser, asked: Selection) -> dict[str, int]:
    """How many visible ideas of a selection stand in each state, whatever state it asks for; one query."""
    rest = Selection(asked.scheme, "", asked.group, asked.route, asked.words)
    found = dict(selected(user, rest).order_by().values_list("status").annotate(Count("pk")))
    return {status: found.get(status, 0) for status in IDEA.states}


def find(user: User | AnonymousUser, reference: str) -> Idea | None:
    """Give one idea that a person may read, or None: whether there is none or it is not the person's, the answer is the same."""
    return visible(user).filter(reference=reference).first()


def credits_of(idea: Idea) -> list[Credit]:
    """Who is credited for an idea, oldest first; a day that is not known stands last."""
    rows = idea.credits.select_related("organisation", "seat__group")
    return sorted(rows, key=lambda one: (one.on is None, one.on, one.pk) if one.on else (True, None, one.pk))


def groups(scheme_code: str = "") -> QuerySet[Group]:
    """The groups that can review ideas: all of a scheme, or of all schemes."""
    rows = Group.objects.select_related("scheme").order_by("scheme__code", "name")
    return rows.filter(scheme__code=scheme_code) if scheme_code else rows


def seats_for(user: User | AnonymousUser, scheme_code: str) -> list[Seat]:
    """The seats from which a person may propose in a scheme."""
    return list(
        seats.of_person(user, speaking=True).filter(group__scheme__code=scheme_code).order_by("group__name", "pk")
    )


def register(scheme_code: str = "") -> QuerySet[Idea]:
    """The ideas that the office shows and their proposers let be read in public, newest first."""
    rows = Idea.objects.filter(is_public=True, shown_at__isnull=False).order_by("-id")
    rows = rows.select_related("scheme", "group", "organisation", "seat__group", "topic", "merged_into__topic")
    return rows.filter(scheme__code=scheme_code) if scheme_code else rows


def proposer(idea: Idea, *, in_public: bool = True, held: Collection[int] | None = None) -> str:
    """Who proposed an idea, as far as it may be said: in public only with the proposer's consent.

    `held` are the organisations whose names are held back, where the caller has asked for them.
    """
    if in_public and not idea.wants_credit:
        return "Not named, as the proposer wishes"
    if in_public and idea.organisation:
        return called.in_public(idea.organisation, called.held() if held is None else held)
    return str(idea.organisation) if idea.organisation else idea.proposer_name or "not known"
