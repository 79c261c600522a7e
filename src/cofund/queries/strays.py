"""Verifies that rows of the books name rows that are there, where the database does not check it when they are written.

A row that belongs to no book would otherwise count in a statement and be met in no verification.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef

from cofund.queries.keeping import kept
from cofund.records.ledger.models import Book, Contribution, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import SchemeVersion
from cofund.rules.book_rows import Finding


@kept(2)
def found() -> tuple[tuple[int, Finding], ...]:
    """Give what `check` names; asked once for all books while nothing is written."""
    return tuple(check())


def of_book(book_id: int) -> tuple[Finding, ...]:
    """The strays that name a book."""
    return tuple(finding for of, finding in found() if of == book_id)


def of_no_book() -> tuple[Finding, ...]:
    """The strays that name no book that is there: they are the site's own."""
    there = set(Book.objects.values_list("pk", flat=True))
    return tuple(finding for of, finding in found() if of not in there)


def check() -> Iterator[tuple[int, Finding]]:
    """Name the rows that belong to no entry, book or version of a scheme, of the whole site, each with the book it names.

    Four queries, that read no more of a row than its name: whatever else it holds may be unreadable.
    """
    of_an_entry = Exists(Entry.objects.filter(pk=OuterRef("entry_id"), book=OuterRef("book_id")))
    transfers = Transfer.objects.filter(~of_an_entry).order_by("pk")
    for key, number, book, entry in transfers.values_list("pk", "number", "book_id", "entry_id"):
        yield book, _stray(f"transfer {number} (row {key})", "entry", entry, "an entry of its book")
    stating = Exists(Entry.objects.filter(pk=OuterRef("entry_id"), book=OuterRef("of_book")))
    versions = ContributionVersion.objects.annotate(of_book=F("contribution__book_id")).filter(~stating).order_by("pk")
    columns = ("pk", "number", "contribution__reference", "of_book", "entry_id")
    for key, number, reference, book, entry in versions.values_list(*columns):
        name = f"version {number} of {reference} (row {key})"
        yield book, _stray(name, "entry", entry, "an entry of its contribution's book")
    homeless = Contribution.objects.filter(~Exists(Book.objects.filter(pk=OuterRef("book_id")))).order_by("pk")
    for key, reference, book in homeless.values_list("pk", "reference", "book_id"):
        yield book, _stray(f"contribution {reference} (row {key})", "book", book, "a book")
    computed = Exists(SchemeVersion.objects.filter(pk=OuterRef("scheme_version_id")))
    entries = Entry.objects.filter(~computed).order_by("pk")
    for key, number, book, version in entries.values_list("pk", "number", "book_id", "scheme_version_id"):
        yield book, _stray(f"entry {number} (row {key})", "scheme version", version, "a version of a scheme")


def _stray(row: str, what: str, key: int, expected: str) -> Finding:
    """What to say of one such row."""
    return Finding(row, f"{what} row {key}", f"{expected}, which is there")
