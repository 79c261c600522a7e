"""The command line as scripts and people meet it: JSON that is relied on, words that help, and exit codes."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import beancount.loader
import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction
from tests.machine import CHECKOUT

from cofund.commands.main import cli
from cofund.commands.printing import percent
from cofund.records.ledger import sealing
from cofund.records.ledger.models import Transfer
from cofund.rules.money import share_of

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    """Run `cofund` with these words."""
    return CliRunner().invoke(cli, list(words))


def answer(*words: str) -> Any:
    """What a command that succeeds prints as JSON."""
    result = run(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_envelope_json_is_one_object_a_tranche(demonstration: None) -> None:
    members, partners = answer("envelope", "imi2", "--as-of", "2016-12-31")
    assert (members["tranche"], partners["tranche"]) == ("A", "B")
    promised = ("scheme", "tranche", "as_of", "currency", "cap", "reserved", "committed", "consumed", "free")
    assert {key: partners[key] for key in promised} == {
        "scheme": "imi2",
        "tranche": "B",
        "as_of": "2016-12-31",
        "currency": "EUR",
        "cap": 213_000_000_00,
        "reserved": 55_502_865_00,
        "committed": 12_419_784_00,
        "consumed": 0,
        "free": 145_077_351_00,
    }


@pytest.mark.parametrize(
    ("known_at", "contributed"),
    [("2018-03-14", 71_285_830_00), ("2018-03-15", 74_793_553_00), ("2018-03-15T10:30", 71_285_830_00)],
)
def test_envelope_tells_what_was_known(demonstration: None, known_at: str, contributed: int) -> None:
    _, partners = answer("envelope", "imi2", "--as-of", "2018-02-01", "--known-at", known_at)
    assert partners["contributed"] == contributed


def test_envelope_for_people_says_that_it_is_a_lower_bound(demonstration: None) -> None:
    result = run("envelope", "imi2")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "Use and contributions are lower bounds: not everything that partners gave is recorded here." in lines
    assert (
        "B: of at least EUR 106,185,752 put in, EUR 98,057,905 of public money is booked as match; EUR 8,127,847 is not "
        "matched and counts for the project only."
    ) in " ".join(" ".join(lines).split())
    assert [line.split()[1:7] for line in lines if "B: Matched" in line] == [
        ["B:", "Matched", "by", "Associated", "Partners", "│"]
    ]


def test_explanation_names_the_bound_that_decided(demonstration: None) -> None:
    found = answer("explain", "imi2-3", "--as-of", "2019-12-31")
    assert (found["target"], found["stage"], found["joint"]) == ("INNODIA", "committed", True)
    assert found["amounts"] == {"committed": 9_164_968_00}
    assert found["matches"] == {"committed": 5_419_784_00}
    last = found["entries"][-1]
    assert (last["kind"], last["version"], last["match"]["decided_by"]) == (
        "amend",
        {"number": 2, "amount": 9_164_968_00},
        "adoption",
    )
    assert last["decision"] == {
        "number": "assumed-innodia-amendment-2",
        "decided_on": "2018-01-01",
        "certainty": "assumed",
        "taken": "Taken elsewhere, not recorded here",
    }


def test_explanation_tells_what_was_known(demonstration: None) -> None:
    found = answer("explain", "imi2-3", "--as-of", "2018-02-01", "--known-at", "2018-03-14")
    assert found["amounts"] == {"committed": 5_657_245_00}
    assert [one["kind"] for one in found["entries"]] == ["pledge", "award", "endorse", "reserve", "commit"]


def test_explanation_before_anything_was_recorded_says_so(demonstration: None) -> None:
    result = run("explain", "imi2-3", "--known-at", "2014-01-01")
    assert result.exit_code == 1
    assert "Nothing of imi2-3 was known at 2014-01-01T" in result.stderr


def test_envelope_before_its_programme_says_when_it_begins(demonstration: None) -> None:
    result = run("envelope", "imi2", "--as-of", "1990-01-01")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "begins on 2014-06-27: on the day that was asked for there was no money yet." in words


def test_explanation_for_people_shows_accounts_as_they_are_named(demonstration: None) -> None:
    result = run("explain", "imi2-3")
    assert result.exit_code == 0
    assert "  tranche:B:open → tranche:B:promised: 5,657,245" in result.stdout.splitlines()
    assert "Unlocks 5,419,784 committed; unmatched 5,031,577." in result.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ["envelope", "nowhere"],
            1,
            "Error: There is no scheme 'nowhere' on this site. It has: edctp3, ihi, imi2. "
            "Install one with `cofund scheme install FILE`.",
        ),
        (
            ["envelope", "IMI2"],
            1,
            "Error: There is no scheme 'IMI2' on this site. Did you mean imi2? It has: edctp3, ihi, imi2. "
            "Install one with `cofund scheme install FILE`.",
        ),
        (
            ["explain", "x"],
            1,
            "Error: There is no contribution 'x'. References of this site are, for example, edctp3-3, imi2-3; "
            "each stands on its contribution's page.",
        ),
        (
            ["explain", "imi2-3", "--as-of", "2014-01-01"],
            1,
            "Error: Nothing of imi2-3 stands on 2014-01-01. It begins on 2014-07-01: ask with --as-of 2014-07-01.",
        ),
        (
            ["envelope", "imi2", "--as-of", "2016-13-31"],
            2,
            "Error: Invalid value for '--as-of': '2016-13-31' is not a day. Write year, month and day, as in 2016-12-31.",
        ),
        (
            ["envelope", "imi2", "--known-at", "soon"],
            2,
            "Error: Invalid value for '--known-at': 'soon' is not an instant. Write 2018-03-15T10:00, or a day such as 2018-03-15.",
        ),
    ],
)
def test_mistake_is_told_with_what_to_do(demonstration: None, words: list[str], code: int, told: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (code, told)


def test_books_that_agree_end_with_zero(demonstration: None) -> None:
    found = answer("verify-books")
    assert [(one["scheme"], one["findings"]) for one in found] == [("edctp3", []), ("ihi", []), ("imi2", [])]


def test_row_that_was_changed_is_named(demonstration: None) -> None:
    pledged = Transfer.objects.filter(book__scheme__code="imi2", from_account__code="contribution:B:pledged")
    row = pledged.order_by("number")[0]
    with transaction.atomic():
        # PostgreSQL changes no table that has checks outstanding.
        connection.check_constraints()
        sealing.unseal(connection)
        Transfer.objects.filter(pk=row.pk).update(amount_cents=row.amount_cents + 1)
        result = run("verify-books", "imi2")
        transaction.set_rollback(True)
    assert result.exit_code == 1
    lines = [line.split(": found")[0] for line in result.stderr.splitlines()]
    # Beside the row, matches that were given on what it moved no longer follow from the rows before them.
    assert [line for line in lines if ", match of " not in line] == [
        f"  transfer {row.number} (row {row.pk})",
        "  account contribution:B:pledged",
    ]


def test_export_is_a_journal_that_beancount_accepts(demonstration: None, tmp_path: Path) -> None:
    path = tmp_path / "imi2.beancount"
    result = run("export-books", "imi2", "--output", str(path))
    count = len(path.read_text().splitlines())
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"Wrote the book of imi2 to {path}: {count} lines.\n"
    entries, errors, _ = beancount.loader.load_file(str(path))
    assert errors == []
    assert sum(type(entry).__name__ == "Transaction" for entry in entries) == 78


def test_demonstration_is_loaded_once(demonstration: None) -> None:
    with transaction.atomic():
        result = run("demo")
        transaction.set_rollback(True)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        "The demonstration is already there; nothing was changed.",
        "Log-ins of the demonstration, password cofund-demo:",
    ]


def test_percentage_is_rounded_half_up() -> None:
    assert [percent(share_of(*each)) for each in ((1, 2), (5, 10_000), (4, 10_000), (1, 0))] == [
        "50.0 %",
        "0.1 %",
        "0.0 %",
        "–",
    ]


def cofund(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `cofund` in a process and a site of its own, on SQLite."""
    return subprocess.run(command(*words), env=environment(home, **more), capture_output=True, text=True, check=False)


def command(*words: str) -> list[str]:
    """The words that start `cofund` in a process."""
    return [sys.executable, "-m", "cofund.commands.main", *words]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables of a site of its own."""
    kept = {key: each for key, each in os.environ.items() if not key.startswith("COFUND_")}
    return {**kept, "PYTHONPATH": str(CHECKOUT / "src"), "COFUND_HOME": str(home), **more}


def test_database_that_is_not_prepared_is_told(tmp_path: Path) -> None:
    found = cofund(tmp_path, "envelope", "imi2")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        f"Error: The database {tmp_path / 'cofund.sqlite3'} is not prepared (no such table: programme_schemeversion). "
        "Run `cofund setup`, or name another site by COFUND_HOME.\n"
    )
    found = cofund(tmp_path, "serve")
    assert (found.returncode, found.stderr) == (
        1,
        "Error: The database is not prepared for this version. Run `cofund setup`.\n",
    )


def test_database_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    found = cofund(tmp_path, "envelope", "imi2", COFUND_DATABASE_URL="postgresql://127.0.0.1:1/none")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("Error: The database server does not answer: ")
    assert found.stderr.endswith("Start it, or correct COFUND_DATABASE_URL.\n")
    found = cofund(tmp_path, "envelope", "imi2", COFUND_DATABASE_URL="mysql://server/books")
    assert (found.returncode, found.stdout) == (1, "")
    assert "COFUND_DATABASE_URL names neither PostgreSQL" in found.stderr


def test_home_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = cofund(tmp_path / "file", "verify-books")
    assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (1, "", 1)


@pytest.mark.same_on_both
def test_setup_prepares_once_and_the_site_answers(tmp_path: Path) -> None:
    first = cofund(tmp_path, "setup")
    assert first.stdout.splitlines() == [
        "The demonstration is loaded: 31 projects, 94 entries in the books.",
        f"The site is prepared: SQLite in {tmp_path}/cofund.sqlite3.",
    ]
    again = cofund(tmp_path, "setup")
    assert again.stdout.splitlines() == [f"The site is prepared: SQLite in {tmp_path}/cofund.sqlite3."]
    port = free_port()
    server = subprocess.Popen(
        command("serve", "--port", str(port)),
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert first_answer(f"http://127.0.0.1:{port}/design/") == 200
        # What the site says of its own address is where it listens.
        with urlopen(f"http://127.0.0.1:{port}/programmes/imi2/grants.json", timeout=60) as answer:
            assert json.load(answer)["downloadURL"] == f"http://127.0.0.1:{port}/programmes/imi2/grants.json"
        taken = cofund(tmp_path, "serve", "--port", str(port))
        assert (taken.returncode, taken.stderr) == (
            1,
            f"Error: 127.0.0.1:{port} cannot be listened on: Address already in use. "
            f"Choose another port, e.g. `cofund serve --port {port % 65535 + 1}` or `make run PORT={port % 65535 + 1}`.\n",
        )
    finally:
        server.send_signal(signal.SIGINT)
        said, complained = server.communicate(timeout=30)
    assert said.splitlines()[:2] == [
        f"Cofund is on http://127.0.0.1:{port}/ (Ctrl-C ends it)",
        "Log-ins of the demonstration, password cofund-demo:",
    ]
    assert complained == ""


@pytest.mark.same_on_both
def test_serve_sends_what_waited_beside_its_first_page(tmp_path: Path) -> None:
    assert cofund(tmp_path, "setup", "--no-demo").returncode == 0
    with closing(sqlite3.connect(tmp_path / "cofund.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO directory_message (purpose, recipient, subject, text, written_at, attempts, failure, key,"
            ' html, fills, headers, "group", batch, is_in_doubt, is_refused)'
            " VALUES ('test', 'grace@gates.example', 'It waited', 'Hello', '2026-01-01 12:00:00', 1, 'down', 'k',"
            " '', '{}', '{}', '', '', 0, 0)"
        )
    port = free_port()
    with subprocess.Popen(command("serve", "--port", str(port)), env=environment(tmp_path)) as server:
        try:
            assert first_answer(f"http://127.0.0.1:{port}/design/") == 200
            sent = first_of(lambda: list((tmp_path / "mail").glob("*")))
            assert "Subject: It waited" in sent[0].read_text()
        finally:
            server.send_signal(signal.SIGINT)


@pytest.mark.same_on_both
def test_setup_without_the_demonstration_opens_the_schemes(tmp_path: Path) -> None:
    assert cofund(tmp_path, "setup", "--no-demo").returncode == 0
    found = json.loads(cofund(tmp_path, "verify-books", "--json").stdout)
    assert [(one["scheme"], one["findings"]) for one in found] == [
        ("cbe", []),
        ("edctp3", []),
        ("foundation", []),
        ("ihi", []),
        ("imi2", []),
    ]
    assert cofund(tmp_path, "demo").stdout.splitlines()[0] == (
        "The demonstration is loaded: 31 projects, 94 entries in the books."
    )


def first_of(look: Callable[[], list[Path]]) -> list[Path]:
    """What is there to be found, as soon as it is. Raises: TimeoutError."""
    for _ in range(150):
        if found := look():
            return found
        time.sleep(0.2)
    raise TimeoutError


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def first_answer(address: str) -> int:
    """The status of an address as soon as it answers. Raises: TimeoutError."""
    for _ in range(150):
        try:
            with urlopen(address, timeout=10) as response:
                status: int = response.status
                return status
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
