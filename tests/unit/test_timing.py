"""Slack in days (formula F16): a decision counts first, then the day of the letter."""

from __future__ import annotations

from datetime import date

import pytest

from cofund.rules import timing
from cofund.rules.timing import IN_TIME, LATE, TIGHT, UNKNOWN, LetterTime, Sitting, chance, latest_letter, slack_days

ADOPTION = date(2015, 12, 8)


def test_days_follow_from_the_adoption_where_nothing_else_is_known() -> None:
    found = timing.plan(ADOPTION, papers_days=21)
    # Launch 35 days after the board, the letter 60 days before the launch, papers three weeks before the board.
    assert (found.letter_on, found.papers_on) == (date(2015, 11, 13), date(2015, 11, 17))
    assert found.papers_are_reckoned


def test_days_of_the_meeting_and_of_the_call_count_before_what_is_assumed() -> None:
    found = timing.plan(ADOPTION, launch_on=date(2015, 12, 20), papers_stated_on=date(2015, 11, 24))
    assert (found.letter_on, found.papers_on, found.papers_are_reckoned) == (
        date(2015, 10, 21),
        date(2015, 11, 24),
        False,
    )


def test_letter_is_never_comfortable_after_the_papers_are_due() -> None:
    found = timing.plan(ADOPTION, launch_on=date(2016, 6, 1), papers_stated_on=date(2015, 11, 24))
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
    found = timing.judge(timing.plan(ADOPTION, papers_days=21), planned_on=planned, decided_on=decided)
    assert (found.verdict, found.slack_days) == (verdict, slack)


def test_nothing_is_known_without_a_day_of_adoption() -> None:
    found = timing.judge(timing.plan(None), planned_on=date(2015, 10, 1))
    assert (found.verdict, found.required_on, found.slack_days) == (UNKNOWN, None, None)


def test_papers_are_due_as_the_meeting_states_else_so_many_days_before() -> None:
    assert timing.papers_due_on(Sitting(date(2026, 6, 22)), 21) == date(2026, 6, 1)
    assert timing.papers_due_on(Sitting(date(2026, 6, 22), date(2026, 6, 10)), 21) == date(2026, 6, 10)


def test_launch_alone_gives_the_comfortable_day() -> None:
    found = timing.plan(None, launch_on=date(2017, 11, 30), papers_days=21)
    assert (found.letter_on, found.papers_on) == (date(2017, 10, 1), None)


def test_nothing_is_known_of_papers_where_neither_meeting_nor_scheme_says() -> None:
    found = timing.plan(ADOPTION)
    assert (found.letter_on, found.papers_on, found.papers_are_reckoned) == (date(2015, 11, 13), None, False)
    assert timing.judge(found, planned_on=date(2015, 10, 1)).verdict == UNKNOWN


def test_slack_is_the_required_day_less_the_planned_one() -> None:
    assert slack_days(date(2015, 4, 1), date(2015, 6, 15)) == -75


def test_meeting_after_the_adoption_is_not_in_time() -> None:
    found = chance(
        Sitting(date(2015, 6, 15)),
        ready_on=date(2015, 3, 1),
        adopted_on=date(2015, 4, 1),
        papers_days=21,
    )
    assert (found.papers_due_on, found.days_for_papers, found.slack_days) == (date(2015, 5, 25), 85, -75)
    assert (found.takes_papers, found.is_before_adoption, found.is_in_time) == (True, False, False)


def test_meeting_whose_papers_were_due_is_not_in_time() -> None:
    found = chance(
        Sitting(date(2015, 3, 20), date(2015, 3, 10)),
        ready_on=date(2015, 3, 12),
        adopted_on=date(2015, 4, 1),
        papers_days=21,
    )
    assert (found.days_for_papers, found.is_in_time) == (-2, False)


def test_unknown_adoption_and_papers_are_not_held_against_a_meeting() -> None:
    found = chance(Sitting(date(2015, 3, 20)), ready_on=date(2015, 3, 12), adopted_on=None, papers_days=None)
    assert (found.days_for_papers, found.slack_days, found.is_in_time) == (None, None, True)


def test_letter_is_in_time_sixty_days_before_the_launch() -> None:
    launch = date(2017, 11, 30)
    assert latest_letter(launch, date(2017, 10, 1)) == LetterTime(date(2017, 10, 1), "the launch of the call", launch)
    by_adoption = LetterTime(date(2017, 9, 6), "the adoption of the topic", date(2017, 11, 5))
    assert latest_letter(None, date(2017, 10, 1)) == by_adoption
    assert (by_adoption.is_late(date(2017, 9, 6)), by_adoption.is_late(date(2017, 9, 7))) == (False, True)
    assert latest_letter(None, None) is None


def test_letter_is_never_comfortable_after_the_papers_are_due_whatever_it_rests_on() -> None:
    launch, papers = date(2017, 11, 30), date(2017, 9, 1)
    found = latest_letter(launch, date(2017, 10, 1), papers)
    assert found == LetterTime(papers, "the day on which papers for the adopting meeting are due", launch)
    assert latest_letter(launch, date(2017, 10, 1), date(2017, 10, 2)) == latest_letter(launch, None)
