"""A document in the language of its page: its title, notes, headings and words of rules; names and what was written stay.

On a page and in the workbook it is the same; CSV is for programs and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cofund.exporters.tables_excel import WORDS
from cofund.queries.documents.shapes import (
    NOT_KNOWN,
    NOT_PUBLISHED,
    Column,
    Document,
    Sheet,
    SumOver,
    Value,
    Values,
)
from cofund.web import held_words
from cofund.web.languages import gettext as _
from cofund.web.languages import is_french
from cofund.web.vocabulary import spoken

# Columns whose values are words of rules and records; in others stand names, titles and codes.
_WORDS: Final = frozenset({"role", "kind", "partner_type", "country", "place", "place_of_cost", "certainty"})
_NAMES: Final = frozenset({"given_by", "participant"})
_GROUPS: Final = frozenset({"by-type", "by-role", "by-kind", "by-country", "by-place"})
_IN_YEAR: Final = re.compile(r"(.+) in (\d{4})")
_WITH_CODE: Final = re.compile(r"(.+) \(([A-Z_]+)\)")
_OF_FUNDER: Final = re.compile(r"Contribution of (.+)")
# The name of somebody that is held back: the role, and why.
_HELD: Final = re.compile(r"(.+?) \((not published.*)\)", re.DOTALL)


def stated(key: str) -> str:
    """What something that holds for all of a document is called."""
    return _(WORDS.get(key, key))


def headed(document: Document) -> Document:
    """A document with title, notes and headings in the language that is spoken; of its rows `row` says those that are shown."""
    if not is_french():
        return document
    names = {sheet.name: spoken(sheet.name) for sheet in document.sheets}
    filled = tuple(replace(one, sheet=_sheet(one.sheet, names)) for one in document.filled)
    found = replace(
        document,
        title=spoken(document.title),
        about=spoken(document.about),
        sheets=tuple(one.sheet for one in filled),
        notes=tuple(spoken(note) for note in document.notes),
    )
    # Its values are the same ones, and need not be computed again.
    found.__dict__["filled"] = filled
    return found


def said(document: Document) -> Document:
    """A document in the language that is spoken, with every value in its place; in English the document itself."""
    if not is_french():
        return document
    found = headed(document)
    filled = tuple(replace(one, rows=tuple(row(one.sheet, each) for each in one.rows)) for one in found.filled)
    found.__dict__["filled"] = filled
    return found


def row(sheet: Sheet, values: Values) -> Values:
    """A row of a sheet with its words in the language that is spoken."""
    if not is_french():
        return values
    return tuple(_value(sheet, column.key, value) for column, value in zip(sheet.columns, values, strict=True))


def _sheet(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """A sheet with its name, headings and note."""
    columns = tuple(_column(column, names) for column in sheet.columns)
    caption, note = spoken(sheet.caption), spoken(sheet.note)
    return replace(sheet, name=names[sheet.name], caption=caption, columns=columns, note=note)


def _column(column: Column, names: Mapping[str, str]) -> Column:
    """A column with its heading; what it adds up of another sheet is named as that sheet is."""
    made = column.made
    if isinstance(made, SumOver):
        made = replace(made, sheet=names[made.sheet])
    return replace(column, label=_label(column.label), hint=spoken(column.hint), made=made)


def _label(label: str) -> str:
    """A heading; those of a year, of a kind with its code and of a funder are said by their parts."""
    if found := _IN_YEAR.fullmatch(label):
        return _("{step} in {year}").format(step=spoken(found[1]), year=found[2])
    if found := _WITH_CODE.fullmatch(label):
        return f"{spoken(found[1])} ({found[2]})"
    if found := _OF_FUNDER.fullmatch(label):
        return _("Contribution of the funder: {funder}").format(funder=spoken(found[1]))
    return spoken(label)


def _value(sheet: Sheet, key: str, value: Value) -> Value:
    """A value: words of rules are said, a name that is held back with the reason, and everything else stays."""
    if not isinstance(value, str):
        return value
    if value in (NOT_PUBLISHED, NOT_KNOWN) or key in _WORDS or (key == "name" and sheet.key in _GROUPS):
        return spoken(value)
    found = _HELD.fullmatch(value) if key in _NAMES else None
    return f"{spoken(found[1])} ({held_words.said(found[2])})" if found else value
