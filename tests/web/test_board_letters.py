"""Who decides on a partner reads its letter, what the check found and what was accepted; who has a conflict reads nothing of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.applications import brought_to, line, meeting, write
from tests.boards import SECRETARY
from tests.books import EPOCH, MILLION, Office, shipped
from tests.pdfs import read
from tests.worlds import world

from cofund.actions.applications import checking, letters, scheduling, submitting
from cofund.actions.governance import conflicts
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import Meeting, Seat

AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
WARNING = {
    "code": "union",
    "severity": "warn",
    "words": "Other Union funds pay for it",
    "article": "Article 11(5)",
    "remedy": "",
    "accepted": True,
}


@world
def row() -> Application:
    """An application before the board, with an accepted warning and a signed file; its agenda is published."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = AT
    row = brought_to(office, "scheduled", line(7 * MILLION))
    Application.objects.update(findings=[WARNING], warning_accepted_because="The programme ended")
    Meeting.objects.update(agenda_published_at=EPOCH)
    row.refresh_from_db()
    return row


def member(row: Application, name: str = "dora", **seat: Any) -> tuple[Client, Seat]:
    """A browser of somebody with a seat on the board."""
    assert row.agenda_item is not None
    user = User.objects.create_user(name, role="delegate", password=None)
    made = Seat.objects.create(group=row.agenda_item.meeting.group, holder=name, bloc="union", user=user, **seat)
    client = Client()
    client.force_login(user)
    return client, made


def addresses(row: Application) -> list[str]:
    """The letter as a paper of the point, and the document that was signed."""
    letter = row.letters.get()
    return [reverse(f"office-item-{name}", args=[row.agenda_item_id, letter.pk]) for name in ("letter", "signed")]


def test_member_reads_letter_checks_and_what_is_left_of_the_envelope(
    row: Application, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "signed.pdf").write_bytes(b"%PDF-1.7 signed")
    Letter.objects.update(file="signed.pdf", file_name="signed.pdf")
    client, _ = member(row)
    page = client.get(reverse("office-item", args=[row.agenda_item_id])).text
    letter, signed = addresses(row)
    said = "Other Union funds pay for it (Article 11(5)). This warning was accepted: The programme ended."
    wanted = (
        f'href="{letter}"',
        f'href="{signed}"',
        "What could go wrong",
        said,
        "What it does to the envelope",
        "Free in",
    )
    assert [words for words in wanted if words not in page] == []
    assert "EUR 7,000,000" in read(client.get(letter).content)[1]
    assert b"".join(client.get(signed).streaming_content) == b"%PDF-1.7 signed"


def test_letter_without_its_signed_document_is_an_exception_for_the_board(row: Application) -> None:
    missing = WARNING | {"code": "no-file", "words": "The signed document itself is not here.", "article": "Article 9"}
    Application.objects.update(findings=[missing], warning_accepted_because="The paper lies in the office.")
    client, _ = member(row)
    said = (
        "Exception: The signed document itself is not here (Article 9). "
        "This warning was accepted: The paper lies in the office."
    )
    assert said in client.get(reverse("office-item", args=[row.agenda_item_id])).text


def test_member_with_a_conflict_reads_neither_letter_nor_check(row: Application) -> None:
    client, seat = member(row)
    assert row.agenda_item is not None
    conflicts.declare(SECRETARY, row.agenda_item, seat.pk, "A sister organisation")
    page = client.get(reverse("office-item", args=[row.agenda_item_id])).text
    assert [words for words in ("Other Union funds", "/letters/", "Free in") if words in page] == []
    for address in addresses(row):
        absent = client.get(reverse("office-item-letter", args=[row.agenda_item_id, 9999]))
        assert (client.get(address).status_code, client.get(address).content) == (404, absent.content)


def test_letter_is_hidden_from_other_groups_other_points_and_whoever_left(row: Application) -> None:
    letter, signed = addresses(row)
    left, _ = member(row, "left", until_on=dt.date(2016, 1, 1))
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger", role="delegate", password=None))
    assert [client.get(letter).status_code for client in (left, stranger)] == [404, 404]
    inside, _ = member(row)
    Letter.objects.update(status="superseded")
    assert [inside.get(address).status_code for address in (letter, signed)] == [404, 404]


def test_next_letter_is_read_on_its_own_point_and_by_nobody_with_a_conflict_there(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = AT
    row = brought_to(office, "approved", line(7 * MILLION))
    letters.write_next(office.actor, row, "More money", at=AT)
    write(office, row, {**line(8 * MILLION), "number": 1})
    submitting.submit_next(office.actor, row, at=AT)
    checking.check(office.actor, row, at=AT)
    row.refresh_from_db()
    item = scheduling.schedule_next(office.actor, row, meeting(office, AT.date()), at=AT)
    Meeting.objects.update(agenda_published_at=EPOCH)
    row.refresh_from_db()
    client, seat = member(row)
    first, following = row.letters.order_by("number")
    place = {letter.pk: reverse("office-item-letter", args=[item.pk, letter.pk]) for letter in (first, following)}
    page = client.get(reverse("office-item", args=[item.pk])).text
    assert (place[following.pk] in page, place[first.pk] in page) == (True, False)
    assert [client.get(place[letter.pk]).status_code for letter in (following, first)] == [200, 404]
    old = reverse("office-item-letter", args=[row.agenda_item_id, following.pk])
    assert client.get(old).status_code == 404
    conflicts.declare(SECRETARY, item, seat.pk, "Free in words")
    assert client.get(place[following.pk]).status_code == 404
