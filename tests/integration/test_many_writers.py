"""Many who pledge at once get exactly what fits, and a process that is killed leaves books that verify."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from tests.books import OPERATOR, Office, fund
from tests.machine import CHECKOUT

from cofund.actions.errors import EnvelopeExhausted
from cofund.actions.locks import writing
from cofund.actions.opening import open_scheme
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Contribution, ContributionVersion, Entry
from cofund.rules.envelope import Standing

# Fifty ask for 60 euro each, of a tranche of 1,000: three times what is left. Sixteen fit, and 40 euro stay open.
WRITERS, PROCESSES, ASKED, FIT, LEFT = 50, 5, 6_000, 16, 4_000
REFUSAL = {
    "asked_cents": ASKED,
    "left_cents": LEFT,
    "tranche": "main",
    "currency": "EUR",
    "text": (
        "You asked for a match of EUR 60 from Matched by partners. It has EUR 40 open. "
        "Lower the contribution, record the part above as unmatched, or ask the board to top up the tranche."
    ),
}


def address() -> str:
    """The address of the test database, for another process."""
    stated = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{stated['NAME']}"
    host, login = str(stated["HOST"] or ""), quote(str(stated["USER"] or ""), safe="")
    if stated["PASSWORD"]:
        login += ":" + quote(str(stated["PASSWORD"]), safe="")
    name = quote(str(stated["NAME"]))
    if host.startswith("/") or not host:
        options = {"host": host, **stated.get("OPTIONS", {})}
        return f"postgres://{login}@/{name}?" + urlencode({key: text for key, text in options.items() if text})
    return f"postgres://{login}@{host}:{stated['PORT'] or 5432}/{name}"


@contextlib.contextmanager
def pledger(how_many: int, cents: int) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to pledge; it is gone at the end."""
    environment = {
        **os.environ,
        "COFUND_DATABASE_URL": address(),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT / "src"), os.environ.get("PYTHONPATH")])),
    }
    command = [sys.executable, "-m", "tests.integration.pledger", str(how_many), str(cents)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def start(process: subprocess.Popen[str]) -> None:
    """Tell a process to begin."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def assert_exactly_what_fits(office: Office, said: list[dict[str, object]]) -> None:
    """Of everybody's answers: what fits is booked once each, everyone else was told what is left and what to do."""
    booked = sorted(int(str(one["entry"])) for one in said if "entry" in one)
    refused = [one for one in said if "entry" not in one]
    assert len(said) == WRITERS
    assert booked == list(range(3, 3 + FIT))  # two entries opened the tranches
    assert refused == [REFUSAL] * (WRITERS - FIT)
    assert office.standing() == Standing(LEFT, FIT * ASKED, 0, 0, 0)
    assert (Contribution.objects.count(), ContributionVersion.objects.count()) == (FIT, FIT)
    assert AuditEvent.objects.filter(action="pledge").count() == FIT
    verified = verify("fund")
    assert verified.findings == ()
    assert verified.entries == 2 + FIT


def test_fifty_threads_get_exactly_what_fits(transactional_db: None) -> None:
    office = Office.with_scheme(fund(), "fund")
    office.topic(), office.organisation("Partner")
    said: list[dict[str, object]] = []
    together = threading.Barrier(WRITERS)

    def ask() -> None:
        together.wait()
        try:
            said.append({"entry": office.pledge(ASKED).entry.number})
        except EnvelopeExhausted as error:
            said.append({**error.fields, "text": str(error)})
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_exactly_what_fits(office, said)


def test_booking_that_waited_goes_by_the_version_installed_meanwhile(transactional_db: None) -> None:
    office = Office.with_scheme(fund(), "fund")
    office.topic(), office.organisation("Partner")
    locked = threading.Event()

    def install() -> None:
        try:
            with writing():
                open_scheme(OPERATOR, fund(ratio='"1/2"').replace('version = "1"', 'version = "2"'), file="fund.toml")
                locked.set()
                time.sleep(1)
        finally:
            connection.close()

    installing = threading.Thread(target=install)
    installing.start()
    assert locked.wait(60)
    booked = office.pledge(ASKED)
    installing.join()
    assert booked.entry.scheme_version.number == 2
    assert booked.match is not None
    assert booked.match.match_cents == ASKED // 2


def test_processes_get_exactly_what_fits(transactional_db: None) -> None:
    office = Office.with_scheme(fund(), "fund")
    office.topic(), office.organisation("Partner")
    said: list[dict[str, object]] = []
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(pledger(WRITERS // PROCESSES, ASKED)) for _ in range(PROCESSES)]
        for process in processes:
            start(process)
        for process in processes:
            assert process.stdout is not None
            said += [json.loads(line) for line in process.stdout]
            assert process.wait() == 0
    assert_exactly_what_fits(office, said)


@pytest.mark.parametrize("told", [1, 117, 250])
def test_killed_process_leaves_books_that_verify(transactional_db: None, told: int) -> None:
    office = Office.with_scheme(fund(cap="1_000_000"), "fund")
    with pledger(1_000, 10_000) as process:
        start(process)
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(told)]
        process.kill()
        lines += [json.loads(line) for line in process.stdout]
        assert process.wait() == -9
    verified = verify("fund")
    assert verified.findings == ()
    # Nothing that was told is lost; at most the one pledge that was booked but not told yet is there beside it.
    assert verified.entries - (2 + len(lines)) in (0, 1)
    assert 2 + len(lines) < 1_002
    assert Entry.objects.count() == verified.entries
    assert Contribution.objects.count() == verified.entries - 2 == AuditEvent.objects.filter(action="pledge").count()
    assert office.standing().promised_cents == 10_000 * (verified.entries - 2)
    assert office.pledge(10_000).entry.number == verified.entries + 1
    assert verify("fund").findings == ()
