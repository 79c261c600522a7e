"""The pieces around the figures: tiles, facts, notices, reasons, what will happen, steps and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cofund.web.components.values import Certainty, Link, Money, Value, Visibility
from cofund.web.formatting import money_change
from cofund.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure that opens exactly the list it counts. `formula` says how it is made."""

    label: str
    value: Value
    href: str = ""
    note: str = ""
    formula: str = ""
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is known of it; an empty or missing value is shown as not known."""

    term: str
    value: Value
    href: str = ""
    note: str = ""
    certainty: Certainty | None = None
    visibility: Visibility | None = None
    source: Link | None = None


@dataclass(frozen=True, slots=True)
class Callout:
    """A notice: "info", "warning", "success" or "error". `points` are listed under the text."""

    title: str
    text: str = ""
    kind: Literal["info", "warning", "success", "error"] = "info"
    points: tuple[str, ...] = ()
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something could not be done: what was asked, what is left, and what to do."""

    title: str
    asked: Value
    left: Value
    todo: str
    left_label: str = "Left"
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class ExplanationLine:
    """One figure that went in. `decisive` marks the bound that decided."""

    label: str
    value: Value
    note: str = ""
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure is what it is: the rule in words, the figures that went in, the bound that decided.

    `headline` says the result in words ("This unlocks"), `result` is the figure; `scheme` and `version` name the
    rule book.
    """

    headline: str
    result: Value
    rule: str
    lines: tuple[ExplanationLine, ...]
    bound: str
    scheme: str
    version: str
    source: Link | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after what is about to be done."""

    label: str
    before: Value
    after: Value
    note: str = ""

    @property
    def difference(self) -> str:
        """The difference in words where both are money of one currency and known, else empty."""
        before, after = self.before, self.after
        if not (isinstance(before, Money) and isinstance(after, Money)) or before.currency != after.currency:
            return ""
        if before.cents is None or after.cents is None:
            return ""
        return money_change(after.cents - before.cents, after.currency)

    @property
    def is_change(self) -> bool:
        """Whether anything changes, so that what stays the same can step back."""
        return self.before != self.after

    @property
    def said(self) -> str:
        """The small print under the figure after: the difference, or that there is none."""
        return self.difference if self.is_change else _("no change")


@dataclass(frozen=True, slots=True)
class Changes:
    """What will happen, said before it happens."""

    name: str
    caption: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AsOf:
    """The two dates of a question to the books: what was true on `on`, by what was known on `known_on`.

    `hidden` is carried along; `quick` are links to days that people ask for.
    """

    action: str
    on: date | None = None
    known_on: date | None = None
    quick: tuple[Link, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    ask_known: bool = False
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way of a topic or a pledge."""

    label: str
    state: Literal["done", "current", "todo", "skipped"] = "todo"
    on: date | None = None
    href: str = ""
    certainty: Certainty | None = None
