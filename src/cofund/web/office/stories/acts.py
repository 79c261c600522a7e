"""The steps in the life of a story, each with its page: hand in, take back, ask for a change, publish, withdraw, reopen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.stories import steps
from cofund.records.programme.models import Story
from cofund.web import story_parts
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit
from cofund.web.office.stories import forms, showing
from cofund.web.routes import reverse

# Each step of an address: the action of the role table, the words of its button, what it means, and its form.
STEPS: dict[str, tuple[str, str, str, type[django_forms.Form]]] = {
    "submit": (
        "submit story",
        "Hand it in",
        "The programme office reads it, and publishes it or says what should change.",
        forms.EmptyForm,
    ),
    "take-back": ("take back story", "Take it back", "It is a draft again, and you can write on.", forms.EmptyForm),
    "return": (
        "return story",
        "Ask for a change",
        "It goes back to its writers; who drafted a partner's story gets this by e-mail.",
        forms.ReasonForm,
    ),
    "publish": (
        "publish story",
        "Publish it",
        "Below is what readers will see, with the figures of today.",
        forms.PublishForm,
    ),
    "withdraw": (
        "withdraw story",
        "Withdraw it",
        "Readers of a story that is out find that it was withdrawn, and this reason.",
        forms.ReasonForm,
    ),
    "reopen": (
        "reopen story",
        "Make it a draft",
        "It begins anew: to be handed in, reviewed and published.",
        forms.EmptyForm,
    ),
}


@opened_by("read stories")
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """`/office/stories/<slug>/steps/<step>/`: one step of the life of a story."""
    if step not in STEPS:
        raise Http404
    action, verb, lede, kind = STEPS[step]
    require(request, action)
    row = showing.story_or_404(request, slug)
    form = kind(request.POST if request.method == "POST" else None)
    if step == "return":
        form.fields["reason"].label = "What should change"
    page = Editing(
        f"{verb}: {showing.title(row)}",
        verb,
        reverse("office-story", args=[slug]),
        "Recorded.",
        lede,
        crumbs=showing.crumbs(row),
        is_grave=step == "withdraw",
        visibility="partners" if row.owner is not None else "internal",
        template="cofund/pages/office/stories/publish.html" if step == "publish" else "cofund/pages/office/edit.html",
        context=story_parts.shown(row, latest=True) if step == "publish" else {},
    )
    return edit(request, page, form, lambda data: _do(request, step, row, data))


def _do(request: HttpRequest, step: str, row: Story, data: dict[str, Any]) -> str:
    """Do it, and give the page that shows it."""
    actor = actor_of(request)
    done: dict[str, Callable[[], Story]] = {
        "submit": lambda: steps.submit(actor, row),
        "take-back": lambda: steps.take_back(actor, row),
        "return": lambda: steps.send_back(actor, row, data["reason"], _office_href),
        "publish": lambda: steps.publish(actor, row, data["comes_out_at"], _public_href),
        "withdraw": lambda: steps.withdraw(actor, row, data["reason"]),
        "reopen": lambda: steps.reopen(actor, row),
    }
    done[step]()
    return reverse("office-story", args=[row.slug])


def _office_href(row: Story) -> str:
    """The whole address of a story in the office."""
    return f"{settings.COFUND_SITE_URL}{reverse('office-story', args=[row.slug])}"


def _public_href(row: Story) -> str:
    """The whole address of the public page of a story."""
    return f"{settings.COFUND_SITE_URL}{reverse('story', args=[row.slug])}"
