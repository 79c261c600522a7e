"""Seats as they are held on a day: which a person may speak from, and whose a group's are."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.programme.models import Seat
from cofund.rules import roles


def held(on: date | None = None) -> QuerySet[Seat]:
    """The seats that are held on a day."""
    day = on or clock.today()
    return Seat.objects.filter(Q(from_on=None) | Q(from_on__lte=day), Q(until_on=None) | Q(until_on__gte=day))


def of_person(user: User | AnonymousUser, on: date | None = None) -> QuerySet[Seat]:
    """The seats that a person may speak from: its own, and for a partner also those of its organisation."""
    if not isinstance(user, User) or not user.is_active:
        return Seat.objects.none()
    mine = Q(user=user)
    if user.role == roles.PARTNER and user.organisation_id:
        mine |= Q(organisation=user.organisation_id)
    rows = held(on).filter(mine).select_related("group__scheme", "organisation")
    return rows if user.role in (roles.PARTNER, roles.DELEGATE) else rows.none()
