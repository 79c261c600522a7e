"""What a partner made possible, as far as it is public: what it gives by project, the match on it, and how projects thank it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser

from cofund.queries import acknowledgements, clock, dossiers, funding, programmes, publication, schemes
from cofund.queries.acknowledgements import Sentence
from cofund.queries.contributions import ContributionState
from cofund.queries.funding import Funding
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One project or topic that a partner stands behind. Amounts in cents; joint contributions stand in full and are told apart."""

    scheme: Scheme
    target: Target
    name: str
    states: tuple[ContributionState, ...]
    money: Funding
    sentences: tuple[Sentence, ...]

    @property
    def given_cents(self) -> int:
        """What the partner gives."""
        return sum(state.live_cents for state in self.states)

    @property
    def matched_cents(self) -> int:
        """The public money that stands against it."""
        return sum(state.match_cents for state in self.states)

    @property
    def is_joint(self) -> bool:
        """Whether any of it is given together with others."""
        return any(state.is_joint for state in self.states)


@dataclass(frozen=True, slots=True)
class CreditTotal:
    """All lines of one currency; different currencies are never added."""

    currency: str
    given_cents: int
    matched_cents: int
    is_joint: bool


@dataclass(frozen=True, slots=True)
class PartnerCredit:
    """Everything public that a partner stands behind on a day."""

    organisation: Organisation
    lines: tuple[CreditLine, ...]
    totals: tuple[CreditTotal, ...]

    @property
    def projects(self) -> int:
        """How many projects."""
        return len({line.target.code for line in self.lines if line.target.project is not None})

    @property
    def topics(self) -> int:
        """How many topics without a project yet."""
        return len({line.target.code for line in self.lines if line.target.project is None})


@kept(64)
def of_partner(
    organisation: Organisation, *, as_of: date | None = None, known_at: datetime | None = None
) -> PartnerCredit:
    """Give what a partner made possible, the same for whoever asks: what anybody may read, and nothing else.

    The number of queries grows with its programmes, not with its projects.
    """
    on = as_of or clock.today()
    found = dossiers.of_partner(organisation, publication.audience(AnonymousUser()), as_of=on, known_at=known_at)
    by_scheme: defaultdict[str, dict[str, list[ContributionState]]] = defaultdict(lambda: defaultdict(list))
    for state in found.states:
        if state.live_cents:
            by_scheme[state.contribution.book.scheme.code][Target.of(state.contribution).code].append(state)
    lines = tuple(line for code, held in sorted(by_scheme.items()) for line in _of_scheme(code, held, on, known_at))
    return PartnerCredit(organisation, lines, _totals(lines))


def _of_scheme(
    code: str, held: dict[str, list[ContributionState]], on: date, known_at: datetime | None
) -> list[CreditLine]:
    """The lines of one programme, largest first."""
    scheme, reader = schemes.current(code)[0], publication.public(code)
    targets = [Target.of(states[0].contribution) for states in held.values()]
    awards = programmes.awards(code, on, known_at)
    money = funding.of_targets(scheme, targets, awards, on, known_at, reader.without_of_project)
    lines = [
        CreditLine(
            scheme,
            target,
            held[target.code][0].contribution.target_name,
            tuple(held[target.code]),
            money[target.code],
            acknowledgements.every(scheme, target.project, money[target.code].states, reader),
        )
        for target in targets
    ]
    return sorted(lines, key=lambda line: (-line.given_cents, line.name))


def _totals(lines: Sequence[CreditLine]) -> tuple[CreditTotal, ...]:
    """The lines of each currency together."""
    by_currency: defaultdict[str, list[CreditLine]] = defaultdict(list)
    for line in lines:
        by_currency[line.scheme.currency].append(line)
    return tuple(
        CreditTotal(
            currency,
            sum(line.given_cents for line in held),
            sum(line.matched_cents for line in held),
            any(line.is_joint for line in held),
        )
        for currency, held in sorted(by_currency.items())
    )
