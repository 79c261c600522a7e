"""Who may do what with ideas, topics and consultations, through the pages: what every cell is tried on; offers; absent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.applications import adoption
from tests.books import MILLION
from tests.cells import Act
from tests.topics import NEW_TEXT, SCIENCE, Topics
from tests.worlds import world

from cofund.actions import ideas, public_comments, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.consultations import NewComment
from cofund.actions.ideas import NewIdea
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.programme.models import Comment, Consultation, Idea, Seat, Topic
from cofund.rules import roles, timeline
from cofund.rules.lifecycle_topics import CONSULTATION, IDEA, TOPIC
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens
from cofund.web.office.topics import calls

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
TODAY = clock.today
WHY = {"reason": "A test"}
CSV = b"topic,proposal,stage,result\nT-adopted,P-1,1,selected\n"


@dataclass
class Site:
    """A programme in which every action is possible on something."""

    world: Topics
    comment_key: int
    group_key: int
    public_key: int
    confirmation_key: int

    @classmethod
    def build(cls) -> Site:
        """Ideas and topics in the states that the actions start from."""
        world = Topics.make()
        for role in SIGNED_IN:
            world.person(role)
        world.idea()
        world.idea("Two", Idea.Status.IN_REVIEW)
        world.idea("Three", Idea.Status.IN_REVIEW, is_public=True, shown_at=None)
        world.idea("Four", Idea.Status.IN_REVIEW, is_public=True)
        world.topic("T-scoping", "scoping")
        world.written("T-draft")
        adoption(world.office, Target(topic=world.proposed("T-proposed")), TODAY(), "GB-1")
        world.topic("T-adopted", "adopted", adopted_on=dt.date(2020, 1, 1))
        world.consulted(world.written("T-closed"), world.states, days_ago=50)
        talked = world.written("T-talk")
        group = world.consulted(talked, world.states)
        public = world.consulted(world.written("T-public"))
        Consultation.objects.filter(pk=public.pk).update(is_obligatory=False)
        pledged = world.written("T-pledged")
        world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=pledged))
        asked = topic_texts.write(SCIENCE, pledged, "Changed", NEW_TEXT, "It grew").asked[0]
        return cls(world, world.comment(group).pk, group.pk, public.pk, asked.pk)

    def client(self, role: str) -> Client:
        """A browser in which somebody with this role is signed in; the public is not."""
        client = Client()
        if role != roles.PUBLIC:
            client.force_login(self.world.person(role))
        return client

    def act(self, action: str, role: str) -> tuple[str, dict[str, Any]]:
        """The page and the form of an action of the role table."""
        if action == "confirm comment":
            return self._link(), {}
        if action == "confirm idea":
            return self._idea_link(), {}
        topic = lambda name, *more: reverse(f"office-topic-{name}", args=["imi2", *more])  # noqa: E731
        step = lambda code, name: topic("step", code, name)  # noqa: E731
        idea = lambda number, name: reverse("office-idea-act", args=[f"imi2-idea-{number}", name])  # noqa: E731
        end = timeline.shortest_end(TODAY()).isoformat()
        found: dict[str, tuple[str, dict[str, Any]]] = {
            "review idea": (idea(1, "review"), {"group": self.world.diabetes.pk}),
            "accept idea": (idea(2, "accept"), {**WHY, "code": "T-new", "title": "New"}),
            "merge idea": (idea(1, "merge"), {**WHY, "other": Idea.objects.get(reference="imi2-idea-2").pk}),
            "park idea": (idea(1, "park"), WHY),
            "decline idea": (idea(1, "decline"), WHY),
            "separate idea": (idea(1, "separate"), WHY),
            "show idea": (idea(3, "show"), {}),
            "hide idea": (idea(4, "hide"), WHY),
            "credit": (step("T-draft", "credit"), {"part": "scoped", "seat": self.world.seat.pk}),
            "plan topic": (step("T-draft", "plan"), {"duration_months": "60"}),
            "draft topic": (step("T-scoping", "draft"), {}),
            "write topic version": (
                topic("write", "T-draft"),
                {**NEW_TEXT, **WHY, "title": "New", "is_material": "no", "seen": "1"},
            ),
            "state contributions": (
                step("T-draft", "contribution"),
                {"source": "partner", "is_in_kind": "no", "amount": "5"},
            ),
            "start consultation": (
                reverse("office-consultation-new", args=["imi2", "T-draft"]),
                {"opens_on": TODAY().isoformat(), "closes_on": end, "is_obligatory": "on"},
            ),
            "close consultation": (reverse("office-consultation-close", args=[self.public_key]), {}),
            "comment on topic": self._comment(role),
            "record comment": (
                reverse("office-comment-record", args=[self.group_key]),
                {
                    "author_name": "Ann",
                    "text": "Said in the meeting",
                    "received_on": Consultation.objects.get(pk=self.group_key).opens_on.isoformat(),
                    "received_as": "In a meeting",
                },
            ),
            "answer comment": (
                reverse("office-comment", args=[self.group_key, self.comment_key]),
                {"answer": "noted", "answer_text": "Noted"},
            ),
            "revise topic": (step("T-proposed", "revise"), WHY),
            "propose topic": (step("T-closed", "propose"), {}),
            "adopt topic": (step("T-proposed", "adopt"), {"decision": "GB-1", "decided_on": TODAY().isoformat()}),
            "drop topic": (step("T-draft", "drop-it"), WHY),
            "record no award": (step("T-adopted", "no-award"), WHY),
            "edit call": (reverse("office-call-new", args=["imi2"]), {"code": "C-9", "procedure": "unknown"}),
            "answer confirmation": (reverse("office-confirmation", args=[self.confirmation_key]), {"answer": "stands"}),
            "suggest idea": self._suggest(role),
        }
        return found[action]

    def _comment(self, role: str) -> tuple[str, dict[str, Any]]:
        """A comment where the role comments: a delegate in its group, anybody in public."""
        said = {"text": "A comment"}
        if role == roles.DELEGATE:
            return reverse("office-consultation-comment", args=[self.group_key]), said
        if role == roles.PUBLIC:
            form = {**said, "author_name": "Ann", "email": "ann@example.org"}
            return reverse("topic-comment", args=["imi2", "T-public"]), form
        return reverse("office-consultation-comment", args=[self.public_key]), said

    def _link(self) -> str:
        """The link that confirms a comment of somebody who is not signed in."""
        links: list[str] = []
        public = Consultation.objects.get(pk=self.public_key)
        said = NewComment("A comment", author_name="Ann")
        public_comments.offer(public, said, "ann@example.org", lambda token: links.append(token) or token)
        return reverse("comment-confirm", args=links)

    def _idea_link(self) -> str:
        """The link that confirms an idea of somebody who is not signed in."""
        links: list[str] = []
        wanted = NewIdea("imi2", "An idea", "A need", proposer_name="Ann", proposer_email="ann@example.org")
        ideas.submit(Actor("A visitor", roles.PUBLIC), wanted, lambda token: links.append(token) or token)
        return reverse("idea-confirm", args=links)

    def _suggest(self, role: str) -> tuple[str, dict[str, Any]]:
        """An idea by the form that is the role's."""
        said: dict[str, Any] = {"scheme": "imi2", "title": "An idea", "challenge": "A need"}
        if role == roles.PUBLIC:
            return reverse("idea-suggest"), {**said, "proposer_name": "Ann", "proposer_email": "ann@example.org"}
        if role == roles.DELEGATE:
            said["seat"] = str(Seat.objects.get(user=self.world.person(role)).pk)
        return reverse("office-idea-new"), said


@world
def site() -> Site:
    """Ideas and topics."""
    return Site.build()


# Which topic of the world above an action is about, where it is not the one that is being drafted.
ABOUT = {
    "draft topic": "T-scoping",
    "revise topic": "T-proposed",
    "adopt topic": "T-proposed",
    "propose topic": "T-closed",
    "record no award": "T-adopted",
    "import results": "T-adopted",
    # What was consulted already may be consulted again, unless that runs still.
    "start consultation": "T-draft",
}
READ = {
    "read ideas": "office-ideas",
    "read consultations": "office-consultations",
    "read confirmations": "office-confirmations",
}


@dataclass
class Cells:
    """Ideas, topics and consultations, for the test of every cell."""

    site: Site
    # Without a consultation that runs, the public finds no page to comment on.
    GONE = frozenset({("comment on topic", roles.PUBLIC)})

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Site.build())

    def client(self, role: str) -> Client:
        """Somebody of a role."""
        client = Client()
        client.force_login(self.site.world.person(role))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Idea | Topic | None:
        """The idea, the topic or the consultations of the act in a state."""
        if life is IDEA:
            idea = Idea.objects.get(reference="imi2-idea-2" if action == "accept idea" else "imi2-idea-1")
            Idea.objects.filter(pk=idea.pk).update(status=state)
            return idea
        if life is TOPIC:
            topic = Topic.objects.get(code=ABOUT.get(action, "T-draft"))
            Topic.objects.filter(pk=topic.pk).update(status=state)
            return topic
        if life is CONSULTATION:
            consulted(self.site, state)
        return None

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        if action in READ:
            return Act(reverse(READ[action]))
        if action == "import results":
            return Act(
                reverse("office-results", args=["imi2"]),
                {"step": "import", "carried": calls._signed(CSV), "name": "r.csv", "token": tokens.new()},
            )
        address, data = self.site.act(action, role)
        return Act(address, {**data, "token": tokens.new()})


def consulted(site: Site, state: str) -> None:
    """Both consultations in a state, which follows from their days and from what is answered."""
    days = {"planned": (1, 99), "open": (-60, 5), "closed": (-90, -2), "answered": (-90, -2)}[state]
    first, last = (TODAY() + dt.timedelta(days=one) for one in days)
    rows = Consultation.objects.filter(pk__in=(site.group_key, site.public_key))
    rows.update(opens_on=first, closes_on=last)
    if state == "answered":
        Comment.objects.filter(consultation__in=rows).update(answer="noted", answer_text="Seen")


WORLDS = {"topics": Cells}


def test_idea_leads_who_may_read_it_to_everything_that_happened_to_it(site: Site) -> None:
    page, link = reverse("office-idea", args=["imi2-idea-1"]), '?about=imi2/idea/imi2-idea-1"'
    told = {
        role: link in site.client(role).get(page).content.decode() for role in (roles.OFFICER, roles.FINANCE_OFFICER)
    }
    assert told == {roles.OFFICER: False, roles.FINANCE_OFFICER: True}


@pytest.mark.parametrize("state", IDEA.states)
@pytest.mark.parametrize("action", ["review idea", "park idea", "decline idea"])
def test_act_on_an_idea_is_offered_where_its_state_allows_it(site: Site, action: str, state: str) -> None:
    Idea.objects.filter(reference="imi2-idea-1").update(status=state)
    page = site.client(roles.OFFICER).get(reverse("office-idea", args=["imi2-idea-1"])).content.decode()
    assert (f'href="{site.act(action, roles.OFFICER)[0]}"' in page) == IDEA.allows(action, state)


@pytest.mark.parametrize("state", TOPIC.states)
def test_step_of_a_topic_is_offered_where_its_state_allows_it(site: Site, state: str) -> None:
    site.world.topic("T-draft", state)
    page = site.client(roles.OFFICER).get(reverse("office-topic", args=["imi2", "T-draft"])).content.decode()
    codes = {
        "draft topic": "draft",
        "propose topic": "propose",
        "revise topic": "revise",
        "drop topic": "drop-it",
        "record no award": "no-award",
    }
    for action, code in codes.items():
        address = reverse("office-topic-step", args=["imi2", "T-draft", code])
        assert (f'href="{address}"' in page) == TOPIC.allows(action, state), action


def test_absent_and_forbidden_answer_alike(site: Site) -> None:
    hidden = site.world.idea("Secret", organisation=None, seat=None, group=site.world.states)
    client = site.client(roles.PARTNER)
    pairs = [
        (reverse("office-idea", args=[hidden.reference]), reverse("office-idea", args=["imi2-idea-99"])),
        (reverse("office-consultation", args=[site.group_key]), reverse("office-consultation", args=[9999])),
        (reverse("idea", args=[hidden.reference]), reverse("idea", args=["imi2-idea-99"])),
        (reverse("topic-comment", args=["imi2", "T-draft"]), reverse("topic-comment", args=["imi2", "none"])),
    ]
    for forbidden, absent in pairs:
        first, second = client.get(forbidden), client.get(absent)
        assert (first.status_code, second.status_code) == (404, 404)
        assert first.content == second.content
    stranger = Client()
    stranger.force_login(site.world.person(roles.PARTNER, "stranger"))
    site.world.people["stranger"].organisation = site.world.office.organisation("Other")
    site.world.people["stranger"].save()
    first = stranger.get(reverse("office-confirmation", args=[site.confirmation_key]))
    second = stranger.get(reverse("office-confirmation", args=[9999]))
    assert (first.status_code, first.content) == (404, second.content)


def test_auditor_is_offered_nothing_to_write(site: Site) -> None:
    client = site.client(roles.AUDITOR)
    pages = [
        reverse("office-ideas"),
        reverse("office-idea", args=["imi2-idea-1"]),
        reverse("office-topic", args=["imi2", "T-draft"]),
        reverse("office-topic-text", args=["imi2", "T-draft"]),
        reverse("office-consultation", args=[site.group_key]),
        reverse("office-confirmation", args=[site.confirmation_key]),
        reverse("office-calls", args=["imi2"]),
    ]
    for page in pages:
        html = client.get(page).content.decode()
        assert html.count('method="post"') == 1, page  # signing out
        assert [html.count(text) for text in ("page-actions", "/steps/", "/text/new/")] == [0, 0, 0], page
