"""How `make test` ends: what failed and what was left out is said, and never passes as if all had run."""

from __future__ import annotations

import pytest
from tests import run

PASSED, FAILED, NOTHING = run.PASSED, 1, run.NOTHING_COLLECTED
LEFT_OUT = ["the browser tests: no Chromium was found."]


@pytest.mark.parametrize(
    ("outcomes", "missing", "require_all", "code"),
    [
        ([("SQLite", PASSED), ("PostgreSQL", PASSED)], [], True, 0),
        ([("SQLite", PASSED), ("PostgreSQL", FAILED)], [], False, 1),
        ([("SQLite", FAILED), ("PostgreSQL", PASSED)], [], False, 1),
        ([("SQLite", PASSED), ("PostgreSQL", NOTHING)], [], False, 0),
        ([("SQLite", NOTHING)], [], False, 1),
        ([("SQLite", PASSED), ("PostgreSQL", PASSED)], LEFT_OUT, False, 0),
        ([("SQLite", PASSED), ("PostgreSQL", PASSED)], LEFT_OUT, True, 1),
        ([("SQLite", run.INTERRUPTED)], [], False, 1),
    ],
)
def test_run_ends_well_only_where_all_that_was_asked_for_passed(
    capsys: pytest.CaptureFixture[str],
    outcomes: list[tuple[str, int]],
    missing: list[str],
    require_all: bool,
    code: int,
) -> None:
    assert run._report(outcomes, missing, require_all) == code
    said = capsys.readouterr().out
    assert said.count("!!!! LEFT OUT: the browser tests") == len(missing)
    assert said.count("FAILED (pytest: ") == len([one for _, one in outcomes if one in (FAILED, run.INTERRUPTED)])


def test_second_run_takes_what_touches_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run._for_database([]) == run.DATABASE_TESTS
    assert run._for_database(["-k", "word"]) == ["-k", "word", *run.DATABASE_TESTS]
    assert run._for_database(["tests/unit"]) is None
    assert run._for_database(["tests/web/test_public.py::test_x", "tests/unit"]) == ["tests/web/test_public.py::test_x"]


def test_reasons_of_skipped_tests_are_said_at_the_end() -> None:
    assert "-rs" in run.SAID_AT_THE_END
