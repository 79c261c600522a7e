"""What a partner's money did: by project or topic what it gave, what that unlocked, leverage by name, and the acknowledgement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from cofund.queries import acknowledgements, contributions, funding, identity, programmes, publication, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.documents.given import Moment, assumptions_of, most_frequent, version_label
from cofund.queries.funding import Funding
from cofund.queries.keeping import kept
from cofund.queries.leaving_out import Without
from cofund.queries.pools import Target
from cofund.queries.publication import Audience
from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models import Contribution
from cofund.rules.leverage import Leverage, leverage
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Line:
    """One project or topic in a partner's statement. Amounts in cents; joint contributions stand in full and are told apart.

    L1 and L3 are those of the partner's own contributions, L2 and L4 those of the whole project or topic.
    """

    scheme: Scheme
    target: Target
    name: str
    states: tuple[ContributionState, ...]
    money: Funding
    leverage: Leverage
    acknowledgement: str
    version: str = ""
    assumptions: tuple[str, ...] = ()

    @property
    def given_cents(self) -> int:
        """What the partner gives."""
        return sum(state.live_cents for state in self.states)

    @property
    def unlocked_cents(self) -> int:
        """The public money that stands against it, promised or decided."""
        return sum(state.match_cents for state in self.states)

    @property
    def joint_cents(self) -> int:
        """The part that is given together with others, whose split is not known."""
        return sum(state.live_cents for state in self.states if state.is_joint)

    def joint_with(self, organisation: Organisation) -> tuple[str, ...]:
        """With whom the joint part is given."""
        own = identity.kept(organisation).pk
        others = (one for state in self.states if state.is_joint for one in state.organisations if one.pk != own)
        return tuple(dict.fromkeys(one.name for one in others))

    def in_stage(self, stage: str) -> int:
        """What of the contributions stands in a stage, in cents."""
        return sum(state.amounts.get(stage, 0) for state in self.states)

    def match_in(self, stage: str) -> int:
        """What of their match stands in a stage of the tranche, in cents."""
        return sum(state.matches.get(stage, 0) for state in self.states)

    @property
    def certainties(self) -> tuple[str, ...]:
        """How sure the contributions are, where they are not simply recorded."""
        found = (state.version.certainty for state in self.states if state.version is not None)
        return tuple(dict.fromkeys(one for one in found if one != Certainty.RECORDED))


@dataclass(frozen=True, slots=True)
class Total:
    """All lines of one currency together; different currencies are never added."""

    currency: str
    given_cents: int
    unlocked_cents: int
    leverage: Leverage


def of_partner(organisation: Organisation, moment: Moment | None = None) -> list[Line]:
    """Give the statement of a partner, line by line, as true on a day and as known at an instant; today's where none is named.

    The number of queries grows with its programmes, not with its projects.
    """
    moment = moment or Moment.of()
    return list(_of_partner(organisation, moment.on, moment.known_at))


@kept(64)
def _of_partner(organisation: Organisation, on: date, known_at: datetime | None) -> tuple[Line, ...]:
    """The lines, which are the same at whatever instant they are read until something is recorded."""
    moment = Moment.of(on, known_at)
    mine = contributions.states(
        identity.given_by(Contribution.objects.order_by("pk"), organisation.pk).select_related("project__topic"),
        as_of=moment.on,
        known_at=moment.known_at,
    )
    by_scheme: defaultdict[str, dict[str, list[ContributionState]]] = defaultdict(lambda: defaultdict(list))
    for state in mine:
        if state.live_cents:
            code = state.contribution.book.scheme.code
            by_scheme[code][Target.of(state.contribution).code].append(state)
    return tuple(line for code, found in by_scheme.items() for line in _of_scheme(code, found, organisation, moment))


def _of_scheme(
    code: str, found: dict[str, list[ContributionState]], organisation: Organisation, moment: Moment
) -> Iterator[Line]:
    """The lines of one programme, from what the partner gives there by target."""
    scheme, version = schemes.current(code)[0], version_label(code, moment)
    reader = publication.public(code, scheme=scheme)
    targets = [Target.of(states[0].contribution) for states in found.values()]
    awards = programmes.awards(code, moment.on, moment.known_at)
    mine = {state.contribution.pk for states in found.values() for state in states}
    held = reader.without
    without = Without.of(held - mine, held.matches - mine)
    money = funding.of_targets(scheme, targets, awards, moment.on, moment.known_at, without)
    assumed = assumptions_of([state.contribution.pk for states in found.values() for state in states], moment)
    for target in targets:
        states = found[target.code]
        behind = _behind(scheme, target, states, money[target.code], organisation, reader)
        words = most_frequent(row for state in states for row in assumed.get(state.contribution.pk, ()))
        yield replace(behind, version=version, assumptions=words)


def totals(lines: Iterable[Line]) -> list[Total]:
    """Sum up the lines by currency. L2 and L4 belong to single projects and stay unknown."""
    by_currency: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_currency[line.scheme.currency].append(line)
    return [_total(currency, found) for currency, found in sorted(by_currency.items())]


def _behind(
    scheme: Scheme,
    target: Target,
    states: list[ContributionState],
    money: Funding,
    organisation: Organisation,
    reader: Audience,
) -> Line:
    """One line from a partner's contributions to one target, and the money behind that."""
    given = sum(state.live_cents for state in states)
    matched = sum(state.match_cents for state in states)
    own = leverage(partner_cents=given, match_cents=matched, public_cents=matched, total_cents=given + matched)
    whole = money.leverage
    return Line(
        scheme,
        target,
        states[0].contribution.target_name,
        tuple(states),
        money,
        Leverage(own.l1, whole.l2, own.l3, whole.l4, whole.l4_by_origin),
        acknowledgements.sentence(scheme, target.project, money.states, reader, organisation),
    )


def _total(currency: str, lines: list[Line]) -> Total:
    """One currency of a statement."""
    given, matched = sum(line.given_cents for line in lines), sum(line.unlocked_cents for line in lines)
    whole = leverage(partner_cents=given, match_cents=matched, public_cents=matched, total_cents=given + matched)
    return Total(currency, given, matched, Leverage(whole.l1, None, whole.l3, None, None))
