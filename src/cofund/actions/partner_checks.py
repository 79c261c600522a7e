"""Checks again who stands behind a contribution in the books, and keeps what was found with the reason why it may stay."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import audit, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, partner_rechecks
from cofund.records.ledger.models import Contribution, PartnerCheck


def check(actor: Actor, contribution: Contribution, reason: str = "", *, at: datetime | None = None) -> PartnerCheck:
    """Check whether the roles and relations of today let who gives a contribution give it, and keep what was found.

    It books nothing. What stands against it does not end the contribution: the office withdraws it, or says why it may stay.

    Args:
        actor: who checks.
        contribution: what is checked; it lives.
        reason: why it may stay, or what is done; needed where something stands against it.
        at: the instant of the check; now, unless given.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nothing was recorded since the last look, or something stands against it and no reason is given.
    """
    actor.require("check partner again")
    asked = f"You asked to check who gives {contribution.reference}."
    instant = at or clock.now()
    with writing():
        row = (
            Contribution.objects.select_for_update(of=("self",)).select_related("book__scheme").get(pk=contribution.pk)
        )
        due = partner_rechecks.due(Contribution.objects.filter(pk=row.pk))
        if not due:
            wrong = "No relation and no role that could matter was recorded since it was last looked at."
            raise Refused(asked=asked, wrong=wrong, remedy="Nothing is left to do.")
        found = [clash.words for clash in partner_rechecks.clashes_of(row)]
        if found:
            topic_checks.check_text(reason, asked, "reason", "Why it may stay, or what is done about it,")
        made = PartnerCheck.objects.create(
            contribution=row, checked_at=instant, checked_by=actor.name, findings=found, reason=reason.strip()
        )
        subject = f"{row.book.scheme.code}/contribution/{row.reference}"
        after = {"found": found, "recorded since": due[0].words}
        audit.record(actor, "check partner again", subject, at=instant, after=after, reason=reason.strip())
        return made
