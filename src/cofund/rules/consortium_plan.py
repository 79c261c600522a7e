"""The plan of a consortium as plain values: who takes part in a proposal, what each asks for and gives, what its topic sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cofund.rules.schemes import Scheme
from cofund.rules.shares import Allowance

NOTHING_GIVEN: Final[Mapping[str, int]] = MappingProxyType({})
NO_LIMITS: Final[Mapping[str, Allowance]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant. `capacity` is a role of the scheme, empty for a beneficiary that gives nothing of its own.

    `given` are cents by kind, `third` the part of them whose costs arise in third countries (absent: nobody said).
    `membership` is the category of membership in an association of the members. None: not stated.
    """

    number: int
    name: str
    country: str
    capacity: str = ""
    organisation_kind: str = ""
    pic: str = ""
    turnover_cents: int | None = None
    membership: str = ""
    costs_cents: int | None = None
    public_cents: int = 0
    given: Mapping[str, int] = field(default_factory=lambda: NOTHING_GIVEN, hash=False)
    third: Mapping[str, int] = field(default_factory=lambda: NOTHING_GIVEN, hash=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal before it is handed in. `most_public_cents` is what its topic offers at most, None where it is not stated.

    `allowances` are limits that the topic sets instead of the scheme's. `excludes_large` tells whether the call excludes
    large companies from public money.
    """

    participants: tuple[Participant, ...]
    title: str = ""
    topic: str = ""
    action_type: str = ""
    most_public_cents: int | None = None
    allowances: Mapping[str, Allowance] = field(default_factory=lambda: NO_LIMITS, hash=False)
    excludes_large: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found: `block`, `warn` or `info`, about a participant (0: the consortium), with law and remedy."""

    code: str
    severity: str
    words: str
    participant: int = 0
    article: str = ""
    remedy: str = ""


def gives_allowed(scheme: Scheme, capacity: str, kind: str) -> bool:
    """Whether who takes part in a capacity may give a kind at all."""
    return bool(capacity) and scheme.giving_role(capacity) in scheme.kind(kind).given_by


def columns_with_places(scheme: Scheme) -> tuple[str, ...]:
    """The kinds of which a plan has to say what part arises in third countries: those that a share test asks for by place."""
    asked = {term.kind for test in scheme.share_tests for term in (*test.numerator, *test.denominator) if term.place}
    return tuple(kind.code for kind in scheme.kinds if kind.code in asked)


def action_types(scheme: Scheme) -> tuple[str, ...]:
    """The types of action for which the scheme has share tests of their own; empty where all are alike."""
    return tuple(dict.fromkeys(test.action_type for test in scheme.share_tests if test.action_type))
