"""The states of a plan and of a report of the yearly round, and what leads from one to the next."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

PLAN: Final = Lifecycle(
    "plan",
    {
        "draft": "Draft",
        "submitted": "Handed in",
        "approved": "Approved by the board",
        "returned": "Returned",
        "superseded": "Superseded by an amendment",
    },
    (
        Step("write plan", ("draft",)),
        Step("submit plan", ("draft",), "submitted"),
        Step("approve plan", ("submitted",), "approved"),
        Step("return plan", ("submitted",), "returned"),
        # The next version; the one that was approved holds until the next is.
        Step("amend plan", ("approved", "returned")),
    ),
)
REPORT: Final = Lifecycle(
    "report",
    {
        "draft": "Draft",
        "submitted": "Handed in",
        "certified": "Certified",
        "validated": "Checked by the office",
        "returned": "Returned",
    },
    (
        Step("write report", ("draft",)),
        Step("submit report", ("draft",), "submitted"),
        Step("record certificate", ("submitted",), "certified"),
        Step("validate report", ("submitted", "certified"), "validated"),
        Step("return report", ("submitted", "certified"), "returned"),
    ),
)
# What a partner's person needs for each of these besides its role: a value of `PartnerRight`.
RIGHTS: Final[dict[str, str]] = {
    "record activity": "apply",
    "write plan": "apply",
    "amend plan": "apply",
    "submit plan": "sign",
    "write report": "apply",
    "submit report": "sign",
    "record certificate": "sign",
}
