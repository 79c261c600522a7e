"""Knocking through the pages: the button, the form, one answer for everybody, and the link that only a button uses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, fund, row_counts
from tests.worlds import world

from cofund.queries import interest
from cofund.records.directory.models import Message, Organisation
from cofund.records.programme.models import Call, ExpressionOfInterest, Lead, Topic
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
DECIDED = (
    "Contributions are taken until a topic is adopted. This one is, and the match of what was endorsed is decided."
)
FORM = {
    "organisation_name": "Gates Foundation",
    "country": "US",
    "kind": "foundation",
    "person": "Grace Giver",
    "email": "grace@gates.example",
    "form": "cash",
    "amount_cents": "7,000,000",
    "text": "We would like to bring seven million.",
}


@world
def topic() -> Topic:
    """An open topic of the tests' own fund."""
    return Office.with_scheme(fund(), "fund").topic("VACCINES")


def form_address(code: str = "VACCINES") -> str:
    """The page of the form."""
    return reverse("contribute", args=["fund", code])


def knock(client: Client, **more: str) -> Any:
    """Send the form."""
    return client.post(form_address(), {**FORM, "token": tokens.new(), **more})


def link() -> str:
    """The path of the link in the last e-mail."""
    text = Message.objects.filter(purpose="confirm interest").latest("pk").text
    return next(line for line in text.splitlines() if line.startswith("http")).removeprefix("http://127.0.0.1:8000")


def test_open_topic_has_the_button_and_a_closed_one_has_not(topic: Topic, client: Client) -> None:
    page = reverse("topic", args=["fund", "VACCINES"])
    assert f'href="{form_address()}"' in client.get(page).content.decode()
    Topic.objects.filter(pk=topic.pk).update(status="adopted", adopted_on="2015-10-01")
    assert form_address() not in client.get(page).content.decode()
    assert "it takes an amended work plan." in client.get(page).content.decode()
    assert client.get(form_address()).status_code == 404
    assert knock(client).status_code == 404
    assert client.get(form_address("NONE")).status_code == 404


@pytest.mark.parametrize(
    ("status", "facts", "words"),
    [
        ("drafting", {}, ""),
        ("dropped", {}, ""),
        ("granted", {}, "Contributions are taken while a topic is prepared. This one has its project."),
        ("adopted", {"closed_on": dt.date(2026, 4, 29)}, DECIDED),
        (
            "adopted",
            {},
            f"{DECIDED} Whoever would give now writes to the programme office: it takes an amended work plan.",
        ),
        (
            "adopted",
            {"procedure": "single_stage", "opened_on": dt.date(2026, 3, 1), "closed_on": dt.date(2026, 9, 1)},
            f"{DECIDED} Until the deadline of the call, partners join a consortium that applies.",
        ),
    ],
)
def test_topic_says_why_nobody_can_knock(topic: Topic, status: str, facts: dict[str, Any], words: str) -> None:
    call = Call.objects.create(scheme=topic.scheme, code="C", **facts)
    Topic.objects.filter(pk=topic.pk).update(status=status, call=call)
    topic.refresh_from_db()
    assert interest.closed_because(topic, dt.date(2026, 5, 1)) == words


def test_form_of_a_topic_whose_state_is_made_up_says_so(topic: Topic, client: Client) -> None:
    note = "In fact the call is published."
    Topic.objects.filter(pk=topic.pk).update(status_certainty="assumed", status_note=note)
    assert note in client.get(form_address()).text


def test_knock_from_a_country_that_there_is_not_is_told_so(topic: Topic, client: Client) -> None:
    answer = knock(client, country="ZZ")
    assert (answer.status_code, ExpressionOfInterest.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {
        "country": ["“ZZ” is no country in two letters. Write it as in DE or US."],
    }
    assert knock(client, country="uk").status_code == 302
    assert ExpressionOfInterest.objects.get().country == "GB"


def test_knock_is_answered_alike_whoever_is_known(topic: Topic, client: Client) -> None:
    Organisation.objects.create(slug="gates", name="Gates Foundation")
    known = knock(client)
    stranger = knock(client, organisation_name="Unknown Trust", email="x@unknown.example")
    assert (known.status_code, known.url) == (stranger.status_code, stranger.url) == (302, "/contribute/sent/")
    assert "Look into your mail" in client.get(known.url).content.decode()


def test_link_that_is_followed_changes_nothing(topic: Topic, client: Client) -> None:
    knock(client)
    before = row_counts()
    for method in (client.get, client.head):
        assert method(link()).status_code == 200
    assert (row_counts(), Lead.objects.count()) == (before, 0)
    assert "We would like to bring seven million." in client.get(link()).content.decode()


def test_button_confirms_once(topic: Topic, client: Client) -> None:
    knock(client)
    path = link()
    for _ in range(2):
        answer = client.post(path)
        assert (answer.status_code, answer.url) == (302, "/contribute/thanks/")
    assert Lead.objects.count() == 1
    assert client.get(path).url == "/contribute/thanks/"
    assert "What happens next" in client.get("/contribute/thanks/").content.decode()


def test_links_that_do_not_work_answer_alike(topic: Topic, client: Client) -> None:
    knock(client)
    good = link()
    broken = good[:-3] + "xx/"
    forged = reverse("contribute-confirm", args=[interest.signed("no such token")])
    answers = [client.get(address) for address in (broken, forged)] + [
        client.post(address) for address in (broken, forged)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert Lead.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (
            "email",
            "nonsense",
            "“Your e-mail address” takes an e-mail address, such as name@example.org. “nonsense” is none.",
        ),
        ("organisation_name", "", "it cannot be left empty."),
        ("country", "Belgium", "“BELGIUM” is no country in two letters. Write it as in DE or US."),
        ("amount_cents", "1,5", "is not an amount that can be read for certain"),
        ("text", "Hi", "at least 10 characters"),
    ],
)
def test_mistake_keeps_what_was_typed_and_says_what_to_do(
    topic: Topic, client: Client, field: str, typed: str, words: str
) -> None:
    answer = knock(client, **{field: typed})
    html = answer.content.decode()
    assert (answer.status_code, words in html, "Grace Giver" in html) == (422, True, True)
    assert ExpressionOfInterest.objects.count() == 0


def test_too_many_are_refused_with_the_time(topic: Topic, client: Client) -> None:
    for _ in range(3):
        assert knock(client).status_code == 302
    answer = knock(client)
    html = answer.content.decode()
    assert (answer.status_code, "Please try again after" in html, "seven million" in html) == (422, True, True)
    assert (ExpressionOfInterest.objects.count(), Message.objects.count()) == (3, 3)


def test_form_that_is_sent_twice_makes_one(topic: Topic, client: Client) -> None:
    token = tokens.new()
    assert knock(client, token=token).url == knock(client, token=token).url
    assert ExpressionOfInterest.objects.count() == 1
    assert knock(client, token="made up").status_code == 422


def test_form_of_another_site_is_refused(topic: Topic) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert knock(strict).status_code == 403
    knock(Client())
    assert strict.post(link()).status_code == 403
    assert Lead.objects.count() == 0


@pytest.mark.parametrize(
    ("behind", "forwarded", "same"),
    [(False, "198.51.100.1", True), (True, "203.0.113.9, 198.51.100.1", False), (True, "", True)],
)
def test_address_of_a_proxy_is_believed_only_behind_one(
    topic: Topic, client: Client, settings: Any, behind: bool, forwarded: str, same: bool
) -> None:
    settings.BEHIND_TLS = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    client.post(form_address(), {**FORM, "token": tokens.new()}, headers=headers)
    row = ExpressionOfInterest.objects.get()
    assert (row.origin_digest == interest.origin_digest("127.0.0.1")) == same
    assert (row.origin_digest == interest.origin_digest("198.51.100.1")) == (not same)


def test_pages_of_knocking_are_kept_by_no_cache(topic: Topic, client: Client) -> None:
    knock(client)
    for address in (form_address(), link()):
        assert "no-store" in client.get(address)["Cache-Control"]
