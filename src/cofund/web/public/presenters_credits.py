"""Who is credited for a topic, as far as it may be said."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cofund.queries import called
from cofund.records.programme.models import Credit
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.topic_states import mark
from cofund.web.vocabulary import spoken


def credits_table(credited: Sequence[Credit], held_back: str = "") -> c.Table:
    """Who is credited, as far as it may be said; nobody where it is held back, with the words why."""
    rows, unnamed = [], called.held()
    for one in () if held_back else credited:
        who = _credited(one, unnamed)
        seat = one.seat.group.name if one.seat and who == str(one.organisation or one.name) else "–"
        part = c.Cell(spoken(one.get_part_display()), certainty=mark(one.certainty))
        rows.append(c.Row.of(part, who, seat, one.on, one.note or "–"))
    return c.Table(
        "credits",
        _("Who is credited"),
        (
            c.Column(_("Part")),
            c.Column(_("Who")),
            c.Column(_("From a seat in")),
            c.Column(_("When")),
            c.Column(_("Note")),
        ),
        tuple(rows),
        noun=(_("credit"), _("credits")),
        empty=c.EmptyState(_("Who is credited is {reason}.").format(reason=held_back))
        if held_back
        else c.EmptyState(_("Nobody is credited."), _("Who proposed or scoped it is not recorded here.")),
    )


def _credited(one: Credit, unnamed: Collection[int]) -> str:
    """Who is credited, as far as the proposer of an idea lets it be said; `unnamed` are those whose names are held back."""
    if one.idea is not None and one.part == Credit.Part.PROPOSED and not (one.idea.wants_credit and one.idea.is_shown):
        return _("Not named, as the proposer wishes")
    return _(called.in_public(one.organisation, unnamed)) if one.organisation else one.name
