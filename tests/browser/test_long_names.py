"""Names of sixty letters without a space, and of four hundred, on the screen of a desk and of a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.keys import Keys
from tests.browser.pages import OpenPage, assert_no_sideways_scroll
from tests.leads import OFFICER
from tests.places import partners

from cofund.actions import leads
from cofund.actions.leads import LeadFacts, NewLead
from cofund.queries import demonstration
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import RoleHolding, Scheme

pytestmark = pytest.mark.browser
LONG = "Bundesgesundheitsforschungsförderungsgesellschaft mbH"
NAMES = {"long": LONG, "longest": "Gesundheit" * 28}


@pytest.fixture
def references(transactional_db: None) -> list[str]:
    """The demonstration with two organisations of long names, each public and with a lead."""
    partners()
    scheme = Scheme.objects.get(code="imi2")
    made = []
    for slug, name in NAMES.items():
        one = Organisation.objects.create(slug=slug, name=name)
        RoleHolding.objects.create(scheme=scheme, organisation=one, role="partner")
        made.append(leads.open_lead(OFFICER, NewLead("imi2", one, "knocks", LeadFacts(interest=name))).reference)
    return made


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_long_name_makes_no_page_wider_than_the_window(references: list[str], open_page: OpenPage, size: str) -> None:
    page = open_page(size)
    page.goto("/partners/?programme=imi2")
    assert_no_sideways_scroll(page)
    Keys(page).sign_in("officer", demonstration.PASSWORD)
    paths = ["/office/partners/?q=Gesundheit", "/office/leads/", "/office/leads/table/", "/office/"]
    for slug, reference in zip(NAMES, references, strict=True):
        paths += [f"/partners/{slug}/", f"/office/partners/{slug}/", f"/office/partners/{slug}/edit/"]
        paths += [f"/office/leads/{reference}/", f"/office/leads/{reference}/edit/"]
    for path in paths:
        page.goto(path)
        assert_no_sideways_scroll(page)


def test_phone_shows_the_whole_menu_and_values_of_few_lines(references: list[str], open_page: OpenPage) -> None:
    page = open_page("phone")
    Keys(page).sign_in("officer", demonstration.PASSWORD)
    about = page.get_by_role("link", name="About the data", exact=True)
    expect(about).to_be_in_viewport(ratio=1)
    cells = page.locator("#recent tbody td[data-label]").evaluate_all(
        "cells => cells.map(cell => [cell.getBoundingClientRect().right, cell.offsetHeight])"
    )
    assert (len(cells) > 0, [cell for cell in cells if cell[0] > 390 or cell[1] > 180]) == (True, [])
