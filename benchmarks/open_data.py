"""Open data with many rows: rows a second and peak memory of every exporter, as they are sent, each in a process of its own.

    python -m benchmarks.open_data [--few 10000] [--many 1000000] [--only NAME]

First stands what a bare loop takes that writes as many lines with Python's own csv or json, so that one sees what a standard
costs. It fails where a hundred times the rows take more than 8 MiB more memory.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

MOST_MORE_MIB = 8
BARE = {"bare csv": "csv", "bare json": "json"}


def bare(kind: str, count: int) -> Iterator[str]:
    """The same number of short lines by nothing but the library."""

    class Held:
        text = ""

        def write(self, text: str) -> None:
            self.text = text

    held = Held()
    writer = csv.writer(held)
    for number in range(count):
        if kind == "csv":
            writer.writerow([str(number), "Title", "1000000.01", "2026-01-01", "Giver & Sons", "Consortium"])
            yield held.text
        else:
            yield json.dumps({"id": str(number), "title": "Title", "amount": 1000000.01, "day": "2026-01-01"}) + "\n"


def one(name: str, count: int) -> None:
    """Measure one exporter over so many rows in this process, and print it as JSON."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cofund.project.settings")
    import django

    django.setup()
    from tests.open_rows import files, written

    pieces = bare(BARE[name], count) if name in BARE else files(count)[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, signs = time.process_time(), 0
    signs = written(pieces)
    seconds = time.process_time() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "signs": signs, "peak": after / 1024, "more": (after - before) / 1024}))


def measured(name: str, count: int) -> dict[str, float]:
    """Measure one exporter in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.open_data", "--one", name, "--many", str(count)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def main() -> int:
    """Print the table; give 1 where memory grows with the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--one", default="")
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.many)
        return 0
    names = [
        *BARE,
        "360Giving JSON",
        "360Giving CSV",
        "IATI",
        "books as CSV",
        "books as a journal",
        "catalogue",
        "sitemap",
    ]
    grown = []
    print(f"{'file':18} {'rows':>10} {'rows a second':>14} {'MB written':>11} {'peak MiB':>9} {'by writing':>11}")
    for name in [each for each in names if asked.only in each]:
        peaks = []
        for count in (asked.few, asked.many):
            told = measured(name, count)
            peaks.append(told["peak"])
            speed = count / told["seconds"]
            figures = f"{speed:>14,.0f} {told['signs'] / 1e6:>11.1f} {told['peak']:>9.1f} {told['more']:>11.1f}"
            print(f"{name:18} {count:>10,} {figures}", flush=True)
        if peaks[1] - peaks[0] > MOST_MORE_MIB:
            grown.append(name)
    print("Memory grows with the rows: " + ", ".join(grown) if grown else "No file takes more memory for more rows.")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
