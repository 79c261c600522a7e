"""The lives of ideas, topics and consultations: their states, and which action leads from which state to which."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

IDEA: Final = Lifecycle(
    "idea",
    {
        "submitted": "Submitted",
        "in_review": "In review",
        "accepted": "Taken forward",
        "merged": "Merged into another",
        "parked": "Parked",
        "declined": "Declined",
        # Told by public sources that do not say what became of it: it waits for nobody.
        "unknown": "Not known",
    },
    (
        Step("review idea", ("submitted", "parked"), "in_review"),
        Step("accept idea", ("in_review",), "accepted"),
        Step("merge idea", ("submitted", "in_review", "parked"), "merged"),
        # It waits for a review anew.
        Step("separate idea", ("merged",), "submitted"),
        Step("park idea", ("submitted", "in_review"), "parked"),
        Step("decline idea", ("submitted", "in_review", "parked"), "declined"),
    ),
)

# Before its adoption a pledge to a topic can be matched; afterwards the match is decided.
BEFORE_ADOPTION: Final = ("scoping", "drafting", "consultation", "revised", "proposed")
_WRITABLE: Final = ("scoping", "drafting", "consultation", "revised")

TOPIC: Final = Lifecycle(
    "topic",
    {
        "scoping": "Being scoped",
        "drafting": "Being drafted",
        "consultation": "In consultation",
        "revised": "Revised after consultation",
        "proposed": "Before the board",
        "adopted": "Adopted",
        "granted": "Granted",
        "no_award": "Without an award",
        "dropped": "Dropped",
    },
    (
        Step("draft topic", ("scoping",), "drafting"),
        Step("write topic version", _WRITABLE),
        Step("start consultation", ("drafting", "consultation", "revised"), "consultation"),
        Step("revise topic", ("consultation", "proposed"), "revised"),
        Step("propose topic", ("consultation", "revised"), "proposed"),
        # Where partners' endorsed contributions wait, adopting and reserving their match is one act of the books.
        Step("reserve", ("drafting", "revised", "proposed", "adopted", "granted"), "adopted"),
        Step("adopt topic", ("proposed",), "adopted"),
        Step("commit", ("adopted",), "granted"),
        Step("record no award", ("adopted",), "no_award"),
        Step("drop topic", BEFORE_ADOPTION, "dropped"),
        Step("plan topic", BEFORE_ADOPTION),
        Step("state contributions", BEFORE_ADOPTION),
        Step("import results", ("adopted", "granted", "no_award")),
        Step("credit", (*BEFORE_ADOPTION, "adopted", "granted", "no_award", "dropped")),
    ),
)

CONSULTATION: Final = Lifecycle(
    "consultation",
    {"planned": "Planned", "open": "Open", "closed": "Closed", "answered": "Closed and answered"},
    (
        Step("comment on topic", ("open",)),
        Step("close consultation", ("open",), "closed"),
        Step("answer comment", ("open", "closed", "answered")),
        Step("record comment", ("open", "closed", "answered")),
    ),
)

# The usual way of a topic, for the line of steps on its pages.
WAY: Final = ("scoping", "drafting", "consultation", "revised", "proposed", "adopted", "granted")


def is_before_adoption(state: str) -> bool:
    """Tell whether a topic in this state is still open: a pledge to it can be matched."""
    return state in BEFORE_ADOPTION
