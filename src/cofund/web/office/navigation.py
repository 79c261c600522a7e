"""Where a signed-in person can go: links by role, and the programmes to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cofund.queries import access, programmes, seats
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Scheme
from cofund.rules import roles
from cofund.web import components as c
from cofund.web.office import proof_links
from cofund.web.routes import reverse


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the navigation: the action that opens it, its page, its page within a programme, and the pages inside it."""

    text: str
    action: str
    page: str
    of_scheme: str = ""
    inside: tuple[str, ...] = ()


# In the order of the bar: what needs me, who and what is on its way, then the money.
PLACES: Final = (
    Place("Desk", "open desk", "desk"),
    Place("Tasks", "open desk", "office-tasks"),
    Place("Partners", "read partners", "office-partners", inside=("office-partner",)),
    Place(
        "Same organisations",
        "read pairings",
        "office-pairings",
        inside=("office-pairing", "office-groups-of-organisations", "office-group-of-organisations"),
    ),
    Place(
        "Leads",
        "read leads",
        "office-leads",
        inside=("office-leads-table", "office-lead", "office-lead-new", "office-lead-choose", "office-outreach"),
    ),
    Place("Applications", "read applications", "office-applications", inside=("office-application",)),
    Place("Ideas", "read ideas", "office-ideas", inside=("office-idea", "office-idea-new", "office-idea-act")),
    Place(
        "Topics",
        "read the books",
        "office-topics-choose",
        "office-topics",
        (
            *("office-topics", "office-topic", "office-project", "office-candidates", "office-candidate-act"),
            *("office-participants", "office-sheets", "office-sheet", "office-sheet-new"),
        ),
    ),
    Place(
        "Consultations",
        "read consultations",
        "office-consultations",
        inside=("office-consultation", "office-consultation-comment", "office-comment"),
    ),
    Place("Confirmations", "read confirmations", "office-confirmations", inside=("office-confirmation",)),
    Place(
        "Meetings",
        "read meetings",
        "office-meetings",
        inside=("office-meeting", "office-item", "office-decisions", "office-groups", "office-group"),
    ),
    Place(
        "Yearly round",
        "read rounds",
        "office-round",
        inside=(
            *("office-partner-round", "office-plan", "office-plan-new"),
            *("office-report", "office-report-new", "office-activity-new"),
        ),
    ),
    Place("Record a pledge", "pledge", "office-pledge-choose", "office-pledge", ("office-pledge",)),
    Place(
        "Contributions",
        "read own contributions",
        "office-contributions",
        "office-contributions-of",
        ("office-contributions-of", "office-contribution"),
    ),
    Place(
        "Instalments",
        "read instalments",
        "office-instalments",
        inside=("office-instalment", "office-notice"),
    ),
    Place(
        "Books",
        "read the books",
        "office-books",
        "office-books-of",
        ("office-books-of", "office-entry", "office-verify"),
    ),
    Place("Shown candidates", "read what was shown", "office-shown", inside=("office-shown-one",)),
    Place("Recommendation index", "read index", "office-index"),
    Place("Proof", "read proof", "office-proof", inside=("office-proof-of",)),
    Place("Audit trail", "read audit trail", "office-trail"),
    Place(
        "Documents",
        "read the books",
        "office-documents-choose",
        "office-documents",
        ("office-documents", "office-document", "office-leverage"),
    ),
    Place("Keys", "make key", "office-keys", inside=("office-key-new", "office-key-made", "office-key-revoke")),
    Place(
        "Webhooks",
        "make webhook",
        "office-webhooks",
        inside=("office-webhook", "office-webhook-new", "office-webhook-end"),
    ),
)


def links(request: HttpRequest) -> tuple[c.Link, ...]:
    """The pages that this person's role opens, with the programme of the present page where there is one."""
    user = request.user
    if not user.is_authenticated or not access.may(user, "open desk"):
        return ()
    match = request.resolver_match
    scheme = str(match.kwargs.get("scheme", "")) if match else ""
    here = (match.url_name if match else "") or ""
    found = [
        c.Link(place.text, _href(place, scheme), current=here in (place.page, *place.inside))
        for place in PLACES
        if access.may(user, place.action) and _concerns(user, place)
    ]
    # The check is a public page; visitors find it in the bar of the site, where beside a name there is no room for it.
    found.append(c.Link("Check a plan", reverse("consortium-index"), current=here.startswith("consortium")))
    if isinstance(user, User) and user.organisation and access.role_of(user) == roles.PARTNER:
        found += [c.Link(text, href, current=here in names) for text, href, names in own_links(user.organisation)]
    return tuple(found)


def _concerns(user: User | AnonymousUser, place: Place) -> bool:
    """Whether a place can hold anything for a person: meetings are a partner's only where it, or its organisation, has a seat."""
    if place.page != "office-meetings" or not isinstance(user, User) or access.role_of(user) != roles.PARTNER:
        return True
    return seats.has_any(user)


def _href(place: Place, scheme: str) -> str:
    """The page of a place, within the programme where it has one."""
    return reverse(place.of_scheme, args=[scheme]) if scheme and place.of_scheme else reverse(place.page)


def own_links(organisation: Organisation) -> list[tuple[str, str, set[str]]]:
    """The pages of a partner's own people."""
    slug = organisation.slug
    return [
        ("Statements", reverse("office-partner-statement", args=[slug]), {"office-partner-statement"}),
        ("Topics that fit", reverse("office-fits"), {"office-fits", "office-fit-alerts"}),
        ("People", reverse("office-people", args=[slug]), {"office-people", "office-person", "office-person-new"}),
    ]


def installed(request: HttpRequest) -> tuple[Scheme, ...]:
    """The programmes of this site with a book, read once for a page however often it names them."""
    found: tuple[Scheme, ...] | None = getattr(request, "programmes_installed", None)
    if found is None:
        found = programmes.installed()
        setattr(request, "programmes_installed", found)  # noqa: B010  # a request has no field of this name to assign to
    return found


def context(request: HttpRequest, here: str, scheme: str = "", crumbs: tuple[c.Link, ...] = ()) -> dict[str, Any]:
    """What every page of the office needs: the way here, and the programmes that the same page can be opened for."""
    match = request.resolver_match
    name = match.url_name if match and set(match.kwargs) == {"scheme"} else None
    # Who reads no contributions is led to the public page of the programme.
    usual = "office-contributions-of" if access.may(request.user, "read own contributions") else "programme"
    choices = [
        c.Link(row.name, reverse(name or usual, args=[row.code]), current=row.code == scheme)
        for row in installed(request)
    ]
    return {
        "here": here,
        "crumbs": (c.Link("Desk", reverse("desk")), *crumbs) if here != "Desk" else (),
        "programmes": choices,
        "trail_href": proof_links.of_page(request, here, scheme),
        "programme": next((link.text for link in choices if link.current), "All programmes"),
    }
