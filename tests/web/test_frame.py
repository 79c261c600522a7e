"""What pages have in common is written once, for each language, and knows nothing of the page."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.test import Client
from tests.books import Office, shipped

from cofund.commands.serving import spare_what_stays
from cofund.records.directory.models import User
from cofund.web import choices
from cofund.web.languages import speaking

LIST = tuple((f"v{number}", f"Words & {number}") for number in range(choices.MANY))


def test_fixed_part_is_written_once_for_each_language() -> None:
    template = Template("{% load frame i18n %}{% fixed %}{% translate 'Search' %}{{ page }}{% endfixed %}{{ page }}")
    assert template.render(Context({"page": "a"})) == "Searcha"
    with speaking("fr"):
        assert template.render(Context({"page": "b"})) == "Rechercherb"
    assert template.render(Context({"page": "c"})) == "Searchc"


@pytest.mark.django_db
def test_main_navigation_marks_where_the_reader_is(client: Client) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    assert _marked(client, "/programmes/") == [("/programmes/", "page")]
    assert _marked(client, "/programmes/imi2/projects/") == [("/programmes/", "true")]
    assert _marked(client, "/search/") == [("/search/", "page")]
    assert _marked(client, "/fr/partners/") == [("/fr/partners/", "page")]
    assert _marked(client, "/partners/") == [("/partners/", "page")]


@pytest.mark.django_db
def test_check_of_a_plan_is_in_the_main_navigation_of_visitors_alone(client: Client) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    assert "Check a plan" in _navigation(client, "/programmes/")
    client.force_login(User.objects.create_user("Officer", role="officer"))
    assert "Check a plan" not in _navigation(client, "/programmes/")


@pytest.mark.parametrize("chosen", ["", "v0", "v7", "x", '"><b>'])
def test_long_list_of_choices_is_the_same_as_a_short_one(chosen: str) -> None:
    assert choices.of_filter(LIST, chosen) == choices.options(LIST, [chosen])
    assert choices.of_filter(LIST[:5], chosen) == choices.options(LIST[:5], [chosen])


@pytest.fixture
def collector() -> Iterator[None]:
    """Leave the collector of this process as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_search_for_garbage_passes_by_what_was_there_at_the_start(collector: None) -> None:
    spare_what_stays()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == 5_000


def _navigation(client: Client, path: str) -> str:
    """The main navigation of a page."""
    found = re.search(r'<nav class="site-nav".*?</nav>', client.get(path).content.decode(), re.DOTALL)
    assert found is not None
    return found[0]


def _marked(client: Client, path: str) -> list[tuple[str, str]]:
    """Which places of the main navigation are marked, and how."""
    return re.findall(r'href="([^"]+)" aria-current="([^"]+)"', _navigation(client, path))
