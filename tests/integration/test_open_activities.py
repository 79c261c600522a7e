"""Activities as open data: valid IATI, each euro once in what comes in, nothing before its publication, equal to the books."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from django.test import Client
from lxml import etree
from okfn_iati.iati_schema_validator import IatiValidator
from pytest_django import DjangoAssertNumQueries
from tests.books import DAY, MILLION, STATED, Office, shipped

from cofund.actions.books import Grounds
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import funding, open_activities
from cofund.queries.documents.given import Moment
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Project

pytestmark = pytest.mark.django_db

OUT, IN, PLEDGED = "2", "11", "13"


@pytest.fixture
def office(db: None) -> Office:
    """A project with cash through the programme and a joint gift; a pledge that no source tells, and one that one does."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(7 * MILLION + 1, "JDRF & <sons>", kind="FC_JU")
    office.pledge(3 * MILLION + 33, "JDRF & <sons>", "Helmsley", kind="IK")
    for one in Contribution.objects.all():
        office.endorse(one)
    office.reserve()
    office.commit()
    office.pledge(MILLION, "Secret", kind="IK", target=Target(topic=office.topic("T2")))
    told = Grounds(DAY, "As its source says", "https://example.org/", certainty="verified")
    giver, target = office.organisation("Open"), Target(topic=office.topic("T2"))
    pledge(office.actor, Pledge("imi2", target, "partner", "FC_JU", (giver,), 5, told, STATED))
    return office


def document(scheme: str = "imi2", **asked: str) -> Any:
    answer = Client().get(f"/programmes/{scheme}/iati.xml", asked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return etree.fromstring(answer.getvalue())


def activity(tree: Any, code: str) -> Any:
    return next(one for one in tree if one.findtext("iati-identifier").endswith(code))


def transactions(one: Any) -> list[tuple[str, str, str, str]]:
    """Type, amount, giver and receiver of each."""
    return [
        (
            row.find("transaction-type").get("code"),
            row.findtext("value"),
            row.findtext("provider-org/narrative"),
            row.findtext("receiver-org/narrative"),
        )
        for row in one.findall("transaction")
    ]


def test_project_has_what_comes_in_once_and_what_is_paid_on(office: Office) -> None:
    scheme, _ = current("imi2")
    rows = transactions(activity(document(), "imi2-p1"))
    consortium = "Consortium of P1"
    assert rows == [
        (IN, "7000000.01", "JDRF & <sons>", scheme.name),
        (IN, "3000000.33", "JDRF & <sons>; Helmsley", consortium),
        (IN, rows[2][1], scheme.label("public_funder"), scheme.name),
        (OUT, rows[3][1], scheme.name, consortium),
    ]


def test_pledge_is_told_only_where_it_may_be(office: Office) -> None:
    tree = document()
    scheme, _ = current("imi2")
    topic = activity(tree, "imi2-topic-T2")
    assert transactions(topic) == [(PLEDGED, "0.05", "Open", scheme.name)]
    assert topic.find("activity-status").get("code") == "1"
    assert b"Secret" not in etree.tostring(tree)


def test_roles_name_who_funds_answers_and_implements(office: Office) -> None:
    scheme, _ = current("imi2")
    found = [
        (one.get("role"), one.findtext("narrative"))
        for one in activity(document(), "imi2-p1").findall("participating-org")
    ]
    assert found == [
        ("1", "JDRF & <sons>"),
        ("1", "Helmsley"),
        ("1", scheme.label("public_funder")),
        ("2", scheme.name),
        ("3", scheme.name),
        ("4", "Consortium of P1"),
    ]


@pytest.mark.parametrize(("scheme", "on"), [("imi2", None), ("imi2", "2016-12-31"), ("ihi", None), ("edctp3", None)])
def test_file_is_valid_by_the_schema_and_the_rules_of_the_standard(
    demonstration: None, scheme: str, on: str | None
) -> None:
    text = etree.tostring(document(scheme, **({"as_of": on} if on else {})), encoding="unicode")
    checker = IatiValidator()
    assert checker.validate(text) == (True, {"schema_errors": [], "ruleset_errors": []})
    # A file with a wrong order would not pass, so the checker looks.
    broken = text.replace("<activity-status", "<title/><activity-status", 1)
    assert checker.validate_xml(broken)[0] is False


def test_no_day_lies_after_that_of_the_file_where_the_standard_forbids_it(demonstration: None) -> None:
    tree = document(as_of="2016-12-31")
    days = [one.get("iso-date") for one in tree.iter("activity-date") if one.get("type") in ("2", "4")]
    days += [one.get("iso-date") for one in tree.iter("transaction-date")]
    assert max(days) <= "2016-12-31"
    assert len(list(tree.iter("transaction"))) < len(list(document().iter("transaction")))


def test_identifiers_begin_with_the_publisher_and_are_unique(demonstration: None) -> None:
    tree = document()
    found = [one.text for one in tree.iter("iati-identifier")]
    assert len(set(found)) == len(found)
    assert {text.startswith("XI-IATI-cofund-imi2-") for text in found} == {True}
    references = [one.get("ref") for one in tree.iter("transaction")]
    assert len(set(references)) == len(references)
    assert {text.startswith("XI-IATI-cofund-imi2-") for text in references} == {True}
    assert {one.get("ref") for one in tree.iter("related-activity")} == {"XI-IATI-cofund-imi2-programme"}


@pytest.mark.parametrize(
    ("scheme", "on"), [("imi2", None), ("imi2", date(2019, 12, 31)), ("ihi", None), ("ihi", date(2025, 6, 1))]
)
def test_what_comes_in_is_what_the_books_have(demonstration: None, scheme: str, on: date | None) -> None:
    came, paid = defaultdict(int), defaultdict(int)
    direct: defaultdict[int, int] = defaultdict(int)
    for one in open_activities.activities(scheme, Moment.of(on)):
        if isinstance(one.target, Project):
            came[one.target.pk] = sum(row.amount_cents for row in one.incoming) + one.public_cents
            direct[one.target.pk] = sum(row.amount_cents for row in one.incoming if not row.on_its_way)
            paid[one.target.pk] = one.paid.amount_cents if one.paid else 0
    expected = {}
    for project in Project.objects.filter(scheme__code=scheme):
        found = funding.of_target(scheme, Target(project=project), as_of=on)
        if found.total_cents and all(state.stage in ("committed", "validated") for state in found.states):
            expected[project.pk] = found.total_cents
    assert {key: came[key] for key in expected} == expected
    assert {key: paid[key] + direct[key] for key in expected} == expected
    assert expected


def test_number_of_queries_does_not_grow_with_the_projects(
    demonstration: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    current("imi2")
    with django_assert_max_num_queries(30):
        found = [one.target for one in open_activities.activities("imi2", Moment.of())]
    projects = [one for one in found if isinstance(one, Project)]
    assert len(projects) == Project.objects.filter(scheme__code="imi2").count() > 20


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/programmes/imi2/iati.xml?as_of=soon", 400, "which is no day. Write it as 2016-12-31."),
        ("/programmes/nowhere/iati.xml", 404, ""),
    ],
)
def test_file_that_cannot_be_says_why(demonstration: None, path: str, status: int, words: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == status
    assert words in answer.getvalue().decode()
