"""What is kept is kept for a day: an embargo begins and ends at midnight, on every page, although nothing is written then."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests import newsletter
from tests import publishing as world
from tests.books import Office
from tests.stories import OFFICER, story_of

from cofund.actions import publishing
from cofund.actions.publishing import NewException
from cofund.actions.stories import drafting, steps
from cofund.actions.stories.drafting import Text, Ties
from cofund.queries import clock
from cofund.queries.newsletter import news
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Story
from cofund.rules.publication import OFFICE
from cofund.web.kept_answers import SHELF

pytestmark = pytest.mark.usefixtures("transactional_db")
GIVER = "Walnut Fund"
PATHS = (
    *("/programmes/imi2/projects/p1/", "/programmes/imi2/contributions/", "/embed/imi2/contributions/"),
    *("/programmes/imi2/feed.atom", "/search/?q=walnut", "/api/v1/programmes/imi2/projects/p1"),
    *("/programmes/imi2/iati.xml", "/programmes/imi2/grants.json", "/partners/?programme=imi2", "/sitemap.xml"),
    *("/api/v1/programmes/imi2/partners", "/api/v1/programmes/imi2/contributions"),
)


@pytest.fixture
def office() -> Office:
    SHELF.clear()
    return world.programme()


def _telling() -> set[str]:
    """The pages on which the giver stands, each read twice, so that the second one can be of what is kept."""
    client = Client()
    words = (GIVER, "/partners/walnut-fund/")
    texts = [{path: world.read(client, path) for path in PATHS} for _ in range(2)]
    first, second = ({path for path in PATHS if any(one in text[path] for one in words)} for text in texts)
    assert first == second
    return second


def test_what_was_kept_is_told_from_midnight_on_when_an_embargo_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    assert _telling() == set(PATHS)
    world.hold(office, world.of(GIVER), "giver", until=today + dt.timedelta(days=1))
    assert _telling() == set()
    monkeypatch.setattr(clock, "today", lambda: today + dt.timedelta(days=1))
    assert _telling() == set(PATHS)


def test_what_was_kept_is_not_told_from_midnight_on_when_an_exception_begins(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    tomorrow = today + dt.timedelta(days=1)
    publishing.make(office.actor, world.of(GIVER), NewException("giver", OFFICE, world.WHY, tomorrow, world.EMBARGO))
    assert _telling() == set(PATHS)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert _telling() == set()


def test_feed_is_new_at_midnight_for_who_asks_by_the_instant(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that keeps its copy by the instant of the last change gets another one when an embargo ends."""
    today, path, client = clock.today(), "/programmes/imi2/feed.atom", Client()
    world.hold(office, world.of(GIVER), "giver", until=today + dt.timedelta(days=1))
    first = client.get(path)
    asked = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(path, headers=asked).status_code == 304
    monkeypatch.setattr(clock, "today", lambda: today + dt.timedelta(days=1))
    again = client.get(path, headers=asked)
    assert (again.status_code, GIVER in again.text) == (200, True)


def test_story_that_was_published_ahead_comes_out_on_kept_pages_by_the_clock(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = story_of(office, Organisation.objects.get(name=GIVER), "published")
    now, today = clock.now(), clock.today()
    Story.objects.filter(pk=made.pk).update(published_at=now + dt.timedelta(hours=1))
    client, address = Client(), f"/stories/{made.slug}/"
    issue = newsletter.issue("sent", items=news.plain(news.between(now, now + dt.timedelta(hours=1))))
    pages = (
        *("/", "/programmes/imi2/", "/partners/walnut-fund/", "/programmes/imi2/projects/p1/", "/stories/"),
        f"/newsletter/archive/{issue.pk}/",
    )

    def telling() -> list[str]:
        """The pages that lead to it, each read twice."""
        return [path for path in pages if [address in client.get(path).text for _ in range(2)] == [True, True]]

    assert telling() == []
    assert client.get(address).status_code == 404
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=2))
    monkeypatch.setattr(clock, "today", lambda: today)
    assert telling() == list(pages)
    assert [client.get(address).status_code for _ in range(2)] == [200, 200]


def test_credit_story_and_newsletter_tell_from_midnight_on_what_was_held_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    text = Text("A story", "A summary.", "It gives {{ partner.given }}.", "Jo Writer")
    made = drafting.draft(OFFICER, Story.Kind.NEWS, text, Ties(office.row, (Organisation.objects.get(name=GIVER),)))
    steps.submit(OFFICER, made)
    steps.publish(OFFICER, made)
    issue = newsletter.issue("sent")
    pages = ["/partners/walnut-fund/credit/", f"/stories/{made.slug}/", f"/newsletter/archive/{issue.pk}/"]
    client = Client()

    def telling() -> list[list[str]]:
        """The pages that tell of it, in a first and a second reading, which can be of what is kept."""
        return [[path for path in pages if "5,271,828" in client.get(path).text] for _ in range(2)]

    assert telling() == [pages] * 2
    world.hold(office, world.of(GIVER), "giver", until=today + dt.timedelta(days=1))
    assert telling() == [[]] * 2
    monkeypatch.setattr(clock, "today", lambda: today + dt.timedelta(days=1))
    assert telling() == [pages] * 2
