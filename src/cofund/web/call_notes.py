"""What is known of calls in words, below the table of their days and amounts."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.queries.calls import CallLine
from cofund.web import components as c
from cofund.web.languages import gettext as _


def notes_table(lines: Sequence[CallLine]) -> c.Table | None:
    """What else is known of some calls, and what is not; None where nothing is."""
    rows = tuple(c.Row.of(line.call.name or line.call.code, line.call.note) for line in lines if line.call.note)
    if not rows:
        return None
    columns = (c.Column(_("Call")), c.Column(_("Note")))
    return c.Table("call-notes", _("What else is known, and what is not"), columns, rows, noun=(_("call"), _("calls")))
