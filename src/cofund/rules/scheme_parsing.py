"""Reads a scheme file: TOML in, one complete and checked `Scheme` out, or everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cofund.rules.scheme_checks import check, check_enforced
from cofund.rules.scheme_keys import SCHEME
from cofund.rules.scheme_problems import SchemeError, SchemeProblem
from cofund.rules.scheme_tables import Reading
from cofund.rules.schemes import (
    ONE_BLOC,
    ApplicationRule,
    BalanceTolerance,
    CalendarRule,
    Commitment,
    ConsortiumRule,
    DecisionRule,
    FieldAudience,
    Figure,
    KindRule,
    MemberCategory,
    PublicationPolicy,
    Quorum,
    Reallocation,
    RoleExclusion,
    RoleRule,
    Scheme,
    ShareTest,
    TrancheRule,
)

PLACE_IN_FILE = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")
# A scheme is a few kilobytes; far larger texts are not schemes, and would only take time.
LONGEST_FILE = 1_000_000


def parse(text: str, *, file: str, is_new: bool = False) -> Scheme:
    """The scheme that `text` states. `file` is the name that messages give.

    `is_new`: a text that nobody has installed yet must state nothing that no booking is held to; versions that are installed
    stay readable for ever.

    Raises: SchemeError with every problem found (unknown keys, wrong values, missing sources, broken references).
    """
    return from_values(_load(text, file), file=file, is_new=is_new)


def from_values(raw: Mapping[str, Any], *, file: str, is_new: bool = False) -> Scheme:
    """The scheme that the values of a TOML file state; `is_new` as for `parse`.

    Raises: SchemeError with every problem found (unknown keys, wrong values, missing sources, broken references).
    """
    reading = Reading(file)
    values = reading.table(raw, SCHEME)
    check(values, reading)
    if is_new:
        check_enforced(values, reading)
    if reading.problems:
        raise SchemeError(reading.problems)
    return _scheme(values)


def _load(text: str, file: str) -> dict[str, Any]:
    """The TOML as plain values. Raises: SchemeError with line and column where it is not TOML."""
    try:
        if len(text) > LONGEST_FILE:
            raise ValueError(f"a text of {len(text)} characters")
        return tomllib.loads(text)
    except RecursionError:
        raise SchemeError([SchemeProblem(file, "whole file", "values nested too deep", "valid TOML")]) from None
    except ValueError as error:
        message = str(error)
        place = PLACE_IN_FILE.search(message)
        key = place[1] if place else "whole file"
        found = PLACE_IN_FILE.sub("", message)
        raise SchemeError([SchemeProblem(file, key, found[:1].lower() + found[1:], "valid TOML")]) from None


def _scheme(values: Mapping[str, Any]) -> Scheme:
    """The scheme from values that were read and checked."""
    simple = {name: values[name] for name in ("code", "version", "name", "currency", "legal_basis", "acknowledgement")}
    dates = {name: values[name] for name in ("starts_on", "calls_until", "calls_until_justified", "ends_on")}
    matched = {tranche["matched_role"] for tranche in values["tranches"]}
    roles = (RoleRule(**role) for role in values["roles"])
    return Scheme(
        **simple,
        **dates,
        requires_no_other_union_funding=values["requires_no_other_union_funding"],
        labels=values["labels"] or MappingProxyType({}),
        acknowledgement_in=values["acknowledgement_in"] or MappingProxyType({}),
        tranches=tuple(_tranche(tranche, values["kinds"]) for tranche in values["tranches"]),
        roles=tuple(replace(role, matched=role.code in matched) for role in roles),
        kinds=tuple(KindRule(**kind) for kind in values["kinds"]),
        role_exclusions=tuple(RoleExclusion(**exclusion) for exclusion in values["role_exclusions"]),
        member_categories=tuple(MemberCategory(**category) for category in values["member_categories"]),
        application=ApplicationRule(**_cents(values["application"] or {}, "turnover_without_funding")),
        share_tests=tuple(ShareTest(**test) for test in values["share_tests"]),
        consortium=ConsortiumRule(**(values["consortium"] or {})),
        decision_rule=_decision_rule(values["decision_rule"]),
        calendar=tuple(CalendarRule(**rule) for rule in values["calendar"]),
        commitments=tuple(Commitment(**_cents(commitment, "amount")) for commitment in values["commitments"]),
        publication=_publication(values["publication"]),
        balance_tolerance=_tolerance(values["balance_tolerance"]),
        figures=tuple(Figure(**source) for source in values["sources"]),
    )


def _tranche(values: Mapping[str, Any], kinds: Sequence[Mapping[str, Any]]) -> TrancheRule:
    """A tranche; keys that hold amounts get the unit into their name.

    Where it lists no kinds, it matches all that its role may give, but for those whose costs are no part of a project.
    """
    amounts = ("cap", "cap_per_partner", "cap_per_topic", "cap_per_project", "minimum_contribution", "rounding")
    named = _cents(values, *amounts, "yearly_caps")
    given = [kind for kind in kinds if values["matched_role"] in kind["given_by"]]
    if not values["kinds"] and any(kind["outside_project"] for kind in given):
        named["kinds"] = tuple(kind["code"] for kind in given if not kind["outside_project"])
    named["yearly_caps_cents"] = named["yearly_caps_cents"] or MappingProxyType({})
    if values["reallocation"] is not None:
        named["reallocation"] = Reallocation(**_cents(values["reallocation"], "limit"))
    return TrancheRule(**named)


def _decision_rule(values: Mapping[str, Any] | None) -> DecisionRule | None:
    """The decision rule with its quorum, or None where the scheme states none."""
    if values is None:
        return None
    quorum = values["quorum"]
    stated = {**values, "blocs": values["blocs"] or ONE_BLOC, "quorum": None if quorum is None else Quorum(**quorum)}
    return DecisionRule(**stated)


def _publication(values: Mapping[str, Any] | None) -> PublicationPolicy:
    """What is public, with who may read single fields."""
    if values is None:
        return PublicationPolicy()
    return PublicationPolicy(**{**values, "fields": tuple(FieldAudience(**one) for one in values["fields"])})


def _tolerance(values: Mapping[str, Any] | None) -> BalanceTolerance | None:
    """The balance tolerance, or None where the scheme states none."""
    return None if values is None else BalanceTolerance(**_cents(values, "floor"))


def _cents(values: Mapping[str, Any], *amounts: str) -> dict[str, Any]:
    """The values, those named `amounts` under their name with `_cents` (that is what they are since they were read)."""
    return {f"{name}_cents" if name in amounts else name: value for name, value in values.items()}
