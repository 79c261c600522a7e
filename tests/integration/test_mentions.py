"""Whoever holds something back is shown the public texts that say it anyway."""

from __future__ import annotations

import pytest
from django.test import Client
from tests import publishing as world
from tests.books import Office

from cofund.queries import mentions
from cofund.records.directory.models import OrganisationName, User
from cofund.records.programme.models import Project, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    """A note that names a giver, a summary that names another by an earlier name, and one that says an amount."""
    office = world.programme()
    Project.objects.filter(slug="p1").update(note="Half of it was promised by Quince Trust in 2015.")
    OrganisationName.objects.create(organisation=office.organisation("Walnut Fund"), name="Nut Foundation")
    Topic.objects.filter(code="T1").update(summary="The Nut Foundation came first.")
    Topic.objects.filter(code="T2").update(summary="A foundation gives EUR 11,057,721.56, not EUR 11,057,721.567.")
    return office


def found(record: mentions.Record) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is found, with the page that it stands on."""
    return [(one.what, one.page, one.keys) for one in mentions.of_record(record)]


def test_text_that_names_the_giver_is_found(office: Office) -> None:
    expected = [("Note on a project", "project", ("imi2", "p1"))]
    assert found(world.of("Quince Trust")) == found(office.organisation("Quince Trust")) == expected
    assert mentions.of_record(office.organisation("Quince Trust"))[0].words == (
        "Half of it was promised by Quince Trust in 2015."
    )


def test_other_names_and_amounts_are_found(office: Office) -> None:
    assert found(office.organisation("Walnut Fund")) == [("Words on a topic", "topic", ("imi2", "T1"))]
    assert found(world.of("Sorrel Foundation")) == [("Words on a topic", "topic", ("imi2", "T2"))]
    assert found(office.organisation("Sorrel Foundation")) == []


def test_part_of_another_word_or_amount_is_none(office: Office) -> None:
    Project.objects.filter(slug="p1").update(note="Quince Trustees, and EUR 13,141,592.65.")
    assert found(world.of("Quince Trust")) == []
    assert found(office.topic("T1")) == []


def test_page_of_who_sees_what_lists_them_with_a_link(office: Office) -> None:
    browser = Client()
    browser.force_login(User.objects.create_user("olga", role="officer", password=None))
    page = browser.get(f"/office/publication/contribution/{world.of('Quince Trust').reference}/").text
    assert "Public texts that say it" in page
    assert 'href="/programmes/imi2/projects/p1/"' in page
    other = browser.get(f"/office/publication/contribution/{world.of('Tansy Society').reference}/").text
    assert "Public texts that say it" not in other
