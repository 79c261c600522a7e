"""What a piece of news says around the titles and names in it, in the language of its reader; it is kept in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cofund.queries import languages
from cofund.queries.newsletter.news import STEPS, Item

# Kinds of stories; the steps of topics stand in `news`.
_KINDS: Final = (gettext_noop("Partner story"), gettext_noop("News"))
_TOPIC: Final = re.compile(r"(?P<step>.+) \((?P<code>[^()]+)\)")
_STORY: Final = re.compile(r"(?P<kind>[A-Z][a-z ]+?)(?: about (?P<about>.+))?")
_DECISION: Final = re.compile(r"Decision (?:(?P<number>.+) )?of (?P<day>\d{1,2} [A-Z][a-z]+ \d{4})")
_AMOUNT: Final = re.compile(r"(?P<who>.+): (?P<currency>[A-Z]{3}) (?P<amount>[\d,]+(?:\.\d\d)?)")
_THIN, _FIRM = "\u202f", "\u00a0"


def said(item: Item) -> Item:
    """A piece of news in the language that is spoken; in English it is itself."""
    return _SAID[item.theme](item) if languages.spoken_now() == languages.FRENCH and item.theme in _SAID else item


def _story(item: Item) -> Item:
    """What a story is, and about whom."""
    found = _STORY.fullmatch(item.said)
    if found is None or found["kind"] not in _KINDS:
        return item
    about = _listed(item, found["about"] or "")
    kind = _(found["kind"])
    return replace(item, said=_("{kind} about {names}").format(kind=kind, names=about) if about else kind)


def _topic(item: Item) -> Item:
    """The step of a topic, with its code."""
    found = _TOPIC.fullmatch(item.said)
    if found is None or found["step"] not in STEPS.values():
        return item
    return replace(item, said=f"{_(found['step'])} ({found['code']})")


def _idea(item: Item) -> Item:
    """That it is an idea, and whose."""
    by = item.said.removeprefix("Idea, proposed by ")
    return replace(item, said=_("Idea") if by == item.said else _("Idea, proposed by {name}").format(name=by))


def _contribution(item: Item) -> Item:
    """Who gives how much to what."""
    found = _AMOUNT.fullmatch(item.title)
    to = _("To {target}").format(target=item.said.removeprefix("To "))
    if found is None:
        return replace(item, said=to)
    amount = found["amount"].replace(",", _THIN).replace(".", ",")
    who = _("An organisation") if found["who"] == "An organisation" else _listed(item, found["who"])
    return replace(item, title=f"{who}{_FIRM}: {amount}{_FIRM}{found['currency']}", said=to)


def _decision(item: Item) -> Item:
    """The number and the day of a decision."""
    found = _DECISION.fullmatch(item.said)
    if found is None:
        return item
    day = languages.day(datetime.strptime(found["day"], "%d %B %Y").date())
    if not found["number"]:
        return replace(item, said=_("Decision of {day}").format(day=day))
    return replace(item, said=_("Decision {number} of {day}").format(number=found["number"], day=day))


def _listed(item: Item, names: str) -> str:
    """Names as they are listed in the language that is spoken; of news without a list of them as they were written."""
    if not item.names[1:] or names != " and ".join(item.names):
        return names
    return _("{names} and {last}").format(names=", ".join(item.names[:-1]), last=item.names[-1])


_SAID: Final[dict[str, Callable[[Item], Item]]] = {
    "stories": _story, "topics": _topic, "ideas": _idea, "contributions": _contribution, "decisions": _decision,
}  # fmt: skip
