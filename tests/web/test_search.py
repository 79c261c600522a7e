"""The page of the public search: a box on every public page, results with what was asked for marked, facets, and files."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from tests.books import Office, shipped
from tests.worlds import world

from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import RoleHolding, Topic

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    for number, country in enumerate(("BE", "BE", "FR")):
        row = Organisation.objects.create(
            slug=f"lynx-{number}", name=f"Lynx {number}", country=country, kind="foundation"
        )
        RoleHolding.objects.create(scheme=office.row, organisation=row, role="partner")
    Topic.objects.create(scheme=office.row, code="T-LYNX", title="Lynxes <b>and</b> others")
    return office


def test_every_public_page_has_the_search(client: Client, office: Office) -> None:
    for path in ("/", "/partners/", "/programmes/imi2/"):
        assert '<form class="bar-search" method="get" action="/search/"' in client.get(path).text
    officer = Client()
    officer.force_login(User.objects.create_user("olga", role="officer"))
    assert "bar-search" not in officer.get("/office/").text


def test_results_lead_to_pages_and_mark_what_was_asked_for(client: Client, office: Office) -> None:
    text = client.get("/search/", {"q": "lynx"}).text
    assert "4 results" in text
    assert '<a href="/programmes/imi2/topics/T-LYNX/">T-LYNX' not in text
    assert "T-<mark>LYNX</mark>: <mark>Lynxes</mark> &lt;b&gt;and&lt;/b&gt; others</a>" in text
    for href in re.findall(r'<h3><a href="([^"]+)">', text):
        assert client.get(href).status_code == 200


def test_facets_narrow_and_can_be_let_go(client: Client, office: Office) -> None:
    text = client.get("/search/", {"q": "lynx", "country": "BE"}).text
    assert "2 results" in text
    assert re.search(r'<a href="/search/\?q=lynx&amp;country=FR">France</a> <span class="facet-count">1</span>', text)
    assert '<a class="pill" href="/search/?q=lynx">' in text


def test_files_have_what_the_page_has(client: Client, office: Office) -> None:
    rows = json.loads(client.get("/search/", {"q": "lynx", "kind": "partner", "format": "json"}).content)["rows"]
    assert [(row["kind"], row["address"]) for row in rows] == [("partner", f"/partners/lynx-{n}/") for n in range(3)]
    assert client.get("/search/", {"q": "lynx", "format": "csv"}).content.count(b"\r\n") == 5


def test_question_of_any_length_and_kind_is_answered(client: Client, office: Office) -> None:
    for asked in ("", "x" * 10_000, '"' * 500, "<script>alert(1)</script>", "lynx " * 2_000):
        answer = client.get("/search/", {"q": asked})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert len(answer.content) < 60_000
    assert "Only the first" in client.get("/search/", {"q": "lynx " * 2_000}).text
    assert "Nothing public fits" in client.get("/search/", {"q": "nobody"}).text
    assert client.get("/search/", {"q": "lynx", "page": "99999"}).status_code == 200
    assert (
        client.get("/search/", {"partner_kind": "nonsense", "scheme": "nothing", "kind": "x", "year": "no"}).status_code
        == 200
    )
