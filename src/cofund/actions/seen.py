"""Keeps somebody who changes one thing from silently setting back what somebody else changed meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cofund.actions.errors import Refused


def mark(values: Mapping[str, Any]) -> str:
    """Give a mark of what is said of a thing; it is another one once anything of it is changed."""
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()[:32]


def check(asked: str, seen: str, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse to write over what the writer has not seen; the caller holds the lock of the row.

    Args:
        asked: what was asked for, as a sentence.
        seen: the mark of what the page showed; empty where nobody was shown anything.
        now: what is said of the thing now.
        wanted: what is to be said of it, by the same keys.

    Raises:
        Refused: something was changed meanwhile; `seen` is the mark of what stands there now.
    """
    if not seen or seen == mark(now):
        return
    others = [f"{_name(key)} (now “{_value(now[key])}”)" for key in now if key in wanted and now[key] != wanted[key]]
    differs = f" What you typed differs from it in: {', '.join(others)}." if others else ""
    raise Refused(
        asked=asked,
        wrong=f"Somebody changed it after you opened this page.{differs}",
        remedy="What you typed is still below, and is not saved. Put right what is to stay as it is now, and send it again.",
        seen=mark(now),
    )


def _name(key: str) -> str:
    """A key as a word."""
    return key.removesuffix("_cents").removesuffix("_percent").replace("_", " ")


def _value(value: Any) -> str:
    """A value as it can be compared with what stands in the form."""
    return "nothing" if value in (None, "") else str(value)
