"""Grants as open data: each euro once, equal to the books at the same instant, and as the 360Giving standard wants them."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import flattentool
import jsonschema
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tests.books import MILLION, Office, shipped

from cofund.queries import envelope, funding, open_grants
from cofund.queries.documents.given import Moment
from cofund.queries.open_grants import COLLABORATION, MATCH, OpenGrant
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Project

pytestmark = pytest.mark.django_db

SCHEMES = ("imi2", "ihi")


@pytest.fixture
def office(db: None) -> Office:
    """A project with cash through the programme, work of a partner, and a joint gift; one pledge more that nobody granted."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(7 * MILLION + 1, "=JDRF", kind="FC_JU")
    office.pledge(3 * MILLION + 33, "JDRF", "Helmsley", kind="IK")
    office.pledge(2 * MILLION, "Company", role="member", kind="IK")
    for one in Contribution.objects.all():
        office.endorse(one)
    office.reserve()
    office.commit()
    return office


def grants(scheme: str, on: date | None = None) -> list[OpenGrant]:
    return list(open_grants.grants(scheme, Moment.of(on)))


def package(scheme: str = "imi2", **asked: str) -> dict[str, Any]:
    answer = Client().get(f"/programmes/{scheme}/grants.json", asked)
    assert answer.status_code == 200
    return dict(json.loads(answer.getvalue()))


def cents(amount: object) -> int:
    return int(Fraction(str(amount)) * 100)


def test_what_is_on_its_way_comes_again_in_the_grant_of_the_project(office: Office) -> None:
    rows = {one.reference: one for one in grants("imi2")}
    paid = next(one for one in rows.values() if one.funders[0].kind == open_grants.PROGRAMME)
    through = next(one for one in rows.values() if one.on_its_way == COLLABORATION)
    matches = [one for one in rows.values() if one.on_its_way == MATCH]
    assert through.amount_cents == 7 * MILLION + 1
    assert through.recipient == paid.funders[0]
    assert paid.amount_cents == through.amount_cents + sum(one.amount_cents for one in matches)
    assert {one.related for one in matches} == {(one.contribution, paid.reference) for one in matches}
    joint = next(one for one in rows.values() if len(one.funders) == 2)
    assert ([one.name for one in joint.funders], joint.amount_cents) == (["JDRF", "Helmsley"], 3 * MILLION + 33)


def test_pledge_without_a_grant_is_no_grant(office: Office) -> None:
    before = grants("imi2")
    office.pledge(MILLION, "Late", kind="IK")
    assert grants("imi2") == before


def test_csv_has_the_same_grants(office: Office) -> None:
    answer = Client().get("/programmes/imi2/grants.csv")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    written = package()["grants"]
    assert [(row["id"], cents(row["amountAwarded"])) for row in rows] == [
        (row["id"], cents(row["amountAwarded"])) for row in written
    ]
    named = [row["fundingOrganization/1/name"] for row in rows if row["fundingOrganization/1/name"]]
    assert named == ["Helmsley"]
    # A name that a spreadsheet would compute is written as text.
    assert "'=JDRF" in {row["fundingOrganization/0/name"] for row in rows}


@pytest.mark.parametrize(
    ("scheme", "on"),
    [
        ("imi2", None),
        ("imi2", date(2016, 12, 31)),
        ("imi2", date(2019, 12, 31)),
        ("ihi", None),
        ("ihi", date(2025, 6, 1)),
    ],
)
def test_totals_of_projects_are_those_of_the_books(demonstration: None, scheme: str, on: date | None) -> None:
    reached: defaultdict[int, int] = defaultdict(int)
    for one in grants(scheme, on):
        reached[one.project.pk] += 0 if one.on_its_way else one.amount_cents
    expected = {}
    for project in Project.objects.filter(scheme__code=scheme):
        found = funding.of_target(scheme, Target(project=project), as_of=on)
        # What is only pledged or reserved is no grant yet.
        is_granted = all(state.stage in ("committed", "validated") for state in found.states)
        if found.total_cents and is_granted:
            expected[project.pk] = found.total_cents
    assert {key: total for key, total in reached.items() if key in expected} == expected
    assert expected


def test_match_on_its_way_is_what_the_envelope_has_committed(demonstration: None) -> None:
    committed = sum(row.standing.used_cents for row in envelope.statement("imi2") if row.tranche in "AB")
    assert sum(one.amount_cents for one in grants("imi2") if one.on_its_way == MATCH) == committed


def test_number_of_queries_does_not_grow_with_the_projects(
    demonstration: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    current("imi2")
    with django_assert_max_num_queries(20):
        assert len(grants("imi2")) > 40


@pytest.mark.parametrize("scheme", SCHEMES)
def test_package_is_valid(demonstration: None, scheme: str, shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("standards/360giving")
    one = json.loads((folder / "360-giving-schema.json").read_text())
    whole = json.loads((folder / "360-giving-package-schema.json").read_text())
    # The schema of packages names that of grants by an older address.
    named = whole["properties"]["grants"]["items"]["$ref"]
    registry: Registry[Any] = Registry().with_resource(named, DRAFT202012.create_resource(one))
    checker = jsonschema.Draft202012Validator(
        whole, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    found = package(scheme)
    assert [error.message for error in checker.iter_errors(found)] == []
    # A day that is none would not pass, so the checker looks.
    found["grants"][0]["awardDate"] = "2016-13-45"
    assert [error.json_path for error in checker.iter_errors(found)] == ["$.grants[0].awardDate"]


def test_identifiers_are_unique_and_what_is_related_is_there(demonstration: None) -> None:
    rows = package()["grants"]
    known = {row["id"] for row in rows}
    assert len(known) == len(rows)
    assert {named for row in rows for named in row.get("relatedActivity", ())} <= known
    assert {row["regrantType"] for row in rows if "regrantType" in row} == {"FRG030", "FRG040"}


def test_flatten_tool_makes_a_spreadsheet_and_back_without_loss(
    demonstration: None, tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    schema = str(shared_data("standards/360giving") / "360-giving-schema.json")
    found = package()
    source, sheets, back = tmp_path / "grants.json", tmp_path / "sheets", tmp_path / "back.json"
    source.write_text(json.dumps(found), encoding="utf-8")
    flattentool.flatten(
        str(source), output_name=str(sheets), output_format="csv", root_list_path="grants",
        root_id="", schema=schema, main_sheet_name="grants",
    )  # fmt: skip
    flattentool.unflatten(
        str(sheets), output_name=str(back), input_format="csv", root_list_path="grants", root_id="", schema=schema,
    )  # fmt: skip
    again = json.loads(back.read_text(encoding="utf-8"))
    assert sorted(again["grants"], key=lambda row: row["id"]) == sorted(found["grants"], key=lambda row: row["id"])


def test_file_of_a_past_day_tells_that_day(demonstration: None) -> None:
    then = package(as_of="2015-12-31")
    assert then["issued"] == "2015-12-31"
    assert {row["awardDate"] <= "2015-12-31" for row in then["grants"]} == {True}
    assert len(then["grants"]) < len(package()["grants"])


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/programmes/edctp3/grants.json", 404, "There is no public grant of this programme on that day"),
        ("/programmes/imi2/grants.csv?as_of=2010-01-01", 404, "There is no public grant of this programme on that day"),
        ("/programmes/imi2/grants.json?as_of=soon", 400, "which is no day. Write it as 2016-12-31."),
        ("/programmes/nowhere/grants.json", 404, ""),
    ],
)
def test_file_that_cannot_be_says_why(demonstration: None, path: str, status: int, words: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == status
    assert words in answer.getvalue().decode()


def test_page_tells_what_the_grants_add_up_to(demonstration: None) -> None:
    found = open_grants.summary("imi2", date(2026, 11, 26), None)
    assert found.reaches_projects_cents == 722_384_195_09
    assert (found.match_cents, found.collaboration_cents) == (213_050_624_00, 7_000_000_00)
    page = Client().get("/programmes/imi2/open-data/").content.decode()
    assert "EUR 722,384,195.09" in page or "EUR 722.4 m" in page
    assert "/programmes/imi2/grants.json" in page
