"""Journeys that say that they work by keyboard: their sources press keys, and neither click, nor fill, nor move the focus."""

from __future__ import annotations

import re

import pytest
from tests.machine import CHECKOUT

BROWSER = CHECKOUT / "tests" / "browser"
# What acts on a page past the keyboard.
PAST_KEYS = re.compile(
    r"\.(click|dblclick|tap|hover|fill|focus|check|uncheck|set_checked|select_option|press_sequentially|dispatch_event|"
    r"set_input_files|clear|clear_cookies|press)\(|\bsign_in\(page"
)
# What writes a row past the pages.
WRITES = re.compile(r"\.(update|create|bulk_create|save|delete|get_or_create)\(")
WHOLE = (
    "keys.py",
    "boards.py",
    "letters.py",
    "test_applications_journey.py",
    "test_candidates_journey.py",
    "test_changed_texts.py",
    "test_governance_journey.py",
    "test_invited_journey.py",
    "test_leads_journey.py",
    "test_office_journey.py",
    "test_partners.py",
    "test_topics_journey.py",
)


def past_keys(text: str) -> list[str]:
    """What a source does to a page past the keyboard; pressing keys of the page's keyboard is what is meant."""
    return [found[0] for found in PAST_KEYS.finditer(text.replace("keyboard.press(", ""))]


@pytest.mark.parametrize("name", WHOLE)
def test_journey_by_keyboard_does_nothing_past_it(name: str) -> None:
    assert past_keys((BROWSER / name).read_text()) == []


def test_walks_by_keyboard_in_other_files_do_nothing_past_it() -> None:
    found = {}
    for path in sorted(BROWSER.glob("test_*.py")):
        for function in re.split(r"\n(?=def |@)", path.read_text()):
            name = re.match(r"(?:@.*\n)*def (\w+)", function)
            if name and ("keyboard" in name[1] or "(keys: Keys" in function) and past_keys(function):
                found[f"{path.name}: {name[1]}"] = past_keys(function)
    assert found == {}


def test_walks_by_keyboard_write_no_row_beside_the_pages() -> None:
    found = {}
    for path in sorted(BROWSER.glob("*.py")):
        for function in re.split(r"\n(?=def |@)", path.read_text()):
            if "(keys: Keys" in function.partition("\n")[0] and WRITES.search(function):
                found[path.name] = function.partition("\n")[0]
    assert found == {}
