"""Who may do what with candidates, through the pages: what every cell is tried on, what is offered, the absent, sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import worlds
from tests.books import Office, shipped
from tests.cells import Act
from tests.rights import partner

from cofund.actions import candidates
from cofund.actions.actors import Actor
from cofund.queries import clock
from cofund.queries.candidate_subjects import Subject
from cofund.records.corpus.models import ImportRun, PastOrganisation, PastParticipation, PastProject
from cofund.records.directory.models import AuditEvent, User
from cofund.records.programme.models import CandidateMark, FitAlert, Idea, Lead, ShownCandidates, Topic
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
SCIENCE = Actor("Sven Science", roles.SCIENTIFIC_OFFICER)
PIC, NUMBER = 999_000_001, 101_000_001
ACTS = {
    "shortlist candidate": "shortlist",
    "note on candidate": "note",
    "take off shortlist": "take-off",
    "call not suitable": "not-suitable",
    "call suitable again": "suitable",
    "invite candidate": "invite",
}
# What has to be said of the candidate before.
BEFORE = {
    "note on candidate": "shortlisted",
    "take off shortlist": "shortlisted",
    "call suitable again": "not_suitable",
}


@dataclass
class Cells:
    """A topic and an idea with one candidate, and no index: what is said of candidates does not need one."""

    office: Office
    topic: Topic
    idea: Idea
    past: PastOrganisation
    shown: ShownCandidates
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        office = Office.with_scheme(shipped("imi2"), "imi2")
        topic = office.topic("T1")
        idea = Idea.objects.create(scheme=office.row, reference="imi2-idea-1", title="An idea", recorded_at=clock.now())
        run = ImportRun.objects.create(source="CORDIS CSV", file_name="a", file_bytes=1, started_at=clock.now())
        past = PastOrganisation.objects.create(run=run, pic=PIC, name="HEART FUND", activity_type="OTH", country="BE")
        project = PastProject.objects.create(run=run, id=NUMBER, acronym="HEARTS", title="Hearts")
        PastParticipation.objects.create(run=run, project=project, organisation=past, role="coordinator", position=1)
        shown = ShownCandidates.objects.create(
            topic=topic, person=User.objects.create_user("seen", role="officer", password=None), person_name="Seen",
            on=clock.today(), shown_at=clock.now(), index_version="v", question_digest="d",
            candidates=[{"pic": PIC, "name": "HEART FUND", "band": "likely", "country": "BE", "newcomer": False}],
        )  # fmt: skip
        return cls(office, topic, idea, past, shown)

    def client(self, role: str) -> Client:
        """Somebody of a role; the partner with the right to read."""
        browser = Client()
        if role == roles.PARTNER:
            browser.force_login(partner("cell-partner", self.office.organisation("Trust"), "read"))
        else:
            is_public = role == roles.PUBLIC
            browser.force_login(User.objects.create_user(f"cell-{role}", role="" if is_public else role, password=None))
        return browser

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Topic:
        """What has to be said before an action."""
        said(Subject(topic=self.topic), self.past, BEFORE.get(action, ""))
        return self.topic

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        if action == "read candidates":
            return Act(of_topic(), more=(reverse("office-idea-candidates", args=["imi2-idea-1"]),))
        if action == "read past projects":
            more = (reverse("office-past-organisation", args=[PIC]),)
            return Act(reverse("office-past-project", args=[NUMBER]), more=more)
        if action == "read what was shown":
            return Act(reverse("office-shown"), more=(reverse("office-shown-one", args=[self.shown.pk]),))
        if action == "read what fits":
            return Act(reverse("office-fits"))
        if action == "choose alerts":
            return Act(reverse("office-fit-alerts"), {"is_on": "on", "level": "near", "token": tokens.new()})
        return Act(*form(ACTS[action]))


WORLDS = {"recommendation": Cells}


def said(subject: Subject, past: PastOrganisation, what: str) -> None:
    """Bring a candidate to where something is said of it."""
    if what == "shortlisted":
        candidates.shortlist(SCIENCE, subject, past, "Before")
    elif what:
        candidates.call_not_suitable(SCIENCE, subject, past, "Before")


def of_topic() -> str:
    """The page of candidates for the topic."""
    return reverse("office-candidates", args=["imi2", "T1"])


def form(act: str) -> tuple[str, dict[str, str]]:
    """The page and the form of an act on the candidate for the topic."""
    data = {} if act == "invite" else {"note": "Because"}
    return reverse("office-candidate-act", args=["imi2", "T1", PIC, act]), {**data, "token": tokens.new()}


@worlds.world
def world() -> Cells:
    """The topic with its candidate."""
    return Cells.build()


@pytest.mark.parametrize("what", ["", "shortlisted", "not_suitable"])
def test_page_offers_what_fits_to_what_was_said(world: Cells, what: str) -> None:
    said(Subject(topic=world.topic), world.past, what)
    html = world.client(roles.SCIENTIFIC_OFFICER).get(of_topic()).content.decode()
    offered = {act for act in ACTS.values() if f'href="{form(act)[0]}"' in html}
    expected = {"": set(), "shortlisted": {"note", "take-off", "invite"}, "not_suitable": {"suitable"}}[what]
    assert offered == expected
    for role in (roles.AUDITOR, roles.FINANCE_OFFICER, roles.GOVERNANCE_OFFICER):
        read_only = world.client(role).get(of_topic()).content.decode()
        assert not any(form(act)[0] in read_only for act in ACTS.values())


@pytest.mark.parametrize(
    ("what", "act"),
    [
        ("", "note"), ("", "take-off"), ("", "suitable"), ("shortlisted", "shortlist"), ("shortlisted", "suitable"),
        ("not_suitable", "shortlist"), ("not_suitable", "not-suitable"), ("not_suitable", "take-off"),
        ("not_suitable", "invite"),
    ],
)  # fmt: skip
def test_act_that_does_not_fit_is_refused_in_words(world: Cells, what: str, act: str) -> None:
    said(Subject(topic=world.topic), world.past, what)
    before = list(CandidateMark.objects.values())
    answer = world.client(roles.OFFICER).post(*form(act))
    assert (answer.status_code, b'role="alert"' in answer.content) == (422, True)
    assert (list(CandidateMark.objects.values()), Lead.objects.count()) == (before, 0)


def test_not_suitable_without_a_reason_is_refused_beside_its_field(world: Cells) -> None:
    address, data = form("not-suitable")
    answer = world.client(roles.OFFICER).post(address, data | {"note": ""})
    assert (answer.status_code, CandidateMark.objects.count()) == (422, 0)
    assert b'id="id_note_error"' in answer.content


@pytest.mark.parametrize("act", ["shortlist", "not-suitable", "invite"])
def test_form_sent_twice_is_done_once(world: Cells, act: str) -> None:
    browser, (address, data) = world.client(roles.OFFICER), form(act)
    first = browser.post(address, data)
    before = (CandidateMark.objects.count(), Lead.objects.count(), AuditEvent.objects.count())
    assert (browser.post(address, data).url, before[0]) == (first.url, 1)
    assert (CandidateMark.objects.count(), Lead.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("pic", [1, 2**70])
def test_absent_candidates_topics_and_rows_answer_404(world: Cells, pic: int) -> None:
    browser = world.client(roles.OFFICER)
    paths = [
        f"/office/imi2/topics/T1/candidates/{pic}/shortlist/", "/office/imi2/topics/none/candidates/",
        f"/office/imi2/topics/T1/candidates/{PIC}/applaud/", "/office/ideas/none/candidates/",
        f"/office/past/projects/{pic}/", f"/office/past/organisations/{pic}/",
    ]  # fmt: skip
    auditor = world.client(roles.AUDITOR)
    assert [browser.get(path).status_code for path in paths] == [404] * 6
    assert auditor.get(f"/office/recommendations/{pic}999/").status_code == 404


@pytest.mark.parametrize("path", ["office-fits", "office-fit-alerts"])
def test_partner_without_the_right_to_read_finds_nothing(world: Cells, path: str) -> None:
    trust = world.office.organisation("Trust")
    for user in (partner("nobody", trust), partner("signer", trust, "sign"), partner("lonely", trust, "read")):
        if user.username == "lonely":
            User.objects.filter(pk=user.pk).update(organisation=None)
        browser = Client()
        browser.force_login(user)
        assert browser.get(reverse(path)).status_code == 404


def test_partner_chooses_and_stops_its_alerts(world: Cells) -> None:
    browser = world.client(roles.PARTNER)
    data: dict[str, Any] = {"is_on": "on", "level": "near", "schemes": ["imi2"], "token": tokens.new()}
    assert browser.post(reverse("office-fit-alerts"), data).status_code == 302
    row = FitAlert.objects.get()
    assert (row.is_on, row.level, row.schemes, row.user.username) == (True, "near", ["imi2"], "cell-partner")
    assert "what is close or near in imi2" in browser.get(reverse("office-fits")).content.decode()
    browser.post(reverse("office-fit-alerts"), {"level": "near", "token": tokens.new()})
    row.refresh_from_db()
    assert (row.is_on, list(AuditEvent.objects.filter(action="choose alerts").values_list("before", flat=True))) == (
        False, [None, {"on": True, "level": "near", "programmes": ["imi2"]}],
    )  # fmt: skip


@pytest.mark.parametrize("role", roles.ROLES)
def test_way_to_what_was_shown_shows_to_those_who_may_read_it(world: Cells, role: str) -> None:
    if role in (roles.PUBLIC, roles.OPERATOR):
        return
    # The way leads through the area of topics.
    html = world.client(role).get("/office/ideas/").content.decode()
    assert ('href="/office/recommendations/"' in html) == roles.may(role, "read what was shown")
