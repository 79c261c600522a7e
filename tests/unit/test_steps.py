"""What each movement adds to committed, reported, certified, validated and the match, with returns, refusals and corrections."""

from __future__ import annotations

import pytest

from cofund.rules.steps import Steps, effect


@pytest.mark.parametrize(
    ("kind", "source", "target", "expected"),
    [
        ("pledge", "outside", "pledged", Steps()),
        ("endorse", "pledged", "endorsed", Steps()),
        ("commit", "endorsed", "committed", Steps(committed=7)),
        ("amend", "outside", "committed", Steps(committed=7)),
        ("report", "committed", "reported", Steps(reported=7)),
        ("certify", "reported", "certified", Steps(certified=7)),
        ("validate", "certified", "validated", Steps(validated=7)),
        # A kind that needs no certificate counts as certified with what is validated of it.
        ("validate", "reported", "validated", Steps(certified=7, validated=7)),
        # Cash that came counts as reported and certified too.
        ("deliver", "committed", "validated", Steps(reported=7, certified=7, validated=7)),
        # What the office refuses was reported and certified nevertheless; what is sent back was not.
        ("validate", "certified", "committed", Steps()),
        ("validate", "reported", "committed", Steps()),
        ("return", "reported", "committed", Steps(reported=-7)),
        ("return", "certified", "committed", Steps(reported=-7, certified=-7)),
        ("withdraw", "committed", "withdrawn", Steps(committed=-7)),
        ("release", "reported", "withdrawn", Steps(committed=-7)),
        ("withdraw", "endorsed", "withdrawn", Steps()),
    ],
)
def test_movement_of_a_contribution_adds_its_step(kind: str, source: str, target: str, expected: Steps) -> None:
    assert effect(kind, source, target, 7, is_match=False) == expected
    turned = effect("correct", target, source, 7, is_match=False, corrects=kind)
    assert turned + expected == Steps()


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("open", "promised", Steps()),
        ("promised", "reserved", Steps()),
        ("reserved", "committed", Steps(matched=7)),
        ("open", "committed", Steps(matched=7)),
        ("committed", "consumed", Steps(consumed=7)),
        ("committed", "open", Steps(matched=-7)),
        ("consumed", "open", Steps(matched=-7, consumed=-7)),
    ],
)
def test_movement_of_a_match_adds_to_the_match_alone(source: str, target: str, expected: Steps) -> None:
    assert effect("deliver", source, target, 7, is_match=True) == expected
    assert effect("correct", target, source, 7, is_match=True, corrects="deliver") + expected == Steps()


def test_steps_add_and_subtract() -> None:
    one, two = Steps(1, 2, 3, 4, 5, 6), Steps(1, 1, 1, 1, 1, 1)
    assert (one + two, one - two, bool(Steps()), bool(two)) == (
        Steps(2, 3, 4, 5, 6, 7),
        Steps(0, 1, 2, 3, 4, 5),
        False,
        True,
    )
