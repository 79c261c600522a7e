"""The hash chain that binds each transfer to the one before, so that nothing can be taken out unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

# The hash that stands before the first transfer of a book.
GENESIS: Final = "0" * 64


def digest(facts: Mapping[str, Any]) -> str:
    """Give the SHA-256, hexadecimal, of plain values written in one canonical way (sorted keys, UTF-8, no spaces)."""
    return hashlib.sha256(_canonical(facts).encode()).hexdigest()


def link(previous_hash: str, transfer: Mapping[str, Any], entry_digest: str) -> str:
    """Give the hash of one transfer: over the hash before, its own facts, and the digest of the entry it belongs to."""
    return digest({"previous": previous_hash, "entry": entry_digest, "transfer": transfer})


_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
