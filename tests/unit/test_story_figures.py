"""How a figure or a picture is written in a story."""

from __future__ import annotations

import pytest

from cofund.rules import story_figures
from cofund.rules.story_figures import Asked


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("partner.given", Asked("partner", "", "given")),
        ("partner:jdrf.matched", Asked("partner", "jdrf", "matched")),
        ("project:imi2/periscope.total", Asked("project", "imi2/periscope", "total")),
        (" programme.contributed ", Asked("programme", "", "contributed")),
        ("partner.salary", None),
        ("person.given", None),
        ("partner:../etc.given", None),
        ("partner:JDRF.given", None),
        ("partner", None),
        ("", None),
    ],
)
def test_figure_is_read_as_it_is_written(words: str, found: Asked | None) -> None:
    assert story_figures.read_figure(words) == found


def test_figure_is_written_as_it_is_read() -> None:
    written = [*story_figures.names(), "partner:jdrf.matched", "project:imi2/p1.total"]
    read = [story_figures.read_figure(words) for words in written]
    assert [one.written for one in read if one is not None] == written


@pytest.mark.parametrize(
    ("words", "number"), [("picture.1", 1), ("picture.12", 12), ("picture.0", None), ("picture", None)]
)
def test_picture_is_read_by_its_number(words: str, number: int | None) -> None:
    assert story_figures.read_picture(words) == number


def test_every_figure_says_what_it_means() -> None:
    assert [one.meaning for name in story_figures.names() if (one := story_figures.read_figure(name))] == [
        meaning for found in story_figures.MEANINGS.values() for meaning in found.values()
    ]
