"""The most that can be taken from a tranche on a day: asked by the bookings and by what previews them."""

from __future__ import annotations

from datetime import date

from cofund.queries import flows
from cofund.records.ledger.models import TrancheRoom
from cofund.records.programme.models import Tranche
from cofund.rules import accounts
from cofund.rules.schemes import TrancheRule


def room(book_id: int, tranche: Tranche, on: date, open_cents: int, latest_on: date) -> int:
    """The most that can leave a tranche's open money on a day, so that no later day is overdrawn either, in cents.

    Args:
        book_id: the book that the tranche belongs to.
        tranche: the tranche.
        on: the day.
        open_cents: what it has open after everything booked.
        latest_on: the latest day that anything in it is about.
    """
    if latest_on <= on:
        return open_cents
    account_id = accounts.id_of(book_id, accounts.of_tranche(tranche.code, "open"))
    changes = flows.later_changes(tranche.pk, account_id, on)
    running = lowest = open_cents - sum(cents for _, cents in changes)
    for _, cents in changes:
        running += cents
        lowest = min(lowest, running)
    return lowest


def for_match(rule: TrancheRule, book_id: int, tranche: Tranche, on: date, room_cents: int) -> int:
    """What of a tranche's room may be matched on a day: nothing outside its validity, and no more than its year still allows.

    Money counts for the year of the day on which it leaves what is open.
    """
    if (rule.valid_from and on < rule.valid_from) or (rule.valid_until and on > rule.valid_until):
        return 0
    year_cap = rule.yearly_caps_cents.get(on.year)
    if year_cap is None:
        return room_cents
    account_id = accounts.id_of(book_id, accounts.of_tranche(tranche.code, "open"))
    return max(0, min(room_cents, year_cap - flows.matched_in_year(tranche.pk, account_id, on.year)))


def of_tranche(rule: TrancheRule, tranche: Tranche, on: date) -> int:
    """What a tranche may match as it stands now, without holding its lock, in cents."""
    row = TrancheRoom.objects.filter(tranche=tranche).first()
    if row is None:
        return 0
    most = room(row.book_id, tranche, on, row.open_cents, row.latest_on)
    return for_match(rule, row.book_id, tranche, on, most)
