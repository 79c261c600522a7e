"""Every kind of file that nobody should have made, for each importer of workbooks: a clear answer, and nothing half imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from tests import broken_workbooks, workbook_memory
from tests.books import refused
from tests.sheets import COMPANY, GRANT, GRANT_ROWS, GRANTS, PARTICIPANTS, ROWS, UNIVERSITY, Sheets, as_csv, as_excel
from tests.workbooks import DIABETES, plan_file

from cofund.importers import spreadsheets, workbooks
from cofund.importers.workbooks import UnreadableWorkbook
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import GrantParticipant
from cofund.records.programme.models import Project
from cofund.rules import consortium_sheet, grant_sheet
from cofund.rules.consortium_columns import of_participant
from cofund.rules.grant_columns import GRANTS as OF_GRANTS
from cofund.rules.grant_columns import MOST_ROWS
from cofund.rules.grant_columns import PARTICIPANTS as OF_PARTICIPANTS
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

IHI = parse(shipped()["ihi.toml"], file="ihi.toml")
PLAN = plan_file(IHI, change=lambda book: book.remove(book["Project"]))
ASKED = of_participant(IHI)


def checked(content: bytes) -> list[str]:
    """What the consortium check says of a file."""
    try:
        return [str(one) for one in consortium_sheet.read(IHI, workbooks.read(content)).wrong]
    except UnreadableWorkbook as error:
        return [error.wrong]


def read_as(kind: str, content: bytes) -> grant_sheet.Read:
    """A file as a sheet of a kind; of participants for one project."""
    wanted = grant_sheet.Wanted(kind, has_project=kind == OF_PARTICIPANTS)
    return grant_sheet.read(IHI, spreadsheets.read(content, most_rows=MOST_ROWS), wanted)


def imported(content: bytes, kind: str = OF_PARTICIPANTS) -> list[str]:
    """What the import of participants, or of grants, says of a file."""
    try:
        return [str(one) for one in read_as(kind, content).wrong]
    except UnreadableWorkbook as error:
        return [error.wrong]


def imported_grants(content: bytes) -> list[str]:
    """What the import of grants says of a file."""
    return imported(content, OF_GRANTS)


IMPORTERS: dict[str, tuple[Callable[[bytes], list[str]], Any, str]] = {
    "plan": (
        checked,
        broken_workbooks.files(
            PLAN, [one.heading("EUR") for one in ASKED], [DIABETES[0].get(one.key) for one in ASKED]
        ),
        "Sheet Participants: It has more than 500 participants.",
    ),
    "participants": (
        imported,
        broken_workbooks.files(as_excel(ROWS), PARTICIPANTS, UNIVERSITY),
        "Sheet Participants: It has more than 2,000 rows. Split it.",
    ),
    "grants": (
        imported_grants,
        broken_workbooks.files(as_excel(GRANT_ROWS, GRANTS), GRANTS, GRANT),
        "Sheet Participants: It has more than 2,000 rows. Split it.",
    ),
}
CELLS = "It has more than 62,500 cells."
TOO_MANY = "It has too many styles, rules, names, merged cells or pictures to be read."
ENTITIES = "It declares entities, as no workbook does."
PACKED = "Unpacked it has more than 25 MB."
BROKEN = "It is no Excel workbook, or it is broken."
SAID = {
    "20,000 rows": CELLS,
    "20,000 narrow rows": CELLS,
    "last row of Excel": "rows",
    "formatted to the last row": None,
    "a row beyond the last": "rows",
    "20 sheets to the last row": None,
    "zip bomb": PACKED,
    "zip bomb that lies": BROKEN,
    "5,000 parts": PACKED,
    "entities": ENTITIES,
    "entities in UTF-16": ENTITIES,
    "entities in UTF-7": "Its text is in an encoding that no workbook has.",
    "nested elements": TOO_MANY,
    "a cell of 20 MB": "One of its texts is far longer than a cell can hold.",
    "tags in EBCDIC": "It cannot be read as an Excel workbook; something in it is broken.",
    "merged cells": TOO_MANY,
    "validations": TOO_MANY,
    "styles": TOO_MANY,
    "names": TOO_MANY,
    "links to other files": None,
}


@pytest.mark.same_on_both
@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("importer", IMPORTERS)
def test_file_that_nobody_should_have_made_gets_a_clear_answer(importer: str, name: str) -> None:
    read, files, rows = IMPORTERS[importer]
    said = rows if SAID[name] == "rows" else SAID[name]
    assert read(files[name]()) == ([said] if said else [])


def test_every_kind_of_file_is_tested() -> None:
    assert [set(files) - set(SAID) for _, files, _ in IMPORTERS.values()] == [set(), set(), set()]


# What holds or unpacks most; an importer reads all of them in one process.
WORST = (
    *("20,000 rows", "20 sheets to the last row", "zip bomb", "zip bomb that lies", "5,000 parts", "a cell of 20 MB"),
    "merged cells",
)
MOST_MEGABYTES = 60
# The headings, a row, which of its cells is made long, and how many rows: what stays below every other limit.
LONG = {
    "plan": ([one.heading("EUR") for one in ASKED], [DIABETES[0].get(one.key) for one in ASKED], 0, 499),
    "participants": (PARTICIPANTS, UNIVERSITY, 2, 750),
    "grants": (GRANTS, GRANT, 2, 750),
}


@pytest.mark.same_on_both
@pytest.mark.parametrize("importer", IMPORTERS)
def test_worst_files_are_answered_in_bounded_memory(tmp_path: Path, importer: str) -> None:
    _, files, rows = IMPORTERS[importer]
    content = [*(files[name]() for name in WORST), broken_workbooks.long_texts(*LONG[importer])]
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(content))]
    for path, one in zip(paths, content, strict=True):
        path.write_bytes(one)
    grown, said = workbook_memory.measured(importer, paths)
    # Every file was read as far as it is read: the answers are those that the same files get without being measured.
    expected = [rows if SAID[name] == "rows" else SAID[name] for name in WORST]
    assert [words for words, wanted in zip(said, expected, strict=False) if wanted and words != wanted] == []
    assert "It is longer than" in said[-1]
    assert grown < MOST_MEGABYTES


def changed(change: Callable[[Workbook], object]) -> dict[str, list[str]]:
    """What each importer says after a change to its sheet of participants."""
    return {
        "plan": checked(plan_file(IHI, change=change)),
        "participants": imported(as_excel(ROWS, change=change)),
        "grants": imported_grants(as_excel(GRANT_ROWS, GRANTS, change=change)),
    }


def test_formula_without_a_value_is_refused_where_it_stands() -> None:
    def compute(book: Workbook) -> None:
        book["Participants"]["C2"] = "=cmd|' /C calc'!A0"

    found = changed(compute)
    assert {name: [one.partition(":")[0] for one in said] for name, said in found.items()} == {
        "plan": ["Sheet Participants, row 2, column C (Country)"],
        "participants": ["Sheet Participants, row 2, column C (Legal name)"],
        "grants": ["Sheet Participants, row 2, column C (Title)"],
    }
    assert {said[0].partition(": ")[2] for said in found.values()} == {
        "A formula without a saved value. Open the file, save it, or write the value."
    }


@pytest.mark.parametrize(
    ("kind", "rows", "headings"), [(OF_PARTICIPANTS, ROWS, PARTICIPANTS), (OF_GRANTS, GRANT_ROWS, GRANTS)]
)
def test_hidden_sheet_and_merged_cells_are_read_and_told(
    kind: str, rows: Sequence[Sequence[Any]], headings: Sequence[str]
) -> None:
    def hide(book: Workbook) -> None:
        book.create_sheet("Notes")["A1"] = "x"
        book["Participants"].sheet_state = "hidden"
        book["Participants"].merge_cells("A9:B10")

    read = read_as(kind, as_excel(rows, headings, change=hide))
    assert (len(read.lines), read.notes) == (
        2,
        (
            "Merged cells (A9:B10): only the first of them holds a value, the others are empty.",
            "Sheets that are not read: Notes.",
            "The sheet Participants is hidden; it was read all the same.",
        ),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "It is an Excel file of before 2007, or locked by a password."),
        (b"Number;PIC\n1;\xff\xfe", "It is neither an Excel workbook (.xlsx) nor text in UTF-8."),
        (b"Number,PIC\n1,\0", "It is neither an Excel workbook (.xlsx) nor a CSV file."),
        (b'Number,PIC\n1,"2\n', "Line 2 cannot be read as CSV: unexpected end of data."),
        (b"a," * (2 * 1024 * 1024), "It has 4.0 MB; at most 2 MB are read."),
        (as_csv([UNIVERSITY] * 2_100), "Sheet CSV: It has more than 2,000 rows. Split it."),
        (as_csv([("x" * 140_000,)]), "Line 2 cannot be read as CSV: field larger than field limit (131072)."),
    ],
    ids=["empty", "old", "bytes", "nul", "open quote", "large", "rows", "long cell"],
)
def test_csv_that_cannot_be_read_gets_a_clear_answer(content: bytes, said: str) -> None:
    assert imported(content) == [said]


def test_csv_cell_that_begins_like_a_formula_is_refused() -> None:
    assert imported(as_csv([(*COMPANY[:2], "=cmd|' /C calc'!A0", *COMPANY[3:])])) == [
        "Sheet CSV, row 2, column C (Legal name): It begins like a formula. Write the value in its place. It holds “=cmd|' /C "
        "calc'!A0”."
    ]


def test_every_wrong_type_of_a_grant_is_refused_where_it_stands() -> None:
    rows = (
        (101112153.5, "CLAIMS", "=1+1", None, "31/13/2023", "2027-05-31"),
        ("101112066", "=cmd|' /C calc'!A0", "A guide", None, "2027-06-01", "2023-05-31"),
        (None, None, "Nameless", None, 12, "soon"),
    )
    wrong = {
        "row 2, column A (Grant agreement)": "It is a number with a fraction, and no number of a grant agreement.",
        "row 2, column C (Title)": "A formula without a saved value.",
        "row 2, column E (Starts on)": "It is no day.",
        "row 3, column B (Acronym)": "A formula without a saved value.",
        "row 3, column F (Ends on)": "It ends before it starts, on 2027-06-01.",
        "row 4, column A (Grant agreement)": "It is empty.",
        "row 4, column B (Acronym)": "It is empty.",
        "row 4, column E (Starts on)": "It is no day.",
        "row 4, column F (Ends on)": "It is no day.",
    }

    def told(said: list[str], sheet: str) -> dict[str, str]:
        split = [one.removeprefix(f"Sheet {sheet}, ").partition(": ") for one in said]
        return {place: words[: words.index(".") + 1] for place, _, words in split}

    assert told(imported_grants(as_excel(rows, GRANTS)), "Participants") == wrong
    as_text = {"row 2, column C (Title)", "row 3, column B (Acronym)"}
    assert told(imported_grants(as_csv(rows, GRANTS)), "CSV") == {
        place: "It begins like a formula." if place in as_text else words for place, words in wrong.items()
    }


@pytest.mark.django_db
def test_nothing_of_a_sheet_of_grants_with_one_wrong_cell_is_imported(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    sheets = Sheets.make()
    row = sheets.read_in(as_excel([*GRANT_ROWS, ("103", None, "Nameless", None, None, "soon")], GRANTS), OF_GRANTS)
    error = refused(lambda: sheets.take_over(row))
    assert error.wrong == "2 places of it cannot be taken."
    assert list(Project.objects.values_list("slug", flat=True)) == ["one"]


@pytest.mark.django_db
def test_nothing_of_a_file_with_one_wrong_cell_is_imported(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    sheets = Sheets.make()
    row = sheets.read_in(as_excel([*ROWS, (3, None, "Hospital", "DE", "Participant", None, "many", None, None)]))
    error = refused(lambda: sheets.take_over(row))
    assert error.wrong == "1 place of it cannot be taken."
    assert (GrantParticipant.objects.count(), Organisation.objects.count()) == (0, 0)
