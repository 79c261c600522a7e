"""The envelope statement as of a past date over a million transfers, against `bean-query` on the very same rows.

    python -m benchmarks.statement [--transfers 1000000] [--only sqlite|postgres] [--without-bean-query]

The rows are contributions that go from pledge to delivery over ten years; both sides must give the same balances.
It ends with 1 where they do not, or where the statement is slower than its goal.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.pledges import in_child, postgres_site, sqlite_site

AS_OF = date(2019, 6, 30)
# What it may take, and how many times as long bean-query has to take on the same rows.
MOST_SECONDS = 0.2
LEAST_TIMES = 100
STEPS = (
    ("outside", "contribution:B:pledged", "open", "promised"),
    ("contribution:B:pledged", "contribution:B:endorsed", "promised", "reserved"),
    ("contribution:B:endorsed", "contribution:B:committed", "reserved", "committed"),
    ("contribution:B:committed", "contribution:B:validated", "committed", "consumed"),
)


def rows(count: int, book_id: int, tranche_id: int) -> Iterator[tuple[Any, ...]]:
    """Transfers after the two that open the book: number, accounts, cents, day, tranche or None."""
    from cofund.rules import accounts

    def account(code: str) -> int:
        return accounts.id_of(book_id, code)

    first, made, contribution = date(2015, 1, 1), 0, 0
    while made < count:
        contribution += 1
        cents = 1_000_00 + contribution % 977
        for step, (source, sink, room_from, room_to) in enumerate(STEPS):
            day = first + timedelta(days=(contribution * 7919) % 2900 + step * 180)
            yield account(source), account(sink), cents, day, None
            yield account(f"tranche:B:{room_from}"), account(f"tranche:B:{room_to}"), cents, day, tranche_id
            made += 2
            if made >= count:
                return


def fill(count: int) -> None:
    """Write the rows straight into the tables: an entry for each pair of transfers, each transfer with a place in the chain."""
    from cofund.records.ledger.models import Book, Entry, TrancheRoom
    from cofund.rules import accounts

    book, room = Book.objects.get(), TrancheRoom.objects.get()
    pattern = Entry.objects.get(number=book.last_entry)
    taken = accounts.id_of(book.pk, "tranche:B:open")

    def entry_id(place: int) -> int:
        return accounts.numbered(book.pk, book.last_entry + 1 + place // 2)

    def entries() -> Iterator[dict[str, Any]]:
        found = {field.attname: getattr(pattern, field.attname) for field in Entry._meta.concrete_fields}
        same = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in found.items()}
        same |= {"kind": "pledge", "explanation": "{}"}
        for place, (_, _, _, day, _) in enumerate(rows(count, book.pk, room.tranche_id)):
            if place % 2 == 0:
                number = book.last_entry + 1 + place // 2
                yield same | {"id": entry_id(place), "number": number, "effective_on": day}

    def transfers() -> Iterator[dict[str, Any]]:
        open_cents = room.open_cents
        for place, (source, sink, cents, day, tranche) in enumerate(rows(count, book.pk, room.tranche_id)):
            number = book.last_number + 1 + place
            open_cents -= cents if source == taken else 0
            yield {
                "id": accounts.numbered(book.pk, number),
                "book_id": book.pk,
                "number": number,
                "entry_id": entry_id(place),
                "from_account_id": source,
                "to_account_id": sink,
                "amount_cents": cents,
                "effective_on": day,
                "contribution_id": None,
                "tranche_id": tranche,
                "open_after_cents": open_cents if tranche else None,
                "previous_hash": "",
                "hash": f"{number:x}",
            }

    load("ledger_entry", entries())
    load("ledger_transfer", transfers())


def load(table: str, lines: Iterator[dict[str, Any]]) -> None:
    """Write rows in bulk, and do what the server does by itself after a while: gather statistics and mark pages."""
    from django.db import connection

    first = next(lines)
    columns = ",".join(first)
    everything = itertools.chain([first], lines)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for line in everything:
                    copy.write_row(list(line.values()))
            cursor.execute(f"VACUUM ANALYZE {table}")
        else:
            raw = cursor.connection
            raw.execute("BEGIN")
            places = ",".join(["?"] * len(first))
            values = ([str(v) if isinstance(v, date) else v for v in line.values()] for line in everything)
            raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)
            raw.execute("COMMIT")
            cursor.execute("ANALYZE")


def fill_default() -> None:
    """Fill with as many transfers as the file beside the database says."""
    from django.conf import settings

    fill(json.loads((Path(settings.COFUND_HOME) / "bench.json").read_text())["transfers"])


def ask() -> None:
    """Time the statement, and leave what it says, and the journal if wanted, in the home folder."""
    from django.conf import settings

    from cofund.exporters.beancount import journal
    from cofund.queries.envelope import statement
    from cofund.records.ledger.models import Transfer

    home = Path(settings.COFUND_HOME)
    given = json.loads((home / "bench.json").read_text())
    times = []
    for _ in range(11):
        began = time.perf_counter()
        found = statement("bench", as_of=AS_OF)[0]
        times.append(time.perf_counter() - began)
    result = {
        "seconds": statistics.median(times),
        "first": times[0],
        "worst": max(times),
        "rows": Transfer.objects.count(),
    }
    result["statement"] = found.as_json()
    (home / "result.json").write_text(json.dumps(result))
    if given["journal"]:
        with (home / "book.beancount").open("w") as file:
            file.writelines(f"{line}\n" for line in journal("bench"))


def bean_query(path: Path) -> tuple[float, dict[str, int]]:
    """Time `bean-query` for the balances of the tranche's accounts as of the day; balances in cents by stage."""
    question = (
        f"SELECT account, sum(number) AS total WHERE account ~ 'Assets:Tranche' AND date <= {AS_OF} GROUP BY account"
    )
    command = [str(Path(sys.executable).with_name("bean-query")), "--no-errors", "-f", "csv", str(path), question]
    began = time.perf_counter()
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds = time.perf_counter() - began
    found = {}
    for line in csv.DictReader(io.StringIO(answer)):
        found[line["account"].strip().rsplit(":", 1)[1].lower()] = int(
            line["total"].strip().replace(".", "").replace(",", "")
        )
    return seconds, found


def measure(name: str, site: Any, transfers: int, with_bean_query: bool) -> bool:
    """Print the statement's time on one database, beside that of bean-query; gives whether it keeps to the limits."""
    with site() as environment:
        home = Path(environment["COFUND_HOME"])
        (home / "bench.json").write_text(json.dumps({"transfers": transfers, "journal": with_bean_query}))
        for work in (fill_default, ask):
            in_child(environment, work)
        result = json.loads((home / "result.json").read_text())
        line = (
            f"{name:<11} statement as of {AS_OF} over {result['rows']:,} transfers: {result['seconds'] * 1000:7.1f} ms "
            f"(first {result['first'] * 1000:.1f}, worst {result['worst'] * 1000:.1f})"
        )
        kept = result["seconds"] <= MOST_SECONDS
        if with_bean_query:
            seconds, balances = bean_query(home / "book.beancount")
            stated = result["statement"]
            same = all(
                balances.get(stage, 0) == stated[stage]
                for stage in ("open", "promised", "reserved", "committed", "consumed")
            )
            line += f"   bean-query {seconds:7.1f} s, {seconds / result['seconds']:.0f} times as long"
            line += f"   same balances: {'yes' if same else 'NO'}"
            kept = kept and same and seconds >= LEAST_TIMES * result["seconds"]
        print(line, flush=True)
        return kept


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases; bean-query once, on the rows of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--without-bean-query", action="store_true")
    given = parser.parse_args(arguments)
    with_bean_query = not given.without_bean_query
    kept = []
    if given.only != "postgres":
        kept.append(measure("SQLite", sqlite_site, given.transfers, with_bean_query))
        with_bean_query = False
    if given.only != "sqlite":
        kept.append(measure("PostgreSQL", postgres_site, given.transfers, with_bean_query))
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
