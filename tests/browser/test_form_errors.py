"""After a refused form the focus stands on what is wrong, with scripts and without, also where a panel answers while one types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests import places
from tests.browser.keys import Keys
from tests.browser.pages import (
    VIEWPORTS,
    OpenPage,
    assert_accessible,
    assert_no_sideways_scroll,
    assert_nothing_cut,
    signed_in,
)
from tests.nu import assert_valid_html
from tests.pages import TOPIC
from tests.places import partners

from cofund.queries import demonstration

pytestmark = pytest.mark.browser

# Each form with the words of its button; all are sent empty.
OFFICE = (
    ("/office/partners/new/", "Add it"),
    ("/office/leads/new/imi2/", "Open the lead"),
    ("/office/imi2/pledge/", "Record the pledge"),
)
PUBLIC = (
    ("/sign-in/", "Sign in"),
    ("/ideas/suggest/", "Hand in the idea"),
    ("/check/ihi/", "Check the plan"),
)
# By the place of `tests/places.py` and who is there: forms with the words of their button, and what is typed into a field of them.
# What is not typed is missing, or wrong together with it.
Forms = list[tuple[str, str, dict[str, str]]]
PLACES: dict[str, dict[str, Forms]] = {
    "applications": {
        "fred": [
            ("/office/applications/new/imi2/", "Start the letter", {"Proposal": "SEP-1"}),
            (
                "/office/applications/{returned}/letter/",
                "Save the draft",
                {"Amount of line 1": "much", "Subject matter": "Pertussis"},
            ),
            ("/office/applications/{checked}/approve/", "Approve", {"Number of the decision": "GB-1"}),
            ("/office/applications/{checked}/reject/", "Reject", {}),
        ],
    },
    "board": {
        "governance_officer": [
            (
                "/office/governance/groups/ihi/governing-board/new-meeting/",
                "Plan the meeting",
                {"Title": "42nd meeting"},
            ),
            ("/office/governance/groups/ihi/governing-board/new-seat/", "Add the seat", {}),
            (
                "/office/governance/meetings/{planned}/new-point/",
                "Put it on the agenda",
                {"What the group is asked": "Yes?"},
            ),
            ("/office/governance/points/{item}/paper/", "Add the paper", {"Title": "Annex"}),
            ("/office/governance/points/{item}/decide/", "Record the decision", {}),
        ],
        "delegate": [
            ("/office/governance/points/{item}/vote/", "Cast the vote", {}),
            ("/office/governance/points/{item}/conflict/", "Declare the conflict", {}),
        ],
    },
    "leads": {
        "": [
            (
                f"/programmes/imi2/topics/{TOPIC}/contribute/",
                "Send",
                {"Your name": "Grace Giver", "Your e-mail address": "grace", "Amount, if you can say one": "much"},
            ),
        ],
        "olga": [
            ("/office/leads/{lead}/exchange/", "Log the exchange", {}),
            ("/office/leads/{lead}/lose/", "Record the lead as lost", {}),
        ],
    },
    "topics": {
        "": [("/programmes/imi2/topics/T1/comment/", "Send the comment", {"Your e-mail address": "ann"})],
        "dora": [("/office/consultations/{consultation}/comment/", "Send the comment", {})],
        "sven": [
            ("/office/consultations/{consultation}/comments/new/", "Record the comment", {"Who made it": "Belgium"}),
            ("/office/consultations/{consultation}/comments/{comment}/", "Keep the answer", {}),
            ("/office/imi2/topics/T1/text/new/", "Keep this version", {}),
        ],
        "paula": [("/office/confirmations/{confirmation}/", "Send the answer", {})],
    },
}


@pytest.fixture
def site(transactional_db: None) -> None:
    """The demonstration."""
    partners()


def assert_focused(page: Page, selector: str, path: str) -> None:
    """Fail where the focus does not come to stand there; a browser gives it with the first painting, after it has loaded a page."""
    expect(page.locator(selector), path).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_summary_has_the_focus_after_a_refused_form(site: None, open_page: OpenPage, scripts: bool) -> None:
    page = open_page("desktop")
    if not scripts:
        page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    texts = {}
    for path, button in PUBLIC:
        refused(page, path, button, texts)
    Keys(page).sign_in("officer", demonstration.PASSWORD)
    for path, button in OFFICE:
        refused(page, path, button, texts)
    assert_valid_html(texts)


@pytest.mark.parametrize("name", PLACES)
def test_refused_form_of_the_way_in_is_open_to_everybody(
    transactional_db: None, page: Page, live_server: LiveServer, settings: Any, tmp_path: Path, name: str
) -> None:
    settings.COFUND_HOME = settings.MEDIA_ROOT = tmp_path
    place = places.BUILDERS[name]()
    texts: dict[str, str] = {}
    for who, forms in PLACES[name].items():
        signed_in(page, place.people[who] if who else None, live_server)
        for path, button, typed in forms:
            refused(page, path.format(**place.keys), button, texts, typed)
    assert_valid_html(texts)


def refused(page: Page, path: str, button: str, texts: dict[str, str], typed: dict[str, str] | None = None) -> None:
    """Send a form with what is typed alone, twice: the second time its address may carry the place that it led to."""
    page.goto(path)
    for label, text in (typed or {}).items():
        page.get_by_label(label).first.fill(text)
    for _ in range(2):
        form = page.locator("main form").last
        with page.expect_navigation() as answer:
            form.get_by_role("button", name=button, exact=True).last.click()
        assert (path, answer.value.status) == (path, 422)
        expect(page.locator(".error-summary")).to_be_visible()
        assert_focused(page, "#form-errors", path)
        assert page.title().startswith("Error: ")
    for label, text in (typed or {}).items():
        expect(page.get_by_label(label).first).to_have_value(text)
    texts[path] = page.content()
    assert_accessible(page)
    assert_whole_on_a_phone(page)
    link = page.locator("#form-errors a").first
    if link.count():
        target = link.get_attribute("href")
        link.press("Enter")
        assert_focused(page, target or "", path)


def assert_whole_on_a_phone(page: Page) -> None:
    """Fail where the refused form is wider than a phone; the window is as it was afterwards."""
    for size in ("phone", "desktop"):
        width, height = VIEWPORTS[size]
        page.set_viewport_size({"width": width, "height": height})
        assert_no_sideways_scroll(page)
        assert_nothing_cut(page)


def test_panel_that_answers_while_one_types_leaves_the_focus(site: None, page: Page) -> None:
    Keys(page).sign_in("officer", demonstration.PASSWORD)
    page.goto("/office/imi2/pledge/")
    with page.expect_response("**/preview/**"):
        page.get_by_label("Amount", exact=False).first.press_sequentially("1,5")
    assert_focused(page, "#id_amount", "/office/imi2/pledge/")
