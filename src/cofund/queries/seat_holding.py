"""Meetings to come, and the seats that somebody holds."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.programme.models import Meeting, Seat


def seats(user: User) -> QuerySet[Seat]:
    """Give the seats that a person holds today."""
    on = clock.today()
    held = Seat.objects.filter(Q(from_on=None) | Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gte=on), user=user)
    return held.select_related("group__scheme", "organisation").order_by("group__scheme__code", "group__name", "pk")


def to_come() -> list[Meeting]:
    """Give the meetings that are not over, the next one first."""
    return list(_to_come())


def of_seats(user: User) -> list[Meeting]:
    """Give the meetings to come of the groups in which a person sits, the next one first."""
    return list(_to_come().filter(group__in=seats(user).order_by().values("group")))


def _to_come() -> QuerySet[Meeting]:
    """Meetings that are not closed and whose day has not passed."""
    rows = Meeting.objects.filter(held_on__gte=clock.today()).exclude(status=Meeting.Status.CLOSED)
    return rows.select_related("group__scheme").order_by("held_on", "pk")
