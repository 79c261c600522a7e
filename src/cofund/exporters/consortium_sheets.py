"""The plan of a consortium as an Excel workbook: the template to fill in, and a checked plan with its result, in live formulas.

Words of people are written as texts and never as formulas. The sheets are those that `cofund.rules.consortium_sheet` reads.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import xlsxwriter

from cofund.exporters.consortium_lists import write_lists
from cofund.exporters.consortium_result import write_result
from cofund.rules.consortium import Report
from cofund.rules.consortium_columns import (
    LISTS_SHEET,
    MOST_PARTICIPANTS,
    PARTICIPANTS_SHEET,
    PROJECT_SHEET,
    Asked,
    of_participant,
    of_project,
)
from cofund.rules.consortium_plan import Participant, Plan
from cofund.rules.schemes import Scheme

Sheet = Any
# The formats of cells, by what they are for.
FORMATS: Final[Mapping[str, Mapping[str, object]]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E7EFEC"},
    "money": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.00 %"},
    "text": {"num_format": "@"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "bold": {"bold": True},
}


def template(scheme: Scheme, version: str, *, on: date) -> bytes:
    """An empty workbook to fill in; its sheet of results computes while one types."""
    return _workbook(scheme, Plan(()), None, version, on)


def checked(scheme: Scheme, report: Report, version: str, *, on: date) -> bytes:
    """A checked plan with its result. `version` is the label of the rules that it was checked by, `on` the day."""
    return _workbook(scheme, report.plan, report, version, on)


def _workbook(scheme: Scheme, plan: Plan, report: Report | None, version: str, on: date) -> bytes:
    """The whole file."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {name: book.add_format(dict(properties)) for name, properties in FORMATS.items()}
    sheets = {
        name: book.add_worksheet(name) for name in ("Read me", PROJECT_SHEET, PARTICIPANTS_SHEET, "Result", LISTS_SHEET)
    }
    lists = write_lists(sheets[LISTS_SHEET], formats, scheme)
    _read_me(sheets["Read me"], formats, scheme, version, on)
    _project(sheets[PROJECT_SHEET], formats, scheme, plan, lists)
    _participants(sheets[PARTICIPANTS_SHEET], formats, scheme, plan, lists)
    write_result(sheets["Result"], formats, scheme, report, version, on, lists)
    sheets["Result" if report else PARTICIPANTS_SHEET].activate()
    book.close()
    return content.getvalue()


def _read_me(sheet: Sheet, formats: Mapping[str, Any], scheme: Scheme, version: str, on: date) -> None:
    """What the file is, and how it is filled in."""
    sheet.set_column(0, 0, 110)
    lines = (
        f"Plan of a consortium for {scheme.name}",
        f"Made on {on.isoformat()} by the rules of {scheme.name}, version {version}. Amounts in {scheme.currency}.",
        f"Fill in the sheets {PROJECT_SHEET} and {PARTICIPANTS_SHEET}; the sheet Result computes while you type.",
        "Upload the file to the consortium check for every finding with its article, or run: "
        f"cofund check-consortium FILE --scheme {scheme.code}",
        "Costs in third countries: of a participant that is established there, all of its costs are taken as arising "
        "there, unless you state how much does; write 0 where none does.",
        "A contribution that a participant may not give in its capacity counts nowhere.",
        "This is a check of a plan. What counts is what the work programme, the topic and the office say.",
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, formats["title" if row == 0 else "wrapped"])


def _project(sheet: Sheet, formats: Mapping[str, Any], scheme: Scheme, plan: Plan, lists: Mapping[str, str]) -> None:
    """The project: labels in the first column, values in the second."""
    sheet.set_column(0, 0, 70)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 2, 50)
    for column, heading in enumerate(("About the project", "Value", "Note")):
        sheet.write_string(0, column, heading, formats["heading"])
    values: dict[str, object] = {
        "title": plan.title,
        "topic": plan.topic,
        "most_public": plan.most_public_cents,
        "action_type": plan.action_type,
        "excludes_large": "" if plan.excludes_large else "no",
        **{f"limit-{test}": allowance.limit for test, allowance in plan.allowances.items()},
    }
    for row, asked in enumerate(of_project(scheme), start=1):
        sheet.write_string(row, 0, asked.heading(scheme.currency))
        _write(sheet, (row, 1), asked, values.get(asked.key), formats)
        sheet.write_string(row, 2, asked.hint, formats["wrapped"])
        _choices(sheet, asked, (row, 1, row, 1), lists)


def _participants(
    sheet: Sheet, formats: Mapping[str, Any], scheme: Scheme, plan: Plan, lists: Mapping[str, str]
) -> None:
    """The participants below their headings, which stay in view."""
    asked = of_participant(scheme)
    sheet.set_row(0, 62)
    sheet.freeze_panes(1, 1)
    for column, one in enumerate(asked):
        sheet.set_column(column, column, 32 if column == 0 else 17)
        sheet.write_string(0, column, one.heading(scheme.currency), formats["heading"])
        if one.hint:
            sheet.write_comment(0, column, one.hint)
        _choices(sheet, one, (1, column, MOST_PARTICIPANTS, column), lists)
    for row, participant in enumerate(plan.participants, start=1):
        values = _values(participant)
        for column, one in enumerate(asked):
            _write(sheet, (row, column), one, values.get(one.key), formats)


def _values(one: Participant) -> dict[str, object]:
    """What is known of a participant, by the keys of the columns."""
    return {
        "name": one.name,
        "pic": one.pic,
        "country": one.country,
        "capacity": one.capacity,
        "organisation_kind": one.organisation_kind,
        "turnover": one.turnover_cents,
        "membership": one.membership,
        "costs": one.costs_cents,
        "public": one.public_cents or None,
        **{f"given-{kind}": cents or None for kind, cents in one.given.items()},
        **{f"third-{kind}": cents for kind, cents in one.third.items()},
    }


def _write(sheet: Sheet, at: tuple[int, int], asked: Asked, value: object, formats: Mapping[str, Any]) -> None:
    """One value: amounts and shares as numbers, everything else as text."""
    if asked.form == "money":
        if isinstance(value, int):
            sheet.write_number(*at, value / 100, formats["money"])
        else:
            sheet.write_blank(*at, None, formats["money"])
    elif asked.form == "share":
        if isinstance(value, Fraction):
            sheet.write_number(*at, float(value), formats["share"])
        else:
            sheet.write_blank(*at, None, formats["share"])
    elif value or asked.key == "capacity":
        labels = dict(asked.choices)
        sheet.write_string(*at, labels.get(str(value), str(value)), formats["text"])


def _choices(sheet: Sheet, asked: Asked, area: tuple[int, int, int, int], lists: Mapping[str, str]) -> None:
    """A list to choose from; another text is warned of and not refused, so that a paste is not lost.

    It names cells and not words: a comma within a word would part it, and a list of words holds 255 characters at most.
    """
    if asked.key in lists:
        said = "Choose from the list, or the check will ask again."
        rule = {
            "validate": "list",
            "source": f"={lists[asked.key]}",
            "error_type": "warning",
            "error_message": said,
        }
        sheet.data_validation(*area, rule)
