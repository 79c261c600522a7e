"""What is missing among the known members, as a table: of which sort, on what that rests, who would fill it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.text import capfirst

from cofund.queries.candidate_gaps import FILLERS, Gap, has_members
from cofund.queries.candidates import Found
from cofund.web import components as c
from cofund.web.formatting import money
from cofund.web.routes import reverse

SORTS: Final = {"kind": "Kind", "country": "Country", "expertise": "Expertise", "contribution": "Contribution"}
_NOTE: Final = (
    "Told where at least half of the nearest past projects had such a kind, two in five such a country, one in five such a field, "
    "a foundation or a patient organisation. These shares are chosen, not measured."
)
_NAME_SOME: Final = "Name known members by their identification codes (PIC) in the filter above, to see what they lack."


def table(found: Found, gaps: Sequence[Gap], address: c.Address) -> c.Table:
    """The gaps with those who would fill them; without known members it says how to name some."""
    names = tuple(c.Column(text) for text in ("Would fill it", "Or", "Or")[:FILLERS])
    columns = (c.Column("Missing"), c.Column("On what that rests"), *names, c.Column("More"))
    is_money_alone = bool(gaps) and not has_members(found)
    return c.Table(
        "gaps",
        "Meant to come, and not pledged" if is_money_alone else "Missing among the known members",
        columns,
        tuple(_row(found, one, address) for one in gaps),
        noun=("gap", "gaps"),
        note=f"No member is known yet. {_NAME_SOME}" if is_money_alone else _NOTE if gaps else "",
        empty=_empty(found),
    )


def _row(found: Found, gap: Gap, address: c.Address) -> c.Row:
    """One gap."""
    fillers: list[c.Cell | c.Value] = [
        c.Cell(one.name, href=reverse("office-past-organisation", args=[one.pic])) for one in gap.fillers
    ]
    fillers += ["–"] * (FILLERS - len(fillers))
    words, more = gap.words, _more(gap, address)
    if gap.sort == "contribution":
        left = money(int(gap.filters["left_cents"]), found.subject.scheme.currency)
        words = f"By the text of the topic {left} more are meant to come than are pledged."
        words += " Whoever is named gave such contributions before, in the books of this site." if gap.fillers else ""
    return c.Row.of(c.Cell(capfirst(gap.what), note=SORTS[gap.sort]), words, *fillers, more)


def _more(gap: Gap, address: c.Address) -> c.Value:
    """The same page with the filter that finds more of them; none where there is no such filter."""
    if gap.sort not in ("kind", "country"):
        return "–"
    return c.Link(f"Candidates: {gap.what}", address.with_changes(number=None, **gap.filters))


def _empty(found: Found) -> c.EmptyState:
    """Why nothing is told."""
    if found.facts is None:
        return c.EmptyState("It cannot be worked out now.", "There is no index of past projects in use.")
    if not has_members(found):
        return c.EmptyState("No member is known yet.", _NAME_SOME)
    if found.problem:
        return c.EmptyState("It cannot be worked out now.", "There is no answer from the index.")
    return c.EmptyState("Nothing stands out.", "The known members have what the nearest past projects mostly had.")
