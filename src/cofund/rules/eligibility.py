"""Who may give what, and from where: places of cost, and roles that a scheme does not let stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cofund.rules.relations import MEMBER_CATEGORY_OF
from cofund.rules.schemes import RoleExclusion, Scheme

UNKNOWN_PLACE = "unknown"
# A category of membership counts because the scheme names it, whatever relations an exclusion names.
_BY_CATEGORY = frozenset({MEMBER_CATEGORY_OF})
PLACE_WORDS = {"eu": "in the Union", "associated": "in an associated country", "third": "in a third country"}


@dataclass(frozen=True, slots=True)
class Capacity:
    """A role in which an organisation stands already.

    `by` is the reference of the contribution that it gives in this role, empty where it holds the role in the scheme.
    `same_target` tells whether that contribution is for the topic or project that is asked about. `via` says how it stands there
    where that is through relations (`through` names their kinds), `category` the category of membership behind it.
    """

    organisation: str
    role: str
    by: str = ""
    same_target: bool = False
    via: str = ""
    through: frozenset[str] = frozenset()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two roles of one organisation that exclude each other, in words; the law behind it, and what can be done."""

    other_role: str
    words: str
    blocks: bool
    legal_basis: str = ""
    remedy: str = ""


def wrong_place(scheme: Scheme, kind: str, place: str) -> str:
    """Say why costs of a kind may not arise at a place; nothing where they may, or where the place is not known."""
    rule = next((one for one in scheme.kinds if one.code == kind), None)
    if rule is None or not rule.place or place in ("", UNKNOWN_PLACE, *rule.place):
        return ""
    allowed = " or ".join(PLACE_WORDS[one] for one in rule.place)
    return f"Costs of {rule.label} may arise {allowed} only in {scheme.name}, not {PLACE_WORDS.get(place, place)}."


def excluded_roles(scheme: Scheme, role: str) -> frozenset[str]:
    """The roles that an exclusion of the scheme names together with `role`, on either side of it."""
    found = {other for one in scheme.role_exclusions if one.role == role for other in one.excludes}
    return frozenset(found | {one.role for one in scheme.role_exclusions if role in one.excludes})


def clashes(scheme: Scheme, role: str, capacities: Iterable[Capacity]) -> list[Clash]:
    """Tell which capacities exclude `role`, what blocks first.

    A role that is held in the scheme is held for each of its projects; a contribution counts for its own project, unless the
    exclusion is for the whole scheme.
    """
    found = []
    for capacity in capacities:
        for rule in scheme.role_exclusions:
            together = (rule.role == role and capacity.role in rule.excludes) or (
                rule.role == capacity.role and role in rule.excludes
            )
            if capacity.via:
                together = together and rule.role == role and capacity.through <= {*rule.through, *_BY_CATEGORY}
            if together and (rule.scope == "scheme" or not capacity.by or capacity.same_target):
                words = _words(scheme, role, capacity, rule)
                remedy = _remedy(scheme, capacity)
                found.append(Clash(capacity.role, words, rule.severity == "block", rule.legal_basis or "", remedy))
    return sorted(dict.fromkeys(found), key=lambda clash: not clash.blocks)


def counts_as(scheme: Scheme, category: str) -> str:
    """The role that a category of membership counts as, by the association's name for it; empty where it counts as none."""
    named = (one.counts_as for one in scheme.member_categories if one.label.casefold() == category.strip().casefold())
    return next(named, "")


def _words(scheme: Scheme, role: str, capacity: Capacity, rule: RoleExclusion) -> str:
    """What stands beside what, and the rule that is against it."""
    other, own = scheme.label(capacity.role), scheme.label(role)
    scope, legal_basis = rule.scope, rule.legal_basis
    if capacity.via and rule.severity == "block":
        basis = f" ({legal_basis})" if legal_basis else ""
        return f"{capacity.organisation} {capacity.via}, so it cannot be {own} in {scheme.name}{basis}."
    if capacity.via:
        basis = f" ({legal_basis})" if legal_basis else ""
        where = "in the scheme" if scope == "scheme" else "per project"
        return f"{capacity.organisation} {capacity.via}: a contribution is counted in one capacity only {where}{basis}."
    has = f"gives {capacity.by} as {other}" if capacity.by else f"is {other} in {scheme.name}"
    where = "the scheme" if scope == "scheme" else "a project"
    basis = f" ({legal_basis})" if legal_basis else ""
    return f"{capacity.organisation} {has}; nobody contributes to {where} as {own} and as {other}{basis}."


def _remedy(scheme: Scheme, capacity: Capacity) -> str:
    """What an organisation can do that stands in two roles."""
    if capacity.category:
        return f"Contribute through the member side, or end the {capacity.category} membership before the application."
    if capacity.via:
        return "Contribute through the member side, or let that relation end before the application."
    return f"Contribute as {scheme.label(capacity.role)}, or let that role end before the pledge."
