"""Whether a programme works for its partners: who joined, how many came again, how concentrated it is, what they brought over time.

Counted are the contributions of partners that anybody may read and of which anything is, or was, committed in a signed grant. What
several give jointly is one giver where amounts are added up, because nobody published the split; each of them counts where givers
are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from django.db.models import Min

from cofund.queries import publication, schemes
from cofund.queries.assumed import untold
from cofund.queries.documents import given
from cofund.queries.documents.given import Given, Giver, Moment
from cofund.queries.freshness import grounds
from cofund.queries.keeping import kept
from cofund.records.ledger.models import Account
from cofund.records.programme.models import SchemeVersion
from cofund.rules import stages
from cofund.rules.schemes import Scheme

LARGEST: Final = (1, 3, 10)
SEVERAL: Final = "several"
_IN_A_GRANT: Final = stages.LIVE_STAGES[stages.LIVE_STAGES.index("committed") :]


@dataclass(frozen=True, slots=True)
class Group:
    """Partners of a kind or country: how many, and what they committed, in cents.

    `gives_jointly`: some of them give with partners of other kinds or countries, which stands by itself because nobody published
    the split.
    """

    key: str
    partners: int
    committed_cents: int
    gives_jointly: bool = False


@dataclass(frozen=True, slots=True)
class Year:
    """A year: partners who committed in it, the new ones, what was committed less what was withdrawn, and the sums so far.

    `lowered_cents` is by how much contributions were lowered in it; their match need not fall with them.
    """

    year: int
    partners: int
    new: int
    committed_cents: int
    matched_cents: int
    sum_cents: int
    matched_sum_cents: int
    lowered_cents: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """How many partners committed again on a later day; days from the first to the second commitment, in order."""

    partners: int
    again: int
    days: tuple[int, ...]

    @property
    def median_days(self) -> Fraction | None:
        """The middle of the days; None where nobody came again."""
        if not self.days:
            return None
        middle = len(self.days) // 2
        if len(self.days) % 2:
            return Fraction(self.days[middle])
        return Fraction(self.days[middle - 1] + self.days[middle], 2)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of what was committed comes from the largest givers; a joint gift is one giver. `index` is from 0 to 10,000.

    `partners_of_largest` is how many partners stand behind the largest of them.
    """

    givers: int
    largest: tuple[tuple[int, Fraction], ...]
    index: Fraction | None
    partners_of_largest: int = 0

    @property
    def equal_givers(self) -> Fraction | None:
        """How many givers of the same size would give the same index."""
        return Fraction(10_000) / self.index if self.index else None


@dataclass(frozen=True, slots=True)
class Success:
    """All figures of a programme on a day. `assumed` says how many of the contributions rest on something assumed."""

    scheme: Scheme
    version: SchemeVersion
    contributions: int
    partners: int
    committed_cents: int
    by_kind: tuple[Group, ...]
    by_country: tuple[Group, ...]
    by_year: tuple[Year, ...]
    repeat: Repeat
    concentration: Concentration
    assumed: int
    assumptions: tuple[str, ...]
    left_out: int


@kept(16)
def of_scheme(scheme_code: str, on: date, known_at: datetime | None) -> Success:
    """Give the figures of a programme as true on a day, by what was known at an instant.

    Raises: SchemeNotInstalledError where the site does not have the scheme; Book.DoesNotExist where it has no book.
    """
    scheme, version = schemes.current(scheme_code)
    moment = Moment.of(on, known_at)
    sides = {role.code for role in scheme.roles if role.side == "partner"}
    every = [row for row in given.of_scheme(scheme_code, moment) if row.role in sides and _was_committed(row)]
    reader = publication.public(scheme_code)
    # Kind and country of who is not named would tell the giver, so that nothing is counted but what may be read.
    readable = reader.readable
    assert readable is not None, "the public reads no books"
    rows = [row if reader.may_match(row.pk) else given.without_match(row) for row in given.only(every, readable)]
    days = _first_days(scheme_code, moment, {row.pk for row in rows})
    assumed = given.assumptions_of([row.pk for row in rows], moment, untold(scheme_code, reader))
    uncertain = {row.pk for row in rows if row.certainty == "assumed"} | set(assumed)
    return Success(
        scheme,
        version,
        len(rows),
        len(_partners(rows)),
        sum(row.steps.committed for row in rows),
        _groups(rows, "kind"),
        _groups(rows, "country"),
        _years(rows),
        _repeat(rows, days),
        _concentration(rows),
        len(uncertain),
        given.most_frequent(one for found in assumed.values() for one in found),
        len(every) - len(rows),
    )


def _was_committed(row: Given) -> bool:
    """Whether anything of a contribution ever stood in a signed grant."""
    return any(steps.committed for steps in row.by_year.values())


def _partners(rows: Iterable[Given]) -> dict[int, Giver]:
    """Every organisation that gives, once."""
    return {giver.pk: giver for row in rows for giver in row.givers}


def _groups(rows: Sequence[Given], by: str) -> tuple[Group, ...]:
    """Partners and amounts by what is recorded of the givers, the largest first; joint gifts of several groups by themselves."""
    numbers: defaultdict[str, int] = defaultdict(int)
    for giver in _partners(rows).values():
        numbers[str(getattr(giver, by))] += 1
    cents: defaultdict[str, int] = defaultdict(int)
    joint: set[str] = set()
    for row in rows:
        key = row.shared(by)
        cents[key] += row.steps.committed
        if key == SEVERAL:
            joint.update(str(getattr(giver, by)) for giver in row.givers)
    keys = {*numbers, *cents}
    found = [Group(key, numbers.get(key, 0), cents.get(key, 0), key in joint) for key in keys]
    return tuple(sorted(found, key=lambda group: (-group.committed_cents, -group.partners, group.key)))


def _years(rows: Sequence[Given]) -> tuple[Year, ...]:
    """Every year from the first commitment to the last one, also those in which nothing happened."""
    active: defaultdict[int, set[int]] = defaultdict(set)
    committed: defaultdict[int, int] = defaultdict(int)
    matched: defaultdict[int, int] = defaultdict(int)
    lowered: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        for year, steps in row.by_year.items():
            committed[year] += steps.committed
            matched[year] += steps.matched
            lowered[year] += max(0, -steps.committed)
            if steps.committed > 0:
                active[year].update(giver.pk for giver in row.givers)
    if not active:
        return ()
    years, seen, total, public = [], set[int](), 0, 0
    told = [year for year in committed if committed[year] or matched[year]]
    for year in range(min(active), max([*active, *told]) + 1):
        new = active[year] - seen
        seen |= new
        total += committed[year]
        public += matched[year]
        amounts = (committed[year], matched[year], total, public, lowered[year])
        years.append(Year(year, len(active[year]), len(new), *amounts))
    return tuple(years)


def _first_days(scheme_code: str, moment: Moment, keys: set[int]) -> dict[int, date]:
    """The day on which each contribution first stood in a grant. One query."""
    moved = given.transfers(grounds(scheme_code).end.book_id, moment.on, moment.known_at)
    moved = moved.filter(to_account__holder=Account.Holder.CONTRIBUTION, to_account__stage__in=_IN_A_GRANT)
    days = moved.values_list("contribution").annotate(Min("effective_on"))
    return {key: day for key, day in days if key in keys}


def _repeat(rows: Sequence[Given], days: Mapping[int, date]) -> Repeat:
    """Who committed again: another contribution, in a grant of a later day."""
    of_partner: defaultdict[int, set[date]] = defaultdict(set)
    for row in rows:
        if row.pk in days:
            for giver in row.givers:
                of_partner[giver.pk].add(days[row.pk])
    waits = []
    for found in of_partner.values():
        ordered = sorted(found)
        if len(ordered) > 1:
            waits.append((ordered[1] - ordered[0]).days)
    return Repeat(len(of_partner), len(waits), tuple(sorted(waits)))


def _concentration(rows: Sequence[Given]) -> Concentration:
    """The shares of the largest givers, and the sum of the squares of all shares in percent (Herfindahl and Hirschman)."""
    cents: defaultdict[frozenset[int], int] = defaultdict(int)
    for row in rows:
        cents[frozenset(giver.pk for giver in row.givers)] += row.steps.committed
    amounts = sorted((each for each in cents.values() if each > 0), reverse=True)
    total = sum(amounts)
    if not total:
        return Concentration(0, (), None)
    largest = tuple((most, Fraction(sum(amounts[:most]), total)) for most in LARGEST)
    index = sum((Fraction(each, total) ** 2 for each in amounts), Fraction(0)) * 10_000
    first = max(cents, key=lambda givers: cents[givers])
    return Concentration(len(amounts), largest, index, len(first))
