"""The states of an application and of a letter of endorsement, and which action leads from which state to which."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

# From submission to decision and after it: who applied is held to be eligible, and is checked again when a relation is added.
CHECKED: Final = ("submitted", "eligible", "scheduled", "conditional", "approved")
# Nobody has decided yet.
UNDECIDED: Final = ("draft", "submitted", "returned", "eligible", "scheduled")
LIVING: Final = (*UNDECIDED, "conditional", "approved")

APPLICATION: Final = Lifecycle(
    "application",
    {
        "draft": "Draft",
        "submitted": "Submitted",
        "returned": "Returned for completion",
        "eligible": "Complete and eligible",
        "scheduled": "Before the board",
        "conditional": "Approved on conditions",
        "approved": "Approved",
        "rejected": "Rejected",
        "withdrawn": "Withdrawn",
        "lapsed": "Lapsed",
    },
    (
        Step("edit letter", ("draft", "returned", "approved")),
        Step("submit application", ("draft", "returned"), "submitted"),
        Step("name the target", (*UNDECIDED, "conditional")),
        Step("return application", ("submitted", "eligible"), "returned"),
        # Leads to `eligible` where nothing stands against it, from there back to `submitted` where something does now.
        Step("check application", CHECKED),
        # Leads to `eligible` from `submitted`; what is approved stays so, and the warnings are those of its next letter.
        Step("accept warning", ("submitted", "approved")),
        Step("schedule application", ("eligible", "scheduled"), "scheduled"),
        # Where nobody has decided; the point of the agenda is deferred.
        Step("take off agenda", ("scheduled",), "eligible"),
        Step("approve application", ("scheduled",), "approved"),
        Step("approve on conditions", ("scheduled",), "conditional"),
        Step("reject application", ("scheduled",), "rejected"),
        Step("meet conditions", ("conditional",), "approved"),
        Step("let application lapse", ("conditional",), "lapsed"),
        Step("withdraw application", (*UNDECIDED, "conditional"), "withdrawn"),
        # A promise that was endorsed changes by a later version of the letter, and a decision on it.
        Step("write next letter", ("approved",)),
        Step("submit next letter", ("approved",)),
        Step("schedule next letter", ("approved",)),
        Step("endorse next letter", ("approved",)),
    ),
)

LETTER: Final = Lifecycle(
    "letter of endorsement",
    {"draft": "Draft", "submitted": "Submitted", "endorsed": "Endorsed by the board", "superseded": "Superseded"},
    (
        Step("edit letter", ("draft",)),
        Step("submit application", ("draft",), "submitted"),
        Step("submit next letter", ("draft",), "submitted"),
        Step("return application", ("submitted",), "superseded"),
        Step("approve application", ("submitted",), "endorsed"),
        Step("meet conditions", ("submitted",), "endorsed"),
        Step("schedule next letter", ("submitted",)),
        Step("endorse next letter", ("submitted",), "endorsed"),
        Step("write next letter", ("endorsed",)),
    ),
)
