"""The explanation that every match carries: the rule, the figures that went in, the bound that decided, the scheme's version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cofund.rules.match import Match
from cofund.rules.schemes import Scheme

RULE = "The smallest of what the ratio, the caps, the shared public money and the tranche allow."


def explain(scheme: Scheme, reference: str, found: Match | None) -> dict[str, Any]:
    """Explain one match as plain values; what no tranche matches says so."""
    return explain_all(scheme, [(reference, found)])


def explain_all(scheme: Scheme, found: Sequence[tuple[str, Match | None]]) -> dict[str, Any]:
    """Explain several matches of one entry."""
    return {
        "rule": RULE,
        "scheme": scheme.code,
        "scheme_version": scheme.version,
        "currency": scheme.currency,
        "matches": [
            {**one.as_facts(), "reference": reference, "allocation": scheme.tranche(one.tranche).allocation}
            if one is not None
            else {"reference": reference, "match_cents": 0, "decided_by": "role", "bounds": []}
            for reference, one in found
        ],
    }
