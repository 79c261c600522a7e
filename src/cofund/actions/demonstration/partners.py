"""Writes what the demonstration knows of organisations beside their money: identifiers, relations, interests, next steps."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from importlib.resources import files

from cofund.actions import contacts, relations, relationships
from cofund.actions.actors import Actor
from cofund.actions.demonstration import directory
from cofund.actions.relations import NewRelation
from cofund.records.directory.models import Organisation, User

FILE = "partners.toml"


def write(actor: Actor, organisations: dict[str, Organisation], at: datetime) -> None:
    """Write the facts of `FILE`; the organisations that come with it are added to those given."""
    path = files("cofund.actions.demonstration") / "facts" / FILE
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    known = organisations | directory.write_organisations(tuple(facts["organisations"]))
    for slug, stated in facts["identifiers"].items():
        Organisation.objects.filter(slug=slug).update(**stated)
    for row in facts["relations"]:
        wanted = NewRelation(
            known[row["organisation"]],
            row["kind"],
            known[row["other"]],
            row.get("category", ""),
            source_url=row["source"],
            certainty=row["certainty"],
            note=row.get("note", ""),
        )
        relations.relate(actor, wanted, at=at)
    for row in facts["interests"]:
        one = known[row["organisation"]]
        contacts.state_interest(actor, one, row["kind"], row["text"], source_url=row["source"], at=at)
    owner = User.objects.get(username="officer")
    for row in facts["plans"]:
        on = at.date() + timedelta(days=row["in_days"])
        relationships.plan(actor, known[row["organisation"]], owner, row["step"], on, at=at)
