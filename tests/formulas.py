"""Computes a workbook again from its formulas, as Excel would: sums, quotients, conditions, and sums over other sheets."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"]|"")*")|(?P<range>(?:'[^']+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)|(?P<name>[A-Z]+)\("""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+/=(),]))"""
)


class Recomputed:
    """A workbook whose formulas are computed from the cells alone; what was kept beside a formula is not read."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.kept = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        self.known: dict[tuple[str, str], Any] = {}

    def formulas(self) -> list[tuple[str, str, str]]:
        """Every formula: its sheet, its cell, its text."""
        return [
            (sheet.title, cell.coordinate, cell.value)
            for sheet in self.book
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]

    def value(self, sheet: str, cell: str) -> Any:
        """What stands in a cell, computed where it is a formula."""
        key = (sheet, cell)
        if key not in self.known:
            found = self.book[sheet][cell]
            self.known[key] = _Reading(self, sheet, found.value[1:]).value() if found.data_type == "f" else found.value
        return self.known[key]

    def cells(self, sheet: str, reference: str) -> list[Any]:
        """What stands in a cell or range."""
        if "!" in reference:
            sheet, reference = reference.rsplit("!", 1)
            sheet = sheet.strip("'")
        left, top, right, bottom = range_boundaries(reference.replace("$", ""))
        assert left and top and right and bottom
        return [
            self.value(sheet, self.book[sheet].cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]

    def differences(self) -> list[tuple[str, str, Any, Any]]:
        """Every formula whose value as it was kept is not the one that it gives."""
        found = []
        for sheet, cell, _ in self.formulas():
            kept, now = self.kept[sheet][cell].value, self.value(sheet, cell)
            if (kept if kept is not None else "") != (now if now is not None else ""):
                found.append((sheet, cell, kept, now))
        return found


class _Reading:
    """One formula, read from left to right; parts of a condition that do not hold are never computed."""

    def __init__(self, book: Recomputed, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens = [(found.lastgroup, found[found.lastgroup or 0]) for found in TOKEN.finditer(text)]
        assert "".join(TOKEN.sub("", text).split()) == "", text

    def value(self) -> Any:
        """The value of the whole formula."""
        found = self._equal()
        assert not self.tokens, self.tokens
        return found()

    def _take(self, sign: str) -> bool:
        """Pass a sign where it stands next."""
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False

    def _equal(self) -> Callable[[], Any]:
        left = self._sum()
        if self._take("="):
            right = self._sum()
            return lambda: left() == right()
        return left

    def _sum(self) -> Callable[[], Any]:
        found = self._quotient()
        while self.tokens and self.tokens[0] in (("sign", "+"), ("sign", "-")):
            plus = self.tokens.pop(0)[1] == "+"
            found = _both(found, self._quotient(), lambda a, b, plus=plus: a + b if plus else a - b)
        return found

    def _quotient(self) -> Callable[[], Any]:
        found = self._one()
        while self._take("/"):
            found = _both(found, self._one(), lambda a, b: a / b)
        return found

    def _one(self) -> Callable[[], Any]:
        kind, text = self.tokens.pop(0)
        if kind == "string":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "number":
            return lambda: float(text)
        if kind == "range":
            return lambda: _Cells(self.book.cells(self.sheet, text))
        if kind == "name":
            return self._call(text)
        assert (kind, text) == ("sign", "("), text
        found = self._equal()
        assert self._take(")")
        return found

    def _call(self, name: str) -> Callable[[], Any]:
        given = [self._equal()]
        while self._take(","):
            given.append(self._equal())
        assert self._take(")")
        return {"SUM": _sum_of, "ROUND": _round_of, "IF": _if_of, "SUMIFS": _sum_ifs_of}[name](given)


class _Cells(list[Any]):
    """The cells of a reference."""


def _both(one: Callable[[], Any], two: Callable[[], Any], act: Callable[[Any, Any], Any]) -> Callable[[], Any]:
    return lambda: act(one(), two())


def _numbers(values: list[Any]) -> list[float]:
    return [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _sum_of(given: list[Callable[[], Any]]) -> Callable[[], Any]:
    return lambda: sum(
        (sum(_numbers(found)) if isinstance(found, _Cells) else float(found)) for found in (one() for one in given)
    )


def _round_of(given: list[Callable[[], Any]]) -> Callable[[], Any]:
    def act() -> float:
        places = Decimal(1).scaleb(-int(given[1]()))
        return float(Decimal(repr(float(given[0]()))).quantize(places, rounding=ROUND_HALF_UP))

    return act


def _if_of(given: list[Callable[[], Any]]) -> Callable[[], Any]:
    return lambda: given[1]() if given[0]() else given[2]()


def _sum_ifs_of(given: list[Callable[[], Any]]) -> Callable[[], Any]:
    def act() -> float:
        amounts, *pairs = [one() for one in given]
        # A criterion is a cell; letters are compared without regard to capitals, as Excel does.
        wanted = [(pairs[i], str(pairs[i + 1][0]).lower()) for i in range(0, len(pairs), 2)]
        assert not any(sign in text for _, text in wanted for sign in "*?~<>=")
        rows = (
            amount
            for row, amount in enumerate(amounts)
            if all(str(cells[row]).lower() == text for cells, text in wanted)
        )
        return sum(_numbers(list(rows)))

    return act
