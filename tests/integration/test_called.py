"""An organisation whose name is held back is not named where it does not give, either: ideas, credits, seats, stories."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests import publishing as world
from tests.stories import Stories

from cofund.queries import clock
from cofund.queries.newsletter import news
from cofund.records.programme.models import Credit, Group, Idea, Seat, Story

pytestmark = pytest.mark.django_db

NAME = "JDRF"
PAGES = (
    "/ideas/",
    "/ideas/?format=json",
    "/ideas/imi2-idea-1/",
    "/api/v1/ideas",
    "/programmes/imi2/topics/T1/",
    "/programmes/imi2/topics/T1/chain/",
    "/programmes/imi2/groups/board/",
    "/stories/",
    "/stories/?format=csv",
    "/stories/{story}/",
    "/programmes/imi2/",
)


@pytest.fixture
def made() -> Stories:
    """A giver that also proposed an idea, is credited for a topic, sits in a group, and has a story."""
    found = Stories.make()
    office, giver, now = found.office, found.jdrf, clock.now()
    idea = Idea.objects.create(
        reference="imi2-idea-1",
        scheme=office.row,
        title="An idea",
        challenge="A challenge",
        organisation=giver,
        is_public=True,
        wants_credit=True,
        shown_at=now,
        recorded_at=now,
        topic=office.topic("T1"),
    )
    for about in ({"idea": idea}, {"topic": office.topic("T1")}):
        Credit.objects.create(part="proposed", organisation=giver, on=dt.date(2016, 1, 1), **about)
    board = Group.objects.create(scheme=office.row, slug="board", name="Board", kind="board")
    Seat.objects.create(group=board, organisation=giver, capacity="member", from_on=dt.date(2016, 1, 1))
    found.story("published")
    return found


def named() -> list[str]:
    """Where everybody reads the name."""
    story = Story.objects.get().slug
    return [page for page in PAGES if NAME in world.read(Client(), page.format(story=story))]


def test_name_is_read_before(made: Stories) -> None:
    assert named() == list(PAGES)


def test_name_that_is_held_back_is_read_nowhere(made: Stories) -> None:
    world.hold(made.office, made.jdrf, "name")
    assert named() == []
    assert ["non publié" in world.read(Client(), one) for one in ("/fr/ideas/", "/fr/ideas/imi2-idea-1/")] == [
        True,
        True,
    ]
    told = news.between(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
    assert [one for one in told if "proposed by" in str(one)] == []
