"""Checking again who gives a contribution that was booked without an application: what came later, what stands against it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from cofund.actions import partner_checks
from cofund.queries import access, contributions, partner_rechecks
from cofund.queries.partner_rechecks import PartnerRecheck
from cofund.records.ledger.models import Contribution
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.office import showing
from cofund.web.office.access import actor_of, contribution_or_404, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.routes import reverse


class CheckForm(forms.Form):
    """The reason of a check."""

    reason = forms.CharField(
        label="Why it may stay, or what is done about it",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed where something stands against it.",
    )


@opened_by("check partner again")
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/contributions/<reference>/check-again/`: what was recorded since, what stands against it, and the check."""
    row = contribution_or_404(request, reference)
    back = reverse("office-contribution", args=[reference])
    states = contributions.states(Contribution.objects.filter(pk=row.pk))
    givers = showing.givers(states[0]) if states else ""
    due = partner_rechecks.due(Contribution.objects.filter(pk=row.pk))
    page = Editing(
        f"May {givers or 'its partner'} still give {reference}?",
        "Record the check",
        back,
        "The check is recorded.",
        "It books nothing. Roles and relations of today are held against the exclusions of the programme.",
        row.book.scheme.code,
        (c.Link(reference, back),),
        callouts=(*_since(due), *_against(row)),
    )

    def act(data: dict[str, Any]) -> str:
        partner_checks.check(actor_of(request), row, data["reason"])
        return back

    return edit(request, page, CheckForm(request.POST if request.method == "POST" else None), act)


def callouts(request: HttpRequest, row: Contribution) -> tuple[c.Callout, ...]:
    """What the page of a contribution says: that its partner is to be checked again, and what the last check found."""
    found = []
    last = partner_rechecks.last_check(row)
    if last is not None and last.findings:
        text = f"Checked on {day(last.checked_at.date())} by {last.checked_by}: {last.reason}"
        found.append(c.Callout("Stands against who gives it", text, "warning", tuple(last.findings)))
    due = partner_rechecks.due(Contribution.objects.filter(pk=row.pk))
    if due:
        href = reverse("office-partner-check", args=[row.reference])
        may = access.may(request.user, "check partner again")
        found.append(
            c.Callout(
                "Its partner is to be checked again",
                "Recorded since it was last looked at:",
                "warning",
                tuple(due[0].words),
                c.Link("Check it", href) if may else None,
            )
        )
    return tuple(found)


def _since(due: list[PartnerRecheck]) -> tuple[c.Callout, ...]:
    """What was recorded since the last look."""
    if not due:
        return (c.Callout("Nothing that could matter was recorded since it was last looked at"),)
    return (c.Callout("Recorded since it was last looked at", points=tuple(due[0].words)),)


def _against(row: Contribution) -> tuple[c.Callout, ...]:
    """What stands against it today."""
    clashes = partner_rechecks.clashes_of(row)
    if not clashes:
        return (c.Callout("Nothing stands against it", "It may stay as it is.", "success"),)
    points = tuple(one.words for one in clashes)
    kind: Any = "error" if clashes[0].blocks else "warning"
    return (c.Callout("Stands against it today", "Withdraw it, or say why it may stay.", kind, points),)
