"""What a clear answer to a broken spreadsheet takes: time and peak memory, for each importer, each file in a process of its own.

    python -m benchmarks.workbooks [--only "zip bomb"]

It makes one of each kind of file that nobody should have made (`tests.broken_workbooks`), lets the consortium check and the
imports of participants and of grants read it, and prints what they answer. A process that only imports the same modules is the
floor of its memory. It fails where an answer takes more than 5 seconds or 250 MB above that floor.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.workbook_memory import GRANTS, PARTICIPANTS, PLAN, answer, peak_megabytes

MOST_SECONDS, MOST_MB = 5.0, 250
IMPORTERS = (PLAN, PARTICIPANTS, GRANTS)


def measured(importer: str, file: str) -> tuple[float, float, str]:
    """Seconds, megabytes at the peak, and the answer, of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.workbooks", "--importer", importer, "--file", file]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        return 0.0, 0.0, f"BROKE OFF: {done.stderr.strip().splitlines()[-1:]}"
    seconds, megabytes, said = done.stdout.rstrip("\n").split("\t", 2)
    return float(seconds), float(megabytes), said


def inside(importer: str, file: str) -> None:
    """The child: read, and print what it took."""
    # A first file, so that what is loaded once counts for none.
    answer(importer, b"")
    content = Path(file).read_bytes() if file else b""
    began = time.perf_counter()
    said = answer(importer, content)
    took = time.perf_counter() - began
    print(f"{took:.2f}\t{peak_megabytes():.0f}\t{said}")


def good_files() -> dict[str, tuple[bytes, list[str], list[object]]]:
    """For each importer a file that is read, with its headings and a row."""
    from tests import sheets
    from tests.workbooks import DIABETES, plan_file

    from cofund.rules.consortium_columns import of_participant
    from cofund.rules.scheme_parsing import parse
    from cofund.schemes import shipped

    scheme = parse(shipped()["ihi.toml"], file="ihi.toml")
    asked = of_participant(scheme)
    # The sheet of participants alone, so that each fault stands in what is read.
    plan = plan_file(scheme, change=lambda book: book.remove(book["Project"]))
    return {
        PLAN: (
            plan,
            [one.heading(scheme.currency) for one in asked],
            [DIABETES[0].get(one.key) for one in asked],
        ),
        PARTICIPANTS: (sheets.as_excel(sheets.ROWS), list(sheets.PARTICIPANTS), list(sheets.ROWS[0])),
        GRANTS: (
            sheets.as_excel(sheets.GRANT_ROWS, sheets.GRANTS),
            list(sheets.GRANTS),
            list(sheets.GRANT_ROWS[0]),
        ),
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure every file with every importer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose name begins like this")
    parser.add_argument("--importer", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.importer:
        inside(asked.importer, asked.file)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cofund.project.settings")
    import django

    django.setup()
    from tests.broken_workbooks import files

    slow = []
    with tempfile.TemporaryDirectory() as folder:
        for importer, (good, headings, row) in good_files().items():
            floor = measured(importer, "")[1]
            print(f"{importer}: a process without a file has {floor:.0f} MB")
            for name, make in files(good, headings, row).items():
                if not name.startswith(asked.only):
                    continue
                file = Path(folder) / "file.xlsx"
                file.write_bytes(make())
                seconds, megabytes, said = measured(importer, str(file))
                size = file.stat().st_size / 1024
                print(
                    f"  {name:28} {size:7,.0f} KB {seconds:6.2f} s {megabytes - floor:+5.0f} MB  {said[:110]}",
                    flush=True,
                )
                if seconds > MOST_SECONDS or megabytes - floor > MOST_MB or said.startswith("BROKE OFF"):
                    slow.append(f"{importer}: {name}")
    print(f"at most {MOST_SECONDS:.0f} s and {MOST_MB} MB: {'; '.join(slow) or 'every answer'}")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
