"""What counts as another engine: every change of its code, and none of what only people read."""

from __future__ import annotations

import re

import pytest

from cofund.queries import engine

CODE = engine.sources()


@pytest.mark.parametrize(
    ("module", "text", "other"),
    [
        ("analysis.votes", "nearness**power", "nearness**2"),
        ("analysis.votes", "NEAREST = 500", "NEAREST = 50"),
        ("analysis.places", "DK NO SE", "DK NO"),
        ("analysis.place_words", "_SURENESS = 4", "_SURENESS = 0"),
        ("analysis.ranking", "ROUNDS = 150", "ROUNDS = 151"),
        ("analysis.experiment", "newcomers", "others"),
        ("queries.past_arrays", '"HORIZON.2.1"', '"HORIZON.2.5"'),
    ],
)  # fmt: skip
def test_a_number_that_has_no_name_makes_another_engine(module: str, text: str, other: str) -> None:
    name = f"cofund.{module}"
    assert text in CODE[name]
    assert engine.digest({**CODE, name: CODE[name].replace(text, other, 1)}) != engine.engine()


def test_every_module_that_ranks_belongs_to_it() -> None:
    """Reasons and files of an index rank nobody."""
    names = {name.removeprefix("cofund.") for name in CODE}
    ranking = (
        "calls",
        "channels",
        "circles",
        "corpus",
        "factors",
        "history",
        "place_words",
        "places",
        "questions",
        "signals",
    )
    measuring = ("baselines", "experiment", "metrics")
    reading = ("bands", "ranking", "themes", "votes", "words")
    assert names == {"queries.past_arrays", *(f"analysis.{one}" for one in (*ranking, *measuring, *reading))}


def test_comments_and_docstrings_make_no_other_engine() -> None:
    text = CODE["cofund.analysis.words"]
    read = re.sub(r'(?<=    )"""[^"]+"""', '"""Said otherwise."""', text).replace("\n\n", "\n# A word.\n\n")
    assert read != text
    assert engine.digest({**CODE, "cofund.analysis.words": read}) == engine.engine()
