"""Names the topic or project of an application that had none yet, or only a proposal: without it nothing can be booked."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from cofund.actions.actors import Actor
from cofund.actions.applications import checking, guarding
from cofund.actions.errors import Refused
from cofund.queries import applications, schemes
from cofund.queries.pools import Target
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem, Topic
from cofund.rules.admission import Finding


def name_target(actor: Actor, application: Application, target: Target, *, at: datetime | None = None) -> Application:
    """Name the topic or project that an application is for; what was checked before is checked anew for it.

    The code of its proposal stays. A point on an agenda that is not decided gets the topic too.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has a topic or project already, or the one that is named is of another programme or was dropped.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "name the target") as row:
        _check(row, target)
        before = row.status
        row.project = target.project
        row.topic = target.topic or (target.project.topic if target.project else None)
        row.save(update_fields=["topic", "project"])
        _on_the_agenda(row)
        after = {"target": applications.target_name(row), "proposal": row.proposal}
        if row.checked_at is not None:
            after["findings"] = ", ".join(one.code for one in _checked_anew(row, instant))
        guarding.record(actor, row, "name the target", instant, before=before, after=after)
        return row


def _check(row: Application, target: Target) -> None:
    """Refuse a second target, and one that is not of this programme or not open any more."""
    asked = f"You asked to name what {row.reference} is for."
    name = applications.target_name(row)
    if applications.target_of(row) is not None:
        remedy = "Withdraw it and start another application, if it is for something else."
        raise Refused(asked=asked, wrong=f"It is for {name} already.", remedy=remedy)
    one = target.project or target.topic
    if one is None:
        remedy = "Choose a topic or a project."
        raise Refused(asked=asked, wrong="Nothing is named.", remedy=remedy, field="target")
    if one.scheme_id != row.scheme_id:
        wrong = f"{one} belongs to another programme."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose one of this programme.", field="target")
    if isinstance(one, Topic) and one.status == Topic.Status.DROPPED:
        wrong = f"{one.code} was dropped."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose a topic that is still open.", field="target")


def _on_the_agenda(row: Application) -> None:
    """Let the point of the agenda name the topic, where it is not decided yet."""
    item = row.agenda_item
    if item is not None and item.topic_id is None and item.status == AgendaItem.Status.TABLED:
        item.topic = row.topic
        item.save(update_fields=["topic"])


def _checked_anew(row: Application, at: datetime) -> list[Finding]:
    """Check the letter that was handed in for what it is now for; no letter, nothing to check."""
    letter = applications.newest(row, Letter.Status.SUBMITTED, Letter.Status.ENDORSED)
    if letter is None:
        return []
    scheme, _ = schemes.current(row.scheme.code)
    return checking.renew(row, scheme, letter, timezone.localdate(at), at)
