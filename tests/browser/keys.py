"""Hands on a keyboard, and nothing else: every control is reached by Tab and worked by keys, as somebody without a mouse does it.

Nothing here moves the focus, clicks or fills by script: Playwright only presses keys and looks where the focus is. Journeys
that say that they work by keyboard use this alone (`tests/house/test_journeys.py` reads their sources).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, assert_accessible, assert_no_sideways_scroll, watch

# The most controls that a page may have before the one that is looked for.
MOST_TABS = 250
# Longer than a page waits after the last key before it asks for what follows.
PAUSE_MILLISECONDS = 1000
# Where a control stands seen from the one that has the focus: whether behind it, and at least how many presses away. Looking
# after every press takes most of the time of a journey; the keys are pressed one by one all the same.
WHERE = """
one => {
  const from = document.activeElement;
  const isBehind = (a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_PRECEDING);
  const back = isBehind(from, one) && one.type !== "date";
  const between = back ? e => isBehind(from, e) && isBehind(e, one) : e => isBehind(e, from) && isBehind(one, e);
  const stops = document.querySelectorAll("a[href], button, input:not([type=hidden], [type=radio]), select, textarea, summary");
  const isStop = e => e !== one && e !== from && e.tabIndex >= 0 && !e.disabled && e.checkVisibility();
  const far = [...stops].filter(e => isStop(e) && between(e));
  return {back, far: far.length, here: one === from && one.type !== "date"};
}
"""


@dataclass(frozen=True)
class Keys:
    """Somebody who works a page with the keyboard alone."""

    page: Page
    has_scripts: bool = True

    def go(self, address: str) -> None:
        """Type an address into the bar of the browser."""
        self.page.goto(address)

    def look(self) -> None:
        """Fail where the page is not open to everybody, or is wider than a window of any size; the window keeps its own."""
        own = self.page.viewport_size
        for width, height in VIEWPORTS.values():
            self.page.set_viewport_size({"width": width, "height": height})
            assert_no_sideways_scroll(self.page)
            # axe-core is a script itself, which never ends where none may run.
            if self.has_scripts:
                assert_accessible(self.page)
        if own is not None:
            self.page.set_viewport_size(own)

    def reach(self, found: Locator) -> None:
        """Press Tab, or Shift and Tab where it lies behind, until the focus is on a control, the first of those found."""
        one = found.first
        expect(one).to_be_visible()
        where = one.evaluate(WHERE)
        if where["here"]:
            return
        # A day is entered from its first part on, so that it is always reached forwards.
        key = "Shift+Tab" if where["back"] else "Tab"
        for _ in range(where["far"]):
            self.page.keyboard.press(key)
        for _ in range(MOST_TABS):
            self.page.keyboard.press(key)
            if one.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {found} on {self.page.url}")

    def link(self, name: str | Locator) -> None:
        """Follow a link, by its whole name."""
        self._press(self.page.get_by_role("link", name=name, exact=True) if isinstance(name, str) else name)

    def button(self, name: str | Locator) -> None:
        """Press a button that sends something, by its whole name."""
        self._press(self.page.get_by_role("button", name=name, exact=True) if isinstance(name, str) else name)

    def done(self, button: str, words: str) -> None:
        """Press a button, and read that it is done."""
        self.button(button)
        expect(self.page.locator(".message-success")).to_contain_text(words)

    def open(self, summary: Locator) -> None:
        """Unfold what is folded."""
        self.reach(summary)
        self.page.keyboard.press("Enter")

    def write(self, field: str | Locator, text: str) -> None:
        """Type into a field in place of what stands there."""
        found = self._field(field)
        self.reach(found)
        if found.first.get_attribute("type") == "date":
            self._enter_day(found.first, dt.date.fromisoformat(text))
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)
        expect(found.first).to_have_value(text)

    def choose(self, field: str | Locator, *, value: str = "", text: str = "", place: int | None = None) -> None:
        """Choose from a list by its value, its words or its place, with the arrows."""
        found = self._field(field).first
        self.reach(found)
        self.page.keyboard.press("Home")
        for step in range(MOST_TABS):
            at = found.evaluate("list => ({value: list.value, text: list.selectedOptions[0].text.trim()})")
            if step == place or (value and at["value"] == value) or (text and at["text"] == text):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{found} has no {value or text or place} on {self.page.url}")

    def tick(self, field: str | Locator) -> None:
        """Tick a box."""
        found = self._field(field)
        self.reach(found)
        self.page.keyboard.press("Space")
        expect(found.first).to_be_checked()

    def untick(self, field: str | Locator) -> None:
        """Take the tick out of a box."""
        found = self._field(field)
        self.reach(found)
        self.page.keyboard.press("Space")
        expect(found.first).not_to_be_checked()

    def pick(self, button: Locator) -> None:
        """Pick one of several: Tab leads to the group, the arrows to the one."""
        one = button.first
        name = one.get_attribute("name")
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == name:
                break
        for _ in range(20):
            self.page.keyboard.press("Space")
            if one.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
            if one.is_checked():
                return
        raise AssertionError(f"the arrows do not lead to {button} on {self.page.url}")

    def sign_in(self, name: str, password: str) -> None:
        """Sign in, after signing out whoever was there."""
        self.sign_out()
        self.go("/sign-in/")
        self.write("User name", name)
        self.write("Password", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/office/**")

    def sign_out(self) -> None:
        """Sign out, where somebody is signed in."""
        if self.page.get_by_role("button", name="Sign out", exact=True).count():
            self.button("Sign out")

    def _enter_day(self, field: Locator, day: dt.date) -> None:
        """Enter a day part by part, in the order in which this browser shows the parts; the first part has the focus."""
        for order in ("%m%d%Y", "%d%m%Y"):
            self.page.keyboard.type(day.strftime(order))
            if field.input_value() == day.isoformat():
                return
            for _ in range(2):
                self.page.keyboard.press("ArrowLeft")

    def _field(self, field: str | Locator) -> Locator:
        """A field by its label."""
        return self.page.get_by_label(field) if isinstance(field, str) else field

    def _read_what_follows(self) -> None:
        """Read what a page shows while one types, as people do: leaving in between would break off its request."""
        if self.page.locator("[data-hx-trigger]").count():
            self.page.wait_for_timeout(PAUSE_MILLISECONDS)
            expect(self.page.locator(".htmx-request")).to_have_count(0)

    def _press(self, found: Locator) -> None:
        """Reach a link or a button, and press Enter; the page that it leads to is there then."""
        self.reach(found)
        self._read_what_follows()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def window(browser: Browser, live_server: LiveServer, size: str = "desktop") -> tuple[Page, list[str]]:
    """A window in which no script runs, and what goes wrong in it."""
    width, height = VIEWPORTS[size]
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        locale="en-GB",
        java_script_enabled=False,
    )
    return context.new_page(), watch(context)
