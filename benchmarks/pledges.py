"""Pledges a second on one envelope, against the same database's bare `UPDATE …; INSERT …` at the same concurrency.

    python -m benchmarks.pledges [--writers 8] [--seconds 6] [--rounds 3] [--only sqlite|postgres]

Both sides run as as many processes, on the same server or with the same PRAGMAs, in turns, so that noise meets both alike.
A third side writes the rows of a pledge to the same tables, under the same lock, with no rule asked and nothing hashed: between it
and the bare transaction lies what the rows, their keys, indexes and seals cost; between it and the pledges, what the rules cost.
It ends with 1 where the pledges stay below half of the bare rate (docs/adr/0009-what-a-booking-costs.md says why they do).
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests import postgres

# Pledges of the bare rate.
GOAL = 0.5
SCHEME = """
code = "bench"
version = "1"
name = "Benchmark"
currency = "EUR"
starts_on = 2014-01-01
[[tranches]]
code = "B"
label = "Matched by partners"
cap = 1_000_000_000_000
matched_role = "partner"
ratio = "1"
basis = "endorsed"
allocation = "pro_rata"
[[roles]]
code = "partner"
label = "Partner"
label_plural = "Partners"
side = "partner"
[[kinds]]
code = "FC"
label = "Cash"
given_by = ["partner"]
in_kind = false
[[sources]]
key = "starts_on"
source = "benchmark"
certainty = "assumed"
[[sources]]
key = "tranches.B.cap"
source = "benchmark"
certainty = "assumed"
[[sources]]
key = "tranches.B.ratio"
source = "benchmark"
certainty = "assumed"
"""


def prepare() -> None:
    """Set up an empty site with one scheme, one topic and one partner."""
    from django.core.management import call_command

    from cofund.actions.actors import Actor
    from cofund.actions.opening import open_scheme
    from cofund.records.directory.models import Organisation
    from cofund.records.programme.models import Scheme, Topic

    call_command("migrate", verbosity=0)
    open_scheme(Actor.operator(), SCHEME, file="bench.toml")
    Topic.objects.create(scheme=Scheme.objects.get(code="bench"), code="T1", title="Topic")
    Organisation.objects.create(slug="partner", name="Partner")


def _setup(environment: dict[str, str]) -> None:
    import django

    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    django.setup()


def pledging(environment: dict[str, str], start: Any, seconds: float, results: Any) -> None:
    """One writer that pledges through the action, as the page does."""
    _setup(environment)
    from cofund.actions.actors import Actor
    from cofund.actions.books import Grounds
    from cofund.actions.moves import Statements
    from cofund.actions.pledges import Pledge, pledge
    from cofund.queries.pools import Target
    from cofund.records.directory.models import Organisation
    from cofund.records.programme.models import Topic

    topic, partner = Topic.objects.select_related("scheme").get(code="T1"), Organisation.objects.get(slug="partner")
    actor = Actor.operator()
    wanted = Pledge(
        "bench",
        Target(topic=topic),
        "partner",
        "FC",
        (partner,),
        100_00,
        Grounds(date(2020, 1, 1), "Benchmark"),
        Statements(),
    )
    start.wait()
    results.put(_count(lambda: pledge(actor, wanted), seconds))


def rows_alone(environment: dict[str, str], start: Any, seconds: float, results: Any) -> None:
    """One writer that writes the rows of a pledge over and over, with new numbers and nothing else."""
    _setup(environment)
    from django.db.models import Model

    from cofund.actions import ends
    from cofund.actions.batches import Batch
    from cofund.actions.locks import writing
    from cofund.records.directory.models import AuditEvent
    from cofund.records.ledger import models
    from cofund.rules.accounts import numbered

    def columns(row: Model, *left_out: str) -> dict[str, Any]:
        names = [field.attname for field in row._meta.concrete_fields if field.attname not in left_out]
        return {name: getattr(row, name) for name in names}

    entry = models.Entry.objects.filter(kind="pledge").order_by("number")[0]
    made = [columns(row) for row in entry.transfers.order_by("number")]
    contribution = columns(models.Contribution.objects.get(pk=entry.pk))
    party = columns(models.ContributionParty.objects.get(contribution=entry.pk), "id")
    version = columns(entry.contribution_versions.get(), "id")
    event = columns(AuditEvent.objects.filter(action="pledge").order_by("pk")[0], "id")
    first = columns(entry)

    def once() -> None:
        with writing() as is_whole:
            end, batch = ends.take("bench", None), Batch()
            end.last_entry += 1
            key = numbered(end.book_id, end.last_entry)
            batch.insert(models.Contribution, contribution | {"id": key, "reference": f"bench-{end.last_entry}"})
            batch.insert(models.ContributionParty, party | {"contribution_id": key})
            batch.insert(AuditEvent, event)
            batch.insert(models.Entry, first | {"id": key, "number": end.last_entry})
            batch.insert(models.ContributionVersion, version | {"contribution_id": key, "entry_id": key})
            rows = []
            for row in made:
                end.last_number += 1
                number = {"id": numbered(end.book_id, end.last_number), "number": end.last_number}
                rows.append(row | number | {"entry_id": key, "contribution_id": key})
            batch.insert(models.Transfer, *rows)
            end.keep(batch, entry.recorded_at, {"B"})
            batch.send(commits=is_whole)

    start.wait()
    results.put(_count(once, seconds))


def bare_sqlite(environment: dict[str, str], start: Any, seconds: float, results: Any) -> None:
    """One writer with nothing but `UPDATE; INSERT` on SQLite, under the same PRAGMAs."""
    connection = sqlite3.connect(environment["BARE"], timeout=60, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")

    def once() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE bare_tranche SET open = open - 10000 WHERE id = 1")
        connection.execute(
            "INSERT INTO bare_movement (tranche, cents, day, note) VALUES (1, 10000, '2020-01-01', 'Benchmark')"
        )
        connection.execute("COMMIT")

    start.wait()
    results.put(_count(once, seconds))


def bare_postgres(environment: dict[str, str], start: Any, seconds: float, results: Any) -> None:
    """One writer with nothing but `UPDATE; INSERT` on PostgreSQL."""
    import psycopg

    connection = psycopg.connect(environment["COFUND_DATABASE_URL"])

    def once() -> None:
        with connection.transaction():
            connection.execute("UPDATE bare_tranche SET open = open - 10000 WHERE id = 1")
            connection.execute(
                "INSERT INTO bare_movement (tranche, cents, day, note) VALUES (1, 10000, '2020-01-01', 'Benchmark')"
            )

    start.wait()
    results.put(_count(once, seconds))


def _count(work: Callable[[], Any], seconds: float) -> tuple[int, float]:
    """Repeat for some seconds; give how often, and the longest single wait in seconds."""
    done, worst, end = 0, 0.0, time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        work()
        done += 1
        worst = max(worst, time.perf_counter() - began)
    return done, worst


def run(writer: Callable[..., None], environment: dict[str, str], writers: int, seconds: float) -> tuple[float, float]:
    """Run as many writers at once; give transactions a second over all, and the longest single wait."""
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(writers), context.Queue()
    processes = [context.Process(target=writer, args=(environment, start, seconds, results)) for _ in range(writers)]
    for process in processes:
        process.start()
    counted = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return sum(done for done, _ in counted) / seconds, max(worst for _, worst in counted)


def in_child(environment: dict[str, str], work: Callable[[], None]) -> None:
    """Run something that needs Django in a process of its own, so that each database gets its own settings."""
    process = multiprocessing.get_context("spawn").Process(target=_child, args=(environment, work))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed")


def _child(environment: dict[str, str], work: Callable[[], None]) -> None:
    _setup(environment)
    work()


BARE = (
    "CREATE TABLE bare_tranche (id integer PRIMARY KEY, open bigint NOT NULL CHECK (open >= 0))",
    "CREATE TABLE bare_movement (id {serial}, tranche integer, cents bigint, day date, note text)",
    "INSERT INTO bare_tranche VALUES (1, 100000000000000000)",
)


@contextlib.contextmanager
def sqlite_site() -> Iterator[dict[str, str]]:
    """A home with an embedded database, and a bare one beside it on the same disk."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"COFUND_HOME": folder, "COFUND_DATABASE_URL": "", "BARE": str(Path(folder) / "bare.sqlite3")}
        connection = sqlite3.connect(environment["BARE"])
        for statement in BARE:
            connection.execute(statement.format(serial="integer PRIMARY KEY"))
        connection.commit()
        connection.close()
        in_child(environment, prepare)
        yield environment


@contextlib.contextmanager
def postgres_site() -> Iterator[dict[str, str]]:
    """A database on a durable server, with the bare tables in it."""
    import psycopg

    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.server(durable=True) as server,
        postgres.scratch_database(server.address) as address,
    ):
        environment = {"COFUND_HOME": folder, "COFUND_DATABASE_URL": address}
        with psycopg.connect(address) as connection:
            for statement in BARE:
                connection.execute(statement.format(serial="bigserial PRIMARY KEY"))
        in_child(environment, prepare)
        yield environment


def measure(name: str, site: Any, bare: Callable[..., None], writers: int, seconds: float, rounds: int) -> bool:
    """Print the sides of one database, in turns, and their ratios of medians; gives whether the goal is reached."""
    sides = {"pledges": pledging, "rows alone": rows_alone, "bare UPDATE; INSERT": bare}
    rates: dict[str, list[float]] = {side: [] for side in sides}
    waits = []
    with site() as environment:
        for _ in range(rounds):
            for side, writer in sides.items():
                rate, worst = run(writer, environment, writers, seconds)
                rates[side].append(rate)
                waits += [worst] if writer is pledging else []
    mine, rows, base = (statistics.median(rates[side]) for side in sides)
    print(
        f"{name:<11} pledges    {mine:8.0f}/s   bare UPDATE; INSERT {base:8.0f}/s   ratio {mine / base:5.2f}   "
        f"longest wait {max(waits) * 1000:6.0f} ms   ({writers} writers, {rounds} rounds of {seconds:g} s)\n"
        f"{'':<11} rows alone {rows:8.0f}/s   of the bare {rows / base:5.2f}, of which pledges reach {mine / rows:5.2f}",
        flush=True,
    )
    return mine / base >= GOAL


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    given = parser.parse_args(arguments)
    size = (given.writers, given.seconds, given.rounds)
    reached = []
    if given.only != "postgres":
        reached.append(measure("SQLite", sqlite_site, bare_sqlite, *size))
    if given.only != "sqlite":
        reached.append(measure("PostgreSQL", postgres_site, bare_postgres, *size))
    sys.exit(0 if all(reached) else 1)


if __name__ == "__main__":
    main()
