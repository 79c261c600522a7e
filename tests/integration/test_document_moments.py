"""Every document says of which day, as known when, and by which version of the rules it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from tests.books import shipped
from tests.formulas import Recomputed
from tests.rounds import AT, YEAR, Round

from cofund.actions.schemes import install
from cofund.exporters import tables_csv, tables_excel
from cofund.queries.documents import catalogue, leverages
from cofund.queries.documents.given import Moment
from cofund.queries.documents.shapes import Document
from cofund.rules.scheme_parsing import parse

NOW = dt.date(2026, 6, 30)
DOCUMENTS = [(kind.key, public) for kind in catalogue.KINDS for public in (True, False) if kind.is_public or not public]


def said_in(document: Document) -> list[dict[str, object]]:
    """What each sheet of a document's workbook says of all of it, and then each row of each of its CSV files."""
    book = Recomputed(tables_excel.workbook(document)).book
    found: list[dict[str, object]] = [
        {str(row[0]): row[1] for row in sheet.iter_rows(min_row=2, max_row=8, max_col=2, values_only=True)}
        for sheet in book
    ]
    words = {
        "Programme": "programme",
        "Version of its rules": "scheme_version",
        "As of": "as_of",
        "Known at": "known_at",
    }
    for one in document.filled:
        text = "".join(tables_csv.lines(document, one)).removeprefix("\ufeff")
        found += [{name: row[key] for name, key in words.items()} for row in csv.DictReader(io.StringIO(text))]
    return found


@pytest.mark.parametrize("key", [*DOCUMENTS, ("leverage", False)], ids=str)
def test_every_document_says_as_of_when_and_by_which_version_of_the_rules(db: None, key: tuple[str, bool]) -> None:
    site = Round.opened()
    site.plan("approved")
    site.report("validated")
    asked = Moment.of(NOW, AT + dt.timedelta(days=1))
    text = shipped("ihi")
    later, times = re.subn(r'(?m)^version = "[^"]*"$', 'version = "99"', text, count=1)
    assert times == 1
    install(later, file="ihi.toml", actor_name="Tests", at=AT + dt.timedelta(days=2))
    for moment, version, instant in (
        (asked, parse(text, file="ihi.toml").version, "2026-05-29T14:00:00+02:00"),
        (Moment.of(NOW, AT + dt.timedelta(days=3)), "99", "2026-05-31T14:00:00+02:00"),
    ):
        if key[0] == "leverage":
            document = leverages.document(leverages.report("ihi", Moment.of(dt.date(2025, 12, 31), AT), moment))
        else:
            kind = next(one for one in catalogue.KINDS if one.key == key[0])
            document = catalogue.make(kind, "ihi", moment, YEAR, is_public=key[1])
        said = said_in(document)
        assert len(said) > len(document.sheets)
        for stated in said:
            assert (stated["Version of its rules"], stated["As of"], stated["Known at"]) == (
                version,
                "2026-06-30",
                instant,
            )
