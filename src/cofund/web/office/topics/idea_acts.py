"""What the office does with an idea: to a group, forward, together, later, not at all; and who is credited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions import idea_review, provenance, public_ideas
from cofund.actions.provenance import NewCredit
from cofund.actions.topics import NewTopic
from cofund.records.programme.models import Idea, Topic
from cofund.rules.lifecycle_topics import BEFORE_ADOPTION
from cofund.web import components as c
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit
from cofund.web.office.topics import forms
from cofund.web.office.topics.ideas import SHOWING, VERBS, idea_or_404
from cofund.web.routes import reverse

Data = dict[str, Any]
# Address of the act, and the action of the role table that it is.
WORDS = VERBS | SHOWING
ACTIONS = {code: action for action, (code, _) in WORDS.items()} | {"credit": "credit"}
LEDES = {
    "review": "The group reviews it; its members can read the idea.",
    "accept": "The topic begins by being scoped. The proposer stays credited, and is told by e-mail.",
    "merge": "Its proposer stays credited, and its way goes through the other idea.",
    "separate": "It is an idea of its own again, and waits for a review. The proposer is told.",
    "show": "Everybody can read it on the page of ideas, with its proposer as far as that is agreed.",
    "hide": "Nobody but the office and the group can read it any more.",
    "park": "It can be taken up again later. The proposer is told why.",
    "decline": "The proposer is told why.",
    "credit": "Who proposed, scoped, drafted, commented or decided stands with the idea and its topic, also in public.",
}


@opened_by("read ideas")
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """`/office/ideas/<reference>/<act>/`: one step of the life of an idea."""
    if act not in ACTIONS:
        raise Http404
    require(request, ACTIONS[act])
    row = idea_or_404(request, reference)
    verb = "Credit somebody" if act == "credit" else WORDS[ACTIONS[act]][1]
    page = Editing(
        f"{verb}: {row.title_said}",
        verb,
        reverse("office-idea", args=[reference]),
        "Recorded.",
        LEDES[act],
        crumbs=(c.Link("Ideas", reverse("office-ideas")), c.Link(reference, reverse("office-idea", args=[reference]))),
        is_grave=act == "decline",
    )
    return edit(request, page, _form(request, act, row), lambda data: _do(request, act, row, data))


def _form(request: HttpRequest, act: str, row: Idea) -> django_forms.Form:
    """The form of an act."""
    data = request.POST if request.method == "POST" else None
    made: dict[str, Callable[[], django_forms.Form]] = {
        "review": lambda: forms.ReviewForm(data, scheme=row.scheme, initial={"group": row.group_id}),
        "accept": lambda: forms.AcceptForm(data, topics=_open_topics(row), initial={"title": row.title}),
        "merge": lambda: forms.MergeForm(data, ideas=_others(row)),
        "separate": lambda: forms.ReasonForm(data),
        "show": lambda: forms.EmptyForm(data),
        "hide": lambda: forms.ReasonForm(data),
        "park": lambda: forms.ReasonForm(data),
        "decline": lambda: forms.ReasonForm(data),
        "credit": lambda: forms.CreditForm(data, scheme=row.scheme),
    }
    return made[act]()


def _do(request: HttpRequest, act: str, row: Idea, data: Data) -> str:
    """Do it, and give the page that shows it."""
    actor, reason = actor_of(request), data.get("reason", "")
    if act == "review":
        idea_review.review(actor, row, data["group"], reason)
    elif act == "accept":
        into: Topic | NewTopic = data["topic"] or NewTopic(row.scheme.code, data["code"], data["title"], reason=reason)
        idea_review.accept(actor, row, into, reason)
    elif act == "merge":
        idea_review.merge(actor, row, data["other"], reason)
    elif act == "separate":
        idea_review.separate(actor, row, reason)
    elif act == "show":
        public_ideas.show(actor, row)
    elif act == "hide":
        public_ideas.hide(actor, row, reason)
    elif act == "park":
        idea_review.park(actor, row, reason)
    elif act == "decline":
        idea_review.decline(actor, row, reason)
    else:
        provenance.credit(actor, row, NewCredit(**data))
    return reverse("office-idea", args=[row.reference])


def _open_topics(row: Idea) -> Any:
    """The topics that an idea can go into."""
    return Topic.objects.filter(scheme=row.scheme, status__in=BEFORE_ADOPTION).order_by("code")


def _others(row: Idea) -> Any:
    """The ideas that it can be merged into."""
    gone = (Idea.Status.MERGED, Idea.Status.DECLINED)
    return Idea.objects.filter(scheme=row.scheme).exclude(pk=row.pk).exclude(status__in=gone).order_by("-id")
