"""One story in the office: as readers will see it, where it stands, what comes next, its pictures, and every version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries.stories import lists, reading
from cofund.records.programme.models import Story
from cofund.web import components as c
from cofund.web import story_parts
from cofund.web.office import navigation, proof_links
from cofund.web.office.access import opened_by
from cofund.web.office.stories import showing
from cofund.web.routes import reverse

# The page of each step, by the action of the role table; the first that can be done is the main one.
STEPS: dict[str, tuple[str, str, str]] = {
    "publish story": ("office-story-step", "publish", "Publish it"),
    "submit story": ("office-story-step", "submit", "Hand it in for review"),
    "return story": ("office-story-step", "return", "Ask for a change"),
    "write story version": ("office-story-write", "", "Write on"),
    "add story picture": ("office-story-picture-new", "", "Add a picture"),
    "tie story": ("office-story-tie", "", "Say what it is about"),
    "correct story": ("office-story-correct", "", "Correct it"),
    "take back story": ("office-story-step", "take-back", "Take it back"),
    "reopen story": ("office-story-step", "reopen", "Make it a draft again"),
    "withdraw story": ("office-story-step", "withdraw", "Withdraw it"),
}


@opened_by("read stories")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/stories/<slug>/`: the newest version as readers will see it, and what can be done with it."""
    row = showing.story_or_404(request, slug)
    acts = offered(request, row)
    context = navigation.context(request, showing.title(row), "", showing.crumbs()) | {
        **proof_links.about(request, f"story/{row.slug}"),
        **story_parts.shown(row, latest=True),
        "status": showing.status(row),
        "acts": acts,
        "facts": showing.facts(row),
        "asked_for": c.Callout("The office asks for a change", row.asked_for, "warning") if row.asked_for else None,
        "pictures": showing.pictures_said(row),
        "may_describe": lists.may(request.user, "describe story picture", row),
        "may_remove": lists.may(request.user, "remove story picture", row),
        "versions_href": reverse("office-story-versions", args=[slug]),
        "public_href": reverse("story", args=[slug]) if lists.find_out(slug) else "",
    }
    return render(request, "cofund/pages/office/stories/one.html", context)


def offered(request: HttpRequest, row: Story) -> list[tuple[str, str, bool]]:
    """What this person can do with the story as it stands: the words, the address, and whether it is grave."""
    found = []
    for action, (name, step, words) in STEPS.items():
        if lists.may(request.user, action, row):
            href = reverse(name, args=[row.slug, step] if step else [row.slug])
            found.append((words, href, action == "withdraw story"))
    return found


@opened_by("read stories")
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/stories/<slug>/versions/`: every version, and what changed between two of them."""
    row = showing.story_or_404(request, slug)
    address = c.Address.of(request.path, request.GET.items())
    every = list(row.versions.order_by("-number"))
    by_number = {str(one.number): one for one in every}
    version = by_number.get(address.get("version"), every[0])
    before = by_number.get(address.get("compared_with")) or by_number.get(str(version.number - 1))
    changes = reading.differences(before, version) if before is not None and before != version else []
    context = navigation.context(request, "Versions", "", showing.crumbs(row)) | {
        "story": row,
        "versions": every,
        "version": version,
        "before": before if before != version else None,
        "changes": changes,
        "address": address,
    }
    return render(request, "cofund/pages/office/stories/versions.html", context)
