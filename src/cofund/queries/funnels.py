"""What is committed, reported, certified and validated (F13), by project, partner and year, and against what was planned.

The amounts are those of the books; what was reported and certified of what was later refused is told by the lines of the reports.
What is validated without a report, such as cash that came, counts as reported and certified with it. What a contribution moved is
summed again once a later row of its book is about it, as `queries.standings` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import add
from typing import Final

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from cofund.queries import clock, freshness, instalments, over_deliveries
from cofund.queries.growing import End, Facts, Growing
from cofund.records.ledger.models import Account, Book, Contribution, ContributionParty, PlanLine, ReportLine, Transfer
from cofund.records.ledger.models import Plan as PlanRow
from cofund.rules import stages
from cofund.rules.trajectory import Funnel

_COMMITTED = frozenset(stages.LIVE_STAGES[stages.LIVE_STAGES.index("committed") :])
# A plan in one of these says what is planned.
_PLANNED = (PlanRow.Status.SUBMITTED, PlanRow.Status.APPROVED)


@dataclass(frozen=True, slots=True)
class Part:
    """What one contribution moved through the funnel in a year."""

    contribution_id: int
    project: str
    project_slug: str
    role: str
    year: int
    funnel: Funnel
    # Slug and name of those behind it, merged ones under the one that is kept.
    givers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Moved:
    """What a contribution is called, who gives it, and by year what the books moved of it: the four figures of a funnel."""

    project: str
    project_slug: str
    role: str
    givers: tuple[tuple[str, str], ...]
    years: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """A project, a partner or a year in the funnel: its name, what tells it in addresses, and its amounts."""

    key: str
    name: str
    funnel: Funnel


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the forecast, in cents: what plans state in kind, which instalments are due, and what came."""

    year: int
    in_kind_cents: int
    due_cents: int
    came_cents: int

    @property
    def planned_cents(self) -> int:
        """Everything that is planned for the year."""
        return self.in_kind_cents + self.due_cents


def parts(scheme_code: str) -> tuple[Part, ...]:
    """Give what each contribution of a scheme moved in each year up to today."""
    try:
        grounds = freshness.grounds(scheme_code)
    except Book.DoesNotExist:
        return ()
    return _of_book(grounds.end, grounds.facts, clock.today())


def total(found: Iterable[Part]) -> Funnel:
    """Give all parts together."""
    return sum((one.funnel for one in found), Funnel())


def by_project(found: Iterable[Part]) -> list[Group]:
    """Give the funnel of each project, the largest first; what has no project yet is left out: it is not committed."""
    return _grouped(found, lambda one: [(one.project_slug, one.project)] if one.project_slug else [])


def by_year(found: Iterable[Part]) -> list[Group]:
    """Give the funnel of each year, the newest first."""
    groups = _grouped(found, lambda one: [(str(one.year), str(one.year))])
    return sorted(groups, key=lambda group: group.key, reverse=True)


def by_partner(found: Iterable[Part]) -> list[Group]:
    """Give the funnel of each partner, the largest first. What several give jointly stands with each of them in full."""
    return _grouped(found, lambda one: one.givers)


def forecast(scheme_code: str, found: Iterable[Part], without: Collection[int] = ()) -> list[Year]:
    """Give each year with what was planned for it and what came, the oldest first. Four queries.

    Planned is what the newest plans say that were handed in or approved, and the instalments by the year in which they are due,
    but for those of the contributions in `without`.
    """
    years: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    planned = PlanLine.objects.filter(plan__in=_newest_plans(scheme_code)).order_by()
    for year, cents in planned.values_list("plan__year").annotate(Sum("amount_cents")):
        years[year][0] += cents
    due = instalments.counted().filter(contribution__book__scheme__code=scheme_code, is_ended=False).order_by()
    due = due.exclude(contribution__in=without) if without else due
    for on, cents in due.values_list("due_on", "amount_cents"):
        years[on.year][1] += cents
    for one in found:
        years[one.year][2] += one.funnel.validated_cents
    # Additional activities stand in no account; what of them was validated came all the same.
    lines = ReportLine.objects.filter(report__scheme__code=scheme_code, contribution=None, validated_cents__gt=0)
    for year, cents in lines.order_by().values_list("report__year").annotate(Sum("validated_cents")):
        years[year][2] += cents
    return [Year(year, *figures) for year, figures in sorted(years.items()) if any(figures)]


def _newest_plans(scheme_code: str) -> list[int]:
    """The keys of the newest plan of each organisation and year that was handed in."""
    newest: dict[tuple[int, int], int] = {}
    rows = PlanRow.objects.filter(scheme__code=scheme_code, status__in=_PLANNED).order_by("number")
    for key, organisation, year in rows.values_list("pk", "organisation_id", "year"):
        newest[(organisation, year)] = key
    return sorted(newest.values())


def _grouped(found: Iterable[Part], keys_of: Callable[[Part], Iterable[tuple[str, str]]]) -> list[Group]:
    """Parts by what they belong to, the largest commitment first."""
    sums: dict[tuple[str, str], Funnel] = {}
    for one in found:
        for key in keys_of(one):
            sums[key] = sums.get(key, Funnel()) + one.funnel
    groups = [Group(key, name, funnel) for (key, name), funnel in sums.items() if funnel != Funnel()]
    return sorted(groups, key=lambda group: (-group.funnel.committed_cents, group.name))


@lru_cache(maxsize=16)
def _of_book(end: End, facts: Facts, on: date) -> tuple[Part, ...]:
    """The parts of a book that ends so; see the module."""
    rows = _growing.rows(end, on, facts)
    reported: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    _add_reports(end.book_id, reported)
    for key, year in reported:
        moved = rows[key].years.get(year)
        reported[key, year] = [*map(add, reported[key, year], moved or (0, 0, 0, 0))]
    sums = {(key, year): figures for key, row in rows.items() for year, figures in row.years.items()} | reported
    return tuple(_part(rows[key], key, year, figures) for (key, year), figures in sorted(sums.items()) if any(figures))


def _part(row: _Moved, key: int, year: int, figures: Iterable[int]) -> Part:
    """What a contribution moved in a year."""
    return Part(key, row.project, row.project_slug, row.role, year, Funnel(*figures), row.givers)


def _moved(book_id: int, on: date, keys: Collection[int] | None) -> dict[int, _Moved]:
    """What the books moved of each contribution, or of those with these keys, up to a day. Three queries."""
    own = {"book": book_id} if keys is None else {"pk__in": keys}
    of_own = {"contribution__book": book_id} if keys is None else {"contribution__in": keys}
    sums: defaultdict[int, dict[int, list[int]]] = defaultdict(dict)
    transfers = Transfer.objects.filter(book=book_id, contribution__isnull=False, effective_on__lte=on)
    _add_transfers(transfers if keys is None else transfers.filter(**of_own), sums)
    givers = _givers(ContributionParty.objects.filter(**of_own))
    rows = Contribution.objects.filter(**own).order_by("pk")
    return {
        key: _Moved(
            *(acronym or "", slug or "", role or "", tuple(givers.get(key, ()))),
            {year: tuple(figures) for year, figures in sums[key].items() if any(figures)},
        )
        for key, acronym, slug, role in rows.values_list("pk", "project__acronym", "project__slug", "role")
    }


def _givers(parties: QuerySet[ContributionParty]) -> dict[int, list[tuple[str, str]]]:
    """Slug and name of those behind each contribution, merged ones under the one that is kept."""
    names: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    own = ("slug", "short_name", "name")
    columns = [f"organisation__{prefix}{column}" for prefix in ("", "merged_into__") for column in own]
    for key, *stated in parties.order_by("pk").values_list("contribution_id", *columns):
        slug, short, name = stated[3:] if stated[3] else stated[:3]
        giver = (slug, short or name)
        if giver not in names[key]:
            names[key].append(giver)
    return names


def _add_transfers(transfers: QuerySet[Transfer], sums: defaultdict[int, dict[int, list[int]]]) -> None:
    """What the books moved: into committed and out of it, to validated, and to validated without a report."""
    rows = (
        transfers.filter(to_account__holder__in=(Account.Holder.CONTRIBUTION, Account.Holder.OUTSIDE))
        .exclude(tranche__isnull=False)
        .order_by()
        .values_list("contribution", ExtractYear("effective_on"), "from_account__stage", "to_account__stage")
        .annotate(Sum("amount_cents"))
    )
    for key, year, source, target, cents in rows:
        figures = sums[key].setdefault(year, [0, 0, 0, 0])
        figures[0] += cents * ((target in _COMMITTED) - (source in _COMMITTED))
        figures[3] += cents * ((target == "validated") - (source == "validated"))
        # A correction turns it round.
        straight = ((source, target) == ("committed", "validated")) - ((source, target) == ("validated", "committed"))
        figures[1] += cents * straight
        figures[2] += cents * straight


def _add_reports(book_id: int, sums: defaultdict[tuple[int, int], list[int]]) -> None:
    """What reports state of contributions, as far as it is booked; where no certificate is asked for, what was validated counts.

    What they state beyond the commitment is over-delivery, which no stage of the funnel counts.
    """
    lines = ReportLine.objects.filter(
        contribution__book=book_id, reported_entry__isnull=False, reported_entry__corrections=None
    ).select_related("report", "reported_entry", "contribution")
    for line in lines.order_by("pk"):
        assert line.contribution_id is not None
        figures = sums[(line.contribution_id, line.report.year)]
        booked = line.reported_cents - over_deliveries.of_line(line)
        certified = line.certified_cents if line.certified_cents is not None else line.validated_cents
        figures[1] += booked
        figures[2] += min(booked, certified or 0)


_growing: Final[Growing[_Moved]] = Growing(_moved, maxsize=16)
