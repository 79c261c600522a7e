"""The books entry by entry: who booked what, when and why, with the seal at its end; as true on a day, as known at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from cofund.queries.keeping import kept
from cofund.records.ledger.models import Account, Book, Entry, Transfer


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in a list. Amounts in cents: what it moved of contributions, of matches, and of a topic's own public money."""

    entry: Entry
    transfers: tuple[Transfer, ...]
    contribution_cents: int
    match_cents: int
    grant_cents: int
    references: tuple[str, ...]

    @property
    def hash(self) -> str:
        """The seal of its last transfer."""
        return self.transfers[-1].hash if self.transfers else ""


def lines(
    entries: QuerySet[Entry], *, first: int = 0, most: int | None = None, counts: bool = True
) -> tuple[list[Line], int]:
    """Give entries as lines, newest first, and how many there are; 0 where `counts` is not wanted. A few queries, however many."""
    # Prefetched and not joined: thousands of transfers run between a few dozen accounts.
    shared = ("from_account", "to_account", "contribution", "tranche")
    transfers = Transfer.objects.prefetch_related(*shared).order_by("number")
    newest_first = entries.order_by("-recorded_at", "-pk")
    if most is not None:
        # First the keys of the page: the database need not sort whole entries of a long book.
        keys = list(newest_first.values_list("pk", flat=True)[first : first + most])
        newest_first = Entry.objects.filter(pk__in=keys).order_by("-recorded_at", "-pk")
    rows = newest_first.select_related("decision", "corrects", "scheme_version", "book__scheme").defer(
        "scheme_version__content"
    )
    page = rows.prefetch_related(Prefetch("transfers", transfers), "corrections")
    return [_line(entry) for entry in (page if most is not None else page[first:])], entries.count() if counts else 0


@kept(64)
def page(
    scheme_code: str,
    first: int,
    most: int,
    *,
    kind: str = "",
    words: str = "",
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> tuple[list[Line], int]:
    """Give a page of the entries that `selected` would choose, as lines, and how many there are."""
    chosen = selected(scheme_code, kind=kind, words=words, as_of=as_of, known_at=known_at)
    return lines(chosen, first=first, most=most)


def newest(most: int) -> list[Line]:
    """Give the entries that were recorded last, of all books, the newest first. A few queries, however long the books are.

    The end of each book is read by its numbers: to sort all entries by their instants would take longer with every booking.
    """
    last = Q(pk__in=())
    for book, number in Book.objects.values_list("pk", "last_entry"):
        last |= Q(book=book, number__gt=number - most)
    return lines(Entry.objects.filter(last), most=most, counts=False)[0]


Ends = tuple[tuple[int, str, int | None, str, bool], ...]


@kept(4)
def ends() -> Ends:
    """Where each book ends at present: key, hash at its end, version, name and completeness of its scheme. One query.

    While these are the same, everything that is told from the books alone is the same.
    """
    columns = ("pk", "last_hash", "version_id", "scheme__name", "scheme__is_lower_bound")
    return tuple(Book.objects.order_by("scheme__code").values_list(*columns))


def selected(
    scheme_code: str = "",
    *,
    kind: str = "",
    words: str = "",
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> QuerySet[Entry]:
    """Choose entries: of a book or of all, of a kind, with words in their reason, about days and instants up to the given ones."""
    found = Entry.objects.all()
    if scheme_code:
        found = found.filter(book__scheme__code=scheme_code)
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(reason__icontains=words)
    if as_of is not None:
        found = found.filter(effective_on__lte=as_of)
    return found.filter(recorded_at__lte=known_at) if known_at is not None else found


def find(scheme_code: str, number: int) -> Line | None:
    """Give one entry of a book by its number, or None."""
    found, _ = lines(Entry.objects.filter(book__scheme__code=scheme_code, number=number))
    return found[0] if found else None


def last_number(scheme_code: str) -> int:
    """The number of the last entry of a book, 0 where it is empty."""
    return Book.objects.filter(scheme__code=scheme_code).values_list("last_entry", flat=True).first() or 0


@kept(4)
def books() -> tuple[Book, ...]:
    """Give every book of this site; its row tells how far it goes."""
    return tuple(Book.objects.select_related("scheme").order_by("scheme__code"))


def _line(entry: Entry) -> Line:
    """An entry as a line."""
    transfers = tuple(entry.transfers.all())
    references = dict.fromkeys(row.contribution.reference for row in transfers if row.contribution)
    holders = {Account.Holder.CONTRIBUTION.value: 0, Account.Holder.TRANCHE.value: 0, Account.Holder.GRANT.value: 0}
    for row in transfers:
        holder = row.to_account.holder if row.to_account.holder in holders else row.from_account.holder
        holders[holder] += row.amount_cents
    return Line(
        entry,
        transfers,
        holders[Account.Holder.CONTRIBUTION.value],
        _match_cents(transfers),
        holders[Account.Holder.GRANT.value],
        tuple(references),
    )


def _match_cents(transfers: Sequence[Transfer]) -> int:
    """What an entry moves of a tranche's money towards a match, else what it gives back, in cents.

    An adoption that decides less than was promised does both; what it decided is what it is about.
    """
    of_tranche = [row for row in transfers if row.tranche_id is not None]
    forward = sum(row.amount_cents for row in of_tranche if row.to_account.stage != "open")
    return forward or sum(row.amount_cents for row in of_tranche)
