"""Every filter of the API: of several rows it leaves those that it names, and no parameter of a list is without its line here."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.books import DAY, MILLION, OPERATOR, Office, fund, shipped
from tests.keys import Program
from tests.stories import OFFICER
from tests.worlds import world

from cofund.actions import published
from cofund.actions.stories import drafting, steps
from cofund.actions.stories.drafting import Text, Ties
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Decision, Group, Idea, Lead, Meeting, Story, Topic

pytestmark = pytest.mark.django_db
AT = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
# What every list takes alike: `test_api_reading.py` has it.
EVERYWHERE = {"page", "limit", "pageSize", "as_of", "known_on"}

# The address of a list, a filter of it, the member by which rows are told apart, and what is left of them.
FILTERS: list[tuple[str, str, str, list[Any]]] = [
    ("/topics", "programme=fund", "id", ["F1"]),
    ("/programmes/{programme}/topics", "status=granted", "id", ["T1"]),
    ("/programmes/{programme}/topics", "words=hEARts", "id", ["T2"]),
    ("/programmes/{programme}/topics", "words=t1", "id", ["T1"]),
    ("/programmes/{programme}/projects", "words=P2", "id", ["p2"]),
    ("/programmes/{programme}/projects", "words=lungs", "id", ["p1"]),
    ("/programmes/{programme}/partners", "words=oPEN", "id", ["open-trust"]),
    ("/programmes/{programme}/contributions", "stage=committed", "reference", ["imi2-3"]),
    ("/programmes/{programme}/contributions", "role=member", "reference", ["imi2-5"]),
    ("/programmes/{programme}/rules", "subject=balance_tolerance", "id", ["balance_tolerance"]),
    ("/programmes/{programme}/rules", "article=no 1290/2013, ARTICLE 9(1)", "id", ["consortium"]),
    ("/programmes/{programme}/rules", "certainty=article", "id", ["application"]),
    ("/programmes/{programme}/rules", "words=third Countries", "id", ["share_tests.third_country"]),
    ("/partners/{partner}/credit", "programme=fund", "programme", ["fund"]),
    ("/programmes/{programme}/tranches/{tranche}/movements", "kind=commit", "contribution", ["imi2-3"]),
    ("/programmes/{programme}/tranches/{tranche}/movements", "about=T2", "contribution", ["imi2-4"]),
    ("/programmes/{programme}/decisions", "words=plan", "id", ["PLAN-1"]),
    ("/programmes/{programme}/groups", "kind=panel", "id", ["panel"]),
    ("/programmes/{programme}/meetings", "group=panel", "title", ["Of panel"]),
    ("/programmes/{programme}/published", "what=figures", "what", ["figures"]),
    ("/stories", "programme=fund", "id", ["of-fund"]),
    ("/stories", "partner=open-trust", "id", ["of-imi2"]),
    ("/stories", "kind=partner", "id", ["of-fund"]),
    ("/search", "words=lungs", "title", ["P1: Young lungs"]),
    ("/search", "kind=decision", "title", ["PLAN-1: Of the tests", "RULES-1: Of the tests"]),
    ("/search", "programme=fund", "programme", ["fund"]),
    ("/search", "country=BE", "country", ["BE"]),
    ("/search", "year=2015", "year", [2015]),
    ("/search", "partner_kind=foundation", "partner_kind", ["foundation"]),
    ("/ideas", "programme=fund", "id", ["fund-idea-1"]),
    ("/ideas", "status=parked", "id", ["imi2-idea-1"]),
    ("/leads", "programme=fund", "id", ["fund-lead-1"]),
    ("/leads", "stage=contacted", "id", ["imi2-lead-1"]),
    ("/leads", "stage=open", "id", ["imi2-lead-1"]),
    ("/leads", "organisation=open-trust", "id", ["imi2-lead-1"]),
]


@world
def office() -> Office:
    """Two programmes with at least two rows for each list: of each filter one is meant and another is not."""
    # Agendas are published as well, which the rules of this programme do not.
    text = shipped("imi2").replace('decisions = ["decision"]', 'decisions = ["agenda", "decision"]')
    other, made = Office.with_scheme(fund(), "fund"), Office.with_scheme(text, "imi2")
    other.topic("F1")
    first, second = Target(topic=made.topic("T1")), Target(topic=made.topic("T2"))
    Topic.objects.filter(code="T2").update(title="Old hearts")
    given = made.pledge(3 * MILLION, "Open Trust", kind="FC_JU", target=first).contribution
    made.pledge(MILLION, "Other Fund", kind="FC_JU", target=second)
    made.pledge(MILLION, "EFPIA", role="member", kind="IK", target=second)
    made.endorse(given)
    made.reserve(first)
    made.commit(first)
    # The same partner in the other programme, so that its credit has a line of each.
    again = Target(topic=other.topic("F2"))
    other.endorse(other.pledge(50_000, "Open Trust", target=again).contribution)
    other.reserve(again)
    other.commit(again, other.project("f2"))
    made.project("p2")
    type(made.project()).objects.filter(slug="p1").update(title="Young lungs")
    for number in ("PLAN-1", "RULES-1"):
        stated = {"number": number, "decided_on": DAY, "title": "Of the tests", "published_at": AT}
        Decision.objects.create(scheme=made.row, **stated)
    for scheme, status in ((made, Idea.Status.PARKED), (other, Idea.Status.SUBMITTED)):
        told = {"reference": f"{scheme.scheme}-idea-1", "recorded_at": AT, "title": "An idea", "shown_at": AT}
        Idea.objects.create(scheme=scheme.row, is_public=True, status=status, proposer_name="Ada", **told)
    for scheme, name, stage in ((made, "Open Trust", "contacted"), (other, "Other Fund", "dormant")):
        told = {"reference": f"{scheme.scheme}-lead-1", "stage_since_on": DAY, "opened_on": DAY, "route": "knocks"}
        Lead.objects.create(scheme=scheme.row, organisation=made.organisation(name), stage=stage, **told)
    told_beside(made, other)
    return made


def told_beside(made: Office, other: Office) -> None:
    """Groups, meetings and stories, two of each, and the records of what is published."""
    for name in ("board", "panel"):
        group = Group.objects.create(scheme=made.row, slug=name, name=name, kind=name)
        Meeting.objects.create(group=group, title=f"Of {name}", held_on=DAY, agenda_published_at=AT)
    published.record(OPERATOR, "imi2", at=AT)
    Organisation.objects.filter(slug="open-trust").update(country="BE", kind="foundation")
    for scheme, kind, about in ((made, Story.Kind.NEWS, ("open-trust",)), (other, Story.Kind.PARTNER, ("other-fund",))):
        ties = Ties(scheme.row, tuple(Organisation.objects.filter(slug__in=about)))
        story = drafting.draft(OFFICER, kind, Text(f"Of {scheme.scheme}", "Short", "Long", "Jo"), ties)
        steps.submit(OFFICER, story)
        steps.publish(OFFICER, story)


@pytest.fixture
def program(office: Office) -> Program:
    """A program of an officer who reads all books and leads."""
    return Program.of_role("officer", "read:books", "read:leads")


def rows(program: Program, path: str, asked: str, member: str) -> set[Any]:
    """What tells the rows of a list apart."""
    address = path.format(programme="imi2", tranche="B", partner="open-trust")
    answer = program.get(f"{address}?limit=100&{asked}")
    assert answer.status_code == 200, answer.text
    return {one[member] for one in answer.json()["items"]}


@pytest.mark.parametrize(("path", "asked", "member", "left"), FILTERS, ids=lambda value: str(value))
def test_filter_leaves_what_it_names(program: Program, path: str, asked: str, member: str, left: list[Any]) -> None:
    everything = rows(program, path, "", member)
    assert everything > set(left), "nothing is there to be left out"
    assert rows(program, path, asked, member) == set(left)
    assert rows(program, path, f"{asked}-of-nothing", member) == set()


def test_every_filter_is_tried(client: Client, office: Office) -> None:
    described: dict[str, dict[str, Any]] = client.get("/api/v1/openapi.json").json()["paths"]
    there = {
        (path.removeprefix("/api/v1"), one["name"])
        for path, operations in described.items()
        for one in operations.get("get", {}).get("parameters", [])
        if one["in"] == "query" and one["name"] not in EVERYWHERE
    }
    assert there == {(path, asked.split("=")[0]) for path, asked, _, _ in FILTERS}
