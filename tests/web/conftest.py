"""What every test of pages and of the API begins with."""

from __future__ import annotations

import pytest

from cofund.actions.request_counts import COUNTER


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    """Nobody has asked the API anything in this minute: what one test asks, all from one address, is no other's too many."""
    COUNTER.forget()
