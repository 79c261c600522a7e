"""Several statements in one trip: in order, with the commit, refused as one, and more of them than a server keeps prepared."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from tests.books import Office, fund

from cofund.actions.trips import trip

OPEN = "SELECT open_cents FROM ledger_trancheroom ORDER BY id"
MOVE = "UPDATE ledger_trancheroom SET open_cents = open_cents + %s"


def elsewhere() -> list[tuple[object, ...]]:
    """What another connection sees to be open."""
    seen: list[tuple[object, ...]] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute(OPEN)
            seen.extend(cursor.fetchall())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return seen


def test_statements_of_a_trip_see_those_before_and_the_last_answers(transactional_db: None) -> None:
    Office.with_scheme(fund(), "fund")
    with transaction.atomic():
        assert trip([(MOVE, [5]), (MOVE, [-2]), (OPEN, [])]) == [(100_003,), (100_003,)]


def test_trip_commits_what_it_writes(transactional_db: None) -> None:
    Office.with_scheme(fund(), "fund")
    with transaction.atomic():
        trip([(MOVE, [5])])
        trip([(MOVE, [1])], commits=True)
    assert elsewhere() == [(100_006,), (100_006,)]


def test_refused_trip_does_nothing_and_the_next_one_works(transactional_db: None) -> None:
    Office.with_scheme(fund(), "fund")
    with pytest.raises(IntegrityError, match=r"tranche_never_overdrawn"), transaction.atomic():
        trip([(MOVE, [1]), (MOVE, [-200_000]), (OPEN, [])], commits=True)
    assert elsewhere() == [(100_000,), (100_000,)]
    with transaction.atomic():
        assert trip([(MOVE, [1]), (OPEN, [])], commits=True) == [(100_001,), (100_001,)]


def test_more_statements_than_are_kept_prepared(db: None) -> None:
    assert [trip([(f"SELECT {number} + %s", [number])]) for number in range(100)] == [
        [(2 * number,)] for number in range(100)
    ]
