"""Groups and their meetings."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.api import problems
from cofund.api.asking import Paged, Text, part_of
from cofund.api.shapes import boards as shapes
from cofund.api.shapes.boards import Group, GroupInFull, Meeting, MeetingInFull
from cofund.api.shapes.common import Listed
from cofund.queries import agendas, called, consent, groups, meetings, schemes
from cofund.rules import digits

router = Router(tags=["Groups and meetings"])


@router.get("/programmes/{programme}/groups", response=Listed[Group], summary="List the groups of a programme")
def list_groups(request: HttpRequest, programme: str, paging: Paged, kind: Text = "") -> object:
    """Boards, advisory groups and panels of a programme, by name."""
    schemes.current(programme)
    found = part_of(request, groups.listed(programme, kind), paging)
    return Listed[Group](items=[shapes.group(row) for row in found.rows], **found.fields())


@router.get("/programmes/{programme}/groups/{group}", response=GroupInFull, summary="Get a group with its seats")
def get_group(request: HttpRequest, programme: str, group: str) -> object:
    """One group, and whom its seats speak for."""
    schemes.current(programme)
    row = groups.listed(programme).filter(slug=group).first()
    if row is None:
        raise problems.not_found("group")
    return shapes.group_in_full(row, groups.seats(row), called.held())


@router.get(
    "/programmes/{programme}/meetings", response=Listed[Meeting], summary="List the meetings with a published agenda"
)
def list_meetings(request: HttpRequest, programme: str, paging: Paged, group: Text = "") -> object:
    """Meetings and written procedures whose agenda is published, newest first; `group` is one of the programme's groups."""
    schemes.current(programme)
    rows = meetings.published_meetings(programme)
    found = part_of(request, rows.filter(group__slug=group) if group else rows, paging)
    return Listed[Meeting](items=[shapes.meeting(row) for row in found.rows], **found.fields())


@router.get(
    "/programmes/{programme}/meetings/{meeting}", response=MeetingInFull, summary="Get a meeting with its agenda"
)
def get_meeting(request: HttpRequest, programme: str, meeting: str) -> object:
    """One meeting with its points, what became of them, and the papers that are published."""
    schemes.current(programme)
    row = meetings.published_meetings(programme).filter(pk=digits.whole(meeting, 18) or 0).first()
    if row is None:
        raise problems.not_found("meeting with a published agenda")
    return shapes.meeting_in_full(row, agendas.points(programme, row), consent.titles(programme))
