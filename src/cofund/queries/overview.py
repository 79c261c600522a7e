"""A whole programme in one answer: its rule book, its envelope, its projects, partners and open topics, and what stands out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from cofund.queries import clock, envelope, freshness, funding, programmes, publication, schemes
from cofund.queries.envelope import TrancheStatement
from cofund.queries.freshness import Mark
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.queries.programmes import PartnerLine, ProjectLine
from cofund.queries.publication import Audience
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Scheme as SchemeRow
from cofund.records.programme.models import SchemeVersion, Topic
from cofund.rules.claims import partner_tranches
from cofund.rules.envelope import concentrations
from cofund.rules.leverage import Leverage, increase, leverage
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Overview:
    """A programme on a day, with the best `example` of what a contribution did.

    `leverage` is over the projects in `leveraged`: those whose partners' contributions are known.
    """

    scheme: Scheme
    version: SchemeVersion
    row: SchemeRow
    as_of: date
    tranches: tuple[TrancheStatement, ...]
    projects: tuple[ProjectLine, ...]
    partners: tuple[PartnerLine, ...]
    topics: tuple[Topic, ...]
    leverage: Leverage
    leveraged: tuple[str, ...]
    concentrated: tuple[tuple[str, Fraction], ...]
    example: Example | None

    @property
    def headline(self) -> TrancheStatement:
        """The statement of the tranche for partners, which this is all about; of the first one where no tranche is for them."""
        return headline(self.scheme, self.tranches)


@dataclass(frozen=True, slots=True)
class Example:
    """What one partner's contribution did to the money of a topic, at the adoption. Amounts in cents."""

    contribution: Contribution
    partner: str
    adopted_on: date
    is_day_assumed: bool
    member_label: str
    member_cents: int
    partner_cents: int
    match_cents: int
    public_cents: int
    total_cents: int

    @property
    def before_cents(self) -> int:
        """The topic's money without the contribution and its match."""
        return self.total_cents - self.partner_cents - self.match_cents

    @property
    def grown(self) -> Fraction | None:
        """By which share the topic's money grew (F4)."""
        return increase(self.before_cents, self.total_cents)


def headline(scheme: Scheme, tranches: tuple[TrancheStatement, ...]) -> TrancheStatement:
    """Give the statement of the tranche for partners, or of the first tranche where none is for them."""
    code = headline_tranche(scheme)
    return next(one for one in tranches if one.tranche == code)


def headline_tranche(scheme: Scheme) -> str:
    """Give the code of the tranche for partners, or of the first one where none is for them."""
    return next(iter(partner_tranches(scheme)), scheme.tranches[0].code)


@kept(16)
def of_scheme(
    scheme_code: str, audience: Audience, *, as_of: date | None = None, known_at: datetime | None = None
) -> Overview:
    """Give a programme on a day, as known at an instant. The number of queries does not grow with its projects.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    schemes.current(scheme_code)
    return _of_mark(scheme_code, audience, as_of or clock.today(), known_at, freshness.mark(scheme_code))


@lru_cache(maxsize=16)
def _of_mark(scheme_code: str, audience: Audience, on: date, known_at: datetime | None, mark: Mark) -> Overview:
    """The programme as long as the mark is the same."""
    scheme, version = schemes.current(scheme_code)
    tranches = envelope.of_day(scheme_code, on, known_at, audience.without)
    lines = programmes.projects(scheme_code, as_of=on, known_at=known_at, without=audience.without_of_project)
    figures, leveraged = _leverage(scheme, lines)
    main = headline(scheme, tranches)
    found = Overview(
        scheme=scheme,
        version=version,
        row=version.scheme,
        as_of=on,
        tranches=tranches,
        projects=tuple(lines),
        partners=tuple(programmes.partners(scheme_code, as_of=on, known_at=known_at, audience=audience)),
        topics=tuple(programmes.open_topics(scheme_code)),
        leverage=figures,
        leveraged=leveraged,
        concentrated=tuple(
            concentrations(
                scheme.tranche(main.tranche), main.standing.cap_cents, _contributed(lines, scheme, main.tranche)
            )
        ),
        example=None,
    )
    return replace(found, example=_best(found, audience))


@kept(8)
def summaries() -> tuple[tuple[SchemeRow, Scheme, TrancheStatement], ...]:
    """Give every programme with a book: its row, its rule book, and its headline tranche today as anybody may read it."""
    found = []
    for row in programmes.installed():
        scheme, _ = schemes.current(row.code)
        statements = envelope.of_day(row.code, clock.today(), without=publication.public(row.code).without)
        found.append((row, scheme, headline(scheme, statements)))
    return tuple(sorted(found, key=lambda item: (-item[2].contributed_cents, item[0].code)))


def ranked() -> list[SchemeRow]:
    """Give the programmes with a book, the one with most contributions of partners first."""
    return [row for row, _, _ in summaries()]


def _best(overview: Overview, audience: Audience) -> Example | None:
    """Find the public contribution of one partner alone, matched in full, that makes most of its project's money.

    It is told as it stood at its adoption. None where there is no such contribution.
    """
    tranche = overview.headline.tranche
    shares = {
        state.contribution: Fraction(state.live_cents, line.funding.total_cents)
        for line in overview.projects
        if line.funding is not None and not line.funding.held_back
        for state in line.funding.states
        if not state.is_joint
        and state.contribution.group == tranche
        and state.match_cents == state.live_cents
        and audience.may_read(state.contribution.pk)
    }
    if not shares:
        return None
    return _example(overview.scheme, max(shares, key=lambda contribution: (shares[contribution], -contribution.pk)))


def _example(scheme: Scheme, contribution: Contribution) -> Example | None:
    """What this contribution did to its topic or project at the adoption."""
    target = Target.of(contribution)
    on = target.adopted_on
    if on is None:
        return None
    money = funding.of_target(scheme.code, Target(project=target.project) if target.project else target, as_of=on)
    mine = next((state for state in money.states if state.contribution.pk == contribution.pk), None)
    if mine is None or mine.match_cents != mine.live_cents:
        return None
    members = [role for role in scheme.roles if role.side == "member"]
    return Example(
        contribution=contribution,
        partner=", ".join(str(organisation) for organisation in mine.organisations),
        adopted_on=on,
        is_day_assumed=_is_assumed(contribution),
        member_label=members[0].label_plural if members else "",
        member_cents=money.given_by_side(scheme, "member"),
        partner_cents=mine.live_cents,
        match_cents=mine.match_cents,
        public_cents=money.public_cents,
        total_cents=money.total_cents,
    )


def _is_assumed(contribution: Contribution) -> bool:
    """Whether anything in the entry that adopted a contribution is assumed."""
    adoption = Entry.objects.filter(kind=Entry.Kind.RESERVE, transfers__contribution=contribution).order_by("number")
    entry = adoption.last()
    return entry is not None and bool(entry.assumption)


def _leverage(scheme: Scheme, lines: list[ProjectLine]) -> tuple[Leverage, tuple[str, ...]]:
    """Leverage over the projects whose partners' contributions are known, and their names."""
    known = [
        (line, line.funding)
        for line in lines
        if line.funding is not None
        # What stands behind one whose amount is held back is known in part alone.
        and not line.funding.held_back
        and line.funding.given_by_side(scheme, "partner")
    ]
    partners = [
        state for _, money in known for state in money.states if scheme.role(state.contribution.role).side == "partner"
    ]
    figures = leverage(
        partner_cents=sum(state.live_cents for state in partners),
        match_cents=sum(state.match_cents for state in partners),
        public_cents=sum(money.public_cents for _, money in known),
        total_cents=sum(money.total_cents for _, money in known),
        public_origin_cents=sum(state.public_origin_cents for _, money in known for state in money.states),
    )
    return figures, tuple(line.project.acronym for line, _ in known)


def _contributed(lines: list[ProjectLine], scheme: Scheme, tranche: str) -> dict[str, int]:
    """What contributors to one tranche give, by project, in cents."""
    sums: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        for state in line.funding.states if line.funding is not None else ():
            if state.contribution.group == tranche:
                sums[line.project.acronym] += state.live_cents
    return sums
