"""What stands behind a published figure: the contributions that it adds up, with the part of each, or the entries of the books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from cofund.queries import book_states, clock, contributions, flows, funnels, identity, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.documents import given
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Account, Book, Contribution, Entry, Transfer
from cofund.records.programme.models import Project, Topic
from cofund.rules import figures
from cofund.rules.schemes import Scheme

# Of so many contributions the states are read each time.
FEW: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure of which programme, and of what part of it; an empty part lets everything through.

    `channel` is `office` for what the office's own budget pays out, `brought` for what contributors bring themselves; `year` is one
    of the funnel's. `as_of` and `known_at` are the two times of every question to the books.
    """

    scheme: str
    figure: str = figures.DEFAULT
    tranche: str = ""
    project: str = ""
    topic: str = ""
    partner: str = ""
    role: str = ""
    channel: str = ""
    decision: str = ""
    year: str = ""
    as_of: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution and what of it the figure counts, in cents."""

    state: ContributionState
    cents: int


@dataclass(frozen=True, slots=True)
class EntryPart:
    """An entry of the books and what it adds to the figure, in cents; below zero where it takes away."""

    entry: Entry
    cents: int


def behind(asked: Asked) -> tuple[Part, ...]:
    """Give the contributions behind a figure, those of nothing left out; in the order of their pledges.

    Raises:
        SchemeNotInstalledError: there is no such scheme.
        KeyError: there is no such figure over contributions.
    """
    scheme, _ = schemes.current(asked.scheme)
    figure = figures.FIGURES[asked.figure]
    states = _states(asked, _contributions(asked, scheme))
    reached = _funnel(asked, figure.funnel) if figure.funnel else _stated(asked, figure.step) if figure.step else {}
    parts = [Part(state, reached.get(state.contribution.pk, 0) or _cents(figure, state)) for state in states]
    return tuple(part for part in parts if part.cents)


def entries_behind(asked: Asked) -> tuple[EntryPart, ...]:
    """Give the entries behind the ceiling of a tranche, or behind the public money of a topic or project."""
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=asked.scheme)
    rows = _of_tranche(book_id, asked) if asked.figure == figures.CEILING else _of_grant(book_id, asked)
    rows = rows.filter(entry__effective_on__lte=asked.as_of or clock.today())
    if asked.known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=asked.known_at)
    related = ("entry__decision", "entry__book__scheme", "from_account", "to_account")
    sums: dict[int, EntryPart] = {}
    for row in rows.select_related(*related).order_by("number"):
        cents = row.amount_cents if row.from_account.holder == Account.Holder.OUTSIDE else -row.amount_cents
        before = sums[row.entry_id].cents if row.entry_id in sums else 0
        sums[row.entry_id] = EntryPart(row.entry, before + cents)
    return tuple(sums.values())


def _states(asked: Asked, rows: QuerySet[Contribution]) -> list[ContributionState]:
    """The states of the contributions that a figure is asked of; those of many are taken from what is kept of their book."""
    keys = list(rows.values_list("pk", flat=True))
    if len(keys) <= FEW:
        return contributions.states(rows, as_of=asked.as_of, known_at=asked.known_at)
    wanted, on = set(keys), asked.as_of or clock.today()
    states = book_states.of_scheme(asked.scheme, on, asked.known_at)
    return [state for state in states if state.contribution.pk in wanted]


def _contributions(asked: Asked, scheme: Scheme) -> QuerySet[Contribution]:
    """The contributions that a figure is asked of."""
    rows = contributions.all_of(asked.scheme)
    if asked.tranche:
        rows = rows.filter(tranche__code=asked.tranche)
    if asked.project:
        rows = rows.filter(project__slug=asked.project)
    if asked.topic:
        rows = rows.filter(topic__code=asked.topic, project=None)
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.channel:
        through = [kind.code for kind in scheme.kinds if kind.through_office]
        rows = rows.filter(kind__in=through) if asked.channel == "office" else rows.exclude(kind__in=through)
    if asked.partner:
        partner = Organisation.objects.filter(slug=asked.partner).first()
        rows = identity.given_by(rows, *([partner.pk] if partner is not None else []))
    if asked.decision:
        rows = rows.filter(pk__in=_resting_on(asked.scheme, asked.decision))
    return rows


def _resting_on(scheme_code: str, number: str) -> list[int]:
    """The keys of the contributions that an entry with a decision moved, or that an application with it became."""
    moved = Transfer.objects.filter(entry__decision__scheme__code=scheme_code, entry__decision__number=number)
    return list(moved.exclude(contribution=None).order_by().values_list("contribution_id", flat=True).distinct())


def _cents(figure: figures.Figure, state: ContributionState) -> int:
    """What of a contribution a figure counts."""
    if figure.is_unmatched:
        return state.unmatched_cents
    own = sum(state.amounts.get(stage, 0) for stage in figure.stages)
    return own + sum(state.matches.get(stage, 0) for stage in figure.matches)


def _funnel(asked: Asked, step: str) -> dict[int, int]:
    """What each contribution moved through a step of the funnel, in a year or in all."""
    found: dict[int, int] = {}
    for part in funnels.parts(asked.scheme):
        if not asked.year or str(part.year) == asked.year:
            cents = getattr(part.funnel, f"{step}_cents")
            found[part.contribution_id] = found.get(part.contribution_id, 0) + cents
    return found


def _stated(asked: Asked, step: str) -> dict[int, int]:
    """What of each contribution came to a step at the moment, as documents state it, in a year or in all."""
    rows = given.of_scheme(asked.scheme, given.Moment.of(asked.as_of, asked.known_at))
    if not asked.year:
        return {row.pk: getattr(row.steps, step) for row in rows}
    years = ((row.pk, steps) for row in rows for year, steps in row.by_year.items() if str(year) == asked.year)
    return {key: getattr(steps, step) for key, steps in years}


def _of_tranche(book_id: int, asked: Asked) -> QuerySet[Transfer]:
    """The transfers that put money into a tranche from outside, or took it out."""
    own = Account.objects.filter(book=book_id, holder=Account.Holder.TRANCHE)
    if asked.tranche:
        own = own.filter(tranche__code=asked.tranche)
    outside = Account.objects.filter(book=book_id, holder=Account.Holder.OUTSIDE)
    return Transfer.objects.filter(
        Q(from_account__in=outside, to_account__in=own) | Q(from_account__in=own, to_account__in=outside)
    )


def _of_grant(book_id: int, asked: Asked) -> QuerySet[Transfer]:
    """The transfers that fixed the public money of a topic or project."""
    project = Project.objects.filter(scheme__code=asked.scheme, slug=asked.project).select_related("topic").first()
    topic = Topic.objects.filter(scheme__code=asked.scheme, code=asked.topic).first()
    codes = Target(topic, project).grant_codes() if project is not None or topic is not None else []
    for code in codes:
        rows = flows.of_grants(book_id, [code])
        # A project's own award comes before its topic's.
        if rows.exists():
            return rows
    return Transfer.objects.none()


def total(parts: Iterable[Part | EntryPart]) -> int:
    """What the parts of a figure add up to, in cents."""
    return sum(part.cents for part in parts)
