"""What is done with a point: a conflict, a vote, votes from the minutes, a decision, a conclusion, a deferral."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.governance import agenda, conflicts, deciding
from cofund.actions.governance import votes as voting
from cofund.queries import access, ballots, clock, decisions, meetings, schemes
from cofund.queries.groups import name_of
from cofund.records.directory.models import User
from cofund.records.programme.models import AgendaItem, Meeting
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.governance import lookup, showing
from cofund.web.office.governance.forms import (
    ConcludeForm,
    ConflictForm,
    DecideForm,
    ReasonForm,
    VoteForm,
    VotesForm,
)
from cofund.web.routes import reverse

Act = Callable[[dict[str, Any]], object]


@opened_by("declare conflict")
def conflict(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/conflict/`: of the own seat, or any seat's for the secretary."""
    row = lookup.item_or_404(request, item)
    is_secretary = access.may(request.user, "record votes")
    held = meetings.own_seats(request.user, row.meeting, speaking=True)
    seats = list(ballots.state_of(row.meeting).seats) if is_secretary else held
    if not seats and not is_secretary:
        raise Http404
    form = ConflictForm(_posted(request), seats=seats)
    page = _page(
        row,
        "Record a conflict of interest" if is_secretary else "Declare a conflict of interest",
        "Record the conflict" if is_secretary else "Declare the conflict",
        "The conflict is declared: the seat sees nothing confidential of this point, and its vote is an abstention.",
        lede="From then on the seat sees no confidential paper of this point, and does not vote. Only the secretary can lift it.",
    )
    return _edit(
        request, row, page, form, lambda data: conflicts.declare(actor_of(request), row, data["seat"], data["nature"])
    )


@opened_by("lift conflict")
def lift(request: HttpRequest, conflict: int) -> HttpResponse:
    """`/office/governance/conflicts/<conflict>/lift/`: a declaration that was a mistake."""
    found = lookup.conflict_or_404(request, conflict)
    is_own = isinstance(request.user, User) and found.seat.user_id == request.user.pk
    if not is_own and meetings.has_conflict(request.user, found.item):
        raise Http404
    page = _page(
        found.item,
        f"Lift the conflict of {name_of(found.seat)}",
        "Lift the conflict",
        "The conflict is lifted; the declaration stays in the log.",
        lede=found.nature,
        is_grave=True,
    )
    form = ReasonForm(_posted(request))
    return _edit(request, found.item, page, form, lambda data: conflicts.lift(actor_of(request), found, data["reason"]))


@opened_by("cast vote")
def vote(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/vote/`: the vote of the own seat."""
    row = lookup.item_or_404(request, item)
    state = ballots.state_of(row.meeting)
    held = {seat.pk for seat in meetings.own_seats(request.user, row.meeting, speaking=True)}
    seats = [seat for seat in state.seats if seat.pk in held]
    if not seats:
        raise Http404
    form = VoteForm(_posted(request), seats=seats)
    until = (
        f" Votes are taken until {day(row.meeting.held_on)}."
        if row.meeting.procedure == Meeting.Procedure.WRITTEN
        else ""
    )
    page = _page(
        row,
        "Vote",
        "Cast the vote",
        "Your vote is cast.",
        lede=f"{row.title}.{until}",
        facts=(c.Fact("What is asked", row.proposal or row.title),),
    )
    return _edit(
        request, row, page, form, lambda data: voting.cast(actor_of(request), row, data["seat"], data["choice"])
    )


@opened_by("record votes")
def votes(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/votes/`: all seats, from the minutes."""
    row = lookup.item_or_404(request, item)
    state = ballots.state_of(row.meeting)
    form = VotesForm(_posted(request), meeting=state, state=state.one(row.pk))
    page = _page(
        row,
        "Record votes",
        "Record the votes",
        "The votes are recorded.",
        lede=f"{row.title}. Seats with a conflict of interest and seats that are absent are left out.",
    )

    def act(data: dict[str, Any]) -> object:
        return voting.record(actor_of(request), row, form.choices, data["reason"])

    return _edit(request, row, page, form, act)


@opened_by("decide item")
def decide(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/decide/`: the result by the rule, shown before it is recorded."""
    row = lookup.item_or_404(request, item)
    state = ballots.state_of(row.meeting)
    found = state.one(row.pk)
    number = decisions.suggested_number(row.meeting.group, min(row.meeting.held_on, clock.today()))
    form = DecideForm(_posted(request), meeting=state, item=row, number=number)
    version = schemes.current(row.meeting.group.scheme.code)[1].label
    is_conflicted = meetings.has_conflict(request.user, row)
    page = _page(
        row,
        "Decide",
        "Record the decision",
        "The result is recorded.",
        lede=f"{row.title}. The votes and the rule of the programme make the result; without a quorum the point is deferred.",
        template="cofund/pages/office/governance/decide.html",
        context={"tally": None if is_conflicted else showing.tally(state, found, version)},
    )
    return _edit(
        request, row, page, form, lambda data: deciding.decide(actor_of(request), row, deciding.DecisionWanted(**data))
    )


@opened_by("conclude item")
def conclude(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/conclude/`: what a group thinks, in words."""
    row = lookup.item_or_404(request, item)
    page = _page(row, "Conclude in words", "Record the outcome", "The outcome is recorded.", lede=row.title)

    def act(data: dict[str, Any]) -> object:
        is_supported = data["is_supported"] == "yes"
        return agenda.conclude_item(actor_of(request), row, is_supported=is_supported, minutes=data["minutes"])

    return _edit(request, row, page, ConcludeForm(_posted(request)), act)


@opened_by("defer item")
def defer(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/defer/`: to another meeting, with a reason."""
    row = lookup.item_or_404(request, item)
    if meetings.has_conflict(request.user, row):
        raise Http404
    words = "It leaves this agenda without a result, and can be put on that of another meeting."
    page = _page(row, "Defer the point", "Defer it", "The point is deferred.", lede=words, is_grave=True)
    form = ReasonForm(_posted(request))
    return _edit(request, row, page, form, lambda data: agenda.defer_item(actor_of(request), row, data["reason"]))


def _posted(request: HttpRequest) -> Any:
    """What was sent; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


def _page(item: AgendaItem, heading: str, verb: str, done: str, **more: Any) -> Editing:
    """The page of a form about a point."""
    return Editing(
        heading,
        verb,
        reverse("office-item", args=[item.pk]),
        done,
        scheme=item.meeting.group.scheme.code,
        crumbs=lookup.item_crumbs(item),
        visibility="group",
        **more,
    )


def _edit(request: HttpRequest, item: AgendaItem, page: Editing, form: forms.Form, act: Act) -> HttpResponse:
    """The form, and back to the point."""

    def perform(data: dict[str, Any]) -> str:
        act(data)
        return reverse("office-item", args=[item.pk])

    return edit(request, page, form, perform)
