"""What anybody may ask for that takes long is bounded by origin and made one at a time."""

from __future__ import annotations

import threading

import pytest

from cofund.web.throttling import MOST_ORIGINS, WINDOW_SECONDS, Lane, TooManyError


def passes(lane: Lane, origin: str, what: object) -> bool:
    """Whether a piece of work is let through."""
    try:
        with lane.pass_through(origin, what):
            return True
    except TooManyError:
        return False


def test_different_things_of_an_origin_are_counted_and_the_same_once() -> None:
    now = [0.0]
    lane = Lane(2, clock=lambda: now[0])
    asked = [("a", 1), ("a", 1), ("a", 2), ("a", 3), ("a", 2), ("b", 3)]
    assert [passes(lane, *one) for one in asked] == [True, True, True, False, True, True]
    now[0] = WINDOW_SECONDS + 1
    assert passes(lane, "a", 3)


def test_memory_of_origins_is_bounded() -> None:
    lane = Lane(1)
    assert all(passes(lane, str(number), 1) for number in range(MOST_ORIGINS + 10))
    assert len(lane._asked) == MOST_ORIGINS


def test_one_piece_of_work_is_done_at_a_time() -> None:
    lane, order = Lane(5), []
    begun = threading.Event()

    def first() -> None:
        with lane.pass_through("a", 1):
            begun.set()
            order.append("first begins")
            threading.Event().wait(0.05)
            order.append("first ends")

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait()
    with lane.pass_through("b", 1):
        order.append("second")
    thread.join()
    assert order == ["first begins", "first ends", "second"]


def test_turn_is_given_back_after_an_error() -> None:
    lane = Lane(5)
    with pytest.raises(ZeroDivisionError), lane.pass_through("a", 1):
        raise ZeroDivisionError
    assert passes(lane, "a", 2)
