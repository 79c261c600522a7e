"""Who may do what with ideas, topics and consultations, through the pages: every cell, states, absent and forbidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.books import MILLION
from tests.topics import NEW_TEXT, SCIENCE, Topics

from cofund.actions import public_comments, topic_texts
from cofund.actions.consultations import NewComment
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Consultation, Idea, Seat
from cofund.rules import roles, timeline
from cofund.rules.lifecycle_topics import IDEA, TOPIC
from cofund.web.office import tokens

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

    def client(self, role: str) -> Client:
        """A browser in which somebody with this role is signed in; the public is not."""
        client = Client()
        if role != roles.PUBLIC:
            client.force_login(self.world.person(role))
        return client

    def act(self, action: str, role: str) -> tuple[str, dict[str, Any]]:
        """The page and the form of an action of the role table."""
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
            "confirm comment": (self._link(), {}),
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

    def _suggest(self, role: str) -> tuple[str, dict[str, Any]]:
        """An idea by the form that is the role's."""
        said: dict[str, Any] = {"scheme": "imi2", "title": "An idea", "challenge": "A need"}
        if role == roles.PUBLIC:
            return reverse("idea-suggest"), {**said, "proposer_name": "Ann", "proposer_email": "ann@example.org"}
        if role == roles.DELEGATE:
            said["seat"] = str(Seat.objects.get(user=self.world.person(role)).pk)
        return reverse("office-idea-new"), said


@pytest.fixture
def site(db: None) -> Site:
    """Ideas and topics in the states that the actions start from."""
    world = Topics.make()
    for role in SIGNED_IN:
        world.person(role)
    world.idea()
    world.idea("Two", Idea.Status.IN_REVIEW)
    world.topic("T-scoping", "scoping")
    world.written("T-draft")
    world.proposed("T-proposed")
    world.topic("T-adopted", "adopted", adopted_on=dt.date(2020, 1, 1))
    world.consulted(world.written("T-closed"), world.states, days_ago=50)
    talked = world.written("T-talk")
    group = world.consulted(talked, world.states)
    public = world.consulted(world.written("T-public"))
    Consultation.objects.filter(pk=public.pk).update(is_obligatory=False)
    pledged = world.written("T-pledged")
    world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=pledged))
    asked = topic_texts.write(SCIENCE, pledged, "Changed", NEW_TEXT, "It grew").asked[0]
    return Site(world, world.comment(group).pk, group.pk, public.pk, asked.pk)


TESTED = set(roles.SUBJECTS["topics"])
ACTIONS = [name for name in roles.SUBJECTS["topics"] if not name.startswith("read") and name != "import results"]


def send(site: Site, role: str, action: str) -> tuple[int, int]:
    """Send the form of an action; give the status, and how many audit rows it left."""
    client = site.client(role)
    address, data = site.act(action, role)
    before = AuditEvent.objects.count()
    answer = client.post(address, {**data, "token": tokens.new()})
    return answer.status_code, AuditEvent.objects.count() - before


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
@pytest.mark.parametrize("action", ACTIONS)
def test_act_is_open_to_exactly_the_roles_of_the_table(site: Site, role: str, action: str) -> None:
    status, written = send(site, role, action)
    if roles.may(role, action):
        assert (status, written > 0) == (302, True)
    else:
        # Who is not signed in is asked to sign in; who is, is told that it is not for that role.
        assert (status, written) == (302 if role == roles.PUBLIC else 403, 0)


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
def test_results_are_imported_by_exactly_the_roles_of_the_table(site: Site, role: str) -> None:
    client, address = site.client(role), reverse("office-results", args=["imi2"])
    looked = client.post(address, {"file": SimpleUploadedFile("r.csv", CSV)})
    if not roles.may(role, "import results"):
        assert looked.status_code == (302 if role == roles.PUBLIC else 403)
        return
    carried = looked.context["carried"]
    before = AuditEvent.objects.count()
    done = client.post(address, {"step": "import", "carried": carried, "name": "r.csv"})
    assert (looked.status_code, done.status_code, AuditEvent.objects.count() - before) == (200, 302, 1)


READ = {
    "read ideas": ["office-ideas"],
    "read consultations": ["office-consultations"],
    "read confirmations": ["office-confirmations"],
}


@pytest.mark.parametrize("action", READ)
def test_lists_are_read_by_exactly_the_roles_of_the_table(site: Site, action: str) -> None:
    for name in READ[action]:
        answers = {role: site.client(role).get(reverse(name)).status_code for role in SIGNED_IN}
        assert answers == {role: 200 if roles.may(role, action) else 403 for role in SIGNED_IN}


IDEA_FORMS: dict[str, Callable[[Site], tuple[str, dict[str, Any]]]] = {
    action: lambda site, action=action: site.act(action, roles.OFFICER)  # type: ignore[misc]
    for action in ("review idea", "park idea", "decline idea")
}


@pytest.mark.parametrize("state", IDEA.states)
@pytest.mark.parametrize("action", IDEA_FORMS)
def test_idea_in_a_state_that_does_not_allow_it_is_refused_in_words(site: Site, action: str, state: str) -> None:
    Idea.objects.filter(reference="imi2-idea-1").update(status=state)
    address, data = IDEA_FORMS[action](site)
    client = site.client(roles.OFFICER)
    answer = client.post(address, {**data, "token": tokens.new()})
    page = client.get(reverse("office-idea", args=["imi2-idea-1"])).content.decode()
    allowed = IDEA.allows(action, state)
    assert answer.status_code == (302 if allowed else 422)
    if not allowed:
        assert f"The idea stands at “{IDEA.states[state].lower()}”." in answer.content.decode()
        assert f'href="{address}"' not in page


TOPIC_STEPS = {
    "draft topic": ("draft", {}),
    "propose topic": ("propose", {}),
    "revise topic": ("revise", WHY),
    "drop topic": ("drop-it", WHY),
    "record no award": ("no-award", WHY),
}


@pytest.mark.parametrize("state", TOPIC.states)
@pytest.mark.parametrize("action", TOPIC_STEPS)
def test_topic_in_a_state_that_does_not_allow_it_is_refused_in_words(site: Site, action: str, state: str) -> None:
    code, data = TOPIC_STEPS[action]
    site.world.topic("T-draft", state)
    client = site.client(roles.OFFICER)
    address = reverse("office-topic-step", args=["imi2", "T-draft", code])
    page = client.get(reverse("office-topic", args=["imi2", "T-draft"])).content.decode()
    answer = client.post(address, {**data, "token": tokens.new()})
    allowed = TOPIC.allows(action, state)
    assert (answer.status_code, f'href="{address}"' in page) == ((302, True) if allowed else (422, False))
    if not allowed:
        assert f"The topic stands at “{TOPIC.states[state].lower()}”." in answer.content.decode()


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
