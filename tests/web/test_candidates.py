"""The pages of candidates: what is read from their addresses, what is shown and kept, and the log with its files."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.candidates import AT, SCIENCE, Candidates

from cofund.actions import candidates
from cofund.actions.candidate_invitations import Invitation, invite
from cofund.actions.index_files import update_index
from cofund.analysis.storing import FORMAT
from cofund.queries import index_files
from cofund.queries.candidates import Asked
from cofund.queries.index_files import NoIndexError, current_version, folder
from cofund.queries.recommending import Wish
from cofund.records.corpus.models import ImportRun
from cofund.records.directory.models import AuditEvent, CorpusLink, Organisation, User
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Lead, ShownCandidates
from cofund.web import components as c
from cofund.web.office import tokens
from cofund.web.office.recommending.candidates import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Candidates:
    """The office with its past and its index."""
    settings.COFUND_HOME = tmp_path / "home"
    return Candidates.make(tmp_path)


def client(role: str, name: str = "sven") -> Client:
    """Somebody of a role."""
    browser = Client()
    user = User.objects.filter(username=name).first() or User.objects.create_user(
        name, role=role, password=None, first_name=name.capitalize()
    )
    browser.force_login(user)
    return browser


def page_of(world: Candidates) -> str:
    """The page of candidates for the topic."""
    return reverse("office-candidates", args=["ihi", world.topic.code])


@pytest.mark.parametrize(
    ("query", "asked", "unread"),
    [
        ({}, Asked(), []),
        ({"kind": "giving"}, Asked(Wish(kinds=frozenset({"FOUNDATION", "PATIENTS"}))), []),
        ({"kind": "PRC", "role": "yes"}, Asked(Wish(kinds=frozenset({"PRC"}), leads_only=True)), []),
        ({"country": " gr "}, Asked(Wish(countries=frozenset({"GR", "EL"}))), []),
        ({"newcomer": "yes", "number": "50"}, Asked(Wish(newcomers_only=True), number=50), []),
        ({"kind": "anything", "number": "7", "newcomer": "no"}, Asked(), []),
        ({"with": "200, 100 200 Leuven"}, Asked(known=(200, 100)), ["Not read: Leuven"]),
        ({"country": "\0"}, Asked(), ["Not read: \0"]),
        ({"country": "N\0"}, Asked(), ["Not read: N\0"]),
        ({"country": "NÉ"}, Asked(), ["Not read: NÉ"]),
        ({"country": "Belgium", "with": "Leuven"}, Asked(), ["Not read: BELGIUM", "Not read: Leuven"]),
        ({"country": "be" * 1500}, Asked(), [f"Not read: {'BE' * 60}"]),
        ({"country": " ", "with": " , "}, Asked(), []),
    ],
)  # fmt: skip
def test_address_says_who_is_looked_for(query: dict[str, str], asked: Asked, unread: list[str]) -> None:
    found, wrong = read(c.Address.of("/", query.items()))
    assert (found, [one.title for one in wrong]) == (asked, unread)


@pytest.mark.parametrize("odd", ["\0", "<script>x</script>", "x" * 3000, "🙂", "' or 1=1 --"])
def test_page_answers_whatever_is_written_into_its_filters_and_keeps_none_of_it(world: Candidates, odd: str) -> None:
    browser = client("scientific_officer")
    html = browser.get(page_of(world), {"country": odd, "with": f"100 {odd}", "kind": odd}).content.decode()
    assert "A country is named by its two letters, as in BE or US." in html
    assert "Known members are named by their identification codes (PIC)" in html
    assert "<script>x" not in html.lower()
    # Whoever would fill a gap was shown beside them, so that the page is kept: with what was asked.
    assert [row.filters for row in ShownCandidates.objects.all()] == [{"with": [100]}]


def test_page_names_known_members_that_no_past_project_has_and_leaves_them_out(world: Candidates) -> None:
    browser = client("scientific_officer")

    def page(known: str) -> str:
        return browser.get(page_of(world), {"with": known}).content.decode()

    nobody, one, both = page("77 999999999999"), page("100"), page("100 77")
    wrong = "No organisation of the past projects has the identification"
    assert f"{wrong} codes 77, 999999999999." in nobody
    assert "No member of this topic is known yet" in nobody
    assert ("No member is known yet." in nobody, "no known member is one" in nobody) == (True, False)
    assert (wrong in one, f"{wrong} code 77." in both) == (False, True)
    for html in (one, both):
        assert "1 known member: 1 organisation of past projects counted as known here." in html
        assert "no known member is one" in html
    # The code that stands nowhere makes no other question.
    assert [row.filters for row in ShownCandidates.objects.order_by("pk")] == [{}, {"with": [100]}]


def test_page_shows_reasons_with_links_and_keeps_what_it_showed_once(world: Candidates) -> None:
    browser = client("scientific_officer")
    for _ in range(2):
        html = browser.get(page_of(world), {"kind": "PRC"}).content.decode()
    assert 'href="/office/past/projects/10' in html
    assert "took part in 10 projects near to this text, the last signed in 2023" in html
    assert "UNIVERSITY OF LEUVEN" not in html
    row = ShownCandidates.objects.get()
    assert (row.filters, row.person.username, row.topic) == ({"kind": ["PRC"]}, "sven", world.topic)
    assert [one["pic"] for one in row.candidates] == [101, 200]
    assert AuditEvent.objects.filter(action="read candidates", actor_name="Sven").count() == 1


def test_page_says_how_small_the_index_is_and_how_to_import(world: Candidates) -> None:
    html = client("scientific_officer").get(page_of(world)).content.decode()
    assert "The index is small: it knows 40 past projects of Horizon Europe." in html
    assert "cofund import cordis --download HORIZON" in html


def test_page_says_how_an_import_that_the_index_does_not_know_is_read(world: Candidates) -> None:
    told = "Past projects were imported after the index was built."
    browser = client("scientific_officer")
    assert told not in browser.get(page_of(world)).content.decode()
    ImportRun.objects.create(source="CORDIS CSV", file_name="a", file_bytes=1, started_at=AT, finished_at=AT)
    html = browser.get(page_of(world)).content.decode()
    assert (told in html, "Run `cofund index update` on the server" in html) == (True, True)


def test_page_works_without_an_index_and_says_what_to_do(world: Candidates) -> None:
    candidates.shortlist(SCIENCE, world.subject, world.past(102), "Ask Ann")
    (folder() / "current").unlink()
    html = client("scientific_officer").get(page_of(world)).content.decode()
    assert "There is no index of past projects yet." in html
    assert "40 past projects are imported. One button on the page of the index builds it" in html
    assert "On the server, `cofund index build` does the same." in html
    assert f'<p class="callout-action"><a href="{reverse("office-index")}">To the page of the index</a></p>' in html
    assert "in the filter above" not in html
    for_auditor = client("auditor", "ada").get(page_of(world)).content.decode()
    assert "A button that partnership and scientific officers have builds it" in for_auditor
    assert "To the page of the index" not in for_auditor
    assert ("Ask Ann" in html, ShownCandidates.objects.count()) == (True, 0)


def harmed(change: object) -> None:
    """An index whose description is something else, or lacks a part (`...`), or has another part."""
    index_files._open.cache_clear()
    file = folder() / current_version() / index_files.DESCRIPTION
    whole = json.loads(file.read_text())
    if isinstance(change, dict):
        change = {name: value for name, value in {**whole, **change}.items() if value is not ...}
    file.write_text(change if isinstance(change, str) else json.dumps(change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{", "cannot be read"), ("[]", "(everything)"), ("null", "(everything)"), ('"index"', "(everything)"),
        ("{}", "(built_at)"), (f'{{"format": {FORMAT}}}', "(built_at)"), ({"format": ...}, "(format)"),
        ({"built_at": "yesterday"}, "(built_at)"), ({"built_at": 7}, "(built_at)"), ({"built_at": "2024-03-01"}, "(built_at)"),
        ({"projects": "40"}, "(projects)"), ({"candidates": None}, "(candidates)"), ({"older_projects": -1}, "(older_projects)"),
        ({"band_limits": ...}, "(band_limits)"), ({"band_limits": [1, 2]}, "(band_limits)"),
        ({"band_shares": [0, 0, 0, "x"]}, "(band_shares)"), ({"files": ...}, "(files)"), ({"files": {}}, "(files)"),
        ({"files": {"trees.txt": 3}}, "(files)"), ({"files": [1]}, "(files)"), ({"trained_at": 7}, "(trained_at)"),
        ({"changed_since_training": "x"}, "(changed_since_training)"),
    ],
)  # fmt: skip
def test_pages_work_with_an_index_whose_description_is_damaged(world: Candidates, change: object, said: str) -> None:
    harmed(change)
    browser = client("scientific_officer")
    with pytest.raises(NoIndexError, match=r"is damaged.* Run `cofund index build`\."):
        index_files.open_index()
    for address in (page_of(world), reverse("office-index")):
        answer = browser.get(address)
        html = answer.content.decode()
        assert (answer.status_code, "is damaged" in html, said in html) == (200, True, True)
    # What to do is done by the button and by the command, whatever was there.
    assert update_index().is_new
    assert "is damaged" not in browser.get(page_of(world)).content.decode()


def test_invited_candidate_is_asked_which_organisation_it_is(world: Candidates) -> None:
    there = Organisation.objects.create(slug="cdf", name="Children Diabetes Foundation", country="US")
    browser, address = client("scientific_officer"), f"{page_of(world)}102/invite/"
    assert "Children Diabetes Foundation (US)" in browser.get(address).content.decode()
    data = {"next_step": "Write", "is_mine": "on"}
    assert browser.post(address, {**data, "token": tokens.new()}).status_code == 422
    assert browser.post(address, {**data, "organisation": str(there.pk), "token": tokens.new()}).status_code == 302
    lead = Lead.objects.get()
    assert (lead.organisation, lead.owner and lead.owner.username, lead.route) == (there, "sven", "invited")
    html = browser.get(page_of(world)).content.decode()
    assert html.count(f'href="/office/leads/{lead.reference}/"') == 2  # on the shortlist, and beside the candidate


def test_invited_candidate_that_is_none_of_them_is_added(world: Candidates) -> None:
    Organisation.objects.create(slug="cdf", name="Children Diabetes Foundation", country="US")
    data = {"organisation": "new", "token": tokens.new()}
    assert client("scientific_officer").post(f"{page_of(world)}102/invite/", data).status_code == 302
    assert (Organisation.objects.get(pic="000000102").name, Lead.objects.get().owner) == (
        "CHILDREN'S DIABETES FOUNDATION",
        None,
    )


def test_lead_of_another_route_stands_beside_the_candidate(world: Candidates) -> None:
    lead = invite(SCIENCE, world.of_idea, world.past(103), Invitation())
    Lead.objects.filter(pk=lead.pk).update(topic=world.topic, idea=None, route="knocks")
    html = client("scientific_officer").get(page_of(world)).content.decode()
    assert (lead.reference in html, "Came by itself, stands in “New”" in html) == (True, True)


def test_log_has_every_candidate_in_its_place_as_csv(world: Candidates) -> None:
    client("scientific_officer").get(page_of(world), {"kind": "giving"})
    client("officer", "olga").get(page_of(world))
    auditor = client("auditor", "ada")
    html = auditor.get("/office/recommendations/", {"person": "Sven"}).content.decode()
    assert ("foundation or patient organisation" in html, "Olga" in html) == (True, False)
    text = auditor.get("/office/recommendations/", {"format": "csv", "person": "Sven"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(one["person"], one["place"], one["pic"], one["about"]) for one in rows] == [
        ("Sven", "1", "102", world.topic.code), ("Sven", "2", "103", world.topic.code), ("Sven", "3", "106", world.topic.code),
    ]  # fmt: skip
    assert {one["newcomer"] for one in rows} == {"True", "False"}
    assert auditor.get("/office/recommendations/", {"since": "2100-01-01", "format": "csv"}).content == b""
    assert auditor.get("/office/recommendations/", {"since": "yesterday", "until": "2026-02-31"}).status_code == 200


def test_log_tells_who_was_named_as_filling_a_gap_and_counts_nobody_twice(world: Candidates) -> None:
    client("scientific_officer").get(page_of(world), {"with": "100", "kind": "PRC"})
    row = ShownCandidates.objects.get()
    named = [each for each in row.candidates if "fills" in each]
    assert ({101, 104} <= {each["pic"] for each in named}, len(row.candidates) - len(named)) == (True, 2)
    auditor = client("auditor", "ada")
    html = auditor.get(reverse("office-shown-one", args=[row.pk])).content.decode()
    assert "Would fill what is missing (kind: research organisation)" in html
    listed = auditor.get("/office/recommendations/").content.decode()
    assert re.search(r">2<", listed) and not re.search(rf">{len(row.candidates)}<", listed)


def test_project_and_application_lead_to_what_their_consortium_lacks(world: Candidates) -> None:
    world.office.project("p1", world.topic)
    giver = world.office.organisation("Giver")
    Application.objects.create(
        scheme=world.office.row, reference="a-1", organisation=giver, role="partner", topic=world.topic,
        status_since_at=AT, made_at=AT,
    ).letters.create(number=1, written_at=AT)  # fmt: skip
    browser = client("officer", "olga")
    for address in ("/office/ihi/projects/p1/", "/office/applications/a-1/"):
        assert f'href="{page_of(world)}#missing"' in browser.get(address).content.decode()
    html = browser.get(page_of(world), {"with": "100"}).content.decode()
    assert ("Is a member already: applies with a-1." in html, "no known member is one." in html) == (True, True)


def test_past_pages_say_who_took_part_and_in_what(world: Candidates) -> None:
    browser = client("auditor", "ada")
    project = browser.get("/office/past/projects/1000/").content.decode()
    assert ("SUGAR0" in project, "Leads it" in project, "UNIVERSITY OF LEUVEN" in project) == (True, True, True)
    body = browser.get("/office/past/organisations/101/").content.decode()
    assert ("10 participations" in body, 'href="/office/past/projects/1000/"' in body) == (True, True)


def test_what_a_candidate_says_itself_of_the_field_is_its_first_reason(world: Candidates) -> None:
    row = Organisation.objects.create(slug="leuven", name="Leuven", pic="000000100")
    before = client("scientific_officer").get(page_of(world)).content.decode()
    for kind, text, ended in (
        ("need", "Better insulin pumps and screening of children with diabetes", None),
        ("offer", "Quays of concrete", None),
        ("interest", "Insulin pumps and screening of children with diabetes", AT.date()),
    ):
        row.interests.create(kind=kind, text=text, stated_on=AT.date(), ended_on=ended)
    page = client("scientific_officer").get(page_of(world)).content.decode()
    assert "says that it" not in before
    card = page.split('<li class="candidate">')[1]
    reasons = card.split('<ul class="reasons">')[1].split("</ul>")[0]
    assert reasons.startswith(
        "<li>says that it needs “Better insulin pumps and screening of children with diabetes”, said on 1 March 2024: "
        '<a href="/office/partners/leuven/">what it says</a></li>'
    )
    # What it offers is about something else, and what it was interested in no longer holds; three reasons stay.
    assert (page.count("says that it"), reasons.count("<li>")) == (1, 3)


def test_those_who_are_one_stand_on_one_card(world: Candidates) -> None:
    one = Organisation.objects.create(slug="leuven", name="Leuven", pic="000000100")
    CorpusLink.objects.create(organisation=one, past_organisation=world.past(104), basis="stated", recorded_at=AT)
    page = client("scientific_officer").get(page_of(world)).content.decode()
    assert page.count('href="/office/past/organisations/104/"') == 1
    assert "Accepted as one with it: " in page.split('<li class="candidate">')[1]
