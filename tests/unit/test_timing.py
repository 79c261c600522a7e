"""Slack in days (formula F16): a decision counts first, then the day of the letter."""

from __future__ import annotations

from datetime import date

import pytest

from cofund.rules import lateness
from cofund.rules.lateness import IN_TIME, LATE, TIGHT, UNKNOWN

ADOPTION = date(2015, 12, 8)


def test_days_follow_from_the_adoption_where_nothing_else_is_known() -> None:
    found = lateness.plan(ADOPTION)
    # Launch 35 days after the board, the letter 60 days before the launch, papers three weeks before the board.
    assert (found.letter_on, found.papers_on) == (date(2015, 11, 13), date(2015, 11, 17))
    assert (found.letter_is_assumed, found.papers_are_assumed) == (True, True)


def test_days_of_the_meeting_and_of_the_call_count_before_what_is_assumed() -> None:
    found = lateness.plan(ADOPTION, launch_on=date(2015, 12, 20), papers_due_on=date(2015, 11, 24))
    assert (found.letter_on, found.papers_on, found.papers_are_assumed) == (
        date(2015, 10, 21),
        date(2015, 11, 24),
        False,
    )


def test_letter_is_never_comfortable_after_the_papers_are_due() -> None:
    found = lateness.plan(ADOPTION, launch_on=date(2016, 6, 1), papers_due_on=date(2015, 11, 24))
    assert found.letter_on == date(2015, 11, 24)


@pytest.mark.parametrize(
    ("planned", "decided", "verdict", "slack"),
    [
        (date(2015, 10, 1), None, IN_TIME, 47),
        (date(2015, 11, 13), None, IN_TIME, 4),
        (date(2015, 11, 14), None, TIGHT, 3),
        (date(2015, 11, 17), None, TIGHT, 0),
        (date(2015, 11, 18), None, LATE, -1),
        (date(2015, 12, 1), date(2015, 12, 8), IN_TIME, 0),
        (date(2015, 10, 1), date(2015, 12, 9), LATE, -1),
        (None, None, UNKNOWN, None),
    ],
)
def test_verdict_and_slack(planned: date | None, decided: date | None, verdict: str, slack: int | None) -> None:
    found = lateness.judge(lateness.plan(ADOPTION), planned_on=planned, decided_on=decided)
    assert (found.verdict, found.slack_days) == (verdict, slack)


def test_nothing_is_known_without_a_day_of_adoption() -> None:
    found = lateness.judge(lateness.plan(None), planned_on=date(2015, 10, 1))
    assert (found.verdict, found.required_on, found.slack_days) == (UNKNOWN, None, None)
