"""Stories among the tasks: who publishes them sees what was handed in, their writers what the office asks for."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.stories import OFFICER, Stories

from cofund.actions.stories import steps
from cofund.records.programme.models import Story
from cofund.rules import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Stories:
    return Stories.make()


def waits(world: Stories, role: str, kind: str) -> list[tuple[str, str]]:
    """Title and what to do of the tasks of a kind, as somebody's list has them; none where it is no kind of theirs."""
    client = Client()
    client.force_login(world.person(role))
    rows = client.get(reverse("office-tasks"), {"kind": kind, "format": "json"}).json()["rows"]
    return [(row["title"], row["what_to_do"]) for row in rows]


def test_story_in_review_waits_for_who_publishes(world: Stories) -> None:
    made = world.story("in_review", actor=world.own())
    Story.objects.filter(pk=made.pk).update(owner=world.jdrf)
    told = [("How it began", "Handed in by JDRF: publish it, or say what should change")]
    assert [waits(world, role, "story_review") for role in (roles.OFFICER, roles.PARTNER)] == [told, []]
    Story.objects.filter(pk=made.pk).update(owner=None, scheme=None)
    assert waits(world, roles.OFFICER, "story_review") == [
        ("How it began", "In review: publish it, or say what should change")
    ]


@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
def test_story_in_another_state_waits_for_nobody(world: Stories, state: str) -> None:
    world.story(state)
    assert waits(world, roles.OFFICER, "story_review") == []


def test_story_that_was_given_back_waits_for_its_writers(world: Stories) -> None:
    made = world.story("in_review", actor=world.own())
    Story.objects.filter(pk=made.pk).update(owner=world.jdrf)
    made.refresh_from_db()
    steps.send_back(OFFICER, made, "Name the year.")
    told = [("How it began", "The office asks for a change: make it, and hand it in again")]
    assert [waits(world, role, "story_change") for role in (roles.PARTNER, roles.OFFICER)] == [told, []]
    steps.submit(OFFICER, made)
    assert waits(world, roles.PARTNER, "story_change") == []


def test_task_leads_to_the_story(world: Stories) -> None:
    made = world.story("in_review")
    client = Client()
    client.force_login(world.person(roles.OFFICER))
    assert f"/office/stories/{made.slug}/" in client.get(reverse("office-tasks")).content.decode()
