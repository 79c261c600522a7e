"""Verifies a book from its rows alone, streaming: what `cofund verify-books` and the auditor's page show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter

from cofund.queries import described, seals, strays
from cofund.queries.audited import Trail
from cofund.queries.keeping import kept
from cofund.queries.readable import unreadable
from cofund.records.ledger.models import Book, ContributionVersion, Entry, TrancheRoom, Transfer
from cofund.rules.book_rows import EntryRow, Finding, TransferRow
from cofund.rules.replay import Replay


@dataclass(frozen=True, slots=True)
class Verified:
    """The result for one book: how far it goes, the hash at its end, and what does not agree."""

    scheme: str
    entries: int
    transfers: int
    last_hash: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one book's chain, as it stands: not checked here, but enough to check it by later."""

    scheme: str
    name: str
    entries: int
    transfers: int
    recorded_at: datetime | None
    last_hash: str


def heads() -> tuple[Head, ...]:
    """Give the end of each book's chain, in the order of their codes. Three queries a book."""
    found = []
    for book in Book.objects.select_related("scheme").order_by("scheme__code"):
        entry = Entry.objects.filter(book=book).order_by("number").last()
        last = Transfer.objects.filter(book=book).order_by("number").values_list("number", "hash").last()
        number, last_hash = last or (0, "")
        recorded_at = entry.recorded_at if entry else None
        found.append(
            Head(book.scheme.code, book.scheme.name, entry.number if entry else 0, number, recorded_at, last_hash)
        )
    return tuple(found)


def verify(scheme_code: str, *, most: int = 100) -> Verified:
    """Replay the book of a scheme; at most `most` findings are kept, since one wrong row can make many.

    Raises:
        Book.DoesNotExist: there is no such book.
    """
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme_code)
    book = Book.objects.only("scheme").select_related("scheme").get(pk=book_id)
    broken = tuple(islice(unreadable(book), most))
    if broken:
        # Nothing can be computed from rows that cannot be read; what else is wrong shows once these are put right.
        entries, transfers = Entry.objects.filter(book=book).count(), Transfer.objects.filter(book=book).count()
        return Verified(scheme_code, entries, transfers, "", broken)
    book = Book.objects.select_related("scheme", "version").get(pk=book_id)
    by_digest, wrong_texts = described.schemes_by_digest(book)
    replay, stated, trail = Replay(by_digest.get, described.surroundings(book)), described.Stated(), Trail(book)
    findings = list(wrong_texts)
    for entry, row in rows_of(book):
        of_the_entry: tuple[Iterator[Finding], ...] = (
            replay.feed(row),
            described.check_version(book, entry),
            trail.check(entry, row),
        )
        for found in of_the_entry:
            findings += [finding for finding in found if len(findings) < most]
        stated.learn(row)
    of_the_whole: tuple[Iterable[Finding], ...] = (
        replay.finish(),
        _ends(book, replay),
        described.check_book(book),
        trail.finish(),
        _versions(book, replay),
        described.check_accounts(book, (code for code, _ in replay.changes)),
        stated.check(book),
        strays.of_book(book.pk),
    )
    for more in of_the_whole:
        findings += [finding for finding in more if len(findings) < most]
    return Verified(book.scheme.code, replay.entries, replay.numbers, replay.last_hash, tuple(findings[:most]))


def site() -> tuple[Finding, ...]:
    """What belongs to no book at all, of the whole site."""
    return strays.of_no_book()


@kept(16)
def standing(scheme_code: str) -> Verified:
    """Give what `verify` finds in a book; it is recomputed once anything at all was written, by whomever.

    Raises:
        Book.DoesNotExist: there is no such book.
    """
    return verify(scheme_code)


def books() -> tuple[str, ...]:
    """The codes of the schemes that have a book."""
    return tuple(Book.objects.order_by("scheme__code").values_list("scheme__code", flat=True))


def rows_of(book: Book) -> Iterator[tuple[Entry, EntryRow]]:
    """Stream the entries of a book with their transfers and versions; entries without transfers come too."""
    rows = (
        Transfer.objects.filter(book=book)
        .select_related("from_account", "to_account", "contribution", "tranche", "entry")
        .order_by("entry__number", "number")
    )
    by_entry = groupby(rows.iterator(chunk_size=2_000), key=attrgetter("entry_id"))
    following = next(by_entry, None)
    stated = ContributionVersion.objects.filter(entry__book=book).select_related("contribution", "entry")
    versions_by_entry = groupby(
        stated.order_by("entry__number", "pk").iterator(chunk_size=2_000), key=attrgetter("entry_id")
    )
    stating = next(versions_by_entry, None)
    entries = (
        Entry.objects.filter(book=book).select_related("decision", "corrects", "scheme_version").order_by("number")
    )
    for entry in entries.iterator(chunk_size=2_000):
        transfers: list[TransferRow] = []
        if following is not None and following[0] == entry.pk:
            transfers = [_transfer(row) for row in following[1]]
            following = next(by_entry, None)
        versions: list[ContributionVersion] = []
        if stating is not None and stating[0] == entry.pk:
            versions = list(stating[1])
            stating = next(versions_by_entry, None)
        yield entry, _entry(book, entry, transfers, versions)


def _entry(book: Book, entry: Entry, transfers: list[TransferRow], versions: Sequence[ContributionVersion]) -> EntryRow:
    """An entry as plain values."""
    facts = seals.entry_facts(
        vars(entry),
        scheme=book.scheme.code,
        decision=entry.decision.number if entry.decision else None,
        corrects=entry.corrects.number if entry.corrects else None,
        version_digest=entry.scheme_version.digest,
        versions=[(version.contribution.reference, vars(version)) for version in versions],
    )
    return EntryRow(entry.pk, entry.number, str(entry.kind), entry.scheme_version.digest, facts, transfers)


def _transfer(row: Transfer) -> TransferRow:
    """A transfer as plain values."""
    reference = row.contribution.reference if row.contribution else None
    tranche = row.tranche.code if row.tranche else None
    facts = seals.transfer_facts(
        number=row.number,
        from_code=row.from_account.code,
        to_code=row.to_account.code,
        amount_cents=row.amount_cents,
        effective_on=row.effective_on,
        contribution=reference,
        tranche=tranche,
        open_after_cents=row.open_after_cents,
    )
    return TransferRow(
        row.pk,
        row.number,
        row.from_account.code,
        row.to_account.code,
        row.amount_cents,
        row.effective_on,
        reference,
        tranche,
        row.open_after_cents,
        row.previous_hash,
        row.hash,
        facts,
    )


def _ends(book: Book, replay: Replay) -> Iterator[Finding]:
    """What the book keeps of its end and of its tranches' room, where the transfers say otherwise."""
    kept = (book.last_entry, book.last_number, book.last_hash)
    if kept != (replay.entries, replay.numbers, replay.last_hash):
        said = f"entry {replay.entries}, transfer {replay.numbers}, hash {replay.last_hash[:12]}"
        yield Finding(f"book (row {book.pk})", f"entry {kept[0]}, transfer {kept[1]}, hash {kept[2][:12]}", said)
    for room in TrancheRoom.objects.filter(book=book).select_related("tranche"):
        if room.open_cents != replay.open[room.tranche.code]:
            expected = f"{replay.open[room.tranche.code]} cents open"
            yield Finding(
                f"room of tranche {room.tranche.code} (row {room.pk})", f"{room.open_cents} cents open", expected
            )


def _versions(book: Book, replay: Replay) -> Iterator[Finding]:
    """Newest versions that state less than what the transfers say stands."""
    newest: dict[str, ContributionVersion] = {}
    versions = ContributionVersion.objects.filter(contribution__book=book).select_related("contribution")
    for version in versions.order_by("number").iterator(chunk_size=2_000):
        newest[version.contribution.reference] = version
    for reference, version in newest.items():
        live = replay.live_cents(reference)
        if live > version.amount_cents:
            yield Finding(
                f"version {version.number} of {reference} (row {version.pk})",
                f"{version.amount_cents} cents",
                f"{live} cents at least, which the transfers hold",
            )
