"""Where the object of an audit row can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.urls import NoReverseMatch

from cofund.rules.audit_words import object_of
from cofund.web.routes import reverse

Part = Callable[[str, str], str]


def _page(name: str) -> Part:
    """The page of an object that is known by its own name alone."""
    return lambda scheme, key: reverse(name, args=[key])


def _within(name: str) -> Part:
    """The page of an object that is known within its programme."""
    return lambda scheme, key: reverse(name, args=[scheme, key])


_PAGES: Final[dict[str, Part]] = {
    "application": _page("office-application"),
    "contribution": _page("office-contribution"),
    "decision": lambda scheme, key: f"{reverse('office-decisions')}?programme={scheme}&q={key}",
    "entry": lambda scheme, key: reverse("office-entry", args=[scheme, int(key)]),
    "group": _within("office-group"),
    "idea": _page("office-idea"),
    "item": lambda scheme, key: reverse("office-item", args=[int(key)]),
    "lead": _page("office-lead"),
    "meeting": lambda scheme, key: reverse("office-meeting", args=[int(key)]),
    "organisation": _page("office-partner"),
    "plan": lambda scheme, key: reverse("office-partner-round", args=[key.split("/")[0]]),
    "project": _within("office-project"),
    "report": _page("office-report"),
    "topic": _within("office-topic"),
    "tranche": lambda scheme, key: reverse("office-envelope", args=[scheme]),
    "version": lambda scheme, key: reverse("rules", args=[scheme]),
}


def href_of(subject: str) -> str:
    """Give the page of an object, or of the innermost part of its path that has one; empty where none has."""
    found = object_of(subject)
    for kind, key in reversed(found.parts):
        page = _PAGES.get(kind)
        if page is not None and key:
            try:
                return page(found.scheme, key)
            except (NoReverseMatch, ValueError):
                continue
    return ""
