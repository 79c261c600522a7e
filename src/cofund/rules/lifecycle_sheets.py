"""The states of an imported sheet of grants or participants, and what leads from one to the next."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

SHEET: Final = Lifecycle(
    "sheet",
    {
        "read": "Read, nothing changed yet",
        "applied": "Taken over",
        "undone": "Undone",
        "discarded": "Discarded",
    },
    (
        Step("take over sheet", ("read",), "applied"),
        Step("discard sheet", ("read",), "discarded"),
        Step("undo sheet", ("applied",), "undone"),
    ),
)
