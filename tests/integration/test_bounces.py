"""Mail that came back: what reports say, whom they pause, that none counts twice, and that nobody else's address can be paused."""

from __future__ import annotations

import mailbox
from email.message import Message as Mail
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from tests.books import Office, fund
from tests.integration.test_outbox import port, serving
from tests.newsletter import ADDRESS, subscriber

from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.newsletter import bounces
from cofund.commands.main import cli
from cofund.queries import clock, outbox
from cofund.queries.newsletter import links
from cofund.records.directory.models import Message
from cofund.records.programme.models import LeftAddress, Subscriber
from cofund.rules import returned_mail
from cofund.rules.newsletter import MOST_SOFT_BOUNCES

__all__ = ["port"]
pytestmark = pytest.mark.django_db
REPORT = """From: MAILER-DAEMON@mx.example.org
To: cofund@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system. I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 2 Mar 2026 12:00:00 +0100

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.gates.example
Diagnostic-Code: smtp; 550 {status}
    User unknown

--b
Content-Type: {kind}

{returned}
--b--
"""


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """A home folder of the test's own."""
    settings.COFUND_HOME = tmp_path


def sent(key: str = "a", recipient: str = ADDRESS, **facts: Any) -> Message:
    """A message that went to a reader."""
    now = clock.now()
    return Message.objects.create(
        **{"purpose": "newsletter", "recipient": recipient, "subject": "News", "text": "x", "written_at": now, "key": key,
           "sent_at": now, **facts}
    )  # fmt: skip


def report(
    status: str = "5.1.1",
    action: str = "failed",
    key: str = "a",
    address: str = ADDRESS,
    number: int = 1,
    whole: bool = True,
) -> str:
    """A report as mail servers write it; with the e-mail that came back, or with its header alone."""
    header = f"From: a@example.org\nTo: Grace <{ADDRESS}>\nMessage-ID: {outbox.message_id_of(key)}\nSubject: News\n"
    kind, returned = ("message/rfc822", f"{header}\nText") if whole else ("text/rfc822-headers", header)
    return REPORT.format(status=status, action=action, address=address, number=number, kind=kind, returned=returned)


def taken(tmp_path: Path, *contents: str) -> bounces.Taken:
    """What came of e-mails that were taken in as one file."""
    path = tmp_path / "returned.mbox"
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for content in contents:
        box.add(content)
    box.close()
    return bounces.take(Actor.operator(), path)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("status", "action", "kind"),
    [("5.1.1", "failed", "hard"), ("5.0.0", "failed", "hard"), ("5.2.2", "failed", "soft"), ("4.4.1", "failed", "soft"),
     ("4.2.2", "delayed", "soft")],
)  # fmt: skip
def test_report_is_read(status: str, action: str, kind: str, whole: bool) -> None:
    (found,) = returned_mail.read(report(status, action, whole=whole).encode())
    assert (found.kind, found.addresses, found.status) == (kind, (ADDRESS,), status)
    assert (found.message_id, found.reason) == (outbox.message_id_of("a"), f"smtp; 550 {status} User unknown")


@pytest.mark.parametrize(
    "content", ["Subject: Hello\n\nHello", "", report(action="delivered"), report(action="relayed")]
)
def test_other_mail_says_nothing(content: str) -> None:
    assert returned_mail.read(content.encode()) == ()


def test_address_that_is_gone_is_paused_with_the_reason(tmp_path: Path) -> None:
    sent()
    sent("b", sent_at=None)
    row = subscriber()
    assert taken(tmp_path, report()) == bounces.Taken(paused=1)
    row.refresh_from_db()
    assert row.paused_at is not None
    assert row.pause_reason == "Mail came back: 5.1.1 smtp; 550 5.1.1 User unknown"
    # What waited for it is taken back.
    assert list(Message.objects.values_list("key", flat=True)) == ["a"]
    # The same file once more changes nothing.
    assert taken(tmp_path, report()) == bounces.Taken()


def test_failures_that_pass_are_counted_until_they_are_too_many(tmp_path: Path) -> None:
    sent()
    row = subscriber()
    full = [report("4.2.2", number=number) for number in range(MOST_SOFT_BOUNCES)]
    assert taken(tmp_path, *full[:-1]) == bounces.Taken(counted=MOST_SOFT_BOUNCES - 1)
    row.refresh_from_db()
    assert (row.soft_bounces, row.paused_at) == (MOST_SOFT_BOUNCES - 1, None)
    assert taken(tmp_path, *full) == bounces.Taken(counted=1, paused=1)


def test_report_that_does_not_return_a_message_of_ours_pauses_nobody(tmp_path: Path) -> None:
    sent()
    sent("b", "other@example.org")
    row = subscriber()
    forged = [report(key="guessed"), report(key="b", number=2), "Subject: Out of office\n\nI am away"]
    assert taken(tmp_path, *forged) == bounces.Taken(unknown=3)
    row.refresh_from_db()
    assert row.paused_at is None


def test_forwarded_address_is_known_by_the_one_that_was_written_to(tmp_path: Path) -> None:
    sent()
    subscriber()
    moved = report().replace(f"Final-Recipient: rfc822; {ADDRESS}", "Final-Recipient: rfc822; new@elsewhere.example")
    assert taken(tmp_path, moved.replace(f"Original-Recipient: rfc822;{ADDRESS}\n", "")) == bounces.Taken(paused=1)


def test_mail_to_the_address_that_leaves_leaves(tmp_path: Path, settings: Any) -> None:
    Office.with_scheme(fund(), "fund")
    settings.COFUND_EMAIL_LEAVE = "leave@cofund.example.org"
    row = subscriber()
    mail = Mail()
    word = unquote(links.subscriber_headers(row)["List-Unsubscribe"].split("subject=")[1].rstrip(">"))
    mail["Subject"] = word
    path = tmp_path / "one.eml"
    path.write_bytes(mail.as_bytes())
    told = CliRunner().invoke(cli, ["import", "bounces", str(path)])
    assert (told.exit_code, told.stdout) == (0, "0 paused, 0 counted, 1 left.\n")
    assert (Subscriber.objects.count(), LeftAddress.objects.count()) == (0, 1)


def test_address_that_the_server_itself_refuses_is_paused(port: int) -> None:
    row = subscriber()
    sent("a", sent_at=None)
    sent("b", "other@example.org", sent_at=None, purpose="new lead")
    with serving(port) as postman:
        postman.refuses = "550 5.1.1 No such person"
        CliRunner().invoke(cli, ["send-mail"])
    row.refresh_from_db()
    assert row.paused_at is not None
    assert "No such person" in row.pause_reason
    # Of other mail nothing is taken back.
    assert list(Message.objects.values_list("key", flat=True)) == ["b"]


def test_command_tells_what_it_took_in(tmp_path: Path) -> None:
    path = tmp_path / "other.eml"
    path.write_text("Subject: Hello\n\nHello")
    told = CliRunner().invoke(cli, ["import", "bounces", str(path), "--json"])
    assert told.stdout.replace(" ", "").replace("\n", "") == '{"paused":0,"counted":0,"left":0,"unknown":1}'
    with pytest.raises(NotAllowed):
        bounces.take(Actor("Olga", "officer"), path)
