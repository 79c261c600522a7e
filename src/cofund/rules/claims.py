"""What the scheme's version says of a claim before its match is computed: what counts, why not, and who shares by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cofund.rules.schemes import Scheme, TrancheRule

# The earliest stage that counts for the match, by basis. An estimate counts everything that is promised.
COUNTS_FROM: Final[Mapping[str, str]] = MappingProxyType(
    {"pledged": "pledged", "endorsed": "endorsed", "committed": "endorsed", "accepted": "endorsed"}
)


def allocation_of(scheme: Scheme) -> str:
    """The rule by which public money is shared: that of the tranche for partners, else of the first tranche."""
    partner = [rule for rule in scheme.tranches if rule.code in partner_tranches(scheme)]
    return (partner or list(scheme.tranches))[0].allocation


def partner_tranches(scheme: Scheme) -> tuple[str, ...]:
    """Codes of the tranches that match partners."""
    return tuple(rule.code for rule in scheme.tranches if scheme.role(rule.matched_role).side == "partner")


def why_not_counted(rule: TrancheRule, scheme: Scheme, kind: str, no_other_union_funding: bool | None) -> str:
    """Tell why a contribution of this kind and with this statement does not count for the match; empty where it does."""
    if rule.kinds and kind not in rule.kinds:
        return f"{rule.label} does not match {scheme.kind(kind).label}"
    if scheme.requires_no_other_union_funding and no_other_union_funding is not True:
        said = "has not stated that no other Union funds pay for it"
        return (
            f"whoever gives it {said if no_other_union_funding is None else 'states that other Union funds pay for it'}"
        )
    return ""
