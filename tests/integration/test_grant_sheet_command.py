"""`cofund import grant-sheet` and `undo-sheet`: what an operator sees, and that a mistake takes nothing over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.sheets import GRANTS, ROWS, UNIVERSITY, Sheets, as_csv, as_excel

from cofund.commands.importing import group
from cofund.records.ledger.models import SheetImport
from cofund.records.programme.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheets(settings: Any, tmp_path: Path) -> Sheets:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Sheets.make()


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False)


def written(tmp_path: Path, content: bytes, name: str = "sheet.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def test_look_writes_nothing(sheets: Sheets, tmp_path: Path) -> None:
    answer = run("grant-sheet", written(tmp_path, as_excel(ROWS), "p.xlsx"), "--project", "one", "--look")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "p.xlsx: 2 new, 0 changed, 0 same, 0 gone. Nothing was written."
    assert (SheetImport.objects.count(), sheets.holding()) == (0, [])


def test_sheet_is_taken_over_once_and_undone(sheets: Sheets, tmp_path: Path) -> None:
    file = written(tmp_path, as_csv(ROWS))
    first = run("grant-sheet", file, "--project", "101")
    row = SheetImport.objects.get()
    said = f"sheet.csv: 2 new, 0 changed, 0 same, 0 gone. It is sheet {row.pk}; undo-sheet {row.pk} undoes it."
    assert first.stdout.splitlines()[-1] == said
    again = run("grant-sheet", file, "--project", "ONE", "--scheme", "ihi")
    assert again.stdout == "sheet.csv: 0 new, 0 changed, 2 same, 0 gone. Nothing was written.\n"
    assert (SheetImport.objects.count(), len(sheets.holding())) == (1, 2)
    assert run("undo-sheet", row.pk, "--reason", "Wrong").stdout == f"Sheet {row.pk}, sheet.csv, is undone.\n"
    assert sheets.holding() == []
    twice = run("undo-sheet", row.pk, "--reason", "Wrong")
    assert (twice.exit_code, "The sheet stands at “undone”." in twice.stderr) == (1, True)


def test_wrong_cells_are_listed_and_nothing_is_taken_over(sheets: Sheets, tmp_path: Path) -> None:
    file = written(tmp_path, as_csv([UNIVERSITY, (*UNIVERSITY[:3], "Belgium", *UNIVERSITY[4:])]))
    answer = run("grant-sheet", file, "--project", "one")
    assert answer.exit_code == 1
    assert answer.stdout.splitlines() == [
        "sheet.csv: nothing was taken over; 2 places cannot be taken.",
        "  Sheet CSV, row 3, column D (Country): It is no country. Write two letters, for example DE. It holds “Belgium”.",
        "  Sheet CSV, row 3, column C (Legal name): The same organisation stands in row 2 in the same role. It holds “Katholieke "
        "Universiteit Leuven”.",
    ]
    found = json.loads(run("grant-sheet", file, "--project", "one", "--json").stdout)
    assert (found["sheet"], [one["column"] for one in found["wrong"]]) == (None, ["D", "C"])
    assert SheetImport.objects.count() == 0


def test_grants_need_the_programme(sheets: Sheets, tmp_path: Path) -> None:
    file = written(tmp_path, as_csv([("102", "TWO", "", "", "", "")], GRANTS))
    assert run("grant-sheet", file, "--grants").exit_code == 2
    assert run("grant-sheet", file, "--grants", "--scheme", "ihi").exit_code == 0
    assert sorted(Project.objects.values_list("slug", flat=True)) == ["one", "two"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--project", "none"), "The site has no project none."),
        (("--scheme", "none"), "none"),
        (("--project", "none", "--scheme", "ihi"), "The programme ihi has no project none."),
    ],
)
def test_what_is_not_there_is_said(sheets: Sheets, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    answer = run("grant-sheet", written(tmp_path, as_csv(ROWS)), *words)
    assert (answer.exit_code, said in answer.stderr) == (1, True)


def test_file_that_cannot_be_read_is_said(sheets: Sheets, tmp_path: Path) -> None:
    answer = run("grant-sheet", written(tmp_path, b"\xff\x00\x80", "a.xlsx"), "--project", "one")
    assert answer.exit_code == 1
    assert "It is neither an Excel workbook (.xlsx) nor text in UTF-8." in answer.stderr
