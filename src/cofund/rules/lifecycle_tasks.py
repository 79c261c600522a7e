"""The states of a long task that runs beside the site, and which action leads from which to which."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

TASK: Final = Lifecycle(
    "task",
    {
        "open": "Under way",
        "done": "Done",
        "failed": "Failed",
        "cancelled": "Cancelled",
    },
    (
        # The task ends at the next place where it can stop, and is cancelled then.
        Step("cancel task", ("open",)),
    ),
)
