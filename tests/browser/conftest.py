"""A real Chromium over the live server, at the width of a desk and of a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.browser.keys import Keys, window
from tests.browser.pages import CHROMIUM_ARGUMENTS, VIEWPORTS, OpenPage, watch
from tests.machine import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module. It must not outlive it: while it runs, Django takes the test for asynchronous code."""
    path = chromium()
    if path is None:
        pytest.skip("CHROMIUM MISSING: install it, or set COFUND_CHROMIUM to its path")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which makes Django refuse the database to it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Open a new window of a size in `VIEWPORTS`; addresses are those of the site, as in `page.goto("/")`.

    At the end the test fails on anything that went wrong in a window: see `tests.browser.pages.watch`.
    """
    contexts, problems = [], []

    def opened(size: str) -> Page:
        width, height = VIEWPORTS[size]
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        problems.append(watch(context))
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert [problem for found in problems for problem in found] == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window of the desk."""
    return open_page("desktop")


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A window of the phone."""
    return open_page("phone")


@pytest.fixture(params=["scripts", "no scripts"])
def keys(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Keys]:
    """Somebody with a keyboard alone: once at a desk, and once on a phone where no script runs."""
    if request.param == "scripts":
        page: Page = request.getfixturevalue("page")
        yield Keys(page)
        return
    opened, problems = window(browser, live_server, "phone")
    yield Keys(opened, has_scripts=False)
    opened.context.close()
    assert problems == []
