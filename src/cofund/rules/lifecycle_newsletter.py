"""The states of an issue of the newsletter, and which action leads from which to which."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

ISSUE: Final = Lifecycle(
    "issue",
    {
        "draft": "Draft",
        "scheduled": "Scheduled",
        "sending": "Being sent",
        "sent": "Sent",
        "cancelled": "Cancelled",
    },
    (
        Step("edit issue", ("draft",)),
        Step("gather issue anew", ("draft",)),
        Step("send test of issue", ("draft", "scheduled")),
        Step("schedule issue", ("draft",), "scheduled"),
        Step("send issue now", ("draft", "scheduled"), "scheduled"),
        Step("take issue back", ("scheduled",), "draft"),
        # What is sent is sent; what still waits is taken out of the outbox.
        Step("cancel issue", ("draft", "scheduled", "sending"), "cancelled"),
        Step("hide issue", ("sent",)),
        Step("show issue", ("sent",)),
    ),
)
