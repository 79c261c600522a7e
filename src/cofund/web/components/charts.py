"""Lines and steps over time as drawings that a server makes, each with its table twin."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from cofund.web.components.bars import position
from cofund.web.components.tables import Column, Row, Table
from cofund.web.components.values import Money, Value
from cofund.web.formatting import decimal, short_money, unit, with_currency
from cofund.web.languages import gettext as _

SIZE = 1000  # the plot is drawn on a square of this size and stretched; strokes keep their width
HEIGHT = 260  # pixels
PLOT_TOP = 20
PLOT_HEIGHT = 208
CENTS_PER_MILLION = 100_000_000
MAX_TICKS_X = 6


@dataclass(frozen=True, slots=True)
class Point:
    """An amount in whole cents on a day."""

    on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Series:
    """A line: `step` holds a value until the next point, as a balance does. Strokes differ as well as colours."""

    label: str
    points: tuple[Point, ...]
    stroke: Literal["solid", "dashed", "dotted"] = "solid"
    step: bool = True
    area: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where (pixels or percent) and what it says."""

    at: str
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """A line as drawn: SVG path data on the square, and where the last point is."""

    series: Series
    path: str
    area_path: str
    last_x: str
    last_y: str


def nice_step(top: int, wanted: int = 5) -> int:
    """A round distance between marks (1, 2 or 5 times a power of ten) that gives at most `wanted` marks up to `top`."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * wanted >= top:
                return step * factor
        step *= 10


@dataclass(frozen=True, slots=True)
class LineChart:
    """Amounts over time on one scale that begins at zero. Amounts below zero are refused by the drawing.

    `name` is the id on the page; `until` extends steps to a day after the last point; `cap_cents` draws the ceiling.
    """

    name: str
    title: str
    series: tuple[Series, ...]
    currency: str = "EUR"
    cap_cents: int | None = None
    cap_label: str = field(default_factory=lambda: _("ceiling"))
    until: date | None = None
    note: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day drawn."""
        days = [point.on for series in self.series for point in series.points]
        return min(days), max([*days, *([self.until] if self.until else [])])

    @property
    def step_cents(self) -> int:
        """The distance of the horizontal lines, in cents."""
        return nice_step(max([1, self.cap_cents or 0, *self._all_cents()]))

    @property
    def top_cents(self) -> int:
        """What the height of the plot stands for, a whole number of steps."""
        top = max([1, self.cap_cents or 0, *self._all_cents()])
        return -(-top // self.step_cents) * self.step_cents

    def _all_cents(self) -> list[int]:
        cents = [point.cents for series in self.series for point in series.points]
        if any(value < 0 for value in cents):
            raise ValueError(f"chart {self.name!r} has amounts below zero, which its scale cannot show")
        return cents

    def _x(self, on: date) -> int:
        first, last = self.days
        span = (last - first).days
        return round(Fraction((on - first).days * SIZE, span)) if span else 0

    def _y(self, cents: int) -> int:
        return SIZE - round(Fraction(cents * SIZE, self.top_cents))

    @property
    def drawn(self) -> tuple[DrawnSeries, ...]:
        """Every line as drawn."""
        return tuple(self._draw(series) for series in self.series if series.points)

    def _draw(self, series: Series) -> DrawnSeries:
        points = sorted(series.points, key=lambda point: point.on)
        commands = [f"M{self._x(points[0].on)} {self._y(points[0].cents)}"]
        for point in points[1:]:
            commands.append(f"H{self._x(point.on)}V{self._y(point.cents)}" if series.step else self._line(point))
        end = self._x(points[-1].on)
        if series.step and self.until and self.until > points[-1].on:
            end = self._x(self.until)
            commands.append(f"H{end}")
        path = "".join(commands)
        area = f"{path}V{SIZE}H{self._x(points[0].on)}Z" if series.area else ""
        return DrawnSeries(series, path, area, position(end, SIZE), self._pixel(points[-1].cents))

    def _line(self, point: Point) -> str:
        return f"L{self._x(point.on)} {self._y(point.cents)}"

    def _pixel(self, cents: int) -> str:
        """The height of an amount, in whole pixels from the top of the drawing."""
        return str(PLOT_TOP + round(Fraction(self._y(cents) * PLOT_HEIGHT, SIZE)))

    @property
    def y_ticks(self) -> tuple[Tick, ...]:
        """The horizontal lines with their amounts."""
        values = range(0, self.top_cents + 1, self.step_cents)
        return tuple(Tick(self._pixel(value), self._axis_text(value)) for value in values)

    def _axis_text(self, cents: int) -> str:
        """An amount on the axis, as short as it can be said; only the top one carries the currency."""
        if cents == 0:
            return "0"
        if self.step_cents >= CENTS_PER_MILLION // 10:
            places = 0 if self.step_cents % CENTS_PER_MILLION == 0 else 1
            text = f"{decimal(Fraction(cents, CENTS_PER_MILLION), places)}{unit('m')}"
        else:
            text = decimal(Fraction(cents, 100), 0)
        return with_currency(text, self.currency) if cents == self.top_cents else text

    @property
    def x_ticks(self) -> tuple[Tick, ...]:
        """Years along the foot, at most six; the ends are set inwards so that nothing is cut."""
        first, last = self.days
        years = list(range(first.year + (first > date(first.year, 1, 1)), last.year + 1))
        if not years:
            return (Tick("0%", f"{first:%d.%m.%Y}"),)
        every = -(-len(years) // MAX_TICKS_X)
        ticks = []
        for year in years[::every]:
            x = self._x(date(year, 1, 1))
            anchor = "start" if x < 40 else "end" if x > 960 else "middle"
            ticks.append(Tick(position(x, SIZE), str(year), anchor))
        return tuple(ticks)

    @property
    def cap_y(self) -> str:
        """The height of the ceiling in pixels, empty where there is none."""
        return "" if self.cap_cents is None else self._pixel(self.cap_cents)

    @property
    def cap_text(self) -> str:
        """The ceiling in words and figures."""
        return f"{self.cap_label} {short_money(self.cap_cents, self.currency)}"

    @property
    def summary(self) -> str:
        """The drawing in one sentence, for those who cannot see it."""
        said = [
            _("{series} from {amount} to {amount_2}").format(
                series=series.label,
                amount=short_money(series.points[0].cents, self.currency),
                amount_2=short_money(series.points[-1].cents, self.currency),
            )
            for series in self.series
            if series.points
        ]
        return _("{names}, {year} to {year_2}.").format(
            names="; ".join(said), year=self.days[0].year, year_2=self.days[1].year
        )

    @property
    def twin(self) -> Table:
        """The same figures as a table: a row a day, a column a series; a step keeps its value between its points."""
        days = sorted({point.on for series in self.series for point in series.points})
        columns = (
            Column(_("Day")),
            *(Column(f"{series.label} ({self.currency})", numeric=True) for series in self.series),
        )
        rows = tuple(Row.of(day, *(self._value(series, day) for series in self.series)) for day in days)
        return Table(f"{self.name}-table", _("{title}: figures").format(title=self.title), columns, rows, counted=False)

    def _value(self, series: Series, on: date) -> Value:
        known = [point for point in series.points if point.on == on or (series.step and point.on < on)]
        if not known:
            return "–"
        return Money(max(known, key=lambda point: point.on).cents, self.currency, bare=True)
