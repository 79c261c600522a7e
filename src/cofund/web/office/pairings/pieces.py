"""The pieces that pages about pairings share: the state of one, the two that it is about, and the way here."""

from __future__ import annotations

from typing import Final

from cofund.records.directory.models import Organisation, Pairing
from cofund.rules.identifiers import ror_address
from cofund.web import components as c
from cofund.web.routes import reverse

STATUSES: Final = {
    "open": c.Status("To be looked at", c.Tone.WAITING),
    "later": c.Status("Later", c.Tone.NEUTRAL),
    "accepted": c.Status("Accepted", c.Tone.GOOD),
    "refused": c.Status("Refused", c.Tone.CLOSED),
}
# What many are paired with, in words: “pairings with ROR records”.
WITH: Final = {"record": "ROR records", "organisation": "organisations here", "group": "groups"}
KINDS: Final = {str(value): str(label) for value, label in Pairing.Kind.choices}


def name_of(pairing: Pairing) -> str:
    """The past organisation, with its code."""
    past = pairing.past_organisation
    return past.name or past.short_name or f"PIC {past.pk}"


def other_cell(pairing: Pairing) -> c.Cell:
    """What it may be, as a cell of a table that leads there."""
    other = pairing.other
    if isinstance(other, Organisation):
        note = ", ".join(filter(None, ("organisation here", other.country)))
        return c.Cell(other.name, href=reverse("office-partner", args=[other.slug]), note=note)
    note = ", ".join(filter(None, (f"ROR {other.pk}", other.country)))
    return c.Cell(other.name, href=ror_address(other.pk), note=note)


def crumbs(pairing: Pairing | None = None) -> tuple[c.Link, ...]:
    """The way here: the queue, and the pairing that the page is about."""
    first = c.Link("Same organisations", reverse("office-pairings"))
    return (first, c.Link(name_of(pairing), reverse("office-pairing", args=[pairing.pk]))) if pairing else (first,)
