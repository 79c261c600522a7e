"""Sheets of grants and participants in a real browser: open to everybody, and from the file to its undoing without a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, watch
from tests.browser.test_desk import signed_in
from tests.nu import assert_valid_html
from tests.sheets import COMPANY, GRANTS, ROWS, UNIVERSITY, Sheets, as_csv, as_excel

from cofund.records.directory.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def sheets(transactional_db: None, settings: Any, tmp_path: Path) -> Sheets:
    settings.MEDIA_ROOT = tmp_path
    return Sheets.make()


def officer() -> User:
    """Somebody of the office."""
    return User.objects.create_user("olga", role="officer", password=None)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_is_open_to_everybody(
    sheets: Sheets, open_page: OpenPage, live_server: LiveServer, size: str
) -> None:
    undone = sheets.taken(as_csv(ROWS))
    sheets.undo(undone)
    applied = sheets.taken(as_excel(ROWS))
    wrong = sheets.read_in(as_csv([(1, "12", "A", "Belgium", "Owner", None, "five", None, None)]))
    read = sheets.read_in(as_csv([UNIVERSITY, (2, None, "Hospital", "DE", "Participant", *[None] * 4)]))
    grants = sheets.read_in(as_csv([("102", "TWO", "The second", "", "2026-01-01", "2029-01-01")], GRANTS), "grants")
    page = open_page(size)
    signed_in(page, officer(), live_server)
    html = {}
    for address in (
        "/office/ihi/sheets/",
        "/office/ihi/sheets/new/",
        *(f"/office/ihi/sheets/{one.pk}/" for one in (undone, applied, wrong, read, grants)),
        f"/office/ihi/sheets/{applied.pk}/undo/",
        "/office/ihi/projects/one/",
        "/office/ihi/projects/one/participants/",
        "/office/ihi/topics/",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        html[address] = answer.text()
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    if size == "desktop":
        assert_valid_html(html)


def test_file_is_looked_at_taken_over_and_undone_without_javascript(
    sheets: Sheets, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    file = tmp_path / "participants.csv"
    file.write_bytes(as_csv([UNIVERSITY, (*COMPANY[:4], "associatedPartner", *[None] * 4)]))
    width, height = VIEWPORTS["desktop"]
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": height}
    )
    problems = watch(context)
    page = context.new_page()
    signed_in(page, officer(), live_server)
    page.goto("/office/ihi/projects/one/")
    page.get_by_role("link", name="Who takes part by the grant").click()
    page.get_by_role("link", name="Import participants").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.get_by_role("table", name="Cells that cannot be taken")).to_contain_text("means two things")
    page.goto("/office/ihi/sheets/new/?project=one")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("“Associated partner” in it means").check()
    page.get_by_role("button", name="Show what it changes").click()
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("It is taken over.")).to_be_visible()
    page.goto("/office/ihi/projects/one/participants/")
    expect(page.get_by_role("row", name="Novo Nordisk")).to_contain_text("HE associated partner (no funding)")
    page.get_by_role("link", name="participants.csv").click()
    page.get_by_role("link", name="Undo").click()
    page.get_by_label("Why").fill("The wrong project")
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("The wrong project")).to_be_visible()
    page.goto("/office/ihi/projects/one/participants/")
    expect(page.get_by_text("No sheet of participants was taken over yet.")).to_be_visible()
    context.close()
    assert problems == []
