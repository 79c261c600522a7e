"""Results of proposals as CSV: what is read, and every wrong cell by line and column."""

from __future__ import annotations

from datetime import date

import pytest

from cofund.rules import result_sheets
from cofund.rules.result_sheets import ResultRow

HEAD = "topic,proposal,stage,result,acronym,rank,requested,submitted_on\n"


def wrong(text: str) -> list[str]:
    """What is wrong with a file, in words."""
    return [str(cell) for cell in result_sheets.read(text.encode()).wrong]


def test_row_is_read_with_its_amount_in_cents() -> None:
    sheet = result_sheets.read((HEAD + "T1,P-1,1,selected,ALPHA,1,1250000.5,2025-04-29\n").encode())
    row = ResultRow(2, "T1", "P-1", 1, "selected", "ALPHA", "", date(2025, 4, 29), "", 1, 125_000_050)
    assert (sheet.rows, sheet.wrong) == ((row,), ())


def test_semicolons_and_the_mark_of_spreadsheets_are_read() -> None:
    sheet = result_sheets.read(("\ufeff" + HEAD.replace(",", ";") + "T1;P-1;2;below;;;;\n").encode())
    assert [(row.proposal, row.stage, row.rank) for row in sheet.rows] == [("P-1", 2, None)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("T1,P-1,3,selected,,,,", ", column stage: A stage is 1 or 2. It holds “3”."),
        ("T1,,1,selected,,,,", ", column proposal: It is empty."),
        ("T1,P-1,1,selected,,x,,", ", column rank: A rank is a whole number from 1. It holds “x”."),
        (
            "T1,P-1,1,won,,,,",
            ", column result: A result is one of: ineligible, below, reserve, invited, selected. It holds “won”.",
        ),
        (
            "T1,P-1,1,selected,,,1.2345,",
            ", column requested: An amount is written as 1250000 or 1250000.50. It holds “1.2345”.",
        ),
        (
            "T1,P-1,1,selected,,,,2025-02-30",
            ", column submitted_on: A day is written as year-month-day, for example 2025-04-29, and is one of the calendar. "
            "It holds “2025-02-30”.",
        ),
        ("T1,P-1,1", ": It has 3 cells, and there are 8 columns."),
    ],
)
def test_wrong_cell_is_named_by_line_column_and_value(row: str, said: str) -> None:
    assert wrong(HEAD + row + "\n") == [f"Line 2{said}"]


def test_every_wrong_cell_is_named_and_good_rows_do_not_hide_them() -> None:
    text = HEAD + "T1,P-1,1,selected,,,,\nT1,P-2,9,won,,,,\nT1,P-1,1,below,,,,\n"
    assert [(cell.line, cell.column) for cell in result_sheets.read(text.encode()).wrong] == [
        (3, "stage"),
        (3, "result"),
        (4, "proposal"),
    ]


def test_file_that_is_none_is_told_so() -> None:
    assert wrong("") == ["Line 1: The file is empty."]
    assert wrong("topic,proposal\nT1,P-1\n") == [
        "Line 1, column stage: The column is missing.",
        "Line 1, column result: The column is missing.",
    ]
    assert wrong(HEAD.replace("acronym", "nickname")) == ["Line 1, column nickname: No such column is read."]
    assert wrong(HEAD) == ["Line 2: There is no row below the names of the columns."]
    assert [str(cell) for cell in result_sheets.read(b"\xff\xfe\x00").wrong] == [
        "Line 1: The file is not UTF-8 text. Save it as CSV UTF-8."
    ]
