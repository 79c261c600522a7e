"""The states of a pairing between a past organisation and what it may be, and which action leads from which to which."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

PAIRING: Final = Lifecycle(
    "match",
    {
        "open": "To be looked at",
        "later": "Later",
        "accepted": "Accepted",
        "refused": "Refused",
    },
    (
        Step("accept pairing", ("open", "later"), "accepted"),
        Step("refuse pairing", ("open", "later"), "refused"),
        Step("put pairing off", ("open",), "later"),
        # Whatever was decided can be decided anew.
        Step("take pairing back", ("accepted", "refused"), "open"),
    ),
)
