"""Public forms are made once for everybody, and each visitor has tokens of its own that work."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.books import Office, fund
from tests.web.test_interest import FORM

from cofund.records.directory.models import User
from cofund.records.programme.models import ExpressionOfInterest, Topic
from cofund.web import kept_forms
from cofund.web.kept_answers import SHELF

pytestmark = pytest.mark.usefixtures("transactional_db")
TRIES = 20
PATH = "/programmes/fund/topics/VACCINES/contribute/"


@pytest.fixture
def office() -> Office:
    SHELF.clear()
    made = Office.with_scheme(fund(), "fund")
    made.topic("VACCINES")
    return made


def held(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.findall(rf'name="{name}" value="([^"]+)"', html)
    assert len(set(found)) == 1
    return str(found[0])


def is_kept(path: str) -> bool:
    """Whether a form is ever answered without asking the database for more than its version."""
    for _ in range(TRIES):
        with CaptureQueriesContext(connection) as queries:
            Client().get(path)
        if len(queries) <= 1:
            return True
    return False


@pytest.mark.parametrize("path", [PATH, f"/fr{PATH}", "/ideas/suggest/", "/check/fund/"])
def test_form_is_made_once_and_holds_nothing_of_the_visitor_before(office: Office, path: str) -> None:
    assert is_kept(path)
    first, second = Client(), Client()
    pages = [client.get(path) for client in (first, second, second)]
    assert len({held(page.text, "csrfmiddlewaretoken") for page in pages}) == 3
    cookies = [client.cookies["csrftoken"].value for client in (first, second)]
    assert len(set(cookies)) == 2
    assert all("no-store" in page["Cache-Control"] for page in pages)
    assert all("Cookie" in page["Vary"] for page in pages)
    # What holds a secret is never packed: its length would tell it.
    packed = Client().get(path, headers={"Accept-Encoding": "gzip"})
    assert not packed.has_header("Content-Encoding")
    assert b"\0" not in packed.content
    # But for the tokens it is what a form is that was made for one visitor alone.
    SHELF.clear()
    made = Client()
    made.cookies["messages"] = "anything"
    alone, kept = (kept_forms.emptied(one.get(path).content) for one in (made, Client()))
    assert alone == kept


def test_kept_form_is_taken_with_its_own_tokens_and_with_no_others(office: Office) -> None:
    assert is_kept(PATH)
    visitor, stranger = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    page, other = visitor.get(PATH).text, stranger.get(PATH).text
    mine = {"csrfmiddlewaretoken": held(page, "csrfmiddlewaretoken"), "token": held(page, "token")}
    theirs = {"csrfmiddlewaretoken": held(other, "csrfmiddlewaretoken"), "token": held(other, "token")}
    assert mine["token"] != theirs["token"]
    assert visitor.post(PATH, {**FORM, **mine, "csrfmiddlewaretoken": theirs["csrfmiddlewaretoken"]}).status_code == 403
    assert ExpressionOfInterest.objects.count() == 0
    answer = visitor.post(PATH, {**FORM, **mine})
    assert (answer.status_code, answer["Location"]) == (302, reverse("contribute-sent"))
    assert visitor.post(PATH, {**FORM, **mine}).status_code == 302
    assert ExpressionOfInterest.objects.count() == 1


def test_form_that_is_closed_is_gone_at_once(office: Office) -> None:
    assert is_kept(PATH)
    Topic.objects.filter(code="VACCINES").update(status=Topic.Status.DROPPED)
    assert Client().get(PATH).status_code == 404


def test_refused_form_and_the_form_of_somebody_signed_in_are_their_own(office: Office) -> None:
    assert is_kept(PATH)
    visitor = Client()
    sent = visitor.post(PATH, {**FORM, "email": "no address", "token": held(visitor.get(PATH).text, "token")})
    assert sent.status_code == 422
    assert "Grace Giver" in sent.text
    assert "Grace Giver" not in Client().get(PATH).text
    officer = Client()
    officer.force_login(User.objects.create_user("olga", role="officer", last_name="Officer"))
    assert "Officer" in officer.get(PATH).text
    assert "Sign in" in Client().get(PATH).text
