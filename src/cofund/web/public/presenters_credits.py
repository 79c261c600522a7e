"""Who is credited for a topic, as far as it may be said."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.records.programme.models import Credit
from cofund.web import components as c
from cofund.web.topic_states import mark


def credits_table(credited: Sequence[Credit], held_back: str = "") -> c.Table:
    """Who is credited, as far as it may be said; nobody where it is held back, with the words why."""
    rows = []
    for one in () if held_back else credited:
        who = _credited(one)
        seat = one.seat.group.name if one.seat and who == str(one.organisation or one.name) else "–"
        rows.append(
            c.Row.of(c.Cell(one.get_part_display(), certainty=mark(one.certainty)), who, seat, one.on, one.note or "–")
        )
    return c.Table(
        "credits",
        "Who is credited",
        (c.Column("Part"), c.Column("Who"), c.Column("From a seat in"), c.Column("When"), c.Column("Note")),
        tuple(rows),
        noun=("credit", "credits"),
        empty=c.EmptyState(f"Who is credited is {held_back}.")
        if held_back
        else c.EmptyState("Nobody is credited.", "Who proposed or scoped it is not recorded here."),
    )


def _credited(one: Credit) -> str:
    """Who is credited, as far as the proposer of an idea lets it be said."""
    if one.idea is not None and one.part == Credit.Part.PROPOSED and not (one.idea.wants_credit and one.idea.is_shown):
        return "Not named, as the proposer wishes"
    return str(one.organisation or one.name)
