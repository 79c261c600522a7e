"""The rules of a programme: each with what it rests on and its parameters, and what earlier versions said."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.api import problems
from cofund.api.asking import Paged, Text, part_of
from cofund.api.shapes import rulebook as shapes
from cofund.api.shapes.common import Listed
from cofund.api.shapes.rulebook import RuleInFull, Rules, RuleVersion, RuleVersionInFull
from cofund.queries import ceilings, schemes
from cofund.rules import rule_list

router = Router(tags=["Rules"])


@router.get("/programmes/{programme}/rules", response=Rules, summary="List the rules of a programme")
def list_rules(
    request: HttpRequest,
    programme: str,
    paging: Paged,
    subject: Text = "",
    article: Text = "",
    certainty: Text = "",
    words: Text = "",
) -> object:
    """The rules in force in the order of the rule book.

    `article` is looked for in what they rest on, `words` in what they are called and say; `certainty` keeps those with a
    parameter of it.
    """
    rules, version = schemes.current(programme)
    kept = [
        one
        for one in rule_list.every(rules)
        if subject in ("", one.subject)
        and any(article.casefold() in each.casefold() for each in one.articles or ("",))
        and (not certainty or certainty in {each.certainty for each in one.parameters})
        and words.casefold() in f"{one.key} {one.label} {one.text}".casefold()
    ]
    found = part_of(request, kept, paging)
    return Rules(
        items=[shapes.rule(one, rules) for one in found.rows],
        **found.fields(),
        version=shapes.version(version, version),
        other_ceilings=[one.words for one in ceilings.others(programme)],
    )


@router.get("/programmes/{programme}/rules/{rule}", response=RuleInFull, summary="Get a rule with its versions")
def get_rule(request: HttpRequest, programme: str, rule: str) -> object:
    """One rule as it is in force, and what every version of the rules said in its place."""
    rules, _ = schemes.current(programme)
    history = [
        (row, next((one for one in rule_list.every(said) if one.key == rule), None))
        for row in schemes.versions(programme)
        for said in [schemes.of_version_and_digest(row.pk, row.digest)]
    ]
    current = history[0][1]
    if current is None:
        raise problems.not_found("such rule in force")
    return shapes.rule_in_full(current, rules, history)


@router.get(
    "/programmes/{programme}/rule-versions",
    response=Listed[RuleVersion],
    summary="List the versions of a programme's rules",
)
def list_rule_versions(request: HttpRequest, programme: str, paging: Paged) -> object:
    """Every version that was installed, the newest first. An entry of the books stays computed by the version of its time."""
    rows = schemes.versions(programme)
    found = part_of(request, rows, paging)
    return Listed[RuleVersion](items=[shapes.version(row, rows[0]) for row in found.rows], **found.fields())


@router.get(
    "/programmes/{programme}/rule-versions/{version}",
    response=RuleVersionInFull,
    summary="Get a version of a programme's rules",
)
def get_rule_version(request: HttpRequest, programme: str, version: str) -> object:
    """One version by its number, with all rules as it states them."""
    rows = schemes.versions(programme)
    row = next((one for one in rows if str(one.number) == version), None)
    if row is None:
        raise problems.not_found("such version of the rules")
    return shapes.version_in_full(row, rows[0], schemes.of_version_and_digest(row.pk, row.digest))
