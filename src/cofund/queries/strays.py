"""Verifies that rows of the books name rows that are there, where the database does not check it when they are written.

A row that belongs to no book would otherwise count in a statement and be met in no verification.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef

from cofund.queries.keeping import kept
from cofund.records.ledger.models import Book, Contribution, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import SchemeVersion
from cofund.rules.replay import Finding


@kept(2)
def found() -> tuple[Finding, ...]:
    """Give what `check` names; asked once for all books while nothing is written."""
    return tuple(check())


def check() -> Iterator[Finding]:
    """Name the rows that belong to no entry, book or version of a scheme, of the whole site. Four queries."""
    of_an_entry = Exists(Entry.objects.filter(pk=OuterRef("entry_id"), book=OuterRef("book_id")))
    for row in Transfer.objects.filter(~of_an_entry).order_by("pk"):
        yield _stray(f"transfer {row.number} (row {row.pk})", "entry", row.entry_id, "an entry of its book")
    stating = Exists(Entry.objects.filter(pk=OuterRef("entry_id"), book=OuterRef("of_book")))
    versions = ContributionVersion.objects.annotate(of_book=F("contribution__book_id")).filter(~stating)
    for version in versions.order_by("pk"):
        name = f"version {version.number} of {version.contribution.reference} (row {version.pk})"
        yield _stray(name, "entry", version.entry_id, "an entry of its contribution's book")
    for one in Contribution.objects.filter(~Exists(Book.objects.filter(pk=OuterRef("book_id")))).order_by("pk"):
        yield _stray(f"contribution {one.reference} (row {one.pk})", "book", one.book_id, "a book")
    computed = Exists(SchemeVersion.objects.filter(pk=OuterRef("scheme_version_id")))
    for entry in Entry.objects.filter(~computed).order_by("pk"):
        name = f"entry {entry.number} (row {entry.pk})"
        yield _stray(name, "scheme version", entry.scheme_version_id, "a version of a scheme")


def _stray(row: str, what: str, key: int, expected: str) -> Finding:
    """What to say of one such row."""
    return Finding(row, f"{what} row {key}", f"{expected}, which is there")
