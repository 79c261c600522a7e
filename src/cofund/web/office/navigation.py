"""Where a signed-in person can go: links by role, and the programmes to choose from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cofund.queries import access, programmes
from cofund.records.directory.models import User
from cofund.web import components as c

LEAD_PAGES = {
    "office-leads",
    "office-leads-table",
    "office-lead",
    "office-lead-new",
    "office-lead-choose",
    "office-outreach",
}
_GOVERNANCE = {"office-meetings", "office-meeting", "office-item", "office-decisions", "office-groups", "office-group"}


def links(request: HttpRequest) -> tuple[c.Link, ...]:
    """The pages that this person's role opens, with the programme of the present page where there is one."""
    user = request.user
    if not user.is_authenticated:
        return ()
    if not access.may(user, "read own contributions"):
        return (c.Link("My meetings", reverse("office-meetings")),) if access.may(user, "read meetings") else ()
    match = request.resolver_match
    scheme = str(match.kwargs.get("scheme", "")) if match else ""
    here = match.url_name if match else ""
    if not access.may(user, "read own contributions"):
        return tuple(c.Link(text, href, current=here in names) for text, href, names in _topics(user))
    found = [("Desk", reverse("desk"), {"desk"})]
    if access.may(user, "pledge"):
        href = reverse("office-pledge", args=[scheme]) if scheme else reverse("office-pledge-choose")
        found.append(("Record a pledge", href, {"office-pledge", "office-pledge-choose"}))
    listed = reverse("office-contributions-of", args=[scheme]) if scheme else reverse("office-contributions")
    found.append(("Contributions", listed, {"office-contributions", "office-contributions-of", "office-contribution"}))
    if access.may(user, "read partners"):
        found.append(("Partners", reverse("office-partners"), {"office-partners", "office-partner"}))
    if access.may(user, "read applications"):
        found.append(("Applications", reverse("office-applications"), {"office-applications", "office-application"}))
    if access.may(user, "read the books"):
        topics = reverse("office-topics", args=[scheme]) if scheme else reverse("office-topics-choose")
        found.append(("Topics", topics, {"office-topics", "office-topics-choose", "office-topic", "office-project"}))
        books = reverse("office-books-of", args=[scheme]) if scheme else reverse("office-books")
        found.append(("Governance", reverse("office-meetings"), _GOVERNANCE))
        found.append(("Books", books, {"office-books", "office-books-of", "office-entry", "office-verify"}))
    if access.may(user, "read leads"):
        found.insert(1, ("Leads", reverse("office-leads"), LEAD_PAGES))
    found += _topics(user)
    return tuple(c.Link(text, href, current=here in names) for text, href, names in found)


def _topics(user: User) -> list[tuple[str, str, set[str]]]:
    """Ideas, consultations and confirmations, for those who may read any."""
    found = []
    if access.may(user, "read ideas"):
        found.append(
            ("Ideas", reverse("office-ideas"), {"office-ideas", "office-idea", "office-idea-new", "office-idea-act"})
        )
    if access.may(user, "read consultations"):
        names = {"office-consultations", "office-consultation", "office-consultation-comment", "office-comment"}
        found.append(("Consultations", reverse("office-consultations"), names))
    if access.may(user, "read confirmations"):
        names = {"office-confirmations", "office-confirmation"}
        found.append(("Confirmations", reverse("office-confirmations"), names))
    return found


def context(request: HttpRequest, here: str, scheme: str = "", crumbs: tuple[c.Link, ...] = ()) -> dict[str, Any]:
    """What every page of the office needs: the way here, and the programmes that the same page can be opened for."""
    match = request.resolver_match
    name = match.url_name if match and set(match.kwargs) == {"scheme"} else None
    choices = [
        c.Link(row.name, reverse(name or "office-contributions-of", args=[row.code]), current=row.code == scheme)
        for row in programmes.installed()
    ]
    return {
        "here": here,
        "crumbs": (c.Link("Desk", reverse("desk")), *crumbs) if here != "Desk" else (),
        "programmes": choices,
        "programme": next((link.text for link in choices if link.current), "All programmes"),
    }
