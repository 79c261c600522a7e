"""Issues of the newsletter: what they tell, who gets which of it, and that each gets it once, however often the send is stopped."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import partial
from typing import Any

import listunsub
import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.books import MILLION, Office, shipped
from tests.integration.test_outbox import port, serving
from tests.newsletter import issue, subscriber

from cofund.actions import posting
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.newsletter import issues as acting
from cofund.actions.newsletter import sending
from cofund.actions.newsletter.issues import Facts
from cofund.actions.topics import NewTopic, open_topic
from cofund.commands.main import cli
from cofund.queries import clock
from cofund.queries.newsletter import issues, letters, news
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Message, MessageBody, User
from cofund.records.programme.models import Decision, Followed, Idea, NewsletterIssue, Topic

__all__ = ["port"]
pytestmark = pytest.mark.django_db
EDITOR = Actor("Olga Officer", "officer")
EARLIER = clock.now() - dt.timedelta(days=1)


@pytest.fixture
def office(settings: Any, tmp_path: Any) -> Office:
    """IMI2, with two topics that were opened through the office."""
    settings.COFUND_HOME, settings.COFUND_SITE_URL = tmp_path, "https://cofund.example.org"
    made = Office.with_scheme(shipped("imi2"), "imi2")
    for code in ("T1", "T2"):
        open_topic(EDITOR, NewTopic("imi2", code, f"Title of {code}"))
    return made


def now_items(since: dt.datetime = EARLIER) -> list[tuple[str, str, str]]:
    """What is new until now."""
    return [(one.theme, one.topic, one.said) for one in news.between(since, clock.now())]


def test_new_topics_ideas_contributions_and_decisions_are_news(office: Office) -> None:
    now = clock.now()
    shown = {"scheme": office.row, "title": "Keep the beta cells", "recorded_at": now, "is_public": True}
    Idea.objects.create(reference="i1", shown_at=now, proposer_name="Ann", **shown)
    Idea.objects.create(reference="i2", shown_at=None, **shown)
    Decision.objects.create(
        scheme=office.row, number="GB-1", decided_on=now.date(), title="Two partners", published_at=now
    )
    Idea.objects.create(reference="i3", shown_at=now, is_title_known=False, **shown)
    Decision.objects.create(scheme=office.row, number="GB-2", decided_on=now.date(), title="Not published")
    assert now_items() == [
        ("topics", "T1", "New topic (T1)"),
        ("topics", "T2", "New topic (T2)"),
        ("ideas", "", "Idea, proposed by Ann"),
        ("decisions", "", f"Decision GB-1 of {now.day} {now:%B %Y}"),
    ]
    assert now_items(clock.now()) == []


def test_contribution_is_news_once_it_is_public(office: Office) -> None:
    target = Target(topic=Topic.objects.get(code="T1"))
    given = office.pledge(7 * MILLION, "JDRF", kind="FC_JU", target=target).contribution
    office.endorse(given)
    office.reserve(target)
    # IMI2 publishes from the commitment on.
    assert [one for one in now_items() if one[0] == "contributions"] == []
    office.commit(target)
    published_at = clock.now()
    found = [one for one in news.between(EARLIER, clock.now()) if one.theme == "contributions"]
    assert [(one.title, one.said, one.path) for one in found] == [
        ("JDRF: EUR 7,000,000", "To T1", f"/contributions/{given.reference}/")
    ]
    assert now_items(published_at) == []


def test_reader_gets_the_chosen_programmes_and_themes_and_every_followed_topic(office: Office) -> None:
    items = news.between(EARLIER, clock.now())
    keys = lambda *asked: [one.topic for one in letters.selected(items, *asked)]  # noqa: E731
    assert keys((), (), ()) == ["T1", "T2"]
    assert keys(("imi2",), ("topics",), ()) == ["T1", "T2"]
    assert keys(("ihi",), (), ()) == keys((), ("ideas",), ()) == []
    assert keys(("ihi",), ("ideas",), ("imi2/T2",)) == ["T2"]


def test_issue_reads_as_text_and_html_with_a_readers_own_links(office: Office) -> None:
    reader = subscriber()
    row = issue("scheduled", title="News & more", intro="First <b>words</b>.\n\nSecond.")
    assert sending.prepare() == 1
    email = posting.email_of(Message.objects.select_related("body").get()).message()
    text, html = (part.get_payload(decode=True).decode() for part in email.walk() if not part.is_multipart())
    assert (email["Subject"], email["To"]) == ("News & more", reader.email)
    assert text.startswith(
        "News & more\n===========\n\nFirst <b>words</b>.\n\nSecond.\n\nTopics\n------\n* Title of T1\n"
    )
    assert "  https://cofund.example.org/programmes/imi2/topics/T1/\n" in text
    assert f"https://cofund.example.org/newsletter/archive/{row.pk}/" in text
    assert "First &lt;b&gt;words&lt;/b&gt;." in html
    assert [word for word in ("<img", "<script", "[[", "url(") if word in html + text] == []
    assert listunsub.audit(email["List-Unsubscribe"], email["List-Unsubscribe-Post"]) == []
    leave = email["List-Unsubscribe"].strip("<>")
    assert (leave in text, leave in html) == (True, True)


def test_words_around_the_news_are_in_the_readers_language(office: Office) -> None:
    row = issue()
    assert '<html lang="fr">' in letters.of_issue(row, news.of_plain(row.items), {}, "fr").html


def test_issue_is_written_once_for_each_reader_and_finished_when_nothing_waits(
    office: Office, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CHUNK", 2)
    for number in range(5):
        subscriber(f"p{number}@example.org")
    subscriber("weekly@example.org", frequency="weekly")
    subscriber("paused@example.org", paused_at=clock.now())
    subscriber("other@example.org", schemes=["ihi"])
    row = issue("scheduled", scheduled_at=clock.now())
    assert (sending.prepare(), sending.prepare()) == (5, 0)
    subscriber("late@example.org")
    # Whatever stopped it, and wherever it goes on from: nobody has two.
    NewsletterIssue.objects.update(written_until=0, all_written_at=None)
    sending.prepare()
    assert Message.objects.filter(group=row.group).count() == 5
    assert MessageBody.objects.count() == 1
    sending.finish()
    row.refresh_from_db()
    assert row.status == "sending"
    with serving(port) as postman:
        sent = CliRunner().invoke(cli, ["send-mail"])
    assert (sent.exit_code, len(postman.taken)) == (0, 5)
    row.refresh_from_db()
    assert (row.status, row.sent_at is not None, issues.progress(row)["sent"]) == ("sent", True, 5)


def test_issue_that_is_not_due_is_not_written(office: Office) -> None:
    subscriber()
    issue("scheduled", scheduled_at=clock.now() + dt.timedelta(hours=1))
    issue("draft"), issue("cancelled")
    assert sending.prepare() == 0


def test_followers_are_told_at_once_and_of_nothing_twice(office: Office) -> None:
    first, second = Topic.objects.get(code="T1"), Topic.objects.get(code="T2")
    told = subscriber("a@example.org", first)
    subscriber("b@example.org", first, is_told_at_once=False)
    subscriber("c@example.org", first, paused_at=clock.now())
    subscriber("d@example.org", second)
    later = clock.now() + 2 * sending.SETTLED_AFTER
    # What was before it was followed is not news.
    assert sending.tell_followers(at=later) == 0
    Followed.objects.update(told_until=EARLIER)
    Followed.objects.filter(topic=second).update(told_until=clock.now())
    assert (sending.tell_followers(at=later), sending.tell_followers(at=later)) == (1, 0)
    message = Message.objects.select_related("body").get()
    assert (message.recipient, message.subject) == (told.email, "News of T1")
    assert message.body is not None
    assert "Title of T1" in message.body.text
    # A crash that forgot up to when somebody was told makes no second message.
    Followed.objects.filter(subscriber=told).update(told_until=EARLIER)
    sending.tell_followers(at=later)
    assert Message.objects.count() == 1


def test_draft_tells_the_last_whole_month_or_week(office: Office) -> None:
    row = acting.draft(EDITOR, "monthly")
    assert (row.from_on.day, (row.until_on + dt.timedelta(days=1)).day) == (1, 1)
    week = acting.draft(EDITOR, "weekly")
    assert (week.from_on.weekday(), (week.until_on - week.from_on).days) == (0, 6)
    with pytest.raises(Refused, match="every month"):
        acting.draft(EDITOR, "never")
    with pytest.raises(NotAllowed):
        acting.draft(Actor("Ada", "auditor"), "weekly")


def test_other_days_gather_the_news_anew(office: Office) -> None:
    row, today = issue(items=[]), clock.today()
    acting.edit(EDITOR, row.pk, Facts("Title", row.from_on, row.until_on, "Words"))
    row.refresh_from_db()
    assert (row.intro, row.items) == ("Words", [])
    acting.edit(EDITOR, row.pk, Facts("Title", today, today))
    row.refresh_from_db()
    assert [one["topic"] for one in row.items] == ["T1", "T2"]
    with pytest.raises(Refused, match="before the first"):
        acting.edit(EDITOR, row.pk, Facts("Title", today, today - dt.timedelta(days=1)))


def test_issue_is_scheduled_taken_back_sent_and_cancelled(office: Office) -> None:
    row, now = issue(), clock.now()
    with pytest.raises(Refused, match="not to come"):
        acting.schedule(EDITOR, row.pk, now - dt.timedelta(hours=1))
    acting.schedule(EDITOR, row.pk, now + dt.timedelta(hours=1))
    with pytest.raises(Refused, match="It is scheduled, and this takes one that is draft"):
        acting.edit(EDITOR, row.pk, Facts("Other", row.from_on, row.until_on))
    acting.take_back(EDITOR, row.pk)
    subscriber()
    acting.send_now(EDITOR, row.pk)
    assert sending.prepare() == 1
    acting.cancel(EDITOR, row.pk, "A wrong figure")
    row.refresh_from_db()
    assert (row.status, Message.objects.count(), sending.prepare()) == ("cancelled", 0, 0)
    said = AuditEvent.objects.filter(subject=f"newsletter/issue/{row.pk}").order_by("pk")
    assert list(said.values_list("action", flat=True)) == [
        "schedule issue", "take issue back", "send issue now", "cancel issue",
    ]  # fmt: skip


def test_issue_without_news_does_not_go_out(office: Office) -> None:
    with pytest.raises(Refused, match="no news"):
        acting.send_now(EDITOR, issue(items=[]).pk)


def test_issue_in_which_nothing_is_new_asks_before_it_goes_out(office: Office) -> None:
    issue("sent", title="The month before")
    row, when = issue(), clock.now() + dt.timedelta(hours=1)
    # What nobody gets, and what others get, was told to none of its readers.
    issue("cancelled"), issue("draft"), issue("sent", frequency="weekly")
    for go in (partial(acting.send_now, EDITOR, row.pk), partial(acting.schedule, EDITOR, row.pk, when)):
        with pytest.raises(Refused, match="all of its news in “The month before” or before") as found:
            go()
        assert found.value.fields["field"] == "although_told"
    acting.schedule(EDITOR, row.pk, when, although_told=True)
    assert AuditEvent.objects.get(action="schedule issue").reason == "It goes out although nothing in it is new"
    # Who asked for it once is not asked again.
    assert acting.send_now(EDITOR, row.pk).status == "scheduled"


def test_issue_with_one_new_thing_asks_nothing(office: Office) -> None:
    sent = issue("sent")
    NewsletterIssue.objects.filter(pk=sent.pk).update(items=sent.items[1:])
    assert acting.send_now(EDITOR, issue().pk).status == "scheduled"


def test_news_of_several_issues_together_are_not_new(office: Office) -> None:
    items = issue("cancelled").items
    assert len(items) == 2
    issue("sent", items=items[:1]), issue("scheduled", items=items[1:])
    with pytest.raises(Refused, match="Nothing in it is new"):
        acting.send_now(EDITOR, issue().pk)


def test_test_goes_to_who_asks_with_links_that_are_nobodys(office: Office) -> None:
    olga = User.objects.create_user("olga", "olga@office.example", role="officer")
    message = acting.send_test(EDITOR, issue().pk, olga, "once")
    assert (message.recipient, message.subject) == (olga.email, "Test: News of the month")
    assert "[[" not in message.text + message.html
    with pytest.raises(Refused, match="No e-mail address"):
        acting.send_test(EDITOR, issue().pk, User.objects.create_user("otto", role="officer"), "twice")


def test_sender_that_read_before_another_one_told_says_nothing_twice(office: Office) -> None:
    topic = Topic.objects.get(code="T1")
    subscriber("a@example.org", topic)
    Followed.objects.update(told_until=EARLIER)
    read = list(Followed.objects.select_related("subscriber"))
    later = clock.now() + 2 * sending.SETTLED_AFTER
    assert sending.tell_followers(at=later) == 1
    told = Followed.objects.get().told_until
    # It would tell of more than the other one did.
    items = news.between(EARLIER, later)
    more = (*items, dataclasses.replace(items[0], key="event/999"))
    assert sending._tell(read, more, {}, later, later) == 0
    assert [Message.objects.count(), Followed.objects.get().told_until] == [1, told]


def test_looking_writes_nothing_where_nothing_is_new(office: Office) -> None:
    subscriber("a@example.org", Topic.objects.get(code="T1"))
    later = clock.now() + 2 * sending.SETTLED_AFTER
    Followed.objects.update(told_until=later - 2 * sending.SETTLED_AFTER)
    before = Followed.objects.get().told_until
    with CaptureQueriesContext(connection) as captured:
        assert sending.tell_followers(at=later) == 0
    assert [one for one in captured if one["sql"].startswith(("UPDATE", "INSERT"))] == []
    assert Followed.objects.get().told_until == before
    sending.tell_followers(at=later + sending.LONGEST_LOOK)
    assert Followed.objects.get().told_until > before
