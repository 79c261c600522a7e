"""Who is erased while a message is on its way, and whom old messages that never arrived were for: nothing of the person stays."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from tests.books import Office, shipped
from tests.integration.test_outbox import port, serving
from tests.newsletter import ADDRESS, issue, subscriber

from cofund.actions import messages, posting
from cofund.actions.mail_journal import Journal
from cofund.actions.newsletter import sending, signing_up, subscriptions
from cofund.commands.main import cli
from cofund.queries import clock, outbox
from cofund.queries.newsletter import issues, links
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import Message, User
from cofund.records.programme.models import NewsletterIssue, Subscriber
from cofund.rules.newsletter import KEEP_SENT

__all__ = ["port"]
WORDS = f"451 4.2.0 <{ADDRESS}> busy"
NOW = clock.now()


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A home folder of the test's own, where journals lie."""
    settings.COFUND_HOME = tmp_path
    return tmp_path


def of_newsletter(key: str, recipient: str = ADDRESS, **facts: Any) -> Message:
    """A message of the newsletter."""
    return Message.objects.create(
        **{"purpose": "newsletter", "recipient": recipient, "subject": "News", "text": f"Dear {recipient}", "key": key,
           "written_at": NOW, **facts}
    )  # fmt: skip


def words_left() -> list[str]:
    """The messages that still say something of the person, in any of their columns."""
    return [str(row["key"]) for row in Message.objects.values() if ADDRESS in str(row).lower()]


def erase(found: Subscriber) -> None:
    """The button on the own page."""
    assert subscriptions.erase(links.own_token(found))


@pytest.mark.parametrize(
    ("known", "log"),
    [
        ("refused", "was not sent"),
        ("unreachable", "was not sent"),
        ("in doubt", "may have been sent"),
        (None, "was not sent"),
    ],
)
def test_who_is_erased_before_the_server_answers_leaves_nothing(
    db: None, known: str | None, log: str, caplog: pytest.LogCaptureFixture
) -> None:
    reader = subscriber()
    # It failed once before with the same words.
    message, other = of_newsletter("a", failure=WORDS, attempts=1), of_newsletter("b", "other@example.org")
    journal = Journal.begin("b1")
    posting.claim(outbox.waiting(), "b1")
    erase(reader)
    assert words_left() == []
    for key in (message.pk, other.pk) if known else ():
        journal.hand_over(key)
        journal.settle(key, str(known), WORDS)
    journal.leave()
    assert posting.recover() == (known == "in doubt")
    assert list(Message.objects.values_list("key", flat=True)) == ["b"]
    said = [one.getMessage() for one in caplog.records if one.getMessage().startswith(f"Message {message.pk} ")]
    assert said == [f"Message {message.pk} {log}; its recipient was erased meanwhile, and it is deleted."]


def test_message_that_was_taken_before_the_erasure_is_counted_and_names_nobody(db: None) -> None:
    reader, message = subscriber(), of_newsletter("a", failure=WORDS, attempts=1)
    journal = Journal.begin("b1")
    posting.claim(outbox.waiting(), "b1")
    erase(reader)
    journal.hand_over(message.pk)
    journal.settle(message.pk, "taken")
    journal.leave()
    posting.recover()
    assert list(Message.objects.values_list("recipient", "text", "failure", "attempts")) == [("", "", "", 2)]
    assert Message.objects.get().sent_at is not None


def test_server_that_refuses_after_the_erasure_leaves_nothing(transactional_db: None, port: int) -> None:
    reader = subscriber()
    of_newsletter("a")

    def send() -> None:
        try:
            messages.send_waiting()
        finally:
            connection.close()

    with serving(port) as postman:
        postman.is_slow, postman.says = True, WORDS
        sender = threading.Thread(target=send)
        sender.start()
        assert postman.is_busy.wait(20)
        erase(reader)
        postman.may_go_on.set()
        sender.join()
        assert [recipients for recipients, _ in postman.taken] == [[ADDRESS]]
    assert Message.objects.count() == 0


def test_words_of_the_server_go_with_what_was_sent(db: None) -> None:
    reader = subscriber()
    # Somebody decided that it was sent; its first answer is kept with it.
    of_newsletter("a", sent_at=NOW, failure=WORDS)
    erase(reader)
    assert list(Message.objects.values_list("key", "recipient", "failure")) == [("a", "", "")]


def test_issue_ends_though_its_reader_was_erased_under_a_sender_that_never_came_back(db: None) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    reader, going = subscriber(), issue("sending", all_written_at=NOW)
    of_newsletter("a", group=going.group)
    # Its sender ran on another computer: there is no journal here.
    posting.claim(outbox.waiting(), "b1")
    erase(reader)
    sending.finish()
    assert NewsletterIssue.objects.get().status == "sent"
    Message.objects.update(handed_over_at=clock.now() - 2 * outbox.LEFT_AFTER)
    assert list(outbox.maybe_sent()) == []


def given_up(key: str, last: datetime, **facts: Any) -> Message:
    """A message that failed for the last time at an instant."""
    return of_newsletter(
        key,
        attempts=outbox.MOST_ATTEMPTS,
        failure=WORDS,
        **{"written_at": last - timedelta(days=1), "next_try_at": last + timedelta(hours=2), **facts},
    )


def in_doubt(key: str, last: datetime, **facts: Any) -> Message:
    """A message that was handed over at an instant, and on which nobody decided."""
    return of_newsletter(key, handed_over_at=last, attempts=1, failure=WORDS, written_at=last, **facts)


def test_whom_messages_were_for_that_never_arrived_is_erased_after_the_same_days(db: None) -> None:
    now = clock.now()
    old, young = now - KEEP_SENT - timedelta(days=1), now - KEEP_SENT + timedelta(days=1)
    for age, last in (("old", old), ("young", young)):
        given_up(f"{age} given up", last)
        in_doubt(f"{age} in doubt", last, is_in_doubt=True)
        in_doubt(f"{age} left", last)
    given_up("old, never charged again", old, next_try_at=None)
    # Still waits to be tried, and another kind of mail: neither is of these.
    of_newsletter("old waits", written_at=old, attempts=1, failure=WORDS)
    given_up("old reminder", old, purpose="remind")
    # Written long ago, and tried until yesterday.
    given_up("written long ago", young, written_at=old)
    assert signing_up.tidy(at=now) == (0, 4)
    kept = ["old reminder", "old waits", "written long ago", "young given up", "young in doubt", "young left"]
    assert sorted(words_left()) == kept
    assert (signing_up.tidy(at=now), Message.objects.count()) == ((0, 0), 10)


def test_nobody_is_asked_to_decide_on_what_is_erased_and_the_issue_still_counts_it(db: None) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    told, old = issue("sent"), clock.now() - 2 * KEEP_SENT
    given_up("a", old, group=told.group)
    in_doubt("b", old, group=told.group, is_in_doubt=True)
    before = issues.progress(told)
    reader, asked = Reader.of(User.objects.create_user("olga", role="officer")), Ask(kind="message_unsent")
    assert (len(list(listing.listed(reader, asked)[0])), outbox.given_up().count()) == (2, 1)
    signing_up.tidy()
    assert list(listing.listed(reader, asked)[0]) == []
    answer = CliRunner().invoke(cli, ["send-mail"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert (issues.progress(told), before["given_up"], before["in_doubt"]) == (before, 1, 1)


def test_words_that_an_earlier_version_left_are_erased_by_the_next_tidying(db: None) -> None:
    of_newsletter("a", recipient="", text="", failure=WORDS, attempts=1)
    signing_up.tidy()
    assert words_left() == []
