"""Verifies the rows that describe what money is: scheme versions, accounts, contributions and who stands behind them.

They are not in the hash chain themselves. A version's text follows from its digest, an account from its name, and a contribution
from what the entries about it state; digests, names and entries are in the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from cofund.queries.seals import contribution_facts
from cofund.records.directory.models import Merge
from cofund.records.ledger.models import Account, Book, Contribution, Entry
from cofund.records.programme.models import Project, SchemeVersion
from cofund.rules import accounts
from cofund.rules.book_rows import EntryRow, Finding
from cofund.rules.replayed_pools import Surroundings
from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_problems import SchemeError
from cofund.rules.schemes import Scheme


def schemes_by_digest(book: Book) -> tuple[dict[str, Scheme], tuple[Finding, ...]]:
    """Read the versions of a book's scheme from their texts; one whose text is not what was installed is named and left out."""
    found: dict[str, Scheme] = {}
    wrong: list[Finding] = []
    for version in SchemeVersion.objects.filter(scheme=book.scheme).order_by("number"):
        name = f"scheme version {version.number} (row {version.pk})"
        digest = hashlib.sha256(version.content.encode()).hexdigest()
        if digest != version.digest:
            wrong.append(Finding(name, f"a text of digest {digest[:12]}", f"{version.digest[:12]}, as installed"))
            continue
        try:
            found[digest] = _parsed(version.content, name)
        except SchemeError as error:
            wrong.append(Finding(name, f"a text that is no scheme: {error}", "the text that was installed"))
    return found, tuple(wrong)


def check_version(book: Book, entry: Entry) -> Iterator[Finding]:
    """Hold the version of a scheme that an entry goes by against the book: it is one of the book's own scheme."""
    version = entry.scheme_version
    if version.scheme_id != book.scheme_id:
        found = f"version {version.number} of another scheme (row {version.pk})"
        yield Finding(f"entry {entry.number} (row {entry.pk})", found, "a version of the book's scheme")


def check_book(book: Book) -> Iterator[Finding]:
    """Hold the version of the scheme that a book goes by against those that were installed: it is the last one."""
    last = SchemeVersion.objects.filter(scheme=book.scheme).order_by("-number").first()
    if last is not None and book.version_id != last.pk:
        expected = f"scheme version row {last.pk}, number {last.number}, the last one installed"
        yield Finding(f"book (row {book.pk})", f"scheme version row {book.version_id}", expected)


def surroundings(book: Book) -> Surroundings:
    """What the directory says beside a book: the topics of its projects, and which organisations were merged when."""
    merges: list[tuple[datetime, str, str | None]] = []
    for one in Merge.objects.select_related("kept", "merged").order_by("merged_at", "pk"):
        merges.append((one.merged_at, one.merged.slug, one.kept.slug))
        if one.undone_at is not None:
            merges.append((one.undone_at, one.merged.slug, None))
    projects = Project.objects.filter(scheme=book.scheme).values_list("slug", "topic__code")
    return Surroundings(dict(projects), sorted(merges, key=lambda one: one[0]))


@lru_cache(maxsize=64)
def _parsed(text: str, name: str) -> Scheme:
    """What a text says: read once, since to read it takes longer than to verify a short book. Raises SchemeError."""
    return parse(text, file=name)


def check_accounts(book: Book, used: Iterable[str]) -> Iterator[Finding]:
    """Hold each account of a book against its name, and the accounts that its transfers use against those that it has."""
    missing = set(used)
    for account in Account.objects.filter(book=book).select_related("tranche").order_by("pk"):
        missing.discard(account.code)
        name = f"account {account.code} (row {account.pk})"
        try:
            holder, of, stage = accounts.parts(account.code)
        except ValueError:
            yield Finding(name, f"code {account.code}", "a name of an account")
            continue
        matched = holder == Account.Holder.TRANCHE or (
            holder == Account.Holder.CONTRIBUTION and of != accounts.UNMATCHED
        )
        tranche = account.tranche
        # The tranche of another scheme can have the same code.
        code = None if tranche is None else tranche.code if tranche.scheme_id == book.scheme_id else f"row {tranche.pk}"
        facts: tuple[tuple[str, object, object], ...] = (
            ("key", account.pk, accounts.id_of(book.pk, account.code)),
            ("holder", account.holder, holder),
            ("stage", account.stage, stage),
            ("tranche", code, of if matched else None),
        )
        for what, stands, expected in facts:
            if stands != expected:
                yield Finding(name, f"{what} {stands}", f"{what} {expected}, by its name")
    for code in sorted(missing):
        yield Finding(f"account {code}", "no row in this book", "one, since transfers name it")


@dataclass
class Stated:
    """What the entries of a book state of its contributions, as far as they were read."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def learn(self, entry: EntryRow) -> None:
        """Take up what an entry states; the last project stated holds."""
        explanation: Mapping[str, Any] = entry.facts["explanation"]
        if entry.kind == Entry.Kind.PLEDGE:
            pledged = explanation.get("contribution")
            # Of another shape it states nothing; replaying the entry names it.
            pledged = dict(pledged) if isinstance(pledged, dict) else {}
            self.facts[str(pledged.get("reference", ""))] = pledged
        if entry.kind == Entry.Kind.COMMIT:
            signed = explanation.get("contributions")
            for reference in signed if isinstance(signed, list) else ():
                self.facts.setdefault(str(reference), {})["project"] = explanation.get("project")

    def check(self, book: Book) -> Iterator[Finding]:
        """Hold the contributions of a book against what the entries state of them, streaming."""
        missing = set(self.facts)
        rows = Contribution.objects.filter(book=book).select_related("tranche", "topic", "project")
        for row in rows.prefetch_related("parties").order_by("pk").iterator(chunk_size=2_000):
            name = f"contribution {row.reference} (row {row.pk})"
            stated = self.facts.get(row.reference)
            missing.discard(row.reference)
            if stated is None:
                yield Finding(name, "a contribution", "none: no entry states that it was pledged")
                continue
            for what, stands in contribution_facts(row, [one.slug for one in row.parties.all()]).items():
                if stands != stated.get(what):
                    yield Finding(name, f"{what} {_words(stands)}", f"{what} {_words(stated.get(what))}, as stated")
            foreign = [one for one in (row.tranche, row.topic, row.project) if one and one.scheme_id != book.scheme_id]
            for other in foreign:
                yield Finding(name, f"{other} of another scheme", "one of the book's scheme")
        for reference in sorted(missing):
            yield Finding(f"contribution {reference}", "no row in this book", "one, since an entry pledged it")


def _words(value: object) -> str:
    """A fact as a finding shows it."""
    if isinstance(value, list):
        return " and ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
