"""Where a signed-in person can go: links by role, and the programmes to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf

from cofund.queries import access, programmes, seats
from cofund.records.directory.models import User
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


@dataclass(frozen=True, slots=True)
class Area:
    """Places that belong together: one link of the bar, and below it, where one is in it, its places."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar shows: the areas, and the places of the one where this page is."""

    areas: tuple[c.Link, ...] = ()
    places: tuple[c.Link, ...] = ()

    @property
    def here(self) -> str:
        """The area where this page is; empty where it is in none."""
        return next((link.text for link in self.areas if link.current), "")


# In the order of the bar: what needs me, who and what is on its way, then the money, and what proves it.
AREAS: Final = (
    Area(
        "Desk",
        (
            Place("Desk", "open desk", "desk"),
            Place("Tasks", "open desk", "office-tasks"),
            Place("Keys", "make key", "office-keys", inside=("office-key-new", "office-key-made", "office-key-revoke")),
            Place(
                "Webhooks",
                "make webhook",
                "office-webhooks",
                inside=("office-webhook", "office-webhook-new", "office-webhook-end"),
            ),
        ),
    ),
    Area(
        "Partners",
        (
            Place("Partners", "read partners", "office-partners", inside=("office-partner",)),
            Place(
                "Leads",
                "read leads",
                "office-leads",
                inside=(
                    "office-leads-table",
                    "office-lead",
                    "office-lead-new",
                    "office-lead-choose",
                    "office-outreach",
                ),
            ),
            Place("Applications", "read applications", "office-applications", inside=("office-application",)),
            Place(
                "Same organisations",
                "read pairings",
                "office-pairings",
                inside=("office-pairing", "office-groups-of-organisations", "office-group-of-organisations"),
            ),
        ),
    ),
    Area(
        "Topics",
        (
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
            Place("Ideas", "read ideas", "office-ideas", inside=("office-idea", "office-idea-new", "office-idea-act")),
            Place(
                "Consultations",
                "read consultations",
                "office-consultations",
                inside=("office-consultation", "office-consultation-comment", "office-comment"),
            ),
            Place("Confirmations", "read confirmations", "office-confirmations", inside=("office-confirmation",)),
            Place("Shown candidates", "read what was shown", "office-shown", inside=("office-shown-one",)),
            Place("Recommendation index", "read index", "office-index"),
        ),
    ),
    Area(
        "Meetings",
        (
            Place(
                "Meetings",
                "read meetings",
                "office-meetings",
                inside=("office-meeting", "office-item", "office-decisions", "office-groups", "office-group"),
            ),
        ),
    ),
    Area(
        "Money",
        (
            Place(
                "Contributions",
                "read own contributions",
                "office-contributions",
                "office-contributions-of",
                ("office-contributions-of", "office-contribution"),
            ),
            Place("Record a pledge", "pledge", "office-pledge-choose", "office-pledge", ("office-pledge",)),
            Place(
                "Yearly round",
                "read rounds",
                "office-round",
                inside=(
                    *("office-partner-round", "office-plan", "office-plan-new"),
                    *("office-report", "office-report-new", "office-activity-new"),
                ),
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
        ),
    ),
    Area(
        "Proof and documents",
        (
            Place("Proof", "read proof", "office-proof", inside=("office-proof-of",)),
            Place("Audit trail", "read audit trail", "office-trail"),
            Place(
                "Documents",
                "read the books",
                "office-documents-choose",
                "office-documents",
                ("office-documents", "office-document", "office-leverage"),
            ),
        ),
    ),
    Area(
        "In the open",
        (
            Place(
                "Stories",
                "read stories",
                "office-stories",
                inside=(
                    *("office-story", "office-story-new", "office-story-write"),
                    *("office-story-versions", "office-story-step"),
                ),
            ),
            Place("Newsletter", "read issues", "office-newsletter", inside=("office-issue", "office-issue-act")),
        ),
    ),
)


def bar(request: HttpRequest) -> Bar:
    """The areas that this person's role opens, with the programme of the present page where there is one."""
    match = request.resolver_match
    scheme = str(match.kwargs.get("scheme", "")) if match else ""
    return bar_of(request.user, scheme, (match.url_name if match else "") or "")


def bar_of(user: User | AnonymousUser, scheme: str = "", here: str = "") -> Bar:
    """The areas that somebody's role opens; without a place where no page is."""
    if not isinstance(user, User) or not access.may(user, "open desk"):
        return Bar()
    role = access.role_of(user)
    is_partner = role == roles.PARTNER
    # Meetings are a partner's only where it, or its organisation, has a seat.
    hidden = "office-meetings" if is_partner and not seats.has_any(user) else ""
    organisation = user.organisation if is_partner else None
    return _bar(role, hidden, scheme, here, organisation.slug if organisation else "", _site())


def _site() -> tuple[str | None, str]:
    """What the addresses of the site depend on."""
    return get_urlconf(settings.ROOT_URLCONF), get_script_prefix()


@lru_cache(maxsize=2_000)
def _bar(role: str, hidden: str, scheme: str, here: str, slug: str, site: tuple[str | None, str]) -> Bar:
    """The bar of a role on a page: the same for everybody, but for a partner's own pages under the name of its organisation."""
    del site
    areas: list[c.Link] = []
    places: tuple[c.Link, ...] = ()
    for area in AREAS:
        inside = _links(area, role, hidden, scheme, here) + (_own_links(area.text, slug, here) if slug else ())
        if not inside:
            continue
        current = any(link.current for link in inside)
        text = area.text if len(inside) > 1 else inside[0].text
        areas.append(c.Link(text, inside[0].href, current=current))
        if current and len(inside) > 1:
            places = inside
    # The check is a public page; visitors find it in the bar of the site, where beside a name there is no room for it.
    areas.append(c.Link("Check a plan", reverse("consortium-index"), current=here.startswith("consortium")))
    return Bar(tuple(areas), places)


def _links(area: Area, role: str, hidden: str, scheme: str, here: str) -> tuple[c.Link, ...]:
    """The places of an area that a role opens."""
    return tuple(
        c.Link(place.text, _href(place, scheme), current=here in (place.page, *place.inside))
        for place in area.places
        if roles.may(role, place.action) and place.page != hidden
    )


def _href(place: Place, scheme: str) -> str:
    """The page of a place, within the programme where it has one."""
    return reverse(place.of_scheme, args=[scheme]) if scheme and place.of_scheme else reverse(place.page)


def _own_links(area: str, slug: str, here: str) -> tuple[c.Link, ...]:
    """The pages of a partner's own people in an area, by the short name of the organisation."""
    own = {
        "Desk": (
            ("People", reverse("office-people", args=[slug]), ("office-people", "office-person", "office-person-new")),
        ),
        "Topics": (("Topics that fit", reverse("office-fits"), ("office-fits", "office-fit-alerts")),),
        "Money": (("Statements", reverse("office-partner-statement", args=[slug]), ("office-partner-statement",)),),
    }
    return tuple(c.Link(text, href, current=here in names) for text, href, names in own.get(area, ()))


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
        # Whoever is no part of the office reads what partners may read.
        "audience": "partners" if access.is_outside(request.user) else "internal",
        "crumbs": (c.Link("Desk", reverse("desk")), *crumbs) if here != "Desk" else (),
        "programmes": choices,
        "trail_href": proof_links.of_page(request, here, scheme),
        "programme": next((link.text for link in choices if link.current), "All programmes"),
    }
