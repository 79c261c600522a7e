"""What happened when: dated events in lanes, as a list to read and a strip to see at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cofund.web.components.bars import position
from cofund.web.components.values import Certainty, Money, Status

LANE_HEIGHT = 34
AXIS_HEIGHT = 22
SHAPES = 4  # circle, square, diamond, triangle


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened or will happen. `on` None is a day that is not known."""

    on: date | None
    title: str
    lane: str = ""
    detail: str = ""
    href: str = ""
    money: Money | None = None
    status: Status | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on the strip: where it is, and its shape (the lane's number, from 0)."""

    event: Event
    x: str
    shape: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the strip, in pixels from the top."""

    label: str
    label_y: int
    line_y: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in the order given. `today` draws a line on the strip where it lies inside it."""

    name: str
    caption: str
    events: tuple[Event, ...]
    today: date | None = None

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes in order of appearance."""
        return tuple(dict.fromkeys(event.lane for event in self.events if event.lane))

    @property
    def items(self) -> tuple[tuple[Event, int], ...]:
        """Each event with the shape of its lane (0 where it has none)."""
        return tuple((event, self._shape(event.lane)) for event in self.events)

    def _shape(self, lane: str) -> int:
        return self.lanes.index(lane) % SHAPES if lane else 0

    @property
    def dated_lanes(self) -> tuple[str, ...]:
        """The lanes with something to draw."""
        return tuple(dict.fromkeys(event.lane for event in self.events if event.lane and event.on))

    @property
    def has_strip(self) -> bool:
        """Whether there is something to see at a glance: two different days and a lane."""
        return bool(self.dated_lanes) and len({event.on for event in self.events if event.on}) > 1

    def _x(self, on: date) -> str:
        days = [event.on for event in self.events if event.on]
        span = (max(days) - min(days)).days
        # Two percent of room on both sides, so that no mark is cut.
        return position(2_000 + round(Fraction((on - min(days)).days * 96_000, span)), 100_000)

    @property
    def drawn_lanes(self) -> tuple[Lane, ...]:
        """The lanes of the strip, from the top."""
        drawn = []
        for number, label in enumerate(self.dated_lanes):
            dated = [(event, event.on) for event in self.events if event.on and event.lane == label]
            marks = tuple(Mark(event, self._x(on), self._shape(label)) for event, on in dated)
            top = number * LANE_HEIGHT
            drawn.append(Lane(label, top + 12, top + 24, marks))
        return tuple(drawn)

    @property
    def height(self) -> int:
        """The height of the strip, in pixels."""
        return len(self.dated_lanes) * LANE_HEIGHT + AXIS_HEIGHT

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last year of the strip."""
        days = [event.on for event in self.events if event.on]
        return min(days).year, max(days).year

    @property
    def today_x(self) -> str:
        """Where today is on the strip, empty where it is outside."""
        days = [event.on for event in self.events if event.on]
        inside = self.today is not None and days and min(days) < self.today < max(days)
        return self._x(self.today) if inside and self.today else ""
