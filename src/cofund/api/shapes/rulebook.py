"""The rules of a programme, with what they rest on, and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Listed, Money, Shape, sure
from cofund.records.programme.models import SchemeVersion
from cofund.rules import rule_list
from cofund.rules.schemes import Scheme

ARTICLES = "Article, document or address that it rests on: what it names itself, then the sources of its parameters."


class RuleParameter(Shape):
    """One value of a rule."""

    key: str = Field(description="Its place in the rule, as in the file of the rules.", examples=["cap"])
    value: Money | bool | int | str | list[str] = Field(
        description="Days as year-month-day, ratios and shares as exact fractions (`9/20`)."
    )
    source: str | None = Field(description="Where it comes from; null where it is a choice of words and needs none.")
    certainty: str | None = Field(description="How sure it is: verified, article, inferred, recalled or assumed.")


class Rule(Shape):
    """A rule of a programme."""

    id: str = Field(examples=["tranches.B"])
    subject: str = Field(description="The part of the rule book that it stands in.", examples=["tranches"])
    name: str
    text: str = Field(description="What it says, in one sentence; its parameters say all of it.")
    articles: list[str] = Field(description=ARTICLES)
    parameters: list[RuleParameter]
    href: str


class RuleVersion(Shape):
    """A version of a programme's rules. What was booked by it stays computed by it."""

    number: int
    label: str = Field(description="The version as the file of the rules states it.")
    digest: str = Field(description="SHA-256 of the file, hexadecimal.")
    installed_at: datetime
    is_in_force: bool = Field(description="Whether it is the newest, by which new entries are computed.")
    href: str


class RuleVersionInFull(RuleVersion):
    """A version of a programme's rules with all that it says."""

    rules: list[Rule]


class Rules(Listed[Rule]):
    """One page of the rules of the version in force."""

    version: RuleVersion
    other_ceilings: list[str] = Field(
        description="Where the books hold another ceiling than the rules state, in words."
    )


class RuleInVersion(Shape):
    """What a rule said in one version."""

    version: int
    installed_at: datetime
    text: str | None = Field(description="Null where the version does not have it.")
    is_changed: bool = Field(description="Whether anything of it differs from the version before.")


class RuleInFull(Rule):
    """A rule as it is in force, with what it said in every version, the newest first."""

    versions: list[RuleInVersion]


def rule(one: rule_list.Rule, scheme: Scheme) -> Rule:
    """A rule as an answer."""
    return Rule(**_fields(one, scheme))


def rule_in_full(
    one: rule_list.Rule, scheme: Scheme, history: Sequence[tuple[SchemeVersion, rule_list.Rule | None]]
) -> RuleInFull:
    """A rule with what each version says of it; `history` begins with the newest."""
    before = [said for _, said in history[1:]] + [None]
    versions = [
        RuleInVersion(
            version=row.number,
            installed_at=row.recorded_at,
            text=None if said is None else said.text,
            is_changed=said != earlier,
        )
        for (row, said), earlier in zip(history, before, strict=True)
    ]
    return RuleInFull(**_fields(one, scheme), versions=versions)


def version(row: SchemeVersion, newest: SchemeVersion) -> RuleVersion:
    """A version of the rules as an answer."""
    return RuleVersion(**_version_fields(row, newest))


def version_in_full(row: SchemeVersion, newest: SchemeVersion, scheme: Scheme) -> RuleVersionInFull:
    """A version of the rules with all that it says."""
    return RuleVersionInFull(
        **_version_fields(row, newest), rules=[rule(one, scheme) for one in rule_list.every(scheme)]
    )


def _fields(one: rule_list.Rule, scheme: Scheme) -> dict[str, Any]:
    """What both forms of a rule say."""
    return {
        "id": one.key,
        "subject": one.subject,
        "name": one.label,
        "text": one.text,
        "articles": list(one.articles),
        "parameters": [
            RuleParameter(
                key=each.key,
                value=_value(each.value, scheme.currency),
                source=each.source,
                certainty=each.certainty,
            )
            for each in one.parameters
        ],
        "href": places.of_rule(scheme.code, one.key),
    }


def _version_fields(row: SchemeVersion, newest: SchemeVersion) -> dict[str, Any]:
    """What both forms of a version say."""
    return {
        "number": row.number,
        "label": row.label,
        "digest": row.digest,
        "installed_at": row.recorded_at,
        "is_in_force": row.pk == newest.pk,
        "href": places.of_rule_version(row.scheme.code, row.number),
    }


def _value(value: rule_list.Value, currency: str) -> Money | bool | int | str | list[str]:
    """A value as JSON has it."""
    if isinstance(value, rule_list.Amount):
        return sure(value.cents, currency)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
