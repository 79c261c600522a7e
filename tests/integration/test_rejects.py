"""The report of rejected rows: what came from others stands in it as a text, and no spreadsheet takes it for a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.cordis_files import organization, write_download

from cofund.importers.cordis import import_cordis
from cofund.importers.rejects import rejects_to


def rows_of(report: Path) -> list[list[str]]:
    """The rows of a report without its heading."""
    return list(csv.reader(report.read_text().splitlines()))[1:]


@pytest.mark.parametrize("value", ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", " =1+1", "\t=1+1"])
def test_report_escapes_what_a_spreadsheet_takes_for_a_formula(value: str, tmp_path: Path) -> None:
    report = tmp_path / "rejected.csv"
    with rejects_to(report) as rejects:
        rejects.add("project.csv", 3, "is no day", "startDate", value)
    assert rows_of(report) == [["project.csv", "3", "startDate", f"'{value}", "is no day"]]
    (kept,) = rejects.first
    assert kept.value == value


@pytest.mark.django_db
def test_cell_that_is_a_formula_is_escaped_in_the_report_of_an_import(tmp_path: Path) -> None:
    report = tmp_path / "rejected.csv"
    rows = [organization(101, 900, SME="=cmd|' /C calc'!A0")]
    import_cordis(write_download(tmp_path / "a.zip", organization=rows), report=report)
    (row,) = rows_of(report)
    assert row[:4] == ["organization.csv", "2", "SME", "'=cmd|' /C calc'!A0"]
