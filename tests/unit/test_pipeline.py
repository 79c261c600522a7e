"""The projection of a tranche, and how often somebody may knock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from cofund.rules.knocking import PER_EMAIL, PER_ORIGIN, Limit, wait_until
from cofund.rules.pipeline import Prospect, project, tranche_of
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MILLION = 100_000_000


def ago(**parts: int) -> datetime:
    """An instant before now."""
    return NOW - timedelta(**parts)


def test_projection_keeps_cash_and_in_kind_apart() -> None:
    found = project(
        201 * MILLION,
        [
            Prospect(350_000_000, 60, is_in_kind=False),
            Prospect(40 * MILLION, 50, is_in_kind=True),
            Prospect(1 * MILLION, 10),
            Prospect(None, 50, is_in_kind=True),
            Prospect(5 * MILLION, None),
        ],
    )
    assert (found.cash_cents, found.in_kind_cents, found.not_stated_cents) == (210_000_000, 20 * MILLION, 10_000_000)
    assert (found.match_cents, found.beyond_cents) == (222 * MILLION // 10, 0)
    assert found.projected_cents == 201 * MILLION - 222 * MILLION // 10
    assert (found.counted, found.not_counted) == (3, 2)


def test_projection_takes_the_ratio_and_no_more_than_there_is() -> None:
    found = project(1 * MILLION, [Prospect(3 * MILLION, 100, Fraction(2, 3), is_in_kind=False)])
    assert (found.match_cents, found.beyond_cents, found.projected_cents) == (1 * MILLION, 1 * MILLION, 0)
    nothing = project(-5, [Prospect(100, 100)])
    assert (nothing.match_cents, nothing.beyond_cents, nothing.projected_cents) == (0, 100, -5)


def test_projection_is_rounded_once() -> None:
    thirds = [Prospect(1, 33), Prospect(1, 33), Prospect(1, 34)]
    assert project(100, thirds).match_cents == 1
    assert project(100, thirds[:2]).match_cents == 0


@pytest.mark.parametrize(
    ("scheme", "kind", "tranche"),
    [("imi2", "", "B"), ("imi2", "FC_JU", "B"), ("imi2", "IK", "B"), ("imi2", "NO_SUCH", "B"), ("ihi", "IKAA", None)],
)
def test_tranche_of_a_lead_is_the_one_that_would_match_it(scheme: str, kind: str, tranche: str | None) -> None:
    rules = parse(shipped()[f"{scheme}.toml"], file=scheme)
    found = tranche_of(rules, kind)
    assert (found.code if found else None) == tranche


@pytest.mark.parametrize(
    ("made", "limits", "again"),
    [
        ([], PER_EMAIL, None),
        ([ago(minutes=1), ago(minutes=2)], PER_EMAIL, None),
        ([ago(minutes=1), ago(minutes=2), ago(minutes=30)], PER_EMAIL, NOW + timedelta(minutes=30)),
        ([ago(minutes=59, seconds=59)] * 3, PER_EMAIL, NOW + timedelta(seconds=1)),
        ([ago(hours=1)] * 3, PER_EMAIL, None),
        ([ago(hours=2)] * 6, PER_EMAIL, NOW + timedelta(hours=22)),
        ([ago(hours=2)] * 7 + [ago(hours=20)], PER_EMAIL, NOW + timedelta(hours=22)),
        ([ago(minutes=10)] * 5, PER_ORIGIN, NOW + timedelta(minutes=50)),
        ([ago(hours=25)] * 50, PER_ORIGIN, None),
        (
            [ago(minutes=1)],
            (Limit(1, timedelta(minutes=2)), Limit(1, timedelta(days=1))),
            ago(minutes=1) + timedelta(days=1),
        ),
    ],
)
def test_one_more_knock_waits_until_every_limit_holds(
    made: list[datetime], limits: tuple[Limit, ...], again: datetime | None
) -> None:
    assert wait_until(made, limits, NOW) == again
