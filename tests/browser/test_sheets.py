"""Sheets of grants and participants in a real browser: from the file to its undoing without a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, signed_in, watch
from tests.sheets import COMPANY, UNIVERSITY, Sheets, as_csv

from cofund.records.directory.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def sheets(transactional_db: None, settings: Any, tmp_path: Path) -> Sheets:
    settings.MEDIA_ROOT = tmp_path
    return Sheets.make()


def officer() -> User:
    """Somebody of the office."""
    return User.objects.create_user("olga", role="officer", password=None)


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
