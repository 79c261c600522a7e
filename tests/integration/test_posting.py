"""Many e-mails on one connection: servers that break off, senders that are killed; nobody gets two, and what is unknown is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from tests.integration.test_many_writers import address
from tests.integration.test_outbox import port, serving, write
from tests.mail_trial import Trial
from tests.newsletter import due_for

from cofund.actions import mail_journal, messages, posting
from cofund.actions.actors import Actor
from cofund.actions.mail_server import Known, Line
from cofund.queries import clock, outbox
from cofund.records.directory.models import Message, MessageBody
from cofund.records.programme.models import NewsletterIssue

__all__ = ["port"]
NOW = clock.now()


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A home folder of the test's own, where journals lie."""
    settings.COFUND_HOME = tmp_path
    return tmp_path


@contextmanager
def speaking(port: int, answers: list[bytes]) -> Iterator[list[bytes]]:
    """A server that gives these answers one after the other, then closes the connection; it keeps what it was told."""
    told: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        taken, _ = listening.accept()
        with taken, taken.makefile("rb") as lines:
            for number, answer in enumerate(answers):
                if number:
                    told.append(lines.readline())
                    # What follows DATA ends with a line of one dot.
                    while told[-2:-1] == [b"data\r\n"] and told[-1] != b".\r\n":
                        told[-1] = lines.readline()
                taken.sendall(answer)

    with socket.create_server(("127.0.0.1", port)) as listening:
        thread = threading.Thread(target=serve, args=[listening])
        thread.start()
        yield told
        thread.join(20)


HELLO, YES = [b"220 here\r\n", b"250 here\r\n"], b"250 yes\r\n"


@pytest.mark.parametrize("failures", [0, outbox.MOST_ATTEMPTS - 1])
def test_server_that_ends_before_its_answer_leaves_the_message_in_doubt(db: None, port: int, failures: int) -> None:
    """A person can have it sent again, also where it was the last attempt."""
    message = write()
    Message.objects.filter(pk=message.pk).update(attempts=failures)
    # It has the whole e-mail and is gone; the sender must not send it again.
    with speaking(port, [*HELLO, YES, YES, b"354 go on\r\n", b""]) as told:
        assert messages.send_waiting() == (0, 1)
    assert told[-1] == b".\r\n"
    message.refresh_from_db()
    assert (message.is_in_doubt, message.sent_at, message.attempts) == (True, None, failures + 1)
    assert "Connection unexpectedly closed" in message.failure
    assert [one.pk for one in outbox.maybe_sent()] == [message.pk]
    with serving(port) as postman:
        assert messages.send_waiting() == (0, 0)
        assert postman.taken == []
        messages.decide(Actor.operator(), message.pk, was_sent=False)
        assert messages.send_waiting() == (1, 0)
        assert len(postman.taken) == 1


def test_server_that_ends_before_the_message_itself_is_tried_again(db: None, port: int) -> None:
    message = write()
    with speaking(port, [*HELLO, YES, YES, b""]):
        assert messages.send_waiting() == (0, 1)
    message.refresh_from_db()
    assert (message.is_in_doubt, message.handed_over_at) == (False, None)
    with serving(port) as postman:
        assert messages.send_waiting() == (1, 0)
    assert len(postman.taken) == 1


def test_address_that_is_gone_is_told_from_other_refusals(port: int) -> None:
    email = EmailMessage("Subject", ".a line with a dot\n..two", "a@example.org", ["b@example.org"])
    found = []
    for words in ("550 5.1.1 No such person", "550 Not from you", "451 Later"):
        with serving(port) as postman, Line() as line:
            postman.refuses = words
            outcome = line.deliver(email)
            found.append((outcome.known, outcome.is_gone))
            postman.refuses = ""
            assert line.deliver(email).known is Known.TAKEN
            assert ".a line with a dot\n..two" in postman.taken[0][1].replace("\r", "")
    assert found == [(Known.REFUSED, True), (Known.REFUSED, False), (Known.REFUSED, False)]


def test_many_messages_go_on_one_connection(db: None, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "BATCH", 3)
    for number in range(8):
        write(f"{number}", f"p{number}@example.org")
    opened: list[int] = []
    with serving(port) as postman:
        connect = socket.create_connection

        def counted(*arguments: Any, **options: Any) -> socket.socket:
            opened.append(1)
            return connect(*arguments, **options)

        monkeypatch.setattr(socket, "create_connection", counted)
        assert messages.send_waiting() == (8, 0)
    assert (len(opened), len(postman.taken)) == (1, 8)
    assert list(mail_journal.folder().iterdir()) == []


def test_connection_that_was_closed_meanwhile_is_opened_again(db: None, port: int) -> None:
    email = EmailMessage("Subject", "Text", "a@example.org", ["b@example.org"])
    with Line() as line:
        with serving(port):
            assert line.deliver(email).known is Known.TAKEN
        with serving(port):
            assert line.deliver(email).known is Known.TAKEN
        assert line.deliver(email).known is Known.UNREACHABLE


def test_server_that_is_down_charges_nobody_while_a_program_watches(db: None, port: int) -> None:
    for number in range(3):
        write(f"{number}")
    assert [messages.send_due() for _ in range(3)] == [(0, 1, False)] * 3
    assert list(Message.objects.values_list("attempts", "next_try_at", "handed_over_at")) == [(0, None, None)] * 3
    with serving(port) as postman:
        assert messages.send_due() == (3, 0, True)
    assert len(postman.taken) == 3


def test_refused_message_waits_longer_each_time(db: None, port: int) -> None:
    message = write()
    waits = []
    with serving(port) as postman:
        postman.refuses = "451 Later"
        assert messages.send_due() == (0, 1, True)
        assert messages.send_due() == (0, 0, True)
        for _ in range(2):
            message.refresh_from_db()
            assert message.next_try_at is not None
            waits.append(round((message.next_try_at - clock.now()) / timedelta(minutes=1)))
            Message.objects.update(next_try_at=NOW)
            messages.send_due()
    assert waits == [1, 2]


def claimed(*keys: str) -> tuple[list[Message], mail_journal.Journal]:
    """Messages that a sender holds, and its journal."""
    rows = [write(key) for key in keys]
    journal = mail_journal.Journal.begin("b1")
    assert [one.pk for one in posting.claim(outbox.waiting(), "b1")] == [one.pk for one in rows]
    return rows, journal


def states() -> list[str]:
    """What is known of each message."""
    return [
        "sent"
        if one.sent_at
        else "in doubt"
        if one.is_in_doubt
        else "held"
        if one.handed_over_at
        else f"waits {one.failure}"
        for one in Message.objects.order_by("pk")
    ]


def test_journal_of_a_killed_sender_tells_what_it_did(db: None) -> None:
    rows, journal = claimed("a", "b", "c", "d")
    for row, known, failure in ((rows[0], "taken", ""), (rows[1], "refused", "550")):
        journal.hand_over(row.pk)
        journal.settle(row.pk, known, failure)
    journal.hand_over(rows[2].pk)
    # As long as it lives nobody touches what it holds.
    assert (posting.recover(), states()) == (0, ["held"] * 4)
    journal.leave()
    assert (posting.recover(), states()) == (1, ["sent", "waits 550", "in doubt", "waits "])
    assert (posting.recover(), list(mail_journal.folder().iterdir())) == (0, [])


def test_line_that_was_cut_off_is_none(db: None) -> None:
    rows, journal = claimed("a", "b")
    journal.hand_over(rows[0].pk)
    journal.leave()
    with journal.path.open("ab") as file:
        file.write(b'{"of": 1, "kno')
    assert (posting.recover(), states()) == (1, ["in doubt", "waits "])


def test_after_a_power_cut_everything_without_an_answer_is_in_doubt(db: None) -> None:
    rows, journal = claimed("a", "b")
    journal.hand_over(rows[0].pk)
    journal.settle(rows[0].pk, "taken")
    journal.leave()
    lines = journal.path.read_text().splitlines()
    journal.path.write_text("\n".join([json.dumps({"boot": "another"}), *lines[1:]]) + "\n")
    assert (posting.recover(), states()) == (1, ["sent", "in doubt"])


def test_body_that_many_share_is_filled_in_for_each(db: None, settings: Any) -> None:
    settings.COFUND_SITE_URL = "https://cofund.example.org"
    body = MessageBody.objects.create(digest="a", text="Leave: [[leave]]", html='<a href="[[leave]]">Leave</a>')
    row = Message.objects.create(
        purpose="test", recipient="a@example.org", subject="S", written_at=NOW, key="k", body=body,
        fills={"leave": "https://x/?a=1&b=2"}, headers={"List-Unsubscribe": "<https://x/>"},
    )  # fmt: skip
    email, again = posting.email_of(row).message(), posting.email_of(row).message()
    parts = [part.get_payload(decode=True) for part in email.walk() if not part.is_multipart()]
    assert parts == [b"Leave: https://x/?a=1&b=2", b'<a href="https://x/?a=1&amp;b=2">Leave</a>']
    assert (email["List-Unsubscribe"], email["Message-ID"]) == ("<https://x/>", again["Message-ID"])
    assert email["Message-ID"].endswith("@cofund.example.org>")


def test_issue_survives_kills_of_sender_and_server(transactional_db: None, tmp_path: Path) -> None:
    total = 1_600
    sent = due_for(total)
    trial = Trial(
        tmp_path, {"COFUND_DATABASE_URL": address()}, total, seed=6, server_kills=2, sender_kills=2, writer_kills=1,
        written=Message.objects.count,
    )  # fmt: skip
    trial.run(lambda: NewsletterIssue.objects.get(pk=sent.pk).status == "sent", most_seconds=900)
    taken, doubts = trial.taken(), set(outbox.maybe_sent().values_list("recipient", flat=True))
    everybody = {f"p{number}@example.org" for number in range(total)}
    # It was killed when it had written the messages of some of them.
    assert [count < total for count in trial.left_off_at] == [True]
    assert sorted(Message.objects.values_list("recipient", flat=True)) == sorted(everybody)
    assert {one for one in everybody - doubts if taken[one] != 1} == set()
    assert {one for one in doubts if taken[one] > 1} == set()
    # Each kill leaves one on its way at the most.
    assert len(doubts) <= 4
    assert set(taken) <= everybody
    connection.close()
