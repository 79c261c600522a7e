"""What a scheme says, as plain values: tranches, roles, kinds, tests, decisions, dates and the source of every figure.

A scheme is written in TOML, read by `cofund.rules.scheme_parsing`, and never changed afterwards. Amounts are whole
cents of the scheme's currency, shares and ratios are `Fraction`. The keys are explained in `docs/schemes.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeVar

Named = TypeVar("Named")

CERTAINTIES = ("verified", "article", "recalled", "inferred", "assumed")
BASES = ("pledged", "endorsed", "committed", "accepted")
ALLOCATIONS = ("pro_rata", "member_first", "partner_first", "frozen_at_adoption")
SIDES = ("member", "partner", "other")
PLACES = ("eu", "associated", "third")
# Through which relations an organisation counts as standing in the role of another one.
RELATIONS = ("constituent_of", "controls", "affiliated_to")
# What an organisation can be, in the words of the directory.
ORGANISATION_KINDS = (
    "foundation",
    "patient_organisation",
    "funding_body",
    "company",
    "small_company",
    "public_research",
    "product_partnership",
    "association",
    "state",
    "international",
    "unknown",
)
# Amounts that a share test may name beside the scheme's own kinds of contribution.
MEASURES = ("eligible_costs", "public_money")
# Words of the pages that a scheme may replace by its own (`labels`), and what stands where it does not.
DEFAULT_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "office": "Programme office",
        "board": "Board",
        "advisory": "Scientific advisory body",
        "states": "States' representatives",
        "public_funder": "Public funder",
        "public_money": "Public money",
        "letter": "Letter of endorsement",
        "topic": "Topic",
        "project": "Project",
    }
)


class UnknownCodeError(LookupError):
    """A scheme was asked for a tranche, role, kind or label that it does not define."""

    def __init__(self, scheme: str, what: str, code: str, known: tuple[str, ...]) -> None:
        """Carry what was asked (`what`, `code`) and what the scheme knows (`known`)."""
        self.scheme, self.what, self.code, self.known = scheme, what, code, known
        super().__init__(f"The scheme {scheme} has no {what} '{code}'. It has: {', '.join(known) or 'none'}.")


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a figure comes from: its key (`tranches.B.cap`), the source, and how sure it is (see `CERTAINTIES`)."""

    key: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Reallocation:
    """How money that a tranche cannot match may raise another tranche (`amount`: `unmatched_remainder`)."""

    to: str
    limit_cents: int
    amount: str = "unmatched_remainder"


@dataclass(frozen=True, slots=True)
class TrancheRule:
    """A part of the public money with its own match condition. `kinds` empty: all kinds that the role may give.

    Kinds whose costs are outside of projects are matched only where the file lists them.
    """

    code: str
    label: str
    cap_cents: int
    matched_role: str
    ratio: Fraction
    basis: str = "committed"
    allocation: str = "pro_rata"
    kinds: tuple[str, ...] = ()
    cap_per_partner_cents: int | None = None
    cap_per_topic_cents: int | None = None
    cap_per_project_cents: int | None = None
    minimum_contribution_cents: int | None = None
    rounding_cents: int = 1
    concentration_warning: Fraction | None = None
    yearly_caps_cents: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    reallocation: Reallocation | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    additional: bool = False


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A role that an organisation can hold; `matched` is True where a tranche matches what the role gives."""

    code: str
    label: str
    label_plural: str
    side: str
    matched: bool = False


@dataclass(frozen=True, slots=True)
class KindRule:
    """A kind of contribution: who gives it, and what has to be true of it before it counts.

    `through_office`: the money passes through the office's own budget. `plan`, `report` and `window` are calendar rules
    (see `CalendarRule`); `place` empty: the cost may arise anywhere.
    """

    code: str
    label: str
    given_by: tuple[str, ...]
    in_kind: bool = False
    through_office: bool = False
    certificate: bool = False
    plan: str | None = None
    report: str | None = None
    place: tuple[str, ...] = ()
    window: str | None = None
    reported_through: str | None = None
    # Its costs are no part of the project's eligible costs.
    outside_project: bool = False


@dataclass(frozen=True, slots=True)
class RoleExclusion:
    """Roles that nobody may hold beside `role`, in one project or in the whole scheme."""

    role: str
    excludes: tuple[str, ...]
    scope: str
    severity: str
    legal_basis: str | None = None
    # Relations to a holder of an excluded role through which one counts as its holder (see `RELATIONS`).
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberCategory:
    """A category of membership in an association, by the name that the association gives it, and the role that it counts as."""

    code: str
    label: str
    counts_as: str


@dataclass(frozen=True, slots=True)
class ApplicationRule:
    """What a scheme says about applications: the law behind each part of a letter, and what helps to choose a way in.

    `papers_days` is how many days before a meeting of the board its papers have to be there. An organisation that seeks
    profit and whose turnover is `turnover_without_funding_cents` or more gets no public money itself.
    """

    partner_basis: str | None = None
    scope_basis: str | None = None
    contribution_basis: str | None = None
    papers_days: int | None = None
    turnover_without_funding_cents: int | None = None
    typical_partners: tuple[str, ...] = ()
    typical_members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a share test: a kind (or one of `MEASURES`), of a role only, at a place only."""

    kind: str
    role: str | None = None
    place: str | None = None

    def __str__(self) -> str:
        return "@".join(part for part in (self.kind, self.role, self.place) if part)


@dataclass(frozen=True, slots=True)
class ShareTest:
    """A share that must not fall below a minimum or rise above a maximum, at a level, with what follows if it does."""

    id: str
    label: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    minimum: Fraction | None
    maximum: Fraction | None
    level: str
    severity: str
    excess: str | None = None
    exception: str | None = None
    base_reading: str | None = None
    action_type: str | None = None
    blocks_from: str | None = None
    # A share that passes and has reached this is shown as close to its limit.
    caution: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ConsortiumRule:
    """What a scheme asks of a consortium as a whole: independent participants from so many countries, some in the Union.

    Only countries of the Union and `associated` ones count; both numbers None: the scheme asks for nothing.
    """

    basis: str | None = None
    least_countries: int | None = None
    least_in_union: int | None = None
    associated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who must be there: the blocs in `present`, and a `share` of the delegates of the bloc `of`."""

    present: tuple[str, ...] = ()
    share: Fraction | None = None
    of: str | None = None


# The votes of a board whose rule names no blocs: all seats are one, and each has an equal part of them.
ONE_BLOC: Final[Mapping[str, int]] = MappingProxyType({"members": 100})


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """How the board decides: votes of each bloc, the share of `base` that must say yes (at least), and the quorum."""

    blocs: Mapping[str, int] = field(hash=False)
    majority: Fraction
    base: str
    indivisible: tuple[str, ...] = ()
    quorum: Quorum | None = None
    consensus_first: bool = False


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """A date that comes back, as a rule: `31 May N+1`, `end November N-1`, `project_end + 2 years`."""

    id: str
    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """An amount that someone promised to the programme as a whole, at most or at least; shown, never matched."""

    code: str
    label: str
    bound: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class FieldAudience:
    """Who may read a field (`contribution.place`) by a scheme; `required_by_law` where it can be held back only until a day."""

    field: str
    audience: str
    source: str
    required_by_law: bool = False


@dataclass(frozen=True, slots=True)
class PublicationPolicy:
    """What is public for each participant, from which stage on, what of each decision, and who may read single fields."""

    per_participant: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    from_stage: str = "committed"
    fields: tuple[FieldAudience, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceTolerance:
    """How far a project's public money may exceed the contributions before it is worth a warning."""

    share: Fraction
    floor_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a scheme, complete and checked. Lookups raise `UnknownCodeError`."""

    code: str
    version: str
    name: str
    currency: str
    labels: Mapping[str, str] = field(hash=False)
    legal_basis: str | None
    starts_on: date | None
    calls_until: date | None
    ends_on: date | None
    tranches: tuple[TrancheRule, ...]
    roles: tuple[RoleRule, ...]
    kinds: tuple[KindRule, ...]
    role_exclusions: tuple[RoleExclusion, ...] = ()
    share_tests: tuple[ShareTest, ...] = ()
    decision_rule: DecisionRule | None = None
    calendar: tuple[CalendarRule, ...] = ()
    publication: PublicationPolicy = PublicationPolicy()
    acknowledgement: str | None = None
    balance_tolerance: BalanceTolerance | None = None
    requires_no_other_union_funding: bool = False
    figures: tuple[Figure, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    calls_until_justified: date | None = None
    member_categories: tuple[MemberCategory, ...] = ()
    application: ApplicationRule = ApplicationRule()
    consortium: ConsortiumRule = ConsortiumRule()
    # The same sentence in other languages, by their two letters.
    acknowledgement_in: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def tranche(self, code: str) -> TrancheRule:
        """The tranche with this code."""
        return self._named("tranche", code, {rule.code: rule for rule in self.tranches})

    def tranche_for_role(self, role: str) -> TrancheRule | None:
        """The tranche that matches what this role gives, or None where nothing does."""
        return next((rule for rule in self.tranches if rule.matched_role == role), None)

    def role(self, code: str) -> RoleRule:
        """The role with this code."""
        return self._named("role", code, {rule.code: rule for rule in self.roles})

    def giving_role(self, code: str) -> str:
        """The role as which kinds of contribution know a role: itself, or the one of its side that gives any."""
        givers = {giver for kind in self.kinds for giver in kind.given_by}
        side = next((rule.side for rule in self.roles if rule.code == code), "")
        same = (rule.code for rule in self.roles if rule.side == side and rule.code in givers)
        return code if code in givers else next(same, code)

    def kind(self, code: str) -> KindRule:
        """The kind of contribution with this code."""
        return self._named("kind", code, {rule.code: rule for rule in self.kinds})

    @property
    def asks_place(self) -> bool:
        """Whether anything depends on where a cost arises: what a kind may be given for, or a share test."""
        terms = [term for test in self.share_tests for term in (*test.numerator, *test.denominator)]
        return any(kind.place for kind in self.kinds) or any(term.place for term in terms)

    def label(self, key: str) -> str:
        """The scheme's word for a thing: from `labels`, else of the role or kind with this code, else the usual one."""
        words = {
            **DEFAULT_LABELS,
            **{rule.code: rule.label for rule in self.kinds},
            **{rule.code: rule.label for rule in self.roles},
            **self.labels,
        }
        return self._named("label", key, words)

    def figure(self, key: str) -> Figure | None:
        """Where the figure with this key (`tranches.B.cap`) comes from, or None where no source is stated."""
        return next((figure for figure in self.figures if figure.key == key), None)

    def _named(self, what: str, code: str, known: Mapping[str, Named]) -> Named:
        if code not in known:
            raise UnknownCodeError(self.code, what, code, tuple(known))
        return known[code]
