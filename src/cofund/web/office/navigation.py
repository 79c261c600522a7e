"""Where a signed-in person can go: links by role, and the programmes to choose from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cofund.queries import access, programmes
from cofund.records.directory.models import Organisation, User
from cofund.rules import roles
from cofund.web import components as c


def links(request: HttpRequest) -> tuple[c.Link, ...]:
    """The pages that this person's role opens, with the programme of the present page where there is one."""
    user = request.user
    if not user.is_authenticated or not access.may(user, "open desk"):
        return ()
    match = request.resolver_match
    scheme = str(match.kwargs.get("scheme", "")) if match else ""
    here = match.url_name if match else ""
    found = [("Desk", reverse("desk"), {"desk"})]
    if access.may(user, "pledge"):
        href = reverse("office-pledge", args=[scheme]) if scheme else reverse("office-pledge-choose")
        found.append(("Record a pledge", href, {"office-pledge", "office-pledge-choose"}))
    found.append(("Tasks", reverse("office-tasks"), {"office-tasks"}))
    listed = reverse("office-contributions-of", args=[scheme]) if scheme else reverse("office-contributions")
    if access.may(user, "read own contributions"):
        names = {"office-contributions", "office-contributions-of", "office-contribution"}
        found.append(("Contributions", listed, names))
    if isinstance(user, User) and user.organisation and access.role_of(user) == roles.PARTNER:
        found += own_links(user.organisation)
    if access.may(user, "read the books"):
        topics = reverse("office-topics", args=[scheme]) if scheme else reverse("office-topics-choose")
        found.append(("Topics", topics, {"office-topics", "office-topics-choose", "office-topic", "office-project"}))
        books = reverse("office-books-of", args=[scheme]) if scheme else reverse("office-books")
        found.append(("Books", books, {"office-books", "office-books-of", "office-entry", "office-verify"}))
    return tuple(c.Link(text, href, current=here in names) for text, href, names in found)


def own_links(organisation: Organisation) -> list[tuple[str, str, set[str]]]:
    """The pages of a partner's own people."""
    slug = organisation.slug
    return [
        ("What your money did", reverse("office-partner-statement", args=[slug]), {"office-partner-statement"}),
        ("People", reverse("office-people", args=[slug]), {"office-people", "office-person", "office-person-new"}),
    ]


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
