"""The colours of the tokens can be read: WCAG 2.2 AA in light and dark, for text and for what is drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cofund.web

TOKENS = (Path(cofund.web.__file__).parent / "static/cofund/tokens.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS)
}
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in ("paper", "ground")),
    *((ink, "paper") for ink in ("accent", "accent-hover", "ochre", "oxblood", "slate")),
    *((hue, f"{hue}-tint") for hue in ("accent", "ochre", "oxblood", "slate")),
    *(("ink", f"{hue}-tint") for hue in ("accent", "ochre", "oxblood", "slate")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent", "ground"),
    ("ink", "ground-deep"),
]
DRAWN = [
    ("field-rule", "paper"),
    ("focus", "paper"),
    ("accent-fill", "paper"),
    ("accent-deep", "paper"),
    ("slate-fill", "paper"),
]


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("wanted", "pairs"), [(4.5, TEXT), (3.0, DRAWN)])
@pytest.mark.parametrize("scheme", [0, 1])
def test_colours_can_be_read(scheme: int, wanted: float, pairs: list[tuple[str, str]]) -> None:
    found = {pair: contrast(COLOURS[pair[0]][scheme], COLOURS[pair[1]][scheme]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in found.items() if value < wanted} == {}
