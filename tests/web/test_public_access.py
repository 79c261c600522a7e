"""Who sees what on the public pages: names before publication, reasons and actors are not for everybody."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.books import DAY, MILLION, STATED, Office, shipped
from tests.rights import grant
from tests.worlds import world

from cofund.actions import contributions
from cofund.actions.books import Grounds
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Project, RoleHolding
from cofund.web import lists

pytestmark = pytest.mark.django_db

SECRET = "Reason of the test"
ACTOR = "Finance officer"


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture
def pledged(office: Office) -> Contribution:
    """A pledge that its scheme does not publish yet: only what is committed is public."""
    return office.pledge(7 * MILLION, "Secret Trust", kind="FC_JU").contribution


def signed_in(role: str, organisation: str = "") -> Client:
    client = Client()
    user = User.objects.create_user(username=role, role=role)
    if organisation:
        user.organisation = Office("imi2").organisation(organisation)
        user.save()
        grant(user, user.organisation)
    client.force_login(user)
    return client


def paths(contribution: Contribution) -> list[str]:
    return [
        "/",
        "/partners/",
        "/partners/secret-trust/",
        "/programmes/imi2/",
        "/programmes/imi2/projects/",
        "/programmes/imi2/topics/T1/",
        "/programmes/imi2/movements/B/",
        f"/contributions/{contribution.reference}/",
    ]


def everything(client: Client, contribution: Contribution) -> str:
    """Every page and file about a contribution, but for the page of the organisation itself, in one text."""
    found = [path for path in paths(contribution) if path != "/partners/secret-trust/"]
    texts = [client.get(f"{path}{query}").text for path in found for query in ("", "?format=csv", "?format=json")]
    journal = b"".join(client.get("/programmes/imi2/journal.beancount").streaming_content).decode()
    return "\n".join([*texts, journal])


def test_public_does_not_see_who_pledged(client: Client, pledged: Contribution) -> None:
    text = everything(client, pledged)
    assert [text.count("Secret Trust"), text.count(SECRET), text.count(ACTOR)] == [0, 0, 0]


def test_public_does_not_see_a_partner_before_publication(client: Client, pledged: Contribution) -> None:
    answers = [client.get(f"/partners/secret-trust/{query}") for query in ("", "?format=csv", "?format=json")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_public_sees_no_amount_beside_a_known_partner_before_publication(client: Client, pledged: Contribution) -> None:
    trust = Organisation.objects.get(slug="secret-trust")
    RoleHolding.objects.create(scheme=pledged.book.scheme, organisation=trust, role="partner", recorded_at=clock.now())
    assert json.loads(client.get("/partners/secret-trust/?format=json").content)["rows"] == []


def test_public_sees_the_sums_of_what_is_pledged(client: Client, pledged: Contribution) -> None:
    rows = json.loads(client.get("/programmes/imi2/topics/T1/?format=json").content)["rows"]
    assert {row["source"]: row["total_cents"] for row in rows} == {"public": 7 * MILLION, "partner": 7 * MILLION}


def test_contribution_is_closed_to_the_public_before_publication(client: Client, pledged: Contribution) -> None:
    answer = client.get(f"/contributions/{pledged.reference}/")
    assert [answer.status_code, answer.text.count("This contribution is not public yet")] == [403, 1]


def test_contribution_that_a_public_source_tells_of_is_public(client: Client, office: Office) -> None:
    grounds = Grounds(DAY, SECRET, "https://example.org/", certainty="verified")
    giver, target = office.organisation("Open Trust"), Target(topic=office.topic())
    wanted = Pledge("imi2", target, "partner", "FC_JU", (giver,), MILLION, grounds, STATED)
    made = pledge(office.actor, wanted).contribution
    # Anybody can read the amount at its source; why it was booked stays inside.
    html = client.get(f"/contributions/{made.reference}/").content.decode()
    assert ("Open Trust" in html, SECRET in html) == (True, False)


def test_contribution_is_public_once_committed(client: Client, office: Office, pledged: Contribution) -> None:
    office.endorse(pledged)
    office.reserve()
    office.commit()
    answer = client.get(f"/contributions/{pledged.reference}/")
    assert [answer.status_code, "Secret Trust" in answer.text] == [200, True]
    assert [answer.text.count(SECRET), answer.text.count(ACTOR)] == [0, 0]


def test_contribution_stays_public_for_the_days_before(client: Client, office: Office, pledged: Contribution) -> None:
    office.endorse(pledged)
    office.reserve()
    office.commit()
    assert client.get(f"/contributions/{pledged.reference}/?as_of=2015-10-01").status_code == 200


def test_partner_sees_its_own_pledge_with_its_reasons(pledged: Contribution) -> None:
    text = signed_in("partner", "Secret Trust").get(f"/contributions/{pledged.reference}/").text
    assert ["Secret Trust" in text, SECRET in text] == [True, True]


def test_partner_does_not_see_the_pledge_of_another(pledged: Contribution) -> None:
    text = everything(signed_in("partner", "Another Trust"), pledged)
    assert [text.count("Secret Trust"), text.count(SECRET)] == [0, 0]


@pytest.mark.parametrize("role", ["officer", "finance_officer", "auditor"])
def test_office_and_auditor_see_who_booked_and_why(pledged: Contribution, role: str) -> None:
    client = signed_in(role)
    texts = [
        client.get(path).text for path in (f"/contributions/{pledged.reference}/", "/programmes/imi2/movements/B/")
    ]
    assert [[SECRET in text, ACTOR in text] for text in texts] == [[True, True], [True, True]]


@pytest.mark.parametrize("query", ["", "?format=csv", "?format=json"])
def test_movements_do_not_tell_which_pledge_they_are_of(client: Client, pledged: Contribution, query: str) -> None:
    path = f"/programmes/imi2/movements/B/{query}"
    seen, read = client.get(path).text, signed_in("auditor").get(path).text
    assert [pledged.reference in seen, pledged.reference in read] == [False, True]
    # As a word: `T1` also stands in every instant of the late morning.
    words = [set(re.findall(r"[\w-]+", text)) for text in (seen, read)]
    assert [pledged.topic is not None and pledged.topic.code in one for one in words] == [False, True]


def test_movements_of_a_pledge_are_not_found_by_its_reference(client: Client, pledged: Contribution) -> None:
    path = f"/programmes/imi2/movements/B/?about={pledged.reference}"
    assert "No movement fits." in client.get(path).text
    assert "No movement fits." not in signed_in("auditor").get(path).text


def test_evidence_is_withheld_where_the_reason_is(client: Client, office: Office) -> None:
    wanted = Pledge(
        "imi2",
        Target(topic=office.topic()),
        "partner",
        "FC_JU",
        (office.organisation("Secret Trust"),),
        MILLION,
        Grounds(DAY, SECRET, "https://example.org/letter"),
        STATED,
    )
    made = pledge(office.actor, wanted).contribution
    assert everything(client, made).count("example.org/letter") == 0
    path = "/programmes/imi2/movements/B/"
    auditor = signed_in("auditor")
    texts = [auditor.get(f"{path}{query}").text for query in ("", "?format=csv", "?format=json")]
    assert ["example.org/letter" in text for text in texts] == [True, True, True]


@pytest.mark.parametrize("path", ["/", "/partners/", "/programmes/imi2/", "/programmes/imi2/movements/B/"])
def test_file_of_a_format_that_there_is_not_is_refused_with_those_that_there_are(
    client: Client, office: Office, path: str
) -> None:
    answer = client.get(f"{path}?format=xml")
    assert [answer.status_code, answer.text] == [400, "This page has no file of that format. It has: csv, json.\n"]


def test_reason_of_a_tranche_itself_is_public(client: Client, office: Office) -> None:
    office.top_up(1 * MILLION, "B")
    rows = json.loads(client.get("/programmes/imi2/movements/B/?format=json").content)["rows"]
    assert [row["reason"] for row in rows] == [
        SECRET,
        "Ceiling of Matched by Associated Partners as the scheme states it",
    ]


def test_cell_that_would_be_a_formula_is_harmless(client: Client, office: Office) -> None:
    topic = office.topic("=1+1")
    assert client.get("/programmes/imi2/topics/?format=csv").text.splitlines()[1].split(",")[2] == "'=1+1"
    assert json.loads(client.get("/programmes/imi2/topics/?format=json").content)["rows"][0]["topic"] == topic.code


def book(office: Office, first: int, last: int) -> None:
    """Topics with a project and two contributions each."""
    for number in range(first, last):
        target = Target(topic=office.topic(f"T{number}"))
        own = office.pledge(MILLION, f"Trust {number}", target=target, kind="IK").contribution
        other = office.pledge(MILLION, "Companies", target=target, kind="IK", role="member").contribution
        office.endorse(own)
        office.endorse(other)
        office.reserve(target)
        office.commit(target, office.project(f"p{number}", target.topic))
        office.topic(f"open{number}")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/programmes/",
        "/programmes/imi2/",
        "/programmes/imi2/movements/B/",
        "/programmes/imi2/projects/",
        "/programmes/imi2/topics/",
        "/topics/",
        "/partners/",
        "/about-data/",
    ],
)
def test_list_asks_the_database_as_often_for_three_as_for_one(client: Client, office: Office, path: str) -> None:
    counts = []
    for first, last in ((0, 1), (1, 3)):
        book(office, first, last)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_page_of_one_asks_as_often_for_three_versions_as_for_one(client: Client, office: Office) -> None:
    book(office, 0, 1)
    own = Contribution.objects.get(parties__slug="trust-0")
    paths = ["/programmes/imi2/projects/p0/", f"/contributions/{own.reference}/", "/partners/trust-0/"]
    counts = []
    for amounts in ((), (2 * MILLION, 3 * MILLION)):
        for amount in amounts:
            own.refresh_from_db()
            contributions.amend(office.actor, own, amount, office.grounds())
        found = []
        for path in paths:
            # The first reader after a booking reads what it changed, and the very first one the whole book.
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_projects_stand_on_pages_and_all_of_them_in_the_file(client: Client, office: Office) -> None:
    """A page has no more rows than any list; its count is of all, and the next page has the rest."""
    for number in range(lists.PAGE_SIZE + 2):
        Project.objects.create(scheme=office.row, slug=f"p{number}", acronym=f"P{number:03}", title="A project")
    path = "/programmes/imi2/projects/"
    pages = [client.get(path, {"page": str(page)}).text for page in (1, 2)]
    acronyms = [re.findall(r">(P\d{3})<", page) for page in pages]
    assert [len(found) for found in acronyms] == [lists.PAGE_SIZE, 2]
    assert f"{lists.PAGE_SIZE} of {lists.PAGE_SIZE + 2} projects" in pages[0]
    assert len(json.loads(client.get(path, {"format": "json"}).content)["rows"]) == lists.PAGE_SIZE + 2
