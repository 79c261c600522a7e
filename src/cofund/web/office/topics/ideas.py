"""Ideas in the office and for who sits in a group: the list, the board, one idea, and a new one from a seat."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import ideas as acting
from cofund.actions.ideas import NewIdea
from cofund.queries import access, chains, ideas, pending_ideas, programmes, seats
from cofund.queries.ideas import Selection
from cofund.queries.keeping import kept
from cofund.records.programme.models import Idea
from cofund.rules import roles
from cofund.rules.lifecycle_topics import IDEA
from cofund.web import components as c
from cofund.web.lists import files_of, page_of
from cofund.web.office import exports, navigation, proof_links
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.topics import showing
from cofund.web.office.topics.forms import SeatIdeaForm
from cofund.web.routes import reverse
from cofund.web.topic_states import idea_status, mark

# Columns of the board, and how many ideas each shows before it says how many more there are.
COLUMNS = ("submitted", "in_review", "parked", "accepted")
ON_THE_BOARD = 12
VERBS = {
    "review idea": ("review", "Give it to a group"),
    "accept idea": ("accept", "Take it forward"),
    "merge idea": ("merge", "Merge it into another"),
    "separate idea": ("separate", "Undo the merge"),
    "park idea": ("park", "Park it"),
    "decline idea": ("decline", "Decline it"),
}

SHOWING = {"show idea": ("show", "Show it in public"), "hide idea": ("hide", "Take it from public")}


@opened_by("read ideas")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/ideas/`: the ideas that this person may read, as a table or as a board, with how many stand where."""
    address = c.Address.of(request.path, request.GET.items())
    asked = Selection(*(address.get(name) for name in ("scheme", "status", "group", "route", "words")))
    rows = ideas.selected(request.user, asked)
    if address.get("format"):
        file = exports.answer(address.get("format"), "ideas", [_plain(row) for row in rows])
        if file is not None:
            return file
    context = navigation.context(request, "Ideas") | {"may_suggest": _may_suggest(request)}
    context |= _content(access.Viewer.of(request.user), asked, address)
    return render(request, "cofund/pages/office/topics/ideas.html", context)


@kept(64)
def _content(viewer: access.Viewer, asked: Selection, address: c.Address) -> dict[str, Any]:
    """What the list or the board says to somebody."""
    counts = ideas.counts(viewer.user, asked)
    is_board = address.get("view") == "board"
    return {
        "tiles": [
            c.Tile(label, counts[state], address.with_changes(status=state, view=None, page=None))
            for state, label in IDEA.states.items()
            if state != "merged"
        ],
        "views": (
            c.Link("List", address.with_changes(view=None), current=not is_board),
            c.Link("Board", address.with_changes(view="board", page=None, status=None), current=is_board),
        ),
        "board": _board(viewer, asked, counts, address) if is_board else (),
        "table": None if is_board else _table(viewer, asked, counts, address),
    }


@opened_by("read ideas")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/ideas/<reference>/`: what was suggested, by whom and from which seat, and what comes next."""
    row = idea_or_404(request, reference)
    reads_all = access.may(request.user, "read the books")
    chain = chains.of_topic(row.topic) if row.topic else None
    acts = [
        (VERBS[action][1], reverse("office-idea-act", args=[reference, VERBS[action][0]]), action == "decline idea")
        for action in IDEA.actions(row.status)
        if access.may(request.user, action)
    ]
    acts += [
        (verb, reverse("office-idea-act", args=[reference, code]), False)
        for action, (code, verb) in SHOWING.items()
        if _may_change(row, action) and access.may(request.user, action)
    ]
    if access.may(request.user, "credit"):
        acts.append(("Credit somebody", reverse("office-idea-act", args=[reference, "credit"]), False))
    crumbs = (c.Link("Ideas", reverse("office-ideas")),)
    context = navigation.context(request, reference, "", crumbs) | {
        **proof_links.about(request, f"{row.scheme.code}/idea/{reference}"),
        "idea": row,
        "status": idea_status(row),
        "facts": _facts(row, reads_all=reads_all),
        "acts": acts,
        "candidates_href": reverse("office-idea-candidates", args=[reference])
        if access.may(request.user, "read candidates")
        else "",
        "credits": showing.credits_table(ideas.credits_of(row)),
        "conflicts": [showing.conflict(note, chain.topic) for note in chain.conflicts] if chain and reads_all else (),
        "merged": [
            c.Link(f"{one.reference}: {one.title_said}", reverse("office-idea", args=[one.reference]))
            for one in row.merged.order_by("pk")
        ]
        if reads_all
        else (),
    }
    return render(request, "cofund/pages/office/topics/idea.html", context)


@opened_by("suggest idea")
def new(request: HttpRequest) -> HttpResponse:
    """`/office/ideas/new/`: suggest a topic, from a seat where the person has one."""
    held = list(seats.of_person(request.user, speaking=True))
    schemes_ = [(one.code, one.name) for one in navigation.installed(request)]
    form = SeatIdeaForm(request.POST if request.method == "POST" else None, seats=held, schemes=schemes_)
    page = Editing(
        "Suggest a topic",
        "Hand in the idea",
        reverse("office-ideas"),
        "The idea is handed in. The programme office gives it to a group for review.",
        "From a seat in a group it comes on the seated route, and the seat is credited.",
        crumbs=(c.Link("Ideas", reverse("office-ideas")),),
        visibility="partners",
    )

    def act(data: dict[str, Any]) -> str:
        seat = next((one for one in held if str(one.pk) == data["seat"]), None)
        wanted = NewIdea(
            seat.group.scheme.code if seat else data["scheme"],
            data["title"],
            data["challenge"],
            data["partners"],
            seat_id=int(data["seat"]) if data["seat"] else None,
            wants_credit=data["wants_credit"],
            is_public=data["is_public"],
        )
        made = acting.submit(actor_of(request), wanted)
        found = ideas.find(request.user, made.reference)
        return reverse("office-idea", args=[made.reference]) if found else reverse("office-ideas")

    return edit(request, page, form, act)


def idea_or_404(request: HttpRequest, reference: str) -> Idea:
    """The idea of an address. Raises Http404 where there is none, and where this person may not read it."""
    found = ideas.find(request.user, reference)
    if found is None:
        raise Http404
    return found


def _may_change(row: Idea, action: str) -> bool:
    """Whether an idea can be shown in public, or taken from there."""
    if action == "hide idea":
        return row.is_shown
    return row.is_public and not row.is_shown and not pending_ideas.is_unconfirmed(row)


def _may_suggest(request: HttpRequest) -> bool:
    """Whether the person is offered to hand in an idea: a delegate only with a seat."""
    if not access.may(request.user, "suggest idea"):
        return False
    return access.role_of(request.user) != roles.DELEGATE or seats.of_person(request.user).exists()


def _table(viewer: access.Viewer, asked: Selection, counts: dict[str, int], address: c.Address) -> c.Table:
    """A page of the ideas."""
    count = counts.get(asked.status, 0) if asked.status in counts else sum(counts.values())
    rows, pages = page_of(address, count)
    return c.Table(
        "ideas",
        "Ideas",
        (
            c.Column("Idea"),
            c.Column("Programme"),
            c.Column("Proposed by"),
            c.Column("From"),
            c.Column("Stands at"),
            c.Column("With"),
            c.Column("Topic"),
        ),
        tuple(_row(one) for one in ideas.selected(viewer.user, asked)[rows]),
        noun=("idea", "ideas"),
        total_count=count,
        empty=c.EmptyState("No idea here.", "Anybody can suggest a topic on the public page of ideas."),
        filters=_filters(asked, address),
        exports=files_of(address),
        pages=pages,
    )


def _row(one: Idea) -> c.Row:
    """One idea."""
    return c.Row.of(
        c.Cell(
            one.title_said,
            href=reverse("office-idea", args=[one.reference]),
            note=one.reference,
            certainty=mark(one.certainty),
        ),
        one.scheme.name,
        ideas.proposer(one, in_public=False),
        c.Cell("A seat", note=one.seat.group.name)
        if one.seat
        else c.Cell("The public form", note="address not confirmed" if pending_ideas.is_unconfirmed(one) else ""),
        idea_status(one),
        one.group.name if one.group else "nobody yet",
        c.Cell(one.topic.code, href=reverse("office-topic", args=[one.scheme.code, one.topic.code]))
        if one.topic
        else "–",
        kind="muted" if one.status in ("merged", "declined") else "",
    )


def _filters(asked: Selection, address: c.Address) -> c.FilterBar:
    """The fields above the list."""
    schemes_ = tuple(c.Choice(one.code, one.name) for one in programmes.installed())
    groups = tuple(c.Choice(str(one.pk), f"{one.name} ({one.scheme.code})") for one in ideas.groups(asked.scheme))
    states = tuple(c.Choice(state, label) for state, label in IDEA.states.items())
    routes = (c.Choice("seated", "From a seat"), c.Choice("public", "By the public form"))
    return c.FilterBar(
        (
            c.Filter("words", "Words", asked.words),
            c.Filter("scheme", "Programme", asked.scheme, schemes_),
            c.Filter("status", "Stands at", asked.status, states),
            c.Filter("group", "Group", asked.group, groups),
            c.Filter("route", "Came", asked.route, routes),
        ),
        address,
    )


def _board(
    viewer: access.Viewer, asked: Selection, counts: dict[str, int], address: c.Address
) -> tuple[dict[str, Any], ...]:
    """The columns of the board, each with its newest ideas and the way to all of them."""
    columns = []
    newest = ideas.newest(viewer.user, asked, COLUMNS, ON_THE_BOARD)
    for state in COLUMNS:
        shown = newest[state]
        columns.append(
            {
                "label": IDEA.states[state],
                "count": counts[state],
                "more": max(0, counts[state] - len(shown)),
                "href": address.with_changes(status=state, view=None),
                "cards": [
                    {
                        "title": one.title_said,
                        "href": reverse("office-idea", args=[one.reference]),
                        "who": ideas.proposer(one, in_public=False),
                        "where": one.seat.group.name if one.seat else "",
                        "certainty": mark(one.certainty),
                    }
                    for one in shown
                ],
            }
        )
    return tuple(columns)


def _facts(row: Idea, *, reads_all: bool) -> list[c.Fact]:
    """What is known of an idea; how to reach its proposer is for the office."""
    topic = (
        c.Link(row.topic.code, reverse("office-topic", args=[row.scheme.code, row.topic.code])) if row.topic else None
    )
    found = [
        c.Fact("Programme", row.scheme.name),
        c.Fact("Proposed by", ideas.proposer(row, in_public=False), note=row.proposer_name if row.organisation else ""),
        c.Fact("From the seat", str(row.seat) if row.seat else "None: by the public form"),
        c.Fact("Handed in", row.submitted_on),
        c.Fact("Reviewed by", row.group.name if row.group else "No group yet"),
        c.Fact("Outcome", row.outcome or "None yet"),
        c.Fact("Named in public", "Yes" if row.wants_credit else "No, as the proposer wishes"),
        c.Fact("The proposer lets it be read in public", "Yes" if row.is_public else "No"),
        c.Fact("Shown in public", row.shown_at.date() if row.is_shown and row.shown_at else "Not shown"),
        c.Fact("Source", c.Link(row.source_url, row.source_url) if row.source_url else "Recorded here"),
    ]
    if row.topic:
        found.insert(5, c.Fact("Topic", topic if reads_all else row.topic.code))
    if row.merged_into:
        found.insert(5, c.Fact("Merged into", row.merged_into.reference))
    if reads_all:
        note = "address not confirmed" if pending_ideas.is_unconfirmed(row) else ""
        found.insert(2, c.Fact("E-mail", row.proposer_email, note=note, visibility=c.Visibility.INTERNAL))
    return found


def _plain(row: Idea) -> dict[str, exports.Plain]:
    """An idea as a row of a file."""
    return {
        "reference": row.reference,
        "programme": row.scheme.code,
        "title": row.title if row.is_title_known else None,
        "proposed_by": ideas.proposer(row, in_public=False),
        "seat": str(row.seat) if row.seat else None,
        "status": row.status,
        "group": row.group.name if row.group else None,
        "topic": row.topic.code if row.topic else None,
        "handed_in_on": row.submitted_on.isoformat() if row.submitted_on else None,
        "certainty": row.certainty,
    }
