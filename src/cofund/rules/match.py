"""The match: what public money a contribution unlocks, which bound decided, and why.

Source: formulas F1 (match on a contribution) and F6 (who was matched when the public money of a project is limited) of the
field report, told with worked examples in `docs/match.md`. Everything is exact: cents, fractions, largest remainder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from cofund.rules.money import floor_to_unit, in_words, split
from cofund.rules.schemes import TrancheRule

FROZEN: Final = "frozen_at_adoption"
ALLOCATIONS: Final = ("pro_rata", "member_first", "partner_first", FROZEN)
_NOTHING_ASKED: Final = "it asks for 0 of the 0 that all ask for"
_SHARED: Final = {
    "pro_rata": "in proportion to what each asks for",
    "member_first": "to members first",
    "partner_first": "to partners first",
    FROZEN: "in proportion to what each asks for, and frozen when the topic is adopted",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A contribution that asks for a match. Amounts in cents.

    `decided_cents` is what the adoption decided for it, None before; it stands until a decision changes it, and `is_reopened` says
    that this claim itself is being amended, so that it may share what is left. `why_not` says why it does not count where
    `additional` is False. `partners` stand behind it; `partner_room_cents` is the least that the cap per partner leaves for one of
    them, counted over the whole tranche but for the claims of the same pool.
    """

    reference: str
    tranche: str
    eligible_cents: int
    decided_cents: int | None = None
    partner_room_cents: int | None = None
    additional: bool = True
    partners: tuple[str, ...] = ()
    is_reopened: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """The claims that share the public money of one topic or project.

    `budget_cents` is that public money where it is fixed, None where the match comes on top (then nothing is shared).
    `used_cents` is what each tranche already matched in the same topic outside this pool.
    """

    claims: tuple[Claim, ...]
    allocation: str
    budget_cents: int | None = None
    adopted: bool = False
    amends_work_plan: bool = False
    is_project: bool = False
    topic_used_cents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bound:
    """One limit on a match: a name, the most it allows in cents, and the reason in words."""

    name: str
    limit_cents: int
    words: str


@dataclass(frozen=True, slots=True)
class Match:
    """What one claim unlocks, and why. `decided_by` names the bound that decided."""

    reference: str
    tranche: str
    eligible_cents: int
    match_cents: int
    bounds: tuple[Bound, ...]
    decided_by: str

    @property
    def unmatched_cents(self) -> int:
        """The part of the eligible amount that is not matched euro for euro; never negative."""
        return max(0, self.eligible_cents - self.match_cents)

    def as_facts(self) -> dict[str, Any]:
        """Give plain values, as an entry keeps them."""
        return {
            "reference": self.reference,
            "tranche": self.tranche,
            "eligible_cents": self.eligible_cents,
            "match_cents": self.match_cents,
            "unmatched_cents": self.unmatched_cents,
            "bounds": [{"name": b.name, "limit_cents": b.limit_cents, "words": b.words} for b in self.bounds],
            "decided_by": self.decided_by,
        }


def allocate(
    budget_cents: int,
    wishes: Mapping[str, int],
    allocation: str,
    *,
    partner_tranches: Sequence[str],
    unit_cents: int = 1,
) -> dict[str, int]:
    """Share fixed public money between tranches whose claims together may ask for more than there is.

    Args:
        budget_cents: the public money of the topic or project.
        wishes: what each tranche's claims ask for, in cents, by tranche code.
        allocation: `pro_rata`, `member_first`, `partner_first`, or `frozen_at_adoption` (shared pro rata when adopted).
        partner_tranches: codes of the tranches that match partners; all others match members.
        unit_cents: shares are whole multiples of this.

    Raises:
        ValueError: the allocation rule is unknown.
    """
    if allocation not in ALLOCATIONS:
        raise ValueError(f"Unknown allocation rule {allocation!r}; known are {', '.join(ALLOCATIONS)}.")
    if sum(wishes.values()) <= budget_cents:
        return dict(wishes)
    codes = list(wishes)
    if allocation in ("pro_rata", FROZEN):
        total = floor_to_unit(budget_cents, unit_cents)
        return dict(zip(codes, split(total, [wishes[code] for code in codes], unit_cents), strict=True))
    partners_first = allocation == "partner_first"
    left, shares = budget_cents, dict.fromkeys(codes, 0)
    for code in sorted(codes, key=lambda code: (code in partner_tranches) is not partners_first):
        shares[code] = floor_to_unit(min(left, wishes[code]), unit_cents)
        left -= shares[code]
    return shares


def evaluate(rules: Mapping[str, TrancheRule], pool: Pool, *, partner_tranches: Sequence[str]) -> tuple[Match, ...]:
    """Tell for each claim of a pool what it unlocks, before the tranche's own ceiling (see `within_tranche`).

    Bounds, in this order: ratio, eligibility, minimum, adoption (a frozen basis), cap per partner, cap per topic, cap per
    project, and the public money that the pool shares. The smallest decides; where two are equal, the first.
    """
    kept = [_own_bounds(rules[claim.tranche], claim, pool) for claim in pool.claims]
    kept = _capped_together(rules, pool, kept)
    if pool.budget_cents is not None:
        kept = _within_budget(rules, pool, kept, partner_tranches)
    return tuple(kept)


def within_tranche(match: Match, room_cents: int, unit_cents: int, label: str) -> Match:
    """Add the tranche's ceiling to a match: it can unlock no more than the tranche still has open (`room_cents`)."""
    words = f"{label} has this much open"
    return _bounded(match, Bound("tranche", floor_to_unit(max(0, room_cents), unit_cents), words))


def signed(rule: TrancheRule, reference: str, eligible_cents: int, decided_cents: int, room_cents: int) -> Match:
    """Give what a claim is matched with once the grant puts it into a project: what was decided, within the cap per project.

    Which project a topic leads to is known only then, so that nothing before can apply that cap.

    Args:
        rule: the tranche's rule; it has a cap per project.
        reference: the contribution.
        eligible_cents: what of it counts for the match.
        decided_cents: what stands decided for it.
        room_cents: what the cap leaves beside what else the project is matched with.
    """
    decided = Bound("adoption", decided_cents, "what was decided for it before the grant")
    match = Match(reference, rule.code, eligible_cents, decided_cents, (decided,), "adoption")
    room = floor_to_unit(max(0, room_cents), rule.rounding_cents)
    return _bounded(match, Bound("project cap", room, "what the cap per project leaves"))


def _own_bounds(rule: TrancheRule, claim: Claim, pool: Pool) -> Match:
    """Bounds that concern the claim alone: ratio, eligibility, minimum, adoption."""
    asked = floor_to_unit(rule.ratio * claim.eligible_cents, rule.rounding_cents)
    ratio_words = f"{_ratio_words(rule.ratio)} of what counts of the contribution"
    if rule.rounding_cents > 1:
        ratio_words += ", rounded down to the scheme's unit"
    match = Match(
        claim.reference, claim.tranche, claim.eligible_cents, asked, (Bound("ratio", asked, ratio_words),), "ratio"
    )
    if not claim.additional:
        match = _bounded(match, Bound("eligibility", 0, claim.why_not or "it does not count for the match"))
    minimum = rule.minimum_contribution_cents
    if minimum is not None and claim.eligible_cents < minimum:
        match = _bounded(match, Bound("minimum", 0, "the contribution is below the scheme's minimum"))
    if pool.adopted and rule.allocation == FROZEN and not pool.amends_work_plan:
        frozen = claim.decided_cents or 0
        match = _bounded(match, Bound("adoption", frozen, "frozen when the topic was adopted; the rest is unmatched"))
    return match


def _capped_together(rules: Mapping[str, TrancheRule], pool: Pool, matches: list[Match]) -> list[Match]:
    """Apply the caps per partner, topic and project, first come first served in the order of the claims."""
    used = dict(pool.topic_used_cents)
    in_pool: dict[str, int] = {}
    by_partner: dict[tuple[str, str], int] = {}
    result = []
    for claim, match in zip(pool.claims, matches, strict=True):
        rule = rules[match.tranche]
        theirs = [(match.tranche, partner) for partner in claim.partners]
        if rule.cap_per_partner_cents is not None and claim.partner_room_cents is not None:
            taken = max((by_partner.get(one, 0) for one in theirs), default=0)
            left = floor_to_unit(max(0, claim.partner_room_cents - taken), rule.rounding_cents)
            match = _bounded(match, Bound("partner cap", left, "what the cap per partner leaves"))
        if rule.cap_per_topic_cents is not None:
            left = max(0, rule.cap_per_topic_cents - used.get(match.tranche, 0))
            left = floor_to_unit(left, rule.rounding_cents)
            match = _bounded(match, Bound("topic cap", left, "what the cap per topic leaves"))
        if rule.cap_per_project_cents is not None and pool.is_project:
            left = max(0, rule.cap_per_project_cents - in_pool.get(match.tranche, 0))
            left = floor_to_unit(left, rule.rounding_cents)
            match = _bounded(match, Bound("project cap", left, "what the cap per project leaves"))
        used[match.tranche] = used.get(match.tranche, 0) + match.match_cents
        in_pool[match.tranche] = in_pool.get(match.tranche, 0) + match.match_cents
        by_partner.update({one: by_partner.get(one, 0) + match.match_cents for one in theirs})
        result.append(match)
    return result


def _within_budget(
    rules: Mapping[str, TrancheRule], pool: Pool, matches: list[Match], partner_tranches: Sequence[str]
) -> list[Match]:
    """Share the pool's fixed public money: what was decided stands, and only what is left is shared by the rule.

    Only a work plan that is amended decides everything anew; a mere pledge never lowers what others were decided.
    """
    assert pool.budget_cents is not None
    kept = [
        0 if pool.amends_work_plan else min(claim.decided_cents or 0, match.match_cents)
        for claim, match in zip(pool.claims, matches, strict=True)
    ]
    further = [
        0 if held and not claim.is_reopened else match.match_cents - held
        for claim, match, held in zip(pool.claims, matches, kept, strict=True)
    ]
    wishes: dict[str, int] = {}
    for match, wish in zip(matches, further, strict=True):
        wishes[match.tranche] = wishes.get(match.tranche, 0) + wish
    unit = max((rules[code].rounding_cents for code in wishes), default=1)
    left = max(0, pool.budget_cents - sum(kept))
    shares = allocate(left, wishes, pool.allocation, partner_tranches=partner_tranches, unit_cents=unit)
    result = list(matches)
    asked = sum(further)
    for code, share in shares.items():
        members = [i for i, match in enumerate(matches) if match.tranche == code]
        weights = [further[i] for i in members]
        parts = split(share, weights, rules[code].rounding_cents) if sum(weights) else [0] * len(members)
        for i, part in zip(members, parts, strict=True):
            words = _shared_words(pool.allocation, left, further[i], asked, kept[i])
            result[i] = _bounded(matches[i], Bound("public money", kept[i] + part, words))
    return result


def _shared_words(allocation: str, left_cents: int, own_cents: int, asked_cents: int, kept_cents: int) -> str:
    """How the public money is shared, with the figures that went in; amounts in the scheme's currency."""
    left, own, asked = (_plain(cents) for cents in (left_cents, own_cents, asked_cents))
    kept = f"{_plain(kept_cents)} stands decided for it; " if kept_cents else ""
    figures = f"{left} is to be shared, and it asks for {own} of the {asked} that all ask for"
    return f"its part of the public money, shared {_SHARED[allocation]}: {kept}{figures}"


def telling(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bounds of a match, as an entry keeps it, that say something: a share of nothing, of which nobody asks, does not.

    So it is where all was decided before; what was shared then stands in the entry that decided.
    """
    return [
        one
        for one in found["bounds"]
        if one["name"] == found["decided_by"] or not one["words"].endswith(_NOTHING_ASKED)
    ]


def _plain(cents: int) -> str:
    """An amount without its currency."""
    return in_words(cents, "").strip()


def _bounded(match: Match, bound: Bound) -> Match:
    """Give the match under one more bound."""
    decides = bound.limit_cents < match.match_cents
    return replace(
        match,
        match_cents=min(match.match_cents, bound.limit_cents),
        bounds=(*match.bounds, bound),
        decided_by=bound.name if decides else match.decided_by,
    )


def _ratio_words(ratio: Fraction) -> str:
    """Write a ratio as a person would: `1 : 1`, `2 : 3`."""
    return f"{ratio.numerator} : {ratio.denominator}"
