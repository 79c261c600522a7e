"""Feeds: two readers of others read the same news, nothing too early, names that stay, and no work for who has it already."""

from __future__ import annotations

import datetime as dt
from typing import Any

import fastfeedparser
import feedparser
import pytest
from django.test import Client
from lxml import etree
from tests.books import MILLION, Office, shipped
from tests.stories import TEXT, Stories

from cofund.exporters.feeds import ATOM
from cofund.queries import clock, news
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Idea, Story

pytestmark = pytest.mark.django_db

HOSTILE = "Trust </title><script>alert(1)</script> & \x0b ]]>"
AT = dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)
PATHS = ["/feed.atom", "/feed.rss", "/programmes/imi2/feed.atom", "/programmes/imi2/feed.rss"]


@pytest.fixture
def office(db: None) -> Office:
    """A public contribution of an organisation with a hostile name, a pledge that is not public, and two ideas, one shown."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    Organisation.objects.create(slug="trust", name=HOSTILE)
    office.pledge(7 * MILLION, "trust", kind="FC_JU")
    office.endorse(Contribution.objects.get())
    office.reserve()
    office.commit()
    office.pledge(9 * MILLION, "Secret", kind="FC_JU")
    told = {"scheme": office.row, "recorded_at": AT}
    Idea.objects.create(reference="imi2-idea-1", title="Shown", challenge=HOSTILE, is_public=True, shown_at=AT, **told)
    Idea.objects.create(reference="imi2-idea-2", title="Hidden", **told)
    return office


def read(path: str) -> tuple[Any, Any]:
    """A feed as both readers have it; neither finds anything wrong."""
    answer = Client().get(path)
    assert answer.status_code == 200
    first, second = feedparser.parse(answer.content), fastfeedparser.parse(answer.content)
    assert not first.bozo, first.get("bozo_exception")
    return first, second


@pytest.mark.parametrize("path", PATHS)
def test_two_readers_find_the_same_news(office: Office, path: str) -> None:
    first, second = read(path)
    told = [(one.id, one.title, one.link) for one in first.entries]
    assert [(one.id, one.title, one.link) for one in second.entries] == told
    kinds = [one.id.split("/")[1] for one in first.entries]
    assert sorted(kinds) == ["contribution", "idea", "project"]
    assert "Secret" not in str(first)
    assert "Hidden" not in str(first)


def test_both_forms_name_the_same_things_alike(office: Office) -> None:
    keys = [[one.id for one in read(path)[0].entries] for path in PATHS]
    assert keys == [keys[0]] * 4
    assert "tag:127.0.0.1,2026:imi2/idea/imi2-idea-1" in keys[0]


def test_idea_is_of_the_instant_at_which_it_was_shown(office: Office) -> None:
    for path in PATHS:
        one = next(each for each in read(path)[0].entries if each.id.endswith("idea-1"))
        assert one.published_parsed[:6] == (2026, 3, 1, 12, 30, 0)


def test_text_of_others_does_no_harm(office: Office) -> None:
    for path in PATHS:
        first, _ = read(path)
        assert {one.title_detail.type for one in first.entries} == {"text/plain"}
        raw = etree.fromstring(Client().get(path).content)
        titles = [one.text for one in raw.iter("title", f"{{{ATOM}}}title")]
        assert f"{HOSTILE.replace(chr(11), '')} contributes to P1" in titles
        assert ["<script" in one.text for one in raw.iter("description")] == [False] * len(
            list(raw.iter("description"))
        )


@pytest.mark.parametrize("path", PATHS)
def test_reader_that_has_it_gets_nothing_again(office: Office, path: str) -> None:
    first = Client().get(path)
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = Client().get(path, headers=header)
        assert (again.status_code, again.content) == (304, b"")
    Idea.objects.filter(title="Hidden").update(is_public=True, shown_at=AT + dt.timedelta(days=900))
    later = Client().get(path, headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})
    assert later.status_code == 200
    assert "Hidden" in later.text


def test_stories_are_news_once_they_come_out(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = Stories.make()
    own, ahead, of_none = (
        world.story("published", title="Out"),
        world.scheduled(2, title="Ahead"),
        world.story("published"),
    )
    world.story("withdrawn", title="Gone")
    Story.objects.filter(pk=of_none.pk).update(scheme=None)

    def told(path: str) -> set[str]:
        first, second = read(path)
        links = [[one.link for one in feed.entries] for feed in (first, second)]
        assert links[0] == links[1]
        return {link.split("/stories/")[1].strip("/") for link in links[0] if "/stories/" in link}

    beside = {path: set() if "programmes" in path else {of_none.slug} for path in PATHS}
    assert {path: told(path) for path in PATHS} == {path: {own.slug} | more for path, more in beside.items()}
    entry = next(one for one in read(PATHS[2])[0].entries if one.title == "Story: Out")
    assert (entry.summary, entry.id) == (TEXT.summary, f"tag:127.0.0.1,2026:imi2/story/{own.slug}")
    # Nothing is written at the instant at which the other comes out, and who asks again by the last one gets it.
    seen, later = Client().get(PATHS[3]), clock.now() + dt.timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert {path: told(path) for path in PATHS} == {
        path: {own.slug, ahead.slug} | more for path, more in beside.items()
    }
    assert Client().get(PATHS[3], headers={"If-Modified-Since": seen["Last-Modified"]}).status_code == 200


def test_feed_without_news_is_still_a_feed(db: None) -> None:
    Office.with_scheme(shipped("ihi"), "ihi")
    for path in ("/feed.atom", "/programmes/ihi/feed.rss"):
        first, _ = (feedparser.parse(Client().get(path).content), None)
        assert (bool(first.bozo), first.entries) == (False, [])
        assert first.feed.updated_parsed[0] >= 2000


def test_page_leads_to_its_feeds(office: Office) -> None:
    html = Client().get("/programmes/imi2/").text
    for path in PATHS:
        assert f'href="{path}"' in html
    assert 'rel="alternate" type="application/atom+xml"' in html


def test_two_readers_read_the_news_of_the_demonstration(demonstration: None) -> None:
    kinds = {one.kind for code in ("imi2", "ihi") for one in news.of_programme(code)}
    assert {"topic", "project", "contribution", "decision"} <= kinds
    for path in [*PATHS, "/programmes/ihi/feed.atom", "/programmes/ihi/feed.rss"]:
        first, second = read(path)
        told = [(one.id, one.title, one.link) for one in first.entries]
        assert [(one.id, one.title, one.link) for one in second.entries] == told
        links = {one.link.partition("8000")[2] for one in first.entries[:8]}
        assert {link: Client().get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_nothing_of_a_feed_changes_while_nothing_changes(demonstration: None) -> None:
    assert Client().get("/feed.atom").content == Client().get("/feed.atom").content


@pytest.mark.parametrize("path", ["/programmes/nowhere/feed.atom", "/programmes/nowhere/feed.rss"])
def test_feed_of_no_programme_is_not_there(db: None, path: str) -> None:
    assert Client().get(path).status_code == 404
