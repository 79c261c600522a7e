"""An applicant checks a plan in a real browser: one figure decides, without a script and by file as well (S7)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.pages import OpenPage, assert_accessible, assert_no_sideways_scroll
from tests.workbooks import opened, plan_file

from cofund.actions.demonstration.loading import load
from cofund.queries.schemes import current

pytestmark = pytest.mark.browser
PLAN = (
    {"Name": "University", "Country": "NL", "JU contribution asked for": "5,000,000"},
    {"Name": "Hospital", "Country": "DE", "JU contribution asked for": "3,825,000"},
    {
        "Name": "Company",
        "Country": "DK",
        "Takes part as": "Constituent entity",
        "IKOP given": "5,200,000",
        "IKAA given": "1,200,000",
    },
    {"Name": "Breakthrough T1D", "Country": "FR", "Takes part as": "Contributing Partner", "FC given": "1,000,000"},
)


@pytest.fixture
def site(transactional_db: None) -> None:
    """The demonstration, in the database that the live server reads."""
    load()


def fill(page: Page) -> None:
    """Type the plan, each field by its label."""
    for number, row in enumerate(PLAN, start=1):
        for label, value in row.items():
            field = page.get_by_label(f"{number}. {label}")
            if label == "Takes part as":
                field.select_option(label=value)
            else:
                field.fill(value)


def check(page: Page) -> None:
    """Ask for the check."""
    page.locator("#plan-form .actions").get_by_role("button", name="Check the plan").click()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_one_figure_decides(site: None, open_page: OpenPage, size: str) -> None:
    page = open_page(size)
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Check a plan").click()
    page.get_by_role("link", name="Innovative Health Initiative").click()
    fill(page)
    check(page)
    expect(page.get_by_text("This plan keeps every rule that was checked")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("4. FC given").fill("")
    check(page)
    expect(page.get_by_role("status")).to_contain_text(
        "42.04 % is below the limit of 45 %. Add EUR 820,454.55 of contributions, or ask for EUR 7,822,222.22."
    )
    assert_accessible(page)
    page.get_by_label("4. FC given").fill("820,454.55")
    check(page)
    expect(page.get_by_text("This plan keeps every rule that was checked")).to_be_visible()


def test_additional_activities_of_a_partner_do_not_count(site: None, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto("/check/ihi/")
    fill(page)
    page.get_by_label("3. IKAA given").fill("")
    page.get_by_label("4. IKAA given").fill("1,200,000")
    check(page)
    expect(page.get_by_role("status")).to_contain_text("41.26 % is below the limit of 45 %.")
    expect(page.get_by_role("status")).to_contain_text("Only Private members may, so it counts nowhere.")


def test_wrong_fields_are_named_first_and_nothing_is_lost(site: None, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/check/ihi/")
    fill(page)
    page.get_by_label("2. JU contribution asked for").fill("3,8")
    page.get_by_label("3. Name").fill("")
    check(page)
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_text(["2. JU contribution asked for", "3. Name"])
    expect(page.get_by_label("2. JU contribution asked for")).to_have_value("3,8")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Add three participants").click()
    expect(page.get_by_label("7. Name")).to_be_visible()
    expect(page.get_by_label("4. Name")).to_have_value("Breakthrough T1D")


def test_file_is_checked_and_comes_back_with_its_result(site: None, open_page: OpenPage, tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(plan_file(current("ihi")[0]))
    page = open_page("desktop")
    page.goto("/check/ihi/")
    page.get_by_label("Excel file (.xlsx)").set_input_files(plan)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("This plan keeps every rule that was checked")).to_be_visible()
    expect(page.get_by_label("1. Name")).to_have_value("University")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the result as Excel").click()
    assert opened(download.value.path().read_bytes()).sheetnames == [
        "Read me",
        "Project",
        "Participants",
        "Result",
        "Lists",
    ]


def test_broken_file_is_answered_on_the_page(site: None, open_page: OpenPage, tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    plan.write_text("name;country")
    page = open_page("phone")
    page.goto("/check/ihi/")
    page.get_by_label("Excel file (.xlsx)").set_input_files(plan)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert")).to_contain_text("It is no Excel workbook (.xlsx).")
    assert_accessible(page)


def test_result_stands_alone_on_paper(site: None, open_page: OpenPage) -> None:
    page = open_page("desktop")
    page.goto("/check/ihi/")
    fill(page)
    check(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    expect(page.locator("#plan-form")).to_be_hidden()
    expect(page.get_by_role("button", name="Download the result as Excel")).to_be_hidden()
