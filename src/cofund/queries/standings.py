"""Where every contribution stands today, in one row each: what long lists are filtered, sorted and counted by.

The database sums the transfers of each contribution, and what it gave is kept as long as no later row of the book is about the
contribution (`queries/growing.py`): after a booking the next reader sums those that it touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db.models import Q, Sum

from cofund.queries import clock, growing
from cofund.queries.growing import End, Facts, Growing, Listed
from cofund.queries.keeping import kept
from cofund.records.ledger.models import Account, Contribution, Transfer
from cofund.records.programme.models import Project, Topic
from cofund.rules import stages


@dataclass(frozen=True, slots=True)
class Standing:
    """One contribution on a day: the furthest stage that any of it has reached, and its amounts in cents.

    What is unmatched is what it gives beyond its match; nothing where no tranche matches its role.
    """

    contribution_id: int
    scheme: str
    currency: str
    stage: str
    live_cents: int
    match_cents: int
    unmatched_cents: int
    tranche: str
    topic_id: int | None
    project_id: int | None
    target: str
    # The part of the match that is only promised: no adoption has decided it.
    promised_cents: int = 0
    # What is committed, and neither reported nor delivered.
    undelivered_cents: int = 0
    # Whether somebody of this site has booked anything of it; what was only taken from public sources has no actor.
    is_run_here: bool = False


Sums = dict[str, tuple[int, int, int]]


class Kept(tuple[Standing, ...]):
    """Standings that are kept as long as nothing is booked, with their sums once somebody has asked for them."""

    @cached_property
    def sums(self) -> Sums:
        """See `sums`."""
        return _summed(self)

    @cached_property
    def by_key(self) -> Mapping[int, Standing]:
        """The standings by the key of their contribution."""
        return {one.contribution_id: one for one in self}


@dataclass(frozen=True, slots=True)
class Adopted:
    """The topics and projects whose money is decided, and those that are only told of by public sources."""

    topics: frozenset[int]
    projects: frozenset[int]
    historical_topics: frozenset[int] = frozenset()
    historical_projects: frozenset[int] = frozenset()

    def includes(self, standing: Standing) -> bool:
        """Tell whether the money of a contribution's topic or project is decided; the topic counts before the project."""
        if standing.topic_id is not None:
            return standing.topic_id in self.topics
        return standing.project_id in self.projects

    def is_historical(self, standing: Standing) -> bool:
        """Tell whether a contribution is taken from public sources, as what it is for, and nobody of this site booked it."""
        if standing.is_run_here:
            return False
        if standing.project_id is not None:
            return standing.project_id in self.historical_projects
        return standing.topic_id in self.historical_topics


class _BookEnd(NamedTuple):
    """Where a book ends, what its targets are called, and the code and currency of its scheme."""

    end: End
    names: Facts
    scheme: str
    currency: str


Ends = tuple[_BookEnd, ...]
# Who holds money, and the stage it stands in.
_Place = tuple[str, str]
_CONTRIBUTION, _TRANCHE = Account.Holder.CONTRIBUTION.value, Account.Holder.TRANCHE.value
_FROM, _TO = ("from_account__holder", "from_account__stage"), ("to_account__holder", "to_account__stage")
_FACTS = (
    *("pk", "tranche__code", "topic_id", "project_id", "topic__code", "project__acronym"),
    *("book__scheme__code", "book__scheme__currency"),
)


def today(scheme_code: str = "") -> tuple[Standing, ...]:
    """Give the standing of every contribution that anybody knows of today, newest first: of a scheme, or of all.

    Four queries, and at most eight more for each book in which something was booked since it was last asked for.
    """
    return _of_books(_ends(scheme_code), clock.today())


def of_contribution(scheme_code: str, key: int) -> Standing | None:
    """Give the standing of a contribution today; None where nothing of it stands anywhere. As `today`."""
    found = today(scheme_code)
    assert isinstance(found, Kept)
    return found.by_key.get(key)


def by_wait(scheme_code: str, wait_of: Callable[[Standing, Adopted], str]) -> dict[str, tuple[Standing, ...]]:
    """Sort the standings of today by what each waits for, as `wait_of` tells; what waits for nothing is left out. Three queries."""
    return _by_wait(_ends(scheme_code), adopted(), clock.today(), wait_of)


def by_target(scheme_code: str) -> dict[tuple[str, int], tuple[int, int]]:
    """Give what is living and matched of each topic and project of a scheme today, in cents. One query.

    The key is `topic` or `project` with its key; a contribution to a topic counts for it, and not for a project.
    """
    return _by_target(_ends(scheme_code), clock.today())


@kept(4)
def schemes_with_contributions() -> set[str]:
    """Give the codes of the schemes with a contribution that anybody knows of today. One query."""
    on = clock.today()
    return {book.scheme for book in _ends() if _of_book(book, on)}


@kept(4)
def adopted() -> Adopted:
    """Give the topics and projects whose money is decided, and those taken from public sources. Two queries."""
    told = Topic.objects.filter(Q(adopted_on__isnull=False) | Q(is_historical=True)).order_by()
    rows = list(told.values_list("pk", "adopted_on", "is_historical"))
    topics = frozenset(pk for pk, on, _ in rows if on is not None)
    projects = list(Project.objects.order_by().values_list("pk", "topic_id", "adopted_on", "is_historical"))
    decided = (pk for pk, topic, on, _ in projects if (topic in topics if topic is not None else on is not None))
    return Adopted(
        topics,
        frozenset(decided),
        frozenset(pk for pk, _, is_historical in rows if is_historical),
        frozenset(pk for pk, _, _, is_historical in projects if is_historical),
    )


def sums(found: Iterable[Standing]) -> Sums:
    """Give what is living, matched and unmatched by currency, in cents; different currencies are never added."""
    return dict(found.sums) if isinstance(found, Kept) else _summed(found)


def _summed(found: Iterable[Standing]) -> Sums:
    """Add them up."""
    total: Sums = {}
    for currency, same in groupby(found, key=attrgetter("currency")):
        amounts = list(map(attrgetter("live_cents", "match_cents", "unmatched_cents"), same))
        before = total.get(currency, (0, 0, 0))
        live, match, rest = map(sum, zip(before, *amounts, strict=True))
        total[currency] = (live, match, rest)
    return total


@kept(32)
def _ends(scheme_code: str = "") -> Ends:
    """Where each book ends at present, with its names. At most four queries."""
    if scheme_code:
        return tuple(book for book in _ends() if book.scheme == scheme_code)
    names: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, scheme, rows, name in (
        (growing.TOPIC, "scheme__code", Topic.objects.order_by(), "code"),
        (growing.PROJECT, "scheme__code", Project.objects.order_by(), "acronym"),
        (growing.CONTRIBUTION, "book__scheme__code", growing.placed(), "project"),
    ):
        for code, text in rows.values_list(scheme).annotate(text=Listed("pk", name)):
            names[code].append((table, text))
    return tuple(_BookEnd(end, tuple(names[scheme]), scheme, currency) for end, scheme, currency in growing.ends())


@lru_cache(maxsize=16)
def _of_books(ends: Ends, on: date) -> tuple[Standing, ...]:
    """The standings of several books in one order."""
    found = [standing for book in ends for standing in _of_book(book, on)]
    return Kept(sorted(found, key=lambda standing: -standing.contribution_id))


@lru_cache(maxsize=16)
def _by_wait(
    ends: Ends, decided: Adopted, on: date, wait_of: Callable[[Standing, Adopted], str]
) -> dict[str, tuple[Standing, ...]]:
    """The standings of several books by what they wait for."""
    found: dict[str, list[Standing]] = {}
    for row in _of_books(ends, on):
        wait = wait_of(row, decided)
        if wait:
            found.setdefault(wait, []).append(row)
    return {wait: Kept(rows) for wait, rows in found.items()}


@lru_cache(maxsize=16)
def _by_target(ends: Ends, on: date) -> dict[tuple[str, int], tuple[int, int]]:
    """The sums of several books by target."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for row in _of_books(ends, on):
        key = ("topic", row.topic_id) if row.topic_id is not None else ("project", row.project_id or 0)
        live, match = found.get(key, (0, 0))
        found[key] = (live + row.live_cents, match + row.match_cents)
    return found


@lru_cache(maxsize=64)
def _of_book(book: _BookEnd, on: date) -> tuple[Standing, ...]:
    """The standings of a book; see the module."""
    return tuple(_growing.rows(book.end, on, book.names).values())


def _standings(book_id: int, on: date, keys: Collection[int] | None) -> dict[int, Standing]:
    """The standings of the contributions of a book on a day, or of those with these keys. Three queries."""
    rows = Contribution.objects.filter(**({"book": book_id} if keys is None else {"pk__in": keys}))
    asked = {"book": book_id, "contribution__isnull": False} if keys is None else {"contribution__in": keys}
    transfers = Transfer.objects.filter(**asked, effective_on__lte=on)
    held: defaultdict[int, defaultdict[_Place, int]] = defaultdict(lambda: defaultdict(int))
    moved = transfers.order_by().values_list("contribution_id", *_FROM, *_TO).annotate(Sum("amount_cents"))
    for key, from_holder, from_stage, to_holder, to_stage, cents in moved:
        held[key][from_holder, from_stage] -= cents
        held[key][to_holder, to_stage] += cents
    told = Q(contribution__project__is_historical=True) | Q(contribution__topic__is_historical=True)
    by_people = transfers.filter(told, entry__actor__isnull=False).order_by().values_list("contribution_id", flat=True)
    here = set(by_people.distinct())
    known = [one for one in rows.order_by().values_list(*_FACTS) if one[0] in held]
    found = (_standing(one, held[one[0]], is_run_here=one[0] in here) for one in known)
    return {one.contribution_id: one for one in found if one is not None}


def _standing(known: tuple[Any, ...], held: Mapping[_Place, int], *, is_run_here: bool) -> Standing | None:
    """One contribution as a standing, by what its transfers leave where; None where nothing of it stands anywhere."""
    key, tranche, topic_id, project_id, topic, project, scheme, currency = known
    amounts = {stage: held.get((_CONTRIBUTION, stage), 0) for stage in stages.CONTRIBUTION_STAGES}
    if not any(amounts.values()):
        return None
    reached = [stage for stage in stages.LIVE_STAGES if amounts[stage]]
    live = sum(amounts[stage] for stage in stages.LIVE_STAGES)
    match = sum(held.get((_TRANCHE, stage), 0) for stage in stages.TRANCHE_STAGES[1:]) if tranche else 0
    return Standing(
        key,
        scheme,
        currency,
        reached[-1] if reached else "withdrawn",
        live,
        match,
        max(0, live - match) if tranche else 0,
        tranche or "",
        topic_id,
        project_id,
        (project if project_id is not None else topic) or "",
        held.get((_TRANCHE, "promised"), 0) if tranche else 0,
        amounts["committed"],
        is_run_here,
    )


_growing: Final = Growing(_standings, maxsize=32)
