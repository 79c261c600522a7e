"""The demonstration's stories: public, marked as written for it, each with its source and with figures that the books prove."""

from __future__ import annotations

import pytest
from django.test import Client

from cofund.actions.demonstration.loading import load
from cofund.actions.demonstration.stories import NOTE
from cofund.queries.stories import lists, reading
from cofund.web import story_parts

pytestmark = pytest.mark.django_db


def test_stories_of_the_demonstration_are_marked_and_their_figures_known() -> None:
    load()
    found = {one.slug: one for one in lists.out()}
    assert set(found) == {"a-knock-at-the-door-doubled-a-topic", "from-a-seat-in-a-group-to-topics-of-its-own"}
    assert {(one.origin_note, one.source_url != "") for one in found.values()} == {(NOTE, True)}
    said = {}
    for one in found.values():
        assert one.shown is not None
        for figure in reading.read(one, one.shown, story_parts.address_of).figures:
            said[f"{figure.of} {figure.asked.name}"] = figure.text
    assert said == {
        "PERISCOPE total": "EUR 29,926,687",
        "PERISCOPE public": "EUR 14,000,000",
        "PERISCOPE partners": "EUR 7,000,000",
        "PERISCOPE members": "EUR 7,125,114",
        "PERISCOPE multiplier": "4.28",
        "JDRF projects": "2",
        "JDRF given": "EUR 13,459,886",
        "JDRF matched": "EUR 8,428,309",
        "INNODIA partners": "EUR 10,451,361",
        "INNODIA total": "EUR 41,683,298",
    }
    pages = [
        Client().get(path).content.decode() for path in ("/", "/partners/jdrf/", "/programmes/imi2/projects/periscope/")
    ]
    assert ["A knock at the door" in pages[0], "From a seat" in pages[1], "A knock at the door" in pages[2]] == [
        True
    ] * 3
