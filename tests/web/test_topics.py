"""Pages about ideas and topics: numbers of queries, forms that keep what was typed, and what the public reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import worlds
from tests.books import MILLION
from tests.topics import NEW_TEXT, SCIENCE, Topics

from cofund.actions import calls, consultations, provenance, public_comments, topic_texts
from cofund.actions.calls import Indicated
from cofund.actions.provenance import NewCredit
from cofund.queries import chains, clock, pending_comments
from cofund.queries.pools import Target
from cofund.queries.publication import Audience
from cofund.records.directory.models import Message
from cofund.records.programme.models import (
    Call,
    CallResult,
    Comment,
    Consultation,
    Idea,
    PendingComment,
    Proposal,
    Topic,
)
from cofund.rules import roles
from cofund.web.office import tokens
from cofund.web.public import presenters_chain


@worlds.world
def world() -> Topics:
    """The Diabetes group with JDRF's seat."""
    return Topics.make()


@pytest.fixture
def officer(world: Topics) -> Client:
    """A scientific officer who is signed in."""
    client = Client()
    client.force_login(world.person(roles.SCIENTIFIC_OFFICER))
    return client


def rich(world: Topics, number: int) -> Topic:
    """A topic with everything: versions, a pledge that was asked about, comments, credits, an idea, proposals."""
    topic = world.written(f"T{number}")
    world.office.pledge(MILLION, f"Trust {number}", kind="FC_JU", target=Target(topic=topic))
    topic_texts.write(SCIENCE, topic, "Title", NEW_TEXT, "More")
    for group in (world.states, None):
        made = world.consulted(topic, group, days_ago=5)
        for _ in range(number):
            world.comment(made)
    giver = world.office.organisation(f"Trust {number}")
    provenance.credit(SCIENCE, topic, NewCredit("scoped", giver))
    world.idea(f"Idea {number}", Idea.Status.ACCEPTED, topic=topic, is_public=True)
    Proposal.objects.create(topic=topic, code=f"P-{number}", result="selected")
    topic.refresh_from_db()
    return topic


def queries(client: Client, address: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_topic_lists_what_is_meant_with_the_way_to_take_it_back(world: Topics, officer: Client) -> None:
    topic = world.written("T1")
    made = calls.state_contribution(SCIENCE, topic, Indicated("partner", 7 * MILLION))
    other = calls.state_contribution(SCIENCE, topic, Indicated("public", 14 * MILLION))
    address = reverse("office-topic", args=["imi2", "T1"])
    hrefs = [reverse("office-indicative-remove", args=["imi2", "T1", one.pk]) for one in (made, other)]
    html = officer.get(address).content.decode()
    assert [f'href="{href}"' in html for href in hrefs] == [True, True]
    assert "Take it back" in officer.get(hrefs[0]).content.decode()
    assert officer.post(hrefs[0], {"token": tokens.new()}).url == address
    html = officer.get(address).content.decode()
    assert [f'href="{href}"' in html for href in hrefs] == [False, True]
    reader = Client()
    reader.force_login(world.person(roles.AUDITOR))
    html = reader.get(address).content.decode()
    assert ("What each source is meant to give" in html, hrefs[1] in html) == (True, False)


ANN = {"text": "Say more", "author_name": "Ann", "email": "ann@example.org"}


def comment_link() -> str:
    """The path of the link in the last e-mail that asks to confirm a comment."""
    text = Message.objects.filter(purpose="confirm comment").latest("pk").text
    return next(line for line in text.splitlines() if line.startswith("http")).removeprefix("http://127.0.0.1:8000")


LISTS: dict[str, Callable[[], str]] = {
    "ideas": lambda: reverse("office-ideas"),
    "board": lambda: reverse("office-ideas") + "?view=board",
    "consultations": lambda: reverse("office-consultations"),
    "confirmations": lambda: reverse("office-confirmations") + "?state=all",
    "topics": lambda: reverse("office-topics", args=["imi2"]),
    "calls": lambda: reverse("office-calls", args=["imi2"]),
    "register": lambda: reverse("ideas"),
    "public calls": lambda: reverse("calls", args=["imi2"]),
}


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_the_same_for_one_row_and_for_three(officer: Client, world: Topics, name: str) -> None:
    after, warm = [], []
    for number in (1, 2, 3):
        rich(world, number)
        made = Call.objects.create(scheme=world.office.row, code=f"C{number}")
        CallResult.objects.create(call=made, submitted_count=number)
        for counts in (after, warm):
            counts.append(queries(officer, LISTS[name]()))
    assert warm[0] == warm[2]
    # The very first reader reads a book whole; from then on what a booking changed is read, however much there is.
    assert after[1] == after[2]


@pytest.mark.parametrize("page", ["office-topic", "topic", "topic-chain"])
def test_page_of_a_topic_asks_the_same_however_much_there_is(officer: Client, world: Topics, page: str) -> None:
    topic = rich(world, 1)
    address = reverse(page, args=["imi2", topic.code])
    # What is told by the end of a book is asked for once; the first answer after a booking is not the one that counts.
    officer.get(address)
    before = queries(officer, address)
    public = topic.consultations.get(group=None)
    for number in range(3):
        world.comment(public)
        provenance.credit(SCIENCE, topic, NewCredit("drafted", name=f"Author {number}"))
        world.idea(f"More {number}", Idea.Status.ACCEPTED, topic=topic, is_public=True)
        Proposal.objects.create(topic=topic, code=f"Q-{number}", result="selected")
    assert queries(officer, address) == before


def test_page_of_a_call_asks_the_same_for_one_topic_and_for_three(client: Client, world: Topics) -> None:
    call, counts = world.call(), []
    # What is public of the programme is read once, by whoever comes first.
    client.get(reverse("call", args=["imi2", call.code]))
    for number in (1, 2, 3):
        world.office.project(f"p{number}", world.topic(f"T{number}", "granted", call=call))
        counts.append(queries(client, reverse("call", args=["imi2", call.code])))
    assert counts[0] == counts[2]
    assert client.get(reverse("call", args=["imi2", "no-such-call"])).status_code == 404


def test_list_of_ideas_filters_in_words_and_counts_what_each_tile_opens(officer: Client, world: Topics) -> None:
    for number in range(3):
        world.idea(f"Idea {number}")
    world.idea("Other", Idea.Status.PARKED, seat=None)
    rows = officer.get(reverse("office-ideas"), {"status": "parked", "format": "json"}).json()["rows"]
    assert [row["title"] for row in rows] == ["Other"]
    rows = officer.get(reverse("office-ideas"), {"route": "seated", "words": "idea 1", "format": "json"}).json()["rows"]
    assert [row["title"] for row in rows] == ["Idea 1"]
    tiles = officer.get(reverse("office-ideas")).context["tiles"]
    for tile in tiles:
        assert len(officer.get(tile.href + "&format=json").json()["rows"]) == tile.value


def test_list_of_topics_shows_the_money_behind_each(officer: Client, world: Topics) -> None:
    topic = world.topic("T1")
    world.office.award(4 * MILLION, Target(topic=topic))
    world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic))
    world.topic("T2", "scoping")
    world.topic("T3", "dropped")
    html = officer.get(reverse("office-topics", args=["imi2"])).content.decode()
    places = [html.index(f">{code}</a>") for code in ("T2", "T1", "T3")]
    assert (places == sorted(places), html.count(">EUR 6,000,000<")) == (True, 1)
    only = officer.get(reverse("office-topics", args=["imi2"]), {"status": "dropped"}).content.decode()
    assert [only.count(f">{code}</a>") for code in ("T1", "T2", "T3")] == [0, 0, 1]


def test_granted_topic_shows_the_money_of_its_project(officer: Client, world: Topics) -> None:
    topic = world.topic("T1", "granted")
    world.office.pledge(3 * MILLION, "JDRF", kind="FC_JU", target=Target(project=world.office.project("p1", topic)))
    html = officer.get(reverse("office-topic", args=["imi2", "T1"])).content.decode()
    assert html.count('<data class="money" value="3000000.00" title="EUR 3,000,000.00">EUR 3.0 m</data>') >= 1


def test_long_list_of_ideas_is_shown_a_page_at_a_time(officer: Client, world: Topics) -> None:
    for number in range(28):
        world.idea(f"Idea {number}")
    first, second = (officer.get(reverse("office-ideas"), {"page": page}).content.decode() for page in ("1", "2"))
    assert [html.count('<th scope="row"') for html in (first, second)] == [25, 3]
    assert "25 of 28 ideas" in first


def test_form_keeps_what_was_typed_and_leads_to_what_is_missing(officer: Client, world: Topics) -> None:
    world.idea(status=Idea.Status.IN_REVIEW)
    address = reverse("office-idea-act", args=["imi2-idea-1", "accept"])
    answer = officer.post(address, {"code": "T-7", "reason": "It fits", "token": tokens.new()})
    html = answer.content.decode()
    assert (answer.status_code, html.count('value="T-7"'), html.count('href="#id_title"')) == (422, 1, 1)
    assert "It fits" in html


def test_same_form_sent_twice_is_done_once(officer: Client, world: Topics) -> None:
    topic = world.written()
    address = reverse("office-topic-write", args=["imi2", topic.code])
    data = {**NEW_TEXT, "title": "T", "reason": "R", "is_material": "yes", "seen": "1", "token": tokens.new()}
    answers = [officer.post(address, data) for _ in range(2)]
    assert ([one.status_code for one in answers], topic.versions.count()) == ([302, 302], 2)
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_difference_is_marked_without_colour(officer: Client, world: Topics) -> None:
    topic = world.written()
    topic_texts.write(SCIENCE, topic, "Title of T1", NEW_TEXT, "More")
    html = officer.get(
        reverse("office-topic-text", args=["imi2", topic.code]), {"version": "2", "compared_with": "1"}
    ).content.decode()
    assert html.count("<ins>") - 1 == 1
    assert "1 word added, 0 removed" in html
    assert "[added:" in html


def test_public_reads_the_text_once_it_is_consulted_on(officer: Client, world: Topics, client: Client) -> None:
    topic = world.written()
    address = reverse("topic", args=["imi2", topic.code])
    assert "Too little is known." not in client.get(address).content.decode()
    world.consulted(topic)
    html = client.get(address).content.decode()
    assert ("Too little is known." in html, "Comment on the text" in html) == (True, True)


def test_public_comment_is_kept_and_answered_in_public(world: Topics, client: Client) -> None:
    topic = world.written()
    world.consulted(topic)
    address = reverse("topic-comment", args=["imi2", topic.code])
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"text": "Say more", "token": tokens.new()})
    assert (wrong.status_code, "Say more" in wrong.content.decode()) == (422, True)
    assert client.post(address, {**ANN, "token": tokens.new()}).status_code == 302
    client.post(comment_link())
    made = Comment.objects.get()
    consultations.answer(SCIENCE, made, "accepted", "Said in the scope")
    html = client.get(reverse("topic", args=["imi2", topic.code])).content.decode()
    assert ("Say more" in html, "Said in the scope" in html) == (True, True)


def test_public_comment_is_shown_only_once_its_address_is_confirmed(world: Topics, client: Client) -> None:
    topic = world.written()
    world.consulted(topic)
    address = reverse("topic-comment", args=["imi2", topic.code])
    assert client.post(address, {**ANN, "email": "", "token": tokens.new()}).status_code == 422
    answer = client.post(address, {**ANN, "token": tokens.new()}, follow=True)
    assert "Look into your mail" in answer.text
    assert Comment.objects.count() == 0
    link = comment_link()
    page = client.get(link).text
    assert ("Say more" in page, "Yes, show it" in page, Comment.objects.count()) == (True, True, 0)
    assert "Say more" not in client.get(reverse("topic", args=["imi2", topic.code])).text
    assert [client.post(link).status_code for _ in range(2)] == [302, 302]
    made = Comment.objects.get()
    assert (made.text, made.author_name, made.answer) == ("Say more", "Ann", "")
    assert "Say more" in client.get(reverse("topic", args=["imi2", topic.code])).text
    kept = PendingComment.objects.get()
    assert (kept.email, kept.text, kept.author_name) == ("", "", "")
    assert "confirm/" not in Message.objects.get(purpose="confirm comment").text


def test_link_of_a_comment_that_does_not_work_answers_alike(world: Topics, client: Client) -> None:
    topic = world.written()
    made = world.consulted(topic)
    client.post(reverse("topic-comment", args=["imi2", topic.code]), {**ANN, "token": tokens.new()}, follow=True)
    link = comment_link()
    forged = reverse("comment-confirm", args=[pending_comments.signed("no such token")])
    answers = [client.get(f"{link[:-3]}xx/"), client.get(forged)]
    assert ({answer.status_code for answer in answers}, len({answer.content for answer in answers})) == ({404}, 1)
    today = clock.today()
    Consultation.objects.filter(pk=made.pk).update(
        opens_on=today - dt.timedelta(days=9), closes_on=today - dt.timedelta(days=1)
    )
    assert (client.post(link).status_code, Comment.objects.count()) == (404, 0)
    PendingComment.objects.update(made_at=clock.now() - dt.timedelta(days=7))
    assert public_comments.erase_outdated() == 1
    assert (PendingComment.objects.count(), Message.objects.filter(purpose="confirm comment").count()) == (0, 0)


def test_flood_of_comments_from_one_address_is_answered_so(world: Topics, client: Client) -> None:
    topic = world.written()
    world.consulted(topic)
    address = reverse("topic-comment", args=["imi2", topic.code])
    answers = [client.post(address, {**ANN, "token": tokens.new()}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 6 + [429]
    assert "Too many comments came from this e-mail address" in answers[-1].text
    many = [client.post(address, {**ANN, "email": f"a{n}@example.org", "token": tokens.new()}) for n in range(15)]
    assert [answer.status_code for answer in many] == [302] * 14 + [429]
    assert "Too many comments came from your network" in many[-1].text


def test_partner_who_is_signed_in_comments_without_a_link(world: Topics, client: Client) -> None:
    topic = world.written()
    world.consulted(topic)
    client.force_login(world.person(roles.PARTNER))
    address = reverse("topic-comment", args=["imi2", topic.code])
    assert 'name="email"' not in client.get(address).text
    assert client.post(address, {"text": "Yes", "author_name": "Ann", "token": tokens.new()}).status_code == 302
    assert Comment.objects.get().text == "Yes"


def test_conflict_is_public_from_the_stage_on_that_the_scheme_publishes(world: Topics, client: Client) -> None:
    topic = world.written()
    giver = world.office.organisation("Trust")
    provenance.credit(SCIENCE, topic, NewCredit("proposed", giver))
    made = world.office.pledge(MILLION, "Trust", kind="FC_JU", target=Target(topic=topic)).contribution
    for name in ("topic", "topic-chain"):
        assert "Conflict of interest to note" not in client.get(reverse(name, args=["imi2", topic.code])).text
    chain = chains.of_topic(topic)
    assert presenters_chain.conflicts(chain, Audience(published=frozenset({made.pk + 1}))) == []
    (note,) = presenters_chain.conflicts(chain, Audience(published=frozenset({made.pk})))
    assert note.text.startswith(
        "Trust proposed this topic, and a contribution of its own depends on it (EUR 1,000,000, alone)."
    )
    officer = Client()
    officer.force_login(world.person(roles.OFFICER))
    assert "Conflict of interest to note" in officer.get(reverse("topic", args=["imi2", topic.code])).text


def test_flood_of_ideas_is_answered_so(world: Topics, client: Client) -> None:
    said = {"scheme": "imi2", "title": "T", "challenge": "C", "proposer_name": "A", "proposer_email": "a@example.org"}
    answers = [client.post(reverse("idea-suggest"), {**said, "token": tokens.new()}).status_code for _ in range(6)]
    assert (answers, Idea.objects.count()) == ([302] * 5 + [429], 5)


def test_form_without_a_token_of_this_site_is_refused(world: Topics, client: Client) -> None:
    said = {"scheme": "imi2", "title": "T", "challenge": "C", "proposer_name": "A", "proposer_email": "a@example.org"}
    assert (client.post(reverse("idea-suggest"), said).status_code, Idea.objects.count()) == (422, 0)


def test_idea_without_consent_shows_nowhere_in_public(world: Topics, client: Client) -> None:
    topic = world.topic()
    world.idea("A secret idea", Idea.Status.ACCEPTED, topic=topic)
    pages = [reverse("ideas"), reverse("topic", args=["imi2", "T1"]), reverse("topic-chain", args=["imi2", "T1"])]
    assert [client.get(page).content.decode().count("A secret idea") for page in pages] == [0, 0, 0]
    assert client.get(reverse("idea", args=["imi2-idea-1"])).status_code == 404


def test_chain_is_walked_both_ways(world: Topics, client: Client) -> None:
    topic = world.topic("T1", "granted", call=world.call(name="Call one"))
    world.office.project("alpha", topic)
    world.idea("An open idea", Idea.Status.ACCEPTED, topic=topic, is_public=True)
    Proposal.objects.create(topic=topic, code="P-1", acronym="ALPHA", result="selected")
    Proposal.objects.create(topic=topic, code="P-2", acronym="LOSER", result="below")
    chain = reverse("topic-chain", args=["imi2", "T1"])
    html = client.get(chain).content.decode()
    stops = [
        reverse("idea", args=["imi2-idea-1"]),
        reverse("topic", args=["imi2", "T1"]),
        reverse("call", args=["imi2", "call-1"]),
    ]
    stops.append(reverse("project", args=["imi2", "alpha"]))
    assert [f'href="{stop}"' in html for stop in stops] == [True] * 4
    back = [client.get(stop).content.decode().count(f'href="{chain}"') > 0 for stop in stops]
    assert back == [True] * 4
    # The call is reached from the topic, the project and the list of calls, and leads back to each of them.
    called = client.get(stops[2]).text
    for other in (stops[1], stops[3], reverse("calls", args=["imi2"])):
        assert (other, f'href="{other}"' in called, f'href="{stops[2]}"' in client.get(other).text) == (
            other,
            True,
            True,
        )
    assert ("ALPHA" in html, "LOSER" in html) == (True, False)


def test_wrong_file_of_results_is_told_cell_by_cell(officer: Client, world: Topics) -> None:
    address = reverse("office-results", args=["imi2"])
    answer = officer.post(address, {"file": SimpleUploadedFile("r.csv", b"topic,proposal,stage,result\nT9,P,7,won\n")})
    html = answer.content.decode()
    assert (answer.status_code, Proposal.objects.count()) == (422, 0)
    assert [html.count(text) for text in ("A stage is 1 or 2.", "A result is one of:")] == [1, 1]
    none = officer.post(address, {})
    assert (none.status_code, none.content.decode().count('href="#id_file"')) == (422, 1)
    forged = officer.post(address, {"step": "import", "carried": "bm90aGluZw=="})
    assert (forged.status_code, Proposal.objects.count()) == (422, 0)


def test_response_table_is_a_file_too(officer: Client, world: Topics) -> None:
    made = world.consulted(world.written())
    world.comment(made, "=SUM(1)")
    answer = officer.get(reverse("office-consultation", args=[made.pk]), {"format": "csv"}).content.decode()
    assert "'=SUM(1)" in answer
