"""The page of one organisation: who it is, how the office stands with it, and everything that happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, clock, merges, organisation_events, organisations, registry, relationships
from cofund.queries.keeping import kept
from cofund.queries.organisation_events import Happened
from cofund.records.directory.models import Organisation
from cofund.web import components as c
from cofund.web.formatting import counted
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.partners import listing, pieces, reaching
from cofund.web.routes import reverse

# So many events are shown at once; the rest behind a link.
SHOWN_EVENTS = 20


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done with an organisation: the action of the role table, the words of its button, and its page."""

    permission: str
    words: str
    address: str


ACTS = (
    Act("log exchange", "Log an exchange", "office-partner-exchange"),
    Act("plan next step", "Plan the next step", "office-partner-plan"),
)
# Beside the facts.
ACTS_ON_FACTS = (
    Act("edit organisation", "Change the facts", "office-partner-edit"),
    Act("name organisation", "Add another name", "office-partner-name"),
    Act("merge organisations", "Merge another organisation into it", "office-partner-merge-choose"),
)


@opened_by("read partners")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/`: one organisation in full; `lane` narrows its timeline, `all` shows every event."""
    one = reaching.organisation_or_404(slug)
    allowed = frozenset(act for act in _ASKED if access.may(request.user, act))
    content = _content(one, allowed, c.Address.of(request.path, request.GET.items()))
    context = navigation.context(request, str(one), crumbs=reaching.crumbs()) | content
    return render(request, "cofund/pages/office/partners/one.html", context)


@kept(64)
def _content(one: Organisation, allowed: frozenset[str], address: c.Address) -> dict[str, Any]:
    """What the page says, which is the same for everybody who may do the same."""
    today = clock.today()
    found = organisations.dossier(one, today)
    lane = address.get("lane")
    happened = organisation_events.of(one, lane if lane in organisation_events.LANES else "")
    shown = happened if address.get("all") else happened[:SHOWN_EVENTS]
    may = {act: act in allowed for act in _ASKED}
    adds, tables = _adds(one, may), pieces.tables(found, may, address)
    rest = pieces.rest(found, address)
    every = [c.Link("Everything", address.with_changes(lane=None, all=None), current=not lane)]
    every += [c.Link(name, address.with_changes(lane=name, all=None), current=lane == name) for name in _LANES]
    return {
        "organisation": one,
        "is_merged": one.merged_into is not None,
        "marks": listing.marks(found),
        "acts": _acts(ACTS, one, may),
        "acts_on_facts": _acts(ACTS_ON_FACTS, one, may),
        "callouts": _callouts(one, may),
        "tiles": pieces.tiles(found, today, relationships.last_contacts([one.pk]).get(one.pk)),
        "facts": pieces.facts(found),
        "relationship": pieces.relationship(one, today),
        "shown": [
            (table, rest.get(table.name), adds.get(table.name)) for table in tables if table.rows or table.name in adds
        ],
        "nothing": ", ".join(table.caption.lower() for table in tables if not table.rows and table.name not in adds),
        "statement": reverse("office-partner-statement", args=[one.slug]) if found.states else "",
        "merges": pieces.merges_table(one, merges.of_organisation(one), may=may["undo merge"]),
        "lanes": every,
        "timeline": c.Timeline("timeline", _caption(shown, happened), tuple(map(_event, shown)), today),
        "more": c.Link(f"Show all {len(happened):,}", address.with_changes(all="1")) if shown != happened else None,
    }


_LANES = organisation_events.LANES
_ASKED = (
    *(act.permission for act in (*ACTS, *ACTS_ON_FACTS)),
    *("take from ROR", "link to the corpus", "unlink from the corpus", "relate organisations", "end relation"),
    *("add contact", "edit contact", "mark contact as left", "add interest", "end interest", "undo merge"),
)


def _acts(acts: tuple[Act, ...], one: Organisation, may: dict[str, bool]) -> tuple[c.Link, ...]:
    """What the person may do, as links; with a merged organisation nothing."""
    if one.merged_into is not None:
        return ()
    return tuple(c.Link(act.words, reverse(act.address, args=[one.slug])) for act in acts if may[act.permission])


def _adds(one: Organisation, may: dict[str, bool]) -> dict[str, c.Link]:
    """What can be added under each table, by the table's name."""
    adds = {
        "relations": ("relate organisations", "Add a relation", "office-partner-relation"),
        "contacts": ("add contact", "Add a contact", "office-partner-contact"),
        "interests": ("add interest", "Add an interest, offer or need", "office-partner-interest"),
    }
    if one.merged_into is not None:
        return {}
    return {
        table: c.Link(words, reverse(address, args=[one.slug]))
        for table, (permission, words, address) in adds.items()
        if may[permission]
    }


def _callouts(one: Organisation, may: dict[str, bool]) -> list[c.Callout]:
    """What the reader should know first: that it is merged, and what open data probably know of it."""
    if one.merged_into is not None:
        link = c.Link(f"Go to {one.merged_into}", reaching.href(one.merged_into))
        return [c.Callout(f"Merged into {one.merged_into.name}", "Everything about it is found there.", action=link)]
    found = []
    for match in registry.ror_matches(one):
        parts = ["its identifier", *(["its website"] if match.website and not one.website else [])]
        names = f" and {counted(len(match.other_names), 'other name')}" if match.other_names else ""
        href = reverse("office-partner-ror", args=[one.slug, match.record.pk])
        action = c.Link("Look and take it over", href) if may["take from ROR"] else None
        title = f"ROR knows {match.record.name} ({match.record.pk})"
        found.append(c.Callout(title, f"Because: {match.reason}. Take {', '.join(parts)}{names}.", action=action))
    for past in registry.past_matches(one):
        href = reverse("office-partner-past", args=[one.slug, past.past.pk])
        action = c.Link("Look and link it", href) if may["link to the corpus"] else None
        title = f"Earlier research knows {past.past.name} (PIC {past.past.pk})"
        text = f"{pieces.BASIS[past.basis]}; {counted(past.projects, 'past project')}."
        found.append(c.Callout(title, text, action=action))
    return found


def _event(one: Happened) -> c.Event:
    """An event of the timeline with where it leads."""
    href = ""
    if one.entry is not None:
        href = reverse("office-entry", args=list(one.entry))
    elif one.reference:
        name = "office-lead" if one.lane == organisation_events.LEADS else "office-application"
        href = reverse(name, args=[one.reference])
    elif one.contribution:
        href = reverse("office-contribution", args=[one.contribution])
    amount = c.Money(one.amount_cents, one.currency, short=True) if one.amount_cents is not None else None
    mark: Any = c.Certainty(one.certainty) if one.certainty != c.Certainty.RECORDED else None
    return c.Event(one.on, one.title, one.lane, one.detail, href, amount, certainty=mark)


def _caption(shown: list[Happened], happened: list[Happened]) -> str:
    """How many events there are, and that the newest stand first."""
    if len(shown) == len(happened):
        return f"{counted(len(happened), 'event')}, newest first"
    return f"The newest {len(shown):,} of {counted(len(happened), 'event')}"
