"""Somebody signs up, confirms, follows a topic, is told what is new in it, gets an issue, and leaves in one click."""

from __future__ import annotations

import datetime as dt
import email
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.books import Office, shipped
from tests.browser.pages import OpenPage, assert_accessible, signed_in
from tests.integration.test_outbox import Postman, port, serving

from cofund.actions.newsletter import sending
from cofund.actions.topics import NewTopic, open_topic
from cofund.commands.main import cli
from cofund.queries import clock
from cofund.records.directory.models import Message, User
from cofund.records.programme.models import Followed, NewsletterIssue, Subscriber

__all__ = ["port"]
pytestmark = pytest.mark.browser
ADDRESS = "grace@gates.example"


@pytest.fixture
def postman(
    transactional_db: None, settings: Any, live_server: LiveServer, tmp_path: Path, port: int
) -> Iterator[Postman]:
    """A site with an open topic, and a real mail server on loopback."""
    settings.COFUND_SITE_URL, settings.COFUND_HOME = live_server.url, tmp_path
    office = Office.with_scheme(shipped("imi2"), "imi2")
    open_topic(office.actor, NewTopic("imi2", "T1", "Keep the beta cells that are left"))
    User.objects.create_user("olga", "olga@office.example", role="officer", password=None)
    # The site is read in before a browser waits for its first page.
    assert Client().get("/newsletter/").status_code == 200
    with serving(port) as made:
        yield made


def last_mail(postman: Postman) -> tuple[email.message.Message, str]:
    """The last e-mail that came, and its part for those who read text."""
    made = email.message_from_string(postman.taken[-1][1])
    part = next(one for one in made.walk() if one.get_content_type() == "text/plain")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return made, content.decode()


def send_issue(office: Page, postman: Postman) -> None:
    """The office sends an issue of today."""
    office.goto("/office/newsletter/new/")
    office.get_by_label("every week").check()
    office.get_by_role("button", name="Put it together").click()
    office.get_by_role("link", name="Edit").click()
    today = clock.today().isoformat()
    office.get_by_label("First day").fill(today)
    office.get_by_label("Last day").fill(today)
    office.get_by_label("Opening words").fill("Dear reader,\n\na new topic is open.")
    office.get_by_role("button", name="Keep it").click()
    office.get_by_role("button", name="Send me a test").click()
    expect(office.get_by_text("A test is on its way to you.")).to_be_visible()
    assert postman.taken[-1][0] == ["olga@office.example"]
    office.get_by_role("link", name="Send it now").click()
    office.get_by_role("button", name="Send it now").click()
    expect(office.get_by_text("It goes out.")).to_be_visible()
    assert CliRunner().invoke(cli, ["send-mail"]).exit_code == 0


def test_reader_signs_up_follows_gets_and_leaves(
    open_page: OpenPage, live_server: LiveServer, postman: Postman
) -> None:
    page = open_page("desktop")
    # The one field, and the button behind the link.
    page.goto("/newsletter/")
    page.get_by_label("Your e-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    _, text = last_mail(postman)
    page.goto(re.findall(r"http\S+", text)[0])
    assert Subscriber.objects.count() == 0
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_role("heading", name="What you get")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Every week").check()
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Your choice is kept.")).to_be_visible()
    assert Subscriber.objects.get().frequency == "weekly"
    # A topic, from its own page.
    page.goto("/programmes/imi2/topics/T1/")
    page.get_by_role("link", name="Follow this topic").click()
    page.get_by_label("Your e-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Follow").click()
    page.goto(re.findall(r"http\S+", last_mail(postman)[1])[0])
    page.get_by_role("button", name="Yes, follow it").click()
    expect(page.get_by_label("T1: Keep the beta cells that are left")).to_be_checked()
    # What is new in it comes by itself.
    Followed.objects.update(told_until=clock.now() - dt.timedelta(days=1))
    sending.tell_followers(at=clock.now() + dt.timedelta(minutes=5))
    assert CliRunner().invoke(cli, ["send-mail"]).exit_code == 0
    news, text = last_mail(postman)
    assert (news["Subject"], "* Keep the beta cells that are left\n" in text.replace("\r", "")) == ("News of T1", True)
    office = open_page("desktop")
    signed_in(office, User.objects.get(username="olga"), live_server)
    send_issue(office, postman)
    issue, text = last_mail(postman)
    assert (postman.taken[-1][0], issue["To"], "a new topic is open." in text) == ([ADDRESS], ADDRESS, True)
    row = NewsletterIssue.objects.get()
    assert row.status == "sent"
    page.goto("/newsletter/archive/")
    page.get_by_role("link", name=row.title).click()
    expect(page.get_by_role("link", name="Keep the beta cells that are left")).to_be_visible()
    # One click, as the mail program makes it: no session, no page.
    leave = issue["List-Unsubscribe"].strip().strip("<>")
    assert page.context.request.get(leave).status == 200
    assert Subscriber.objects.count() == 1
    stranger = open_page("phone")
    answer = stranger.context.request.post(leave, form={"List-Unsubscribe": "One-Click"})
    assert (answer.status, Subscriber.objects.count(), Followed.objects.count()) == (200, 0, 0)
    assert Message.objects.exclude(recipient__in=["", "olga@office.example"]).count() == 0
