"""What the law has published of each participant of a project, where the sheet of its grant was taken over."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
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
from cofund.records.directory.models import Organisation

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


def test_newest_sheet_counts_and_a_merged_participant_stands_under_the_one_that_is_kept(db: None) -> None:
    """Who stands twice has the sum of both parts; and no sheet is read with all its lines once for each participant."""
    site = Round.opened()
    assert site.given.project is not None
    sheets = Sheets(site.office, site.given.project)
    for days, amount in enumerate((100, 400)):
        parts = [
            (2, None, "University A", "BE", "Participant", None, 3_000_000, amount, None),
            (3, None, "University B", "BE", "Participant", None, 3_000_000, amount + 1, None),
        ]
        row = sheets.read_in(as_csv([UNIVERSITY, *parts]))
        taking.take_over(FINANCE, row, grant_sheets.compared_now(row).seen, at=AT + dt.timedelta(days=days))
    kept = Organisation.objects.get(name="University A")
    Organisation.objects.filter(name="University B").update(merged_into=kept)
    with CaptureQueriesContext(connection) as asked:
        document = participants.publication("ihi", Moment.of(NOW, AT + dt.timedelta(days=9)))
    sheet = document.sheet("participants")
    assert sheet is not None
    places = [sheet.sheet.places[key] for key in ("participant", "public_money")]
    told = [tuple(row[place] for place in places) for row in sheet.rows]
    assert [one for one in told if str(one[0]).startswith("University")] == [("University A", 80_100)]
    (read,) = [one["sql"] for one in asked if "ledger_grantparticipant" in one["sql"]]
    assert '"rows"' not in read
