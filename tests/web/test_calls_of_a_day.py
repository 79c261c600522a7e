"""The calls of a past day: what the audit rows tell of their days and amounts, of the topics in them, and of where these stood."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.books import MILLION, Office, shipped
from tests.topics import SCIENCE
from tests.worlds import world

from cofund.actions import calls, corrections, topic_steps, topics
from cofund.actions.books import Grounds
from cofund.actions.calls import CallFacts
from cofund.actions.topic_steps import Plan
from cofund.actions.topics import NewTopic
from cofund.queries import clock, demonstration, past_calls
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Call, CallResult, Project, Topic

pytestmark = pytest.mark.django_db
LIST = "/programmes/imi2/calls/"
API = "/api/v1/programmes/imi2/calls"
FIRST = CallFacts(
    "OLD", "First", "single_stage", budget_cents=100_00, opened_on=dt.date(2024, 3, 1), closed_on=dt.date(2024, 6, 1)
)


def _at(month: int, day: int) -> dt.datetime:
    return dt.datetime(2024, month, day, 12, tzinfo=dt.UTC)


@world
def site() -> Office:
    """A call whose days, budget and code were changed, with three topics; and one from before the site."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    call = calls.save_call(SCIENCE, "imi2", FIRST, at=_at(1, 10))
    topics.open_topic(SCIENCE, NewTopic("imi2", "A", "Topic A", "OLD"), at=_at(1, 15))
    topics.open_topic(SCIENCE, NewTopic("imi2", "B", "Topic B"), at=_at(2, 1))
    longer = replace(FIRST, name="First, longer", budget_cents=120_00, closed_on=dt.date(2024, 7, 1))
    calls.save_call(SCIENCE, "imi2", longer, call=call, at=_at(4, 10))
    topic_steps.plan(SCIENCE, office.topic("B"), Plan(call=call), at=_at(4, 20))
    topic_steps.drop(SCIENCE, office.topic("A"), "Nobody asked for it", at=_at(5, 5))
    calls.save_call(SCIENCE, "imi2", replace(longer, code="C-1"), call=call, at=_at(9, 1))
    _granted(office)
    before = Call.objects.create(
        scheme=office.row, code="C-2", opened_on=dt.date(2019, 1, 1), closed_on=dt.date(2019, 4, 1),
        results_on=dt.date(2019, 8, 1), procedure="single_stage",
    )  # fmt: skip
    CallResult.objects.create(call=before, stage=1, submitted_count=77)
    Topic.objects.create(
        scheme=office.row, code="Z", title="Topic Z", call=before, status="granted", is_historical=True
    )
    return office


def _granted(office: Office) -> None:
    """The second topic is adopted in June, and its grant signed in October."""
    target = Target(topic=office.topic("B"))
    office.at = _at(5, 20)
    office.endorse(office.pledge(5 * MILLION, "Trust", kind="FC_JU", target=target, on=dt.date(2024, 5, 20)).contribution,
                   on=dt.date(2024, 5, 21))  # fmt: skip
    office.at = _at(6, 10)
    office.reserve(target, dt.date(2024, 6, 10))
    office.at = _at(10, 1)
    project = Project.objects.create(
        scheme=office.row, slug="b", acronym="BEE", topic=target.topic, signed_on=dt.date(2024, 10, 1)
    )
    office.commit(target, project, dt.date(2024, 10, 1))


DAYS = (
    ({}, [("C-1", "First, longer", "2024-07-01", 120_00), ("C-2", "", "2019-04-01", None)]),
    ({"as_of": "2018-12-31"}, []),
    ({"as_of": "2024-01-09"}, [("C-2", "", "2019-04-01", None)]),
    ({"as_of": "2024-01-10"}, [("C-1", "First, longer", "2024-07-01", 120_00), ("C-2", "", "2019-04-01", None)]),
    ({"known_on": "2024-01-09"}, [("C-2", "", "2019-04-01", None)]),
    ({"known_on": "2024-01-10"}, [("C-1", "First", "2024-06-01", 100_00), ("C-2", "", "2019-04-01", None)]),
    ({"known_on": "2024-04-10"}, [("C-1", "First, longer", "2024-07-01", 120_00), ("C-2", "", "2019-04-01", None)]),
    ({"as_of": "2024-01-31", "known_on": "2024-03-31"}, [("C-1", "First", "2024-06-01", 100_00), ("C-2", "", "2019-04-01", None)]),
    ({"as_of": "2019-02-01", "known_on": "2018-12-31"}, []),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "wanted"), DAYS)
def test_calls_of_a_day_and_their_files_are_as_they_were_recorded(
    client: Client, site: Office, asked: dict[str, str], wanted: list[tuple[str, str, str, int | None]]
) -> None:
    text = html.unescape(client.get(LIST, asked).text)
    assert re.findall(r'href="/programmes/imi2/calls/(C-\d)/', text) == [one[0] for one in wanted]
    assert ("As recorded by then" in text) == bool(asked)
    told = json.loads(client.get(LIST, {**asked, "format": "json"}).content)["rows"]
    assert [(row["call"], row["name"], row["deadline_on"], row["budget_cents"]) for row in told] == wanted
    lines = csv.DictReader(io.StringIO(client.get(LIST, {**asked, "format": "csv"}).content.decode("utf-8-sig")))
    assert [line["call"] for line in lines] == [one[0] for one in wanted]
    answer = client.get(API, asked).json()
    cents = [one["public_money"]["amount_cents"] if one["public_money"] else None for one in answer["items"]]
    days = [one["full_proposals_until"] for one in answer["items"]]
    names = [(one["id"], one["name"] or "") for one in answer["items"]]
    assert [(*name, day, cent) for name, day, cent in zip(names, days, cents, strict=True)] == wanted
    assert (answer["as_of"], answer["known_on"]) == (
        asked.get("as_of", clock.today().isoformat()),
        asked.get("known_on"),
    )


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, [("A", "dropped", ""), ("B", "granted", "b")]),
        ({"as_of": "2024-01-09"}, []),
        ({"as_of": "2024-01-12"}, []),
        ({"as_of": "2024-04-19"}, [("A", "drafting", "")]),
        ({"as_of": "2024-04-20"}, [("A", "drafting", ""), ("B", "drafting", "")]),
        ({"as_of": "2024-05-05"}, [("A", "dropped", ""), ("B", "drafting", "")]),
        ({"as_of": "2024-06-10"}, [("A", "dropped", ""), ("B", "adopted", "")]),
        ({"as_of": "2024-09-30"}, [("A", "dropped", ""), ("B", "adopted", "")]),
        ({"as_of": "2024-10-01"}, [("A", "dropped", ""), ("B", "granted", "b")]),
        ({"as_of": "2024-12-31", "known_on": "2024-04-30"}, [("A", "drafting", ""), ("B", "drafting", "")]),
    ],
)
def test_call_of_a_day_has_the_topics_that_were_in_it_as_they_stood(
    client: Client, site: Office, asked: dict[str, str], wanted: list[tuple[str, str, str]]
) -> None:
    told = json.loads(client.get(f"{LIST}C-1/", {**asked, "format": "json"}).content)["rows"]
    assert [(row["topic"], row["status"], row["project"]) for row in told] == wanted
    text = client.get(f"{LIST}C-1/", asked).text
    assert ("was not there on this day" in text) == (asked.get("as_of") == "2024-01-09")
    piece = client.get("/embed/imi2/call-topics/C-1/", asked).text
    assert [code for code in ("A", "B") if f">{code}<" in piece] == [one[0] for one in wanted]
    answer = client.get(f"{API}/C-1", asked)
    assert answer.status_code == (404 if asked.get("as_of") == "2024-01-09" else 200)
    topics = answer.json().get("topics", [])
    assert [(one["id"], one["status"]) for one in topics] == [one[:2] for one in wanted]
    assert [one["id"] for one in answer.json().get("projects", [])] == [one[2] for one in wanted if one[2]]


@pytest.mark.parametrize(("as_of", "is_shown"), [("2024-05-19", False), ("2024-05-20", True), ("2024-12-31", True)])
def test_money_of_a_call_is_that_of_the_day(client: Client, site: Office, as_of: str, is_shown: bool) -> None:
    for path in (f"{LIST}C-1/", "/embed/imi2/calls/C-1/"):
        assert ("EUR 5,000,000" in client.get(path, {"as_of": as_of}).text) == is_shown, path


def test_call_of_which_no_day_is_known_is_there_where_the_demonstration_tells_of_it(
    client: Client, site: Office
) -> None:
    """It is about years before it was loaded: nothing tells that a call was not there then. Elsewhere its first topic does."""
    topics.open_topic(SCIENCE, NewTopic("imi2", "E", "Topic E", "C-9"), at=_at(11, 1))
    told = [
        json.loads(client.get(LIST, {"as_of": day, "format": "json"}).content)["rows"]
        for day in ("2016-12-31", "2024-11-01")
    ]
    assert ["C-9" in [row["call"] for row in rows] for rows in told] == [False, True]
    AuditEvent.objects.create(
        action=demonstration.LOADED, subject="demonstration", recorded_at=_at(12, 1), actor_name="Site"
    )
    assert "C-9" in client.get(LIST, {"as_of": "2016-12-31"}).text


def test_results_are_told_from_the_day_of_results_on(client: Client, site: Office) -> None:
    for as_of, is_shown in (("2019-03-31", False), ("2019-07-31", False), ("2019-08-01", True)):
        for path in (LIST, f"{LIST}C-2/"):
            assert (">77<" in client.get(path, {"as_of": as_of}).text) == is_shown, (path, as_of)
        results = client.get(f"{API}/C-2", {"as_of": as_of}).json()["results"]
        assert [one["submitted"] for one in results] == ([77] if is_shown else []), as_of


@pytest.mark.parametrize("path", [LIST, f"{LIST}C-1/"])
def test_cited_address_of_calls_shows_the_same_after_more_is_recorded(client: Client, site: Office, path: str) -> None:
    text = html.unescape(client.get(path, {"as_of": "2025-01-31", "known_on": "2025-01-31"}).text)
    (address,) = re.findall(r'<span class="address">([^<]+)</span>', text)
    asked = address.removeprefix(settings.COFUND_SITE_URL)
    assert asked == f"{path}?as_of=2025-01-31&known_on=2025-01-31"
    before = [client.get(f"{asked}&format=json").content, client.get(asked).text.count("<tr")]
    call = Call.objects.get(code="C-1")
    calls.save_call(SCIENCE, "imi2", replace(FIRST, code="C-1", name="Other", budget_cents=1), call=call)
    topics.open_topic(SCIENCE, NewTopic("imi2", "D", "Topic D", "C-1"))
    calls.save_call(SCIENCE, "imi2", CallFacts("C-3", opened_on=dt.date(2025, 3, 1)))
    assert [client.get(f"{asked}&format=json").content, client.get(asked).text.count("<tr")] == before
    assert client.get(f"{path}?format=json").content != before[0]
    assert client.get(path, {"as_of": "never"}).status_code == 400


def test_state_that_no_row_tells_is_not_known(client: Client, site: Office) -> None:
    """A booking that is taken back puts a topic into a state without a step: what it was in between stands nowhere."""
    commit = Entry.objects.get(kind=Entry.Kind.COMMIT)
    corrections.correct(site.actor, commit, Grounds(dt.date(2024, 11, 1), "It was not signed"), at=_at(11, 1))
    told = json.loads(client.get(f"{LIST}C-1/", {"as_of": "2024-10-15", "format": "json"}).content)["rows"]
    assert [(row["topic"], row["status"]) for row in told] == [("A", "dropped"), ("B", "")]
    assert "not known" in client.get(f"{LIST}C-1/", {"as_of": "2024-10-15"}).text
    topics = client.get(f"{API}/C-1", {"as_of": "2024-10-15"}).json()["topics"]
    assert [(one["id"], one["status"]) for one in topics] == [("A", "dropped"), ("B", None)]


def test_past_calls_ask_the_database_as_often_for_many_as_for_one(site: Office) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            rows = past_calls.of_scheme("imi2", dt.date(2024, 12, 31), _at(12, 31))
            past_calls.topics_of(rows[0], dt.date(2024, 12, 31), _at(12, 31))
        return len(found)

    topics.open_topic(SCIENCE, NewTopic("imi2", "T2", "Topic 2", "C-1"), at=_at(12, 2))
    topic_steps.drop(SCIENCE, site.topic("T2"), "Nobody asked for it")
    for_two = asked()
    for number in range(3, 8):
        calls.save_call(SCIENCE, "imi2", CallFacts(f"C-{number}", opened_on=dt.date(2020, 1, number)), at=_at(12, 1))
        topics.open_topic(SCIENCE, NewTopic("imi2", f"T{number}", f"Topic {number}", "C-1"), at=_at(12, 2))
        topic_steps.drop(SCIENCE, site.topic(f"T{number}"), "Nobody asked for it")
    assert asked() == for_two
