"""The scientific officer's way: from the immunoscience topic of IHI call 13 to candidates, foundations, the shortlist, a lead."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import PASSWORD
from tests.books import Office, shipped
from tests.browser.keys import Keys, window
from tests.browser.pages import assert_accessible, assert_no_sideways_scroll

from cofund.actions.index_files import build_index
from cofund.importers.cordis import import_cordis
from cofund.queries import clock
from cofund.records.corpus.models import PastProject
from cofund.records.directory.models import AuditEvent, CorpusLink, User
from cofund.records.programme.models import CandidateMark, Lead, ShownCandidates, Topic, TopicVersion

pytestmark = pytest.mark.browser
CODE = "HORIZON-JU-IHI-2026-13-two-stage-03"
FOUNDATIONS = f"/office/ihi/topics/{CODE}/candidates/?kind=giving"
# How a page is looked at on the way.
Look = Callable[[Page], None]
# The part of the past that is read: health calls, a few hundred projects.
CALLS = ("HORIZON-JU-IHI", "HORIZON-HLTH")
TABLES = {
    "project": "id",
    "organization": "projectID",
    "topics": "projectID",
    "euroSciVoc": "projectID",
    "legalBasis": "projectID",
}


def part_of(download: Path, made: Path) -> Path:
    """The projects of some calls with all that belongs to them, their rows as they are."""
    numbers: set[str] = set()
    with zipfile.ZipFile(download) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, key in TABLES.items():
            with source.open(f"{name}.csv") as member:
                rows = csv.DictReader(io.TextIOWrapper(member, "utf-8-sig", newline=""), delimiter=";")
                text = io.StringIO()
                writer = csv.DictWriter(text, rows.fieldnames or (), delimiter=";", quoting=csv.QUOTE_ALL)
                writer.writeheader()
                for row in rows:
                    if name == "project" and row["masterCall"].startswith(CALLS):
                        numbers.add(row["id"])
                    if row[key] in numbers:
                        writer.writerow(row)
            archive.writestr(f"{name}.csv", text.getvalue())
    return made


def topic_of(file: Path) -> dict[str, Any]:
    """The topic as the portal has it."""
    with file.open() as lines:
        found: dict[str, Any] = next(one for one in map(json.loads, lines) if one["topicId"] == CODE)
    return found


@pytest.fixture
def site(transactional_db: None, shared_data: Callable[[str], Path], settings: Any, tmp_path: Path) -> Topic:
    """IHI with the topic and its text, the past of health with an index, and somebody who looks after topics."""
    settings.COFUND_HOME = tmp_path / "home"
    stated = topic_of(shared_data("data/topics/funding-tenders-topics-2026.jsonl"))
    import_cordis(part_of(shared_data("data/cordis/cordis-HORIZONprojects-csv.zip"), tmp_path / "health.zip"))
    build_index(trains=False)
    office = Office.with_scheme(shipped("ihi"), "ihi")
    row = office.topic(CODE)
    Topic.objects.filter(pk=row.pk).update(title=stated["title"], status="drafting")
    TopicVersion.objects.create(
        topic=row, number=1, title=stated["title"], challenge=stated["description"], reason="As published",
        written_by="Sven", written_at=clock.now(),
    )  # fmt: skip
    User.objects.create_user("sven", password=PASSWORD, role="scientific_officer", first_name="Sven")
    User.objects.create_user("ada", password=PASSWORD, role="auditor", first_name="Ada")
    return row


def look_for_candidates(keys: Keys, look: Look) -> str:
    """From the topic to foundations and patient organisations, whose reasons lead to past projects; gives the first of them."""
    page = keys.page
    keys.go(f"/office/ihi/topics/{CODE}/")
    keys.link("Who should be asked")
    expect(page.locator(".lede")).to_have_text(f"{CODE}: Decode the Immunoscience of age-related diseases")
    expect(page.locator("#about")).to_contain_text("version 1 of its text")
    expect(page.locator(".callout").first).to_contain_text("The index is small")
    assert page.locator(".candidate").count() >= 20
    keys.choose("Kind", value="giving")
    keys.button("Filter")
    expect(page.locator(".pill").first).to_contain_text("Kind: Foundations and patient organisations")
    facts = page.locator("section[aria-labelledby=offered] .candidate-facts").all_inner_texts()
    assert facts
    assert all("foundation" in one or "patient organisation" in one for one in facts)
    look(page)
    found = page.locator("section[aria-labelledby=offered] .candidate").first
    name = found.locator(".candidate-name").inner_text()
    reason = found.locator(".reasons a").first
    acronym = reason.inner_text()
    keys.link(reason)
    expect(page.locator("h1")).to_contain_text(acronym)
    expect(page.locator("#members")).to_contain_text(name)
    project = PastProject.objects.get(pk=page.url.rstrip("/").rsplit("/", 1)[1])
    assert project.master_call.startswith(CALLS)
    return name


def shortlist_and_invite(keys: Keys, name: str, look: Look) -> Lead:
    """Onto the shortlist with a note, then invited: the lead stands beside the candidate from then on."""
    page = keys.page
    keys.go(FOUNDATIONS)
    keys.link(f"Shortlist {name}")
    keys.write("Note", "Has worked on it before")
    keys.done("Put on the shortlist", "It is on the shortlist.")
    expect(page.locator("#shortlist")).to_contain_text("Has worked on it before")
    keys.link(f"Invite: {name}")
    expect(page.locator(".callout").first).to_contain_text("It is not in the directory yet.")
    look(page)
    keys.write(page.locator("#id_next_step"), "Write to its director")
    keys.done("Invite", "The lead is open")
    lead = Lead.objects.get()
    expect(page.locator("#shortlist")).to_contain_text(lead.reference)
    keys.go(FOUNDATIONS)
    beside = page.locator(".candidate", has=page.get_by_role("link", name=name, exact=True)).first
    expect(beside).to_contain_text(f"{lead.reference} Invited by the office")
    look(page)
    keys.link(lead.reference)
    expect(page.locator(".marks")).to_contain_text("New")
    return lead


def walk(page: Page, topic: Topic, look: Look) -> None:
    """The whole way; at its end an auditor sees what was shown to whom."""
    keys = Keys(page)
    keys.sign_in("sven", PASSWORD)
    name = look_for_candidates(keys, look)
    lead = shortlist_and_invite(keys, name, look)
    keys.sign_in("ada", PASSWORD)
    keys.go("/office/recommendations/")
    expect(page.locator("#shown")).to_contain_text("foundation or patient organisation")
    expect(page.locator("#shown tbody tr")).to_have_count(2)
    look(page)
    assert_as_it_should_be(topic, name, lead)


def sound(page: Page) -> None:
    """Fail where a page is not open to everybody, or wider than its window."""
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_officer_finds_shortlists_and_invites_by_keyboard(site: Topic, page: Page) -> None:
    walk(page, site, sound)


def test_officer_finds_shortlists_and_invites_on_a_phone_without_javascript(
    site: Topic, browser: Browser, live_server: LiveServer
) -> None:
    page, problems = window(browser, live_server, "phone")
    # axe-core is a script itself, which never ends where none may run.
    walk(page, site, assert_no_sideways_scroll)
    page.context.close()
    assert problems == []


def assert_as_it_should_be(topic: Topic, name: str, lead: Lead) -> None:
    """What stands in the records at the end."""
    mark = CandidateMark.objects.get()
    assert (mark.kind, mark.lead, str(mark.past_organisation), mark.made_by) == ("shortlisted", lead, name, "Sven")
    assert (lead.topic, lead.route, lead.owner and lead.owner.username) == (topic, "invited", "sven")
    assert (lead.organisation.name, lead.next_step) == (name, "Write to its director")
    link = CorpusLink.objects.get()
    assert (link.organisation, link.past_organisation, link.basis) == (lead.organisation, mark.past_organisation, "pic")
    acts = AuditEvent.objects.exclude(action="read candidates").filter(actor_name="Sven").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "shortlist candidate", "add organisation", "open lead", "invite candidate",
    ]  # fmt: skip
    # Once without filters and once with them, however often the pages were opened.
    assert list(ShownCandidates.objects.order_by("pk").values_list("filters", flat=True)) == [
        {}, {"kind": ["FOUNDATION", "PATIENTS"]},
    ]  # fmt: skip
