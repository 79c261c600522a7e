"""A story as people make it: a partner drafts, the office asks for a change and publishes, the public reads and copies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.pages import VIEWPORTS, OpenPage, assert_accessible, assert_no_sideways_scroll, signed_in, watch
from tests.stories import Stories, drawn

from cofund.records.programme.models import Story
from cofund.rules import roles

pytestmark = pytest.mark.browser
TITLE = "What our knock began"
BODY = "We gave {{ partner.given }}, and it was matched with {{ partner.matched }}.\n\n## What came of it\n\nMore than we hoped."


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path) -> Stories:
    """A programme in which JDRF gives 3.0 m, and the people."""
    settings.MEDIA_ROOT = tmp_path
    made = Stories.make()
    for role in (roles.PARTNER, roles.OFFICER):
        made.person(role)
    return made


def press(page: Page, verb: str) -> None:
    """Press the button of a form, and see that it was done."""
    page.get_by_role("button", name=verb).click()
    expect(page.locator(".message-success")).to_be_visible()


def draft(page: Page) -> None:
    """The partner's person writes: first a figure that there is not, then one that there is."""
    page.goto("/office/stories/")
    page.get_by_role("link", name="Draft a story").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Summary").fill("A knock at the door, and a match.")
    page.get_by_label("Projects that it is about").fill("P1")
    page.locator("textarea[name=body]").fill("We gave {{ partner.salary }}.")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.locator("#id_body_error")).to_contain_text("There is no public figure")
    page.locator("textarea[name=body]").fill(BODY)
    press(page, "Keep the draft")
    expect(page.locator(".story")).to_contain_text("We gave EUR 3,000,000, and it was matched with EUR 3,000,000.")
    page.get_by_role("link", name="Add a picture").click()
    picture = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": drawn()}
    page.get_by_label("Picture").set_input_files(files=[picture])  # type: ignore[list-item]
    page.get_by_label("Credit").fill("Photo: Pat Partner")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#id_alternative_error")).to_contain_text("What it shows is missing")
    page.get_by_label("Picture").set_input_files(files=[picture])  # type: ignore[list-item]
    page.get_by_label("What it shows, in words").fill("A door with a knocker.")
    press(page, "Add it")
    page.get_by_role("link", name="Hand it in for review").click()
    press(page, "Hand it in")


def test_story_goes_from_the_partner_to_readers(world: Stories, open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("desktop")
    signed_in(page, world.person(roles.PARTNER), live_server)
    draft(page)
    slug = Story.objects.get().slug
    signed_in(page, world.person(roles.OFFICER), live_server)
    page.goto("/office/stories/?status=in_review")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Ask for a change").click()
    page.get_by_label("What should change").fill("Say who knocked.")
    press(page, "Ask for a change")
    assert page.goto(f"/stories/{slug}/").status == 404  # type: ignore[union-attr]
    signed_in(page, world.person(roles.PARTNER), live_server)
    page.goto(f"/office/stories/{slug}/")
    expect(page.locator("main")).to_contain_text("Say who knocked.")
    page.get_by_role("link", name="Write on").click()
    page.locator("textarea[name=body]").fill(f"Jo knocked. {BODY}")
    press(page, "Keep this version")
    page.get_by_role("link", name="Versions, and what changed").click()
    expect(page.locator(".reading-text ins").first).to_contain_text("Jo knocked.")
    page.goto(f"/office/stories/{slug}/steps/submit/")
    press(page, "Hand it in")
    signed_in(page, world.person(roles.OFFICER), live_server)
    page.goto(f"/office/stories/{slug}/")
    page.get_by_role("link", name="Publish it").click()
    expect(page.locator(".story")).to_contain_text("Jo knocked. We gave EUR 3,000,000")
    press(page, "Publish it")
    signed_in(page, None, live_server)
    page.goto("/partners/jdrf/")
    page.get_by_role("link", name=TITLE).click()
    read(page)


def read(page: Page) -> None:
    """What a reader finds: the text with its figure, which leads to its proof, and the picture in a width that fits."""
    expect(page.locator("h1")).to_have_text(TITLE)
    image = page.get_by_role("img", name="A door with a knocker.")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("one => [one.naturalWidth > 0, one.currentSrc.endsWith('.jpg')]") == [True] * 2
    expect(page.locator("figcaption").first).to_have_text("Photo: Pat Partner")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.locator(".live-figure").first.click()
    expect(page.locator("h1")).to_contain_text("JDRF")


@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_story_is_read_without_scripts_and_copied_from(
    world: Stories, browser: Browser, live_server: LiveServer, viewport: str
) -> None:
    made = world.story(title="Read me", body="It gives {{ partner.given }}.")
    world.with_picture(made)
    world.brought(made, "published")
    width, height = VIEWPORTS[viewport]
    context = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, viewport={"width": width, "height": height}
    )
    problems = watch(context)
    page = context.new_page()
    page.goto(f"/stories/{made.slug}/")
    expect(page.locator(".story")).to_contain_text("It gives EUR 3,000,000.")
    page.goto("/partners/jdrf/credit/")
    field = page.get_by_label("HTML for your own site")
    assert "<a href=" in field.input_value()
    context.close()
    assert problems == []
