"""Entries and transfers as plain values, as a verification reads them, and what it says of a row that does not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One transfer as it stands in the database; accounts by code, contribution and tranche by name."""

    id: int
    number: int
    from_code: str
    to_code: str
    amount_cents: int
    effective_on: date
    contribution: str | None
    tranche: str | None
    open_after_cents: int | None
    previous_hash: str
    hash: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it stands in the database, with its transfers in order."""

    id: int
    number: int
    kind: str
    version_digest: str
    facts: Mapping[str, Any]
    transfers: Sequence[TransferRow]


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that does not agree: which one, what stands there, and what the rows say it should be."""

    row: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.row}: found {self.found}, expected {self.expected}"
