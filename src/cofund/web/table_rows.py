"""The rows of a table as HTML, each cell with the name of its column where a phone shows it before the value.

Written here and not in the template: a page of fifty rows has five hundred cells, and to ask the template language about each of
them took longer than everything else on the page.
"""

from __future__ import annotations

from typing import Final

from django.utils.safestring import SafeString

from cofund.web import atoms
from cofund.web.components.tables import Cell, Column, Row, Table

# What says that nothing belongs here, as in the line of a sum.
_NOTHING: Final = "–"


def rows(table: Table) -> SafeString:
    """Every row of a table: the first cell is its heading, and each number stands right."""
    labels = tuple(f' data-label="{atoms.text(column.label)}"' if table.is_stacked else "" for column in table.columns)
    return atoms.safe("".join(_row(row, cells, labels) for row, cells in table.lines))


def _row(row: Row, cells: tuple[tuple[Cell, Column], ...], labels: tuple[str, ...]) -> str:
    """One row."""
    opening = f'<tr class="row-{atoms.text(row.kind)}">' if row.kind else "<tr>"
    (heading, column), *others = cells
    named = zip(others, labels[1:], strict=True)
    inside = "".join(_value(cell, column, label) for (cell, column), label in named)
    return f'{opening}<th scope="row"{_numeric(column)}>{_inside(heading, column)}</th>{inside}</tr>\n'


def _value(cell: Cell, column: Column, label: str) -> str:
    """One cell beside the heading; where it is empty it has no name either, and a phone leaves it out."""
    if label and cell.value == _NOTHING and not cell.note:
        return f"<td{_numeric(column)}>{_NOTHING}</td>"
    return f"<td{_numeric(column)}{label}>{_inside(cell, column)}</td>"


def _numeric(column: Column) -> str:
    """What sets the numbers of a column right."""
    return ' class="numeric"' if column.numeric else ""


def _inside(cell: Cell, column: Column) -> str:
    """What stands in a cell: the mark of how sure it is stands before a number and after everything else."""
    value: str = atoms.value(cell.value)
    if cell.href:
        value = f'<a href="{atoms.text(cell.href)}">{value}</a>'
    if cell.certainty:
        mark = atoms.certainty(cell.certainty)
        value = f"{mark} {value}" if column.numeric else f"{value} {mark}"
    return f'{value}<span class="cell-note">{atoms.text(cell.note)}</span>' if cell.note else value
