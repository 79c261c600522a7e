"""The books as open data: the same movements in every file, proved by another's program, and in memory that does not grow."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tracemalloc
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.books import MILLION, Office, shipped
from tests.open_rows import files, written

from cofund.queries import envelope
from cofund.records.ledger.models import Entry, Transfer
from cofund.web.public.open_streams import gathered

pytestmark = pytest.mark.django_db


def rows(client: Client, scheme: str = "imi2", **asked: str) -> list[dict[str, str]]:
    answer = client.get(f"/programmes/{scheme}/journal.csv", asked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def balances(found: list[dict[str, str]]) -> dict[str, int]:
    """What stands in each account, in cents."""
    sums: defaultdict[str, int] = defaultdict(int)
    for row in found:
        sums[row["from_account"]] -= int(row["amount_cents"])
        sums[row["to_account"]] += int(row["amount_cents"])
    return dict(sums)


def test_what_people_wrote_is_only_for_those_who_read_the_books(db: None, admin_client: Client) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(MILLION, "=Trust", kind="FC_JU")
    assert "Reason of the test" not in Client().get("/programmes/imi2/journal.csv").getvalue().decode()
    assert "reason" not in rows(Client())[0]


def test_every_movement_is_a_line(demonstration: None) -> None:
    found = rows(Client())
    told = Transfer.objects.filter(book__scheme__code="imi2").order_by("number")
    assert [(int(row["number"]), int(row["amount_cents"]), row["hash"]) for row in found] == list(
        told.values_list("number", "amount_cents", "hash")
    )
    assert {row["amount"] for row in found} == {f"{int(row['amount_cents']) / 100:.2f}" for row in found}


@pytest.mark.parametrize(("scheme", "on"), [("imi2", ""), ("imi2", "2016-12-31"), ("ihi", ""), ("edctp3", "")])
def test_lines_add_up_to_the_envelope(demonstration: None, scheme: str, on: str) -> None:
    asked = {"as_of": on} if on else {}
    found = balances(rows(Client(), scheme, **asked))
    for statement in envelope.statement(scheme, as_of=date.fromisoformat(on) if on else None):
        told = {stage: found.get(f"tranche:{statement.tranche}:{stage}", 0) for stage in ("committed", "consumed")}
        standing = statement.standing
        assert told == {"committed": standing.committed_cents, "consumed": standing.consumed_cents}


def test_file_of_what_was_known_has_nothing_recorded_later(demonstration: None) -> None:
    assert rows(Client(), known_on="2000-01-01") == []
    assert Entry.objects.filter(book__scheme__code="imi2").exists()


@pytest.mark.parametrize("scheme", ["imi2", "ihi", "edctp3"])
def test_journal_of_everybody_is_proved_by_another_program(demonstration: None, scheme: str, tmp_path: Path) -> None:
    path = tmp_path / f"{scheme}.beancount"
    path.write_bytes(Client().get(f"/programmes/{scheme}/journal.beancount").getvalue())
    command = [str(Path(sys.executable).with_name("bean-check")), str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout + answer.stderr) == (0, "")
    # A journal that lost a cent would not pass, so the checker looks.
    text = path.read_text()
    at = text.rindex(" balance ")
    path.write_text(text[:at] + text[at:].replace(".00 ", ".01 ", 1))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_pieces_are_gathered_and_nothing_is_lost() -> None:
    pieces = [f"{number}\n" for number in range(50_000)]
    found = list(gathered(iter(pieces)))
    assert "".join(found) == "".join(pieces)
    assert len(found) < 12
    assert list(gathered(iter([]))) == []


@pytest.mark.parametrize("name", list(files(0)))
def test_file_takes_no_more_memory_for_more_rows(name: str) -> None:
    written(files(500)[name]())
    peaks = []
    for count in (1_000, 20_000):
        pieces = files(count)[name]()
        tracemalloc.start()
        written(pieces)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 100_000
