"""An auditor walks from a published total to letter, decision and certificate by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import signed_in
from tests.proofs import CERTIFIED, SIGNED, Proved

from cofund.records.directory.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def proved(transactional_db: None, settings: Any, tmp_path: Path) -> Proved:
    """A contribution with its whole chain."""
    settings.COFUND_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return Proved.make()


@pytest.fixture
def auditor(proved: Proved) -> User:
    """An auditor."""
    return User.objects.create_user("ada", role="auditor", password=None)


def press(page: Page, link: Locator) -> None:
    """Go to a link with the Tab key alone, and open it with Enter."""
    link.evaluate("one => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    target = link.element_handle()
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement === one", target):
            page.keyboard.press("Enter")
            return
    raise AssertionError("The link cannot be reached by keyboard.")


def downloaded(page: Page, link: Locator) -> bytes:
    """What a link hands out, opened by keyboard."""
    with page.expect_download() as found:
        press(page, link)
    return Path(found.value.path()).read_bytes()


def test_auditor_walks_from_total_to_certificate_by_keyboard(
    proved: Proved, auditor: User, page: Page, live_server: LiveServer
) -> None:
    signed_in(page, auditor, live_server)
    page.goto("/programmes/ihi/projects/x/")
    row = page.locator("#proof tr", has_text="Given by all contributors")
    expect(row).to_contain_text("EUR 2,000,000")
    press(page, row.get_by_role("link", name="add up to it"))
    expect(page.locator("#behind")).to_contain_text("EUR 2,000,000")
    press(page, page.get_by_role("main").get_by_role("link", name=proved.contribution.reference, exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Foundation F for X")
    expect(page.get_by_role("main")).to_contain_text("The seals of all 11 transfers agree")
    chain = page.locator("#chain")
    assert downloaded(page, chain.get_by_role("link", name="certificate.pdf")) == CERTIFIED
    assert downloaded(page, chain.get_by_role("link", name="letter.pdf")) == SIGNED
    press(page, chain.get_by_role("link", name="IHI-GB-DEC-2023-21"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Application of Foundation F for T-X")
    press(page, page.get_by_role("link", name="Everything that happened to this"))
    expect(page.locator("#trail")).to_contain_text("recorded the decision IHI-GB-DEC-2023-21 in ihi")


def test_auditor_takes_the_audit_file_from_the_page_of_the_project(
    proved: Proved, auditor: User, page: Page, live_server: LiveServer
) -> None:
    signed_in(page, auditor, live_server)
    page.goto("/office/ihi/projects/x/")
    content = downloaded(page, page.get_by_role("link", name="Audit file: everything in one signed zip"))
    assert content[:4] == b"PK\x03\x04"
