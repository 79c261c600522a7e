"""Exceptions from the rules of publication: a field of one record is held back or opened, with a reason, until it is lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cofund.actions import audit, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, exceptions, shown_fields
from cofund.queries.exceptions import Record
from cofund.records.ledger.models import PublicationException
from cofund.rules import publication


@dataclass(frozen=True, slots=True)
class NewException:
    """What is to differ: who may read a field of a record, why, from which day, and until which; None until it is lifted."""

    field: str
    audience: str
    reason: str
    from_on: date
    until_on: date | None = None
    is_reason_public: bool = False


def make(actor: Actor, record: Record, wanted: NewException, *, at: datetime | None = None) -> PublicationException:
    """Give a field of a contribution, organisation or topic another audience; one that it had before is lifted by this.

    Args:
        actor: who decides.
        record: the contribution, organisation or topic.
        wanted: what is to differ.
        at: the instant; now, unless given.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no such field, the law has it published and no embargo is given, no reason is given, or days do not fit.
    """
    actor.require("make publication exception")
    kind, instant = exceptions.named(record), at or clock.now()
    field = publication.BY_CODE.get(f"{kind}.{wanted.field}")
    asked = f"You asked who may read “{field.label if field else wanted.field}” of {record}."
    if field is None or wanted.audience not in publication.AUDIENCES:
        raise Refused(asked=asked, wrong="There is no such field or audience.", remedy="Choose one of the list.")
    default = shown_fields.default_of(record, field)
    faults = publication.faults(default, wanted.audience, wanted.reason, wanted.from_on, wanted.until_on)
    if faults:
        raise Refused(asked=asked, wrong=next(iter(faults.values())), remedy="Put it right.", faults=dict(faults))
    reason = topic_checks.check_text(wanted.reason, asked, "reason", "The reason")
    with writing():
        before = _running(record, wanted.field)
        if before is not None:
            _lift(before, actor, "Replaced by another exception", instant)
        made = PublicationException.objects.create(
            **{kind: record},
            field=wanted.field,
            audience=wanted.audience,
            reason=reason,
            is_reason_public=wanted.is_reason_public,
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            set_by=actor.name,
            set_at=instant,
        )
        audit.record(
            actor,
            "make publication exception",
            shown_fields.subject_of(record),
            at=instant,
            before=_told(before) if before is not None else None,
            after=_told(made),
            reason=reason,
        )
        return made


def lift(actor: Actor, record: Record, field: str, reason: str, *, at: datetime | None = None) -> PublicationException:
    """Let the rules hold again for a field of a record.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no exception to lift, or no reason.
    """
    actor.require("lift publication exception")
    asked, instant = f"You asked to lift an exception of {record}.", at or clock.now()
    with writing():
        row = _running(record, field)
        if row is None:
            raise Refused(asked=asked, wrong="There is none for this field.", remedy="Nothing is left to do.")
        why = topic_checks.check_text(reason, asked, "reason", "The reason")
        before = _told(row)
        _lift(row, actor, why, instant)
        subject = shown_fields.subject_of(record)
        audit.record(actor, "lift publication exception", subject, at=instant, before=before, reason=why)
        return row


def _running(record: Record, field: str) -> PublicationException | None:
    """The exception of a field that nobody has lifted, locked; None where there is none."""
    rows = PublicationException.objects.select_for_update()
    return rows.filter(**{exceptions.named(record): record}, field=field, lifted_at=None).first()


def _lift(row: PublicationException, actor: Actor, reason: str, at: datetime) -> None:
    """Write that an exception no longer holds."""
    row.lifted_by, row.lifted_at, row.lifted_reason = actor.name, at, reason
    row.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])


def _told(row: PublicationException) -> dict[str, str | bool | None]:
    """An exception as the audit trail keeps it."""
    return {
        "field": row.field,
        "audience": str(row.audience),
        "from": row.from_on.isoformat(),
        "until": row.until_on.isoformat() if row.until_on else None,
        "reason is public": row.is_reason_public,
    }
