"""Every file of open data adds up to the books of the same instant: project by project, call by call, and in all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import beancount.core.data
import beancount.loader
import pytest
from django.test import Client
from lxml import etree

from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.queries.publication import public
from cofund.queries.schemes import current
from cofund.records.ledger.models import Account, Contribution, Transfer
from cofund.records.programme.models import Project
from cofund.rules import accounts

pytestmark = pytest.mark.django_db

GIVEN = {"committed", "reported", "certified", "validated"}
MATCHED = {"committed", "consumed"}
Totals = dict[str, int]


@dataclass(frozen=True)
class Move:
    """A movement of the books, as one of two independent readers has it."""

    source: str
    target: str
    cents: int
    contribution: str


@dataclass(frozen=True)
class Asked:
    """A programme as true on a day, and as known on another where one is named."""

    scheme: str
    on: date
    known_on: date | None = None


def of_rows(asked: Asked) -> Iterator[Move]:
    """The movements as the database has them."""
    rows = Transfer.objects.filter(book__scheme__code=asked.scheme, effective_on__lte=asked.on)
    if asked.known_on:
        rows = rows.filter(entry__recorded_at__lte=clock.end_of(asked.known_on))
    for row in rows.select_related("from_account", "to_account", "contribution"):
        reference = row.contribution.reference if row.contribution else ""
        yield Move(row.from_account.code, row.to_account.code, row.amount_cents, reference)


def of_csv(asked: Asked) -> Iterator[Move]:
    """The movements as the file of the books has them."""
    for row in csv.DictReader(io.StringIO(text("journal.csv", asked))):
        yield Move(row["from_account"], row["to_account"], int(row["amount_cents"]), row["contribution"])


def of_journal(asked: Asked) -> Iterator[Move]:
    """The movements as Beancount itself reads them in the journal: two postings each, the one that gives first."""
    codes = {
        plain(code): code
        for code in Account.objects.filter(book__scheme__code=asked.scheme).values_list("code", flat=True)
    }
    entries, errors, _ = beancount.loader.load_string(text("journal.beancount", asked))
    assert errors == []
    for entry in entries:
        if isinstance(entry, beancount.core.data.Transaction):
            for source, target in zip(entry.postings[::2], entry.postings[1::2], strict=True):
                assert source.units.number == -target.units.number
                reference = target.meta["contribution"].removeprefix("-")
                names = (codes[plain(one.account.partition(":")[2])] for one in (source, target))
                yield Move(*names, int(target.units.number * 100), reference)


def plain(code: str) -> str:
    """The name of an account without what Beancount spells otherwise; a part that begins with no letter has a 0 before it there."""
    return re.sub("[^a-z0-9]", "-", code.lower().replace(":0-", ":-"))


def text(file: str, asked: Asked) -> str:
    """A file of a programme as everybody has it."""
    days = {"as_of": asked.on.isoformat()} | ({"known_on": asked.known_on.isoformat()} if asked.known_on else {})
    # From another address for each moment, since of past days one gets only so many files in a minute.
    origin = f"192.0.2.{hash((asked.on, asked.known_on)) % 250}"
    answer = Client(REMOTE_ADDR=origin).get(f"/programmes/{asked.scheme}/{file}", days)
    assert answer.status_code == 200
    return answer.getvalue().decode("utf-8-sig")


def by_project(scheme: str, moves: Iterable[Move]) -> Totals:
    """What stands behind each project by plain adding: what is given from the grant on, and the public money, fixed or matched."""
    place = dict(Contribution.objects.filter(book__scheme__code=scheme).values_list("reference", "project__slug"))
    may_be_told = public(scheme).published
    told = set(Contribution.objects.filter(pk__in=may_be_told).values_list("reference", flat=True))
    given: defaultdict[str, int] = defaultdict(int)
    matched: defaultdict[str, int] = defaultdict(int)
    awarded: defaultdict[str, int] = defaultdict(int)
    for move in moves:
        for code, sign in ((move.source, -1), (move.target, 1)):
            holder, _, stage = accounts.parts(code)
            if holder == "grant":
                awarded[code] += sign * move.cents
            project = place.get(move.contribution)
            if project and move.contribution in told:
                if holder == "contribution" and stage in GIVEN:
                    given[project] += sign * move.cents
                if holder == "tranche" and stage in MATCHED:
                    matched[project] += sign * move.cents
    found = {}
    for row in Project.objects.filter(scheme__code=scheme).select_related("topic"):
        codes = [accounts.of_grant(Target(project=row).code)]
        codes += [accounts.of_grant(Target(topic=row.topic).code)] if row.topic else []
        fixed = next((awarded[code] for code in codes if awarded.get(code)), None)
        found[row.slug] = given[row.slug] + (matched[row.slug] if fixed is None else fixed)
    return {slug: total for slug, total in found.items() if total}


def of_360_json(asked: Asked) -> Totals:
    """Grants without a code for regrants, by the consortium that gets them."""
    rows = json.loads(text("grants.json", asked))["grants"]
    return added(
        asked.scheme,
        ((row["recipientOrganization"][0]["id"], row["amountAwarded"]) for row in rows if "regrantType" not in row),
    )


def of_360_csv(asked: Asked) -> Totals:
    rows = csv.DictReader(io.StringIO(text("grants.csv", asked)))
    return added(
        asked.scheme,
        ((row["recipientOrganization/0/id"], row["amountAwarded"]) for row in rows if not row["regrantType"]),
    )


def of_iati(asked: Asked) -> Totals:
    """Incoming commitments, by the activity."""
    tree = etree.fromstring(text("iati.xml", asked).encode())
    return added(
        asked.scheme,
        (
            (activity.findtext("iati-identifier"), row.findtext("value"))
            for activity in tree.iter("iati-activity")
            for row in activity.iter("transaction")
            if row.find("transaction-type").get("code") == "11"
        ),
    )


def added(scheme: str, rows: Iterable[tuple[str, object]]) -> Totals:
    """Amounts in cents by the project that an identifier ends with."""
    sums: defaultdict[str, int] = defaultdict(int)
    for code, amount in rows:
        sums[code.partition(f"-{scheme}-")[2]] += int(Fraction(str(amount)) * 100)
    return dict(sums)


def by_call(scheme: str, totals: Totals) -> Totals:
    """The same by the call of the project, or of its topic."""
    sums: defaultdict[str, int] = defaultdict(int)
    for row in Project.objects.filter(scheme__code=scheme).select_related("call", "topic__call"):
        call = row.call or (row.topic.call if row.topic else None)
        sums[call.code if call else ""] += totals.get(row.slug, 0)
    return {code: cents for code, cents in sums.items() if cents}


READERS: dict[str, Callable[[Asked], Totals]] = {
    "360Giving JSON": of_360_json,
    "360Giving CSV": of_360_csv,
    "IATI": of_iati,
    "books as CSV": lambda asked: by_project(asked.scheme, of_csv(asked)),
    "books as a journal": lambda asked: by_project(asked.scheme, of_journal(asked)),
}


@pytest.mark.parametrize(
    ("scheme", "on"),
    [
        ("imi2", date(2016, 12, 31)),
        ("imi2", date(2019, 12, 31)),
        ("imi2", date(2026, 11, 1)),
        ("ihi", date(2025, 6, 1)),
        ("ihi", date(2026, 11, 1)),
    ],
)
def test_every_file_adds_up_to_the_books(demonstration: None, scheme: str, on: date) -> None:
    current(scheme)
    asked = Asked(scheme, on)
    books = by_project(scheme, of_rows(asked))
    found = {name: read(asked) for name, read in READERS.items()}
    assert found == dict.fromkeys(READERS, books)
    calls = by_call(scheme, books)
    assert {name: by_call(scheme, totals) for name, totals in found.items()} == dict.fromkeys(READERS, calls)
    assert len(calls) > 1
    assert {name: sum(totals.values()) for name, totals in found.items()} == dict.fromkeys(READERS, sum(books.values()))


@pytest.mark.parametrize("scheme", ["imi2", "ihi", "edctp3"])
def test_both_files_of_the_books_hold_what_stands_in_each_account(demonstration: None, scheme: str) -> None:
    # A programme without a grant has no total of a project, but its pledges stand in the books all the same.
    asked = Asked(scheme, date(2026, 11, 1))
    books = by_account(of_rows(asked))
    assert (by_account(of_csv(asked)), by_account(of_journal(asked))) == (books, books)
    assert sum(cents for code, cents in books.items() if code != accounts.OUTSIDE) > 0


def by_account(moves: Iterable[Move]) -> Totals:
    """What stands in each account."""
    sums: defaultdict[str, int] = defaultdict(int)
    for move in moves:
        sums[move.source] -= move.cents
        sums[move.target] += move.cents
    return {code: cents for code, cents in sums.items() if cents}
