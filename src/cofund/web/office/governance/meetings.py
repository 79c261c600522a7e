"""Meetings: the list, and the page of one for its secretary, its delegates and auditors."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions.governance import meetings as acting
from cofund.queries import access, ballots, clock, consent, meetings
from cofund.queries.ballots import ItemState, MeetingState
from cofund.records.programme.models import AgendaItem, Meeting
from cofund.rules.lifecycle_governance import MEETING
from cofund.rules.voting_words import share_in_words
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import counted, day
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.exports import answer
from cofund.web.office.governance import cancelling, lookup, showing
from cofund.web.office.governance.forms import AttendanceForm, EmptyForm, MeetingForm
from cofund.web.routes import reverse

# The acts that need no form: address, action of the role table, verb, what will happen, what happened.
MOVES: dict[str, tuple[str, str, str, str]] = {
    "publish": (
        "publish agenda",
        "Publish the agenda",
        "The group sees the agenda and its papers, and is told by e-mail; the public sees the agenda where the programme publishes "
        "agendas. Confidential papers are never published.",
        "The agenda is published.",
    ),
    "open": ("open meeting", "Open the meeting", "From now on votes are taken.", "The meeting is open."),
    "close": (
        "close meeting",
        "Close the meeting",
        "Nothing of it can be changed any more.",
        "The meeting is closed.",
    ),
}
PERFORM = {"publish": acting.publish_agenda, "open": acting.open_meeting, "close": acting.close_meeting}


@opened_by("read meetings")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/governance/meetings/`: those that this person may read."""
    address = c.Address.of(request.path, request.GET.items())
    asked = ("programme", "group", "state", "when")
    selection = meetings.Selection(*(address.get(name) for name in asked))
    found = meetings.listed(request.user, selection)
    file = answer(address.get("format"), "meetings", [_plain(row) for row in found]) if address.get("format") else None
    if file is not None:
        return file
    count = found.count()
    part, pages = lists.page_of(address, count)
    is_office = access.may(request.user, "read groups")
    empty = "No meeting fits." if request.GET else "No meeting is planned."
    hint = (
        "Plan one on the page of its group."
        if is_office
        else "You see a meeting here as soon as its agenda is published."
    )
    table = c.Table(
        "meetings",
        "Meetings",
        (c.Column("Meeting"), c.Column("Group"), c.Column("When"), c.Column("State"), c.Column("Agenda")),
        tuple(_row(row) for row in found[part]),
        noun=("meeting", "meetings"),
        total_count=count,
        empty=c.EmptyState(empty, hint),
        filters=_filters(request, address),
        exports=lists.files_of(address),
        pages=pages,
    )
    heading = "Meetings" if is_office else "My meetings"
    context = navigation.context(request, heading) | {
        "table": table,
        "faces": showing.faces(request, "office-meetings"),
        "lede": "Meetings and written procedures, with what is asked in them and what became of it.",
        "actions": [],
    }
    return render(request, "cofund/pages/office/governance/list.html", context)


@opened_by("read meetings")
def page(request: HttpRequest, meeting: int) -> HttpResponse:
    """`/office/governance/meetings/<meeting>/`: agenda, who is there, and what can be done."""
    row = lookup.meeting_or_404(request, meeting)
    state = ballots.state_of(row)
    is_office = access.may(request.user, "read groups")
    context = navigation.context(request, row.title, row.group.scheme.code, lookup.meeting_crumbs(row)[:1]) | {
        "meeting": row,
        "status": showing.meeting_status(row),
        "certainty": showing.mark(row.certainty),
        "when": showing.when(row),
        "cancelled": cancelling.notice(row),
        "facts": _facts(state, is_office=is_office),
        "agenda": _agenda(request, state, is_office=is_office),
        "attendance": _attendance(state) if is_office else None,
        "actions": _actions(request, row),
    }
    return render(request, "cofund/pages/office/governance/meeting.html", context)


@opened_by("add meeting")
def new(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/governance/groups/<scheme>/<slug>/new-meeting/`: plan a meeting or a written procedure."""
    group = lookup.group_or_404(scheme, slug)
    form = MeetingForm(request.POST if request.method == "POST" else None)
    editing = Editing(
        f"Plan a meeting of {group.name}",
        "Plan the meeting",
        reverse("office-group", args=[scheme, slug]),
        "The meeting is planned. Put the points on its agenda.",
        scheme=scheme,
        crumbs=lookup.group_crumbs(group),
    )

    def act(data: dict[str, Any]) -> str:
        made = acting.add_meeting(actor_of(request), group, acting.MeetingWanted(**data))
        return reverse("office-meeting", args=[made.pk])

    return edit(request, editing, form, act)


@opened_by("edit meeting")
def change(request: HttpRequest, meeting: int) -> HttpResponse:
    """`/office/governance/meetings/<meeting>/edit/`: a planned meeting."""
    row = lookup.meeting_or_404(request, meeting)
    initial = {name: getattr(row, name) for name in acting.MeetingWanted.__dataclass_fields__}
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=initial)
    watched(form, acting.said(row))
    href = reverse("office-meeting", args=[row.pk])
    editing = Editing(
        f"Change {row.title}",
        "Save",
        href,
        "The meeting is changed.",
        scheme=row.group.scheme.code,
        crumbs=lookup.meeting_crumbs(row),
    )

    def act(data: dict[str, Any]) -> str:
        seen = data.pop("seen")
        acting.edit_meeting(actor_of(request), row, acting.MeetingWanted(**data), seen=seen)
        return href

    return edit(request, editing, form, act)


@opened_by("record attendance")
def attendance(request: HttpRequest, meeting: int) -> HttpResponse:
    """`/office/governance/meetings/<meeting>/attendance/`: who is there, seat by seat."""
    row = lookup.meeting_or_404(request, meeting)
    state = ballots.state_of(row)
    form = AttendanceForm(request.POST if request.method == "POST" else None, meeting=state)
    href = reverse("office-meeting", args=[row.pk])
    editing = Editing(
        "Who is there",
        "Record the attendance",
        href,
        "The attendance is recorded.",
        lede="The quorum hangs on this; who is absent stays in the base of the votes where the programme says so.",
        scheme=row.group.scheme.code,
        crumbs=lookup.meeting_crumbs(row),
    )

    def act(data: dict[str, Any]) -> str:
        acting.record_attendance(actor_of(request), row, form.present)
        return href

    return edit(request, editing, form, act)


@opened_by("read groups")
def move(request: HttpRequest, meeting: int, act: str) -> HttpResponse:
    """`/office/governance/meetings/<meeting>/<act>/`: publish the agenda, open it, close it."""
    if act not in MOVES:
        raise Http404
    action, verb, lede, done = MOVES[act]
    require(request, action)
    row = lookup.meeting_or_404(request, meeting)
    href = reverse("office-meeting", args=[row.pk])
    editing = Editing(
        f"{verb}: {row.title}",
        verb,
        href,
        done,
        lede=lede,
        scheme=row.group.scheme.code,
        crumbs=lookup.meeting_crumbs(row),
        is_grave=act == "close",
    )

    def perform(data: dict[str, Any]) -> str:
        PERFORM[act](actor_of(request), row)
        return href

    return edit(request, editing, EmptyForm(request.POST if request.method == "POST" else None), perform)


def _row(meeting: Meeting) -> c.Row:
    """A meeting as a row of the list."""
    return c.Row.of(
        c.Cell(
            meeting.title, href=reverse("office-meeting", args=[meeting.pk]), certainty=showing.mark(meeting.certainty)
        ),
        c.Cell(meeting.group.name, note=meeting.group.scheme.name),
        showing.when(meeting),
        showing.meeting_status(meeting),
        "published" if meeting.agenda_published_at else "not published yet",
    )


def _plain(meeting: Meeting) -> dict[str, str | int | bool | None]:
    """A meeting as a row of a file."""
    return {
        "meeting": meeting.pk,
        "title": meeting.title,
        "scheme": meeting.group.scheme.code,
        "group": meeting.group.slug,
        "procedure": str(meeting.procedure),
        "opens_on": meeting.opens_on.isoformat() if meeting.opens_on else "",
        "held_on": meeting.held_on.isoformat(),
        "status": str(meeting.status),
        "agenda_published": meeting.agenda_published_at is not None,
        "certainty": str(meeting.certainty),
    }


def _filters(request: HttpRequest, address: c.Address) -> c.FilterBar:
    """By programme, group, state, and whether it is over."""
    schemes = tuple(c.Choice(row.code, row.name) for row in navigation.installed(request))
    held = tuple(c.Choice(row.slug, row.name) for row in meetings.groups_with_meetings(request.user))
    states = tuple(c.Choice(value, label) for value, label in Meeting.Status.choices)
    times = (c.Choice("coming", "Today or later"), c.Choice("past", "Over"))
    return c.FilterBar(
        (
            c.Filter("programme", "Programme", address.get("programme"), schemes),
            c.Filter("group", "Group", address.get("group"), held),
            c.Filter("state", "State", address.get("state"), states),
            c.Filter("when", "When", address.get("when"), times),
        ),
        address,
    )


def _facts(state: MeetingState, *, is_office: bool) -> tuple[c.Fact, ...]:
    """What is known of a meeting."""
    row = state.meeting
    group = row.group
    href = reverse("office-group", args=[group.scheme.code, group.slug]) if is_office else ""
    is_written = row.procedure == Meeting.Procedure.WRITTEN
    facts = [
        c.Fact("Group", group.name, href=href, note=group.scheme.name),
        c.Fact("How", row.get_procedure_display()),
    ]
    if is_written:
        facts.append(c.Fact("Votes are taken from", row.opens_on))
    facts += [
        c.Fact(
            "Votes are taken until" if is_written else "Day", row.held_on, note=_time_left(row) if is_written else ""
        ),
        c.Fact("Papers due", row.papers_due_on),
        c.Fact("Agenda", row.agenda_published_at or "Not published yet"),
    ]
    return (*facts, *([] if is_written else [c.Fact("Place", row.place)]))


def _time_left(meeting: Meeting) -> str:
    """How long votes in writing are still taken."""
    left = (meeting.held_on - clock.today()).days
    if meeting.status in (Meeting.Status.CLOSED, Meeting.Status.CANCELLED) or left < 0:
        return "over"
    return "the last day is today" if left == 0 else f"{counted(left, 'day')} left"


def _agenda(request: HttpRequest, state: MeetingState, *, is_office: bool) -> c.Table:
    """The points: for the office with the result as it would be now, for a delegate with the own vote."""
    own = {seat.pk for seat in meetings.own_seats(request.user, state.meeting)}
    unnamed = consent.titles(state.meeting.group.scheme.code).items
    rows = []
    for found in state.items:
        item = found.item
        cells = [
            c.Cell(
                f"{item.number}. {item.title}",
                href=reverse("office-item", args=[item.pk]),
                note=item.get_kind_display() + ("; not named in public" if item.pk in unnamed else ""),
            ),
            c.Cell(showing.item_status(item), note=item.decision.number_said if item.decision else ""),
        ]
        if is_office:
            standing = [one for one in found.conflicts if one.lifted_at is None]
            # The tally is hidden from whoever has a conflict on the point, as on its own page.
            is_conflicted = request.user.pk in {one.seat.user_id for one in standing}
            cells += [c.Cell(showing.STANDINGS["conflict"]) if is_conflicted else _now(found), c.Cell(len(standing))]
        else:
            cells.append(_own_vote(found, own))
        rows.append(c.Row.of(*cells))
    hint = "By the votes, conflicts and attendance recorded so far."
    office = (c.Column("If decided now", hint=hint), c.Column("Conflicts", numeric=True))
    last = office if is_office else (c.Column("Your vote"),)
    return c.Table(
        "agenda",
        "Agenda",
        (c.Column("Point"), c.Column("State"), *last),
        tuple(rows),
        noun=("point", "points"),
        empty=c.EmptyState("Nothing is on the agenda yet."),
    )


def _now(found: ItemState) -> c.Cell:
    """The result as it would be now, while a point is on the agenda."""
    if found.item.status != AgendaItem.Status.TABLED or found.outcome is None:
        return c.Cell("–", note=found.problem)
    share = found.outcome.share
    note = f"{share_in_words(share)} say yes" if share is not None else ""
    return c.Cell(showing.RESULTS[found.outcome.result], note=note)


def _own_vote(found: ItemState, own: set[int]) -> c.Cell:
    """How the reader voted, or why not."""
    if any(one.seat_id in own and one.lifted_at is None for one in found.conflicts):
        return c.Cell(showing.STANDINGS["conflict"])
    votes = [vote for seat_id, vote in found.votes.items() if seat_id in own]
    if not found.item.needs_decision:
        return c.Cell("–", note="nothing is voted on")
    if not votes:
        return c.Cell("–", note="none so far" if found.item.status == AgendaItem.Status.TABLED else "none")
    return c.Cell(showing.STANDINGS[votes[0].choice], note=day(votes[0].cast_at.date()))


def _attendance(state: MeetingState) -> c.Table:
    """The seats on the day, with their votes and whether they are there."""
    weights = showing.weights_of(state.seats, state.rule)
    is_written = state.meeting.procedure == Meeting.Procedure.WRITTEN
    rows = []
    for seat in state.seats:
        recorded = state.attendance.get(seat.pk)
        there = "not recorded" if recorded is None else "present" if recorded.is_present else "absent"
        rows.append(
            c.Row.of(
                showing.seat_cell(seat),
                seat.get_capacity_display(),
                showing.weight_words(seat, state.rule, weights),
                "–" if is_written else there,
            )
        )
    columns = (c.Column("Seat"), c.Column("Capacity"), c.Column("Votes"), c.Column("There"))
    note = "In writing, whoever votes or declares a conflict takes part." if is_written else ""
    empty = c.EmptyState("Nobody holds a seat on this day.", "Add the seats on the page of the group.")
    return c.Table("seats", "Seats", columns, tuple(rows), noun=("seat", "seats"), empty=empty, note=note)


def _actions(request: HttpRequest, meeting: Meeting) -> list[c.Link]:
    """What can be done with the meeting as it stands, by this person, the next thing first."""
    base = reverse("office-meeting", args=[meeting.pk])
    is_written = meeting.procedure == Meeting.Procedure.WRITTEN
    found = [
        ("put on agenda", "Put a point on the agenda", "new-point/", True),
        ("publish agenda", "Publish the agenda", "publish/", meeting.agenda_published_at is None),
        ("open meeting", "Open the meeting", "open/", True),
        ("record attendance", "Record who is there", "attendance/", not is_written),
        ("close meeting", "Close the meeting", "close/", True),
        ("edit meeting", "Change the meeting", "edit/", True),
        ("cancel meeting", "Cancel the meeting", "cancel/", True),
    ]
    return [
        c.Link(words, base + path)
        for action, words, path, is_possible in found
        if is_possible and MEETING.allows(action, meeting.status) and access.may(request.user, action)
    ]
