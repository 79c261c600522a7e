"""Run all tests, first on SQLite and then those of the database on PostgreSQL, and say loudly what was left out.

Called by `make test`. `COFUND_TEST_REQUIRE_ALL=1` makes anything that was left out a failure, but for shared data.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import machine, postgres

# What touches the database runs on both; the rest cannot differ.
DATABASE_TESTS = ["tests/integration", "tests/property", "tests/spec", "tests/web"]
# Long tests whose outcome no database has a say in.
SAME_ON_BOTH = ["-m", "not same_on_both"]
MOST_WORKERS = 4
# Which tests take longest is said at the end of every run, so that what slows it down is seen as it comes; and which were
# skipped, with the reason, since a run that passes must not hide what it left out.
SAID_AT_THE_END = ["--durations=25", "--durations-min=2", "-rs"]
PASSED, INTERRUPTED, NOTHING_COLLECTED = 0, 2, 5


def main(arguments: list[str]) -> int:
    """Run the tests that the arguments of pytest select; gives the exit code, 0 when all that ran passed."""
    postgres.end_in_order()
    require_all = os.environ.get("COFUND_TEST_REQUIRE_ALL") == "1"
    missing = _missing()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="cofund-tests-") as home:
        # Never the site of the person who runs the tests.
        environment = {**os.environ, "COFUND_HOME": home, "DJANGO_SETTINGS_MODULE": "cofund.project.settings"}
        environment.pop("COFUND_DATABASE_URL", None)
        _announce("All tests, on SQLite")
        outcomes.append(("SQLite", _pytest(arguments, environment)))
        selected = _for_database(arguments)
        if outcomes[0][1] != INTERRUPTED and selected is not None:
            try:
                with postgres.server() as server, postgres.scratch_database(server.address) as address:
                    _announce(f"The tests of the database again, on PostgreSQL: {server.story}")
                    code = _pytest([*SAME_ON_BOTH, *selected], {**environment, "COFUND_DATABASE_URL": address})
                    outcomes.append(("PostgreSQL", code))
            except postgres.NoServerError as error:
                missing.append(f"every test on PostgreSQL: {error}. Install postgresql, or set COFUND_TEST_POSTGRES.")
    return _report(outcomes, missing, require_all)


def _missing() -> list[str]:
    """What the tests cannot do on this machine, each with what to do about it."""
    missing = []
    if machine.chromium() is None:
        missing.append("the browser tests: no Chromium was found. Install it, or set COFUND_CHROMIUM to its path.")
    if machine.nu_checker() is None:
        missing.append("the check of the HTML: no Java, or no COFUND_VNU_JAR. `.ci/run` gets both.")
    return missing


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest in a process of its own."""
    command = [sys.executable, "-m", "pytest", *SAID_AT_THE_END, *_workers(arguments), *arguments]
    return subprocess.run(command, cwd=machine.CHECKOUT, env=environment, check=False).returncode


def _workers(arguments: list[str]) -> list[str]:
    """As many workers as there are cores, at most four; the tests of one file stay together, as they share what they loaded.

    In the order of the collection (`conftest.py`), not by the number of tests of a file: the few of the browser take longest.
    """
    asked = any(each == "-n" or each.startswith(("--numprocesses", "-n=")) for each in arguments)
    return (
        []
        if asked
        else ["-n", str(min(MOST_WORKERS, os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
    )


def _for_database(arguments: list[str]) -> list[str] | None:
    """The arguments for the second run: only places with database tests; None when none of them was asked for."""
    there = [folder for folder in DATABASE_TESTS if any((machine.CHECKOUT / folder).glob("**/test_*.py"))]
    places = [each for each in arguments if (machine.CHECKOUT / each.split("::")[0]).exists()]
    options = [each for each in arguments if each not in places]
    if places:
        there = [place for place in places if any(_lies_in(place, folder) for folder in DATABASE_TESTS)]
    return [*options, *there] if there else None


def _lies_in(place: str, folder: str) -> bool:
    """Whether a test's place is the folder or below it."""
    return Path(place.split("::")[0]).is_relative_to(folder)


def _announce(text: str) -> None:
    """Put a title over what follows."""
    print(f"\n######## {text}\n", flush=True)


def _report(outcomes: list[tuple[str, int]], missing: list[str], require_all: bool) -> int:
    """Say how each run ended and what did not run; gives the exit code of the whole."""
    fine = {PASSED, NOTHING_COLLECTED} if len(outcomes) > 1 else {PASSED}
    _announce("Summary")
    for database, code in outcomes:
        verdict = {PASSED: "passed", NOTHING_COLLECTED: "nothing was selected"}.get(code, f"FAILED (pytest: {code})")
        print(f"{database}: {verdict}")
    for each in missing:
        print(f"!!!! LEFT OUT: {each}")
    if machine.shared_folder() is None:
        print("!!!! LEFT OUT: the tests on shared data. Set COFUND_SHARED to the folder that holds it.")
    failed = any(code not in fine for _, code in outcomes)
    if missing and require_all:
        print("FAILED: something was left out, and COFUND_TEST_REQUIRE_ALL=1 asks for everything.")
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
