"""Every movement of a book as plain values, in the order of its chain, read while it is written on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import Min, QuerySet

from cofund.queries import leaving_out
from cofund.queries.assumed import UNTOLD
from cofund.records.ledger.models import Book, Transfer

# So many rows are held at a time.
CHUNK: Final = 2_000


class Moved(NamedTuple):
    """One transfer with what its entry says. `amount_cents` is in the scheme's currency; accounts have their readable names."""

    number: int
    entry: int
    kind: str
    effective_on: date
    recorded_at: datetime
    from_account: str
    to_account: str
    amount_cents: int
    contribution: str | None
    tranche: str | None
    certainty: str
    assumption: str
    scheme_version: str
    corrects: int | None
    hash: str
    reason: str
    decision: str | None


_COLUMNS: Final = (
    *("number", "entry__number", "entry__kind", "effective_on", "entry__recorded_at"),
    *("from_account__code", "to_account__code", "amount_cents", "contribution__reference", "tranche__code"),
    *("entry__certainty", "entry__assumption", "entry__scheme_version__label", "entry__corrects__number", "hash"),
    *("entry__reason", "entry__decision__number"),
)


def of_book(
    scheme_code: str,
    on: date,
    known_at: datetime | None = None,
    without: Collection[int] = (),
    untold: Collection[int] = (),
) -> Iterator[Moved]:
    """Give the movements of a book about days up to one, and recorded up to an instant. One query, read in chunks.

    `without` are contributions whose movements are left out, `untold` entries of which it is not told what is assumed in words.

    Raises: Book.DoesNotExist where there is no such book, at once and not only when the first row is asked for.
    """
    rows = _rows(scheme_code, on, known_at)
    if without:
        rows = leaving_out.movements(rows, without)
    found = rows.order_by("number").values_list(*_COLUMNS).iterator(chunk_size=CHUNK)
    return (_told(Moved._make(row), untold) for row in found)


class Span(NamedTuple):
    """What is known of movements before they are read: the first day that one is about, and how many contributions are left out."""

    first_on: date | None
    left_out: int


def span(scheme_code: str, on: date, known_at: datetime | None = None, without: Collection[int] = ()) -> Span:
    """Give the first day of the movements that `of_book` gives, None where it gives none, and how many contributions it leaves out.

    Raises: Book.DoesNotExist where there is no such book.
    """
    rows = _rows(scheme_code, on, known_at)
    left_out = 0
    if without:
        left_out = rows.filter(contribution__in=list(without)).values("contribution").distinct().count()
        rows = leaving_out.movements(rows, without)
    return Span(rows.aggregate(first=Min("effective_on"))["first"], left_out)


def _rows(scheme_code: str, on: date, known_at: datetime | None) -> QuerySet[Transfer]:
    """The transfers of a book about days up to one, and recorded up to an instant."""
    rows = Transfer.objects.filter(book=Book.objects.get(scheme__code=scheme_code), effective_on__lte=on)
    return rows if known_at is None else rows.filter(entry__recorded_at__lte=known_at)


def _told(row: Moved, untold: Collection[int]) -> Moved:
    """A movement without the words of what is assumed in its entry, where they are not told."""
    return row._replace(assumption=UNTOLD) if row.assumption and row.entry in untold else row
