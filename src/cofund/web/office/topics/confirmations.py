"""Changed texts of topics, and whether what partners give still stands: for the office and for the partners."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import confirmations as acting
from cofund.queries import access, confirmations, topic_texts
from cofund.queries.confirmations import CHANGEABLE, OPEN_ANSWERS
from cofund.queries.keeping import kept
from cofund.records.directory.models import User
from cofund.records.ledger.models import Confirmation
from cofund.web import components as c
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit
from cofund.web.office.topics.forms import ConfirmationForm
from cofund.web.routes import reverse

ANSWERS = {
    "": c.Status("No answer yet", c.Tone.WAITING),
    "stands": c.Status("It stands", c.Tone.GOOD),
    "withdraws": c.Status("It will be withdrawn", c.Tone.BAD),
    "talks": c.Status("Wants to talk first", c.Tone.WARNING),
}
TOLD = c.Status("Told; no answer is needed", c.Tone.CLOSED)


def answer_of(row: Confirmation) -> c.Status:
    """The answer as a mark; of what is only told, that no answer is needed, and of an old question, that it was asked again."""
    if not row.needs_answer:
        return TOLD
    if not row.answer and confirmations.is_superseded(row):
        return c.Status("Asked again later", c.Tone.CLOSED)
    return ANSWERS[row.answer]


@opened_by("read confirmations")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/confirmations/`: the questions that this person may read, newest first; those that wait, or all."""
    address = c.Address.of(request.path, request.GET.items())
    waits = address.get("state") != "all"
    tabs = (
        c.Link("Waiting", address.with_changes(state=None, page=None), current=waits),
        c.Link("All", address.with_changes(state="all", page=None), current=not waits),
    )
    table = _table(access.Viewer.of(request.user), address)
    context = navigation.context(request, "Confirmations") | {"table": table, "tabs": tabs}
    return render(request, "cofund/pages/office/topics/confirmations.html", context)


@kept(64)
def _table(viewer: access.Viewer, address: c.Address) -> c.Table:
    """A page of the questions that somebody may read."""
    waits = address.get("state") != "all"
    visible = confirmations.waiting(viewer.user) if waits else confirmations.visible(viewer.user)
    count = visible.count()
    rows, pages = page_of(address, count)
    return c.Table(
        "confirmations",
        "Waiting for an answer" if waits else "Everything asked and told",
        (
            c.Column("Topic"),
            c.Column("About"),
            c.Column("Partner"),
            c.Column("Sent"),
            c.Column("Answer by"),
            c.Column("Answer"),
        ),
        tuple(_row(one) for one in visible[rows]),
        noun=("question", "questions") if waits else ("message", "messages"),
        total_count=count,
        empty=c.EmptyState(
            "Nothing waits for an answer." if waits else "No text has changed so far.",
            "Partners are asked when the text of a topic changes after a pledge or a letter.",
        ),
        pages=pages,
    )


@opened_by("read confirmations")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/confirmations/<key>/`: what changed, and the answer; a partner who may sign answers here."""
    if request.method == "POST":
        require(request, "answer confirmation")
    row = confirmations.visible(request.user).filter(pk=key).first()
    if row is None:
        raise Http404
    topic = row.topic_version.topic
    is_open = row.needs_answer and row.answer in CHANGEABLE and not confirmations.is_superseded(row)
    user = request.user
    may_answer = is_open and isinstance(user, User) and confirmations.may_answer(user, row)
    reading = topic_texts.read(
        topic_texts.versions(topic), str(row.topic_version.number), str(row.topic_version.number - 1)
    )
    back = reverse("office-confirmations")
    page = Editing(
        f"Does {row.reference} stand?" if row.needs_answer else f"The text of {topic.code} changed",
        "Send the answer",
        back,
        "The answer is kept, and the programme office can read it.",
        f"The text of {topic.code} changed after it came in." if row.needs_answer else "No answer is needed.",
        topic.scheme.code,
        (c.Link("Confirmations", back),),
        facts=_facts(row),
        callouts=_callouts(request, row, may_answer=may_answer),
        visibility="partners",
        template="cofund/pages/office/topics/confirmation.html",
        context={"reading": reading, "may_answer": may_answer},
    )
    posted = request.method == "POST"
    form = ConfirmationForm(request.POST if posted else None, initial={"answer": row.answer})

    def act(data: dict[str, Any]) -> str:
        acting.answer(actor_of(request), row, data["answer"], data["answer_text"])
        return back

    return edit(request, page, form, act)


def _row(one: Confirmation) -> c.Row:
    """One question."""
    topic = one.topic_version.topic
    return c.Row.of(
        c.Cell(
            topic.code, href=reverse("office-confirmation", args=[one.pk]), note=f"version {one.topic_version.number}"
        ),
        one.reference,
        ", ".join(str(party) for party in confirmations.givers(one)),
        one.asked_at,
        one.answer_by_on or "–",
        c.Cell(answer_of(one), note=one.answered_by),
    )


def _facts(row: Confirmation) -> tuple[c.Fact, ...]:
    """What is asked, and what was answered."""
    version = row.topic_version
    found = [
        c.Fact("Topic", version.topic.code, note=version.topic.title),
        c.Fact("Contribution" if row.contribution is not None else "Application", row.reference),
        c.Fact("What changed, and why", version.reason, note=f"version {version.number}"),
        c.Fact("Asked" if row.needs_answer else "Told", row.asked_at),
        c.Fact("Answer", answer_of(row), note=row.answer_text),
    ]
    if row.answer_by_on is not None:
        found.insert(4, c.Fact("Answer by", row.answer_by_on))
    if row.answered_by:
        found.append(c.Fact("Answered by", row.answered_by))
    return tuple(found)


def _callouts(request: HttpRequest, row: Confirmation, *, may_answer: bool) -> tuple[c.Callout, ...]:
    """Why the reader cannot answer, or what the office has to do."""
    if not row.needs_answer:
        return ()
    if confirmations.is_superseded(row):
        return (c.Callout("The text has changed again since", "A newer question about the same promise is open."),)
    if row.answer == Confirmation.Answer.WITHDRAWS and (found := _withdrawal(request, row)) is not None:
        text = "Nothing moved in the books by this answer: the withdrawal is recorded by the office."
        return (c.Callout("The partner withdraws", text, "warning", action=found),)
    if row.answer == Confirmation.Answer.TALKS and access.may(request.user, "read the books"):
        text = "Talk to it, and have it answer again here. Until then it shows wherever the topic is proposed, decided or reserved."
        return (c.Callout("The partner wants to talk first", text, "warning"),)
    if not may_answer and row.answer in OPEN_ANSWERS and access.may(request.user, "answer confirmation"):
        text = "Somebody of your organisation who may sign for it answers; that person or the office can grant you the right."
        return (c.Callout("You may read this, but not answer it", text),)
    return ()


def _withdrawal(request: HttpRequest, row: Confirmation) -> c.Link | None:
    """The way to record a withdrawal, for whoever may."""
    if row.contribution is not None and access.may(request.user, "withdraw"):
        href = reverse("office-contribution-act", args=[row.contribution.reference, "withdraw"])
        return c.Link("Record the withdrawal", href)
    if row.application is not None and access.may(request.user, "withdraw application"):
        return c.Link("Open the application", reverse("office-application", args=[row.application.reference]))
    return None
