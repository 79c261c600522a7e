"""What an importer of workbooks says of files, and what memory that takes, in a process of its own.

    python -m tests.workbook_memory participants FILE.xlsx …

prints by how many megabytes the process grew over what it held before the first file, and what it said of each.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.machine import CHECKOUT

from cofund.importers import spreadsheets, workbooks
from cofund.importers.workbooks import UnreadableWorkbook
from cofund.rules import consortium_sheet, grant_sheet
from cofund.rules.grant_columns import MOST_ROWS
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

PLAN, PARTICIPANTS, GRANTS = "plan", "participants", "grants"


def answer(importer: str, content: bytes) -> str:
    """What an importer says of a file."""
    scheme = parse(shipped()["ihi.toml"], file="ihi.toml")
    try:
        if importer == PLAN:
            plan = consortium_sheet.read(scheme, workbooks.read(content))
            return str(plan.wrong[0]) if plan.wrong else "It is read."
        wanted = grant_sheet.Wanted(importer, has_project=importer == PARTICIPANTS)
        read = grant_sheet.read(scheme, spreadsheets.read(content, most_rows=MOST_ROWS), wanted)
        return str(read.wrong[0]) if read.wrong else f"It is read: {len(read.lines)} rows."
    except UnreadableWorkbook as error:
        return error.wrong


def peak_megabytes() -> float:
    """The most that this process itself held; the kernel's own figure, since `ru_maxrss` begins with that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(importer: str, files: Sequence[Path]) -> tuple[float, list[str]]:
    """By how many megabytes a process of its own grew while an importer read files one after the other, and what it said."""
    command = [sys.executable, "-m", "tests.workbook_memory", importer, *map(str, files)]
    path = os.pathsep.join(filter(None, (str(CHECKOUT / "src"), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=True
    )
    grown, said = json.loads(done.stdout)
    return grown, said


def main(importer: str, files: Sequence[str]) -> None:
    """The process: read, and print what it took."""
    # A first file, so that what is loaded once counts for none of them.
    answer(importer, b"")
    before = peak_megabytes()
    said = [answer(importer, Path(file).read_bytes()) for file in files]
    sys.stdout.write(json.dumps((peak_megabytes() - before, said)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
