"""Stories are searched for from the instant on at which they come out, although nothing is written then."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.stories import OFFICER, Stories

from cofund.actions import search_index
from cofund.actions.stories import steps
from cofund.queries import clock
from cofund.queries.search import finding
from cofund.queries.search.finding import Question

pytestmark = pytest.mark.usefixtures("transactional_db")


def _found(text: str, **chosen: str) -> list[tuple[str, str]]:
    """Kind and key of what a visitor finds now."""
    search_index.bring_in_step()
    return [(one.kind, one.key) for one in finding.find(Question(text, chosen), slice(0, 100)).entries]


def test_story_is_found_once_it_has_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Stories.make()
    told = world.story("published", title="A knock on the door", body="They gave {{ partner.given }} to *vaccines*.")
    ahead = world.scheduled(2)
    world.story(title="Of a draft, nothing is known")
    assert [_found(each) for each in ("knock", "vaccines", "given", "draft")] == [
        [("story", told.slug)],
        [("story", told.slug)],
        [],
        [],
    ]
    assert ("story", ahead.slug) not in _found("", kind="story")
    later = clock.now() + dt.timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert ("story", ahead.slug) in _found("", kind="story")
    steps.withdraw(OFFICER, told, "The partner asked for it")
    assert _found("vaccines") == []
