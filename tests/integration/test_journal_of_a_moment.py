"""The journal of a past moment is the same whenever it is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from tests.books import MILLION, Office, shipped

pytestmark = pytest.mark.django_db


def journal(**asked: str) -> str:
    """The journal of a moment, as everybody has it."""
    answer = Client().get("/programmes/imi2/journal.beancount", asked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return answer.getvalue().decode()


def test_journal_of_a_moment_stays_as_it_was_when_more_is_booked(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = datetime(2022, 1, 2, tzinfo=UTC)
    first = office.pledge(MILLION, "Trust", kind="FC_JU", on=date(2016, 5, 1)).contribution
    asked = {"as_of": "2018-12-31", "known_on": "2022-06-30"}
    before = journal(**asked)
    assert before.count(' * "pledge" ') == 1
    # Later somebody books what is about earlier days, and opens accounts that nobody knew of.
    office.at = datetime(2023, 1, 2, tzinfo=UTC)
    office.pledge(2 * MILLION, "Fund", kind="FC_JU", on=date(2015, 2, 1))
    office.endorse(first, on=date(2016, 6, 1))
    office.reserve(on=date(2016, 7, 1))
    office.commit(on=date(2016, 8, 1))
    assert journal(**asked) == before
    later = {**asked, "known_on": "2023-06-30"}
    assert [journal(**later).count(f' * "{kind}" ') for kind in ("pledge", "commit")] == [2, 1]
    assert journal(**{**later, "as_of": "2016-07-15"}).count(' * "commit" ') == 0
    assert Client().get("/programmes/imi2/journal.beancount", {"as_of": "2016"}).status_code == 400
