"""The books of a site as files, through the real views and the real database: rows a second and peak memory.

    python -m benchmarks.open_views [--few 100000] [--many 1000000] [--only sqlite|postgres]

`benchmarks.open_data` measures the exporters alone; here address, reader, query and cursor take part, each file in a process of its
own. It ends with 1 where ten times the rows take more than 24 MiB more memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.pledges import in_child, postgres_site, sqlite_site
from benchmarks.statement import fill_default

FILES = ("journal.csv", "journal.beancount")
MOST_MORE_MIB = 24


def read() -> None:
    """Ask for the file that `bench.json` names, as anybody may, and leave what it took beside it."""
    from django.conf import settings
    from django.test import Client

    home = Path(settings.COFUND_HOME)
    settings.ALLOWED_HOSTS = ["*"]
    name = json.loads((home / "bench.json").read_text())["file"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, lines, size = time.process_time(), 0, 0
    answer = Client().get(f"/programmes/bench/{name}")
    assert answer.status_code == 200, answer.status_code
    assert answer.streaming
    for piece in answer:
        lines, size = lines + piece.count(b"\n"), size + len(piece)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"seconds": time.process_time() - began, "lines": lines, "size": size}
    (home / "result.json").write_text(json.dumps({**told, "peak": peak / 1024, "more": (peak - before) / 1024}))


def measure(database: str, site: Any, sizes: tuple[int, int]) -> bool:
    """Print what each file takes at both sizes; gives whether memory stays."""
    peaks: dict[str, list[float]] = {name: [] for name in FILES}
    for transfers in sizes:
        with site() as environment:
            home = Path(environment["COFUND_HOME"])
            (home / "bench.json").write_text(json.dumps({"transfers": transfers}))
            in_child(environment, fill_default)
            for name in FILES:
                (home / "bench.json").write_text(json.dumps({"file": name}))
                in_child(environment, read)
                told = json.loads((home / "result.json").read_text())
                peaks[name].append(told["peak"])
                print(
                    f"{database:<11} {name:18} {transfers:>10,} transfers  {transfers / told['seconds']:>10,.0f} a second  "
                    f"{told['lines']:>10,} lines  {told['size'] / 1e6:>7.1f} MB  peak {told['peak']:>6.1f} MiB, "
                    f"{told['more']:>5.1f} of them by writing",
                    flush=True,
                )
    return all(many - few <= MOST_MORE_MIB for few, many in peaks.values())


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    given = parser.parse_args(arguments)
    kept = []
    for key, database, site in (("sqlite", "SQLite", sqlite_site), ("postgres", "PostgreSQL", postgres_site)):
        if given.only in (None, key):
            kept.append(measure(database, site, (given.few, given.many)))
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
