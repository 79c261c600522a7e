"""Pages of documents: the same figures as the files, who may open them, and nothing in public that is not published."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests.books import DAY, FINANCE, MILLION, Office, shipped
from tests.pdfs import read
from tests.rights import partner
from tests.rounds import Round
from tests.worlds import world

from cofund.actions import contributions
from cofund.queries.documents import catalogue
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.rules import roles
from cofund.web import throttling
from cofund.web.public import documents as public_documents

BOOKED = dt.datetime(2016, 1, 10, 12, tzinfo=dt.UTC)
LATER = dt.datetime(2018, 3, 15, 12, tzinfo=dt.UTC)
KEYS = [kind.key for kind in catalogue.KINDS]
PUBLIC = [kind.key for kind in catalogue.KINDS if kind.is_public]


@world
def office() -> Office:
    """IMI2 with a committed contribution of JDRF, delivered in part, and one of a trust that is only pledged."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = BOOKED
    office.pledge(7 * MILLION + 1, "JDRF", kind="FC_JU")
    office.endorse(Contribution.objects.get())
    office.reserve()
    office.commit()
    given = Contribution.objects.get()
    silent = Target(topic=office.topic("T2"))
    office.pledge(123_456_789, "Silent Trust", kind="FC_JU", target=silent)
    contributions.deliver(FINANCE, given, 2 * MILLION + 50, office.grounds(), at=LATER)
    return office


def client_of(role: str, office: Office | None = None) -> Client:
    """A browser in which somebody of a role is signed in; a partner's person reads for JDRF."""
    client = Client()
    if role == roles.PARTNER:
        assert office is not None
        client.force_login(partner("paul", office.organisation("JDRF"), "read"))
    elif role != roles.PUBLIC:
        client.force_login(User.objects.create(username=role, role=role))
    return client


def words_of(content: bytes) -> str:
    """The words of a page, blanks made one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


PATHS = (
    "/office/documents/",
    "/office/imi2/documents/",
    *(f"/office/imi2/documents/{key}/" for key in PUBLIC),
    "/office/imi2/documents/states/?format=xlsx",
    "/office/imi2/leverage/",
    "/office/imi2/leverage/?format=csv&sheet=projects",
    "/office/imi2/leverage.pdf",
)


@pytest.mark.parametrize("role", [role for role in roles.ROLES if role != roles.OPERATOR])
def test_documents_of_the_office_open_to_those_who_read_the_books(office: Office, role: str) -> None:
    client = client_of(role, office)
    expected = 200 if roles.may(role, "read the books") else 302 if role == roles.PUBLIC else 403
    assert {path: client.get(path).status_code for path in PATHS} == dict.fromkeys(PATHS, expected)


def test_documents_that_are_not_there_answer_alike(office: Office) -> None:
    client = client_of(roles.OFFICER)
    paths = ["/office/imi2/documents/nothing/", "/office/nobody/documents/states/"]
    paths += ["/office/nobody/documents/", "/office/nobody/leverage/"]
    assert [client.get(path).status_code for path in paths] == [404] * 4
    public = (
        "/programmes/imi2/documents/nothing/",
        "/programmes/nobody/documents/",
        "/programmes/ihi/documents/ikaa-plan/",
    )
    assert [Client().get(path).status_code for path in public] == [404] * 3


def test_list_leads_to_every_document_of_the_same_day(office: Office) -> None:
    html = (
        client_of(roles.OFFICER)
        .get("/office/imi2/documents/?as_of=2016-12-31&known_on=2017-01-31&year=2016")
        .content.decode()
    )
    links = [unescape(link) for link in re.findall(r'href="(/office/imi2/(?:documents|leverage)[^"]*)"', html)]
    mine = [link for link in links if "as_of=2016-12-31&known_on=2017-01-31" in link]
    assert len(mine) == 2 * len(PUBLIC) + 3
    client = client_of(roles.AUDITOR)
    assert {client.get(link).status_code for link in mine} == {200}


def test_page_and_workbook_and_csv_say_the_same(office: Office) -> None:
    client = client_of(roles.OFFICER)
    address = "/office/imi2/documents/annual-report/?year=2015"
    page = words_of(client.get(f"{address}&sheet=by-project").content)
    assert "P1 7,000,000.01 2,000,000.50 2,000,000.50 2,000,000.50" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}&format=xlsx").content), data_only=True)
    row = next(row for row in book["By project"].iter_rows(values_only=True) if row[0] == "P1")
    assert row[1:5] == (7_000_000.01, 2_000_000.5, 2_000_000.5, 2_000_000.5)
    answer = client.get(f"{address}&format=csv&sheet=by-project")
    text = b"".join(answer.streaming_content).decode()
    assert ",P1,7000000.01,2000000.50,2000000.50,2000000.50," in text
    assert answer["Content-Disposition"].startswith('attachment; filename="imi2-annual-report-')


def test_page_of_a_past_instant_shows_what_was_known_then(office: Office) -> None:
    client = client_of(roles.OFFICER)
    address = "/office/imi2/documents/annual-report/?year=2015&sheet=by-project&as_of=2016-12-31"
    assert "P1 7,000,000.01 0 0 0" in words_of(client.get(f"{address}&known_on=2017-12-31").content)
    assert "P1 7,000,000.01 2,000,000.50" in words_of(client.get(address).content)


@pytest.mark.parametrize("key", PUBLIC)
def test_public_documents_name_nobody_before_it_is_published(office: Office, key: str) -> None:
    found = Client().get(f"/programmes/imi2/documents/{key}/?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(found.content), data_only=True)
    words = " ".join(str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    assert "JDRF" in words and "Silent Trust" not in words and "1234567.89" not in words
    assert Client().get(f"/programmes/imi2/documents/{key}/").status_code == 200


def test_contribution_that_left_its_public_stage_is_the_only_one_left_out(db: None) -> None:
    """A scheme that publishes from a later stage leaves its committed contributions out, and says how many."""
    text = shipped("imi2").replace('from_stage = "committed"', 'from_stage = "accepted"')
    office = Office.with_scheme(text, "imi2")
    office.pledge(7 * MILLION, "JDRF", kind="FC_JU")
    office.endorse(Contribution.objects.get())
    office.reserve()
    office.commit()
    page = words_of(Client().get("/programmes/imi2/documents/states/").content)
    assert "One contribution is not published and not in here." in page and "7,000,000" not in page
    inside = words_of(client_of(roles.OFFICER).get("/office/imi2/documents/states/").content)
    assert "7,000,000" in inside and "not in here" not in inside


def test_public_page_of_the_programme_leads_to_its_documents(office: Office) -> None:
    html = Client().get("/programmes/imi2/").content.decode()
    assert 'href="/programmes/imi2/documents/"' in html
    listed = Client().get("/programmes/imi2/documents/").content.decode()
    assert [key for key in KEYS if f"/documents/{key}/" in listed] == PUBLIC
    assert "leverage" not in listed.lower().replace("leverage_", "")


@pytest.mark.parametrize(
    "path",
    ["/office/imi2/documents/states/", "/office/imi2/leverage/", "/programmes/imi2/documents/states/",
     "/office/partner/jdrf/statement/"],
)  # fmt: skip
def test_day_that_cannot_be_read_is_said_and_no_file_is_made(office: Office, path: str) -> None:
    client = client_of(roles.OFFICER)
    page = client.get(path, {"as_of": "31.12.2016"})
    assert (page.status_code, "which is no day" in page.content.decode()) == (400, True)
    if "statement" not in path:
        assert client.get(path, {"as_of": "2016-13-01", "format": "xlsx"}).status_code == 400


def test_statement_page_and_pdf_say_the_same_of_a_past_instant(office: Office) -> None:
    client = client_of(roles.PARTNER, office)
    query = {"as_of": "2016-12-31", "known_on": "2017-12-31"}
    page = client.get(reverse("office-partner-statement", args=["jdrf"]), query)
    html = page.content.decode()
    own = re.search(r'href="(/office/partner/jdrf/statement\.pdf\?[^"]+)"', html)
    assert own is not None
    answer = client.get(unescape(own[1]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    words = read(answer.content)[1]
    for said in ("EUR 7,000,000.01", "Committed, no delivery recorded here yet"):
        assert said in words and said in words_of(page.content)
    assert "EUR 2,000,000.50" not in words and "EUR 2,000,000.50" not in words_of(page.content)
    now = words_of(client.get(reverse("office-partner-statement", args=["jdrf"])).content)
    assert "EUR 2,000,000.50" in now


def test_statement_is_reached_from_the_desk_and_from_the_page_of_the_office(office: Office) -> None:
    path = reverse("office-partner-statement", args=["jdrf"])
    desk = client_of(roles.PARTNER, office).get("/office/").content.decode()
    assert f'<a href="{path}">Statements</a>' in desk
    assert f'href="{path}"' in client_of(roles.OFFICER).get("/office/partners/jdrf/").content.decode()


def test_statement_of_another_partner_answers_as_one_that_is_not_there(office: Office) -> None:
    client = client_of(roles.PARTNER, office)
    forbidden = client.get(reverse("office-partner-statement-pdf", args=["silent-trust"]))
    absent = client.get(reverse("office-partner-statement-pdf", args=["nobody"]))
    assert (forbidden.status_code, absent.status_code) == (404, 404)
    assert forbidden.content == absent.content


@pytest.mark.parametrize("role", [role for role in roles.ROLES if role not in (roles.OPERATOR, roles.PARTNER)])
def test_statement_opens_to_the_roles_that_read_a_partners_pages(office: Office, role: str) -> None:
    expected = 200 if roles.may(role, "read a partner's pages") else 302 if role == roles.PUBLIC else 403
    client = client_of(role)
    paths = [reverse(name, args=["jdrf"]) for name in ("office-partner-statement", "office-partner-statement-pdf")]
    assert [client.get(path).status_code for path in paths] == [expected, expected]


def test_leverage_page_shows_what_was_restated(office: Office) -> None:
    client = client_of(roles.AUDITOR)
    query = {"earlier_on": "2016-12-31", "earlier_known_on": "2017-12-31"}
    page = words_of(client.get("/office/imi2/leverage/", query).content)
    assert "Certified: EUR 0 as published, EUR 2,000,000.50 as known now, EUR 2,000,000.50 more" in page
    listed = words_of(client.get("/office/imi2/leverage/", query | {"sheet": "restatements"}).content)
    assert "Delivered and validated" in listed and "Reason of the test" in listed


def test_activities_of_a_year_open_as_pages(db: None) -> None:
    site = Round.opened()
    site.plan("approved")
    site.report("validated")
    client = client_of(roles.FINANCE_OFFICER)
    plan = words_of(client.get("/office/ihi/documents/ikaa-plan/?year=2025&sheet=lines").content)
    assert "Training of hospitals" in plan and "Approved by the board" in plan
    report = words_of(client.get("/office/ihi/documents/ikaa-report/?year=2025").content)
    assert "M 1,000,000 900,000 900,000 900,000" in report
    assert client.get(f"/office/ihi/documents/ikaa-plan/?as_of={DAY.isoformat()}").status_code == 200


def test_public_documents_of_many_past_days_are_refused_and_the_one_of_today_is_not(
    office: Office, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_documents, "PAST", throttling.Lane(2))
    address = reverse("document", args=["imi2", "states"])
    days = ["2024-01-01", "2024-01-02", "2024-01-01", "2024-01-03"]
    answers = [client.get(address, {"as_of": day, "format": "xlsx"}) for day in days]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Too many documents at once" in answers[-1].content.decode()
    assert client.get(address).status_code == 200
