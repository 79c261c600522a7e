"""What the pages about organisations share: reaching one of them, and the way back to it."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from cofund.queries import organisations
from cofund.records.directory.models import Organisation
from cofund.web import components as c
from cofund.web.routes import reverse

Row = TypeVar("Row")


def organisation_or_404(slug: str) -> Organisation:
    """The organisation of an address. Raises Http404 where there is none."""
    found = organisations.find(slug)
    if found is None:
        raise Http404
    return found


def found_or_404(row: Row | None) -> Row:
    """What an address names. Raises Http404 where there is none."""
    if row is None:
        raise Http404
    return row


def href(organisation: Organisation) -> str:
    """The page of an organisation in the office."""
    return reverse("office-partner", args=[organisation.slug])


def crumbs(organisation: Organisation | None = None) -> tuple[c.Link, ...]:
    """The way here: the list, and the organisation that the page is about."""
    first = c.Link("Partners", reverse("office-partners"))
    return (first, c.Link(str(organisation), href(organisation))) if organisation else (first,)
