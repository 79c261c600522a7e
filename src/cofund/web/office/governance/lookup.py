"""The objects of these pages, each through the question whether this person may see it; what is not there answers the same."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from cofund.queries import decisions, groups, meetings
from cofund.records.ledger.models import Letter
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Group, Meeting, Paper, Seat
from cofund.web import components as c
from cofund.web.routes import reverse


def group_or_404(scheme: str, slug: str) -> Group:
    """The group of an address. Raises Http404 where there is none."""
    found = groups.find(scheme, slug)
    if found is None:
        raise Http404
    return found


def seat_or_404(seat_id: int) -> Seat:
    """The seat of an address. Raises Http404 where there is none."""
    rows = Seat.objects.select_related("group__scheme", "organisation", "user")
    found = rows.filter(pk=seat_id).first()
    if found is None:
        raise Http404
    return found


def meeting_or_404(request: HttpRequest, meeting_id: int) -> Meeting:
    """The meeting of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = meetings.visible_meetings(request.user).filter(pk=meeting_id).first()
    if found is None:
        raise Http404
    return found


def item_or_404(request: HttpRequest, item_id: int) -> AgendaItem:
    """The point of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = meetings.visible_items(request.user).filter(pk=item_id).first()
    if found is None:
        raise Http404
    return found


def paper_or_404(request: HttpRequest, paper_id: int) -> Paper:
    """The paper of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = meetings.visible_papers(request.user).filter(pk=paper_id).first()
    if found is None:
        raise Http404
    return found


def letter_or_404(request: HttpRequest, item_id: int, letter_id: int) -> Letter:
    """The letter of an address, of an application that a point is about. Raises Http404 where this person may not see it."""
    found = meetings.letters_of_item(request.user, item_id).filter(pk=letter_id).first()
    if found is None:
        raise Http404
    return found


def conflict_or_404(request: HttpRequest, conflict_id: int) -> Conflict:
    """The conflict of an address. Raises Http404 where there is none, or it is of a point that this person may not see."""
    rows = Conflict.objects.select_related("seat__organisation", "item__meeting__group__scheme")
    found = rows.filter(pk=conflict_id, item__in=meetings.visible_items(request.user).values("pk")).first()
    if found is None:
        raise Http404
    return found


def decision_or_404(decision_id: int) -> Decision:
    """The decision of an address. Raises Http404 where there is none."""
    found = decisions.find(decision_id)
    if found is None:
        raise Http404
    return found


def meeting_crumbs(meeting: Meeting) -> tuple[c.Link, ...]:
    """The way to a page below a meeting."""
    return (
        c.Link("Meetings", reverse("office-meetings")),
        c.Link(meeting.title, reverse("office-meeting", args=[meeting.pk])),
    )


def item_crumbs(item: AgendaItem) -> tuple[c.Link, ...]:
    """The way to a page below a point."""
    return (*meeting_crumbs(item.meeting), c.Link(f"Point {item.number}", reverse("office-item", args=[item.pk])))


def group_crumbs(group: Group) -> tuple[c.Link, ...]:
    """The way to a page below a group."""
    return (
        c.Link("Groups", reverse("office-groups")),
        c.Link(group.name, reverse("office-group", args=[group.scheme.code, group.slug])),
    )
