"""The search over everything that anybody may read, narrowed by kind, programme, country, year and kind of partner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cofund.actions import search_index
from cofund.queries import clock, schemes
from cofund.queries.documents.given import kind_words
from cofund.queries.search import finding, highlights
from cofund.queries.search.finding import FACETS, Answer, Question
from cofund.queries.search.highlights import Piece
from cofund.queries.search.words import MOST_CHARACTERS, MOST_TERMS
from cofund.records.programme.models import SearchEntry
from cofund.web import lists
from cofund.web.components import Address, Link, Pages
from cofund.web.countries import country_name
from cofund.web.formatting import counted
from cofund.web.public import moments, presenters, sheets
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

# Of a facet with many values the most frequent ones are shown; the address takes any.
MOST_VALUES: Final = 12
MOST_IN_A_FILE: Final = 50_000
LABELS: Final = {
    "kind": gettext_lazy("Kind"),
    "scheme": gettext_lazy("Programme"),
    "country": gettext_lazy("Country"),
    "year": gettext_lazy("Year"),
    "partner_kind": gettext_lazy("Kind of partner"),
}
KINDS: Final = {
    "programme": gettext_lazy("Programme"),
    "topic": gettext_lazy("Topic"),
    "call": gettext_lazy("Call"),
    "project": gettext_lazy("Project"),
    "partner": gettext_lazy("Partner"),
    "contribution": gettext_lazy("Contribution"),
    "decision": gettext_lazy("Decision"),
    "idea": gettext_lazy("Idea"),
    "document": gettext_lazy("Document"),
    "story": gettext_lazy("Story"),
}
FIELDS: Final = (
    Field("kind", "what it is"),
    Field("programme", "code of the programme; empty for what belongs to none"),
    Field("title", "its title"),
    Field("country", "country of the organisation or of all who give, ISO 3166-1 alpha-2"),
    Field("year", "year of its first day that is known"),
    Field("partner_kind", "kind of the organisation, or of all who give"),
    Field("address", "where it stands on this site"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, as the page shows it."""

    href: str
    kind: str
    about: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, how many things have it, and the address that chooses it or lets it go."""

    label: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """What an answer can be narrowed by."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    left_out: int


def page(request: HttpRequest) -> HttpResponse:
    """`/search/?q=`: what fits, a page at a time; `format` asks for all of it as a file."""
    format_ = sheets.wanted(request)
    is_whole = True
    if format_:
        # Who takes a file away waits until all is in it.
        search_index.bring_in_step()
    else:
        is_whole = search_index.bring_nearly_in_step()
    address = Address.of(request.path, request.GET.items())
    question = Question(request.GET.get("q", ""), {name: address.get(name)[:200] for name in FACETS})
    moment = moments.Moment(clock.today())
    if format_:
        return sheets.answer(format_, _sheet(finding.find(question, slice(0, MOST_IN_A_FILE)), moment))
    part, _pages = lists.page_of(address, MOST_IN_A_FILE)
    found = finding.find(question, part)
    part_asked, pages = lists.page_of(address, found.count)
    if part_asked != part:
        found = finding.find(question, part_asked)
    short = Address(address.path, tuple((key, value[:MOST_CHARACTERS]) for key, value in address.pairs))
    names = {code: schemes.current(code)[0].name for code in schemes.installed()}
    context = {
        "crumbs": (presenters.start(),),
        "here": _("Search"),
        "data_on": moment.on,
        "asked": question.text.strip()[:MOST_CHARACTERS],
        "hidden": [(name, value) for name, value in question.chosen.items() if value],
        "hits": [_hit(entry, found, names) for entry in found.entries],
        "said": _said(found.count),
        "partly": "" if is_whole else _partly(),
        "cut": _cut() if found.asked.is_cut else "",
        "facets": _facets(found, question.chosen, short, names),
        "pills": _pills(question.chosen, short, names),
        "pages": Pages(pages.number, pages.count, short) if pages.count > 1 else None,
        "exports": sheets.files(short),
    }
    response = render(request, "cofund/pages/public/search.html", context)
    if not is_whole:
        # In a moment there is more, also where nothing else is written.
        response["Cache-Control"] = "no-store"
    return response


def href(entry: SearchEntry) -> str:
    """Where a thing that was found stands."""
    scheme, key = entry.scheme, entry.key
    arguments = {
        "programme": ("programme", [scheme]),
        "topic": ("topic", [scheme, key]),
        "call": ("call", [scheme, key]),
        "project": ("project", [scheme, key]),
        "partner": ("partner", [key]),
        "contribution": ("contribution", [key]),
        "decision": ("public-decision", [scheme, key]),
        "idea": ("idea", [key]),
        "document": ("document", [scheme, key]),
        "story": ("story", [key]),
    }
    name, values = arguments[entry.kind]
    return reverse(name, args=values)


def _hit(entry: SearchEntry, found: Answer, names: Mapping[str, str]) -> Hit:
    """A thing as the page shows it, with what was asked for marked."""
    terms = found.asked.terms
    about = [_value_said("scheme", entry.scheme, names), country_name(entry.country), str(entry.year or "")]
    about.append(_value_said("partner_kind", entry.partner_kind, names))
    return Hit(
        href(entry),
        str(KINDS[entry.kind]),
        " · ".join(filter(None, about)),
        highlights.marked(entry.title, terms),
        highlights.excerpt(entry.text, terms),
    )


def _said(count: int) -> str:
    """How many were found."""
    return counted(count, _("result"), _("results"))


def _partly() -> str:
    """That more is found in a moment."""
    return _("Much was added a moment ago, and not all of it is found yet. Search again in a few seconds.")


def _cut() -> str:
    """That not all of a long question was looked for."""
    return _("Only the first %(characters)s characters and %(terms)s words of what you typed were looked for.") % {
        "characters": MOST_CHARACTERS,
        "terms": MOST_TERMS,
    }


def _facets(found: Answer, chosen: Mapping[str, str], address: Address, names: Mapping[str, str]) -> list[Facet]:
    """The facets that have anything to choose, the most frequent values first; years the newest first."""
    facets = []
    for name in FACETS:
        numbers = found.facets[name]
        if name == "year":
            values = sorted(numbers, reverse=True)
        elif name == "kind":
            values = [kind for kind in KINDS if kind in numbers]
        else:
            values = sorted(numbers, key=lambda value: (-numbers[value], value))
        shown = values[:MOST_VALUES]
        shown += [value for value in values[MOST_VALUES:] if value == chosen.get(name)]
        choices = tuple(
            Choice(
                _value_said(name, value, names),
                numbers[value],
                address.with_changes(**{name: None if chosen.get(name) == value else value}),
                chosen.get(name) == value,
            )
            for value in shown
        )
        if choices:
            facets.append(Facet(name, str(LABELS[name]), choices, len(values) - len(shown)))
    return facets


def _pills(chosen: Mapping[str, str], address: Address, names: Mapping[str, str]) -> list[Link]:
    """What the answer is narrowed by, each with the address without it."""
    return [
        Link(f"{LABELS[name]}: {_value_said(name, value, names)}", address.with_changes(**{name: None}))
        for name, value in chosen.items()
        if value
    ]


def _value_said(name: str, value: str, names: Mapping[str, str]) -> str:
    """A value of a facet in words; `names` are those of the programmes by their codes."""
    if name == "kind":
        return str(KINDS.get(value, value))
    if name == "scheme":
        return names.get(value, value)
    if name == "country":
        return country_name(value)
    if name == "partner_kind" and value:
        try:
            return spoken(kind_words(value))
        except ValueError:
            return value
    return value


def _sheet(found: Answer, moment: moments.Moment) -> Sheet:
    """What was found as rows of data."""
    rows = tuple(
        (entry.kind, entry.scheme, entry.title, entry.country, entry.year, entry.partner_kind, href(entry))
        for entry in found.entries
    )
    return Sheet(presenters.file_name("search", on=moment.on), FIELDS, rows, {"as_of": moment.on})
