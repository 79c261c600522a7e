"""Seats as they are held on a day: whose they are, which a person may speak from, and the meetings to come of their groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from cofund.queries import access, clock
from cofund.queries.keeping import kept
from cofund.records.directory.models import PartnerRight, User
from cofund.records.programme.models import Group, Meeting, Seat
from cofund.rules import roles


def held(on: date | None = None) -> QuerySet[Seat]:
    """The seats that are held on a day; a group that ended has none."""
    day = on or clock.today()
    lives = Q(group__until_on=None) | Q(group__until_on__gte=day)
    return Seat.objects.filter(lives, Q(from_on=None) | Q(from_on__lte=day), Q(until_on=None) | Q(until_on__gte=day))


def reads(user: User | AnonymousUser) -> Q:
    """The condition that a person reads through a seat: it is its own, or that of the organisation whose pages it reads."""
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=())
    return Q(user=user.pk) | Q(organisation__in=access.organisations_with(user, PartnerRight.Right.READ))


def speaks(user: User | AnonymousUser) -> Q:
    """The condition that a person votes and declares conflicts by a seat.

    It is its own, or one of its organisation that names nobody; for that it takes the rights to read and to write.
    """
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=())
    needed = {PartnerRight.Right.READ, PartnerRight.Right.APPLY}
    organisations = [pk for pk, rights in access.rights_of(user).items() if needed <= rights]
    return speaks_by(user.pk, organisations)


def speaks_by(user_id: int | None, organisations: Iterable[int]) -> Q:
    """The same condition, where the organisations that a person may write for are known."""
    return Q(user=user_id) | Q(user=None, organisation__in=tuple(organisations))


def may_speak(user_id: int | None, seat: Seat) -> bool:
    """Tell whether a person votes and declares conflicts by a seat."""
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    return user is not None and Seat.objects.filter(speaks(user), pk=seat.pk).exists()


@kept(256)
def has_any(user: User) -> bool:
    """Tell whether there is a seat through which a person reads meetings, now or at a time that is over."""
    return Seat.objects.filter(reads(user)).exists()


def own(user: User, on: date | None = None) -> QuerySet[Seat]:
    """The seats through which a person reads, whatever its role, by programme and group."""
    rows = held(on).filter(reads(user)).select_related("group__scheme", "organisation")
    return rows.order_by("group__scheme__code", "group__name", "pk")


def people_of(group: Group, on: date, *only: int) -> list[User]:
    """Everybody with an e-mail address who speaks for a seat of a group on a day, or for those of some keys alone.

    That is the person of the seat, or where it names none, the people of its organisation.
    Of an organisation those who hold its rights to read and to write now.
    """
    seats = held(on).filter(group=group)
    seats = seats.filter(pk__in=only) if only else seats
    in_person = Q(pk__in=seats.filter(user__isnull=False).values("user"))
    of_organisation = Q(role=roles.PARTNER, organisation__in=seats.filter(user=None).values("organisation"))
    for right in (PartnerRight.Right.READ, PartnerRight.Right.APPLY):
        rights = PartnerRight.objects.filter(
            user=OuterRef("pk"), organisation=OuterRef("organisation"), right=right, revoked_at=None
        )
        of_organisation &= Q(Exists(rights))
    found = User.objects.filter(in_person | of_organisation).exclude(email="")
    return list(found.order_by("pk"))


def of_person(user: User | AnonymousUser, on: date | None = None, *, speaking: bool = False) -> QuerySet[Seat]:
    """The seats through which a person reads what is of their groups: its own, and for a partner also those of its organisation.

    Those of the organisation are open to whoever holds its right to read; to speak from them it takes the right to write, too.
    """
    if not isinstance(user, User) or not user.is_active:
        return Seat.objects.none()
    needed = {PartnerRight.Right.READ, PartnerRight.Right.APPLY} if speaking else {PartnerRight.Right.READ}
    held_rights = access.rights_of(user)
    mine = Q(user=user) | Q(organisation__in=[pk for pk, rights in held_rights.items() if needed <= rights])
    rows = held(on).filter(mine).select_related("group__scheme", "organisation")
    return rows if user.role in (roles.PARTNER, roles.DELEGATE) else rows.none()


@kept(256)
def meetings_to_come(user: User | None = None) -> tuple[Meeting, ...]:
    """Meetings that still come, neither closed nor cancelled, the next one first; of the groups in which a person sits."""
    over = (Meeting.Status.CLOSED, Meeting.Status.CANCELLED)
    rows = Meeting.objects.filter(held_on__gte=clock.today()).exclude(status__in=over)
    if user is not None:
        rows = rows.filter(group__in=own(user).order_by().values("group"))
    return tuple(rows.select_related("group__scheme").order_by("held_on", "pk"))


@kept(256)
def held_by(user: User) -> tuple[Seat, ...]:
    """The seats through which a person reads today."""
    return tuple(own(user))
