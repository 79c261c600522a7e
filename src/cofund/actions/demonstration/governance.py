"""Writes the groups, seats and decisions of the demonstration, and one made-up written procedure on which votes can be tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.demonstration.reading import Table, governance
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import AgendaItem, Certainty, Decision, Group, Meeting, Paper, Scheme, Seat, Topic


def write(actor: Actor, organisations: dict[str, Organisation], at: datetime) -> None:
    """Write everything of the file, with one audit row; people and topics are there already."""
    facts = governance()
    for row in facts["groups"]:
        _write_group(row, organisations)
    for row in facts["decisions"]:
        _write_decision(row, at)
    meeting = _write_procedure(facts["procedure"], at)
    after = {"groups": len(facts["groups"]), "decisions": len(facts["decisions"]), "meeting": meeting.title}
    audit.record(actor, "load governance", "demonstration/governance", at=at, after=after, reason="Demonstration")


def _write_group(row: Table, organisations: dict[str, Organisation]) -> None:
    """Write a group with its seats."""
    group = Group.objects.create(
        scheme=Scheme.objects.get(code=row["scheme"]),
        slug=slugify(row["name"]),
        name=row["name"],
        kind=row["kind"],
        remit=row["remit"],
        from_on=row.get("from_on"),
        until_on=row.get("until_on"),
        source_url=row["source"],
        certainty=row.get("certainty", Certainty.VERIFIED),
    )
    for seat in row.get("seats", ()):
        user = User.objects.get(username=seat["user"]) if "user" in seat else None
        Seat.objects.create(
            group=group,
            capacity=seat.get("capacity", Seat.Capacity.MEMBER),
            organisation=organisations[seat["organisation"]] if "organisation" in seat else None,
            holder=seat.get("holder", ""),
            person=str(user) if user else "",
            user=user,
            bloc=seat.get("bloc", ""),
            source_url=seat.get("source", row["source"]),
            certainty=seat.get("certainty", Certainty.VERIFIED),
            note=seat.get("note", ""),
        )


def _write_decision(row: Table, at: datetime) -> None:
    """Write a decision that is known with its number; how it was reached is not."""
    scheme = Scheme.objects.get(code=row["scheme"])
    Decision.objects.create(
        scheme=scheme,
        number=row["number"],
        decided_on=row["decided_on"],
        title=row["title"],
        text=row["text"],
        group=Group.objects.get(scheme=scheme, slug="governing-board"),
        published_at=at,
        certainty=row.get("certainty", Certainty.VERIFIED),
        source_url=row.get("source", ""),
    )


def _write_procedure(row: dict[str, Any], at: datetime) -> Meeting:
    """Write the procedure on which votes can be tried: open from the day of loading on."""
    first = timezone.localdate(at)
    meeting = Meeting.objects.create(
        group=Group.objects.get(scheme__code=row["scheme"], slug=row["group"]),
        title=row["title"],
        procedure=Meeting.Procedure.WRITTEN,
        opens_on=first,
        held_on=first + timedelta(days=row["days"]),
        papers_due_on=first,
        status=Meeting.Status.OPEN,
        agenda_published_at=at,
        certainty=Certainty.ASSUMED,
    )
    item = AgendaItem.objects.create(
        meeting=meeting,
        number=1,
        kind=AgendaItem.Kind.TOPIC,
        title=row["item"],
        proposal=row["proposal"].strip(),
        topic=Topic.objects.get(scheme__code=row["scheme"], code=row["topic"]),
    )
    Paper.objects.create(
        item=item, title="Annex", text=row["annex"], is_confidential=True, added_by="Demonstration", added_at=at
    )
    return meeting
