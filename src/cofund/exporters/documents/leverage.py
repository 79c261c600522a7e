"""The leverage report as tagged PDF: committed and certified side by side, then and now, and what was restated."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from cofund.exporters.cells import fraction
from cofund.exporters.documents.statements import day, instant
from cofund.exporters.documents.typesetting import pdf
from cofund.queries.documents.framing import STEP_COLUMNS, certainty_notes
from cofund.queries.documents.given import of_scheme, version_label
from cofund.queries.documents.leverages import BASES, Report, Restatement
from cofund.rules.leverage import FORMULAS, NAMES, Leverage
from cofund.rules.money import in_words

MOST_RESTATEMENTS: Final = 200
NOTHING: Final = "none, because nothing of partners stands in the books on this basis"
_MEASURES: Final = (
    ("Partners' contributions", "partners_cents"),
    ("Match on them", "match_cents"),
    ("Public money", "public_cents"),
    ("Total, each euro once", "total_cents"),
)


def leverage_pdf(found: Report) -> bytes:
    """Set the report."""
    return pdf("leverage.typ", data_of(found))


def data_of(found: Report) -> dict[str, Any]:
    """What the report says, as texts."""
    scheme, earlier, later = found.scheme, found.published.moment, found.now.moment
    return {
        "title": f"Leverage of {scheme.name}",
        "subtitle": f"As of {day(later.on)}, beside the report as of {day(earlier.on)}",
        "foot": f"{scheme.code}, as of {day(later.on)}, known {instant(later.instant)}",
        "moment": [
            ("Programme", scheme.name),
            ("By the rules of version", version_label(scheme.code, later)),
            ("As of", day(later.on)),
            ("Known at", instant(later.instant)),
            ("Earlier report as of", day(earlier.on)),
            ("Published by what was known at", instant(earlier.instant)),
        ],
        "notes": certainty_notes(scheme, of_scheme(scheme.code, later), later),
        "columns": [one.words for one in found.standings],
        "beside": [f"{basis.capitalize()}, {one.words.lower()}" for basis in BASES for one in found.standings],
        "figures": figures_beside(found),
        "bases": [_basis(found, basis, words) for basis, words in BASES.items()],
        "definitions": [(f"{code} {NAMES[code]}", formula) for code, formula in FORMULAS.items()],
        "restated": restated_words(found),
        "restatements": [_restatement(found, one) for one in found.restatements[:MOST_RESTATEMENTS]],
        "left_out": max(0, len(found.restatements) - MOST_RESTATEMENTS),
    }


def figures_of(one: Leverage) -> list[tuple[str, str, Fraction | None]]:
    """The named figures in their order, with their formulas; the one by final origin after the one by label."""
    own = {"L1": one.l1, "L2": one.l2, "L3": one.l3, "L4": one.l4}
    rows = [(f"{code} {NAMES[code]}", FORMULAS[code], value) for code, value in own.items()]
    origin = "what partners give from public budgets counted as public too"
    return [*rows, ("L4 by final origin", origin, one.l4_by_origin)]


def figures_beside(found: Report) -> list[tuple[str, ...]]:
    """Each figure on each basis at each moment: its name, then committed and certified side by side."""
    every = [one.total(basis).leverage for basis in BASES for one in found.standings]
    rows = zip(*map(figures_of, every), strict=True)
    return [(row[0][0], *(_ratio(cell[2]) for cell in row)) for row in rows]


def restated_words(found: Report) -> list[tuple[str, str, str, str]]:
    """What of the earlier report reads otherwise now: what, as published, as known now, and by how much."""
    currency, before, after = found.scheme.currency, found.published, found.anew
    rows = [(label, getattr(before.steps, key), getattr(after.steps, key)) for key, label in STEP_COLUMNS]
    rows.append(("Public money fixed", before.awarded_cents, after.awarded_cents))
    return [
        (label, in_words(then, currency), in_words(now, currency), _change(now - then, currency))
        for label, then, now in rows
        if then != now
    ]


def _basis(found: Report, basis: str, words: str) -> dict[str, Any]:
    """One basis: amounts and figures at each moment."""
    totals = [one.total(basis) for one in found.standings]
    amounts = [
        (label, *(in_words(getattr(one, name), found.scheme.currency) for one in totals)) for label, name in _MEASURES
    ]
    return {
        "name": basis.capitalize(),
        "words": words,
        "amounts": amounts,
        "projects": ", ".join(project.acronym for project in found.now.projects[basis]) or NOTHING,
    }


def _restatement(found: Report, one: Restatement) -> dict[str, str]:
    """One entry that restated the earlier report."""
    currency = found.scheme.currency
    changes = [(label.lower(), getattr(one.steps, key)) for key, label in STEP_COLUMNS]
    changes.append(("public money fixed", one.awarded_cents))
    corrects = f", corrects entry {one.entry.corrects.number}" if one.entry.corrects is not None else ""
    return {
        "entry": f"{one.entry.number}, {one.entry.get_kind_display()}{corrects}",
        "days": f"about {day(one.entry.effective_on)}, recorded {instant(one.entry.recorded_at)}",
        "changes": "; ".join(f"{label} {_change(cents, currency)}" for label, cents in changes if cents),
        "why": one.entry.reason,
        "contributions": ", ".join(one.contributions),
    }


def _change(cents: int, currency: str) -> str:
    """A difference in words."""
    return f"{in_words(abs(cents), currency)} {'more' if cents > 0 else 'less'}" if cents else "no change"


def _ratio(value: Fraction | None) -> str:
    """A figure with three decimals; that it is not known where nothing can be divided."""
    return "not known" if value is None else fraction(value, 3)
