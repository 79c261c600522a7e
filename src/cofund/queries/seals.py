"""The facts of entries and transfers that the hash chain covers, in one place for writing and for verifying."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from cofund.records.ledger.models import Entry


def entry_facts(
    entry: Entry, *, scheme: str, decision: str | None, corrects: int | None, version_digest: str
) -> dict[str, Any]:
    """Give everything that an entry states, as plain values."""
    return {
        "scheme": scheme,
        "number": entry.number,
        "kind": str(entry.kind),
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_name,
        "reason": entry.reason,
        "evidence": entry.evidence,
        "certainty": str(entry.certainty),
        "assumption": entry.assumption,
        "decision": decision,
        "corrects": corrects,
        "scheme_version": version_digest,
        "explanation": entry.explanation,
    }


def transfer_facts(
    *,
    number: int,
    from_code: str,
    to_code: str,
    amount_cents: int,
    effective_on: date,
    contribution: str | None,
    tranche: str | None,
    open_after_cents: int | None,
) -> dict[str, Any]:
    """Give everything that a transfer states, as plain values; accounts by code."""
    return {
        "number": number,
        "from": from_code,
        "to": to_code,
        "amount_cents": amount_cents,
        "effective_on": effective_on.isoformat(),
        "contribution": contribution,
        "tranche": tranche,
        "open_after_cents": open_after_cents,
    }
