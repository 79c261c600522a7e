"""Links from the office's pages to what proves their object: its proof, everything that happened to it, its audit file."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from django.http import HttpRequest

from cofund.queries import access, meetings
from cofund.records.programme.models import Project
from cofund.web import components as c
from cofund.web.routes import reverse

# Pages of one object: what the audit trail calls it, and the part of the address that names it.
_OBJECTS: Final = {
    "office-application": ("application", "reference"),
    "office-group": ("group", "slug"),
    "office-sheet": ("sheet", "key"),
    "office-lead": ("lead", "reference"),
    "office-meeting": ("meeting", "meeting"),
    "office-report": ("report", "reference"),
    "office-topic": ("topic", "code"),
}


def of_page(request: HttpRequest, here: str, scheme: str) -> str:
    """The address of everything that happened to the object of a page; empty where there is none, or for who may not read it."""
    match = request.resolver_match
    name = match.url_name if match else ""
    if match is None or not access.may(request.user, "read audit trail"):
        return ""
    subject = ""
    if name == "office-partner":
        subject = f"organisation/{match.kwargs['slug']}"
    elif name == "office-decision" and scheme:
        subject = f"{scheme}/decision/{here}"
    elif name in _OBJECTS and scheme:
        kind, part = _OBJECTS[name]
        subject = f"{scheme}/{kind}/{match.kwargs[part]}"
    return _trail(subject) if subject else ""


def about(request: HttpRequest, subject: str) -> dict[str, str]:
    """What a page adds to its context whose address does not tell what the audit trail calls its object."""
    return {"trail_href": _trail(subject)} if access.may(request.user, "read audit trail") else {}


def _trail(subject: str) -> str:
    """The address of everything that happened to an object."""
    return f"{reverse('office-trail')}?about={quote(subject)}"


def trail_of(request: HttpRequest, subject: str) -> tuple[c.Link, ...]:
    """The link to everything that happened to an object, for whoever may read it."""
    if not access.may(request.user, "read audit trail"):
        return ()
    return (c.Link("Everything that happened to this", _trail(subject)),)


def of_contribution(request: HttpRequest, scheme: str, reference: str) -> tuple[c.Link, ...]:
    """Proof and trail of a contribution, each for whoever may read it."""
    proof = c.Link("Its proof: letter, decision, certificate", reverse("office-proof-of", args=[reference]))
    own = (proof,) if access.may(request.user, "read proof") else ()
    return (*own, *trail_of(request, f"{scheme}/contribution/{reference}"))


def may_take_file(request: HttpRequest, project: Project) -> bool:
    """Whether this person may have the audit file of a project: by its role, and with no letter in it that is closed to it."""
    if not access.may(request.user, "make audit file"):
        return False
    return not meetings.has_closed_letter(request.user, project)


def of_project(request: HttpRequest, scheme: str, project: Project) -> tuple[c.Link, ...]:
    """Proof, trail and audit file of a project, each for whoever may have it."""
    found: tuple[c.Link, ...] = ()
    if access.may(request.user, "read proof"):
        found += (
            c.Link(
                "What is behind its figures", f"{reverse('office-proof')}?programme={scheme}&project={project.slug}"
            ),
        )
    found += trail_of(request, f"{scheme}/project/{project.slug}")
    if may_take_file(request, project):
        href = reverse("office-audit-file", args=[scheme, project.slug])
        found += (c.Link("Audit file: everything in one signed zip", href, download=True),)
    return found
