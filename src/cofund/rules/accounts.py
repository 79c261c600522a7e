"""Names of accounts: readable, stable, and the same in every export."""

from __future__ import annotations

from typing import Final

from cofund.rules import stages

OUTSIDE: Final = stages.OUTSIDE
# The group of contributions that no tranche matches.
UNMATCHED: Final = "-"


def of_tranche(tranche_code: str, stage: str) -> str:
    """The account of a tranche's stage, e.g. `tranche:B:open`."""
    return f"tranche:{tranche_code}:{stage}"


def of_contribution(group: str, stage: str) -> str:
    """The account of a stage of contributions, e.g. `contribution:B:pledged`.

    All contributions that one tranche matches share it, and every transfer names the contribution that it is about; `group` is the
    tranche's code, or `UNMATCHED` for what no tranche matches.
    """
    return f"contribution:{group}:{stage}"


def of_grant(target: str) -> str:
    """The account of a topic's or project's public money, e.g. `grant:project/innodia:awarded`."""
    return f"grant:{target}:awarded"


def parts(code: str) -> tuple[str, str, str]:
    """Give holder, name and stage of an account code."""
    if code == OUTSIDE:
        return (OUTSIDE, "", OUTSIDE)
    holder, rest = code.split(":", 1)
    name, stage = rest.rsplit(":", 1)
    return (holder, name, stage)
