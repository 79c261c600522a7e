"""Plans of a consortium as Excel files: what is read, what is refused and where, and what is written."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook
from tests.workbooks import DIABETES, Company, opened, plan_file, repacked, saved

from cofund.exporters import consortium_sheets
from cofund.importers import workbooks
from cofund.importers.workbooks import UnreadableWorkbook
from cofund.rules import consortium_sheet
from cofund.rules.consortium import Report, check
from cofund.rules.consortium_columns import of_participant, of_project
from cofund.rules.consortium_sheet import Reading
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

SCHEMES = {name.removesuffix(".toml"): parse(text, file=name) for name, text in shipped().items()}
IHI = SCHEMES["ihi"]
ON = dt.date(2026, 11, 25)


def read(content: bytes) -> Reading:
    return consortium_sheet.read(IHI, workbooks.read(content))


def checked(content: bytes) -> Report:
    reading = read(content)
    assert reading.plan is not None, reading.wrong
    return check(IHI, reading.plan)


def shares(report: Report) -> dict[str, str]:
    return {one.result.test.id: f"{one.result.numerator_cents}/{one.result.denominator_cents}" for one in report.checks}


def test_plan_is_read_and_checked() -> None:
    report = checked(plan_file(IHI))
    assert report.passes
    assert shares(report)["action_floor"] == "740000000/1622500000"
    assert report.findings == ()


def test_one_figure_decides() -> None:
    def without_cash(book: Workbook) -> None:
        book["Participants"]["L5"] = None

    heading = opened(plan_file(IHI))["Participants"]["L1"].value
    assert heading == "FC given (EUR)"
    report = checked(plan_file(IHI, change=without_cash))
    assert not report.passes
    assert [change.cents for change in report.checks[0].result.remedies] == [82_045_455, 100_277_778]


def test_topic_is_taken_into_account() -> None:
    project = (
        ("JU contribution that the topic offers at most (EUR)", "8,000,000"),
        ("Limit of the topic: operational in-kind costs in third countries", 0.2),
    )
    rows = [*DIABETES[:2], {**Company, "third-IKOP": 1_300_000}, DIABETES[3]]
    report = checked(plan_file(IHI, rows, project))
    assert [one.code for one in report.findings] == ["topic_budget"]
    assert dict(report.left_out) == {"IKOP": 26_000_000}
    assert shares(report)["action_floor"] == "714000000/1622500000"


def test_every_wrong_cell_is_told_with_its_place() -> None:
    rows = [
        {"name": "University", "country": "Netherlands", "public": "5.000.000,00"},
        {"name": None, "country": "DE", "public": -1},
        {**Company, "capacity": "Sponsor", "third-IKOP": 6_000_000},
    ]
    reading = read(plan_file(IHI, rows))
    assert reading.plan is None
    assert [(one.sheet, one.row, one.column) for one in reading.wrong] == [
        ("Participants", 2, "C"),
        ("Participants", 2, "I"),
        ("Participants", 3, "A"),
        ("Participants", 3, "I"),
        ("Participants", 4, "D"),
        ("Participants", 4, "K"),
    ]
    assert str(reading.wrong[0]) == (
        "Sheet Participants, row 2, column C (Country): It is no country. Write two letters, for example DE. "
        "It holds “Netherlands”."
    )


def test_words_that_look_like_a_formula_stay_words() -> None:
    def attack(book: Workbook) -> None:
        cell = book["Participants"]["A2"]
        cell.value = "=cmd|' /C calc'!A0"
        cell.data_type = "s"

    report = checked(plan_file(IHI, change=attack))
    assert report.plan.participants[0].name == "=cmd|' /C calc'!A0"
    written = opened(consortium_sheets.checked(IHI, report, "2", on=ON))
    cell = written["Participants"]["A2"]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")


def test_formula_among_words_is_refused() -> None:
    def attack(book: Workbook) -> None:
        book["Participants"]["A2"] = "=cmd|' /C calc'!A0"

    wrong = read(plan_file(IHI, change=attack)).wrong
    assert [(one.row, one.column, one.wrong) for one in wrong] == [
        (2, "A", "A formula without a saved value. Open the file, save it, or write the value.")
    ]


def test_amount_of_a_formula_is_the_saved_one() -> None:
    template = opened(consortium_sheets.checked(IHI, checked(plan_file(IHI)), "2", on=ON))
    # A file as a spreadsheet saves it: the formula with its value.
    content = repacked(
        saved(template),
        "xl/worksheets/sheet3.xml",
        lambda data: (
            data.replace(b'<c r="I2" s="8"><v>5000000</v></c>', b'<c r="I2"><f>2500000*2</f><v>5000000</v></c>')
            if b'<c r="I2" s="8"><v>5000000</v></c>' in data
            else data.replace(b"<v>5000000</v>", b"<f>2500000*2</f><v>5000000</v>")
        ),
    )
    reading = read(content)
    assert reading.plan is not None, reading.wrong
    assert reading.plan.participants[0].public_cents == 500_000_000
    assert reading.notes == ("Amounts that come from formulas were taken as the file was saved.",)


def test_hidden_sheets_and_merged_cells_are_told() -> None:
    def change(book: Workbook) -> None:
        book["Participants"].sheet_state = "hidden"
        book["Project"].merge_cells("A5:B6")

    reading = read(plan_file(IHI, change=change))
    assert reading.plan is not None
    assert reading.notes == (
        "Merged cells (A5:B6): only the first of them holds a value, the others are empty.",
        "The sheet Participants is hidden; it was read all the same.",
    )


@pytest.mark.parametrize("code", sorted(SCHEMES))
def test_lists_of_the_template_offer_what_the_check_takes_and_all_of_it(code: str) -> None:
    scheme = SCHEMES[code]
    book = opened(consortium_sheets.template(scheme, "2", on=ON))
    offered: dict[str, list[str]] = {}
    for sheet in (book["Project"], book["Participants"]):
        for rule in sheet.data_validations.dataValidation:
            # A list of words would be parted at its commas: it names cells.
            name, area = str(rule.formula1).split("!")
            first = next(iter(rule.sqref.ranges))
            place = (first.min_row, 1) if sheet.title == "Project" else (1, first.min_col)
            offered[str(sheet.cell(*place).value)] = [cell.value for (cell,) in book[name][area.replace("$", "")]]
    asked = {
        one.heading(scheme.currency): one
        for one in (*of_project(scheme), *of_participant(scheme))
        if one.form == "choice"
    }
    assert offered == {heading: [label for _, label in one.choices] for heading, one in asked.items()}
    for heading, words in offered.items():
        taken = [consortium_sheet.value_of(asked[heading], text) for text in words]
        assert taken == [(code, "") for code, _ in asked[heading].choices]


@pytest.mark.parametrize(
    "words", ["Beneficiary", "beneficiary (gives nothing of its own)", "Beneficiary, gives nothing of its own", None]
)
def test_beneficiary_is_written_in_several_ways(words: str | None) -> None:
    rows = [{**one, "capacity": one.get("capacity", words)} for one in DIABETES]
    assert checked(plan_file(IHI, rows)).plan == checked(plan_file(IHI)).plan


def test_what_can_be_chosen_is_told() -> None:
    rows = [{**DIABETES[0], "capacity": "Sponsor"}]
    assert [one.wrong for one in read(plan_file(IHI, rows)).wrong] == [
        "Choose one of: Beneficiary (gives nothing of its own); Contributing Partner; Private member; "
        "Constituent entity; Affiliated entity."
    ]


def measured(content: bytes) -> tuple[list[str], int]:
    """What is wrong with a file, and the most bytes that it took to say so."""
    try:
        wrong = [one.wrong for one in read(content).wrong]
    except UnreadableWorkbook as error:
        wrong = [error.wrong]
    # Measuring memory takes time of its own.
    tracemalloc.start()
    with contextlib.suppress(UnreadableWorkbook):
        read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return wrong, peak


@pytest.mark.parametrize(
    ("columns", "words"),
    [(2, "It has more than 500 participants."), (13, "It has more than 62,500 cells.")],
    ids=["narrow", "wide"],
)
def test_twenty_thousand_rows_are_refused_in_little_memory(columns: int, words: str) -> None:
    keys = [one.key for one in of_participant(IHI)][:1] + [one.key for one in of_participant(IHI)][2 : columns + 1]
    content = plan_file(IHI, [{key: f"P{i}" if key == "name" else 5 for key in keys} for i in range(20_000)])
    wrong, peak = measured(content)
    assert wrong == [words]
    assert peak < 60 * 1024 * 1024


def bomb() -> bytes:
    """A small file with 300 MB in it."""
    return repacked(plan_file(IHI), "xl/worksheets/sheet2.xml", lambda data: data + b" " * (300 * 1024 * 1024))


BROKEN = {
    "empty": (b"", "The file is empty."),
    "text": (b"name,country\nUniversity,NL\n", "It is no Excel workbook (.xlsx)."),
    "old": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "It is an Excel file of before 2007, or locked by a password.",
    ),
    "cut": (plan_file(IHI)[:2_000], "It is no Excel workbook, or it is broken."),
    "large": (b"PK\x03\x04" + bytes(3 * 1024 * 1024), "It has 3.0 MB; at most 2 MB are read."),
    "word": (b"", "It is no Excel workbook (.xlsx)."),
    "broken part": (
        repacked(plan_file(IHI), "xl/workbook.xml", lambda data: data[: len(data) // 2]),
        "It cannot be read as an Excel workbook; something in it is broken.",
    ),
    "entities": (
        repacked(plan_file(IHI), "xl/workbook.xml", lambda data: b'<!DOCTYPE a [<!ENTITY b "c">]>' + data),
        "It declares entities, as no workbook does.",
    ),
}


def test_damaged_packing_gets_a_clear_answer() -> None:
    content = bytearray(plan_file(IHI))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        info = packed.getinfo("xl/workbook.xml")
    # The first block of the part becomes one of a kind that does not exist.
    content[info.header_offset + 30 + len(info.filename.encode())] |= 0b110
    with pytest.raises(UnreadableWorkbook) as refused:
        workbooks.read(bytes(content))
    assert refused.value.wrong == "It is no Excel workbook, or it is broken."


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_gets_a_clear_answer(name: str) -> None:
    content, wrong = BROKEN[name]
    if name == "word":
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as packed:
            packed.writestr("word/document.xml", "<document/>")
        content = target.getvalue()
    with pytest.raises(UnreadableWorkbook) as refused:
        workbooks.read(content)
    assert refused.value.wrong == wrong


def test_bomb_is_not_unpacked() -> None:
    wrong, peak = measured(bomb())
    assert wrong == ["Unpacked it has more than 25 MB."]
    assert peak < 50 * 1024 * 1024


def test_file_without_the_sheet_names_those_that_it_has() -> None:
    book = Workbook()
    wrong = read(saved(book)).wrong
    assert [one.wrong for one in wrong] == [
        "There is no sheet Participants. The file has: Sheet. Start from the template."
    ]


@pytest.mark.parametrize("code", SCHEMES)
def test_template_is_read_by_the_check(code: str) -> None:
    scheme = SCHEMES[code]
    content = consortium_sheets.template(scheme, scheme.version, on=ON)
    book = opened(content)
    assert [cell.value for cell in book["Participants"][1]] == [
        one.heading(scheme.currency) for one in of_participant(scheme)
    ]
    reading = consortium_sheet.read(scheme, workbooks.read(content))
    assert [one.wrong for one in reading.wrong] == ["There is no participant below the headings."]


def test_checked_plan_is_read_as_the_same_plan() -> None:
    report = checked(
        plan_file(
            IHI,
            [*DIABETES, {"name": "Cohort", "country": "US", "capacity": "Contributing Partner", "given-IKOP": 10.55}],
        )
    )
    again = read(consortium_sheets.checked(IHI, report, "2", on=ON))
    assert again.plan == report.plan


def test_result_holds_formulas_with_the_values_of_the_report() -> None:
    report = checked(plan_file(IHI))
    content = consortium_sheets.checked(IHI, report, "2", on=ON)
    formulas, values = opened(content)["Result"], opened(content, values=True)["Result"]
    rows = {row[0].value: row[0].row for row in values.iter_rows() if row[0].value}
    at = rows["Contributions of the participants against the costs of the action"]
    assert [values.cell(at, column).value for column in (2, 3, 5, 7)] == [7_400_000, 16_225_000, 0.45, "passes"]
    assert formulas.cell(at, 4).value == f'=IF(C{at}=0,"",B{at}/C{at})'
    assert values.cell(rows["Eligible costs"], 2).value == 15_025_000
    assert str(formulas.cell(rows["Eligible costs"], 2).value).startswith("=IF(COUNT(")
