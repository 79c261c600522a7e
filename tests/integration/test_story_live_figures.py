"""Figures in a story are those of now, public alone, and each leads to the page that proves it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests import worlds
from tests.books import refused
from tests.stories import OFFICER, Stories

from cofund.actions.stories import drafting
from cofund.actions.stories.drafting import Text, Ties
from cofund.queries.stories import figures, lists, reading
from cofund.queries.stories.figures import About
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Story

pytestmark = pytest.mark.django_db


@worlds.world
def world() -> Stories:
    """A programme."""
    return Stories.make()


def address_of(page: str, arguments: Sequence[str]) -> str:
    """An address that a test can read."""
    return "/".join([page, *arguments])


def said(world: Stories, words: str) -> str:
    """What a figure says in a story about JDRF and its project."""
    found = figures.find(words, About((world.jdrf,), (world.project,), world.office.row))
    return found.said if found else "none"


def test_figures_are_those_of_the_pages(world: Stories) -> None:
    names = ("partner.given", "partner.matched", "partner.together", "partner.leverage", "partner.projects")
    assert [said(world, name) for name in names] == ["EUR 3,000,000", "EUR 3,000,000", "EUR 6,000,000", "2.00", "1"]
    names = ("project.total", "project.public", "project.partners", "project.members", "project.multiplier")
    assert [said(world, name) for name in names] == ["EUR 6,000,000", "EUR 3,000,000", "EUR 3,000,000", "EUR 0", "2.00"]
    assert [said(world, name) for name in ("programme.matched", "programme.partners")] == ["EUR 3,000,000", "1"]


def test_text_is_read_with_the_figure_of_now(world: Stories) -> None:
    made = world.story(
        "published", body="It gives {{ partner.given }}; [all {{ project.total }}](https://example.org)."
    )
    found = lists.find_out(made.slug)
    assert found is not None
    assert found.shown is not None
    before = reading.read(found, found.shown, address_of)
    assert before.html == (
        '<p>It gives <a class="live-figure" href="partner/jdrf">EUR 3,000,000</a>; '
        '<a href="https://example.org" rel="nofollow noopener noreferrer">all EUR 6,000,000</a>.</p>\n'
    )
    assert [one.asked.written for one in before.figures] == ["partner.given", "project.total"]
    more = world.given("JDRF")
    # Until the stage from which on the programme publishes, nobody reads it here either.
    assert reading.read(found, found.shown, address_of).html == before.html
    world.office.commit(more, world.office.project("p3", more.topic))
    after = reading.read(found, found.shown, address_of)
    assert 'href="partner/jdrf">EUR 5,000,000</a>' in after.html


def test_partner_that_is_not_public_has_no_figure(world: Stories) -> None:
    quiet = Organisation.objects.get(name="Quiet Fund")
    error = refused(
        lambda: drafting.draft(OFFICER, "news", Text("T", "S", f"{{{{ partner:{quiet.slug}.given }}}}"), world.ties)
    )
    assert error.fields["field"] == "body"
    assert "There is no public figure" in error.wrong
    assert "7,000,000" not in str(error)


def test_figure_that_lost_what_it_was_of_says_that_it_is_not_known(world: Stories) -> None:
    made = world.story("published", body="{{ partner.given }}")
    made.organisations.clear()
    found = lists.find_out(made.slug)
    assert found is not None
    assert found.shown is not None
    assert reading.read(found, found.shown, address_of).html == '<p><span class="unknown">not known</span></p>\n'


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("{{ partner.salary }}", "There are: partner.given, partner.matched"),
        ("{{ project:imi2/none.total }}", "There is no public figure"),
        ("{{ project:none/p1.total }}", "There is no public figure"),
        ("{{ <script> }}", "There is no public figure"),
        ("{{ picture.1 }}", "The story has no picture 1"),
        ("![x](https://example.org/x.png)", "cannot be shown from another address"),
    ],
)
def test_unknown_placeholder_is_refused_with_what_there_is(world: Stories, body: str, part: str) -> None:
    error = refused(lambda: drafting.draft(OFFICER, "news", Text("T", "S", body), world.ties))
    assert part in error.wrong
    assert Story.objects.count() == 0


def test_story_tied_to_two_partners_asks_which_one(world: Stories) -> None:
    more = world.given("Trust")
    world.office.commit(more, world.office.project("p3", more.topic))
    ties = Ties(world.office.row, (world.jdrf, world.office.organisation("Trust")))
    error = refused(lambda: drafting.draft(OFFICER, "news", Text("T", "S", "{{ partner.given }}"), ties))
    assert "partner:jdrf.given" in error.wrong
    drafting.draft(OFFICER, "news", Text("T", "S", "{{ partner:trust.given }}"), ties)


def test_ties_that_a_figure_rests_on_cannot_be_cut(world: Stories) -> None:
    made = world.story(body="{{ project.total }}")
    error = refused(lambda: drafting.tie(OFFICER, made, Ties(world.office.row, (world.jdrf,))))
    assert "project.total" in error.wrong
