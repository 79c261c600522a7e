"""Who reaches an instalment, a notice or a project: the office by its role, a partner's people what their organisation gives."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from cofund.queries import instalments
from cofund.queries.instalments import Line
from cofund.records.ledger.models import Contribution, Notice
from cofund.records.programme.models import Project
from cofund.web import components as c
from cofund.web.routes import reverse


def instalment_or_404(request: HttpRequest, key: int) -> Line:
    """The instalment of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = instalments.find(request.user, key)
    if found is None:
        raise Http404
    return found


def notice_or_404(request: HttpRequest, key: int) -> Notice:
    """The notice of an address. Raises Http404 where there is none, and where this person may not see it."""
    found = instalments.notice(request.user, key)
    if found is None:
        raise Http404
    return found


def project_or_404(scheme: str, slug: str) -> Project:
    """The project of an address. Raises Http404 where there is none."""
    found = Project.objects.select_related("scheme", "topic").filter(scheme__code=scheme, slug=slug).first()
    if found is None:
        raise Http404
    return found


def contribution_crumbs(contribution: Contribution) -> tuple[c.Link, ...]:
    """The way to a page about a contribution, after the desk."""
    href = reverse("office-contribution", args=[contribution.reference])
    return (c.Link("Instalments", reverse("office-instalments")), c.Link(contribution.reference, href))
