"""Booked movements as plain flows, of contributions, tranches and grants, as true on a day and as known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from cofund.records.ledger.models import Transfer
from cofund.rules import accounts
from cofund.rules.position import Flow, Position


def positions_of_contributions(
    contribution_ids: Iterable[int], *, known_at: datetime | None = None
) -> dict[int, Position]:
    """Give for each contribution where its own money and its part of the tranche's money stands."""
    rows = Transfer.objects.filter(contribution__in=list(contribution_ids))
    if known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=known_at)
    found: defaultdict[int, Position] = defaultdict(Position)
    columns = ("contribution_id", "from_account__code", "to_account__code", "amount_cents", "effective_on")
    for contribution_id, from_code, to_code, cents, day in rows.values_list(*columns):
        found[contribution_id].add(Flow(from_code, to_code, cents, day))
    return found


def position_of_grant(book_id: int, code: str, *, known_at: datetime | None = None) -> Position:
    """Give the position of an account that trades with outside alone, as that of a grant does."""
    position = Position()
    own, outside = accounts.id_of(book_id, code), accounts.id_of(book_id, accounts.OUTSIDE)
    for ends in ((own, outside), (outside, own)):
        rows = Transfer.objects.filter(from_account=ends[0], to_account=ends[1])
        if known_at is not None:
            rows = rows.filter(entry__recorded_at__lte=known_at)
        for flow in rows.values_list("from_account__code", "to_account__code", "amount_cents", "effective_on"):
            position.add(Flow(*flow))
    return position


def of_grants(book_id: int, codes: Iterable[str]) -> QuerySet[Transfer]:
    """Give the transfers of some accounts that trade with outside alone, as those of grants do: each end is read from its index."""
    own, outside = [accounts.id_of(book_id, code) for code in codes], accounts.id_of(book_id, accounts.OUTSIDE)
    return Transfer.objects.filter(
        Q(from_account=outside, to_account__in=own) | Q(from_account__in=own, to_account=outside)
    )


def later_changes(tranche_id: int, account_id: int, after: date) -> list[tuple[date, int]]:
    """Give the changes of a tranche's account on days after `after`, in cents, in order of the days."""
    changes: defaultdict[date, int] = defaultdict(int)
    later = Transfer.objects.filter(tranche=tranche_id, effective_on__gt=after)
    for sign, rows in ((1, later.filter(to_account=account_id)), (-1, later.filter(from_account=account_id))):
        for day, cents in rows.order_by().values_list("effective_on").annotate(Sum("amount_cents")):
            changes[day] += sign * cents
    return sorted(changes.items())


def matched_in_year(tranche_id: int, open_account_id: int, year: int) -> int:
    """Give what contributions took from a tranche's open money in a year, less what came back in it, in cents."""
    of_year = Transfer.objects.filter(
        tranche=tranche_id, contribution__isnull=False, effective_on__range=(date(year, 1, 1), date(year, 12, 31))
    )
    taken = of_year.filter(from_account=open_account_id).aggregate(cents=Sum("amount_cents"))["cents"] or 0
    returned = of_year.filter(to_account=open_account_id).aggregate(cents=Sum("amount_cents"))["cents"] or 0
    return taken - returned
