"""The consortium check in public: a form that keeps what was typed, files in and out, and answers that help."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.books import Office, shipped
from tests.nu import assert_valid_html
from tests.workbooks import DIABETES, opened, plan_file, saved

from cofund.queries.schemes import current
from cofund.records.directory.models import User
from cofund.rules.consortium_columns import of_participant
from cofund.rules.schemes import Scheme

pytestmark = pytest.mark.django_db
PAGE = "/check/ihi/"
ROWS: list[dict[str, str]] = [
    {"name": "University", "country": "NL", "public": "5,000,000"},
    {"name": "Hospital", "country": "de", "public": "3825000"},
    {
        "name": "Company",
        "country": "DK",
        "capacity": "constituent",
        "given-IKOP": "5 200 000",
        "given-IKAA": "1,200,000.00",
    },
    {"name": "Breakthrough T1D", "country": "FR", "capacity": "partner", "given-FC": "1,000,000"},
]


@pytest.fixture
def ihi() -> Scheme:
    Office.with_scheme(shipped("ihi"), "ihi")
    return current("ihi")[0]


def typed(rows: list[dict[str, str]], **more: str) -> dict[str, str]:
    """What a browser sends for these rows."""
    found = {f"row-{index}-{key}": value for index, row in enumerate(rows) for key, value in row.items()}
    return {"rows": str(len(rows)), "do": "check", **found, **more}


def sent(data: dict[str, Any]) -> tuple[int, str]:
    answer = Client().post(PAGE, data)
    return answer.status_code, answer.content.decode()


def uploaded(content: bytes, do: str = "upload") -> Any:
    return Client().post(PAGE, {"do": do, "file": SimpleUploadedFile("plan.xlsx", content)})


def test_check_is_listed_and_linked(ihi: Scheme) -> None:
    assert 'href="/check/ihi/"' in Client().get("/check/").content.decode()
    assert '<a href="/check/">Check a plan</a>' in Client().get("/").content.decode()


@pytest.mark.parametrize("role", ["partner", "officer", "finance_officer", "auditor"])
def test_check_is_linked_for_whoever_is_signed_in(ihi: Scheme, role: str) -> None:
    client = Client()
    client.force_login(User.objects.create_user(f"user-{role}", role=role))
    assert client.get("/programmes/ihi/").content.decode().count(">Check a plan</a>") == 1


def test_programme_that_there_is_not_is_not_found(ihi: Scheme) -> None:
    assert [Client().get(path).status_code for path in ("/check/none/", "/check/none/plan.xlsx")] == [404, 404]


def test_plan_passes_and_fails_when_one_figure_changes(ihi: Scheme) -> None:
    status, html = sent(typed(ROWS))
    assert status == 200
    assert "This plan keeps every rule that was checked" in html
    assert "7,400,000 / 16,225,000 = 45.61 %" in html
    without = [*ROWS[:3], {**ROWS[3], "given-FC": ""}]
    status, html = sent(typed(without))
    assert status == 200
    assert "1 rule is not kept" in html
    assert (
        "42.04 % is below the limit of 45 %. Add EUR 820,454.55 of contributions, or ask for EUR 7,822,222.22." in html
    )
    enough = [*ROWS[:3], {**ROWS[3], "given-FC": "820,454.55"}]
    assert "This plan keeps every rule that was checked" in sent(typed(enough))[1]


def test_what_was_typed_is_kept_with_what_is_wrong(ihi: Scheme) -> None:
    status, html = sent(typed([{"name": "University", "country": "Netherlands", "public": "1,5"}, {"public": "7"}]))
    assert status == 422
    assert [value in html for value in ('value="University"', 'value="1,5"', 'value="7"')] == [True, True, True]
    assert "The plan was not checked yet. Please correct:" in html
    assert '<a href="#id_row-0-public">1. JU contribution asked for</a>' in html
    assert '<a href="#id_row-1-name">2. Name</a>: It is empty.' in html


def test_more_in_third_countries_than_is_given_is_refused(ihi: Scheme) -> None:
    rows = [{**ROWS[2], "third-IKOP": "5,200,000.01"}]
    status, html = sent(typed(rows))
    assert (status, "It is more than what is given of this kind." in html) == (422, True)


def test_empty_plan_is_refused(ihi: Scheme) -> None:
    status, html = sent(typed([{}, {}]))
    assert (status, "There is no participant in the plan." in html) == (422, True)


def test_rows_are_added_and_nothing_is_lost(ihi: Scheme) -> None:
    status, html = sent(typed(ROWS, do="add"))
    assert status == 200
    assert ('name="rows" value="7"' in html, 'value="Breakthrough T1D"' in html) == (True, True)
    assert "Please correct" not in html


@pytest.mark.parametrize("rows", ["-1", "999999999999", "x", "٣", "50"])
def test_number_of_rows_that_was_made_up_does_no_harm(ihi: Scheme, rows: str) -> None:
    assert Client().post(PAGE, {"rows": rows, "do": "add"}).status_code == 200


def test_limit_of_the_topic_is_taken_in_per_cent(ihi: Scheme) -> None:
    rows = [*ROWS[:2], {**ROWS[2], "third-IKOP": "1,300,000"}, ROWS[3]]
    html = sent(typed(rows, **{"plan-limit-third_country": "20 %"}))[1]
    assert "7,140,000 / 16,225,000 = 44.01 %" in html
    assert 'value="20 %"' in html


def test_result_is_a_workbook_of_the_same_figures(ihi: Scheme) -> None:
    answer = Client().post(PAGE, typed(ROWS, do="file"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ihi-checked-plan.xlsx"'
    sheet = opened(answer.content, values=True)["Result"]
    rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    assert [cell.value for cell in rows["Contributions of the participants against the costs of the action"][1:3]] == [
        7_400_000,
        16_225_000,
    ]


def test_template_comes_back_as_a_plan(ihi: Scheme) -> None:
    answer = Client().get("/check/ihi/plan.xlsx")
    book = opened(answer.content)
    sheet = book["Participants"]
    asked = [one.key for one in of_participant(ihi)]
    for number, row in enumerate(DIABETES, start=2):
        for key, value in row.items():
            sheet.cell(number, asked.index(key) + 1).value = value
    html = uploaded(saved(book)).content.decode()
    assert "This plan keeps every rule that was checked" in html
    assert 'value="5,000,000"' in html


def test_uploaded_plan_gives_a_workbook_where_that_was_asked(ihi: Scheme) -> None:
    answer = uploaded(plan_file(ihi), "upload-file")
    assert opened(answer.content).sheetnames == ["Read me", "Project", "Participants", "Result", "Lists"]


def test_wrong_cells_of_a_file_are_listed(ihi: Scheme) -> None:
    answer = uploaded(plan_file(ihi, [{"name": "<b>University", "country": "NL", "public": "much"}]))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "plan.xlsx was not checked" in html
    assert "It is no amount. Write it as 1250000 or 1250000.50, without a sign and with at most two decimals." in html
    assert "It holds “much”." in html


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"name;country\n", "It is no Excel workbook (.xlsx)."),
        (b"PK\x03\x04" + bytes(2 * 1024 * 1024), "at most 2 MB are read."),
    ],
    ids=["empty", "text", "large"],
)
def test_broken_file_is_answered_clearly(ihi: Scheme, content: bytes, words: str) -> None:
    answer = uploaded(content)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_no_file_is_answered_clearly(ihi: Scheme) -> None:
    assert sent({"do": "upload"})[0] == 422


def test_long_plan_is_checked_and_not_put_into_the_form(ihi: Scheme) -> None:
    rows = [*DIABETES, *({"name": f"P{number}", "country": "DE"} for number in range(60))]
    answer = uploaded(plan_file(ihi, rows))
    html = answer.content.decode()
    assert (answer.status_code, "more than 50 participants" in html, 'name="rows" value="4"' in html) == (
        200,
        True,
        True,
    )


def test_words_of_a_plan_are_never_markup(ihi: Scheme) -> None:
    html = sent(typed([{**ROWS[0], "name": "<script>alert(1)</script>"}, *ROWS[1:]]))[1]
    assert "<script>alert(1)" not in html


def test_form_of_the_largest_size_can_be_sent(ihi: Scheme) -> None:
    rows = [{one.key: "" for one in of_participant(ihi)} for _ in range(50)]
    assert sent(typed([*ROWS, *rows[4:]]))[0] == 200


@pytest.mark.parametrize("code", ["imi2", "cbe", "edctp3", "foundation"])
def test_every_shipped_scheme_has_a_check(code: str) -> None:
    Office.with_scheme(shipped(code), code)
    assert Client().get(f"/check/{code}/").status_code == 200
    answer = Client().post(f"/check/{code}/", typed([{"name": "University", "country": "NL", "public": "1000"}]))
    assert answer.status_code == 200


def test_pages_are_valid_html(ihi: Scheme) -> None:
    wrong = plan_file(ihi, [{"name": "University", "country": "NL", "public": "much"}])
    pages = {
        "index": Client().get("/check/").content.decode(),
        "form": Client().get(PAGE).content.decode(),
        "passes": sent(typed(ROWS))[1],
        "fails": sent(typed([*ROWS[:2], {**ROWS[3], "given-IKAA": "5", "membership": "Partner in Research"}]))[1],
        "errors": sent(typed([{"name": "University", "public": "1,5"}]))[1],
        "wrong": uploaded(wrong).content.decode(),
        "broken": uploaded(b"text").content.decode(),
    }
    assert_valid_html(pages)
