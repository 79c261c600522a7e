"""Computes again what an entry states of matches, from the rows that stood before it: all bounds, not the ratio alone.

It calls the rule that also books (`cofund.rules.match`), on pools that are built from the rows alone. What it must take as stated,
`docs/books.md` lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cofund.rules import accounts, match, stages
from cofund.rules.book_rows import EntryRow, TransferRow
from cofund.rules.claims import allocation_of, partner_tranches, why_not_counted
from cofund.rules.match import Claim, Match, Pool
from cofund.rules.replayed_pools import HELD, Known, Pools, place
from cofund.rules.schemes import Scheme, TrancheRule


def expected(pools: Pools, entry: EntryRow, scheme: Scheme, stated: Mapping[str, Any]) -> dict[str, Match]:
    """Give the match that each contribution should have by an entry, before its transfers are counted.

    Args:
        entry: the entry; it states its day, its versions and its moves.
        scheme: the version of the scheme that it goes by.
        stated: the matches that it states, by reference; of them is taken only what nothing else tells.
    """
    pools.merge_until(datetime.fromisoformat(entry.facts["recorded_at"]))
    if entry.kind == "pledge":
        return _pledged(pools, entry, scheme, stated)
    if entry.kind == "reserve":
        return _reserved(pools, entry, scheme, stated)
    if entry.kind == "commit":
        return _signed(pools, entry, scheme)
    reference = next(iter(stated), None)
    return {} if reference is None else _amended(pools, entry, scheme, stated, reference)


def _pledged(pools: Pools, entry: EntryRow, scheme: Scheme, stated: Mapping[str, Any]) -> dict[str, Match]:
    """What a pledge unlocks."""
    facts = entry.facts["explanation"]["contribution"]
    rule = scheme.tranche_for_role(facts["role"])
    if rule is None:
        return {}
    reference = facts["reference"]
    amount = sum(row.amount_cents for row in entry.transfers if row.contribution == reference and _is_pledged(row))
    says = next(one for one in entry.facts["versions"] if one["reference"] == reference)
    known = Known(
        reference,
        facts["kind"],
        rule.code,
        facts["topic"],
        facts["project"],
        tuple(facts["organisations"]),
        says["no_other_union_funding"],
    )
    budget = pools.awarded(known)
    caps = (rule.cap_per_topic_cents, rule.cap_per_project_cents)
    rows = pools.members(known) if budget is not None or caps != (None, None) else []
    pool = _pool(pools, scheme, known, [*rows, known], budget, stated, live={reference: amount})
    found = match.evaluate(_rules(scheme), pool, partner_tranches=partner_tranches(scheme))[-1]
    room = pools.match_room(rule, _day(entry))
    return {reference: match.within_tranche(found, room, rule.rounding_cents, rule.label)}


def _amended(
    pools: Pools, entry: EntryRow, scheme: Scheme, stated: Mapping[str, Any], reference: str
) -> dict[str, Match]:
    """What an amended contribution is matched with."""
    known = pools.claims[reference]
    if known.tranche is None:
        return {}
    budget = pools.awarded(known)
    rows = pools.members(known) if budget is not None or _is_capped(scheme) else [known]
    says = next((one for one in entry.facts["versions"] if one["reference"] == reference), None)
    before = known.no_other_union_funding
    try:
        if says is not None:
            known.no_other_union_funding = says["no_other_union_funding"]
        live = {reference: pools.counted(scheme, known, _own(entry, reference))}
        pool = _pool(pools, scheme, known, rows, budget, stated, live=live, reopened=reference)
    finally:
        known.no_other_union_funding = before
    found = match.evaluate(_rules(scheme), pool, partner_tranches=partner_tranches(scheme))
    result = next(one for one in found if one.reference == reference)
    held = pools.matched(known, HELD)
    if result.match_cents > held:
        rule = scheme.tranche(known.tranche)
        room = held + pools.match_room(rule, _day(entry))
        result = match.within_tranche(result, room, rule.rounding_cents, rule.label)
    return {reference: result}


def _reserved(pools: Pools, entry: EntryRow, scheme: Scheme, stated: Mapping[str, Any]) -> dict[str, Match]:
    """What an adoption decides; whether a first adoption was recorded as an amendment of the work plan, it does not state."""
    if not stated:
        return {}
    known = pools.claims[next(iter(stated))]
    rows = pools.members(known)
    decided = _decided(pools, entry, scheme, known, rows, stated, amends=True)
    if pools.adoptions[pools.adopted_with(known)] or _agrees(decided, stated):
        return decided
    first = _decided(pools, entry, scheme, known, rows, stated, amends=False)
    return first if _agrees(first, stated) else decided


def _decided(
    pools: Pools,
    entry: EntryRow,
    scheme: Scheme,
    known: Known,
    rows: list[Known],
    stated: Mapping[str, Any],
    *,
    amends: bool,
) -> dict[str, Match]:
    """What an adoption decides, by the rule and then by what each tranche has open, first come first served."""
    budget = pools.awarded(known)
    pool = _pool(pools, scheme, known, rows, budget, stated, estimate=False, amends=amends)
    found = match.evaluate(_rules(scheme), pool, partner_tranches=partner_tranches(scheme))
    held = {one.reference: pools.matched(one, HELD) for one in rows}
    room: dict[str, int] = {}
    for one in found:
        if one.tranche not in room:
            room[one.tranche] = pools.match_room(scheme.tranche(one.tranche), _day(entry))
        room[one.tranche] += max(0, held[one.reference] - one.match_cents)
    decided = {}
    for one in found:
        rule, most = scheme.tranche(one.tranche), held[one.reference] + room[one.tranche]
        bounded = match.within_tranche(one, most, rule.rounding_cents, rule.label)
        room[one.tranche] -= max(0, bounded.match_cents - held[one.reference])
        decided[one.reference] = bounded
    return decided


def _signed(pools: Pools, entry: EntryRow, scheme: Scheme) -> dict[str, Match]:
    """What a grant cuts by the cap per project; nothing else."""
    if not any(rule.cap_per_project_cents for rule in scheme.tranches):
        return {}
    stated = entry.facts["explanation"]
    inside = [pools.claims[one] for one in stated["contributions"] if one in pools.claims]
    used: defaultdict[str, int] = defaultdict(int)
    for known in pools.pools[("project", stated["project"])].values():
        if known not in inside and known.tranche is not None:
            used[known.tranche] += pools.matched(known, HELD)
    cut = {}
    for known in sorted(inside, key=lambda one: place(one.reference)):
        rule = scheme.tranche(known.tranche) if known.tranche is not None else None
        if rule is None or rule.cap_per_project_cents is None:
            continue
        held = pools.matched(known, HELD)
        room = max(rule.cap_per_project_cents - used[rule.code], held - pools.matched(known, ("reserved",)))
        found = match.signed(rule, known.reference, pools.live(known, "endorsed"), held, room)
        used[rule.code] += found.match_cents
        if found.match_cents < held:
            cut[known.reference] = found
    return cut


def _pool(
    pools: Pools,
    scheme: Scheme,
    known: Known,
    rows: Sequence[Known],
    budget: int | None,
    stated: Mapping[str, Any],
    *,
    live: Mapping[str, int] | None = None,
    reopened: str | None = None,
    estimate: bool = True,
    amends: bool = False,
) -> Pool:
    """The pool of claims as it stood; `live` is what counts of those that the entry itself changes, in cents."""
    own = live or {}
    inside = [row for row in rows if row.reference in pools.claims]
    claims = []
    for row in rows:
        rule = scheme.tranche(str(row.tranche))
        decided = pools.matched(row, stages.DECIDED_STAGES)
        counted = own[row.reference] if row.reference in own else pools.counted(scheme, row, {}, estimate=estimate)
        why_not = why_not_counted(rule, scheme, row.kind, row.no_other_union_funding)
        partners = pools.kept(row.partners) if rule.cap_per_partner_cents is not None else ()
        room = pools.partner_room(rule, partners, inside)
        claims.append(
            Claim(
                row.reference, rule.code, counted, decided or None, room, not why_not, partners,
                is_reopened=row.reference == reopened, why_not=why_not,
            )
        )  # fmt: skip
    return Pool(
        tuple(claims),
        allocation_of(scheme),
        budget,
        pools.is_adopted(known, stated),
        amends,
        known.project is not None,
        pools.used_elsewhere(scheme, known),
    )


def _rules(scheme: Scheme) -> dict[str, TrancheRule]:
    """The tranches of a scheme by code."""
    return {rule.code: rule for rule in scheme.tranches}


def _is_capped(scheme: Scheme) -> bool:
    """Whether the matches of a pool can depend on each other without an award."""
    return any(
        cap is not None
        for rule in scheme.tranches
        for cap in (rule.cap_per_partner_cents, rule.cap_per_topic_cents, rule.cap_per_project_cents)
    )


def _day(entry: EntryRow) -> date:
    """The day that an entry is about."""
    return date.fromisoformat(entry.facts["effective_on"])


def _own(entry: EntryRow, reference: str) -> dict[str, int]:
    """By how much an entry changes the stages of a contribution's own money, in cents."""
    found: defaultdict[str, int] = defaultdict(int)
    for row in entry.transfers:
        if row.contribution == reference and row.tranche is None:
            found[row.from_code] -= row.amount_cents
            found[row.to_code] += row.amount_cents
    return found


def _is_pledged(row: TransferRow) -> bool:
    """Whether a transfer brings promised money into the book."""
    return row.from_code == accounts.OUTSIDE and row.to_code.endswith(":pledged")


def _agrees(found: Mapping[str, Match], stated: Mapping[str, Any]) -> bool:
    """Whether matches are those that are stated."""
    return {key: one.match_cents for key, one in found.items()} == {
        key: one["match_cents"] for key, one in stated.items()
    }
