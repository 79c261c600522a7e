"""What a scheme says about the yearly round: when plans and reports are due, and which costs it does not let count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cofund.rules.calendar import add_months, day_about
from cofund.rules.eligibility import wrong_place
from cofund.rules.places import contradiction
from cofund.rules.schemes import KindRule, Scheme, UnknownCodeError

PLANNED: Final = "plan"
REPORTED: Final = "report"
_MONTHS: Final = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something is not taken, the law or rule behind it, what to do, and the field of a form that it is about."""

    words: str
    article: str = ""
    remedy: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Anchors:
    """The days that a window hangs on; None where a day is not known."""

    submission: date | None = None
    project_start: date | None = None
    project_end: date | None = None
    signature: date | None = None
    adoption: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a cost counts, both days included; None where an end is open or its day is not known."""

    from_on: date | None
    until_on: date | None
    unknown: tuple[str, ...] = ()


def planned_kinds(scheme: Scheme) -> tuple[KindRule, ...]:
    """The kinds of contribution of which a plan is asked every year."""
    return tuple(rule for rule in scheme.kinds if rule.plan)


def reported_kinds(scheme: Scheme) -> tuple[KindRule, ...]:
    """The kinds of contribution of which the giver itself reports every year."""
    return tuple(rule for rule in scheme.kinds if rule.report)


def needs_certificate(scheme: Scheme, kinds: Iterable[str]) -> bool:
    """Tell whether any of these kinds is accepted with a certificate only."""
    wanted = set(kinds)
    return any(rule.certificate for rule in scheme.kinds if rule.code in wanted)


def due_on(scheme: Scheme, what: str, kinds: Iterable[str], year: int) -> date | None:
    """Give the day on which the plan or the report (`PLANNED`, `REPORTED`) of a year is due: the earliest of its kinds.

    None where the scheme states no day for any of them.
    """
    wanted = set(kinds)
    rules = [rule.plan if what == PLANNED else rule.report for rule in scheme.kinds if rule.code in wanted]
    days = [day_about(rule, year) for rule in rules if rule]
    return min(days, default=None)


def not_given_by(scheme: Scheme, kind: str, role: str) -> Objection | None:
    """Say why a role may not give a kind, with the article; None where it may. A member's sub-role gives what members give.

    Source: Regulation (EU) 2021/2085, Articles 2(10) and 11(5), for additional activities of contributing partners.
    """
    try:
        rule, giver = scheme.kind(kind), scheme.role(role)
    except UnknownCodeError as error:
        return Objection(str(error), remedy="Choose one of those.", field="kind")
    if role in rule.given_by or any(scheme.role(one).side == giver.side for one in rule.given_by):
        return None
    figure = scheme.figure(f"kinds.{kind}.given_by")
    article = scheme.application.contribution_basis if giver.side == "partner" else None
    return Objection(
        f"A {giver.label} cannot give: {rule.label}.",
        article or (figure.source if figure else ""),
        "Report it as another kind, or leave it out.",
        "kind",
    )


def window_of(rule: KindRule, anchors: Anchors) -> Window | None:
    """Give the window of a kind for a project, or None where costs count whenever they arise."""
    if not rule.window:
        return None
    ends, unknown = [], []
    for part in rule.window.split(".."):
        anchor, _, shift = part.partition(" ")
        on = getattr(anchors, anchor, None)
        if on is None:
            unknown.append(anchor)
        ends.append(_shifted(on, shift) if on is not None else None)
    return Window(ends[0], ends[1], tuple(unknown))


def cost_objections(
    scheme: Scheme,
    kind: str,
    *,
    place: str,
    from_on: date | None,
    until_on: date | None,
    window: Window | None,
    country: str = "",
) -> list[Objection]:
    """Say what is wrong with the place and the days of a cost of a kind; nothing where it counts."""
    found = []
    words = wrong_place(scheme, kind, place)
    if words:
        found.append(Objection(words, _source(scheme, kind, "place"), "Report only costs that arise there.", "place"))
    words = contradiction(place, country, from_on)
    if words:
        found.append(Objection(words, "", "Correct the country or the place of cost.", "country"))
    if window is None:
        return found
    article = _source(scheme, kind, "window")
    if window.from_on and from_on and from_on < window.from_on:
        said = f"Costs count from {window.from_on.isoformat()} on, when the proposal was submitted."
        found.append(Objection(said, article, "Report only what was spent from then on.", "from_on"))
    if window.until_on and until_on and until_on > window.until_on:
        said = f"Costs count until {window.until_on.isoformat()}."
        found.append(Objection(said, article, "Report only what was spent until then.", "until_on"))
    return found


def _source(scheme: Scheme, kind: str, key: str) -> str:
    """Where a rule of a kind stands."""
    figure = scheme.figure(f"kinds.{kind}.{key}")
    return figure.source if figure else ""


def _shifted(on: date, shift: str) -> date:
    """A day some days, months or years on: `+ 2 years`."""
    if not shift:
        return on
    sign, number, unit = shift.split(" ")
    count = int(number) * (1 if sign == "+" else -1)
    unit = unit.removesuffix("s")
    if unit == "day":
        return date.fromordinal(on.toordinal() + count)
    return add_months(on, count * _MONTHS[unit])
