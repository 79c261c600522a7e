"""Who reaches the pages of a partner: its own people by their rights, the office and auditors by their role."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from cofund.queries import access, colleagues, dossiers
from cofund.queries.colleagues import Colleague
from cofund.records.directory.models import Organisation, PartnerRight
from cofund.rules import roles
from cofund.web import components as c
from cofund.web.routes import reverse


def partner_or_404(request: HttpRequest, slug: str, right: str = PartnerRight.Right.READ) -> Organisation:
    """The organisation of an address. Raises Http404 where there is none, and where this person lacks the right for it.

    `right` is asked of a partner's people alone; the page itself says which other roles it opens to.
    """
    found = dossiers.organisation(slug)
    is_partner = access.role_of(request.user) == roles.PARTNER
    if found is None or (is_partner and not access.may_for_organisation(request.user, right, found)):
        raise Http404
    return found


def colleague_or_404(organisation: Organisation, key: int) -> Colleague:
    """One of an organisation's people. Raises Http404 where there is nobody of that key among them."""
    found = colleagues.find(organisation, key)
    if found is None:
        raise Http404
    return found


def may_manage(request: HttpRequest, organisation: Organisation) -> bool:
    """Whether this person may invite people of an organisation and change their rights."""
    user = request.user
    if not access.may(user, "invite colleague"):
        return False
    is_partner = access.role_of(user) == roles.PARTNER
    return not is_partner or access.may_for_organisation(user, PartnerRight.Right.DELEGATE, organisation)


def tabs(organisation: Organisation, here: str) -> tuple[c.Link, ...]:
    """The faces of a partner's pages: `here` is the name of the present one."""
    faces = (
        ("Overview", "partner-desk"),
        ("Plans and reports", "office-partner-round"),
        ("Statements", "office-partner-statement"),
        ("People", "office-people"),
    )
    return tuple(c.Link(text, reverse(name, args=[organisation.slug]), current=name == here) for text, name in faces)


def crumbs(request: HttpRequest, organisation: Organisation) -> tuple[c.Link, ...]:
    """The way to a page of a partner, after the desk."""
    return (c.Link(str(organisation), reverse("partner-desk", args=[organisation.slug])),)
