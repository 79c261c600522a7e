"""Names of accounts: readable, stable, and the same in every export."""

from __future__ import annotations

import hashlib
from functools import lru_cache
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


@lru_cache(maxsize=4096)
def id_of(book_id: int, code: str) -> int:
    """The number under which a book keeps an account: computed from its name, so that nobody has to look it up (63 bits)."""
    return int.from_bytes(hashlib.sha256(f"{book_id}/{code}".encode()).digest()[:8], "big") >> 1


def standing(tranche_codes: list[str]) -> list[str]:
    """The accounts that every book has: outside, each tranche's stages, and the stages of contributions by group."""
    of_tranches = [of_tranche(code, stage) for code in tranche_codes for stage in stages.TRANCHE_STAGES]
    groups = [*tranche_codes, UNMATCHED]
    of_groups = [of_contribution(group, stage) for group in groups for stage in stages.CONTRIBUTION_STAGES]
    return [OUTSIDE, *of_tranches, *of_groups]


def numbered(book_id: int, number: int) -> int:
    """The key of an entry, transfer or contribution with this number in a book: the book in front, 2^40 numbers behind."""
    return (book_id << 40) | number
