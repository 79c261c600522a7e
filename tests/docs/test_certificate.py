"""The certificate says only what a run has seen, and names every suite with tests that are there."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from tests.docs import certificate
from tests.docs.certificate import NOT_RUN, PASSED, SUITES, Outcome, Suite
from tests.machine import CHECKOUT

DAY = dt.date(2026, 1, 1)
SUITE = Suite("Suite", "file", lambda: "1", ("tests/x/test_y.py::test_z", "tests/x/test_v.py"))
OTHER = '<testcase classname="tests.x.test_v" name="test_u"/>'


def result(*cases: str) -> str:
    return certificate.outcome(SUITE, [ElementTree.fromstring(one) for one in cases], DAY).result


def case(inside: str = "", name: str = "test_z[a]") -> str:
    return f'<testcase classname="tests.x.test_y" name="{name}">{inside}</testcase>'


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([case(), case(name="test_z[b]"), OTHER], "passed: 3 of 3"),
        ([case(), case("<failure/>"), OTHER], "**failed**: 1 of 3"),
        ([case("<error/>"), OTHER], "**failed**: 1 of 2"),
        ([case('<skipped message="DATA MISSING: a file"/>'), OTHER], "not run: DATA MISSING"),
        ([case()], "not run: its tests were not found"),
        ([], "not run: its tests were not found"),
    ],
)
def test_suite_passes_only_where_all_of_it_was_seen_to_pass(cases: list[str], expected: str) -> None:
    assert result(*cases) == expected


def test_tests_of_every_suite_are_there() -> None:
    missing = []
    for test in (one for suite in SUITES for one in suite.tests):
        file, _, function = test.partition("::")
        text = (CHECKOUT / file).read_text() if (CHECKOUT / file).is_file() else ""
        name = function.partition("[")[0]
        missing += [] if text and (not name or f"def {name}(" in text) else [test]
    assert missing == []


def test_page_has_every_suite_as_a_run_wrote_it() -> None:
    text = certificate.PAGE.read_text()
    lines = certificate.read(text)
    assert list(lines) == [one.name for one in SUITES], f"run it anew: {certificate.COMMAND}"
    assert certificate.page(lines.values()) == text
    told = {one.name: one.about for one in SUITES}
    assert {name: line.about for name, line in lines.items()} == told


def test_page_claims_nothing_without_a_day() -> None:
    for line in certificate.read(certificate.PAGE.read_text()).values():
        if line.result.startswith(PASSED):
            assert re.fullmatch(r"passed: (\d+) of \1", line.result)
            assert dt.date.fromisoformat(line.on) >= dt.date(2026, 1, 1)
            assert line.version != certificate.UNKNOWN


def test_page_counts_the_tests_that_there_are() -> None:
    """A suite that got a test since was not seen to pass."""
    named = dict.fromkeys(test for one in SUITES for test in one.tests)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *named]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cofund.project.settings"}
    found = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    collected = [line for line in found.stdout.splitlines() if "::" in line]
    lines = certificate.read(certificate.PAGE.read_text())
    for suite in SUITES:
        own = [one for one in collected if any(_is_of(one, test) for test in suite.tests)]
        if lines[suite.name].result.startswith(PASSED):
            assert lines[suite.name].result == f"{PASSED}: {len(own)} of {len(own)}", (
                f"run it anew: {certificate.COMMAND}"
            )


def _is_of(collected: str, test: str) -> bool:
    """Whether a test that was found is the one that a suite names, one example of it, or stands in the file."""
    return collected == test or collected.startswith((f"{test}[", f"{test}::"))


def test_line_comes_back_as_it_was_written() -> None:
    one = Outcome("A", "b, c", "1.0, x 2", "2026-01-01", "passed: 1 of 1", 'python -m x --only "A"')
    assert certificate.read(certificate.page([one])) == {"A": one}
    never = certificate.never(SUITES[0])
    assert (never.on, never.result) == ("never", NOT_RUN)
