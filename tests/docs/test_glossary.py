"""The glossary holds the words that the code and the pages use, each once."""

import re

from tests.machine import CHECKOUT

from cofund.records.programme.models import Certainty
from cofund.rules import leverage, stages


def defined() -> list[str]:
    """The terms in the first column of the glossary's tables, one by one."""
    rows = re.findall(r"^\| (\*\*.+?) \|", (CHECKOUT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    return [term for row in rows for term in re.findall(r"\*\*(.+?)\*\*", row)]


def test_term_is_defined_once() -> None:
    terms = [term for row in defined() for term in row.split(", ")]
    assert sorted(terms) == sorted(set(terms))


def test_stages_are_defined() -> None:
    missing = {*stages.CONTRIBUTION_STAGES, *stages.TRANCHE_STAGES} - set(defined())
    assert missing == set()


def test_leverage_figures_are_defined_with_their_formula() -> None:
    text = (CHECKOUT / "docs" / "glossary.md").read_text()
    rows = [f"| **{code}**, {name.lower()} | {leverage.FORMULAS[code]} |" for code, name in leverage.NAMES.items()]
    assert [row for row in rows if row not in text] == []


def test_certainties_are_defined() -> None:
    assert set(Certainty.values) - set(defined()) == set()


def test_nouns_of_the_books_are_defined() -> None:
    nouns = {"match", "project", "past project", "organisation", "partner", "contribution", "free", "entry", "transfer"}
    nouns |= {"effective day", "recorded instant", "as of", "known at", "award", "scheme version", "correction"}
    assert nouns - set(defined()) == set()
