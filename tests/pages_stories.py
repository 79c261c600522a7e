"""The pages of stories and of credit, by who looks at them; see `tests/pages.py`."""

from __future__ import annotations

STORIES: dict[str, list[str]] = {
    "": [
        "/",
        "/stories/",
        "/stories/?programme=imi2&partner=nobody",
        "/stories/{published}/",
        "/partners/jdrf/",
        "/partners/jdrf/credit/",
        "/programmes/imi2/",
        "/programmes/imi2/projects/p1/",
    ],
    "partner": [
        "/office/stories/",
        "/office/stories/new/",
        "/office/stories/{asked}/",
        "/office/stories/{draft}/text/",
        "/office/stories/{draft}/steps/submit/",
        "/office/stories/{in_review}/",
    ],
    "officer": [
        "/office/stories/",
        "/office/stories/?status=withdrawn&words=nobody",
        "/office/stories/new/",
        *(f"/office/stories/{{{state}}}/" for state in ("draft", "in_review", "published", "withdrawn")),
        "/office/stories/{published}/versions/",
        "/office/stories/{published}/versions/?version=1",
        "/office/stories/{published}/correct/",
        "/office/stories/{in_review}/about/",
        "/office/stories/{draft}/pictures/new/",
        "/office/stories/{draft}/pictures/1/",
        "/office/stories/{draft}/pictures/2/remove/",
        *(f"/office/stories/{{in_review}}/steps/{step}/" for step in ("publish", "return", "withdraw")),
    ],
}
