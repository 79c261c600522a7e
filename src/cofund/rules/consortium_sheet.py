"""Reads the plan of a consortium from a spreadsheet: all of it, or every cell that cannot be taken by sheet, row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cofund.rules.consortium_columns import (
    MOST_PARTICIPANTS,
    PARTICIPANTS_SHEET,
    PROJECT_SHEET,
    Asked,
    of_participant,
    of_project,
)
from cofund.rules.consortium_plan import Participant, Plan
from cofund.rules.money import MOST_CENTS, read_amount
from cofund.rules.places import COUNTRIES, country_code
from cofund.rules.schemes import Scheme
from cofund.rules.shares import Allowance
from cofund.rules.workbook import CellText, SheetRow, SheetText, WorkbookText, WrongCell, letters

_SHARE: Final = re.compile(r"^(\d{1,3}(?:\.\d{1,12})?)\s*(%?)$")
_ROWS_BEFORE_HEADINGS: Final = 20
EMPTY: Final = "It is empty. Write it, or clear the whole row."
SET_BY_TOPIC: Final = "set by the topic, as the plan states"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: its plan, None where a cell is wrong; and notes on what was read how."""

    plan: Plan | None
    wrong: tuple[WrongCell, ...] = ()
    notes: tuple[str, ...] = ()


def read(scheme: Scheme, workbook: WorkbookText) -> Reading:
    """Read a plan. Nothing is taken over from a file in which a cell is wrong."""
    wrong: list[WrongCell] = []
    notes = [*workbook.notes]
    sheet = workbook.sheet(PARTICIPANTS_SHEET)
    if sheet is None:
        found = ", ".join(one.name for one in workbook.sheets)
        words = f"There is no sheet {PARTICIPANTS_SHEET}. The file has: {found}. Start from the template."
        return Reading(None, (WrongCell(PARTICIPANTS_SHEET, 0, "", "", "", words),), tuple(notes))
    for one in workbook.sheets:
        if one.is_hidden and one.name.casefold() in (PARTICIPANTS_SHEET.casefold(), PROJECT_SHEET.casefold()):
            notes.append(f"The sheet {one.name} is hidden; it was read all the same.")
    project = _project(scheme, workbook.sheet(PROJECT_SHEET), wrong, notes)
    participants = _participants(scheme, sheet, wrong, notes)
    if wrong:
        return Reading(None, tuple(wrong), tuple(notes))
    return Reading(plan_of(scheme, project, participants), (), tuple(notes))


def plan_of(scheme: Scheme, project: Mapping[str, object], participants: list[Mapping[str, object]]) -> Plan:
    """The plan of values that were read: amounts in cents, shares as fractions, words as they are."""
    limits = {
        test.id: Allowance(limit, SET_BY_TOPIC)
        for test in scheme.share_tests
        if isinstance(limit := project.get(f"limit-{test.id}"), Fraction)
    }
    return Plan(
        participants=tuple(_participant(number, row) for number, row in enumerate(participants, start=1)),
        title=str(project.get("title") or ""),
        topic=str(project.get("topic") or ""),
        action_type=str(project.get("action_type") or ""),
        most_public_cents=_cents(project.get("most_public")),
        allowances=limits,
        excludes_large=project.get("excludes_large") != "no",
    )


def value_of(asked: Asked, written: str) -> tuple[object, str]:
    """Read one text: its value (None where it is empty), and what is wrong with it."""
    text = " ".join(written.split())
    if not text:
        return None, EMPTY if asked.is_needed else ""
    if asked.form == "money":
        cents = read_amount(text)
        if cents is None:
            return (
                None,
                "It is no amount. Write it as 1250000 or 1250000.50, without a sign and with at most two decimals.",
            )
        return cents, "" if cents <= MOST_CENTS else "It is more than any programme has."
    if asked.form == "share":
        return _share(text)
    if asked.form == "country":
        code = country_code(text)
        return code, "" if code in COUNTRIES else "It is no country. Write two letters, for example DE."
    if asked.form == "choice":
        known = {name.casefold(): code for code, label in (*asked.others, *asked.choices) for name in (code, label)}
        if text.casefold() in known:
            return known[text.casefold()], ""
        return None, f"Choose one of: {'; '.join(label for _, label in asked.choices)}."
    if any(ord(character) < 32 for character in text):
        return None, "It holds a sign that is no text."
    return text, "" if len(text) <= asked.longest else f"It is longer than {asked.longest} characters."


def _share(text: str) -> tuple[object, str]:
    """A share: `20 %`, `20`, or `0.2` as a cell in per cent holds it."""
    found = _SHARE.match(text)
    if found is None:
        return None, "It is no share. Write it as 20 %."
    share = Fraction(found[1])
    share = share if share <= 1 and not found[2] else share * Fraction(1, 100)
    return share, "" if 0 < share < 1 else "A limit is above 0 % and below 100 %."


def _project(scheme: Scheme, sheet: SheetText | None, wrong: list[WrongCell], notes: list[str]) -> dict[str, object]:
    """What stands about the project: labels in the first column, values in the second."""
    if sheet is None:
        notes.append(f"There is no sheet {PROJECT_SHEET}; nothing about the topic is taken into account.")
        return {}
    labels = {asked.heading(scheme.currency).casefold(): asked for asked in of_project(scheme)}
    found: dict[str, object] = {}
    for row in sheet.rows:
        asked = labels.get(row.at(0).text.strip().casefold())
        if asked is not None:
            found[asked.key] = _taken(asked, row.at(1), (sheet.name, row.number, "B", asked.label), wrong, notes)
    return found


def _participants(
    scheme: Scheme, sheet: SheetText, wrong: list[WrongCell], notes: list[str]
) -> list[Mapping[str, object]]:
    """The rows below the headings."""
    asked = {one.heading(scheme.currency).casefold(): one for one in of_participant(scheme)}
    first = next(iter(asked))
    early = (row for row in sheet.rows[:_ROWS_BEFORE_HEADINGS])
    headings = next((row for row in early if any(_plain(cell) == first for cell in row.cells)), None)
    if headings is None:
        words = f"No row has the headings of the template, beginning with {next(iter(asked.values())).label}."
        wrong.append(WrongCell(sheet.name, 0, "", "", "", words))
        return []
    places = {asked[_plain(cell)].key: index for index, cell in enumerate(headings.cells) if _plain(cell) in asked}
    for one in asked.values():
        if one.is_needed and one.key not in places:
            wrong.append(WrongCell(sheet.name, headings.number, "", one.label, "", "The column is missing."))
    strangers = [cell.text for cell in headings.cells if cell.text and _plain(cell) not in asked]
    if strangers:
        notes.append(f"Columns that are not read: {', '.join(one[:40] for one in strangers[:10])}.")
    rows = [row for row in sheet.rows if row.number > headings.number and _says_something(row, places)]
    if sheet.is_cut or len(rows) > MOST_PARTICIPANTS:
        wrong.append(WrongCell(sheet.name, 0, "", "", "", f"It has more than {MOST_PARTICIPANTS} participants."))
        return []
    if not rows:
        wrong.append(WrongCell(sheet.name, 0, "", "", "", "There is no participant below the headings."))
    return [_row(scheme, sheet.name, row, places, wrong, notes) for row in rows]


def _row(
    scheme: Scheme, sheet: str, row: SheetRow, places: Mapping[str, int], wrong: list[WrongCell], notes: list[str]
) -> Mapping[str, object]:
    """One participant."""
    found: dict[str, object] = {}
    for one in of_participant(scheme):
        if one.key in places:
            index = places[one.key]
            where = (sheet, row.number, letters(index), one.label)
            found[one.key] = _taken(one, row.at(index), where, wrong, notes)
    for key, third in found.items():
        given = found.get(f"given-{key.removeprefix('third-')}")
        if key.startswith("third-") and isinstance(third, int) and third > (given if isinstance(given, int) else 0):
            words = "It is more than what is given of this kind."
            wrong.append(WrongCell(sheet, row.number, letters(places[key]), "", row.at(places[key]).text, words))
    return found


def _taken(
    asked: Asked, cell: CellText, where: tuple[str, int, str, str], wrong: list[WrongCell], notes: list[str]
) -> object:
    """The value of a cell; what is wrong with it is noted."""
    value, fault = value_of(asked, cell.text)
    fault = cell.fault or fault
    if cell.is_formula and not fault and asked.form in ("text", "country", "choice"):
        fault = "A formula stands where words belong."
    if cell.is_formula and not fault:
        note = "Amounts that come from formulas were taken as the file was saved."
        notes += [note] if note not in notes else []
    if fault:
        wrong.append(WrongCell(*where, cell.text, fault))
    return value


def _says_something(row: SheetRow, places: Mapping[str, int]) -> bool:
    """Whether a row has anything in the columns that are read."""
    return any(not row.at(index).is_empty for index in places.values())


def _plain(cell: CellText) -> str:
    """A heading as it is compared."""
    return " ".join(cell.text.split()).casefold()


def _participant(number: int, row: Mapping[str, object]) -> Participant:
    """A participant of values that were read."""
    amounts = {
        part: {
            key.removeprefix(part): value
            for key, value in row.items()
            if key.startswith(part) and isinstance(value, int)
        }
        for part in ("given-", "third-")
    }
    words = {
        key: str(row.get(key) or "")
        for key in ("name", "country", "capacity", "organisation_kind", "pic", "membership")
    }
    return Participant(
        number,
        **words,
        turnover_cents=_cents(row.get("turnover")),
        costs_cents=_cents(row.get("costs")),
        public_cents=_cents(row.get("public")) or 0,
        given=amounts["given-"],
        third=amounts["third-"],
    )


def _cents(value: object) -> int | None:
    """An amount, or None."""
    return value if isinstance(value, int) else None
