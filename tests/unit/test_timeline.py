"""Days of calls: durations, the usual plan, slack, and starts before the signature."""

from __future__ import annotations

from datetime import date

from cofund.rules import timeline
from cofund.rules.timeline import Dates, Slack

VALUE_DX = Dates(launch=date(2017, 11, 30), stage1=date(2018, 2, 28), deadline=date(2018, 9, 6), start=date(2019, 4, 1))


def days(dates: Dates) -> list[tuple[str, str, int]]:
    """The durations as plain rows."""
    return [(one.start, one.end, one.days) for one in timeline.durations(dates)]


def test_durations_of_two_stages_are_those_of_the_published_days() -> None:
    assert days(VALUE_DX) == [
        ("launch", "stage1", 90),
        ("stage1", "deadline", 190),
        ("deadline", "start", 207),
        ("launch", "start", 487),
    ]


def test_durations_of_one_stage_and_the_results() -> None:
    fast = Dates(launch=date(2020, 3, 3), deadline=date(2020, 3, 31), results=date(2020, 5, 11))
    assert days(fast) == [("launch", "deadline", 28), ("deadline", "results", 41)]


def test_durations_from_the_drafts() -> None:
    call17 = Dates(date(2018, 10, 15), None, date(2019, 1, 22), date(2019, 4, 25), date(2019, 11, 7))
    assert days(call17) == [("drafts", "launch", 99), ("launch", "stage1", 93), ("stage1", "deadline", 196)]


def test_durations_of_nothing_known_are_none() -> None:
    assert days(Dates()) == []
    assert days(Dates(launch=date(2020, 1, 1))) == []


def test_usual_plan_counts_from_the_launch() -> None:
    launch = date(2026, 6, 1)
    plan = timeline.usual_plan(launch)
    assert {key: (on - launch).days for key, on in plan.items()} == {
        "drafts": -90,
        "adopted": -35,
        "launch": 0,
        "stage1": 90,
        "deadline": 280,
        "start": 480,
    }
    assert "stage1" not in timeline.usual_plan(launch, two_stage=False)


def test_milestones_keep_what_is_known_and_say_what_is_usual() -> None:
    found = timeline.milestones(VALUE_DX)
    assert [(one.key, one.from_launch, one.is_usual) for one in found] == [
        ("drafts", -90, True),
        ("adopted", -35, True),
        ("launch", 0, False),
        ("stage1", 90, False),
        ("deadline", 280, False),
        ("start", 487, False),
    ]
    assert [
        (one.key, one.from_launch, one.is_usual) for one in timeline.milestones(Dates(deadline=date(2020, 1, 1)))
    ] == [("deadline", None, False)]
    assert timeline.milestones(Dates()) == ()
    single = timeline.milestones(Dates(launch=date(2020, 1, 1)), two_stage=False)
    assert [one.label for one in single if one.key == "deadline"] == ["Deadline"]


def test_slack_is_required_minus_planned() -> None:
    assert Slack("letter", date(2026, 4, 2), date(2026, 3, 20)).days == 13
    assert Slack("letter", date(2026, 4, 2), date(2026, 4, 5)).days == -3


def test_consultation_lasts_from_the_drafts_to_the_papers() -> None:
    assert timeline.CONSULTATION_DAYS == 34
    assert timeline.shortest_end(date(2026, 1, 1)) == date(2026, 2, 4)


def test_wrong_order_names_the_first_two_days() -> None:
    assert timeline.wrong_order(VALUE_DX) is None
    assert timeline.wrong_order(Dates(launch=date(2020, 5, 1), deadline=date(2020, 4, 1))) == ("launch", "deadline")


def test_early_start_needs_the_fast_track_and_the_flag() -> None:
    start, signed = date(2020, 4, 1), date(2020, 6, 1)
    assert timeline.early_start(start, signed, is_fast_track=True, is_flagged=True) == ""
    assert timeline.early_start(signed, signed, is_fast_track=False, is_flagged=False) == ""
    assert timeline.early_start(None, signed, is_fast_track=False, is_flagged=False) == ""
    assert (
        timeline.early_start(start, signed, is_fast_track=False, is_flagged=True)
        == "A project starts before its grant is signed only in a call on the fast track."
    )
    assert (
        timeline.early_start(start, signed, is_fast_track=True, is_flagged=False)
        == "The start lies before the signature, and nothing says that the decision allows it."
    )
