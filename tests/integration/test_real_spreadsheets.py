"""Every workbook that Cofund writes, computed anew by a real spreadsheet program: each formula gives the value that was stated."""

from __future__ import annotations

import datetime as dt

import pytest
from tests import office_suite
from tests.machine import spreadsheet_program
from tests.rounds import YEAR, Round
from tests.workbooks import DIABETES, opened, plan_file, saved

from cofund.actions.demonstration.loading import load
from cofund.exporters import consortium_sheets, tables_excel
from cofund.importers import workbooks
from cofund.queries import programmes
from cofund.queries.documents import catalogue, leverages
from cofund.queries.documents.given import Moment
from cofund.rules import consortium_sheet
from cofund.rules.consortium import check
from cofund.rules.consortium_columns import of_participant
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

pytestmark = pytest.mark.django_db
SCHEMES = [parse(text, file=name) for name, text in shipped().items()]
ON = dt.date(2026, 11, 25)
NET = parse(shipped()["ihi.toml"].replace('base_reading = "gross"', 'base_reading = "net"'), file="ihi.toml")


def documents(scheme: str, year: int) -> dict[str, bytes]:
    """Every document of a programme as the office and as the public has it, and of a day before anything was there."""
    found = {}
    for kind in catalogue.kinds_of(scheme, only_public=False):
        for name, moment, public in (
            ("office", Moment.of(), False),
            ("public", Moment.of(), True),
            ("empty", Moment.of(dt.date(2000, 1, 1)), False),
        ):
            found[f"{scheme}-{kind.key}-{name}"] = tables_excel.workbook(kind.make(scheme, moment, year, public))
    report = leverages.report(scheme, Moment.of(dt.date(year, 12, 31)), Moment.of())
    return found | {f"{scheme}-leverage": tables_excel.workbook(leverages.document(report))}


def assert_computed(books: dict[str, bytes]) -> None:
    """Fail with every formula whose stated value is not the one that the program computes; skip where there is no program."""
    if spreadsheet_program() is None:
        pytest.skip("LIBREOFFICE MISSING: it takes soffice, or COFUND_SOFFICE")
    again = office_suite.computed(books)
    found = {name: office_suite.differences(content, again[name]) for name, content in books.items()}
    assert {name: wrong for name, (_, wrong) in found.items() if wrong} == {}
    assert [name for name, (count, _) in found.items() if not count] == []


def test_program_computes_what_every_document_of_the_demonstration_states() -> None:
    load()
    assert_computed({name: book for one in programmes.installed() for name, book in documents(one.code, 2020).items()})


def test_program_computes_what_the_documents_of_a_round_state() -> None:
    site = Round.opened()
    site.plan("approved")
    site.report("validated")
    assert_computed(documents("ihi", YEAR))


def test_program_computes_what_a_checked_plan_and_an_empty_one_state() -> None:
    books = {}
    for scheme in SCHEMES:
        roles = {one.get("capacity") for one in DIABETES} - {None}
        known = roles <= {role.label for role in scheme.roles}
        people = DIABETES if known else [{"name": "University", "country": "NL", "public": 5_000_000}]
        read = consortium_sheet.read(scheme, workbooks.read(plan_file(scheme, people)))
        assert read.plan is not None, read.wrong
        books[f"{scheme.code}-plan"] = consortium_sheets.checked(scheme, check(scheme, read.plan), "2", on=ON)
        books[f"{scheme.code}-template"] = consortium_sheets.template(scheme, "2", on=ON)
    assert_computed(books)


def test_program_computes_the_shares_of_a_template_that_somebody_fills_in() -> None:
    if spreadsheet_program() is None:
        pytest.skip("LIBREOFFICE MISSING: it takes soffice, or COFUND_SOFFICE")
    ihi = next(scheme for scheme in SCHEMES if scheme.code == "ihi")
    people = [
        {**DIABETES[0], "capacity": "Beneficiary (gives nothing of its own)"},
        # Nobody says where the costs of these two arise; of the third somebody does.
        {**DIABETES[2], "country": "US"},
        {**DIABETES[2], "name": "Another", "country": "UK"},
        {**DIABETES[2], "name": "A third", "country": "JP", "third-IKOP": 200_000},
    ]
    book = opened(consortium_sheets.template(ihi, "2", on=ON))
    for row, one in enumerate(people, start=2):
        for column, asked in enumerate(of_participant(ihi), start=1):
            book["Participants"].cell(row, column).value = one.get(asked.key)
    content = saved(book)
    result = opened(office_suite.computed({"plan": content})["plan"], values=True)["Result"]
    rows = {row[0].value: row for row in result.iter_rows()}
    read = consortium_sheet.read(ihi, workbooks.read(content))
    assert read.plan is not None, read.wrong
    report = check(ihi, read.plan)
    told = {one.result.test.label: one.result for one in report.checks}
    assert len(told) == 3
    for label, one in told.items():
        cells = rows[label]
        assert (round(cells[1].value * 100), round(cells[2].value * 100)) == (
            one.numerator_cents,
            one.denominator_cents,
        )
        assert cells[6].value == ("passes" if one.passes else "fails")
    assert told["Operational in-kind costs in third countries"].numerator_cents == 540_000_000


def test_program_computes_what_a_limit_leaves_out_of_a_base_that_loses_it_too() -> None:
    limit = ("Limit of the topic: operational in-kind costs in third countries", 0.2)
    people = [*DIABETES[:2], {**DIABETES[2], "third-IKOP": 1_300_000}, DIABETES[3]]
    books, left_out = {}, {}
    for name, scheme in (("gross", next(one for one in SCHEMES if one.code == "ihi")), ("net", NET)):
        read = consortium_sheet.read(scheme, workbooks.read(plan_file(scheme, people, (limit,))))
        assert read.plan is not None, read.wrong
        report = check(scheme, read.plan)
        left_out[name] = dict(report.left_out)
        books[name] = consortium_sheets.checked(scheme, report, "2", on=ON)
        values = {row[0].value: row for row in opened(books[name], values=True)["Result"].iter_rows()}
        told = values["Operational in-kind costs in third countries"][7].value
        assert round(told * 100) == report.left_out["IKOP"]
    # EUR 1.3 m of 5.2 m: 20 % of them are 1.04 m; of what is then left, 3.9 m besides, it is 0.975 m.
    assert left_out == {"gross": {"IKOP": 26_000_000}, "net": {"IKOP": 32_500_000}}
    assert_computed(books)


def test_value_that_is_not_the_one_of_its_formula_is_found() -> None:
    if spreadsheet_program() is None:
        pytest.skip("LIBREOFFICE MISSING: it takes soffice, or COFUND_SOFFICE")
    content = office_suite.with_wrong_value()
    again = office_suite.computed({"wrong": content})["wrong"]
    assert office_suite.differences(content, again) == (2, [("One", "A3", 0.31, 0.3)])
