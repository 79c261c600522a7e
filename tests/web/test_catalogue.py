"""The French catalogue is whole: every marked text has French, nothing else stands in it, and the compiled file holds the same."""

from __future__ import annotations

import re
from string import Formatter

from tests import catalogue

# Signs before which French has a space that does not break a line.
_DOUBLE = re.compile(r" [:;?!»%](?=\s|$|<)|« ")


def test_every_marked_text_has_french_and_nothing_else_is_translated() -> None:
    found = catalogue.translations(catalogue.read())
    assert sorted(set(catalogue.marked()) - set(found)) == []
    assert sorted(set(found) - set(catalogue.marked())) == []
    assert sorted(text for text, french in found.items() if not french.strip()) == []


def test_no_translation_is_a_guess() -> None:
    assert [str(one.id) for one in catalogue.read() if one.id and one.fuzzy] == []
    assert catalogue.read().obsolete == {}


def test_places_to_fill_are_the_same_in_both_languages() -> None:
    wrong = {
        text: french
        for text, french in catalogue.translations(catalogue.read()).items()
        if set(places(text)) != set(places(french))
    }
    assert wrong == {}


def test_edges_and_mark_up_are_the_same_in_both_languages() -> None:
    def shape(text: str) -> tuple[bool, bool, list[str]]:
        return text[:1] == " ", text[-1:] == " ", re.findall(r"</?\w+>", text)

    found = catalogue.translations(catalogue.read())
    assert {text: french for text, french in found.items() if shape(text) != shape(french)} == {}


def test_french_has_its_own_spaces() -> None:
    found = catalogue.translations(catalogue.read())
    assert {text: french for text, french in found.items() if _DOUBLE.search(french)} == {}


def test_compiled_catalogue_is_what_is_written() -> None:
    assert catalogue.COMPILED.read_bytes() == catalogue.compiled(catalogue.read())


def places(text: str) -> list[str]:
    """What is filled into a text: by braces in Python, by per cent signs in templates."""
    if re.search(r"%\(\w+\)s", text):
        return re.findall(r"%\((\w+)\)s", text)
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
