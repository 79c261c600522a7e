"""What each source gives to a topic: as its text means it, pledged, endorsed and matched; each kind apart, never summed unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cofund.queries.contributions import ContributionState
from cofund.queries.funding import PUBLIC, Funding
from cofund.records.programme.models import IndicativeContribution, Topic
from cofund.rules.schemes import Scheme

IN_WORDS = {False: "Cash", True: "In kind"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source in one kind. Amounts in cents; None where a column does not apply or nothing is stated.

    `pledged` is everything that was promised and stands, `endorsed` what of it stands in an endorsed letter or later.
    """

    source: str
    label: str
    kind: str
    indicative_cents: int | None
    pledged_cents: int | None
    endorsed_cents: int | None
    matched_cents: int | None
    is_in_kind: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one side gives in one kind, in cents."""

    label: str
    cents: int
    is_in_kind: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The public figures of a topic, each euro in one of them. Amounts in cents.

    `main_cents` is public money that is neither the match of a partner nor open; `open_cents` the part that nothing has matched
    yet and a partner could unlock.
    """

    main_cents: int
    open_cents: int
    match_cents: int
    partners: tuple[Part, ...]
    others: tuple[Part, ...]


def indicative(topic: Topic) -> list[IndicativeContribution]:
    """What sources are meant to give by the text of a topic, as stated."""
    return list(topic.indicative_contributions.select_related("organisation").order_by("source", "is_in_kind", "pk"))


def by_source(scheme: Scheme, money: Funding, stated: Sequence[IndicativeContribution]) -> list[SourceLine]:
    """The contribution table: public money first, then each role kind by kind; what is only meant has a line of its own."""
    meant: dict[tuple[str, bool], int] = {}
    for row in stated:
        key = (row.source, row.is_in_kind)
        meant[key] = meant.get(key, 0) + row.amount_cents
    public = meant.pop((PUBLIC, False), None)
    lines = [SourceLine(PUBLIC, scheme.label("public_funder"), "Cash", public, None, None, money.public_cents)]
    for role in scheme.roles:
        for kind in scheme.kinds:
            key = (role.code, kind.in_kind)
            states = [
                one for one in money.states if (one.contribution.role, one.contribution.kind) == (role.code, kind.code)
            ]
            if states:
                lines.append(
                    _line(role.code, role.label_plural, (kind.label, kind.in_kind), meant.pop(key, None), states)
                )
        for in_kind, words in IN_WORDS.items():
            if (role.code, in_kind) in meant:
                lines.append(_line(role.code, role.label_plural, (words, in_kind), meant.pop((role.code, in_kind)), ()))
    return lines


def parts(scheme: Scheme, money: Funding, unlock_cents: int | None) -> Parts:
    """What stands behind a topic, each euro once, and what of its fixed public money a partner could still unlock."""
    matched = sum(state.match_cents for state in money.states)
    sides = {role.code: role.side for role in scheme.roles}
    match = sum(state.match_cents for state in money.states if sides[state.contribution.role] == "partner")
    left = max(0, money.public_cents - matched)
    opened = min(left, unlock_cents) if money.public_is_fixed and unlock_cents is not None else 0
    match = min(match, money.public_cents)
    return Parts(
        money.public_cents - match - opened,
        opened,
        match,
        _parts(scheme, [state for state in money.states if sides[state.contribution.role] == "partner"]),
        _parts(scheme, [state for state in money.states if sides[state.contribution.role] != "partner"]),
    )


def _parts(scheme: Scheme, states: Sequence[ContributionState]) -> tuple[Part, ...]:
    """What some contributions give, by role and kind."""
    sums: dict[tuple[str, str], int] = {}
    for state in states:
        key = (state.contribution.role, state.contribution.kind)
        sums[key] = sums.get(key, 0) + state.live_cents
    return tuple(
        Part(f"{scheme.role(role).label_plural}: {scheme.kind(kind).label}", cents, scheme.kind(kind).in_kind)
        for (role, kind), cents in sums.items()
        if cents
    )


def _line(
    source: str, label: str, kind: tuple[str, bool], stated_cents: int | None, states: Sequence[ContributionState]
) -> SourceLine:
    """One line of the table from the contributions of a role in one kind: its label, and whether it is in kind."""
    pledged = sum(one.live_cents for one in states)
    endorsed = pledged - sum(one.amounts.get("pledged", 0) for one in states)
    matched = sum(one.match_cents for one in states)
    return SourceLine(source, label, kind[0], stated_cents, pledged, endorsed, matched, kind[1])
