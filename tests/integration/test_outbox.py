"""The outbox against a real SMTP server: one that takes, one that refuses, one that is down; nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from django.db import connection
from tests.machine import CHECKOUT

from cofund.actions import messages
from cofund.actions.locks import writing
from cofund.commands.main import cli
from cofund.queries import clock, outbox
from cofund.queries.outbox import MOST_ATTEMPTS
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import AuditEvent, Message, Organisation, User

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Postman:
    """Takes e-mails, or refuses recipients with the words of a server."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], str]] = []
        self.refuses = ""
        # Its answer to a message that it has read.
        self.says = "250 Taken"
        # Set while the server takes its time with a message, and until it may go on.
        self.is_busy, self.may_go_on = threading.Event(), threading.Event()
        self.is_slow = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Take or refuse a recipient."""
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message; a slow server waits until it is told to go on."""
        self.is_busy.set()
        while self.is_slow and not self.may_go_on.is_set():
            await asyncio.sleep(0.01)
        self.taken.append((list(envelope.rcpt_tos), envelope.content.decode()))
        return self.says


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def serving(port: int) -> Iterator[Postman]:
    """A real SMTP server on loopback."""
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield postman
    finally:
        controller.stop()


@pytest.fixture
def port(settings: Any) -> int:
    """The port that the site sends to; nobody listens there yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return int(settings.EMAIL_PORT)


def write(key: str = "a", recipient: str = "grace@gates.example") -> Message:
    """Put a message into the outbox; it stays there, because the test's transaction never ends."""
    return messages.write("test", recipient, f"Subject {key}", "Dear Grace,\n\nhello.\n", key=key)


def test_server_takes_each_message_once(db: None, port: int) -> None:
    write("a"), write("a"), write("b")
    with serving(port) as postman:
        assert messages.send_waiting() == (2, 0)
        assert messages.send_waiting() == (0, 0)
    assert [recipients for recipients, _ in postman.taken] == [["grace@gates.example"]] * 2
    assert "Subject: Subject a" in postman.taken[0][1]
    assert set(Message.objects.values_list("attempts", "failure")) == {(1, "")}


def test_mail_server_of_developers_takes_and_shows_a_message(db: None, port: int) -> None:
    asked = ["make", "--dry-run", "--no-print-directory", "mail", f"MAIL_PORT={port}"]
    # What a make that runs these tests tells its own children is not for this one.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    told = subprocess.run(asked, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    command = told.stdout.splitlines()[-1].removeprefix("exec .venv/bin/python ").split()
    write()
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as server:
        end = time.monotonic() + 60
        while messages.send_waiting() != (1, 0):
            assert time.monotonic() < end
            Message.objects.update(attempts=0)
            time.sleep(0.2)
        assert server.stdout is not None
        assert "Subject: Subject a\n" in iter(server.stdout.readline, "")
        server.terminate()


def test_message_is_sent_when_its_transaction_stands(
    db: None, port: int, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with serving(port) as postman, django_capture_on_commit_callbacks(execute=True):
        write()
        assert postman.taken == []
    assert len(postman.taken) == 1


def test_server_that_is_down_loses_nothing(db: None, port: int) -> None:
    message = write()
    assert messages.send_waiting() == (0, 1)
    message.refresh_from_db()
    assert (message.sent_at, message.attempts, message.failure.split(":")[0]) == (None, 1, "ConnectionRefusedError")
    with serving(port) as postman:
        assert messages.send_waiting() == (1, 0)
    assert len(postman.taken) == 1
    message.refresh_from_db()
    assert (message.failure, message.attempts) == ("", 2)


def test_server_that_refuses_holds_up_nobody_else(db: None, port: int) -> None:
    refused = write("a")
    with serving(port) as postman:
        postman.refuses = "550 No such person"
        assert messages.send_waiting() == (0, 1)
        refused.refresh_from_db()
        assert "No such person" in refused.failure
        postman.refuses = ""
        write("b", "other@gates.example")
        assert messages.send_waiting() == (2, 0)
    assert [recipients for recipients, _ in postman.taken] == [["grace@gates.example"], ["other@gates.example"]]


def test_message_waits_for_a_person_after_enough_failures(db: None, port: int) -> None:
    write()
    for _ in range(MOST_ATTEMPTS):
        assert messages.send_waiting() == (0, 1)
    assert (messages.send_waiting(), outbox.given_up().count()) == ((0, 0), 1)
    assert Message.objects.get().sent_at is None


def test_two_senders_at_one_time_send_once(transactional_db: None, port: int) -> None:
    Message.objects.bulk_create(
        Message(
            purpose="test",
            recipient="grace@gates.example",
            subject=f"{number}",
            text="x",
            written_at=NOW,
            key=f"{number}",
        )
        for number in range(6)
    )

    def work() -> None:
        try:
            messages.send_waiting()
        finally:
            connection.close()

    with serving(port) as postman:
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(postman.taken) == 6
    assert Message.objects.filter(sent_at=None).count() == 0


def test_slow_server_holds_up_no_writer(transactional_db: None, port: int) -> None:
    def send() -> None:
        try:
            with writing():
                write()
        finally:
            connection.close()

    with serving(port) as postman:
        postman.is_slow = True
        sender = threading.Thread(target=send)
        sender.start()
        assert postman.is_busy.wait(20)
        with writing():
            Organisation.objects.create(slug="trust", name="Trust")
        postman.may_go_on.set()
        sender.join()
        assert len(postman.taken) == 1
    assert Message.objects.get().attempts == 1


def test_message_is_marked_before_it_is_handed_over(transactional_db: None, port: int) -> None:
    def send() -> None:
        try:
            with writing():
                write()
        finally:
            connection.close()

    with serving(port) as postman:
        postman.is_slow = True
        sender = threading.Thread(target=send)
        sender.start()
        assert postman.is_busy.wait(20)
        # The server has it, and the sender has not heard of it: whoever looks now does not send it too.
        found = Message.objects.get()
        assert (found.handed_over_at is not None, found.sent_at, messages.send_waiting()) == (True, None, (0, 0))
        postman.may_go_on.set()
        sender.join()
        assert len(postman.taken) == 1
    found.refresh_from_db()
    assert (found.handed_over_at, found.sent_at is not None) == (None, True)


def test_message_that_was_left_by_a_killed_sender_waits_for_a_person(db: None, port: int) -> None:
    lost, other = write("a"), write("b")
    left_at = clock.now() - 2 * outbox.LEFT_AFTER
    Message.objects.update(handed_over_at=left_at, attempts=1)
    with serving(port) as postman:
        assert messages.send_waiting() == (0, 0)
        told = CliRunner().invoke(cli, ["send-mail"])
        assert (told.exit_code, told.stdout) == (1, "0 sent, 0 could not be sent and stay in the outbox.\n")
        assert f"Message {lost.pk}, “Subject a” to grace@gates.example, may have been sent" in told.stderr
        assert postman.taken == []
        again = CliRunner().invoke(cli, ["send-mail", "--again", str(lost.pk), "--was-sent", str(other.pk)])
        assert (again.exit_code, again.stdout) == (0, "1 sent, 0 could not be sent and stay in the outbox.\n")
        assert len(postman.taken) == 1
    other.refresh_from_db()
    assert (other.sent_at, other.handed_over_at) == (left_at, None)
    assert list(AuditEvent.objects.values_list("action", "after")) == [
        ("decide on mail", {"was_sent": False}),
        ("decide on mail", {"was_sent": True}),
    ]
    absent = CliRunner().invoke(cli, ["send-mail", "--again", str(lost.pk)])
    assert (absent.exit_code, "none of those that may have been sent" in absent.stderr) == (1, True)


def test_message_that_may_have_been_sent_stands_among_the_tasks_of_the_office(db: None) -> None:
    message = write()
    Message.objects.update(handed_over_at=clock.now())
    reader = Reader.of(User.objects.create_user("olga", role="officer"))
    asked = Ask(kind="message_unsent")
    assert list(listing.listed(reader, asked)[0]) == []
    Message.objects.update(handed_over_at=clock.now() - 2 * outbox.LEFT_AFTER)
    (task,) = listing.listed(reader, asked)[0]
    assert task.why == f"It may have been sent already: whoever runs this site decides on message {message.pk}"


def test_unsent_message_that_asks_to_confirm_interest_tells_nobody_who_wrote(db: None) -> None:
    write()
    reader = Reader.of(User.objects.create_user("olga", role="officer"))
    asked, told = Ask(kind="message_unsent"), []
    for purpose in ("agenda published", "confirm interest"):
        Message.objects.update(
            purpose=purpose, recipient="grace@example.org", failure="550 grace@example.org", attempts=1
        )
        (task,) = listing.listed(reader, asked)[0]
        told.append((task.title, task.why))
    assert told == [
        ("agenda published to grace@example.org", "550 grace@example.org"),
        ("confirm interest", "It could not be sent"),
    ]


def test_command_tells_what_it_sent(db: None, port: int) -> None:
    write()
    down = CliRunner().invoke(cli, ["send-mail"])
    assert (down.exit_code, down.stdout) == (1, "0 sent, 1 could not be sent and stay in the outbox.\n")
    with serving(port) as postman:
        sent = CliRunner().invoke(cli, ["send-mail", "--json"])
    assert (sent.exit_code, sent.stdout.strip().replace(" ", "").replace("\n", "")) == (
        0,
        '{"sent":1,"failed":0,"given_up":0,"maybe_sent":[]}',
    )
    assert len(postman.taken) == 1


def test_tidy_command_says_what_went(db: None) -> None:
    assert CliRunner().invoke(cli, ["tidy"]).stdout == (
        "0 unconfirmed expressions of interest erased.\n0 unconfirmed comments erased.\n"
        "Name and address of 0 unconfirmed ideas erased.\n"
        "0 old counts of attempts to sign in erased.\n"
        "0 unconfirmed addresses of the newsletter erased.\n"
        "Recipients of 0 old messages of the newsletter erased.\n"
        "0 old answers of the API erased.\n"
    )
