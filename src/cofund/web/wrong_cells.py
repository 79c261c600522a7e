"""A table of the cells of a file that cannot be taken: what is wrong first, then where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.rules.workbook import WrongCell
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.vocabulary import spoken

_MOST = 200


def table(wrong: Sequence[WrongCell]) -> c.Table:
    """Every cell of a file that cannot be taken."""
    rows = tuple(
        c.Row.of(
            c.Cell(spoken(one.wrong), note=_("It holds “{value}”.").format(value=one.value[:60]) if one.value else ""),
            one.sheet,
            str(one.row) if one.row else "–",
            c.Cell(one.column or "–", note=one.heading),
        )
        for one in wrong[:_MOST]
    )
    columns = (c.Column(_("What is wrong")), c.Column(_("Sheet")), c.Column(_("Row")), c.Column(_("Column")))
    return c.Table(
        "wrong", _("Cells that cannot be taken"), columns, rows, noun=(_("cell"), _("cells")), total_count=len(wrong)
    )
