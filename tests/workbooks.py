"""Builders of Excel files for tests: plans of a consortium, and files that nobody should have made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from cofund.rules.consortium_columns import PARTICIPANTS_SHEET, PROJECT_SHEET, of_participant
from cofund.rules.schemes import Scheme

University = {"name": "University", "country": "NL", "public": 5_000_000}
Hospital = {"name": "Hospital", "country": "DE", "public": 3_825_000}
Company = {
    "name": "Company",
    "country": "DK",
    "capacity": "Constituent entity",
    "given-IKOP": 5_200_000,
    "given-IKAA": 1_200_000,
}
Charity = {"name": "Breakthrough T1D", "country": "FR", "capacity": "Contributing Partner", "given-FC": 1_000_000}
DIABETES = (University, Hospital, Company, Charity)


def plan_file(
    scheme: Scheme,
    participants: Sequence[dict[str, Any]] = DIABETES,
    project: Sequence[tuple[str, Any]] = (),
    change: Callable[[Workbook], object] = lambda book: None,
) -> bytes:
    """A plan in the layout of the template; `change` may do with the workbook what it likes before it is saved."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = PROJECT_SHEET
    for label, value in (("About the project", "Value"), *project):
        sheet.append([label, value])
    rows = book.create_sheet(PARTICIPANTS_SHEET)
    asked = of_participant(scheme)
    rows.append([one.heading(scheme.currency) for one in asked])
    for one in participants:
        rows.append([one.get(each.key) for each in asked])
    change(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def opened(content: bytes, *, values: bool = False) -> Workbook:
    """A workbook, with its formulas or with their saved values."""
    return load_workbook(io.BytesIO(content), data_only=values)


def repacked(content: bytes, part: str, replace: Callable[[bytes], bytes]) -> bytes:
    """The same file with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in source.infolist():
            data = source.read(one)
            packed.writestr(one.filename, replace(data) if one.filename == part else data)
    return target.getvalue()
