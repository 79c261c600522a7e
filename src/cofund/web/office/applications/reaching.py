"""How pages of applications reach what they show, and which steps a person is offered."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from cofund.actions.applications.guarding import RIGHTS
from cofund.queries import access, applications, meetings, schemes
from cofund.records.ledger.models import Application, Letter
from cofund.rules import roles
from cofund.rules.lifecycle_applications import APPLICATION
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.routes import reverse


def application_or_404(request: HttpRequest, reference: str) -> Application:
    """The application of an address. Raises Http404 where there is none, and where this person may not see it."""
    rows = applications.visible(request.user).select_related(*applications.RELATED)
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def open_letter_or_404(request: HttpRequest, reference: str) -> Application:
    """The application of an address below which its letter stands. Raises Http404 as above, and where the letter is closed."""
    found = application_or_404(request, reference)
    if meetings.is_letter_closed(request.user, found):
        raise Http404
    return found


def letter_or_404(application: Application, number: int) -> Letter:
    """A version of an application's letter. Raises Http404 where there is none of that number."""
    found = application.letters.filter(number=number).prefetch_related("lines__contribution").first()
    if found is None:
        raise Http404
    return found


def scheme_of(application: Application) -> Scheme:
    """What the application's programme says now."""
    return schemes.current(application.scheme.code)[0]


def crumbs_of(application: Application) -> tuple[c.Link, ...]:
    """The way to something below an application's page."""
    return (
        c.Link("Applications", reverse("office-applications")),
        c.Link(application.reference, reverse("office-application", args=[application.reference])),
    )


def offered(request: HttpRequest, application: Application) -> tuple[str, ...]:
    """The actions that this person may do with an application in its state, by role, and at a partner by right."""
    possible = APPLICATION.actions(application.status)
    allowed = [action for action in possible if access.may(request.user, action)]
    if access.role_of(request.user) != roles.PARTNER:
        return tuple(allowed)
    rights = rights_of(request, application.organisation_id)
    return tuple(action for action in allowed if RIGHTS.get(action) in rights)


def rights_of(request: HttpRequest, organisation_id: int) -> frozenset[str]:
    """What an organisation lets this person do, who belongs to it now."""
    return access.rights_of(request.user).get(organisation_id, frozenset())
