"""Stories in the newsletter: those that came out in its days, and never one that readers may not see."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.newsletter import issue, subscriber
from tests.publishing import hold, of
from tests.stories import OFFICER, Stories

from cofund.actions.newsletter import sending
from cofund.actions.stories import steps
from cofund.actions.topics import NewTopic, open_topic
from cofund.queries import clock
from cofund.queries.newsletter import letters, news
from cofund.records.directory.models import Message, Organisation
from cofund.records.programme.models import Story

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=1)


@pytest.fixture
def world() -> Stories:
    return Stories.make()


def titles(theme: str = "stories") -> list[tuple[str, str, str, str]]:
    """The news of a theme since yesterday."""
    now = clock.now()
    return [
        (one.scheme, one.topic, one.title, one.said) for one in news.between(now - LONG_AGO, now) if one.theme == theme
    ]


def test_published_story_is_news_with_the_topic_of_its_project(world: Stories) -> None:
    world.story("published")
    assert titles() == [("imi2", "T1", "How it began", "Partner story about JDRF")]


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn", "scheduled"])
def test_story_that_nobody_may_read_is_no_news(world: Stories, state: str) -> None:
    _ = world.scheduled(1) if state == "scheduled" else world.story(state)
    assert titles() == []


def test_story_comes_first_and_is_found_at_its_address(world: Stories) -> None:
    made = world.story("published")
    row = issue()
    letter = letters.of_issue(row, news.of_plain(row.items), {"imi2": "Initiative"})
    assert "\nStories\n-------\n* How it began\n  Partner story about JDRF, Initiative\n" in letter.text
    assert f"/stories/{made.slug}/" in letter.html


def test_story_about_no_programme_is_for_the_readers_of_each(world: Stories) -> None:
    made = world.story("published")
    made.projects.clear()
    Story.objects.filter(pk=made.pk).update(scheme=None)
    (item,) = (one for one in news.between(clock.now() - LONG_AGO, clock.now()) if one.theme == "stories")
    assert [letters.selected([item], ["ihi"], themes, ()) for themes in ([], ["topics"])] == [(item,), ()]
    assert "Partner story about JDRF\n" in letters.of_issue(issue(), [item], {}).text


def test_what_was_withdrawn_or_held_back_since_goes_to_nobody(world: Stories) -> None:
    made = world.story("published")
    open_topic(world.office.actor, NewTopic("imi2", "T9", "Screening before the first symptom"))
    row = issue("scheduled")
    themes = {one["theme"] for one in row.items}
    assert {"stories", "contributions"} <= themes
    steps.withdraw(OFFICER, made, "It named somebody who did not agree.")
    hold(world.office, of("JDRF"), "giver", until=clock.today() + dt.timedelta(days=30))
    subscriber()
    sending.prepare()
    text = Message.objects.select_related("body").get(group=row.group).body
    assert text is not None
    assert [word in text.text for word in ("Screening", "How it began", "JDRF: EUR")] == [True, False, False]
    row.refresh_from_db()
    assert {one["theme"] for one in row.items} == {"topics"}


def test_name_that_is_held_back_since_is_taken_out_of_what_an_issue_says(world: Stories) -> None:
    world.story("published")
    row = issue("scheduled")
    before = {one.said for one in news.readable(news.of_plain(row.items)) if one.theme == "stories"}
    jdrf = Organisation.objects.get(name="JDRF")
    hold(world.office, jdrf, "name", until=clock.today() + dt.timedelta(days=30))
    after = {one.said for one in news.readable(news.of_plain(row.items)) if one.theme == "stories"}
    assert (before, after) == ({"Partner story about JDRF"}, {"Partner story"})
    assert titles() == [("imi2", "T1", "How it began", "Partner story")]
