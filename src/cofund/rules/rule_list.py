"""A scheme as a list of its rules: each with a sentence, what it rests on, and its parameters with source and certainty.

A rule is a table of the scheme's file, and has its place there as key (`tranches.B`, `share_tests.action_floor`); what stands
at the head of the file is the rule `programme`. The keys of parameters are those of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeAlias

from cofund.rules import rule_sentences
from cofund.rules.schemes import FieldAudience, Figure, Scheme

PROGRAMME: Final = "programme"
# What names a rule is no parameter of it; `matched` follows from the tranches.
_NAMES: Final = frozenset({"code", "id", "label", "matched"})
# What stands at the head of a scheme's file and is a rule of the programme as a whole.
_HEAD: Final = (
    *("currency", "starts_on", "calls_until", "calls_until_justified", "ends_on", "requires_no_other_union_funding"),
    *("acknowledgement", "acknowledgement_in"),
)
# The keys under which a rule states the law that it comes from.
_BASES: Final = ("legal_basis", "basis", "partner_basis", "scope_basis", "contribution_basis")
_CENTS: Final = "_cents"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in whole cents of the scheme's currency."""

    cents: int


Value: TypeAlias = Amount | bool | int | date | Fraction | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a rule by its key in the file; source and certainty are None where the file states none."""

    key: str
    value: Value
    source: str | None
    certainty: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its key, the table of the file that it stands in, how it is called, and what it says."""

    key: str
    subject: str
    label: str
    text: str
    articles: tuple[str, ...]
    parameters: tuple[Parameter, ...]


def every(scheme: Scheme) -> tuple[Rule, ...]:
    """Give all rules of a scheme, in the order in which `docs/schemes.md` explains them."""
    return tuple(_rule(scheme, subject, key, label, stated) for subject, key, label, stated in _tables(scheme))


def _tables(scheme: Scheme) -> Iterator[tuple[str, str, str, object]]:
    """Each table of the scheme: its subject, its key, how it is called, and what it states."""
    yield PROGRAMME, PROGRAMME, scheme.name, {name: getattr(scheme, name) for name in _HEAD}
    if scheme.balance_tolerance is not None:
        yield "balance_tolerance", "balance_tolerance", "Balance of a project", scheme.balance_tolerance
    for subject in ("tranches", "roles", "kinds"):
        yield from _many(subject, getattr(scheme, subject))
    yield from _exclusions(scheme)
    yield from _many("member_categories", scheme.member_categories)
    yield "application", "application", "Applications", scheme.application
    yield from _many("share_tests", scheme.share_tests)
    yield "consortium", "consortium", "A consortium", scheme.consortium
    if scheme.decision_rule is not None:
        yield "decision_rule", "decision_rule", "Decisions of the board", scheme.decision_rule
    for subject in ("calendar", "commitments"):
        yield from _many(subject, getattr(scheme, subject))
    yield "publication", "publication", "Publication", scheme.publication


def _many(subject: str, rows: Iterable[Any]) -> Iterator[tuple[str, str, str, object]]:
    """The tables of a list, each by the code that tells it apart."""
    for row in rows:
        code = row.code if hasattr(row, "code") else row.id
        yield subject, f"{subject}.{code}", row.label, row


def _exclusions(scheme: Scheme) -> Iterator[tuple[str, str, str, object]]:
    """The exclusions of roles by the role that they are about; further ones about the same role are numbered."""
    seen: Counter[str] = Counter()
    for row in scheme.role_exclusions:
        seen[row.role] += 1
        number = f".{seen[row.role]}" if seen[row.role] > 1 else ""
        yield "role_exclusions", f"role_exclusions.{row.role}{number}", scheme.role(row.role).label, row


def _rule(scheme: Scheme, subject: str, key: str, label: str, stated: object) -> Rule:
    """One table as a rule."""
    figures = {one.key: one for one in scheme.figures}
    found = tuple(_parameters("" if subject == PROGRAMME else f"{key}.", "", stated, figures))
    bases = [scheme.legal_basis] if subject == PROGRAMME else [getattr(stated, name, None) for name in _own(subject)]
    articles = dict.fromkeys(filter(None, [*bases, *(one.source for one in found)]))
    return Rule(key, subject, label, rule_sentences.of(scheme, subject, stated), tuple(articles), found)


def _own(subject: str) -> tuple[str, ...]:
    """The keys of the law that a table states; what a tranche calls its basis is what it counts."""
    return () if subject == "tranches" else _BASES


def _parameters(place: str, above: str, stated: object, figures: Mapping[str, Figure]) -> Iterator[Parameter]:
    """Every value that is stated below a place of the file; what is not stated is left out."""
    for name, value in _stated(stated):
        key = f"{above}{name.removesuffix(_CENTS)}"
        if isinstance(value, Mapping) or is_dataclass(value):
            yield from _parameters(place, f"{key}.", _in_cents(name, value), figures)
        elif isinstance(value, tuple) and value and isinstance(value[0], FieldAudience):
            yield from (Parameter(f"{key}.{one.field}", one.audience, one.source, None) for one in value)
        elif value not in (None, ()):
            figure = _figure(f"{place}{key}", figures)
            said = (None, None) if figure is None else (figure.source, figure.certainty)
            yield Parameter(key, _plain(name, value), *said)


def _stated(stated: object) -> list[tuple[str, Any]]:
    """What a table states by its names."""
    if isinstance(stated, Mapping):
        return [(str(name), value) for name, value in stated.items()]
    names = (one.name for one in fields(stated)) if is_dataclass(stated) else ()
    return [(name, getattr(stated, name)) for name in names if name not in _NAMES]


def _in_cents(name: str, value: object) -> object:
    """A table of amounts with the unit in the name of each."""
    if isinstance(value, Mapping) and name.endswith(_CENTS):
        return {f"{key}{_CENTS}": cents for key, cents in value.items()}
    return value


def _figure(key: str, figures: Mapping[str, Figure]) -> Figure | None:
    """The source of a value: its own, or that of the table which it stands in (`decision_rule.blocs`)."""
    while key:
        if key in figures:
            return figures[key]
        key = key.rpartition(".")[0]
    return None


def _plain(name: str, value: Any) -> Value:
    """A value as others compute with it."""
    if name.endswith(_CENTS):
        return Amount(value)
    if isinstance(value, tuple):
        return tuple(str(one) for one in value)
    found: Value = value
    return found
