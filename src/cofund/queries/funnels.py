"""What is committed, reported, certified and validated (F13), by project, partner and year, and against what was planned.

The amounts are those of the books; what was reported and certified of what was later refused is told by the lines of the reports.
What is validated without a report, such as cash that came, counts as reported and certified with it. A book is summed once for each
end of its chain, as `queries.standings` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from cofund.queries import clock, instalments, over_deliveries
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
    found = Book.objects.filter(scheme__code=scheme_code).values_list("pk", "last_hash").first()
    return _of_book(*found, clock.today()) if found is not None else ()


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
    """Give the funnel of each partner, the largest first. What several give jointly stands with each of them in full. One query."""
    rows = list(found)
    givers = _givers({one.contribution_id for one in rows})
    return _grouped(rows, lambda one: givers.get(one.contribution_id, []))


def forecast(scheme_code: str, found: Iterable[Part]) -> list[Year]:
    """Give each year with what was planned for it and what came, the oldest first. Four queries.

    Planned is what the newest plans say that were handed in or approved, and the instalments by the year in which they are due.
    """
    years: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    planned = PlanLine.objects.filter(plan__in=_newest_plans(scheme_code)).order_by()
    for year, cents in planned.values_list("plan__year").annotate(Sum("amount_cents")):
        years[year][0] += cents
    due = instalments.counted().filter(contribution__book__scheme__code=scheme_code, is_ended=False).order_by()
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


def _grouped(found: Iterable[Part], keys_of: Callable[[Part], list[tuple[str, str]]]) -> list[Group]:
    """Parts by what they belong to, the largest commitment first."""
    sums: dict[tuple[str, str], Funnel] = {}
    for one in found:
        for key in keys_of(one):
            sums[key] = sums.get(key, Funnel()) + one.funnel
    groups = [Group(key, name, funnel) for (key, name), funnel in sums.items() if funnel != Funnel()]
    return sorted(groups, key=lambda group: (-group.funnel.committed_cents, group.name))


def _givers(keys: set[int]) -> dict[int, list[tuple[str, str]]]:
    """Slug and name of those behind each contribution, merged ones under the one that is kept."""
    names: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    own = ("slug", "short_name", "name")
    columns = [f"organisation__{prefix}{column}" for prefix in ("", "merged_into__") for column in own]
    rows = ContributionParty.objects.order_by("pk")
    for key, *stated in rows.values_list("contribution_id", *columns):
        slug, short, name = stated[3:] if stated[3] else stated[:3]
        giver = (slug, short or name)
        if key in keys and giver not in names[key]:
            names[key].append(giver)
    return names


@lru_cache(maxsize=16)
def _of_book(book_id: int, last_hash: str, on: date) -> tuple[Part, ...]:
    """The parts of a book whose chain ends with a hash; see the module."""
    sums: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    _add_transfers(book_id, on, sums)
    _add_reports(book_id, sums)
    rows = Contribution.objects.filter(book=book_id).order_by()
    known = {row[0]: row[1:] for row in rows.values_list("pk", "project__acronym", "project__slug", "role")}
    found = []
    for (key, year), figures in sorted(sums.items()):
        if any(figures):
            acronym, slug, role = known[key]
            found.append(Part(key, acronym or "", slug or "", role or "", year, Funnel(*figures)))
    return tuple(found)


def _add_transfers(book_id: int, on: date, sums: defaultdict[tuple[int, int], list[int]]) -> None:
    """What the books moved: into committed and out of it, to validated, and to validated without a report."""
    rows = (
        Transfer.objects.filter(book=book_id, contribution__isnull=False, effective_on__lte=on)
        .filter(to_account__holder__in=(Account.Holder.CONTRIBUTION, Account.Holder.OUTSIDE))
        .exclude(tranche__isnull=False)
        .order_by()
        .values_list("contribution", ExtractYear("effective_on"), "from_account__stage", "to_account__stage")
        .annotate(Sum("amount_cents"))
    )
    for key, year, source, target, cents in rows:
        figures = sums[(key, year)]
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
