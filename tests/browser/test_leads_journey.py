"""The third way in: Gates knocks at PERISCOPE's topic, confirms by mail, and the office takes it to an application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.books import MILLION, Office
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, watch
from tests.places import knocked_at

from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Exchange, Lead

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2015-03-05"
PASSWORD = "correct-horse-battery"
GATES = "Bill & Melinda Gates Foundation"
WISH = "We heard of the topic on pertussis and would put EUR 7 million on the table."


@pytest.fixture
def office(transactional_db: None, settings: Any, live_server: LiveServer, tmp_path: Path) -> Office:
    """IMI2 with PERISCOPE's topic being drafted, EFPIA's 7.0 m in kind behind it, and mail that goes into files."""
    settings.COFUND_SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return knocked_at()


def sign_in(page: Page, name: str) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/")


def without_scripts(browser: Browser, live_server: LiveServer) -> tuple[Page, list[str]]:
    """A window of the desk with JavaScript off."""
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    return context.new_page(), watch(context)


def mails(folder: Path, recipient: str) -> list[str]:
    """The e-mails that went to somebody, as a person reads them in the site's folder."""
    texts = [path.read_text() for path in sorted(folder.glob("*.log"))]
    return [text for text in texts if f"To: {recipient}" in text]


def link_in(text: str) -> str:
    """The address that an e-mail names."""
    return next(line for line in text.splitlines() if line.startswith("http"))


def knock(page: Page) -> None:
    """From the public page of the topic to the page that says to look into the mail."""
    page.goto(f"/programmes/imi2/topics/{TOPIC}/")
    page.get_by_role("link", name="Contribute to this topic").click()
    page.get_by_label("Your organisation").fill(GATES)
    page.get_by_label("Country where it is established").fill("US")
    page.get_by_label("What it is").select_option("foundation")
    page.get_by_label("Your name").fill("Grace Giver")
    page.get_by_label("Your e-mail address").fill("grace@gates.example")
    page.get_by_label("Money", exact=True).check()
    page.get_by_label("Amount, if you can say one").fill("7,000,000")
    page.get_by_label("What you would like to do").fill(WISH)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def confirm(page: Page, folder: Path) -> None:
    """Open the link of the e-mail, and press the button."""
    (text,) = mails(folder, "grace@gates.example")
    assert Lead.objects.count() == 0
    page.goto(link_in(text))
    expect(page.locator("main")).to_contain_text(WISH)
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def work_on(page: Page, folder: Path) -> None:
    """In the office: from the notice in the mail over the board to the application."""
    (notice,) = mails(folder, "sven@office.example")
    assert WISH in notice
    page.get_by_role("navigation").get_by_role("link", name="Leads").click()
    new = page.locator(".board-column", has_text="New").first
    expect(new.locator(".card")).to_have_count(1)
    expect(new.locator(".card")).to_contain_text("Gates Foundation")
    new.locator("summary").click()
    new.get_by_role("link", name="Contacted").click()
    page.get_by_label("What happened").fill("Rang Grace Giver back")
    page.get_by_role("button", name="Record the contact").click()
    expect(page.locator(".message-success")).to_contain_text("now stands in “Contacted”")
    page.get_by_role("link", name="Topic found").click()
    page.get_by_role("button", name="Record the topic that fits").click()
    page.get_by_role("link", name="Edit this lead").click()
    page.get_by_label("Kind optional").select_option("FC_JU")
    page.get_by_label("How likely, in percent").fill("80")
    page.get_by_role("button", name="Keep the changes").click()
    expect(page.locator(".explanation-result")).to_have_text("EUR 7,000,000")
    page.get_by_role("link", name="Start the application").click()
    page.get_by_role("button", name="Start the letter").click()
    expect(page.locator(".message-success")).to_contain_text("The application is started.")
    page.goto("/office/leads/?programme=imi2")
    applying = page.locator(".board-column").nth(4)
    expect(applying.locator(".card")).to_contain_text("at 80 %")
    expect(applying.locator("h2")).to_contain_text("Applying")
    # 213.0 m free less 80 % of 7.0 m.
    expect(page.locator("main")).to_contain_text("EUR 207,400,000")


def assert_lead_of_the_scenario() -> None:
    """What stands in the records at the end."""
    lead = Lead.objects.get()
    assert (lead.route, lead.stage, lead.organisation.name) == ("knocks", "applying", GATES)
    assert (lead.topic.code if lead.topic else "", lead.amount_cents) == (TOPIC, 7 * MILLION)
    assert list(lead.steps.values_list("stage", flat=True)) == ["new", "contacted", "fit_found", "applying"]
    assert Exchange.objects.get().by_office is False
    assert Organisation.objects.filter(name=GATES).count() == 1


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_gates_knocks_and_the_office_takes_it_to_an_application(
    office: Office, open_page: OpenPage, tmp_path: Path, size: str
) -> None:
    page = open_page(size)
    knock(page)
    confirm(page, tmp_path)
    sign_in(page, "olga")
    work_on(page, tmp_path)
    assert_lead_of_the_scenario()


def test_gates_knocks_without_javascript(
    office: Office, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    page, problems = without_scripts(browser, live_server)
    knock(page)
    confirm(page, tmp_path)
    sign_in(page, "olga")
    work_on(page, tmp_path)
    page.context.close()
    assert problems == []
    assert_lead_of_the_scenario()


def reach(page: Page, test: str) -> None:
    """Press Tab until the focus fits a test in the words of the page."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"(element => {test})(document.activeElement)"):
            return
    raise AssertionError(f"no key leads to {test} on {page.url}")


def press_link(page: Page, words: str) -> None:
    """Follow a link with the keyboard."""
    address = page.url
    reach(page, f"element.matches('a, button') && element.innerText.trim().startsWith('{words}')")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address)


def test_gates_knocks_with_the_keyboard_alone(office: Office, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("desktop")
    page.goto(f"/programmes/imi2/topics/{TOPIC}/")
    press_link(page, "Contribute to this topic")
    typed = {
        "organisation_name": GATES,
        "country": "US",
        "kind": "Foundation",
        "person": "Grace Giver",
        "email": "grace@gates.example",
        "amount_cents": "7000000",
        "text": WISH,
    }
    for name, text in typed.items():
        reach(page, f"element.id === 'id_{name}'")
        page.keyboard.type(text)
    press_link(page, "Send")
    (text,) = mails(tmp_path, "grace@gates.example")
    page.goto(link_in(text))
    press_link(page, "Yes, send it")
    sign_in(page, "olga")
    page.goto("/office/leads/")
    reach(page, "element.tagName === 'SUMMARY' && element.closest('.card')")
    page.keyboard.press("Enter")
    press_link(page, "Contacted")
    press_link(page, "Record the contact")
    press_link(page, "Explore what it could be")
    press_link(page, "Explore what it could be")
    press_link(page, "Record the topic that fits")
    press_link(page, "Record the topic that fits")
    press_link(page, "Start the application")
    press_link(page, "Start the letter")
    lead = Lead.objects.get()
    assert (lead.stage, lead.organisation.name) == ("applying", GATES)


def test_interest_says_what_is_missing_and_no_link_is_made_up(office: Office, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(f"/programmes/imi2/topics/{TOPIC}/contribute/")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert_accessible(page)
    answer = page.goto("/contribute/confirm/nonsense/")
    assert answer is not None
    assert answer.status == 404
    assert_accessible(page)
