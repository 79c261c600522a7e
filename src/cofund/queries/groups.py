"""Groups of a scheme and who sits in them on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from cofund.queries import clock, schemes
from cofund.records.programme.models import Group, Seat
from cofund.rules.schemes import DecisionRule


def held_on(on: date, prefix: str = "") -> Q:
    """The condition that a seat is held on a day; a seat without days is held always."""
    start, end = f"{prefix}from_on", f"{prefix}until_on"
    begun = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": on})
    still = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on})
    return begun & still


def listed(scheme_code: str = "", kind: str = "", words: str = "") -> QuerySet[Group]:
    """Give groups with `seats_now`, how many seats are held today; narrowed by programme, kind, or a part of the name."""
    rows = Group.objects.select_related("scheme").order_by("scheme__code", "name")
    if scheme_code:
        rows = rows.filter(scheme__code=scheme_code)
    if kind:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(seats__organisation__name__icontains=words)).distinct()
    here = Q(seats__isnull=False) & held_on(clock.today(), "seats__")
    return rows.annotate(seats_now=Count("seats", filter=here, distinct=True))


def find(scheme_code: str, slug: str) -> Group | None:
    """Give a group by its address, or None."""
    return Group.objects.select_related("scheme").filter(scheme__code=scheme_code, slug=slug).first()


def seats(group: Group, on: date | None = None) -> list[Seat]:
    """Give the seats of a group, those of a day where one is named: the chair first, observers last."""
    rows = Seat.objects.filter(group=group).select_related("organisation", "user", "group")
    if on is not None:
        rows = rows.filter(held_on(on))
    order = list(Seat.Capacity.values)
    return sorted(rows, key=lambda seat: (order.index(seat.capacity), seat.bloc != "union", name_of(seat).casefold()))


def name_of(seat: Seat) -> str:
    """Whom a seat speaks for, as pages and decisions name it; never the person, unless it speaks for nobody else."""
    return seat.holder or (str(seat.organisation) if seat.organisation else "") or seat.person


def decision_rule(group: Group) -> DecisionRule | None:
    """Give the rule by which a group decides: that of its scheme for the board, none for every other group."""
    if group.kind != Group.Kind.BOARD:
        return None
    return schemes.current(group.scheme.code)[0].decision_rule
