"""The life of a story: drafted, reviewed by the office, published at an instant, withdrawn with a reason."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

DRAFT: Final = "draft"
IN_REVIEW: Final = "in_review"
PUBLISHED: Final = "published"
WITHDRAWN: Final = "withdrawn"

STORY: Final = Lifecycle(
    "story",
    {
        DRAFT: "Draft",
        IN_REVIEW: "In review",
        # With an instant to come it is scheduled: nobody outside reads it before.
        PUBLISHED: "Published",
        WITHDRAWN: "Withdrawn",
    },
    (
        Step("write story version", (DRAFT,)),
        Step("tie story", (DRAFT, IN_REVIEW)),
        Step("add story picture", (DRAFT,)),
        Step("describe story picture", (DRAFT, IN_REVIEW, PUBLISHED)),
        Step("remove story picture", (DRAFT,)),
        Step("submit story", (DRAFT,), IN_REVIEW),
        Step("take back story", (IN_REVIEW,), DRAFT),
        Step("return story", (IN_REVIEW,), DRAFT),
        Step("publish story", (IN_REVIEW,), PUBLISHED),
        # A small thing that is wrong: a new version that readers see at once, and the page says that it was corrected.
        Step("correct story", (IN_REVIEW, PUBLISHED)),
        Step("withdraw story", (DRAFT, IN_REVIEW, PUBLISHED), WITHDRAWN),
        Step("reopen story", (WITHDRAWN,), DRAFT),
    ),
)
