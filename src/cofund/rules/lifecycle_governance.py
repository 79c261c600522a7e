"""The life of a meeting and of a point of its agenda: which action leads from which state to which."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

MEETING: Final = Lifecycle(
    "meeting",
    {"planned": "Planned", "open": "Open", "closed": "Closed", "cancelled": "Cancelled"},
    (
        Step("edit meeting", ("planned",)),
        Step("put on agenda", ("planned", "open")),
        Step("publish agenda", ("planned", "open")),
        Step("open meeting", ("planned",), "open"),
        Step("record attendance", ("open",)),
        Step("close meeting", ("open",), "closed"),
        # One that is open is closed, with its points deferred: votes may stand on them.
        Step("cancel meeting", ("planned",), "cancelled"),
    ),
)

# `decide item` has no state of its own to lead to: the votes and the scheme's rule say whether it is adopted, not adopted,
# or deferred because there is no quorum. The states of the meeting that each step needs stand in `NEEDS_MEETING`.
AGENDA_ITEM: Final = Lifecycle(
    "point of the agenda",
    {"tabled": "On the agenda", "adopted": "Adopted", "rejected": "Not adopted", "deferred": "Deferred"},
    (
        Step("edit item", ("tabled",)),
        Step("add paper", ("tabled",)),
        Step("declare conflict", ("tabled",)),
        Step("lift conflict", ("tabled",)),
        Step("cast vote", ("tabled",)),
        Step("record votes", ("tabled",)),
        Step("decide item", ("tabled",)),
        Step("conclude item", ("tabled",)),
        Step("defer item", ("tabled",), "deferred"),
    ),
)

NEEDS_MEETING: Final = {
    "edit item": ("planned", "open"),
    "add paper": ("planned", "open"),
    "declare conflict": ("planned", "open"),
    "lift conflict": ("planned", "open"),
    "cast vote": ("open",),
    "record votes": ("open",),
    "decide item": ("open",),
    "conclude item": ("open",),
    "defer item": ("planned", "open"),
}


def item_allows(action: str, item_state: str, meeting_state: str) -> bool:
    """Tell whether an action can be done on a point of the agenda, as it and its meeting stand."""
    return AGENDA_ITEM.allows(action, item_state) and meeting_state in NEEDS_MEETING[action]
