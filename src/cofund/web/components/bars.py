"""Bars as drawings that a server makes: lengths in whole numbers, patterns beside colours, and a table twin."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from cofund.web.components.tables import Cell, Column, Row, Table
from cofund.web.components.values import Money, Percent
from cofund.web.formatting import short_money
from cofund.web.languages import gettext as _


class Fill(StrEnum):
    """How an area is filled. Each has a colour and a pattern, so that they differ in print and without colour."""

    DEEP = "deep"
    SOLID = "solid"
    HATCH = "hatch"
    DOTS = "dots"
    OPEN = "open"
    OCHRE = "ochre"
    OCHRE_HATCH = "ochre-hatch"
    SLATE = "slate"
    SLATE_LINES = "slate-lines"


STAGE_FILLS = {
    "consumed": Fill.DEEP,
    "validated": Fill.DEEP,
    "certified": Fill.DEEP,
    "committed": Fill.SOLID,
    "reserved": Fill.HATCH,
    "endorsed": Fill.HATCH,
    "pledged": Fill.DOTS,
    "promised": Fill.DOTS,
    "free": Fill.OPEN,
    "open": Fill.OPEN,
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in whole cents; zero is left out of the drawing and kept in the table."""

    label: str
    cents: int
    fill: Fill = Fill.SOLID
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar: a label (may be empty when there is only one) and its segments from the left."""

    segments: tuple[Segment, ...]
    label: str = ""

    @property
    def total_cents(self) -> int:
        """The length of the bar, in cents."""
        return sum(segment.cents for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment as drawn: where it begins and how wide it is, in percent of the width, written out."""

    segment: Segment
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A bar as drawn, in pixels from the top."""

    label: str
    pieces: tuple[Piece, ...]
    label_y: int
    bar_y: int


BAR_HEIGHT = 34
LABEL_HEIGHT = 22
GAP = 14
CAP_STRIP = 24


def position(part: int, whole: int) -> str:
    """How far `part` is along `whole`, in percent to three decimals, for an SVG attribute: `49.852%`."""
    thousandths = round(Fraction(part * 100_000, whole)) if whole else 0
    return f"{thousandths // 1000}.{thousandths % 1000:03d}%"


def pieces(segments: tuple[Segment, ...], scale_cents: int) -> tuple[Piece, ...]:
    """The drawn segments. Edges are rounded, widths are the differences of edges: no gap, no overlap.

    Raises ValueError for a segment below zero, which no length can show.
    """
    drawn: list[Piece] = []
    edge = 0
    for segment in segments:
        if segment.cents < 0:
            raise ValueError(f"segment {segment.label!r} has {segment.cents} cents: a bar cannot show less than zero")
        if segment.cents:
            start = round(Fraction(edge * 100_000, scale_cents))
            width = round(Fraction((edge + segment.cents) * 100_000, scale_cents)) - start
            drawn.append(Piece(segment, position(start, 100_000), position(width, 100_000)))
        edge += segment.cents
    return tuple(drawn)


@dataclass(frozen=True, slots=True)
class StackedBar:
    """One or more stacked bars on one scale, with a line for the ceiling.

    `name` is the id on the page; `title` says what is shown and as of when; `cap_cents` None means no ceiling.
    """

    name: str
    title: str
    rows: tuple[BarRow, ...]
    cap_cents: int | None = None
    cap_label: str = field(default_factory=lambda: _("ceiling"))
    currency: str = "EUR"
    note: str = ""

    @property
    def scale_cents(self) -> int:
        """What the full width stands for: the ceiling, or the longest bar where that is longer."""
        return max(self.cap_cents or 0, *(row.total_cents for row in self.rows), 1)

    @property
    def drawn_rows(self) -> tuple[DrawnRow, ...]:
        """The bars as drawn, from the top."""
        top = CAP_STRIP if self.cap_cents is not None else 2
        drawn = []
        for row in self.rows:
            label_height = LABEL_HEIGHT if row.label else 0
            bar_y = top + label_height
            drawn.append(DrawnRow(row.label, pieces(row.segments, self.scale_cents), top + 16, bar_y))
            top = bar_y + BAR_HEIGHT + GAP
        return tuple(drawn)

    @property
    def height(self) -> int:
        """The height of the drawing, in pixels."""
        return self.drawn_rows[-1].bar_y + BAR_HEIGHT + 4

    @property
    def cap_x(self) -> str:
        """Where the ceiling is, empty where there is none."""
        return "" if self.cap_cents is None else position(self.cap_cents, self.scale_cents)

    @property
    def cap_anchor(self) -> str:
        """Which end of the ceiling's label touches its line, so that the label stays in the drawing."""
        return "end" if 2 * (self.cap_cents or 0) >= self.scale_cents else "start"

    @property
    def cap_text(self) -> str:
        """The ceiling in words and figures."""
        return f"{self.cap_label} {short_money(self.cap_cents, self.currency)}"

    @property
    def over_cents(self) -> int:
        """By how much the longest bar passes the ceiling; zero where it does not or there is none."""
        if self.cap_cents is None:
            return 0
        return max(0, max(row.total_cents for row in self.rows) - self.cap_cents)

    @property
    def legend(self) -> tuple[Segment, ...]:
        """One entry for each label, in order of appearance; with one bar the amounts belong to it."""
        seen: dict[str, Segment] = {}
        for row in self.rows:
            for segment in row.segments:
                seen.setdefault(segment.label, segment)
        return tuple(seen.values())

    @property
    def is_single(self) -> bool:
        """Whether there is only one bar, so that the legend can carry its amounts."""
        return len(self.rows) == 1

    @property
    def summary(self) -> str:
        """The drawing in one sentence, for those who cannot see it."""
        parts = []
        for row in self.rows:
            said = ", ".join(f"{item.label} {short_money(item.cents, self.currency)}" for item in row.segments)
            parts.append(_("{row}: {segment}").format(row=row.label, segment=said) if row.label else said)
        cap = f"; {self.cap_text}" if self.cap_cents is not None else ""
        return f"{'; '.join(parts)}{cap}."

    @property
    def twin(self) -> Table:
        """The same figures as a table, zeros included."""
        whole = self.cap_cents
        of_what = self.cap_label if whole else "bar"
        rows = []
        for row in self.rows:
            base = whole or row.total_cents
            for segment in row.segments:
                label = (
                    _("{row}: {segment}").format(row=row.label, segment=segment.label) if row.label else segment.label
                )
                rows.append(_twin_row(label, segment.cents, base, self.currency, segment.note, segment.href))
            if whole is None or not self.is_single:
                name = _("{row}: total").format(row=row.label) if row.label else _("Total")
                rows.append(_twin_row(name, row.total_cents, base, self.currency, total=True))
        if whole is not None:
            rows.append(_twin_row(self.cap_label.capitalize(), whole, whole, self.currency, total=True))
        columns = (
            Column(_("Part")),
            Column(_("Amount ({currency})").format(currency=self.currency), numeric=True),
            Column(_("Share of {of_what}").format(of_what=of_what), numeric=True),
        )
        return Table(
            f"{self.name}-table", _("{title}: figures").format(title=self.title), columns, tuple(rows), counted=False
        )


def _twin_row(
    label: str, cents: int, whole: int, currency: str, note: str = "", href: str = "", *, total: bool = False
) -> Row:
    """One line of the table beside a bar: what, how much, and its share of the whole."""
    of_whole = Percent(Fraction(cents, whole) if whole else None)
    amount = Money(cents, currency, bare=True)
    return Row.of(Cell(label, href=href, note=note), amount, of_whole, kind="total" if total else "")


@dataclass(frozen=True, slots=True)
class HorizontalBar:
    """One line of a ranking: a label, its amount, and where it leads. `words` stand in place of an amount that is not known."""

    label: str
    cents: int | None
    href: str = ""
    note: str = ""
    fill: Fill = Fill.SOLID
    words: str = ""


@dataclass(frozen=True, slots=True)
class HorizontalBars:
    """A ranking drawn inside a table, which is its own twin. An amount that is not known has no bar."""

    name: str
    caption: str
    bars: tuple[HorizontalBar, ...]
    currency: str = "EUR"
    label_heading: str = field(default_factory=lambda: _("Partner"))
    amount_heading: str = field(default_factory=lambda: _("Amount"))
    note: str = ""
    # Numbers of things, not cents.
    is_number: bool = False

    @property
    def lines(self) -> tuple[tuple[HorizontalBar, str, Money | int | str | None], ...]:
        """Each bar with its width in percent (empty where not known) and its amount, or the words in its place."""
        longest = max((bar.cents or 0 for bar in self.bars), default=0)
        return tuple(
            (
                bar,
                "" if bar.cents is None or bar.cents <= 0 else position(bar.cents, longest),
                bar.words or (bar.cents if self.is_number else Money(bar.cents, self.currency, bare=True)),
            )
            for bar in self.bars
        )
