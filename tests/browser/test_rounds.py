"""Scenario S10 as people do it, with the office, a partner F and a member M; and every page of the round, open to all."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import PASSWORD
from tests.browser.pages import VIEWPORTS, watch
from tests.places import people_of_the_round
from tests.rounds import Round

from cofund.queries import clock, rounds
from cofund.queries.verification import verify
from cofund.records.ledger.models import Report

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db: None) -> Round:
    """The programme with its project, people of the office, and one person each of F and of M."""
    site = Round.opened()
    people_of_the_round(site)
    return site


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does, after signing out whoever was there."""
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/**")


def follow(page: Page, name: str) -> None:
    """Follow a link of the page itself."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def done(page: Page, button: str, words: str) -> None:
    """Press a button, and read that it is done."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".message-success")).to_contain_text(words)


def accept_of_partner(page: Page, year: int) -> None:
    """The office takes over what the grant's report says of F, records its certificate, and accepts 1.48 m of it."""
    sign_in(page, "fred")
    page.goto(f"/office/round/reports/ihi/new/?year={year}")
    page.get_by_label("Organisation required").fill("Foundation F")
    page.get_by_label("Where the figures come from").select_option("grant")
    done(page, "Start the report", "The report is started.")
    follow(page, "Add a line")
    page.get_by_label("Amount optional").fill("1,550,000")
    done(page, "Keep the line", "The report is kept")
    follow(page, "Hand it in")
    page.get_by_label("Declared by").fill("Coordinator of X")
    done(page, "Hand it in", "Hand it in: recorded.")
    follow(page, "Record the certificate")
    certify(page, "1,500,000", "Time sheets are not signed")
    follow(page, "Check it")
    page.get_by_label("Accepted of line 1").fill("1,480,000")
    page.get_by_role("main").get_by_role("button", name="Check it").click()
    expect(page.locator("#id_reason_1_error, .field-error").first).to_contain_text("No reason for refusing EUR 20,000")
    page.get_by_label("Why not all of line 1").fill("Travel outside of the project")
    done(page, "Check it", "Check it: recorded.")
    expect(page.get_by_role("main")).to_contain_text("74.0 %")
    expect(page.get_by_role("main")).to_contain_text("96.8 % of what was reported")
    expect(page.get_by_role("main")).to_contain_text("Travel outside of the project")


def certify(page: Page, amount: str, why_not_all: str = "") -> None:
    """Fill in and send the certificate of an independent auditor."""
    page.get_by_label("Name of the audit body").fill("Audit House")
    page.get_by_label("The audit body is independent").check()
    page.get_by_label("What was audited, by which standard").fill("Costs of the year, by ISAE 3000")
    page.get_by_label("Signed on").fill(clock.today().isoformat())
    page.get_by_label("Certified of line 1").fill(amount)
    page.get_by_label("Why not all of line 1").fill(why_not_all)
    done(page, "Record the certificate", "Record the certificate: recorded.")


def refuse_partner(page: Page) -> None:
    """F tries an additional activity on its own desk, and reads which article does not let it count."""
    sign_in(page, "flora")
    page.goto("/office/partner/foundation-f/round/")
    follow(page, "Record an additional activity")
    page.get_by_label("What is done").fill("A school for nurses")
    page.get_by_role("main").get_by_role("button", name="Record it").click()
    expect(page.locator("body")).to_contain_text("A Contributing Partner cannot give")
    expect(page.locator("body")).to_contain_text("Regulation (EU) 2021/2085, Article 11(5)")


def report_of_member(page: Page, year: int, letter: Path) -> None:
    """M writes its report with an in-kind line and evidence, hands it in, and records its certificate."""
    sign_in(page, "max")
    page.goto(f"/office/round/reports/ihi/new/?year={year}")
    done(page, "Start the report", "The report is started.")
    follow(page, "Add a line")
    page.get_by_label("What it is about").select_option("ihi-activity-1")
    done(page, "Keep the line", "The report is kept")
    follow(page, "Add an in-kind line")
    page.get_by_label("What was given").fill("Training days")
    page.get_by_label("Quantity").fill("1500")
    page.get_by_label("Unit required").fill("day")
    page.get_by_role("textbox", name="Rate required").fill("600")
    page.get_by_label("Place of cost").select_option("eu")
    page.get_by_label("What the valuation rests on").fill("Pay roll of the year")
    done(page, "Add it", "The report is kept")
    follow(page, "Add evidence")
    page.get_by_label("What it is").fill("Pay roll")
    page.get_by_label("File required").set_input_files(letter)
    done(page, "Add the file", "The report is kept")
    follow(page, "Hand it in")
    page.get_by_label("Declared by").fill("Mia Example, finance director")
    done(page, "Hand it in", "Hand it in: recorded.")
    expect(page.get_by_role("main")).to_contain_text("A certificate is needed")
    follow(page, "Record the certificate")
    certify(page, "900,000")
    expect(page.get_by_role("main").get_by_text("Late", exact=True)).to_have_count(0)


def accept_of_member(page: Page) -> None:
    """The finance officer finds M's report among the tasks, and accepts it."""
    sign_in(page, "fred")
    page.goto("/office/tasks/?kind=report_check")
    follow(page, f"M, {clock.today().year}")
    follow(page, "Check it")
    done(page, "Check it", "Check it: recorded.")


@pytest.mark.parametrize("scripts", [True, False])
def test_round_of_a_year_is_done_by_office_partner_and_member(
    site: Round, browser: Browser, live_server: LiveServer, tmp_path: Path, scripts: bool
) -> None:
    letter = tmp_path / "payroll.pdf"
    letter.write_bytes(b"%PDF-1.7\n%evidence\n")
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=scripts,
        viewport={"width": width, "height": height},
        locale="en-GB",
    )
    problems, page, year = watch(context), context.new_page(), clock.today().year
    refuse_partner(page)
    report_of_member(page, year, letter)
    accept_of_member(page)
    accept_of_partner(page, year)
    context.close()
    assert problems == []
    kinds = [list(report.lines.values_list("validated_cents", flat=True)) for report in Report.objects.order_by("pk")]
    assert kinds == [[90_000_000], [148_000_000]]
    assert rounds.funnel([site.given]).validated_cents == 148_000_000
    assert verify("ihi").findings == ()
