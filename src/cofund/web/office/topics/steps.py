"""The steps of a topic's life as forms, from its plan to its end; who is credited, and what sources are to give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cofund.actions import calls, provenance, topic_steps
from cofund.actions.actors import Actor
from cofund.actions.calls import Indicated
from cofund.actions.provenance import NewCredit
from cofund.actions.topic_steps import Plan
from cofund.queries import consultations, points, schemes
from cofund.queries.pools import Target
from cofund.records.programme.models import Topic
from cofund.web import components as c
from cofund.web.formatting import money
from cofund.web.office import objecting
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.topics import forms
from cofund.web.routes import reverse

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TopicStep:
    """One step: its address, its action of the role table, its words, its form, and the one action that it calls."""

    code: str
    action: str
    verb: str
    lede: str
    form: Callable[[Any, Topic], django_forms.Form]
    act: Callable[[Actor, Topic, Data], object]
    is_grave: bool = False


def _adopt_form(data: Any, row: Topic) -> django_forms.Form:
    """The form of an adoption, with the decision where the board took it on its own point."""
    known = points.decided_on_adoption(Target(topic=row))
    return forms.AdoptForm(data, initial={"decision": known.number, "decided_on": known.decided_on} if known else {})


def _plan_form(data: Any, row: Topic) -> django_forms.Form:
    """The plan with what is planned already."""
    now = {name: getattr(row, name) for name in Plan.__dataclass_fields__}
    now |= {"call": row.call_id, "scientific_officer": row.scientific_officer_id}
    return watched(forms.PlanForm(data, scheme=row.scheme, initial=now), topic_steps.planned(row))


def _plan(actor: Actor, row: Topic, data: Data) -> Topic:
    """Plan a topic as typed, unless somebody else did meanwhile."""
    seen = data.pop("seen")
    return topic_steps.plan(actor, row, Plan(**data), seen=seen)


STEPS: tuple[TopicStep, ...] = (
    TopicStep(
        "draft",
        "draft topic",
        "Begin drafting",
        "Need, partners and contributions are agreed: its text can be written.",
        lambda data, row: forms.NoteForm(data),
        lambda actor, row, data: topic_steps.draft(actor, row, data["reason"]),
    ),
    TopicStep(
        "propose",
        "propose topic",
        "Put it before the board",
        "Every consultation that the topic waits for is closed, and every comment has its answer. The text is fixed from now on.",
        lambda data, row: forms.NoteForm(data),
        lambda actor, row, data: topic_steps.propose(actor, row, data["reason"]),
    ),
    TopicStep(
        "revise",
        "revise topic",
        "Revise it",
        "The consultation is over, or the board gave the topic back: its text and its answers can be changed.",
        lambda data, row: forms.ReasonForm(data),
        lambda actor, row, data: topic_steps.revise(actor, row, data["reason"]),
    ),
    TopicStep(
        "adopt",
        "adopt topic",
        "Adopt it",
        "By a decision of the board. Where endorsed contributions wait, use “Adopt and reserve” instead.",
        _adopt_form,
        lambda actor, row, data: topic_steps.adopt(actor, row, data["decision"], data["decided_on"], data["reason"]),
    ),
    TopicStep(
        "no-award",
        "record no award",
        "Record that there is no award",
        "No project came out of it: what was reserved for it is open again.",
        lambda data, row: forms.ReasonForm(data),
        lambda actor, row, data: topic_steps.record_no_award(actor, row, data["reason"]),
        is_grave=True,
    ),
    TopicStep(
        "plan",
        "plan topic",
        "Plan it",
        "In which call it is meant to be, when the board is to adopt it, and what it is about.",
        _plan_form,
        _plan,
    ),
    TopicStep(
        "drop-it",
        "drop topic",
        "Drop the topic",
        "It will not be adopted. What was pledged to it lapses.",
        lambda data, row: forms.ReasonForm(data),
        lambda actor, row, data: topic_steps.drop(actor, row, data["reason"]),
        is_grave=True,
    ),
)
# Steps that the page offers beside what they are about, and not among what comes next.
MORE: tuple[TopicStep, ...] = (
    TopicStep(
        "credit",
        "credit",
        "Credit somebody",
        "Who proposed, scoped, drafted, commented or decided: it stands with the topic, also in public.",
        lambda data, row: forms.CreditForm(data, scheme=row.scheme),
        lambda actor, row, data: provenance.credit(actor, row, NewCredit(**data)),
    ),
    TopicStep(
        "contribution",
        "state contributions",
        "State what a source is to give",
        "As the text of the topic has it. It is no money of the books, and is never added to it.",
        lambda data, row: forms.IndicativeForm(data, rules=schemes.current(row.scheme.code)[0]),
        lambda actor, row, data: calls.state_contribution(actor, row, _indicated(data)),
    ),
)


@opened_by(*(step.action for step in (*STEPS, *MORE)))
def step(request: HttpRequest, scheme: str, code: str, step: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/steps/<step>/`: one step of the life of a topic."""
    wanted = next((one for one in (*STEPS, *MORE) if one.code == step), None)
    if wanted is None:
        raise Http404
    require(request, wanted.action)
    row = get_object_or_404(Topic.objects.select_related("scheme", "call"), scheme__code=scheme, code=code)
    back = reverse("office-topic", args=[scheme, code])
    page = Editing(
        f"{wanted.verb}: {row.code}",
        wanted.verb,
        back,
        "Recorded.",
        wanted.lede,
        scheme,
        (c.Link("Topics", reverse("office-topics", args=[scheme])), c.Link(row.code, back)),
        callouts=_known_before(row, step),
        is_grave=wanted.is_grave,
    )

    def act(data: Data) -> str:
        wanted.act(actor_of(request), row, data)
        return back

    return edit(request, page, wanted.form(request.POST if request.method == "POST" else None, row), act)


@opened_by("state contributions")
def remove_contribution(request: HttpRequest, scheme: str, code: str, key: int) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/contributions/<key>/remove/`: take back what a source was meant to give."""
    row = get_object_or_404(Topic.objects.select_related("scheme"), scheme__code=scheme, code=code)
    made = get_object_or_404(row.indicative_contributions.select_related("topic__scheme"), pk=key)
    back = reverse("office-topic", args=[scheme, code])
    page = Editing(
        f"Take back {money(made.amount_cents, row.scheme.currency)} of {made.source}",
        "Take it back",
        back,
        "Taken back; the audit trail keeps it.",
        "It was meant by the text of the topic, and is no money of the books.",
        scheme,
        (c.Link("Topics", reverse("office-topics", args=[scheme])), c.Link(row.code, back)),
        is_grave=True,
    )

    def act(data: Data) -> str:
        calls.remove_contribution(actor_of(request), made)
        return back

    return edit(request, page, django_forms.Form(request.POST if request.method == "POST" else None), act)


def _known_before(row: Topic, step: str) -> tuple[c.Callout, ...]:
    """What whoever takes a step should know before: what is missing, and which partners do not stand by the text as it is now."""
    missing = _missing(row) if step == "propose" else ()
    return (*missing, *(objecting.callouts(row) if step in ("propose", "adopt") else ()))


def _missing(row: Topic) -> tuple[c.Callout, ...]:
    """What still stands between the topic and the board."""
    held = list(consultations.of_topic(row))
    found = consultations.missing(row, held)
    if not found and not consultations.was_held(held):
        text = "Start a consultation, or say in the reason why none is needed."
        return (c.Callout("Nobody was consulted yet", text, "warning"),)
    if not found:
        return ()
    return (c.Callout("It cannot go before the board yet", points=tuple(found), kind="warning"),)


def _indicated(data: Data) -> Indicated:
    """What a source is meant to give, as typed."""
    fields = ("source", "is_in_kind", "organisation", "stated_on", "source_url")
    return Indicated(amount_cents=data["amount"], **{name: data[name] for name in fields})
