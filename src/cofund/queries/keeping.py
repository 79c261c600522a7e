"""Keeps what was read for as long as nothing at all is written to the database; all threads of a process share it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.utils.translation import get_language

from cofund.queries import clock
from cofund.queries.versions import Version, version

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class _Kept(Generic[Answer]):
    """One answer with what it holds for; the lock lets one thread read it while the others wait for the same."""

    __slots__ = ("held", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: tuple[tuple[Version, date], Answer] | None = None


class _Answers(Generic[Answer]):
    """The answers of one read by its arguments, at most `maxsize`; what was asked for longest ago goes first."""

    def __init__(self, maxsize: int) -> None:
        self._lock = threading.Lock()
        self._maxsize = maxsize
        self._kept: OrderedDict[Hashable, _Kept[Answer]] = OrderedDict()

    def of(self, arguments: Hashable) -> _Kept[Answer]:
        """Give the place of an answer, a new one where there is none."""
        with self._lock:
            found = self._kept.get(arguments)
            if found is None:
                found = self._kept[arguments] = _Kept()
                if len(self._kept) > self._maxsize:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(arguments)
        return found


def kept(maxsize: int) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Make a read that answers again what it answered to the same arguments, while the database and the day are the same.

    Only for reads whose answer nobody changes, and that do not ask for the time of the day. At most `maxsize` answers are kept.
    """

    def keeping(read: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        answers: _Answers[Answer] = _Answers(maxsize)

        @wraps(read)
        def reading(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            now = version()
            if now is None:
                return read(*args, **kwargs)
            # What is kept may hold words: each language has its own.
            place = answers.of((get_language(), args, tuple(sorted(kwargs.items()))))
            return _answer(place, (now, clock.today()), lambda: read(*args, **kwargs))

        return reading

    return keeping


def _answer(place: _Kept[Answer], now: tuple[Version, date], read: Callable[[], Any]) -> Answer:
    """Give what is held for this version and day; else one thread reads it, and those who wait take that."""
    held = place.held
    if held is None or held[0] != now:
        with place.lock:
            held = place.held
            if held is None or held[0] != now:
                held = place.held = (now, read())
    return held[1]
