"""The states of a notice to a giver, and how each of them ends.

Source: Regulation (EU) 2021/2085, Articles 11(8) and 28(6): a notice gives a reasonable period; who stays in default is terminated.
"""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

OPEN: Final = "open"
CURED: Final = "cured"
TERMINATED: Final = "terminated"
WITHDRAWN: Final = "withdrawn"

NOTICE: Final = Lifecycle(
    "notice",
    {
        OPEN: "Given, period running",
        CURED: "Cured",
        TERMINATED: "Contribution terminated",
        WITHDRAWN: "Notice withdrawn",
    },
    (
        Step("record cure", (OPEN,), CURED),
        Step("terminate on notice", (OPEN,), TERMINATED),
        Step("withdraw notice", (OPEN,), WITHDRAWN),
    ),
)
