"""Every key that a scheme file may have: its reader, whether it must be there, and whether it is a figure.

A figure is an amount, ratio, limit or date; each one that is stated needs a source (`[[sources]]`). `docs/schemes.md`
explains the same keys for the person who writes a scheme, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cofund.rules import scheme_readers as read
from cofund.rules.languages import LANGUAGES
from cofund.rules.scheme_readers import Reader
from cofund.rules.schemes import (
    ALLOCATIONS,
    BASES,
    CERTAINTIES,
    DEFAULT_LABELS,
    ORGANISATION_KINDS,
    PLACES,
    RELATIONS,
    SIDES,
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key with one value. `default` stands where the key is absent and not required."""

    name: str
    reader: Reader
    required: bool = False
    figure: bool = False
    default: object = None


@dataclass(frozen=True, slots=True)
class Section:
    """A key with a table below it, or with a list of tables (`many`) that are told apart by the key `named_by`."""

    name: str
    keys: tuple[Key | Section, ...]
    many: bool = False
    named_by: str | None = None
    required: bool = False


CODES = read.many(read.code, "a list of codes")
SOME_CODES = read.many(read.code, "a list of at least one code", least=1)
TERMS = read.many(read.term, "a list of at least one term", least=1)
SEVERITIES = ("inform", "warn", "block")

TRANCHE = (
    Key("code", read.short_code, required=True),
    Key("label", read.text(200), required=True),
    Key("cap", read.money, required=True, figure=True),
    Key("matched_role", read.code, required=True),
    Key("ratio", read.fraction, required=True, figure=True),
    Key("basis", read.choice(*BASES), default="committed"),
    Key("allocation", read.choice(*ALLOCATIONS), default="pro_rata"),
    Key("kinds", CODES, default=()),
    Key("cap_per_partner", read.money, figure=True),
    Key("cap_per_topic", read.money, figure=True),
    Key("cap_per_project", read.money, figure=True),
    Key("minimum_contribution", read.money, figure=True),
    Key("rounding", read.money, figure=True, default=1),
    Key("concentration_warning", read.share, figure=True),
    Key("yearly_caps", read.mapping(read.year, read.money, "a table of years and amounts"), figure=True),
    Key("valid_from", read.day, figure=True),
    Key("valid_until", read.day, figure=True),
    Key("additional", read.boolean, default=False),
    Section(
        "reallocation",
        (
            Key("to", read.code, required=True),
            Key("limit", read.money, required=True, figure=True),
            Key("amount", read.choice("unmatched_remainder"), default="unmatched_remainder"),
        ),
    ),
)
ROLE = (
    Key("code", read.code, required=True),
    Key("label", read.text(100), required=True),
    Key("label_plural", read.text(100), required=True),
    Key("side", read.choice(*SIDES), required=True),
)
KIND = (
    Key("code", read.short_code, required=True),
    Key("label", read.text(200), required=True),
    Key("given_by", SOME_CODES, required=True),
    Key("in_kind", read.boolean, required=True),
    Key("through_office", read.boolean, default=False),
    Key("certificate", read.boolean, default=False),
    Key("plan", read.calendar_rule, figure=True),
    Key("report", read.calendar_rule, figure=True),
    Key("reported_through", read.text(200)),
    Key("place", read.many(read.choice(*PLACES), f"a list of places ({', '.join(PLACES)})"), default=()),
    Key("window", read.window, figure=True),
    Key("outside_project", read.boolean, default=False),
)
ROLE_EXCLUSION = (
    Key("role", read.code, required=True),
    Key("excludes", SOME_CODES, required=True),
    Key("scope", read.choice("project", "scheme"), required=True),
    Key("severity", read.choice("warn", "block"), required=True),
    Key("legal_basis", read.text()),
    Key("through", read.many(read.choice(*RELATIONS), f"a list of relations ({', '.join(RELATIONS)})"), default=()),
)
MEMBER_CATEGORY = (
    Key("code", read.code, required=True),
    Key("label", read.text(120), required=True),
    Key("counts_as", read.code, required=True, figure=True),
)
KINDS_OF_ORGANISATION = read.many(read.choice(*ORGANISATION_KINDS), "a list of kinds of organisation")
APPLICATION = (
    Key("partner_basis", read.text()),
    Key("scope_basis", read.text()),
    Key("contribution_basis", read.text()),
    Key("papers_days", read.days, figure=True),
    Key("turnover_without_funding", read.money, figure=True),
    Key("typical_partners", KINDS_OF_ORGANISATION, figure=True, default=()),
    Key("typical_members", KINDS_OF_ORGANISATION, figure=True, default=()),
)
SHARE_TEST = (
    Key("id", read.code, required=True),
    Key("label", read.text(200), required=True),
    Key("numerator", TERMS, required=True),
    Key("denominator", TERMS, required=True),
    Key("minimum", read.fraction, figure=True),
    Key("maximum", read.fraction, figure=True),
    Key("level", read.choice("participant", "project", "call", "programme"), required=True),
    Key("severity", read.choice(*SEVERITIES), required=True),
    Key("blocks_from", read.choice("plan", "submission", "grant", "report")),
    Key("excess", read.choice("not_counted", "reject")),
    Key("exception", read.text()),
    Key("base_reading", read.choice("gross", "net")),
    Key("action_type", read.code),
    Key("caution", read.fraction, figure=True),
)
CONSORTIUM = (
    Key("basis", read.text()),
    Key("least_countries", read.count, figure=True),
    Key("least_in_union", read.count, figure=True),
    Key(
        "associated", read.many(read.country, "a list of countries, two capital letters each"), figure=True, default=()
    ),
)
DECISION_RULE = (
    Key("blocs", read.mapping(read.code, read.votes, "a table of blocs and votes"), figure=True),
    Key("indivisible", CODES, default=()),
    Key("majority", read.share, required=True, figure=True),
    Key("base", read.choice("all", "all_minus_abstentions", "present", "cast"), required=True),
    Key("consensus_first", read.boolean, default=False),
    Section("quorum", (Key("present", CODES, default=()), Key("share", read.share, figure=True), Key("of", read.code))),
)
CALENDAR = (
    Key("id", read.code, required=True),
    Key("label", read.text(200), required=True),
    Key("rule", read.calendar_rule, required=True, figure=True),
)
COMMITMENT = (
    Key("code", read.code, required=True),
    Key("label", read.text(200), required=True),
    Key("bound", read.choice("at_most", "at_least"), required=True),
    Key("amount", read.money, required=True, figure=True),
)
PUBLISHED_AMOUNTS = ("public_money", "committed_in_kind", "committed_financial", "match")
PUBLISHED_PAPERS = ("agenda", "decision", "votes")
AUDIENCE_OF_FIELD = (
    Key("field", read.text(60), required=True),
    Key("audience", read.choice("public", "partners", "office"), required=True),
    Key("source", read.text(), required=True),
    Key("required_by_law", read.boolean, default=False),
)
PUBLICATION = (
    Key("per_participant", read.many(read.choice(*PUBLISHED_AMOUNTS), "a list of amounts"), default=()),
    Key("decisions", read.many(read.choice(*PUBLISHED_PAPERS), "a list of papers"), default=()),
    Key("from_stage", read.choice(*BASES), default="committed"),
    Section("fields", AUDIENCE_OF_FIELD, many=True, named_by="field"),
)
SOURCE = (
    Key("key", read.text(200), required=True),
    Key("source", read.text(), required=True),
    Key("certainty", read.choice(*CERTAINTIES), required=True),
)
ACKNOWLEDGEMENTS = read.mapping(read.choice(*LANGUAGES), read.template, "a table of sentences by language")
LABELS = read.mapping(read.choice(*DEFAULT_LABELS), read.text(100), "a table of labels")

SCHEME = (
    Key("code", read.scheme_code, required=True),
    Key("version", read.text(40), required=True),
    Key("name", read.text(200), required=True),
    Key("currency", read.currency, required=True),
    Key("legal_basis", read.text()),
    Key("starts_on", read.day, figure=True),
    Key("calls_until", read.day, figure=True),
    Key("calls_until_justified", read.day, figure=True),
    Key("ends_on", read.day, figure=True),
    Key("requires_no_other_union_funding", read.boolean, default=False),
    Key("acknowledgement", read.template),
    Key("acknowledgement_in", ACKNOWLEDGEMENTS),
    Key("labels", LABELS),
    Section(
        "balance_tolerance",
        (Key("share", read.share, required=True, figure=True), Key("floor", read.money, figure=True)),
    ),
    Section("tranches", TRANCHE, many=True, named_by="code", required=True),
    Section("roles", ROLE, many=True, named_by="code", required=True),
    Section("kinds", KIND, many=True, named_by="code", required=True),
    Section("role_exclusions", ROLE_EXCLUSION, many=True),
    Section("member_categories", MEMBER_CATEGORY, many=True, named_by="code"),
    Section("application", APPLICATION),
    Section("share_tests", SHARE_TEST, many=True, named_by="id"),
    Section("consortium", CONSORTIUM),
    Section("decision_rule", DECISION_RULE),
    Section("calendar", CALENDAR, many=True, named_by="id"),
    Section("commitments", COMMITMENT, many=True, named_by="code"),
    Section("publication", PUBLICATION),
    Section("sources", SOURCE, many=True, named_by="key"),
)


def every_key(keys: tuple[Key | Section, ...] = SCHEME, above: str = "") -> Iterator[tuple[str, Key | Section]]:
    """Each key with its path as the documentation writes it: `tranches[].reallocation.limit`."""
    for key in keys:
        if isinstance(key, Key):
            yield above + key.name, key
        else:
            path = f"{above}{key.name}{'[]' if key.many else ''}"
            yield path, key
            yield from every_key(key.keys, f"{path}.")
