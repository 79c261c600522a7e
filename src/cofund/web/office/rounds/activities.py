"""The form that records an additional activity; what the law does not let count is refused with its article."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions.rounds import activities
from cofund.actions.rounds.activities import NewActivity
from cofund.queries import rounds
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.editing import Editing
from cofund.web.office.rounds.forms import ActivityForm
from cofund.web.office.rounds.starting import back, crumbs, own_organisation
from cofund.web.routes import reverse


@opened_by("record activity")
def new(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/round/activities/<scheme>/new/`: what is done beside the projects."""
    rules, version = scheme_or_404(scheme)
    own = own_organisation(request)
    projects = rounds.projects_of(version.scheme, own)
    form = ActivityForm(
        request.POST if request.method == "POST" else None, is_own=own is not None, scheme=rules, projects=projects
    )
    if own is not None:
        held = rounds.held_roles(version.scheme, own)
        form.fields["role"].initial = held[0] if held else ""

    def act(data: dict[str, Any]) -> str:
        whose = own or data["organisation"]
        wanted = NewActivity(
            whose,
            data["role"],
            data["kind"],
            data["title"],
            data["description"],
            next((one for one in projects if one.slug == data["project"]), None),
            data["place"],
            data["country"],
            data["from_on"],
            data["until_on"],
        )
        activities.record(actor_of(request), version.scheme, wanted)
        return reverse("office-partner-round", args=[whose.slug])

    page = Editing(
        "Record an additional activity",
        "Record it",
        back(own),
        "The activity is recorded. It can be planned and reported now.",
        f"What a member does beside the projects for the aims of {rules.name}. It gets no public money and unlocks none.",
        scheme,
        crumbs(own),
        visibility="partners",
    )
    return editing.edit(request, page, form, act)
