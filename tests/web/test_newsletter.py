"""The newsletter through the pages: one field, one answer for everybody, links that only a button uses, one click that leaves."""

from __future__ import annotations

import datetime as dt
import email as emails
import json
from typing import Any

import listunsub
import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, fund
from tests.newsletter import issue

from cofund.actions import posting
from cofund.actions.actors import Actor
from cofund.actions.newsletter import signing_up
from cofund.actions.topics import NewTopic, open_topic
from cofund.queries import clock
from cofund.queries.newsletter import links, subscribers
from cofund.records.directory.models import AuditEvent, Message, User
from cofund.records.programme.models import Followed, LeftAddress, SignUp, Subscriber, Topic
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
ADDRESS = "grace@gates.example"
SITE = "https://cofund.example.org"


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    """A site with an address of its own."""
    settings.COFUND_SITE_URL = SITE


@pytest.fixture
def topic() -> Topic:
    """An open topic of the tests' own fund."""
    return Office.with_scheme(fund(), "fund").topic("VACCINES")


def ask(client: Client, email: str = ADDRESS, page: str = "") -> Any:
    """Send the form with the one field."""
    return client.post(page or reverse("newsletter"), {"email": email, "token": tokens.new()})


def link(purpose: str = "confirm newsletter") -> str:
    """The path of the link in the last e-mail."""
    text = Message.objects.filter(purpose=purpose).latest("pk").text
    return next(line for line in text.splitlines() if line.startswith(SITE)).removeprefix(SITE)


def subscriber(client: Client, email: str = ADDRESS, page: str = "") -> Subscriber:
    """Somebody who signed up and confirmed."""
    ask(client, email, page)
    client.post(link())
    return Subscriber.objects.get(email__iexact=email)


def follow_page() -> str:
    """The page on which a topic is followed."""
    return reverse("newsletter-follow", args=["fund", "VACCINES"])


def test_one_field_sends_one_link_and_keeps_nobody_yet(topic: Topic, client: Client) -> None:
    page = client.get(reverse("newsletter"))
    assert list(page.context["form"].fields) == ["email"]
    answer = ask(client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("newsletter-sent"))
    message = Message.objects.get()
    assert (message.recipient, message.subject, Subscriber.objects.count()) == (
        ADDRESS,
        "Confirm: newsletter of Cofund",
        0,
    )


def test_link_that_is_opened_changes_nothing_and_the_button_confirms(topic: Topic, client: Client) -> None:
    ask(client)
    address = link()
    assert client.get(address).status_code == 200
    assert (Subscriber.objects.count(), SignUp.objects.get().confirmed_at) == (0, None)
    answer = client.post(address)
    row = Subscriber.objects.get()
    assert answer["Location"] == reverse("newsletter-preferences", args=[links.own_token(row)])
    assert (row.email, row.frequency, SignUp.objects.get().email, Message.objects.count()) == (
        ADDRESS,
        "monthly",
        "",
        0,
    )
    # Once more leads to the same page.
    assert [client.post(address)["Location"], client.get(address)["Location"]] == [answer["Location"]] * 2


def test_answer_and_message_are_the_same_whoever_is_known(topic: Topic, client: Client) -> None:
    subscriber(client)
    shown, written = [], []
    for email in (ADDRESS.upper(), "other@example.org"):
        answer = Client().post(reverse("newsletter"), {"email": email, "token": tokens.new()}, follow=True)
        shown.append((answer.redirect_chain, answer.content))
        message = Message.objects.latest("pk")
        written.append((message.subject, message.text.replace(link(), "")))
    assert shown[0] == shown[1]
    assert written[0] == written[1]
    client.post(link())
    assert sorted(Subscriber.objects.values_list("email", flat=True)) == [ADDRESS, "other@example.org"]


def test_topic_is_followed_without_an_account_and_without_the_newsletter(topic: Topic, client: Client) -> None:
    assert f'href="{follow_page()}"' in client.get(reverse("topic", args=["fund", "VACCINES"])).content.decode()
    row = subscriber(client, page=follow_page())
    assert (row.frequency, [one.code for one in subscribers.followed(row)]) == ("never", ["VACCINES"])
    assert client.get(reverse("newsletter-follow", args=["fund", "NONE"])).status_code == 404


def test_too_many_requests_are_refused_alike_for_known_and_unknown_addresses(topic: Topic, client: Client) -> None:
    subscriber(client)
    said = []
    for email, before in ((ADDRESS, 2), ("other@example.org", 3)):
        assert {ask(client, email).status_code for _ in range(before)} == {302}
        answer = ask(client, email)
        said.append((answer.status_code, answer.context["refused"].text.split(" after ")[0]))
    assert said[0] == said[1]
    assert said[0][0] == 429


def test_network_that_asks_for_many_is_refused(topic: Topic, client: Client) -> None:
    found = [ask(client, f"p{number}@example.org").status_code for number in range(21)]
    assert found == [302] * 20 + [429]


def test_no_address_is_no_address(topic: Topic, client: Client) -> None:
    answer = ask(client, "grace")
    assert (answer.status_code, SignUp.objects.count()) == (422, 0)


def test_preferences_are_shown_by_get_and_changed_by_post(topic: Topic, client: Client) -> None:
    row = subscriber(client, page=follow_page())
    own = reverse("newsletter-preferences", args=[links.own_token(row)])
    assert client.get(own).status_code == 200
    assert client.get(own, {"frequency": "weekly"}).status_code == 200
    row.refresh_from_db()
    assert row.frequency == "never"
    wanted = {"frequency": "weekly", "schemes": ["fund"], "themes": ["topics", "ideas"], "language": "fr"}
    assert client.post(own, wanted)["Location"] == own
    row.refresh_from_db()
    assert (row.frequency, row.schemes, row.themes, row.language) == ("weekly", ["fund"], ["ideas", "topics"], "fr")
    assert (row.is_told_at_once, Followed.objects.count()) == (False, 0)
    assert AuditEvent.objects.latest("pk").action == "change subscription"
    for wrong in ({"frequency": "daily"}, {"schemes": ["none"]}, {"themes": ["none"]}):
        assert client.post(own, {**wanted, **wrong}).status_code == 422


def test_one_click_leaves_without_a_session_and_a_get_changes_nothing(topic: Topic, client: Client) -> None:
    row = subscriber(client, page=follow_page())
    Message.objects.create(
        purpose="newsletter",
        recipient=ADDRESS,
        subject="News",
        text="x",
        written_at=clock.now(),
        sent_at=clock.now(),
        key="a",
    )
    Message.objects.create(
        purpose="newsletter", recipient=ADDRESS, subject="News", text="x", written_at=clock.now(), key="b"
    )
    stranger = Client(enforce_csrf_checks=True)
    address = links.leaving(row).removeprefix(SITE)
    assert (stranger.get(address).status_code, Subscriber.objects.count()) == (200, 1)
    answers = [stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]
    assert (answers, Subscriber.objects.count(), Followed.objects.count(), SignUp.objects.count()) == (
        [200, 200],
        0,
        0,
        0,
    )
    # How many were sent stays known, to whom does not; what waited is gone.
    assert list(Message.objects.values_list("recipient", "key")) == [("", "a")]
    assert (subscribers.has_left(ADDRESS), ADDRESS in str(LeftAddress.objects.values().get())) == (True, False)
    assert stranger.get(address).status_code == 200


def test_button_of_the_page_leaves_too(topic: Topic, client: Client) -> None:
    row = subscriber(client)
    answer = client.post(links.leaving(row).removeprefix(SITE))
    assert (answer["Location"], Subscriber.objects.count()) == (reverse("newsletter-left"), 0)


def test_links_are_good_for_one_thing_alone(topic: Topic, client: Client) -> None:
    row = subscriber(client)
    own, leave = links.own_token(row), links.leaving(row).split("/")[-2]
    found = [
        client.post(reverse("newsletter-leave", args=[own])).status_code,
        client.get(reverse("newsletter-leave", args=[own])).status_code,
        client.get(reverse("newsletter-preferences", args=[leave])).status_code,
        client.post(reverse("newsletter-confirm", args=[own])).status_code,
        client.get(reverse("newsletter-kept", args=[leave])).status_code,
        client.post(reverse("newsletter-erase", args=[leave])).status_code,
        client.post(reverse("newsletter-leave", args=[row.mark])).status_code,
        client.get(reverse("alerts-stop", args=[leave])).status_code,
    ]
    assert (found, Subscriber.objects.count()) == ([404] * 8, 1)


def test_everything_that_is_kept_is_handed_out_and_erased(topic: Topic, client: Client) -> None:
    row = subscriber(client, page=follow_page())
    token = links.own_token(row)
    told = json.loads(client.get(reverse("newsletter-kept", args=[token])).content)
    assert (told["email"], told["followed_topics"][0]["topic"], len(told["sign_ups"])) == (ADDRESS, "VACCINES", 1)
    assert client.get(reverse("newsletter-erase", args=[token])).status_code == 302
    assert Subscriber.objects.count() == 1
    assert client.post(reverse("newsletter-erase", args=[token]))["Location"] == reverse("newsletter-left")
    assert (Subscriber.objects.count(), SignUp.objects.count(), LeftAddress.objects.count()) == (0, 0, 0)
    assert client.get(reverse("newsletter-preferences", args=[token])).status_code == 404
    left_in_trail = [event for event in AuditEvent.objects.values() if ADDRESS in str(event)]
    assert left_in_trail == []


def test_who_left_comes_back_only_by_its_own_confirmation(topic: Topic, client: Client) -> None:
    first = subscriber(client)
    client.post(links.leaving(first).removeprefix(SITE))
    again = subscriber(client)
    assert (subscribers.has_left(ADDRESS), again.mark == first.mark) == (False, False)
    assert client.get(reverse("newsletter-preferences", args=[links.own_token(first)])).status_code == 404


def test_what_is_not_confirmed_is_erased_after_the_stated_days(topic: Topic, client: Client, settings: Any) -> None:
    ask(client)
    made, address = SignUp.objects.get().made_at, link()
    settings.COFUND_NEWSLETTER_CONFIRM_DAYS = 3
    assert signing_up.tidy(at=made + dt.timedelta(days=3, seconds=-1)) == (0, 0)
    SignUp.objects.update(made_at=clock.now() - dt.timedelta(days=3))
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert signing_up.tidy() == (1, 0)
    assert (SignUp.objects.count(), Message.objects.count()) == (0, 0)


def test_recipients_of_old_messages_are_erased(topic: Topic, client: Client) -> None:
    now = clock.now()
    for key, days in (("a", 91), ("b", 89)):
        sent_at = now - dt.timedelta(days=days)
        Message.objects.create(
            purpose="newsletter", recipient=ADDRESS, subject="S", text="x", written_at=sent_at, sent_at=sent_at, key=key
        )
    assert signing_up.tidy() == (0, 1)
    assert list(Message.objects.order_by("key").values_list("recipient", flat=True)) == ["", ADDRESS]


@pytest.mark.parametrize("by_mail", ["", "leave@cofund.example.org"])
def test_header_fields_to_leave_satisfy_the_audit_of_listunsub(
    topic: Topic, client: Client, settings: Any, by_mail: str
) -> None:
    settings.COFUND_EMAIL_LEAVE = by_mail
    row = subscriber(client)
    message = Message.objects.create(
        purpose="newsletter", recipient=ADDRESS, subject="S", text="x", written_at=clock.now(), key="a",
        headers=links.subscriber_headers(row),
    )  # fmt: skip
    email = emails.message_from_bytes(posting.email_of(message).message().as_bytes())
    # The mail server of the site signs; a signature has to cover both fields.
    signed = "v=1; a=rsa-sha256; d=cofund.example.org; s=a; h=from:to:subject:list-unsubscribe:list-unsubscribe-post; bh=x; b=y"
    found = listunsub.audit(
        "".join(email["List-Unsubscribe"].splitlines()), email["List-Unsubscribe-Post"], dkim_signatures=[signed]
    )
    assert [str(one) for one in found] == []
    assert email["List-Id"] == "<newsletter.cofund.example.org>"
    assert ("mailto:" in email["List-Unsubscribe"]) == bool(by_mail)


def test_one_click_is_offered_over_https_alone(topic: Topic, client: Client, settings: Any) -> None:
    row = subscriber(client)
    settings.COFUND_SITE_URL = "http://127.0.0.1:8000"
    assert "List-Unsubscribe-Post" not in links.subscriber_headers(row)


def test_form_asks_for_a_tick_where_nothing_is_new_and_only_there(client: Client) -> None:
    open_topic(Actor("Olga", "officer"), NewTopic(Office.with_scheme(fund(), "fund").scheme, "T1", "Title of T1"))
    client.force_login(User.objects.create_user("olga", role="officer", password=None))
    row, words = issue(), "Send it although nothing is new"
    address = f"/office/newsletter/{row.pk}/send/"
    assert words not in client.get(address).text
    issue("sent")
    assert words in client.get(address).text
    refused = client.post(address, {"token": tokens.new()})
    assert (refused.status_code, "Nothing in it is new" in refused.text) == (422, True)
    assert client.post(address, {"token": tokens.new(), "although_told": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "scheduled"
