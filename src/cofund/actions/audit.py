"""The audit row that every write leaves in its own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cofund.actions.actors import Actor
from cofund.records.directory.models import AuditEvent


def record(
    actor: Actor,
    action: str,
    subject: str,
    *,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    evidence: str = "",
) -> None:
    """Append who did what to which object, with what it was before and after."""
    written = columns(actor, action, subject, at=at, before=before, after=after, reason=reason, evidence=evidence)
    AuditEvent(**written).save(force_insert=True)


def columns(
    actor: Actor,
    action: str,
    subject: str,
    *,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    evidence: str = "",
) -> dict[str, Any]:
    """Give the columns of an audit row that is not written yet."""
    return {
        "recorded_at": at,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "action": action,
        "subject": subject,
        "before": before,
        "after": after,
        "reason": reason,
        "evidence": evidence,
    }
