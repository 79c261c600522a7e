"""Who may do what with stories, through the pages: what every cell is tried on; what is offered; absent and forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cells import Act
from tests.rights import partner
from tests.stories import TEXT, Stories, photo
from tests.worlds import world

from cofund.queries import clock
from cofund.records.programme.models import Story
from cofund.rules import roles
from cofund.rules.lifecycle_stories import STORY
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens
from cofund.web.office.stories import one

SAID = {"alternative": "Two cups.", "credit": "Jo"}
WRITTEN = {
    "title": TEXT.title,
    "summary": TEXT.summary,
    "body": "Another text.",
    "author": "",
    "seen": "1",
    "reason": "Why",
}
# The step in the address of each action that has one.
STEPS = {action: step for action, (name, step, _) in one.STEPS.items() if step}


@dataclass
class Cells:
    """A story of JDRF with a picture, for the test of every cell."""

    world: Stories
    slug: str
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        world = Stories.make()
        made = world.story(actor=world.own())
        world.with_picture(made)
        return cls(world, made.slug)

    def client(self, role: str) -> Client:
        """Somebody of a role; the partner's person is JDRF's, with every right."""
        client = Client()
        client.force_login(self.world.person(role))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Story | None:
        """The story in a state."""
        if life is not STORY:
            return None
        found = Story.objects.get(slug=self.slug)
        is_out = state == "published"
        found.status = state
        found.shown, found.published_at = (found.latest, clock.now()) if is_out else (None, None)
        is_gone = state == "withdrawn"
        found.withdrawn_at, found.withdrawn_because = (clock.now(), "Said") if is_gone else (None, "")
        found.save()
        return found

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        page = lambda name, *more: reverse(f"office-story{name}", args=[self.slug, *more])  # noqa: E731
        if action in STEPS:
            return Act(page("-step", STEPS[action]), {"token": tokens.new(), "reason": "Because"})
        acts: dict[str, tuple[str, dict[str, Any] | None]] = {
            "read stories": (reverse("office-stories"), None),
            "draft story": (reverse("office-story-new"), {**WRITTEN, "kind": "news"}),
            "write story version": (page("-write"), WRITTEN),
            "correct story": (page("-correct"), WRITTEN),
            "tie story": (page("-tie"), {"partners": "JDRF", "projects": "imi2/P1", "origin_note": "Told by them"}),
            "add story picture": (page("-picture-new"), {**SAID, "file": photo()}),
            "describe story picture": (page("-picture", 1), SAID),
            "remove story picture": (page("-picture-remove", 1), {}),
        }
        address, form = acts[action]
        if form is None:
            return Act(address, None, (page(""), page("-versions")))
        return Act(address, {**form, "token": tokens.new()})


WORLDS = {"stories": Cells}


@world
def site() -> Cells:
    """A story."""
    return Cells.build()


@pytest.mark.parametrize("state", STORY.states)
@pytest.mark.parametrize("role", [roles.PARTNER, roles.OFFICER, roles.SCIENTIFIC_OFFICER, roles.AUDITOR])
def test_page_offers_what_role_and_state_allow(site: Cells, role: str, state: str) -> None:
    site.bring("", STORY, state)
    page = site.client(role).get(reverse("office-story", args=[site.slug])).content.decode()
    for action in one.STEPS:
        offered = f'href="{site.act(action, role).address}"' in page
        assert offered == (roles.may(role, action) and STORY.allows(action, state)), action


def test_reader_of_the_partner_is_offered_nothing_and_stopped(site: Cells) -> None:
    reader = Client()
    reader.force_login(partner("reader", site.world.jdrf, "read"))
    page = reader.get(reverse("office-story", args=[site.slug]))
    assert (page.status_code, b"page-actions" in page.content) == (200, False)
    assert reader.get(reverse("office-story-new")).status_code == 403
    assert b"Draft a story" not in reader.get(reverse("office-stories")).content
    act = site.act("write story version", roles.PARTNER)
    assert reader.post(act.address, act.form).status_code == 422
    assert Story.objects.get().versions.count() == 1


def test_absent_and_anothers_answer_alike(site: Cells) -> None:
    stranger = Client()
    stranger.force_login(partner("stranger", site.world.office.organisation("Other Trust"), "read", "apply"))
    for action in (
        "write story version",
        "add story picture",
        "remove story picture",
        "submit story",
        "take back story",
    ):
        act = site.act(action, roles.PARTNER)
        answers = [
            stranger.post(address, act.form) for address in (act.address, act.address.replace(site.slug, "none-such"))
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    row = Story.objects.get()
    assert (row.status, row.versions.count()) == ("draft", 1)
