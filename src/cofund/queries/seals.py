"""The facts of entries and transfers that the hash chain covers, in one place for writing and for verifying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from typing import Any

from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Decision

# What a contribution is said to be: its reference, and the columns of the row that says it.
VersionRow = tuple[str, Mapping[str, Any]]


def entry_facts(
    columns: Mapping[str, Any],
    *,
    scheme: str,
    decision: str | None,
    corrects: int | None,
    version_digest: str,
    versions: Sequence[VersionRow],
) -> dict[str, Any]:
    """Give everything that an entry states, as plain values; `versions` is what it says contributions are from then on.

    Entries that were booked before anything was `sealed` with them have no such key, so that their hash stays what it was.
    """
    sealed = {} if columns["sealed"] is None else {"sealed": columns["sealed"]}
    return {
        **sealed,
        "scheme": scheme,
        "number": columns["number"],
        "kind": str(columns["kind"]),
        "effective_on": columns["effective_on"].isoformat(),
        "recorded_at": columns["recorded_at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": columns["actor_name"],
        "reason": columns["reason"],
        "evidence": columns["evidence"],
        "certainty": str(columns["certainty"]),
        "assumption": columns["assumption"],
        "decision": decision,
        "corrects": corrects,
        "scheme_version": version_digest,
        "explanation": columns["explanation"],
        "versions": sorted(
            (version_facts(*version) for version in versions), key=lambda facts: (facts["reference"], facts["number"])
        ),
    }


def audit_facts(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Give everything that an audit row states, as plain values."""
    return {
        "recorded_at": columns["recorded_at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": columns["actor_id"],
        "actor_name": columns["actor_name"],
        "actor_role": columns["actor_role"],
        "action": columns["action"],
        "subject": columns["subject"],
        "before": columns["before"],
        "after": columns["after"],
        "reason": columns["reason"],
        "evidence": columns["evidence"],
    }


def decision_facts(decision: Decision) -> dict[str, Any]:
    """Give what a decision says of itself beside its number, as plain values; what is written about it later is left out."""
    return {
        "decided_on": decision.decided_on.isoformat(),
        "certainty": str(decision.certainty),
        "title": decision.title,
    }


def version_facts(reference: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Give everything that a version of a contribution states, as plain values."""
    return {
        "reference": reference,
        "number": columns["number"],
        "amount_cents": columns["amount_cents"],
        "effective_on": columns["effective_on"].isoformat(),
        "original_currency": columns["original_currency"],
        "original_amount_cents": columns["original_amount_cents"],
        "rate": columns["rate"],
        "rate_on": columns["rate_on"].isoformat() if columns["rate_on"] else None,
        "rate_source": columns["rate_source"],
        "no_other_union_funding": columns["no_other_union_funding"],
        "public_origin_cents": columns["public_origin_cents"],
        "place": columns["place"],
        "certainty": str(columns["certainty"]),
        "source_url": columns["source_url"],
        "reason": columns["reason"],
    }


def contribution_facts(contribution: Contribution, organisations: Iterable[str]) -> dict[str, Any]:
    """Give what decides the figures of a contribution beside its amounts; `organisations` are the slugs of who stands behind it."""
    return {
        "reference": contribution.reference,
        "role": contribution.role,
        "kind": contribution.kind,
        "tranche": contribution.tranche.code if contribution.tranche else None,
        "topic": contribution.topic.code if contribution.topic else None,
        "project": contribution.project.slug if contribution.project else None,
        "organisations": sorted(organisations),
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
