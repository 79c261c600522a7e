"""Writes the applications of the demonstration beside the contributions that they became; nothing is booked here."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.applications import guarding
from cofund.actions.demonstration.reading import cents
from cofund.queries.letters import digest_of
from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models import Application, Contribution, Letter, LetterLine
from cofund.records.programme.models import Decision, Scheme, Topic


def load(actor: Actor, instant: datetime) -> int:
    """Write every application of the facts as approved, with assumed days marked so; tell how many.

    Raises:
        ValueError: a line belongs to no contribution in the books, or to several.
    """
    path = files("cofund.actions.demonstration") / "facts" / "applications.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["applications"]
    for row in rows:
        _write(actor, row, instant)
    return len(rows)


def _write(actor: Actor, row: dict[str, Any], instant: datetime) -> None:
    """Write one application with its endorsed letter."""
    scheme = Scheme.objects.get(code=row["scheme"])
    decision = Decision.objects.get(scheme=scheme, number=row["decision"])
    submitted_at = min(_noon(row["submitted_on"]), instant)
    made = Application.objects.create(
        scheme=scheme,
        reference=f"{scheme.code}-{row['organisation']}",
        organisation=Organisation.objects.get(slug=row["organisation"]),
        role=row["role"],
        topic=Topic.objects.get(scheme=scheme, code=row["topic"]),
        status=Application.Status.APPROVED,
        status_since_at=min(_noon(decision.decided_on), instant),
        decision=decision,
        made_at=submitted_at,
        certainty=Certainty.ASSUMED,
    )
    made.reference = f"{scheme.code}-A{made.pk}"
    made.save(update_fields=["reference"])
    letter = Letter.objects.create(
        application=made,
        number=1,
        status=Letter.Status.ENDORSED,
        subject_matter=row["subject_matter"],
        activities=row["activities"],
        reason=row["reason"],
        written_by=actor.name,
        written_at=submitted_at,
        submitted_at=submitted_at,
    )
    for number, line in enumerate(row["lines"], start=1):
        amount = cents(line["amount"])
        LetterLine.objects.create(
            letter=letter,
            number=number,
            kind=line["kind"],
            currency=scheme.currency,
            amount_cents=amount,
            valuation=line["valuation"],
            contribution=_booked(made, line["kind"], amount),
        )
    letter.facts_digest = digest_of(letter)
    letter.save(update_fields=["facts_digest"])
    audit.record(
        actor,
        "record application",
        guarding.subject(made),
        at=instant,
        after={"letter": 1, "decision": decision.number},
        reason=row["reason"],
        evidence=row["source"],
    )


def _booked(row: Application, kind: str, amount_cents: int) -> Contribution:
    """The one contribution in the books that a line became."""
    found = Contribution.objects.filter(
        book__scheme=row.scheme_id,
        parties=row.organisation_id,
        topic=row.topic_id,
        role=row.role,
        kind=kind,
        versions__amount_cents=amount_cents,
        versions__number=1,
    )
    rows = list(found.distinct())
    if len(rows) != 1:
        raise ValueError(f"{row.organisation} has {len(rows)} contributions of this kind and amount to {row.topic}.")
    return rows[0]


def _noon(on: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(on, time(12), UTC)
