"""Runs the suites of others on the demonstration and writes `docs/certificate.md`: `python -m tests.docs.render_certificate`.

`--only NAME` runs one suite and leaves the lines of the others as they were. It ends with 1 where any suite that ran did not pass.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.docs import certificate
from tests.docs.certificate import PAGE, SUITES, Suite
from tests.machine import CHECKOUT


def main(arguments: list[str]) -> int:
    """Run the suites that are asked for, write the page, and say what came of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=[one.name for one in SUITES], action="append")
    asked = parser.parse_args(arguments).only
    before = certificate.read(PAGE.read_text()) if PAGE.is_file() else {}
    wanted = [one for one in SUITES if asked is None or one.name in asked]
    with tempfile.TemporaryDirectory(prefix="cofund-certificate-") as folder:
        report = Path(folder) / "report.xml"
        run(wanted, report, Path(folder))
        today = dt.datetime.now(dt.UTC).date()
        now = {one.name: certificate.outcome(one, certificate.cases_of(one, report), today) for one in wanted}
    lines = [now.get(one.name) or before.get(one.name) or certificate.never(one) for one in SUITES]
    PAGE.write_text(certificate.page(lines))
    for line in now.values():
        print(f"{line.suite}: {line.result}")  # noqa: T201
    return 0 if all(line.result.startswith(certificate.PASSED) for line in now.values()) else 1


def run(suites: list[Suite], report: Path, home: Path) -> None:
    """Run the tests of some suites in one process of their own, which writes a report."""
    tests = dict.fromkeys(test for one in suites for test in one.tests)
    environment = {**os.environ, "COFUND_HOME": str(home), "DJANGO_SETTINGS_MODULE": "cofund.project.settings"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests]
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
