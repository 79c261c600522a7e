"""The rows of a table as HTML.

Written here and not in the template: a page of fifty rows has five hundred cells, and to ask the template language about each of
them took longer than everything else on the page.
"""

from __future__ import annotations

from django.utils.safestring import SafeString

from cofund.web import atoms
from cofund.web.components.tables import Cell, Column, Row, Table


def rows(table: Table) -> SafeString:
    """Every row of a table: the first cell is its heading, and each number stands right."""
    return atoms.safe("".join(_row(row, cells) for row, cells in table.lines))


def _row(row: Row, cells: tuple[tuple[Cell, Column], ...]) -> str:
    """One row."""
    opening = f'<tr class="row-{atoms.text(row.kind)}">' if row.kind else "<tr>"
    inside = "".join(_cell(cell, column, is_first=number == 0) for number, (cell, column) in enumerate(cells))
    return f"{opening}{inside}</tr>\n"


def _cell(cell: Cell, column: Column, *, is_first: bool) -> str:
    """One cell: the mark of how sure it is stands before a number and after everything else."""
    tag, scope = ("th", ' scope="row"') if is_first else ("td", "")
    numeric = ' class="numeric"' if column.numeric else ""
    value: str = atoms.value(cell.value)
    if cell.href:
        value = f'<a href="{atoms.text(cell.href)}">{value}</a>'
    if cell.certainty:
        mark = atoms.certainty(cell.certainty)
        value = f"{mark} {value}" if column.numeric else f"{value} {mark}"
    note = f'<span class="cell-note">{atoms.text(cell.note)}</span>' if cell.note else ""
    return f"<{tag}{scope}{numeric}>{value}{note}</{tag}>"
