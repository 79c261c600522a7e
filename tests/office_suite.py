"""Opens workbooks with a real spreadsheet program, LibreOffice, and gives what it computes in them; nothing where there is none."""

from __future__ import annotations

import io
import math
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from tests.machine import spreadsheet_program

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_KEPT = re.compile(rb"(</f>)<v>[^<]*</v>")
# A spreadsheet keeps fifteen digits of a number: amounts up to ten million million are held to their cents by this.
NEAR = 1e-14


def without_values(content: bytes) -> bytes:
    """The same workbook without the values that are kept beside its formulas, so that a program has to compute each."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in source.infolist():
            data = source.read(one)
            packed.writestr(one.filename, _KEPT.sub(rb"\1", data) if _SHEET.fullmatch(one.filename) else data)
    return target.getvalue()


def computed(workbooks: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each workbook as the program computes and saves it; all in one run of it, since starting it takes longest."""
    program = spreadsheet_program()
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="cofund-sheets-") as folder:
        for name, content in workbooks.items():
            (Path(folder) / f"{name}.xlsx").write_bytes(without_values(content))
        command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx"]
        files = [f"{folder}/{name}.xlsx" for name in workbooks]
        subprocess.run([*command, "--outdir", f"{folder}/out", *files], check=True, capture_output=True, timeout=300)
        return {name: (Path(folder) / "out" / f"{name}.xlsx").read_bytes() for name in workbooks}


def differences(content: bytes, again: bytes) -> tuple[int, list[tuple[str, str, Any, Any]]]:
    """How many formulas a workbook has, and each whose kept value is not the one that the program computed."""
    formulas = load_workbook(io.BytesIO(content))
    kept, now = (load_workbook(io.BytesIO(one), data_only=True) for one in (content, again))
    count, found = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    values = [book[sheet.title][cell.coordinate].value for book in (kept, now)]
                    if not is_same(*values):
                        found.append((sheet.title, cell.coordinate, *values))
    return count, found


def is_same(kept: Any, now: Any) -> bool:
    """Whether two values are the same: numbers in the digits that a spreadsheet keeps, an empty text as nothing."""
    if isinstance(kept, int | float) and isinstance(now, int | float):
        return math.isclose(kept, now, rel_tol=NEAR)
    return (None if kept == "" else kept) == (None if now == "" else now)


def with_wrong_value() -> bytes:
    """A workbook with a right and a wrong value beside its formulas."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("One")
    sheet.write_row(0, 0, [0.1, 0.2])
    sheet.write_formula("A2", "=ROUND(SUM(A1:B1),2)", None, 0.3)
    sheet.write_formula("A3", "=ROUND(SUM(A1:B1),2)", None, 0.31)
    book.close()
    return content.getvalue()
