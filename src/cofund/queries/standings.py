"""Where every contribution stands today, in one row each: what long lists are filtered, sorted and counted by.

The database sums the transfers of a book once for each end of its chain: the hash of the last transfer covers every row before it,
so what was computed for this hash and day cannot have changed. A booking makes another hash, and the next reader the next sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, Sum, When

from cofund.queries import clock
from cofund.queries.keeping import kept
from cofund.records.ledger.models import Account, Book, Contribution, Transfer
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


Sums = dict[str, tuple[int, int, int]]


class Kept(tuple[Standing, ...]):
    """Standings that are kept as long as nothing is booked, with their sums once somebody has asked for them."""

    @cached_property
    def sums(self) -> Sums:
        """See `sums`."""
        return _summed(self)


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
        """Tell whether a contribution is to something that is taken from public sources, and not run on this site."""
        if standing.project_id is not None:
            return standing.project_id in self.historical_projects
        return standing.topic_id in self.historical_topics


Ends = tuple[tuple[int, str, str, str], ...]


def today(scheme_code: str = "") -> tuple[Standing, ...]:
    """Give the standing of every contribution that anybody knows of today, newest first: of a scheme, or of all.

    One query, and two more for each book in which something was booked since it was last asked for.
    """
    return _of_books(_ends(scheme_code), clock.today())


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
    return {book[2] for book in _ends() if _of_book(*book, on)}


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
    """Where each book ends at present, with the code and currency of its scheme."""
    books = Book.objects.order_by("scheme__code").values_list("pk", "last_hash", "scheme__code", "scheme__currency")
    return tuple(books.filter(scheme__code=scheme_code) if scheme_code else books)


@lru_cache(maxsize=16)
def _of_books(ends: Ends, on: date) -> tuple[Standing, ...]:
    """The standings of several books in one order."""
    found = [standing for book in ends for standing in _of_book(*book, on)]
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
def _of_book(book_id: int, last_hash: str, scheme: str, currency: str, on: date) -> tuple[Standing, ...]:
    """The standings of a book whose chain ends with a hash; see the module."""
    of_contributions = {stage: _balance(Account.Holder.CONTRIBUTION, (stage,)) for stage in stages.CONTRIBUTION_STAGES}
    rows = (
        Transfer.objects.filter(book=book_id, contribution__isnull=False, effective_on__lte=on)
        .order_by()
        .values("contribution_id")
        .annotate(**of_contributions, matched=_balance(Account.Holder.TRANCHE, stages.TRANCHE_STAGES[1:]))
    )
    rows = rows.annotate(promised=_balance(Account.Holder.TRANCHE, ("promised",)))
    facts = Contribution.objects.filter(book=book_id).order_by()
    columns = ("pk", "tranche__code", "topic_id", "project_id", "topic__code", "project__acronym")
    known = {row[0]: row[1:] for row in facts.values_list(*columns)}
    return tuple(_standing(row, known[row["contribution_id"]], scheme, currency) for row in rows if _stands(row))


def _balance(holder: str, names: tuple[str, ...]) -> Sum:
    """What the transfers of a group leave in the accounts of a holder's stages, as an expression of the database."""
    into = When(to_account__holder=holder, to_account__stage__in=names, then=F("amount_cents"))
    out = When(from_account__holder=holder, from_account__stage__in=names, then=-F("amount_cents"))
    within = When(
        to_account__holder=holder,
        to_account__stage__in=names,
        from_account__holder=holder,
        from_account__stage__in=names,
        then=0,
    )
    return Sum(Case(within, into, out, default=0, output_field=BigIntegerField()))


def _stands(row: Mapping[str, Any]) -> bool:
    """Whether anything of a contribution stands in any stage, withdrawn included."""
    return any(row[stage] for stage in stages.CONTRIBUTION_STAGES)


def _standing(
    row: Mapping[str, Any],
    known: tuple[str | None, int | None, int | None, str | None, str | None],
    scheme: str,
    currency: str,
) -> Standing:
    """One row of the sums as a standing."""
    tranche, topic_id, project_id, topic, project = known
    reached = [stage for stage in stages.LIVE_STAGES if row[stage]]
    live, match = sum(row[stage] for stage in stages.LIVE_STAGES), row["matched"] if tranche else 0
    return Standing(
        row["contribution_id"],
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
        row["promised"] if tranche else 0,
    )
