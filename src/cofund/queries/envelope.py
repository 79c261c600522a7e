"""The envelope: where each tranche's public money stands, as true on any day and as known at any instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from django.db.models import Count, Max, Q, Sum

from cofund.queries import assumed, clock, leaving_out, schemes
from cofund.queries.keeping import kept
from cofund.records.ledger.models import Account, Book, Contribution, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import Certainty, Decision, Scheme
from cofund.rules import stages
from cofund.rules.envelope import Standing
from cofund.rules.money import share_of


@dataclass(frozen=True, slots=True)
class TrancheStatement:
    """A tranche on a day: its stages, and what partners put against them. Amounts in cents.

    `contributed_cents` is what contributors committed or endorsed for this tranche, matched or not; `concentration` names the
    largest part of the ceiling that one contribution uses.
    """

    scheme: str
    scheme_version: str
    tranche: str
    label: str
    currency: str
    as_of: date
    standing: Standing
    contributed_cents: int
    is_lower_bound: bool
    ratio: Fraction = Fraction(1)
    # So many contributions whose amount is held back from the reader are in no figure here, so that less is used than in truth.
    held_back: int = 0

    @property
    def matchable_cents(self) -> int:
        """What contributors can give until the ceiling is used up: the ceiling by the ratio; nothing where that is 0."""
        return int(self.standing.cap_cents / self.ratio) if self.ratio else 0

    @property
    def unmatched_cents(self) -> int:
        """What contributors gave beyond what is matched; it counts for the project, not against the ceiling."""
        return max(0, self.contributed_cents - self.standing.used_cents)

    @property
    def contributed_share(self) -> Fraction | None:
        """What contributors gave as a share of what can be matched."""
        return share_of(self.contributed_cents, self.matchable_cents)

    def as_json(self) -> dict[str, str | int | bool]:
        """Give the object that scripts rely on: whole cents under fixed names."""
        return {
            "scheme": self.scheme,
            "tranche": self.tranche,
            "label": self.label,
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "cap": self.standing.cap_cents,
            "reserved": self.standing.reserved_cents,
            "committed": self.standing.committed_cents,
            "consumed": self.standing.consumed_cents,
            "free": self.standing.free_cents,
            "promised": self.standing.promised_cents,
            "open": self.standing.open_cents,
            "contributed": self.contributed_cents,
            "unmatched": self.unmatched_cents,
            "lower_bound": self.is_lower_bound,
            "scheme_version": self.scheme_version,
        }


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the statement of movements: one entry's effect on one tranche, in cents.

    `is_public_source`: the evidence is an address at which an amount of the same contribution was verified.
    """

    entry: int
    kind: str
    kind_label: str
    effective_on: date
    recorded_at: datetime
    actor: str
    reason: str
    evidence: str
    certainty: str
    assumption: str
    decision: Decision | None
    contribution: str | None
    contribution_id: int | None
    target: str
    from_stage: str
    to_stage: str
    amount_cents: int
    open_after_cents: int | None
    is_public_source: bool = False


def statement(
    scheme_code: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    without: Collection[int] = (),
) -> tuple[TrancheStatement, ...]:
    """Give the statement of every tranche of a scheme.

    Args:
        scheme_code: the scheme.
        as_of: the day; today where not given. What is about later days is left out.
        known_at: leave out what was recorded after this instant; now where not given.
        without: contributions whose movements are left out, as if nobody had given them; then it is a lower bound.

    Raises:
        SchemeNotInstalledError: there is no such scheme.
    """
    scheme, version = schemes.current(scheme_code)
    on = as_of or clock.today()
    row = Scheme.objects.get(code=scheme_code)
    book = Book.objects.get(scheme=row)
    last = _last_known(book, known_at)
    balances = _balances(book, on, last, without)
    left_out, touched = _left_out(without), _left_out(leaving_out.touched(without))
    return tuple(
        TrancheStatement(
            scheme=scheme.code,
            scheme_version=version.label,
            tranche=rule.code,
            label=rule.label,
            currency=scheme.currency,
            as_of=on,
            standing=Standing.of({stage: balances[(rule.code, "tranche", stage)] for stage in stages.TRANCHE_STAGES}),
            contributed_cents=sum(balances[(rule.code, "contribution", stage)] for stage in stages.LIVE_STAGES[1:]),
            is_lower_bound=row.is_lower_bound or bool(touched.get(rule.code)),
            ratio=rule.ratio,
            held_back=left_out.get(rule.code, 0),
        )
        for rule in scheme.tranches
    )


def of_day(
    scheme_code: str, on: date, known_at: datetime | None = None, without: Collection[int] = ()
) -> tuple[TrancheStatement, ...]:
    """Give the statement of a scheme that has a book on a day; that of today is kept until something is booked."""
    if known_at is None and on == clock.today() and not without:
        return today()[scheme_code]
    return statement(scheme_code, as_of=on, known_at=known_at, without=without)


def _left_out(without: Collection[int]) -> dict[str, int]:
    """How many of the contributions that are left out each tranche matches, by its code."""
    if not without:
        return {}
    rows = Contribution.objects.filter(pk__in=without, tranche__isnull=False).order_by()
    return {str(code): count for code, count in rows.values_list("tranche__code").annotate(Count("pk"))}


@kept(4)
def today() -> dict[str, tuple[TrancheStatement, ...]]:
    """Give today's statement of every scheme that has a book, by its code.

    One query, and those of `statement` for each book in which something was booked since it was last asked for: the hash at the end
    of a chain covers every row before it.
    """
    ends = ("scheme__code", "last_hash", "version_id", "scheme__is_lower_bound")
    on = clock.today()
    return {book[0]: _of_chain(*book, on) for book in Book.objects.order_by("scheme__code").values_list(*ends)}


@lru_cache(maxsize=64)
def _of_chain(
    scheme_code: str, last_hash: str, version_id: int | None, is_lower_bound: bool, on: date
) -> tuple[TrancheStatement, ...]:
    """The statement of a book that ends with a hash; see `today`."""
    return statement(scheme_code, as_of=on)


@kept(64)
def movements(
    scheme_code: str,
    tranche: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    kind: str = "",
    about: str = "",
    readable: Collection[int] | None = None,
    without: Collection[int] = (),
    untold: Collection[int] = (),
    first: int = 0,
    most: int | None = 50,
) -> tuple[list[Movement], int]:
    """Give the movements behind a tranche's statement, newest first, and how many there are.

    Args:
        scheme_code: the scheme.
        tranche: the tranche.
        as_of: leave out what is about later days.
        known_at: leave out what was recorded after this instant.
        kind: only entries of this kind.
        about: only what concerns this project, topic or contribution, by a part of its name.
        readable: the contributions among which `about` looks; all where it is None.
        without: contributions whose movements are left out; then nobody is told what is open after an entry either.
        untold: entries of which it is not told what is assumed in words.
        first: how many of the newest to pass over.
        most: how many to give at most; None gives all.
    """
    book = Book.objects.get(scheme__code=scheme_code)
    rows = Transfer.objects.filter(
        tranche__code=tranche, tranche__scheme=book.scheme_id, effective_on__lte=as_of or clock.today()
    )
    last = _last_known(book, known_at)
    if last is not None:
        rows = rows.filter(number__lte=last)
    hides = bool(without) and rows.filter(contribution__in=leaving_out.touched(without)).exists()
    if hides:
        rows = leaving_out.movements(rows, without)
    if kind:
        rows = rows.filter(entry__kind=kind)
    if about:
        rows = rows.filter(
            Q(contribution__reference__icontains=about)
            | Q(contribution__project__acronym__icontains=about)
            | Q(contribution__topic__code__icontains=about)
        )
        if readable is not None:
            rows = rows.filter(contribution__in=readable)
    count, newest = rows.count(), rows.order_by("-number")
    if most is not None:
        # First the keys of the page: the database need not sort whole rows of a long book.
        keys = list(newest.values_list("pk", flat=True)[first : first + most])
        newest = Transfer.objects.filter(pk__in=keys).order_by("-number")
    page = newest.select_related(
        "entry", "entry__decision", "contribution__project", "contribution__topic", "from_account", "to_account"
    )
    found = list(page if most is not None else page[first:])
    sources = _public_sources({row.contribution_id for row in found if row.contribution_id is not None})
    return [_movement(row, sources, untold, hides=hides) for row in found], count


def _public_sources(contributions: Collection[int]) -> set[tuple[int | None, str]]:
    """The addresses at which amounts of some contributions were verified. One query."""
    verified = ContributionVersion.objects.filter(contribution__in=contributions, certainty=Certainty.VERIFIED)
    rows = verified.filter(entry__evidence__startswith="https://").order_by()
    return set(rows.values_list("contribution_id", "entry__evidence").distinct())


def _movement(
    row: Transfer, sources: Collection[tuple[int | None, str]], untold: Collection[int], *, hides: bool
) -> Movement:
    """A transfer of a tranche as a line of its statement; `hides`: what is open after it would tell what is left out."""
    entry = row.entry
    return Movement(
        entry=entry.number,
        kind=str(entry.kind),
        kind_label=Entry.Kind(entry.kind).label,
        effective_on=row.effective_on,
        recorded_at=entry.recorded_at,
        actor=entry.actor_name,
        reason=entry.reason,
        evidence=entry.evidence,
        certainty=Certainty(entry.certainty).value,
        assumption=assumed.said(entry, untold),
        decision=entry.decision,
        contribution=row.contribution.reference if row.contribution else None,
        contribution_id=row.contribution_id,
        target=row.contribution.target_name if row.contribution else "",
        from_stage=row.from_account.stage,
        to_stage=row.to_account.stage,
        amount_cents=row.amount_cents,
        open_after_cents=None if hides else row.open_after_cents or 0,
        is_public_source=(row.contribution_id, entry.evidence) in sources and " " not in entry.evidence,
    )


def _last_known(book: Book, known_at: datetime | None) -> int | None:
    """The number of the last transfer recorded up to an instant; None where everything counts."""
    if known_at is None:
        return None
    entry = Entry.objects.filter(book=book, recorded_at__lte=known_at).aggregate(last=Max("number"))["last"]
    if entry is None:
        return 0
    return Transfer.objects.filter(book=book, entry__number__lte=entry).aggregate(last=Max("number"))["last"] or 0


def _balances(book: Book, on: date, last: int | None, without: Collection[int] = ()) -> dict[tuple[str, str, str], int]:
    """Balances by tranche, holder and stage: one sum a pair of accounts, each read from one range of one index. Two queries."""
    accounts = Account.objects.filter(book=book).exclude(holder=Account.Holder.GRANT).order_by()
    places = {row[0]: row[1:] for row in accounts.values_list("pk", "tranche__code", "holder", "stage")}
    rows = Transfer.objects.filter(effective_on__lte=on, from_account__in=list(places), to_account__in=list(places))
    if last is not None:
        rows = rows.filter(number__lte=last)
    if without:
        rows = leaving_out.movements(rows, without)
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    moved = rows.order_by().values_list("from_account", "to_account").annotate(Sum("amount_cents"))
    for from_id, to_id, cents in moved:
        for place, signed in ((places[from_id], -cents), (places[to_id], cents)):
            if place[0] is not None:
                sums[place] += signed
    return sums
