"""The pieces of one thing that other sites may show: of a project, topic, call, contribution, partner or decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy

from cofund.queries import (
    call_money,
    calls,
    consent,
    contributions,
    decisions,
    dossiers,
    identity,
    partner_credit,
    past_calls,
    public_partners,
    publication,
    schemes,
)
from cofund.queries.call_money import Behind
from cofund.queries.dossiers import ContributionDossier, Dossier
from cofund.queries.publication import Audience
from cofund.records.programme.models import Call
from cofund.web import components as c
from cofund.web.public import (
    held_back,
    presenters_calls,
    presenters_contribution,
    presenters_credit,
    presenters_decisions,
    presenters_project,
    presenters_topic,
)
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROWS: Final = 10
Keys = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """What can be shown elsewhere: its title, the page it belongs to, what draws it, and how high a frame it needs, in pixels."""

    title: StrOrPromise
    page: str
    component: str
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of one thing that is drawn: what stands above it, its page, and whether its figures are a lower bound."""

    name: str
    drawn: object
    path: str
    is_lower_bound: bool = False


@dataclass(frozen=True, slots=True)
class PieceOfOne(Piece):
    """A piece that is drawn of one thing, by the parts of its address; None where anybody may not read it."""

    address: str
    make: Callable[[Keys, Moment], Drawn | None]


def _anybody(scheme: str) -> Audience:
    """What anybody may read of a programme."""
    return publication.audience(AnonymousUser(), [scheme])


def _is_lower_bound(scheme: str) -> bool:
    """Whether the figures of a programme are a lower bound."""
    return schemes.current(scheme)[1].scheme.is_lower_bound


def _first(table: c.Table) -> c.Table:
    """The first rows of a table, with how many there are."""
    return replace(table, rows=table.rows[:ROWS], total_count=len(table.rows))


def _project(keys: Keys, moment: Moment) -> Drawn | None:
    """Where the money of one project comes from, as a bar."""
    scheme, slug = keys["scheme"], keys["slug"]
    without = _anybody(scheme).without_of_project
    found = dossiers.of_project(scheme, slug, as_of=moment.on, known_at=moment.known_at, without=without)
    if found is None or found.project is None:
        return None
    bar = presenters_project.bar(found.funding, found.scheme, moment, found.project.acronym)
    return Drawn(found.scheme.name, bar, reverse("project", kwargs=keys), _is_lower_bound(scheme))


def _partner(keys: Keys, moment: Moment) -> Drawn | None:
    """What a partner made possible, as a table."""
    organisation = dossiers.organisation(keys["slug"])
    reader = publication.of_anybody(tuple(schemes.installed()))
    if organisation is None or not public_partners.is_public(identity.kept(organisation), reader):
        return None
    kept = identity.kept(organisation)
    found = partner_credit.of_partner(kept, as_of=moment.on, known_at=moment.known_at)
    is_lower_bound = any(_is_lower_bound(line.scheme.code) for line in found.lines)
    table = presenters_credit.table(found, found.lines, None, moment, ())
    return Drawn(str(kept), table, reverse("partner-credit", args=[kept.slug]), is_lower_bound)


def _of_topic(keys: Keys, moment: Moment, draw: Callable[[Dossier, Audience], object]) -> Drawn | None:
    """A piece of one topic."""
    scheme, code = keys["scheme"], keys["code"]
    reader = _anybody(scheme)
    found = dossiers.of_topic(scheme, code, as_of=moment.on, known_at=moment.known_at, reader=reader)
    if found is None:
        return None
    name = f"{found.scheme.name}: {code}"
    return Drawn(name, draw(found, reader), reverse("topic", kwargs=keys), _is_lower_bound(scheme))


def _topic(keys: Keys, moment: Moment) -> Drawn | None:
    """What a topic set in motion, as a bar."""

    def draw(found: Dossier, reader: Audience) -> object:
        bar = presenters_topic.bar(found, moment)
        left_out = held_back.left_out(len(found.funding.held_back))
        return replace(bar, note=f"{bar.note} {left_out}") if bar is not None and left_out else bar

    return _of_topic(keys, moment, draw)


def _given_to_topic(keys: Keys, moment: Moment) -> Drawn | None:
    """What is given to a topic, as a table; who gives stands where anybody may read it."""

    def draw(found: Dossier, reader: Audience) -> object:
        return _first(presenters_project.contributions_table(found.funding, found.scheme, reader, moment))

    return _of_topic(keys, moment, draw)


def _call(keys: Keys, moment: Moment) -> Drawn | None:
    """What a call set in motion, as a bar."""
    found, rules = calls.of_code(keys["scheme"], keys["code"]), schemes.current(keys["scheme"])[0]
    if found is None:
        return None
    behind = _behind(keys, moment)
    bar = presenters_calls.bar(found, behind, rules, moment) if behind else None
    return Drawn(rules.name, bar, reverse("call", kwargs=keys), _is_lower_bound(keys["scheme"]))


def _behind(keys: Keys, moment: Moment) -> tuple[Behind, ...]:
    """What stood behind a call; nothing on a day on which it was not there."""
    scheme = keys["scheme"]
    call = past_calls.of_code(scheme, keys["code"], moment.on, moment.known_at)
    if call is None:
        return ()
    topics = [one.topic for one in past_calls.topics_of(call, moment.on, moment.known_at)]
    rules, without = schemes.current(scheme)[0], _anybody(scheme).without_of_project
    return call_money.of_call(rules, call, topics, moment.on, moment.known_at, without)


def _topics_of_call(keys: Keys, moment: Moment) -> Drawn | None:
    """The topics of a call with the projects that came of them, as a table."""
    found, rules = calls.of_code(keys["scheme"], keys["code"]), schemes.current(keys["scheme"])[0]
    if found is None:
        return None
    call = past_calls.of_code(rules.code, keys["code"], moment.on, moment.known_at)
    topics = past_calls.topics_of(call, moment.on, moment.known_at) if call else []
    table = presenters_calls.topics_table(topics, rules, moment, ())
    return Drawn(
        f"{rules.name}: {_called(found)}",
        replace(_first(table), note=presenters_calls.past(moment)),
        reverse("call", kwargs=keys),
    )


def _of_contribution(
    keys: Keys, moment: Moment, draw: Callable[[ContributionDossier, Audience], object]
) -> Drawn | None:
    """A piece of one contribution, which anybody may read in full."""
    row = contributions.find(keys["reference"])
    if row is None or not (reader := _anybody(row.book.scheme.code)).may_read(row.pk):
        return None
    found = dossiers.of_contribution(row, as_of=moment.on, known_at=moment.known_at)
    name = presenters_contribution.heading(row, dossiers.parties(row))
    return Drawn(name, draw(found, reader), reverse("contribution", kwargs=keys), _is_lower_bound(found.scheme.code))


def _contribution(keys: Keys, moment: Moment) -> Drawn | None:
    """What a contribution was matched with, as a bar."""
    return _of_contribution(keys, moment, lambda found, reader: presenters_contribution.bar(found, reader, moment))


def _versions(keys: Keys, moment: Moment) -> Drawn | None:
    """What a contribution was said to be, as a table."""
    path = reverse("contribution", kwargs=keys)

    def draw(found: ContributionDossier, reader: Audience) -> object:
        return _first(presenters_contribution.versions_table(found, reader, path, ()))

    return _of_contribution(keys, moment, draw)


def _decision(keys: Keys, moment: Moment) -> Drawn | None:
    """What was decided, when, by whom, and of what votes, as a table."""
    scheme, number = keys["scheme"], keys["number"]
    if decisions.find_published(scheme, number) is None:
        return None
    rules = schemes.current(scheme)[0]
    rows = decisions.published_by(scheme, moment.on, moment.known_at).filter(number=number)
    table = presenters_decisions.decision_table(rules, rows, consent.titles(scheme), moment)
    return Drawn(rules.name, table, reverse("public-decision", kwargs=keys))


def _called(call: Call) -> str:
    """What a call is called."""
    return call.name or call.code


# By the name of the address of each piece; numbers of decisions and codes of calls may hold slashes, so they come last.
ONE: Final[Mapping[str, PieceOfOne]] = {
    "embed-contribution": PieceOfOne(
        gettext_lazy("What it was matched with"),
        "contribution",
        "stacked_bar",
        300,
        "contributions/<str:reference>",
        _contribution,
    ),
    "embed-contribution-versions": PieceOfOne(
        gettext_lazy("What it was said to be"),
        "contribution",
        "table",
        420,
        "contributions/<str:reference>/versions",
        _versions,
    ),
    "embed-partner": PieceOfOne(
        gettext_lazy("What it made possible"), "partner-credit", "table", 640, "partners/<slug:slug>/credit", _partner
    ),
    "embed-project": PieceOfOne(
        gettext_lazy("Where the money comes from"),
        "project",
        "stacked_bar",
        300,
        "<slug:scheme>/projects/<slug:slug>",
        _project,
    ),
    "embed-topic": PieceOfOne(
        gettext_lazy("What it set in motion"), "topic", "stacked_bar", 340, "<slug:scheme>/topics/<str:code>", _topic
    ),
    "embed-topic-contributions": PieceOfOne(
        gettext_lazy("Contributions"),
        "topic",
        "table",
        640,
        "<slug:scheme>/topics/<str:code>/contributions",
        _given_to_topic,
    ),
    "embed-call": PieceOfOne(
        gettext_lazy("What it set in motion"), "call", "stacked_bar", 340, "<slug:scheme>/calls/<path:code>", _call
    ),
    "embed-call-topics": PieceOfOne(
        gettext_lazy("Topics of the call"),
        "call",
        "table",
        640,
        "<slug:scheme>/call-topics/<path:code>",
        _topics_of_call,
    ),
    "embed-decision": PieceOfOne(
        gettext_lazy("The decision"),
        "public-decision",
        "table",
        320,
        "<slug:scheme>/decisions/<path:number>",
        _decision,
    ),
}


def name_of(page: str, keys: Keys) -> str:
    """What the thing of a page is called, for the frame around its pieces; empty where anybody may not read it."""
    if page == "project":
        return dossiers.acronym(keys["scheme"], keys["slug"])
    if page == "partner-credit":
        return str(dossiers.organisation(keys["slug"]) or "")
    if page == "contribution":
        row = contributions.find(keys["reference"])
        return keys["reference"] if row is not None and _anybody(row.book.scheme.code).may_read(row.pk) else ""
    if page == "public-decision":
        found = decisions.find_published(keys["scheme"], keys["number"])
        return spoken(found.number_said) if found is not None else ""
    return keys["code"]
