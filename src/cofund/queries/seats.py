"""Seats as they are held on a day: whose they are, which a person may speak from, and the meetings to come of their groups."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cofund.queries import access, clock
from cofund.records.directory.models import PartnerRight, User
from cofund.records.programme.models import Meeting, Seat
from cofund.rules import roles


def held(on: date | None = None) -> QuerySet[Seat]:
    """The seats that are held on a day."""
    day = on or clock.today()
    return Seat.objects.filter(Q(from_on=None) | Q(from_on__lte=day), Q(until_on=None) | Q(until_on__gte=day))


def own(user: User, on: date | None = None) -> QuerySet[Seat]:
    """The seats that a person holds in its own name, whatever its role, by programme and group."""
    rows = held(on).filter(user=user).select_related("group__scheme", "organisation")
    return rows.order_by("group__scheme__code", "group__name", "pk")


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


def meetings_to_come(user: User | None = None) -> list[Meeting]:
    """Meetings that still come, neither closed nor cancelled, the next one first; of the groups in which a person sits."""
    over = (Meeting.Status.CLOSED, Meeting.Status.CANCELLED)
    rows = Meeting.objects.filter(held_on__gte=clock.today()).exclude(status__in=over)
    if user is not None:
        rows = rows.filter(group__in=own(user).order_by().values("group"))
    return list(rows.select_related("group__scheme").order_by("held_on", "pk"))
