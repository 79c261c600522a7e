"""Writes the demonstration's leads through the same actions as the office, each step at noon of its day."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any

from cofund.actions.actors import Actor
from cofund.actions.demonstration.reading import cents
from cofund.actions.lead_steps import LeadMove, NewExchange, log_exchange, move_lead
from cofund.actions.leads import LeadFacts, NewLead, open_lead
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Certainty, Scheme, Topic

SCHEME = "imi2"
OWNER = "officer"


def load(actor: Actor) -> int:
    """Write the leads of the facts; tell how many. The organisations, topics, books and people are there already."""
    path = files("cofund.actions.demonstration") / "facts" / "leads.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["leads"]
    scheme = Scheme.objects.get(code=SCHEME)
    owner = User.objects.filter(username=OWNER).first()
    for row in rows:
        _write(actor, scheme, row, owner)
    return len(rows)


def _write(actor: Actor, scheme: Scheme, row: dict[str, Any], owner: User | None) -> None:
    """One lead with its exchanges and steps, in order of their days."""
    facts = LeadFacts(
        topic=Topic.objects.get(scheme=scheme, code=row["topic"]),
        kind=row.get("kind", ""),
        amount_cents=cents(row["amount"]) if "amount" in row else None,
        interest=row["interest"],
        owner=owner,
        source_url=row["source"],
        note=row["note"],
    )
    wanted = NewLead(
        scheme.code,
        Organisation.objects.get(slug=row["organisation"]),
        row["route"],
        facts,
        row["opened_on"],
        # Nobody published the days; on every page the lead says that they are assumed.
        certainty=Certainty.ASSUMED,
        reason="The route is assumed" if row.get("route_is_assumed") else "",
    )
    lead = open_lead(actor, wanted, at=_noon(row["opened_on"]))
    for one in row.get("exchanges", ()):
        said = NewExchange(
            one["channel"], one["summary"], one["on"], one["by_office"], row["source"], certainty=Certainty.ASSUMED
        )
        log_exchange(actor, lead.reference, said, at=_noon(one["on"]))
    for step in row["steps"]:
        reason = row["outcome"] if step["action"] == "convert lead" else ""
        move_lead(actor, lead.reference, LeadMove(step["action"], step["on"], reason), at=_noon(step["on"]))


def _noon(on: date) -> datetime:
    """The instant at which something of a day is recorded."""
    return datetime.combine(on, time(12), UTC)
