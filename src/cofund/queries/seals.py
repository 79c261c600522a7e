"""The facts of entries and transfers that the hash chain covers, in one place for writing and for verifying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Any

from cofund.records.ledger.models import Contribution, ContributionVersion, Entry


def entry_facts(
    entry: Entry,
    *,
    scheme: str,
    decision: str | None,
    corrects: int | None,
    version_digest: str,
    versions: Sequence[ContributionVersion],
) -> dict[str, Any]:
    """Give everything that an entry states, as plain values; `versions` is what it says contributions are from then on."""
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
        "versions": sorted(map(version_facts, versions), key=lambda facts: (facts["reference"], facts["number"])),
    }


def version_facts(version: ContributionVersion) -> dict[str, Any]:
    """Give everything that a version of a contribution states, as plain values."""
    return {
        "reference": version.contribution.reference,
        "number": version.number,
        "amount_cents": version.amount_cents,
        "effective_on": version.effective_on.isoformat(),
        "original_currency": version.original_currency,
        "original_amount_cents": version.original_amount_cents,
        "rate": version.rate,
        "rate_on": version.rate_on.isoformat() if version.rate_on else None,
        "rate_source": version.rate_source,
        "no_other_union_funding": version.no_other_union_funding,
        "public_origin_cents": version.public_origin_cents,
        "place": version.place,
        "certainty": str(version.certainty),
        "source_url": version.source_url,
        "reason": version.reason,
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
