"""Consultations: those that a person may read, one with its comments and answers, starting, closing, commenting and answering."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import consultations as acting
from cofund.actions import received_comments
from cofund.actions.consultations import NewComment, NewConsultation
from cofund.actions.received_comments import ReceivedComment
from cofund.queries import access, clock, consultations, topic_texts
from cofund.queries.keeping import kept
from cofund.records.programme.models import Comment, Consultation
from cofund.rules import timeline
from cofund.rules.lifecycle_topics import CONSULTATION
from cofund.web import components as c
from cofund.web import reasoning
from cofund.web.formatting import day
from cofund.web.lists import files_of, page_of
from cofund.web.office import exports, navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.topics.forms import AnswerForm, CloseForm, CommentForm, ConsultationForm, ReceivedCommentForm
from cofund.web.office.topics.page import consultation_row, topic_or_404
from cofund.web.routes import reverse
from cofund.web.topic_states import consultation_status

ANSWER_TONES = {
    "": c.Status("No answer yet", c.Tone.WAITING),
    "accepted": c.Status("Accepted", c.Tone.GOOD),
    "partly": c.Status("Accepted in part", c.Tone.ACTIVE),
    "rejected": c.Status("Not accepted", c.Tone.CLOSED),
    "noted": c.Status("Noted", c.Tone.NEUTRAL),
}


@opened_by("read consultations")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/consultations/`: the consultations that this person may read, those that end last first."""
    table = _table(access.Viewer.of(request.user), c.Address.of(request.path, request.GET.items()))
    context = navigation.context(request, "Consultations") | {"table": table}
    return render(request, "cofund/pages/office/topics/consultations.html", context)


@kept(64)
def _table(viewer: access.Viewer, address: c.Address) -> c.Table:
    """A page of the consultations that somebody may read."""
    visible = consultations.visible(viewer.user).order_by("-closes_on", "-pk")
    is_open = address.get("state") == "open"
    if is_open:
        visible = visible.filter(opens_on__lte=clock.today(), closes_on__gte=clock.today())
    count = visible.count()
    rows, pages = page_of(address, count)
    return c.Table(
        "consultations",
        "Consultations",
        (
            c.Column("Topic"),
            c.Column("Who is consulted"),
            c.Column("From"),
            c.Column("Until"),
            c.Column("Stands at"),
            c.Column("Comments", numeric=True),
            c.Column("Unanswered", numeric=True),
        ),
        tuple(consultation_row(one, names_topic=True) for one in visible[rows]),
        noun=("consultation", "consultations"),
        total_count=count,
        empty=c.EmptyState("No consultation here.", "You are written to when a group of yours is consulted."),
        filters=c.FilterBar(
            (c.Filter("state", "Stands at", "open" if is_open else "", (c.Choice("open", "Open now"),)),), address
        ),
        pages=pages,
    )


@opened_by("read consultations")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/consultations/<key>/`: the text, every comment and its answer; the same rows as CSV and JSON."""
    row = consultation_or_404(request, key)
    address = c.Address.of(request.path, request.GET.items())
    made = consultations.comments(row)
    if address.get("format"):
        file = exports.answer(address.get("format"), f"consultation-{row.topic.code}", [_plain(one) for one in made])
        if file is not None:
            return file
    state = consultations.state_of(row)
    reads_all = access.may(request.user, "read the books")
    may_answer = access.may(request.user, "answer comment") and row.topic.status in ("consultation", "revised")
    topic_href = reverse("office-topic", args=[row.topic.scheme.code, row.topic.code])
    context = navigation.context(
        request,
        str(row.group or "The public"),
        row.topic.scheme.code,
        (c.Link("Consultations", reverse("office-consultations")),),
    ) | {
        "row": row,
        "status": consultation_status(state),
        "topic_href": topic_href if reads_all else "",
        "may_comment": CONSULTATION.allows("comment on topic", state) and consultations.may_comment(request.user, row),
        "may_record": access.may(request.user, "record comment")
        and CONSULTATION.allows("record comment", state)
        and row.topic.status in ("consultation", "revised"),
        "may_close": CONSULTATION.allows("close consultation", state)
        and access.may(request.user, "close consultation"),
        "facts": _facts(row),
        "table": _comments(row, made, files_of(address), may_answer=may_answer),
        "reading": topic_texts.read(topic_texts.versions(row.topic)),
    }
    return render(request, "cofund/pages/office/topics/consultation.html", context)


@opened_by("start consultation")
def start(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/consultations/new/`: ask a group or the public."""
    row = topic_or_404(scheme, code)
    today = clock.today()
    initial = {"opens_on": today, "closes_on": timeline.shortest_end(today)}
    form = ConsultationForm(request.POST if request.method == "POST" else None, scheme=row.scheme, initial=initial)
    back = reverse("office-topic", args=[scheme, code])
    page = Editing(
        f"Start a consultation on {row.code}",
        "Start the consultation",
        back,
        "The consultation is started. Those who sit in the group are written to.",
        f"One that the topic waits for lasts at least {timeline.CONSULTATION_DAYS} days, but for a decision on the fast track.",
        scheme,
        (c.Link("Topics", reverse("office-topics", args=[scheme])), c.Link(row.code, back)),
    )

    def act(data: dict[str, Any]) -> str:
        made = acting.start(actor_of(request), row, NewConsultation(**data))
        return reverse("office-consultation", args=[made.pk])

    return edit(request, page, form, act)


@opened_by("close consultation")
def close(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/consultations/<key>/close/`: end a consultation today."""
    row = consultation_or_404(request, key)
    back = reverse("office-consultation", args=[key])
    page = Editing(
        f"Close the consultation of {row.group or 'the public'} on {row.topic.code}",
        "Close it today",
        back,
        "Today is its last day.",
        "One that the topic waits for ends early only by a decision on the fast track.",
        row.topic.scheme.code,
        (c.Link("Consultations", reverse("office-consultations")), c.Link(str(row), back)),
        is_grave=True,
    )

    def act(data: dict[str, Any]) -> str:
        acting.close(actor_of(request), row, decision=data["decision"], decided_on=data["decided_on"])
        return back

    return edit(request, page, CloseForm(request.POST if request.method == "POST" else None), act)


@opened_by("comment on topic")
def comment(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/consultations/<key>/comment/`: comment from a seat, or in a public consultation."""
    row = consultation_or_404(request, key)
    back = reverse("office-consultation", args=[key])
    page = Editing(
        f"Comment on {row.topic.code}",
        "Send the comment",
        back,
        "The comment is kept. It gets an answer.",
        row.topic.title,
        row.topic.scheme.code,
        (c.Link("Consultations", reverse("office-consultations")), c.Link(str(row.group or "The public"), back)),
        visibility="partners",
    )

    def act(data: dict[str, Any]) -> str:
        acting.comment(actor_of(request), row, NewComment(data["text"], data["section"]))
        return back

    return edit(request, page, CommentForm(request.POST if request.method == "POST" else None), act)


@opened_by("record comment")
def record(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/consultations/<key>/comments/new/`: record a comment that came by letter, by e-mail or in a meeting."""
    row = consultation_or_404(request, key)
    back = reverse("office-consultation", args=[key])
    page = Editing(
        f"Record a comment on {row.topic.code}",
        "Record the comment",
        back,
        "The comment is recorded. It gets an answer.",
        "One that came by letter, by e-mail or in a meeting, with the day on which it came.",
        row.topic.scheme.code,
        (c.Link("Consultations", reverse("office-consultations")), c.Link(str(row.group or "The public"), back)),
    )

    def act(data: dict[str, Any]) -> str:
        received_comments.record(actor_of(request), row, ReceivedComment(**data))
        return back

    return edit(request, page, ReceivedCommentForm(request.POST if request.method == "POST" else None), act)


@opened_by("answer comment")
def answer(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """`/office/consultations/<key>/comments/<number>/`: answer one comment."""
    row = consultation_or_404(request, key)
    made = Comment.objects.filter(consultation=row, pk=number).select_related("organisation").first()
    if made is None:
        raise Http404
    back = reverse("office-consultation", args=[key])
    about = consultations.SECTIONS.get(made.section, "The whole text")
    page = Editing(
        f"Answer {made.author_name}",
        "Keep the answer",
        back,
        "The answer is kept.",
        "Every comment gets an answer before the topic goes before the board. Who changed the text by it is credited.",
        row.topic.scheme.code,
        (c.Link("Consultations", reverse("office-consultations")), c.Link(str(row.group or "The public"), back)),
        facts=(
            c.Fact("Comment", made.text),
            c.Fact("About", about),
            c.Fact("By", made.author_name, note=_beside(made)),
            c.Fact("Made", made.made_at),
        ),
    )
    initial = {"answer": made.answer, "answer_text": made.answer_text}

    def act(data: dict[str, Any]) -> str:
        acting.answer(actor_of(request), made, data["answer"], data["answer_text"], seen=data["seen"])
        return back

    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    return edit(request, page, watched(form, acting.answered(made)), act)


def consultation_or_404(request: HttpRequest, key: int) -> Consultation:
    """The consultation of an address. Raises Http404 where there is none, and where this person may not read it."""
    found = consultations.visible(request.user).select_related("topic__call").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _facts(row: Consultation) -> tuple[c.Fact, ...]:
    """What is known of a consultation."""
    return (
        c.Fact("Topic", row.topic.code, note=row.topic.title),
        c.Fact("Open", row.opens_on, note="first day"),
        c.Fact("Until", row.closes_on, note="last day"),
        c.Fact("Days", (row.closes_on - row.opens_on).days),
        c.Fact("The topic waits for it", "Yes" if row.is_obligatory else "No"),
        c.Fact(
            "Shortened by",
            f"Decision {row.shortened_by.number}" if row.shortened_by else "Nothing",
            note=reasoning.noted(row.shortened_by) if row.shortened_by else "",
        ),
    )


def _comments(row: Consultation, made: list[Comment], files: tuple[c.Link, ...], *, may_answer: bool) -> c.Table:
    """The response table: what was said, about what, and the answer."""

    def status(one: Comment) -> c.Cell:
        return c.Cell(ANSWER_TONES[one.answer], note=one.answer_text)

    def verb(one: Comment) -> c.Cell:
        href = reverse("office-comment", args=[row.pk, one.pk])
        return c.Cell("Change the answer" if one.answer else "Answer", href=href)

    columns = [c.Column("By"), c.Column("About"), c.Column("Comment"), c.Column("Answer")]
    rows = []
    for one in made:
        about = consultations.SECTIONS.get(one.section, "The whole text")
        who = c.Cell(one.author_name, note=_beside(one))
        cells: list[c.Cell | str] = [who, about, one.text, status(one)]
        rows.append(c.Row.of(*cells, *([verb(one)] if may_answer else [])))
    return c.Table(
        "comments",
        "Comments and answers",
        (*columns, *([c.Column("To do")] if may_answer else [])),
        tuple(rows),
        noun=("comment", "comments"),
        empty=c.EmptyState("No comment yet."),
        exports=files if made else (),
    )


def _beside(one: Comment) -> str:
    """What stands beside the name of who commented: the organisation, and how the comment came where the office recorded it."""
    came = f"{one.received_as}, {day(one.made_at.date())}, recorded by {one.recorded_by}" if one.recorded_by else ""
    return "; ".join(part for part in (str(one.organisation or ""), came) if part)


def _plain(one: Comment) -> dict[str, exports.Plain]:
    """A comment with its answer as a row of a file."""
    return {
        "by": one.author_name,
        "organisation": str(one.organisation) if one.organisation else None,
        "about": consultations.SECTIONS.get(one.section, "The whole text"),
        "comment": one.text,
        "made_at": one.made_at.isoformat(timespec="seconds"),
        "received_as": one.received_as or None,
        "recorded_by": one.recorded_by or None,
        "answer": one.get_answer_display() if one.answer else None,
        "answer_in_words": one.answer_text or None,
        "answered_at": one.answered_at.isoformat(timespec="seconds") if one.answered_at else None,
    }
