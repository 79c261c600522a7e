"""The desk of every role: tiles open exactly what they count, tasks come first, and nothing grows with their number."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.books import MILLION, Office, shipped
from tests.nu import assert_valid_html
from tests.waiting import everything
from tests.worlds import world

from cofund.queries import clock, worklists
from cofund.queries.pools import Target
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import SOURCES, Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Lead, Topic, Vote
from cofund.web import lists
from cofund.web.office.desk import page as desk
from cofund.web.office.desk import page as page_of_desk

ROLES = tuple(User.Role.values)
KINDS = {source.kind for source in SOURCES}
# What waits for each role, in the order of the tiles.
WAITING = {
    "partner": {
        "confirmation": 1,
        "application_own": 1,
        "plan_own": 1,
        "report_own": 1,
        "instalment_own": 1,
        "notice_own": 1,
    },
    "delegate": {"item_vote": 1, "item_declare": 1, "consultation_open": 1},
    "officer": {
        "message_unsent": 1,
        "confirmation_withdraws": 1,
        "confirmation_talks": 1,
        "confirmation_late": 1,
        "lead_step": 1,
        "organisation_step": 1,
        "organisation_quiet": 1,
        "lead_stale": 1,
        "application_check": 1,
        "application_schedule": 1,
        "application_late": 1,
        "application_deferred": 1,
        "application_decide": 1,
        "application_next": 1,
        "application_condition": 1,
        "application_recheck": 1,
        "partner_recheck": 1,
        "plan_decide": 1,
        "endorsement": 1,
    },
    "scientific_officer": {"idea_triage": 1, "comment_answer": 1},
    "governance_officer": {"meeting_papers": 1, "decision_publish": 1, "message_unsent": 1, "plan_decide": 1},
    "finance_officer": {
        "report_check": 1,
        "instalment_late": 1,
        "instalment_invoice": 1,
        "notice_decide": 1,
        "endorsement": 1,
    },
    "auditor": {},
}


@world
def office() -> Office:
    """The book of IMI2."""
    return Office.with_scheme(shipped("imi2"), "imi2")


def signed_in(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def tiles(html: str) -> list[tuple[str, int]]:
    """The tiles that open a list: its address and the count."""
    found = re.findall(
        r'<p class="tile-label"><a href="([^"]+)">[^<]+</a></p>\s*<p class="tile-value[^"]*">([^\n]*)</p>', html
    )
    return [(unescape(href), int(re.sub(r"<[^>]+>|,", "", value))) for href, value in found]


@pytest.mark.parametrize("role", ROLES)
def test_each_tile_of_a_desk_opens_exactly_what_it_counts(office: Office, role: str) -> None:
    client = signed_in(everything(office)[role])
    found = tiles(client.get(reverse("desk")).content.decode())
    assert {href.split("kind=")[1]: count for href, count in found if "kind=" in href} == WAITING[role]
    for href, count in found:
        if "kind=" in href:
            assert len(client.get(f"{href}&format=json").json()["rows"]) == count
        else:
            shown = re.search(r'caption-count">\s*(\d+)', client.get(href).content.decode())
            assert (int(shown[1]) if shown else 0) == count


@pytest.mark.parametrize("role", ROLES)
def test_all_tasks_are_those_of_the_tiles_and_no_others(office: Office, role: str) -> None:
    client = signed_in(everything(office)[role])
    rows = client.get(reverse("office-tasks"), {"format": "json"}).json()["rows"]
    assert sorted(row["kind"] for row in rows) == sorted(WAITING[role])


@pytest.mark.parametrize("ask", [Ask(), Ask(newest_day_first=True), Ask(programme="imi2"), Ask(kind="idea_triage")])
def test_parts_of_the_tasks_are_those_of_the_whole_list(office: Office, ask: Ask) -> None:
    reader = Reader.of(everything(office, 3)["officer"], everybody=True)
    whole, count = listing.listed(reader, ask)
    assert len(whole) == count
    assert [task.due_on is None for task in whole] == sorted(task.due_on is None for task in whole)
    for size in (1, 4, 7):
        parts = [listing.listed(reader, ask, first=first, most=size)[0] for first in range(0, count, size)]
        assert [task for part in parts for task in part] == list(whole)


@pytest.mark.parametrize("role", ROLES)
def test_empty_desk_says_that_nothing_waits(office: Office, role: str) -> None:
    user = User.objects.create_user("alone", role=role)
    html = signed_in(user).get(reverse("desk")).content.decode()
    assert [html.count("Nothing waits for you."), html.count('class="tasks"')] == [1, 0]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["desk", "office-tasks"])
def test_page_asks_the_same_of_the_database_for_one_and_for_three(
    office: Office, role: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three of everything make more tasks than a page shows: on the first page would be fewer kinds than with one of everything.
    monkeypatch.setattr(lists, "PAGE_SIZE", 200)
    monkeypatch.setattr(page_of_desk, "MOST", 200)
    monkeypatch.setattr(desk, "MOST", 200)
    counts = []
    for number in (1, 2, 3):
        client = signed_in(everything(office, number)[role])
        # What is told by the end of a book is asked for once; the first answer after a booking is not the one that counts.
        client.get(reverse(page))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(page)).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_every_kind_of_task_is_made_by_the_tests(office: Office) -> None:
    told = {"confirmation_waiting", "text_told", "interest_unconfirmed", "notice_running"}
    # What the rules of a programme ask for around today has tests of its own, with the day given.
    # So has what is left of a project that ended (`tests/integration/test_tasks_of_ends.py`).
    told |= {"plan_due", "report_due", "project_short"}
    # And an embargo that ends (`tests/web/test_permissions_publication.py`).
    told |= {"embargo_ends"}
    # And stories (`tests/web/test_stories_waiting.py`).
    told |= {"story_review", "story_change"}
    assert {kind for kinds in WAITING.values() for kind in kinds} | told == KINDS | {worklists.ENDORSEMENT}


def test_what_is_only_told_opens_its_list_and_is_no_task(office: Office) -> None:
    client = signed_in(everything(office)["officer"])
    html = client.get(reverse("desk")).content.decode()
    for kind in ("confirmation_waiting", "interest_unconfirmed"):
        assert html.count(f"?kind={kind}") == 1
        assert len(client.get(reverse("office-tasks"), {"kind": kind, "format": "json"}).json()["rows"]) == 1


def test_interest_that_is_not_confirmed_tells_the_topic_alone(office: Office) -> None:
    client = signed_in(everything(office)["officer"])
    asked = {"kind": "interest_unconfirmed"}
    (row,) = client.get(reverse("office-tasks"), {**asked, "format": "json"}).json()["rows"]
    assert (row["title"], row["what_to_do"]) == (
        "W1",
        "Somebody wrote about it and has not confirmed the e-mail address",
    )
    html = client.get(reverse("office-tasks"), asked).content.decode()
    assert [word in html for word in ("Trust", "p@example.org", "We would give")] == [False, False, False]


def test_change_that_is_only_told_stands_on_the_partners_desk_and_leads_to_the_differences(office: Office) -> None:
    client = signed_in(everything(office)["partner"])
    assert client.get(reverse("desk")).content.decode().count("?kind=text_told") == 1
    (row,) = client.get(reverse("office-tasks"), {"kind": "text_told", "format": "json"}).json()["rows"]
    assert row["title"] == "draft-1 to W1"
    html = client.get(row["page"]).content.decode()
    assert ("The text of W1 changed" in html, "No answer is needed" in html, "Send the answer" in html) == (
        True,
        True,
        False,
    )


def test_task_that_rests_on_what_is_computed_is_there_as_soon_as_it_is_due(office: Office) -> None:
    client, address = signed_in(everything(office)["officer"]), reverse("office-tasks")
    asked = {"kind": "application_recheck", "format": "json"}
    before = len(client.get(address, asked).json()["rows"])
    Application.objects.filter(reference="scheduled-1").update(checked_at=clock.now() - timedelta(days=1))
    assert [before, len(client.get(address, asked).json()["rows"])] == [1, 2]


def test_overdue_stands_before_this_week_and_later(office: Office) -> None:
    client = signed_in(everything(office)["officer"])
    html = client.get(reverse("desk")).content.decode()
    heads = re.findall(r'<h3 class="task-group" id="tasks-(\w+)"', html)
    assert heads == ["overdue", "week", "none"]
    rows = client.get(reverse("office-tasks"), {"due": "overdue", "format": "json"}).json()["rows"]
    assert [row["kind"] for row in rows] == ["confirmation_late", "lead_step"]


def test_tasks_are_paged_without_losing_or_doubling_one(office: Office) -> None:
    user = everything(office)["officer"]
    given = Lead.objects.filter(reference="lead-step-1").values("scheme_id", "organisation_id", "route", "stage")[0]
    known = Lead.objects.get(reference="lead-step-1")
    Lead.objects.bulk_create(
        Lead(
            **given,
            reference=f"more-{number}",
            stage_since_on=known.stage_since_on,
            opened_on=known.opened_on,
            next_step="Call",
            next_step_on=known.next_step_on,
        )
        for number in range(60)
    )
    for number in range(55):
        office.pledge(MILLION + number, "Trust", kind="FC_JU", target=Target(topic=office.topic("T2")))
    client = signed_in(user)
    pages = [
        re.findall(
            r'<th scope="row"><a href="([^"]+)"', client.get(reverse("office-tasks"), {"page": n}).content.decode()
        )
        for n in (1, 2, 3, 4, 5, 6)
    ]
    total = len(client.get(reverse("office-tasks"), {"format": "json"}).json()["rows"])
    assert [len(page) for page in pages] == [25, 25, 25, 25, 25, total - 125]
    contributions = [
        href for page in pages for href in page if "/contributions/" in href and "/check-again/" not in href
    ]
    assert len(contributions) == len(set(contributions)) == 56


def test_lead_that_somebody_else_looks_after_is_everybodys_and_not_mine(office: Office) -> None:
    people = everything(office)
    Lead.objects.update(owner=people["auditor"])
    client = signed_in(people["officer"])
    address = reverse("office-tasks")
    mine = client.get(address, {"kind": "lead_step", "format": "json"}).json()["rows"]
    all_ = client.get(address, {"kind": "lead_step", "who": "everybody", "format": "json"}).json()["rows"]
    assert [len(mine), len(all_)] == [0, 1]


def test_partner_cannot_ask_for_everybodys_tasks(office: Office) -> None:
    client = signed_in(everything(office)["partner"])
    rows = client.get(reverse("office-tasks"), {"who": "everybody", "format": "json"}).json()["rows"]
    kinds = ("application_own", "confirmation", "instalment_own", "notice_own", "plan_own", "report_own")
    assert sorted(row["kind"] for row in rows) == list(kinds)


def test_vote_that_is_cast_no_longer_waits(office: Office) -> None:
    delegate = everything(office)["delegate"]
    client, address = signed_in(delegate), reverse("office-tasks")
    before = len(client.get(address, {"kind": "item_vote", "format": "json"}).json()["rows"])
    seat = delegate.seats.get()
    item = seat.group.meetings.get(status="open").items.get()
    Vote.objects.create(item=item, seat=seat, choice="yes", cast_by="D", cast_at=delegate.date_joined)
    after = len(client.get(address, {"kind": "item_vote", "format": "json"}).json()["rows"])
    assert [before, after] == [1, 0]


def test_desks_are_sound_html(office: Office) -> None:
    people = everything(office)
    html = {role: signed_in(user).get(reverse("desk")).content.decode() for role, user in people.items()}
    html["tasks"] = signed_in(people["officer"]).get(reverse("office-tasks")).content.decode()
    assert_valid_html(html)


def test_tiles_of_the_science_desk_open_exactly_the_topics_that_they_count(office: Office) -> None:
    people = everything(office)
    client = signed_in(people["scientific_officer"])
    html = client.get(reverse("desk")).text
    tiles = re.findall(r'href="(/office/topics/\?status=(\w+))"', html)
    stands = dict(Topic.objects.order_by().values_list("status").annotate(Count("pk")))
    assert sorted(status for _, status in tiles) == sorted(stands)
    for address, status in tiles:
        table = client.get(address).context["table"]
        assert (status, table.total_count, len(table.rows)) == (status, stands[status], stands[status])


def test_tasks_come_first_on_the_desk_of_every_role(office: Office) -> None:
    people = everything(office)
    pages = {role: signed_in(people[role]).get(reverse("desk")).text for role in ROLES}
    headings = {role: re.findall(r"<h2[^>]*>([^<]+)</h2>", html) for role, html in pages.items()}
    assert {role: found[0] for role, found in headings.items()} == dict.fromkeys(ROLES, "My tasks")
    assert headings["auditor"][1] == "The books, recomputed"
