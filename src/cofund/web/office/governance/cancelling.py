"""The page on which a planned meeting is cancelled, and the words that its pages then carry."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cofund.actions.governance.cancelling import cancel_meeting
from cofund.records.programme.models import Meeting
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.governance import lookup
from cofund.web.office.governance.forms import CancelForm
from cofund.web.routes import reverse


@opened_by("cancel meeting")
def cancel(request: HttpRequest, meeting: int) -> HttpResponse:
    """`/office/governance/meetings/<meeting>/cancel/`: that a meeting does not take place, and why."""
    row = lookup.meeting_or_404(request, meeting)
    href = reverse("office-meeting", args=[row.pk])
    editing = Editing(
        f"Cancel the meeting: {row.title}",
        "Cancel the meeting",
        href,
        "The meeting is cancelled, and its group is told.",
        lede="Everybody with a seat is told by e-mail, with the reason. Agenda and papers stay to be read; every point is deferred "
        "and can be put on the agenda of another meeting. This cannot be undone.",
        scheme=row.group.scheme.code,
        crumbs=lookup.meeting_crumbs(row),
        is_grave=True,
    )

    def act(data: dict[str, Any]) -> str:
        cancel_meeting(actor_of(request), row, data["reason"])
        return href

    return edit(request, editing, CancelForm(request.POST if request.method == "POST" else None), act)


def notice(meeting: Meeting) -> c.Callout | None:
    """That a meeting was cancelled, when and why; None where it was not."""
    if meeting.cancelled_at is None:
        return None
    on = day(timezone.localdate(meeting.cancelled_at))
    return c.Callout(f"This meeting was cancelled on {on}", meeting.cancelled_because, "warning")
