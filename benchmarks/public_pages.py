"""Which public pages are measured: one of each kind that the table of addresses has, long lists further in, and some in French.

A key between braces is one that the site was given when it was filled (`benchmarks/public_texts.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable

PROGRAMME = "/programmes/imi2"
BARE = "/bare/"
OF_THE_SITE = (
    "/",
    "/programmes/",
    "/partners/",
    "/partners/?page=30",
    "/partners/foundation-0/",
    "/partners/foundation-7/",
    # A partner with fifty contributions, and one with one.
    "/partners/foundation-0/credit/",
    "/partners/foundation-0/credit/?page=4",
    "/partners/foundation-7/credit/",
    "/contributions/imi2-7/",
    "/topics/",
    "/ideas/",
    "/ideas/imi2-idea-0/",
    "/stories/",
    "/stories/?page=3",
    "/stories/?programme=imi2&partner=foundation-7",
    "/stories/bench-story-0/",
    "/search/?q=diabetes",
    "/search/?q=foundation&country=BE&page=5",
    "/about-data/",
    "/newsletter/archive/",
    "/newsletter/archive/{issue}/",
    "/api/",
    "/check/",
)
OF_A_PROGRAMME = (
    f"{PROGRAMME}/",
    f"{PROGRAMME}/projects/",
    f"{PROGRAMME}/projects/?page=40",
    f"{PROGRAMME}/projects/?as_of=2016-12-31",
    f"{PROGRAMME}/projects/p7/",
    f"{PROGRAMME}/topics/",
    f"{PROGRAMME}/topics/?page=40",
    f"{PROGRAMME}/topics/BENCH-007/",
    f"{PROGRAMME}/topics/BENCH-OPEN-1/",
    f"{PROGRAMME}/topics/BENCH-007/chain/",
    f"{PROGRAMME}/calls/",
    f"{PROGRAMME}/calls/BENCH-CALL-0/",
    f"{PROGRAMME}/decisions/",
    f"{PROGRAMME}/decisions/?page=15",
    f"{PROGRAMME}/decisions/BENCH-GB-1/",
    f"{PROGRAMME}/groups/",
    f"{PROGRAMME}/groups/bench-0/",
    # The programme of all other pages publishes no agendas.
    "/programmes/ihi/groups/bench-board/",
    "/programmes/ihi/meetings/{meeting}/",
    f"{PROGRAMME}/trajectory/",
    f"{PROGRAMME}/success/",
    f"{PROGRAMME}/contributions/",
    f"{PROGRAMME}/contributions/?page=77",
    *(f"/embed/imi2/{piece}/" for piece in ("envelope", "kinds", "partners", "projects", "contributions")),
    "/embed/imi2/projects/p7/",
    "/embed/partners/foundation-0/credit/",
    "/embed/imi2/topics/BENCH-007/",
    "/embed/imi2/topics/BENCH-007/contributions/",
    "/embed/imi2/calls/BENCH-CALL-0/",
    "/embed/imi2/call-topics/BENCH-CALL-0/",
    "/embed/contributions/imi2-7/",
    "/embed/contributions/imi2-7/versions/",
    "/embed/imi2/decisions/BENCH-GB-1/",
    f"{PROGRAMME}/movements/B/",
    f"{PROGRAMME}/documents/",
    f"{PROGRAMME}/documents/article-116e/",
    f"{PROGRAMME}/open-data/",
    f"{PROGRAMME}/published/",
    f"{PROGRAMME}/rules/",
)
# Each reader's holds tokens of its own, or it is asked for once, after a form was sent.
FORMS = (
    "/sign-in/",
    "/ideas/suggest/",
    f"{PROGRAMME}/topics/BENCH-OPEN-1/contribute/",
    "/contribute/sent/",
    "/contribute/thanks/",
    f"{PROGRAMME}/topics/BENCH-OPEN-1/comment/",
    "/check/ihi/",
    "/newsletter/",
    "/newsletter/sent/",
    "/newsletter/left/",
    "/newsletter/follow/imi2/BENCH-OPEN-1/",
)
FRENCH = tuple(
    f"/fr{path}"
    for path in (
        "/",
        f"{PROGRAMME}/",
        f"{PROGRAMME}/projects/",
        f"{PROGRAMME}/projects/p7/",
        f"{PROGRAMME}/topics/BENCH-OPEN-1/",
        f"{PROGRAMME}/contributions/",
        "/partners/foundation-0/",
        "/partners/foundation-0/credit/",
        "/stories/bench-story-0/",
        "/search/?q=diabetes",
    )
)
PAGES = (BARE, *OF_THE_SITE, *OF_A_PROGRAMME, *FORMS, *FRENCH)
# Kinds of pages that are not measured, each with its reason.
_ONE = "opened by one person alone, through a link of its own"
NOT_MEASURED = {
    **dict.fromkeys(("invitation", "contribute-confirm", "comment-confirm", "idea-confirm"), _ONE),
    **dict.fromkeys(("newsletter-confirm", "newsletter-preferences", "newsletter-leave", "alerts-stop"), _ONE),
    "design": "every component in all its states, for those who build pages",
}


def faults(pages: Iterable[str] = PAGES) -> list[str]:
    """What is wrong with the choice of pages: a kind of public page without an example, or an exception for none. Needs Django."""
    from tests.addresses import name_of, public_pages

    kinds = public_pages()
    measured = {name_of(path.removeprefix("/fr")) for path in pages if path != BARE}
    found = [f"no example of {name}" for name in sorted(kinds - measured - set(NOT_MEASURED))]
    found += [f"{name} is no public page" for name in sorted((measured | set(NOT_MEASURED)) - kinds)]
    return found + [f"{name} is measured and excepted" for name in sorted(measured & set(NOT_MEASURED))]


def check(environment: dict[str, str]) -> None:
    """End with what is wrong with the choice; made for a process of its own."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    if found := faults():
        raise SystemExit(f"benchmarks/public_pages.py: {'; '.join(found)}")
