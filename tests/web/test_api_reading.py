"""What everybody reads through the API: the same figures, and no more, as the pages show."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openapi_spec_validator import validate
from tests.books import DAY, EPOCH, MILLION, Office, shipped
from tests.worlds import world

from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Decision, Idea

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture
def public(office: Office) -> Contribution:
    """A contribution that is committed, so that anybody may read it."""
    made = office.pledge(3 * MILLION, "Open Trust", kind="FC_JU").contribution
    office.endorse(made)
    office.reserve()
    office.commit()
    return made


def read(client: Client, path: str) -> Any:
    """What an address answers, which is there."""
    answer = client.get(f"{ROOT}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(client: Client) -> str:
    """Every list and object of the programme in one text."""
    of_programme = ("", "/tranches", "/tranches/B/movements", "/calls", "/topics", "/projects", "/partners")
    paths = [f"/programmes/imi2{part}" for part in (*of_programme, "/contributions", "/decisions", "/topics/T1")]
    return "\n".join(client.get(f"{ROOT}{path}").text for path in [*paths, "/programmes", "/topics", "/ideas"])


def test_description_is_valid(client: Client) -> None:
    described = client.get(f"{ROOT}/openapi.json").json()
    validate(described)
    assert described["openapi"] == "3.1.0"


def test_every_operation_tells_every_problem(client: Client) -> None:
    described = client.get(f"{ROOT}/openapi.json").json()
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert [one for one in operations if not {"404", "405", "422", "429", "500"} <= one["responses"].keys()] == []


def test_site_starts_without_the_api() -> None:
    asked = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'cofund.project.settings'; django.setup(); "
        "import cofund.project.urls; print(sorted({'ninja', 'pydantic'} & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


def test_programme_tells_its_envelope(client: Client, office: Office, public: Contribution) -> None:
    found = read(client, "/programmes/imi2")
    tranche = next(one for one in found["tranches"] if one["id"] == "B")
    standing = office.standing("B")
    assert tranche["committed"] == {"amount_cents": 3 * MILLION, "currency": "EUR", "amount": "3000000.00"}
    assert tranche["free"]["amount_cents"] == standing.free_cents
    assert read(client, "/programmes/imi2/tranches")["items"] == found["tranches"]


def test_figures_are_of_the_day_that_is_asked_for(client: Client, public: Contribution) -> None:
    before = (DAY - dt.timedelta(days=1)).isoformat()
    found = read(client, f"/programmes/imi2?as_of={before}")
    assert [found["as_of"], found["tranches"][1]["committed"]["amount_cents"]] == [before, 0]
    unknown = read(client, f"/programmes/imi2?known_on={EPOCH.date().isoformat()}")
    assert unknown["tranches"][1]["committed"]["amount_cents"] == 0


@pytest.mark.parametrize("name", ["as_of", "known_on"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_figures_of_the_ends_of_the_calendar_are_answered(
    client: Client, public: Contribution, name: str, day: str
) -> None:
    parts = ("", "/projects", "/partners", "/contributions", "/topics/T1", "/tranches/B/movements")
    assert [client.get(f"{ROOT}/programmes/imi2{one}?{name}={day}").status_code for one in parts] == [200] * len(parts)


def test_contribution_is_told_in_full(client: Client, public: Contribution) -> None:
    found = read(client, f"/contributions/{public.reference}")
    assert [
        found["given_by"][0]["name"],
        found["stage"],
        found["amount"]["amount_cents"],
        found["match"]["amount_cents"],
    ] == [
        "Open Trust",
        "committed",
        3 * MILLION,
        3 * MILLION,
    ]
    assert [one["amount"]["amount_cents"] for one in found["versions"]] == [3 * MILLION]
    assert found == {**read(client, "/programmes/imi2/contributions")["items"][0], **found}


def test_project_and_topic_tell_the_same_money(client: Client, public: Contribution) -> None:
    project, topic = read(client, "/programmes/imi2/projects/p1"), read(client, "/programmes/imi2/topics/T1")
    assert project["sources"] == topic["sources"]
    assert project["contributions"] == topic["contributions"]
    assert project["total"]["amount_cents"] == topic["total"]["amount_cents"] == 6 * MILLION


def test_partner_tells_what_it_gives(client: Client, public: Contribution) -> None:
    line = read(client, "/programmes/imi2/partners")["items"][0]
    found = read(client, "/partners/open-trust")
    assert line["given_alone"]["amount_cents"] == found["contributions"][0]["amount"]["amount_cents"] == 3 * MILLION


def test_what_is_not_published_is_not_told(client: Client, office: Office) -> None:
    office.topic()
    hidden = office.pledge(7 * MILLION, "Secret Trust", kind="FC_JU").contribution
    text = everything(client)
    assert [text.count("Secret Trust"), text.count(hidden.reference), text.count("Reason of the test")] == [0, 0, 0]
    absent = client.get(f"{ROOT}/contributions/imi2-999999")
    for path in (f"/contributions/{hidden.reference}", "/partners/secret-trust"):
        assert client.get(f"{ROOT}{path}").status_code == 404
    assert client.get(f"{ROOT}/contributions/{hidden.reference}").json() == absent.json()


def test_decisions_and_ideas_are_those_that_are_public(client: Client, office: Office) -> None:
    at = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
    shown = {"scheme": office.row, "decided_on": DAY, "title": "Work plan"}
    Decision.objects.create(number="D/1", published_at=at, **shown)
    Decision.objects.create(number="D/2", **shown)
    told = {"scheme": office.row, "recorded_at": at, "title": "An idea", "proposer_name": "Ada Lovelace"}
    Idea.objects.create(reference="imi2-idea-1", is_public=True, shown_at=at, wants_credit=False, **told)
    Idea.objects.create(reference="imi2-idea-2", is_public=True, **told)
    assert [one["id"] for one in read(client, "/programmes/imi2/decisions")["items"]] == ["D/1"]
    assert read(client, "/programmes/imi2/decisions/D/1")["title"] == "Work plan"
    assert client.get(f"{ROOT}/programmes/imi2/decisions/D/2").status_code == 404
    assert [one["id"] for one in read(client, "/ideas")["items"]] == ["imi2-idea-1"]
    assert "Lovelace" not in client.get(f"{ROOT}/ideas/imi2-idea-1").text
    assert client.get(f"{ROOT}/ideas/imi2-idea-2").status_code == 404


def test_lists_are_paged_with_addresses_of_their_neighbours(client: Client, office: Office) -> None:
    for number in range(5):
        Call.objects.create(scheme=office.row, code=f"C/{number}", opened_on=dt.date(2015, 1, 1 + number))
    seen, path = [], f"{ROOT}/programmes/imi2/calls?limit=2"
    while path:
        found = client.get(path).json()
        assert [found["total"], found["limit"]] == [5, 2]
        seen += [one["id"] for one in found["items"]]
        path = found["links"]["next"]
    assert seen == ["C/4", "C/3", "C/2", "C/1", "C/0"]
    assert found["links"]["previous"] == f"{ROOT}/programmes/imi2/calls?limit=2&page=2"
    assert read(client, "/programmes/imi2/calls/C/3")["id"] == "C/3"
    assert read(client, "/programmes/imi2/calls?page=99")["items"] == []


@pytest.mark.parametrize("part", ["calls", "topics", "projects", "partners", "contributions", "decisions"])
def test_lists_ask_as_often_for_three_rows_as_for_one(client: Client, office: Office, part: str) -> None:
    def make(name: str) -> None:
        topic = office.topic(f"T{name}")
        topic.call = Call.objects.create(scheme=office.row, code=f"C{name}")
        topic.save()
        made = office.pledge(MILLION, f"Trust {name}", kind="FC_JU", target=_target(topic)).contribution
        office.endorse(made)
        office.reserve(_target(topic))
        office.commit(_target(topic), office.project(f"p{name}", topic))
        Decision.objects.filter(published_at=None).update(published_at=dt.datetime(2016, 1, 1, tzinfo=dt.UTC))

    def asked() -> int:
        client.get(f"{ROOT}/programmes/imi2/{part}")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"{ROOT}/programmes/imi2/{part}").status_code == 200
        return len(caught)

    make("1")
    one = asked()
    make("2")
    make("3")
    assert asked() == one


def _target(topic: Any) -> Any:
    from cofund.queries.pools import Target

    return Target(topic=topic)
