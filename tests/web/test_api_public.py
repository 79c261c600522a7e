"""What everybody reads through the API of stories, boards, figures and documents: as the pages say it, and no more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import publishing, stories
from tests.api_reading import ROOT, read, status
from tests.boards import HELD_ON, SECRETARY, Board
from tests.books import DAY, MILLION, OPERATOR, Office, shipped
from tests.stories import Stories

from cofund.actions import published
from cofund.actions.governance import cancelling, deciding, meetings
from cofund.queries import clock, success
from cofund.queries.pools import Target
from cofund.records.programme.models import Decision, Group, Meeting, Scheme, Seat

pytestmark = pytest.mark.django_db


def test_story_is_told_with_the_figures_of_now(client: Client) -> None:
    world = Stories.make()
    out = world.story("published", body="It gives {{ partner.given }}.")
    told = read(client, "stories")["items"]
    assert [(one["id"], one["partners"][0]["id"], one["projects"][0]["id"]) for one in told] == [
        (out.slug, "jdrf", "p1")
    ]
    full = read(client, told[0]["href"])
    assert {name: full[name] for name in told[0]} == told[0]
    assert full["figures"][0]["said"] in full["html"]
    assert [full["figures"][0]["said"], full["figures"][0]["page"]] == ["EUR 3,000,000", "/partners/jdrf/"]


def test_story_that_is_not_out_is_not_there(client: Client) -> None:
    world = Stories.make()
    hidden = [world.story(state, title=f"It is {state}") for state in ("draft", "in_review", "withdrawn")]
    hidden.append(world.scheduled(2, title="It comes out"))
    assert read(client, "stories")["items"] == []
    assert [status(client, f"stories/{one.slug}") for one in hidden] == [404] * 4


def test_story_names_no_partner_whose_name_is_held_back(client: Client) -> None:
    world = Stories.make()
    out = world.story("published")
    publishing.hold(world.office, world.jdrf, "name")
    assert [read(client, "stories")["items"][0]["partners"], read(client, f"stories/{out.slug}")["partners"]] == [
        [],
        [],
    ]


def test_meeting_is_told_once_its_agenda_is_published_and_a_result_with_its_decision(client: Client) -> None:
    board = Board.of_ihi()
    meeting = board.meeting()
    item, open_one = board.item(meeting), board.item(meeting, "Waits")
    board.annex(item)
    board.annex(open_one, is_confidential=False)
    board.attend(meeting)
    decision = board.decide(item, by_consensus=True).decision
    assert decision is not None
    path = f"programmes/ihi/meetings/{meeting.pk}"
    assert [read(client, "programmes/ihi/meetings")["items"], status(client, path)] == [[], 404]
    meetings.publish_agenda(SECRETARY, meeting)
    (listed,) = read(client, "programmes/ihi/meetings")["items"]
    points = read(client, listed["href"])["points"]
    assert [(one["status"], one["decision"], len(one["papers"])) for one in points] == [
        ("decided", None, 0),
        ("tabled", None, 1),
    ]
    assert points[1]["papers"][0]["text"] == "What only the board reads"
    deciding.publish(SECRETARY, decision)
    told = read(client, path)["points"][0]
    assert [told["status"], told["decision"]["id"]] == ["adopted", decision.number]
    full = read(client, told["decision"]["href"])
    assert [full["result"], full["yes_share"], full["text"]] == ["adopted", None, decision.text or None]


def test_meeting_is_told_as_cancelled(client: Client) -> None:
    board = Board.of_ihi()
    meeting = board.meeting(clock.today() + dt.timedelta(days=9), is_open=False)
    board.item(meeting)
    meetings.publish_agenda(SECRETARY, meeting)
    cancelling.cancel_meeting(SECRETARY, meeting, "The hall is flooded")
    text = client.get(f"{ROOT}/programmes/ihi/meetings/{meeting.pk}").text
    assert ["flooded" in text, '"is_cancelled": true' in text] == [False, True]


def test_group_tells_whom_a_seat_speaks_for_and_never_who_sits_in_it(client: Client) -> None:
    board = Board.of_ihi()
    Seat.objects.update(person="Ada Lovelace")
    (listed,) = read(client, "programmes/ihi/groups")["items"]
    answer = client.get(listed["href"])
    assert [listed["seats_now"], "Lovelace" in answer.text, "example.org" in answer.text] == [6, False, False]
    names = [one["speaks_for"] for one in answer.json()["seats"]]
    assert sorted(names) == sorted(board.seats)
    publishing.hold(board.office, board.office.organisation("COCIR"), "name")
    held = [one["speaks_for"] for one in read(client, listed["href"])["seats"]]
    assert sorted(held) == sorted([*(set(board.seats) - {"COCIR"}), "not published"])


def test_agenda_of_a_programme_that_publishes_none_stays_inside(client: Client) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    group = Group.objects.create(scheme=office.row, slug="board", name="Governing Board", kind="board")
    meeting = Meeting.objects.create(group=group, title="1st", held_on=DAY, agenda_published_at=clock.now())
    assert read(client, "programmes/imi2/meetings")["items"] == []
    for number in (meeting.pk, "0", "x", "9" * 30):
        assert status(client, f"programmes/imi2/meetings/{number}") == 404


def test_success_tells_the_figures_of_its_page(client: Client) -> None:
    publishing.programme()
    found, told = success.of_scheme("imi2", clock.today(), None), read(client, "programmes/imi2/success")
    # By hand: three partners with 3.1, 5.3 and 11.6 million each in a kind of its own, and nobody came again.
    cents = [row[0] for row in publishing.GIVEN if row[2] == "partner" and row[4] != "T3"]
    assert [told["contributions"], told["partners"], told["committed"]["amount_cents"]] == [3, 3, sum(cents)]
    (year,) = told["by_year"]
    assert [year["year"], year["partners"], year["new_partners"]] == [2015, 3, 3]
    assert year["committed"] == year["committed_so_far"] == told["committed"]
    assert year["matched_so_far"]["amount_cents"] == found.by_year[0].matched_sum_cents > 0
    assert sum(one["partners"] for one in told["by_kind"]) == 3
    assert told["largest_givers"][0] == {"givers": 1, "share": f"{max(cents) / sum(cents):.6f}"}
    assert [told["partners_who_committed_again"], told["median_days_to_the_second"]] == [0, None]


@pytest.mark.parametrize("day", ["0001-01-01", "2015-09-30"])
def test_success_is_of_the_day_that_is_asked_for(client: Client, day: str) -> None:
    publishing.programme()
    told = read(client, f"programmes/imi2/success?as_of={day}")
    assert [told["as_of"], told["partners"], told["by_year"], told["largest_givers"]] == [day, 0, [], []]


def test_way_to_one_for_one_is_told_as_on_its_page(client: Client) -> None:
    publishing.programme()
    told = read(client, "programmes/imi2/trajectory")
    committed = sum(row[0] for row in publishing.GIVEN if row[4] != "T3")
    assert told["committed"]["amount_cents"] == told["steps"]["committed"]["amount_cents"] == committed
    assert told["required"]["amount_cents"] - committed == told["missing"]["amount_cents"] > 0
    assert told["outcomes"][-1]["level"] == "even"
    assert [one["year"] for one in told["steps_by_year"]] == [2015]
    assert [told["is_lower_bound"], told["steps"]["validated"]["amount_cents"]] == [False, 0]
    # Of a record that is incomplete and has no report, nothing is known of what came.
    Scheme.objects.update(is_lower_bound=True)
    told = read(client, "programmes/imi2/trajectory")
    assert [told["is_lower_bound"], told["steps"]["validated"], told["steps_by_year"][0]["reported"]] == [
        True,
        None,
        None,
    ]


def test_amount_that_is_held_back_is_in_no_figure(client: Client) -> None:
    office = publishing.programme()
    paths = [f"programmes/imi2/{part}" for part in ("success", "trajectory")]
    before = [read(client, path)["committed"]["amount_cents"] for path in paths]
    publishing.hold(office, publishing.of("Sorrel Foundation"), "amount")
    after = [read(client, path)["committed"]["amount_cents"] for path in paths]
    hidden = next(row[0] for row in publishing.GIVEN if row[1] == "Sorrel Foundation")
    assert [one - other for one, other in zip(before, after, strict=True)] == [hidden, hidden]


def test_documents_lead_to_files_that_are_there(client: Client) -> None:
    publishing.programme()
    told = read(client, "programmes/imi2/documents")["items"]
    assert [one["id"] for one in told] == ["annual-report", "states", "article-116e"]
    for one in told:
        assert read(client, one["href"]) == one
        assert client.get(one["csv"])["Content-Type"].startswith("text/csv")
        assert client.get(one["excel"]).content[:2] == b"PK"
        assert client.get(one["page"]).status_code == 200
    assert status(client, "programmes/imi2/documents/ikaa-plan") == 404


def test_records_of_what_was_published_are_told_with_their_digests(client: Client) -> None:
    publishing.programme()
    rows = {row.what: row for row in published.record(OPERATOR, "imi2")}
    told = {one["what"]: one for one in read(client, "programmes/imi2/published")["items"]}
    assert told.keys() == rows.keys()
    row, one = rows["annual-report"], told["annual-report"]
    assert [one["year"], one["figures_sha256"], one["words_sha256"], one["chain"], one["last_entry"]] == [
        *(row.year, row.figures_digest, row.words_digest, row.last_hash, row.last_entry)
    ]
    assert told["figures"]["year"] is None


def test_what_is_found_leads_to_its_address_here(client: Client) -> None:
    world = Stories.make()
    world.story("published")
    told = {"published_at": clock.now(), "decided_on": DAY, "title": "Work plan"}
    Decision.objects.create(scheme=world.office.row, number="D/1", **told)
    found = read(client, "search?limit=100")
    kinds = {one["kind"] for one in found["items"]}
    assert kinds >= {"programme", "topic", "project", "partner", "contribution", "decision", "document", "story"}
    assert [one["href"] for one in found["items"] if client.get(one["href"]).status_code != 200] == []
    assert "Quiet Fund" not in str(found)
    assert found["total"] == len(found["items"]) == sum(found["facets"]["kind"].values())
    assert found["facets"]["programme"]["imi2"] <= found["total"]


def test_search_is_paged_and_says_where_a_question_is_cut(client: Client) -> None:
    Stories.make()
    whole = [one["href"] for one in read(client, "search?limit=100")["items"]]
    first, second = (read(client, f"search?limit=2&page={page}") for page in (1, 2))
    assert [one["href"] for one in (*first["items"], *second["items"])] == whole[:4]
    assert first["links"]["next"] == second["links"]["self"].replace("page=2&limit=2", "limit=2&page=2")
    assert read(client, f"search?words={'+'.join(f'word{number}' for number in range(40))}")["is_cut"] is True


@pytest.mark.parametrize("part", ["programmes/ihi/groups", "programmes/ihi/meetings", "stories", "search", "published"])
def test_lists_ask_as_often_for_three_rows_as_for_one(client: Client, part: str) -> None:
    board = Board.of_ihi()
    jdrf = board.office.organisation("JDRF")
    path = "programmes/ihi/published" if part == "published" else part

    def make(number: int) -> None:
        name = f"panel-{number}"
        group = Group.objects.create(scheme=board.office.row, slug=name, name=name, kind="panel")
        Meeting.objects.create(group=group, title=name, held_on=DAY, agenda_published_at=clock.now())
        stories.story_of(board.office, jdrf, "published")
        board.office.pledge(MILLION, f"Trust {number}", role="member", kind="IKOP", target=topic(number), on=HELD_ON)
        published.record(OPERATOR, "ihi")

    def topic(number: int) -> Target:
        return Target(topic=board.office.topic(f"T{number}"))

    def asked() -> int:
        client.get(f"{ROOT}/{path}")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{ROOT}/{path}").json()["total"] > 0
        return len(caught)

    make(1)
    one = asked()
    make(2)
    make(3)
    assert asked() == one
