"""What is asked of every page in a real browser: no barrier, no error, and no request that leaves this machine."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize
from pytest_django.live_server_helper import LiveServer

from cofund.records.directory.models import User

OpenPage = Callable[[str], Page]

VIEWPORTS = {"desktop": (1280, 900), "phone": (390, 844)}
ACCESSIBILITY = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Nothing but loopback has an address, and the browser calls nobody of its own accord.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def size(name: str) -> ViewportSize:
    """The size of a window in `VIEWPORTS`, as the browser takes it."""
    width, height = VIEWPORTS[name]
    return {"width": width, "height": height}


def assert_accessible(page: Page) -> None:
    """Fail with axe-core's report on any violation of WCAG 2.2 A and AA, or of its best practices."""
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": ACCESSIBILITY}}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def assert_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than the window; a wide table scrolls inside a box of its own."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"


def assert_nothing_cut(page: Page) -> None:
    """Fail where a part is wider than its place: figures and texts to copy at every width, tables where the window is narrow."""
    parts = ".tile-value, pre, .table-scroll" if page.evaluate("innerWidth") < 640 else ".tile-value, pre"
    cut = page.locator(parts).evaluate_all(
        "all => all.filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth)"
        ".map(each => [each.className, each.closest('[id]')?.id, each.scrollWidth, each.clientWidth].join(' '))"
    )
    assert cut == [], f"{page.url}: {cut}"


def watch(context: BrowserContext) -> list[str]:
    """Collect what must not happen on any page of the context: errors, refusals of the CSP, requests that leave."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _is_expected_status(message):
            problems.append(f"console {message.type}: {message.text}")

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"} and address.hostname not in LOOPBACK:
            problems.append(f"request that leaves this machine: {request.url}")

    context.on("console", on_console)
    context.on("request", on_request)
    context.on("weberror", lambda error: problems.append(f"script error: {_text(error.error)}"))
    return problems


def signed_in(page: Page, user: User | None, server: LiveServer) -> None:
    """Sign somebody in, or whoever is in out, without the form: passwords are hashed for long, and the form is tested elsewhere."""
    page.context.clear_cookies()
    if user is not None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])


def _is_expected_status(message: ConsoleMessage) -> bool:
    """Whether the line only repeats that the page itself was refused (403, 404), as tests ask for on purpose."""
    if message.page is None or not message.text.startswith("Failed to load resource: the server responded with a "):
        return False
    # A page that Django answers by itself names no icon, and the browser then asks for the usual one.
    return message.location["url"] == message.page.url or urlsplit(message.location["url"]).path == "/favicon.ico"


def _text(error: Error) -> str:
    """The words of a script's error."""
    return error.message
