"""A bar and a table of one topic, call, contribution or decision for other sites: with what anybody may read, and no more."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Final

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.boards import HELD_ON, SECRETARY, Board
from tests.books import MILLION, Office, fund, shipped
from tests.worlds import world

from cofund.actions.governance import deciding
from cofund.queries import call_money, clock, schemes
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Topic

pytestmark = pytest.mark.django_db
BASE: Final = "/programmes/imi2"
CALL: Final = "CALL/1"
# Page, and its pieces with what each says; the reference of the contribution is filled in.
PIECES: Final = (
    (f"{BASE}/topics/T1/", "/embed/imi2/topics/T1/", ("EUR 5,000,000", "Match of partners, public")),
    (f"{BASE}/topics/T1/", "/embed/imi2/topics/T1/contributions/", ("Open Trust", "5,000,000")),
    (f"{BASE}/calls/{CALL}/", f"/embed/imi2/calls/{CALL}/", ("EUR 14,000,000", "Match of partners, public")),
    (f"{BASE}/calls/{CALL}/", f"/embed/imi2/call-topics/{CALL}/", (">T1<", ">T2<", "P1")),
    ("/contributions/{}/", "/embed/contributions/{}/", ("EUR 5,000,000", "Match, public", "P1: contribution of Open Trust")),
    ("/contributions/{}/", "/embed/contributions/{}/versions/", ("5,000,000", "first stated")),
)  # fmt: skip


@world
def given() -> Contribution:
    """A public contribution of five million and its project, and a pledge of nine that is not public, in the topics of one call."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    call = Call.objects.create(scheme=office.row, code=CALL, name="The first")
    made = office.pledge(5 * MILLION, "Open Trust", kind="FC_JU").contribution
    office.endorse(made)
    office.reserve()
    office.commit()
    office.pledge(9 * MILLION, "Secret Trust", kind="FC_JU", target=Target(topic=office.topic("T2")))
    Topic.objects.update(call=call)
    return made


def _officer() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("olga", role="officer"))
    return client


def _sources(client: Client, page: str) -> list[str]:
    """The pieces that a page offers, without the host."""
    text = html.unescape(client.get(page).text)
    found = re.findall(r'<iframe src="([^"]+)" title="[^"]+" width="100%" height="\d+" loading="lazy"></iframe>', text)
    return [one.removeprefix(settings.COFUND_SITE_URL) for one in found]


@pytest.mark.parametrize(("page", "piece", "said"), PIECES, ids=[one[1] for one in PIECES])
def test_piece_stands_in_a_frame_leads_back_and_says_what_anybody_may_read(
    client: Client, given: Contribution, page: str, piece: str, said: tuple[str, ...]
) -> None:
    page, piece = page.format(given.reference), piece.format(given.reference)
    assert piece in _sources(client, page)
    for reader in (client, _officer()):
        answer = reader.get(piece)
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert not answer.has_header("X-Frame-Options")
        assert not answer.cookies
        assert f'href="{settings.COFUND_SITE_URL}{page}"' in answer.text
        assert [words for words in said if words not in html.unescape(answer.text)] == []
        assert [words for words in ("Secret Trust", "olga", "<script") if words in answer.text] == []
    assert client.get(piece, {"as_of": "never"}).status_code == 400


@pytest.mark.parametrize("piece", [one[1] for one in PIECES if "call-topics" not in one[1]])
def test_piece_of_a_day_before_has_no_money(client: Client, given: Contribution, piece: str) -> None:
    for asked in ({"as_of": "2014-01-01"}, {"known_on": "2014-01-01"}):
        answer = client.get(piece.format(given.reference), asked)
        assert answer.status_code == 200
        assert "000,000" not in answer.text
        assert ("1 January 2014" in answer.text, "as_of=2014-01-01" in answer.text) == (True, "as_of" in asked)


@pytest.mark.parametrize("page", [f"{BASE}/topics/T1/", f"{BASE}/calls/{CALL}/", "/contributions/{}/"])
def test_page_of_a_past_day_gives_pieces_of_that_day_in_its_language(
    client: Client, given: Contribution, page: str
) -> None:
    page = page.format(given.reference)
    assert len(_sources(client, page)) == 2
    for source in _sources(client, f"/fr{page}"):
        assert source.startswith("/fr/embed/")
        assert '<html lang="fr">' in client.get(source).text
    if "calls" not in page:
        assert all(one.endswith("/?as_of=2020-01-31") for one in _sources(client, f"{page}?as_of=2020-01-31"))


def test_contribution_that_is_not_public_has_no_piece(client: Client, given: Contribution) -> None:
    secret = Contribution.objects.exclude(pk=given.pk).get().reference
    for path in (f"/embed/contributions/{secret}/", f"/embed/contributions/{secret}/versions/"):
        for reader in (client, _officer()):
            answer = reader.get(path)
            assert (answer.status_code, answer.has_header("X-Frame-Options")) == (404, True)
        User.objects.all().delete()
    assert _sources(_officer(), f"/contributions/{secret}/") == []


@pytest.mark.parametrize(
    "piece",
    [
        *("/embed/imi2/topics/none/", "/embed/imi2/topics/none/contributions/", "/embed/none/topics/T1/"),
        *("/embed/imi2/calls/none/", "/embed/imi2/call-topics/none/", "/embed/contributions/none/"),
        *("/embed/contributions/none/versions/", "/embed/imi2/decisions/D1/", "/embed/none/decisions/D1/"),
    ],
)
def test_piece_of_nothing_public_is_not_there(client: Client, given: Contribution, piece: str) -> None:
    """The board's decision on the topic is not published."""
    answer = client.get(piece)
    assert (answer.status_code, answer.has_header("X-Frame-Options")) == (404, True)


def test_page_of_a_call_shows_the_money_behind_its_topics(client: Client, given: Contribution) -> None:
    text = client.get(f"{BASE}/calls/{CALL}/").text
    assert ('id="money-heading"' in text, "EUR 14,000,000" in text) == (True, True)
    Topic.objects.filter(code="T2").update(call=None)
    text = client.get(f"{BASE}/calls/{CALL}/").text
    assert ("EUR 5,000,000" in text, "14,000,000" in text) == (True, False)
    Topic.objects.update(call=None)
    assert 'id="money-heading"' not in client.get(f"{BASE}/calls/{CALL}/").text


def test_money_of_a_call_counts_each_award_and_contribution_once(db: None) -> None:
    """Two projects of one topic share its award; a third topic has none, and a project without a topic is the call's own."""
    office = Office.with_scheme(fund(cap="1_000_000_000"), "fund")
    call = Call.objects.create(scheme=office.row, code="C", name="")
    shared, single = office.topic("T1"), office.topic("T2")
    office.award(10_00, Target(topic=shared))
    first, second = office.project("p1", shared), office.project("p2", shared)
    for project in (first, second):
        office.pledge(3_00, "A", target=Target(topic=shared, project=project))
    office.pledge(1_00, "A", target=Target(topic=single, project=office.project("p3", single)))
    alone = office.project("p4")
    alone.call = call
    alone.save()
    office.award(7_00, Target(project=alone))
    office.pledge(2_00, "B", target=Target(project=alone))
    office.pledge(50_00, "B", target=Target(topic=office.topic("T9")))
    Topic.objects.filter(code__in=("T1", "T2")).update(call=call)
    rules = schemes.current("fund")[0]
    behind = call_money.of_call(rules, call, [shared, single], clock.today())
    assert [(one.target.code, one.funding.public_cents) for one in behind] == [
        ("topic/T1", 10_00),
        ("project/p3", 1_00),
        ("project/p4", 7_00),
    ]
    found = call_money.parts(rules, behind)
    assert found.main_cents + found.match_cents == 18_00
    assert [(one.label, one.cents) for one in found.partners] == [("Partners: Money", 9_00)]
    office.award(4_00, Target(project=first))
    behind = call_money.of_call(rules, call, [shared, single], clock.today())
    assert {one.target.code: one.funding.public_cents for one in behind}["project/p1"] == 4_00
    assert sum(part.cents for part in call_money.parts(rules, behind).partners) == 9_00


def test_piece_of_a_decision_says_what_was_decided_when_by_whom_and_of_what_votes(client: Client, db: None) -> None:
    board = Board.of_ihi()
    meeting = board.meeting()
    item = board.item(meeting)
    board.attend(meeting)
    board.conflict(item, "EFPIA")
    board.vote(item, "yes", "Union", "COCIR", "EuropaBio")
    board.vote(item, "no", "MedTech Europe")
    decision = board.decide(item).decision
    assert decision is not None
    page, piece = f"/programmes/ihi/decisions/{decision.number}/", f"/embed/ihi/decisions/{decision.number}/"
    assert client.get(piece).status_code == 404
    deciding.publish(SECRETARY, decision)
    assert _sources(client, page) == [piece]
    answer = client.get(piece)
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    wanted = (
        decision.number,
        decision.title,
        f"{HELD_ON.day} March 2024",
        board.group.name,
        "Adopted",
        "85.7",
        "75 of 87.5 points",
    )
    assert [words for words in wanted if words not in html.unescape(answer.text)] == []
    assert "<figure" not in answer.text
    before = client.get(piece, {"known_on": "2024-03-05"}).text
    assert (decision.title in before, "was not there on this day" in before) == (False, True)


def test_call_and_its_pieces_ask_the_database_as_often_for_many_topics_as_for_one(
    client: Client, given: Contribution
) -> None:
    office, call = Office("imi2"), Call.objects.get()
    paths = (f"{BASE}/calls/{CALL}/", f"/embed/imi2/calls/{CALL}/", f"/embed/imi2/call-topics/{CALL}/")

    def asked() -> list[int]:
        counts = []
        for path in paths:
            # Something is written, so that nothing that was kept is used again.
            Call.objects.update(note=f"{path} {Topic.objects.count()}")
            with CaptureQueriesContext(connection) as found:
                assert client.get(path).status_code == 200
            counts.append(len(found))
        return counts

    asked()
    for_two = asked()
    for number in range(3, 7):
        topic = office.topic(f"T{number}")
        target = Target(topic=topic)
        office.endorse(office.pledge(1 * MILLION, f"Trust {number}", kind="FC_JU", target=target).contribution)
        office.reserve(target)
        office.commit(target, office.project(f"p{number}", topic))
    Topic.objects.update(call=call)
    # What was booked is read once, by whoever comes first.
    asked()
    assert asked() == for_two
    assert "EUR 18,000,000" in client.get(paths[1]).text


def test_past_page_of_a_topic_says_what_is_as_it_stands_today(client: Client, db: None) -> None:
    """And leaves out what is still open, of which the history tells nothing: also its bar, and the answer of the API."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.award(10 * MILLION)
    office.pledge(4 * MILLION, "Open Trust", kind="FC_JU")
    for path in (f"{BASE}/topics/T1/", "/embed/imi2/topics/T1/"):
        text = client.get(path).text
        assert ("Still open" in text, "As it stands today" in text) == (True, False)
        yesterday = clock.today() - timedelta(days=1)
        for asked in ({"known_on": clock.today().isoformat()}, {"as_of": yesterday.isoformat()}):
            text = client.get(path, asked).text
            assert "Still open" not in text
            assert ("could still unlock</dt>" in text, "As it stands today" in text) == (False, "embed" not in path)
    answers = [
        client.get("/api/v1/programmes/imi2/topics/T1", asked).json()
        for asked in ({}, {"known_on": str(clock.today())})
    ]
    assert [one["could_still_unlock"] is None for one in answers] == [False, True]
