"""What the law has published of each participant of a project, where the sheet of its grant was taken over."""

from __future__ import annotations

import datetime as dt

from tests.books import FINANCE, MILLION
from tests.formulas import Recomputed
from tests.rounds import AT, Round
from tests.sheets import UNIVERSITY, Sheets, as_csv

from cofund.actions.sheets import taking, undoing
from cofund.exporters import tables_excel
from cofund.queries import grant_sheets
from cofund.queries.documents import participants
from cofund.queries.documents.given import Moment
from cofund.queries.documents.shapes import Value

NOW = dt.date(2026, 6, 30)


def test_publication_tells_the_public_money_of_each_participant_by_the_sheet_of_its_grant(db: None) -> None:
    site = Round.opened()
    assert site.given.project is not None
    sheets = Sheets(site.office, site.given.project)
    partner = (2, None, "Foundation F", "BE", "Participant", "Contributing partner", 3_000_000, 250_000.5, 2_000_000)
    member = (3, None, "M", "DK", "Participant", "Constituent entity", 3_000_000, 0, 3_000_000)
    row = sheets.read_in(as_csv([UNIVERSITY, partner, member]))
    taking.take_over(FINANCE, row, grant_sheets.compared_now(row).seen, at=AT)

    def told(days: int) -> dict[Value, tuple[Value, ...]]:
        document = participants.publication("ihi", Moment.of(NOW, AT + dt.timedelta(days=days)))
        assert Recomputed(tables_excel.workbook(document)).differences() == []
        sheet = document.sheet("participants")
        assert sheet is not None
        places = [sheet.sheet.places[key] for key in ("participant", "public_money", "ikop")]
        return {found[places[0]]: tuple(found[place] for place in places[1:]) for found in sheet.rows}

    committed = {"Foundation F": 2 * MILLION, "M": 3 * MILLION}
    unknown = {name: ("not known", cents) for name, cents in committed.items()}
    assert told(-1) == unknown
    assert told(1) == {
        "Katholieke Universiteit Leuven": (5 * MILLION, 0),
        "Foundation F": (25_000_050, 2 * MILLION),
        "M": (0, 3 * MILLION),
    }
    undoing.undo(FINANCE, row, "The wrong file", at=AT + dt.timedelta(days=2))
    assert told(3) == unknown
