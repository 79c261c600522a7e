"""Open data adds up to sums that are stated here by hand: by what was known before a correction, and without what is held back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests import publishing, worlds
from tests.books import MILLION, Office
from tests.integration.test_open_totals import READERS, Asked, Totals, by_project, of_rows

from cofund.actions.contributions import reduce

pytestmark = pytest.mark.django_db

# What was given, and what IMI2 adds: as much for each contribution, in whole euros, cents dropped.
OTHERS_OF_P1 = (5_271_828_18 + 5_271_828_00) + (7_161_803_39 + 7_161_803_00)
P1 = (3_141_592_65 + 3_141_592_00) + OTHERS_OF_P1
P2 = 11_057_721_56 + 11_057_721_00
BEFORE, AFTER = date(2022, 6, 30), date(2023, 6, 30)


@worlds.world
def office() -> Office:
    """Two projects that were recorded in 2022; in 2023 it is recorded that a contribution was lowered to 9.0 m long ago."""
    office = publishing.programme(datetime(2022, 1, 2, tzinfo=UTC))
    office.at = datetime(2023, 1, 2, tzinfo=UTC)
    reduce(office.actor, publishing.of("Sorrel Foundation"), 9 * MILLION, office.grounds(), at=office.at)
    return office


def totals(known_on: date) -> dict[str, Totals]:
    """The totals of each file, as true on one day and as known on another."""
    return {name: read(Asked("imi2", BEFORE, known_on)) for name, read in READERS.items()}


@pytest.mark.parametrize(("known_on", "p2"), [(BEFORE, P2), (AFTER, 2 * 9 * MILLION)])
def test_totals_are_of_what_was_known(office: Office, known_on: date, p2: int) -> None:
    told = {"p1": P1, "p2": p2}
    assert totals(known_on) == dict.fromkeys(READERS, told)
    assert by_project("imi2", of_rows(Asked("imi2", BEFORE, known_on))) == told


def test_totals_leave_out_what_is_held_back(office: Office) -> None:
    publishing.hold(office, publishing.of("Quince Trust"), "amount")
    # Its match is left out with it; what the two others gave still counts.
    assert totals(BEFORE) == {name: {"p1": OTHERS_OF_P1, "p2": P2} for name in READERS}
