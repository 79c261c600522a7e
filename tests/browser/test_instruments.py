"""The browser tests' own instruments: each must be able to fail."""

import pytest
from playwright.sync_api import Browser
from tests.browser.pages import OpenPage, assert_accessible, assert_no_sideways_scroll, watch

pytestmark = pytest.mark.browser
GOOD = "<!doctype html><html lang=en><title>Good</title><main><h1>Good</h1></main></html>"


def test_accessibility_passes_a_good_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(GOOD)
    assert_accessible(page)
    page.close()


def test_accessibility_fails_an_image_without_text(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(GOOD.replace("</main>", "<img src='data:,'></main>"))
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)
    page.close()


def test_sideways_scroll_fails_a_wide_page(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content(GOOD)
    assert_no_sideways_scroll(page)
    page.set_content(GOOD.replace("<h1>", "<h1 style='width: 900px'>"))
    with pytest.raises(AssertionError, match="px wide in a window of 390 px"):
        assert_no_sideways_scroll(page)
    page.close()


def test_watch_names_what_must_not_happen(browser: Browser) -> None:
    context = browser.new_context()
    problems = watch(context)
    page = context.new_page()
    with page.expect_event("requestfailed"):
        page.set_content(GOOD.replace("</main>", "<img alt=Away src='http://example.org/away.png'></main>"))
    page.evaluate("console.error('broken')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(100)
    context.close()
    assert problems == [
        "request that leaves this machine: http://example.org/away.png",
        "console error: Failed to load resource: net::ERR_NAME_NOT_RESOLVED",
        "console error: broken",
        "script error: thrown",
    ]


@pytest.mark.django_db(transaction=True)
def test_open_page_reaches_the_site_in_both_sizes(open_page: OpenPage) -> None:
    widths = []
    for size in ("desktop", "phone"):
        page = open_page(size)
        answer = page.goto("/no-such-page")
        assert answer is not None
        assert answer.status == 404
        widths.append(page.evaluate("window.innerWidth"))
    assert widths == [1280, 390]
