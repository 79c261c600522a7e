"""Import of a CORDIS download against a bare load of the same file, side by side in one run.

    python -m benchmarks.import_cordis FILE [--database-url postgres://…] [--rounds 3]

The bare side opens the same zip, reads the same CSV files with `csv.reader`, and puts every row as text into five
tables with the official columns, no keys, no indexes, no checks, in one transaction: with `sqlite3.executemany` on
SQLite (same PRAGMAs as the site), with COPY row by row on PostgreSQL. The import writes nine tables with keys and
indexes, checks and converts every value, and looks at every byte first. Both begin with empty tables; each side runs in
a process of its own, in turns, and the best round of each counts. On PostgreSQL a line "floor" hands the unpacked bytes
to COPY, without Python looking at a row: no load that could reject anything, but the least that the server takes.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
MOST_RATIO, MOST_MB = 3.0, 500


def sheets(file: Path) -> Iterator[tuple[str, list[str], Iterator[list[str]]]]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            rows = csv.reader(io.TextIOWrapper(archive.open(name), "utf-8", newline=""), delimiter=";")
            yield Path(name).stem, next(rows), rows


def create(name: str, columns: list[str]) -> str:
    return f'CREATE TABLE "{name}" ({", ".join(f"{chr(34)}{column}{chr(34)} text" for column in columns)})'


def bare_sqlite(file: Path, folder: Path) -> float:
    connection = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    connection.executescript(PRAGMAS)
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for name, columns, rows in sheets(file):
        connection.execute(create(name, columns))
        connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', rows)
    connection.execute("COMMIT")
    return time.perf_counter() - began


def bare_postgresql(file: Path, url: str, *, raw: bool) -> float:
    import psycopg

    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bare CASCADE")
        connection.execute("CREATE SCHEMA bare")
        connection.execute("SET search_path = bare")
        began = time.perf_counter()
        with connection.transaction(), connection.cursor() as cursor:
            for name, columns, rows in sheets(file):
                cursor.execute(create(name, columns))
                if raw:
                    copy_bytes(cursor, file, name)
                    continue
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
        took = time.perf_counter() - began
        connection.execute("DROP SCHEMA bare CASCADE")
    return took


def copy_bytes(cursor, file: Path, name: str) -> None:
    statement = f"COPY \"{name}\" FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)"
    with zipfile.ZipFile(file) as archive, archive.open(f"{name}.csv") as member, cursor.copy(statement) as copy:
        while chunk := member.read(1 << 18):
            copy.write(chunk)


def cofund(file: Path) -> float:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from cofund.importers.cordis import import_cordis
    from cofund.importers.cordis_tables import TABLES
    from cofund.records.corpus.models import ImportReject, ImportRun

    call_command("migrate", verbosity=0)
    if connection.vendor == "postgresql":
        names = ", ".join(f'"{model._meta.db_table}"' for model in (ImportReject, ImportRun))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names}, {', '.join(table.name for table in TABLES)} CASCADE")
    began = time.perf_counter()
    run = import_cordis(file)
    took = time.perf_counter() - began
    rows = {label: counts["rows"] for label, counts in run.counts["tables"].items()}
    print(f"{rows}, {run.rejected} rejected", file=sys.stderr)
    return took


def in_a_process(side: str, file: Path, url: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of one side, run in a process of its own."""
    environment = {**os.environ, "COFUND_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "cofund.project.settings"}
    environment["COFUND_DATABASE_URL"] = url
    command = [sys.executable, "-m", "benchmarks.import_cordis", str(file), "--side", side, "--database-url", url]
    answer = subprocess.run([*command, "--folder", str(folder)], env=environment, capture_output=True, text=True)
    if answer.returncode:
        sys.exit(answer.stderr)
    print(f"  {side}: {answer.stdout.strip()} {answer.stderr.strip()}")
    seconds, megabytes = json.loads(answer.stdout)
    return seconds, megabytes


def run_side(side: str, file: Path, url: str, folder: Path) -> None:
    sides: dict[str, Callable[[], float]] = {
        "cofund": lambda: cofund(file),
        "bare": lambda: bare_postgresql(file, url, raw=False) if url else bare_sqlite(file, folder),
        "floor": lambda: bare_postgresql(file, url, raw=True),
    }
    seconds = sides[side]()
    print(json.dumps([round(seconds, 3), round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)]))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).parents[2] / "shared/data/cordis/cordis-HORIZONprojects-csv.zip"
    parser.add_argument("file", nargs="?", type=Path, default=default)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; without it, SQLite")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.side:
        run_side(asked.side, asked.file, asked.database_url, asked.folder)
        return
    sides = ["bare", "cofund", *(["floor"] if asked.database_url else [])]
    best: dict[str, tuple[float, float]] = {}
    for _ in range(asked.rounds):
        for side in sides:
            with tempfile.TemporaryDirectory() as folder:
                took = in_a_process(side, asked.file, asked.database_url, Path(folder))
            best[side] = min(best.get(side, took), took)
    ratio = best["cofund"][0] / best["bare"][0]
    database = "PostgreSQL, COPY" if asked.database_url else "SQLite, executemany"
    print(f"{asked.file.name} on {database}")
    for side in sides:
        print(f"  {side:8} {best[side][0]:6.2f} s, peak {best[side][1]:4.0f} MB")
    print(f"  ratio    {ratio:6.2f} (at most {MOST_RATIO:.0f}), memory at most {MOST_MB} MB")
    sys.exit(0 if ratio <= MOST_RATIO and best["cofund"][1] <= MOST_MB else 1)


if __name__ == "__main__":
    main()
