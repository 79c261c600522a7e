"""Reads tables out of Markdown: what a finance officer reads is what the tests execute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """One table: the heading that it stands under, the prose before it, its columns and rows."""

    heading: str
    prose: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def records(self) -> list[dict[str, str]]:
        """The rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def read(path: Path) -> list[Table]:
    """Give the tables of a file in order."""
    tables, heading, prose = [], "", ""
    lines = path.read_text().splitlines()
    block: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            block.append(line)
            continue
        if block:
            columns, _, *rows = [_cells(each) for each in block]
            tables.append(Table(heading, prose, columns, tuple(rows)))
            block = []
        if line.startswith("#"):
            heading, prose = line.lstrip("# "), ""
        prose += line + "\n"
    return tables


def cents(written: str) -> int:
    """Read an amount: `7.0m` is seven million, `7,000,000` too."""
    number, million = re.fullmatch(r"(-?[\d,]+(?:\.\d+)?)(m?)", written.strip()).groups()  # type: ignore[union-attr]
    exact = Decimal(number.replace(",", "")) * (100_000_000 if million else 100)
    assert exact == int(exact), f"{written} is not a whole number of cents"
    return int(exact)


def as_written(value: Fraction | None, written: str) -> str:
    """Write a share with as many decimals as `written` has, and as a percentage where that is one."""
    if value is None:
        return "none"
    is_percentage = written.endswith("%")
    digits = written.rstrip(" %").partition(".")[2]
    scaled = value * 100 if is_percentage else value
    exact = Decimal(scaled.numerator) / Decimal(scaled.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-len(digits)), ROUND_HALF_UP)
    return f"{rounded} %" if is_percentage else str(rounded)


def render(path: Path) -> str:
    """Give the file as it stands in the documents: told where it comes from, its tables with even columns."""
    title, _, rest = path.read_text().partition("\n")
    origin = (
        f"*These tables are executed by the tests (`tests/spec/{path.relative_to(HERE)}`); they cannot be out of date.*"
    )
    lines: list[str] = []
    block: list[Sequence[str]] = []
    for line in [*rest.splitlines(), ""]:
        if line.startswith("|"):
            block.append(_cells(line))
            continue
        lines += _even(block)
        block = []
        lines.append(line)
    return "\n".join([title, "", origin, *lines]).rstrip() + "\n"


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a row."""
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _even(block: list[Sequence[str]]) -> list[str]:
    """The rows of a table with columns of one width."""
    if not block:
        return []
    widths = [max(len(row[i]) for row in (block[0], *block[2:])) for i in range(len(block[0]))]
    rows = [block[0], ["-" * width for width in widths], *block[2:]]
    return [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
