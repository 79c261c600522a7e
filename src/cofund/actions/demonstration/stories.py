"""Writes the demonstration's stories through the same actions as the office, and says on each that it was written for that."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from cofund.actions.actors import Actor
from cofund.actions.stories import drafting, steps
from cofund.actions.stories.drafting import Text, Ties
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Project, Scheme

AUTHOR = "the authors of the demonstration"
NOTE = "Demonstration: written in our own words from the public source that is named, and no text of the partner."


def write(actor: Actor, organisations: Mapping[str, Organisation], at: datetime) -> int:
    """Write and publish the stories of the facts; tell how many. Programmes, projects and their books are there already."""
    path = files("cofund.actions.demonstration") / "facts" / "stories.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["stories"]
    for row in rows:
        scheme = Scheme.objects.get(code=row["scheme"])
        ties = Ties(
            scheme,
            [organisations[slug] for slug in row["partners"]],
            [Project.objects.get(scheme=scheme, slug=slug) for slug in row["projects"]],
            origin_note=NOTE,
            source_url=row["source"],
        )
        text = Text(row["title"], row["summary"], row["body"].strip(), AUTHOR)
        made = drafting.draft(actor, row["kind"], text, ties, at=at)
        steps.submit(actor, made, at=at)
        steps.publish(actor, made, at, at=at)
    return len(rows)
