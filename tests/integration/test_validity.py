"""What a tranche may match in time: its first and last day, and the most for a year."""

from __future__ import annotations

import datetime as dt

from tests.books import DAY, STATED, Office, fund, refused
from tests.worlds import world

from cofund.actions.errors import EnvelopeExhausted
from cofund.queries import unlocks
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.rules.envelope import Standing

NEXT_YEAR = dt.date(2016, 3, 1)


def yearly() -> str:
    """The test's scheme with a cap of 400 for 2015 and a last day in 2016."""
    text = fund(yearly_caps="{ 2015 = 400 }", valid_until="2016-06-30")
    keys = ("tranches.main.yearly_caps", "tranches.main.valid_until")
    return text + "".join(
        f'[[sources]]\nkey = "{key}"\nsource = "These tests"\ncertainty = "assumed"\n' for key in keys
    )


@world
def office() -> Office:
    return Office.with_scheme(yearly(), "fund")


def test_yearly_cap_bounds_what_a_year_matches(office: Office) -> None:
    office.pledge(30_000)
    error = refused(lambda: office.pledge(20_000), EnvelopeExhausted)
    assert error.fields["left_cents"] == 10_000
    assert error.wrong == ("It has EUR 100 open on the day (it matches until 2016-06-30, at most EUR 400 in 2015).")
    office.pledge(20_000, on=NEXT_YEAR)
    assert office.standing() == Standing(50_000, 50_000, 0, 0, 0)
    assert verify("fund").findings == ()


def test_preview_knows_the_yearly_cap(office: Office) -> None:
    office.pledge(30_000)
    wish = unlocks.Wish(
        "fund", Target(topic=office.topic()), "partner", "FC", 20_000, DAY, STATED.no_other_union_funding
    )
    found = unlocks.preview(wish)
    assert (found.room_cents, found.match_cents, found.is_bounded_by_tranche) == (10_000, 10_000, True)


def test_tranche_matches_nothing_after_its_last_day(office: Office) -> None:
    office.pledge(10_000, on=dt.date(2016, 6, 30))
    error = refused(lambda: office.pledge(10_000, on=dt.date(2016, 7, 1)), EnvelopeExhausted)
    assert error.fields["left_cents"] == 0
    assert office.standing() == Standing(90_000, 10_000, 0, 0, 0)


def test_promise_of_a_year_is_reserved_in_the_next(office: Office) -> None:
    made = office.pledge(40_000)
    office.endorse(made.contribution)
    office.reserve(on=NEXT_YEAR)
    assert office.standing() == Standing(60_000, 0, 40_000, 0, 0)
