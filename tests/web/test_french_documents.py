"""Public documents in French: page and workbook say the same words, the figures are the English ones, and CSV stays as it is."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests import catalogue as texts
from tests.books import DAY, MILLION, Office, shipped
from tests.formulas import Recomputed
from tests.worlds import world

from cofund.queries.documents import catalogue
from cofund.queries.documents.given import Moment
from cofund.records.ledger.models import Contribution
from cofund.web import document_words
from cofund.web.languages import FRENCH, speaking

PUBLIC = [kind.key for kind in catalogue.KINDS if kind.is_public]
FIRM = "\u00a0"


@world
def office() -> Office:
    """IMI2 with a committed contribution of JDRF, whose amount the scheme publishes, and an assumption among the entries."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(7 * MILLION + 1, "JDRF", kind="FC_JU")
    office.endorse(Contribution.objects.get())
    office.reserve()
    office.commit()
    return office


def strings(content: bytes) -> set[str]:
    """Every text of a workbook, with the names of its sheets."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"}
    return {*map(str, cells), *book.sheetnames}


def figures(content: bytes) -> list[object]:
    """Every number of a workbook as it was kept, in its order."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)
    ]


@pytest.mark.parametrize("key", PUBLIC)
def test_workbook_of_a_french_page_is_french_and_has_the_same_figures(client: Client, office: Office, key: str) -> None:
    address = reverse("document", args=["imi2", key])
    asked = {"format": "xlsx", "year": str(DAY.year)}
    english, french = (client.get(f"{prefix}{address}", asked).content for prefix in ("", "/fr"))
    untranslated = texts.untranslated()
    assert strings(english) & untranslated
    assert strings(french) & untranslated == set()
    assert strings(french) & {"Programme", "Version de ses règles"} == {"Programme", "Version de ses règles"}
    assert figures(french) == figures(english) != []
    book = Recomputed(french)
    assert book.formulas()
    assert book.differences() == []


@pytest.mark.parametrize("key", PUBLIC)
def test_every_word_of_a_document_that_is_no_name_is_said_in_french(office: Office, key: str) -> None:
    kind = catalogue.find("imi2", key, only_public=True)
    assert kind is not None
    document = catalogue.make(kind, "imi2", Moment.of(), DAY.year, is_public=True)
    with speaking(FRENCH):
        french = document_words.said(document)
    # These are the same words in both languages.
    same = {"Contributions", "Code", "Participant", "Participants", ""}
    pairs = [(document.title, french.title), (document.about, french.about)]
    pairs += zip(document.notes, french.notes, strict=True)
    for one, other in zip(document.sheets, french.sheets, strict=True):
        pairs += [(one.name, other.name), (one.caption, other.caption), (one.note, other.note)]
        for column, said in zip(one.columns, other.columns, strict=True):
            pairs += [(column.label, said.label), (column.hint, said.hint)]
            assert column.key == said.key
    assert [english for english, said in pairs if english == said and english not in same] == []
    assert len({one.name for one in french.sheets}) == len(french.sheets)
    assert max(len(one.name) for one in french.sheets) <= 31


def test_names_titles_and_codes_of_a_document_stay(client: Client, office: Office) -> None:
    with speaking(FRENCH):
        found = document_words.said(
            catalogue.make(catalogue.KINDS[0], "imi2", Moment.of(), DAY.year, is_public=True)
        ).sheet("contributions")
    assert found is not None
    row = dict(zip((column.key for column in found.sheet.columns), found.rows[0], strict=True))
    stated = (row["given_by"], row["reference"], row["kind_code"])
    assert stated == ("JDRF", Contribution.objects.get().reference, "kind/FC_JU")
    assert (row["role"], row["reported"]) == ("Partenaire associé", "non publié")


def test_page_of_a_document_says_nothing_to_be_english(client: Client, office: Office) -> None:
    page = client.get(f"/fr{reverse('document', args=['imi2', 'annual-report'])}", {"year": str(DAY.year)}).text
    assert f"Rapport annuel {DAY.year}{FIRM}: contributions" in page
    assert f"Engagé en {DAY.year}" in page
    assert "Ce qui vaut pour l’ensemble" in page
    assert 'lang="en"' not in page


def test_csv_of_a_document_is_the_same_in_both_languages(client: Client, office: Office) -> None:
    address, asked = reverse("document", args=["imi2", "states"]), {"format": "csv", "known_on": "2030-01-01"}
    english, french = (b"".join(client.get(f"{prefix}{address}", asked)) for prefix in ("", "/fr"))
    assert french == english
    assert b",given_by,role,kind," in b"".join(client.get(f"/fr{address}", {**asked, "sheet": "contributions"}))


def test_english_document_is_left_alone(office: Office) -> None:
    document = catalogue.make(catalogue.KINDS[1], "imi2", Moment.of(dt.date(2020, 1, 1)), 0, is_public=True)
    assert document_words.said(document) is document
