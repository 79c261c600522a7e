"""That somebody took the audit file of a project: it leaves the site with names and papers, so the trail says who has one."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.locks import writing
from cofund.actions.signing_keys import SigningKey, own
from cofund.records.programme.models import Project


def take_audit_file(actor: Actor, project: Project, known_at: datetime, *, at: datetime) -> SigningKey:
    """Record who takes the audit file of a project, and as known at which instant; give the key that signs it.

    Raises:
        NotAllowed: the role does not include it.
    """
    actor.require("make audit file")
    key = own()
    with writing():
        after = {"known_at": known_at.isoformat(), "key": key.fingerprint}
        audit.record(actor, "make audit file", f"{project.scheme.code}/project/{project.slug}", at=at, after=after)
    return key
