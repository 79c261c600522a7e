"""Stories on pages: what the public reads and what it does not, the feed, the pictures, and the office's pages."""

from __future__ import annotations

import re
from pathlib import Path

import fastfeedparser
import feedparser
import pytest
from django.conf import settings
from django.test import Client
from tests import worlds
from tests.stories import OFFICER, Stories, photo

from cofund.actions.stories import drafting, steps
from cofund.actions.stories.drafting import Text, Ties
from cofund.records.programme.models import Story
from cofund.rules import roles
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


@worlds.world
def world() -> Stories:
    """A programme."""
    return Stories.make()


def signed_in(world: Stories, role: str) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(world.person(role))
    return client


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled"])
def test_what_is_not_out_is_nowhere(world: Stories, client: Client, state: str) -> None:
    made = world.scheduled(3, title="Secret") if state == "scheduled" else world.story(state, title="Secret")
    picture = ""
    if state == "draft":
        one = world.with_picture(made)
        picture = f"/stories/{made.slug}/pictures/1-{one.mark}-480.jpg"
        assert client.get(picture).status_code == 404
    pages = [
        "/",
        "/stories/",
        "/stories/feed.atom",
        "/partners/jdrf/",
        "/programmes/imi2/",
        "/programmes/imi2/projects/p1/",
    ]
    assert [path for path in pages if b"Secret" in client.get(path).content] == []
    assert (client.get(f"/stories/{made.slug}/").status_code, client.get("/stories/none/").status_code) == (404, 404)
    office = signed_in(world, roles.OFFICER)
    assert b"Secret" in office.get(f"/office/stories/{made.slug}/").content
    if picture:
        answer = office.get(picture)
        answer.getvalue()
        assert answer["Cache-Control"] == "private, no-store"


def test_what_is_out_stands_on_the_pages_that_it_is_about(world: Stories, client: Client) -> None:
    made = world.story("published", title="Out at last")
    pages = ["/", "/stories/", "/partners/jdrf/", "/programmes/imi2/", "/programmes/imi2/projects/p1/"]
    link = f'<a href="/stories/{made.slug}/">Out at last</a>'
    assert [path for path in pages if link not in client.get(path).content.decode()] == []
    assert b"stories-heading" not in client.get("/programmes/imi2/topics/T2/").content


def test_no_page_has_an_empty_section(world: Stories, client: Client) -> None:
    for path in ("/", "/partners/jdrf/", "/programmes/imi2/", "/programmes/imi2/projects/p1/"):
        assert b"stories-heading" not in client.get(path).content


def test_story_page_has_its_figures_with_the_day_and_the_proof(world: Stories, client: Client) -> None:
    made = world.story("published", body="It gives {{ partner.given }} <script>alert(1)</script>.")
    page = client.get(f"/stories/{made.slug}/").content.decode()
    assert '<a class="live-figure" href="/partners/jdrf/">EUR 3,000,000</a>' in page
    assert "Figures in this text, as of" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "By Jo Writer" in page


def test_withdrawn_story_says_so_and_nothing_of_what_it_said(world: Stories, client: Client) -> None:
    made = world.story("withdrawn", title="Gone")
    answer = client.get(f"/stories/{made.slug}/")
    assert (answer.status_code, b"It named somebody who did not agree." in answer.content) == (410, True)
    assert b"Gone" not in answer.content
    assert b"Gone" not in client.get("/stories/feed.atom").content


def test_correction_is_said_on_the_page(world: Stories, client: Client) -> None:
    made = world.story("published")
    assert b"Corrected on" not in client.get(f"/stories/{made.slug}/").content
    drafting.correct(OFFICER, made, Text("Right", "S", "B"), "It was wrong")
    page = client.get(f"/stories/{made.slug}/").content
    assert (b"Corrected on" in page, b"Right" in page) == (True, True)


def test_list_is_filtered_and_paged(world: Stories, client: Client) -> None:
    for number in range(27):
        world.story("published", title=f"Story number {number}")
    first = client.get("/stories/").content.decode()
    assert (first.count('class="story-title"'), "page=2" in first) == (25, True)
    assert client.get("/stories/?page=2").content.decode().count('class="story-title"') == 2
    assert client.get("/stories/?partner=nobody").content.decode().count('class="story-title"') == 0
    assert (
        client.get("/stories/?programme=imi2&partner=jdrf&kind=news").content.decode().count('class="story-title"') == 0
    )
    rows = client.get("/stories/?format=json").json()["rows"]
    assert (len(rows), rows[0]["title"], rows[0]["partners"]) == (27, "Story number 26", "JDRF")


def test_feed_is_read_by_two_programs(world: Stories, client: Client) -> None:
    first = world.story("published", title="One & <two>", body="It gives {{ partner.given }}, see [us](/about-data/).")
    second = world.story("published", title="Second", author="")
    answer = client.get("/stories/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    one, other = feedparser.parse(answer.content), fastfeedparser.parse(answer.content)
    assert (one.bozo, one.version, len(one.entries), len(other.entries)) == (False, "atom10", 2, 2)
    site = settings.COFUND_SITE_URL
    assert [entry.link for entry in one.entries] == [f"{site}/stories/{each.slug}/" for each in (second, first)]
    assert [entry.link for entry in one.entries] == [entry.link for entry in other.entries]
    assert [entry.id for entry in one.entries] == [entry.id for entry in other.entries]
    assert (one.entries[1].title, one.entries[1].author, one.entries[0].author) == (
        "One & <two>",
        "Jo Writer",
        "Cofund",
    )
    content = one.entries[1].content[0].value
    assert f'href="{site}/partners/jdrf/"' in content
    assert f'href="{site}/about-data/"' in content
    assert "EUR 3,000,000" in content
    assert "Figures as of" in content
    assert one.feed.links[1].href == f"{site}/stories/feed.atom"


def test_feed_that_did_not_change_is_not_sent_again(world: Stories, client: Client) -> None:
    world.story("published")
    tag = client.get("/stories/feed.atom")["ETag"]
    assert client.get("/stories/feed.atom", headers={"If-None-Match": tag}).status_code == 304
    world.story("published")
    assert client.get("/stories/feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_feed_without_a_story_is_a_feed(world: Stories, client: Client) -> None:
    found = feedparser.parse(client.get("/stories/feed.atom").content)
    assert (found.bozo, found.version, found.entries) == (False, "atom10", [])


def test_picture_is_served_for_ever_in_its_widths(world: Stories, client: Client) -> None:
    made = world.story()
    world.with_picture(made)
    drafting.write_version(OFFICER, made, Text("T", "S", "Before.\n\n{{ picture.1 }}\n\nAfter."))
    world.brought(made, "published")
    page = client.get(f"/stories/{made.slug}/").content.decode()
    figure = re.search(r'<figure class="story-picture"><img ([^>]*)>', page)
    assert figure is not None
    assert 'width="1600" height="800" alt="A child holds a cup." loading="lazy"' in figure[1]
    assert "<figcaption>Photo: Jo Writer, CC BY 4.0</figcaption>" in page
    sources = re.findall(r"(/stories/[^ ]+) (\d+)w", figure[1])
    assert [width for _, width in sources] == ["480", "960", "1600"]
    for address, _ in sources:
        answer = client.get(address)
        content = answer.getvalue()
        assert (answer["Content-Type"], answer["Cache-Control"]) == (
            "image/jpeg",
            "public, max-age=31536000, immutable",
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert content[:3] == b"\xff\xd8\xff"
    assert not any(path.startswith("/static") for path, _ in sources)
    for wrong in ("1-0000000000000000-480.jpg", "1-480.jpg", "..%2f..%2fsecret.key", "2-x-480.jpg"):
        assert client.get(f"/stories/{made.slug}/pictures/{wrong}").status_code == 404


def test_picture_whose_file_is_gone_is_not_there(world: Stories, client: Client) -> None:
    made = world.story()
    one = world.with_picture(made)
    world.brought(made, "published")
    for _, _, path in one.sizes:
        (Path(settings.MEDIA_ROOT) / path).unlink()
    assert client.get(f"/stories/{made.slug}/pictures/1-{one.mark}-480.jpg").status_code == 404


def test_decorative_picture_has_an_empty_alternative(world: Stories, client: Client) -> None:
    made = world.story()
    office = signed_in(world, roles.OFFICER)
    form = {"token": tokens.new(), "file": photo(), "alternative": "", "credit": "Jo", "is_decorative": "on"}
    assert office.post(f"/office/stories/{made.slug}/pictures/new/", form).status_code == 302
    world.brought(made, "published")
    assert 'height="800" alt="">' in client.get(f"/stories/{made.slug}/").content.decode()


def test_form_keeps_what_was_typed_and_says_which_figures_there_are(world: Stories) -> None:
    office = signed_in(world, roles.OFFICER)
    form = {
        "token": tokens.new(), "kind": "news", "title": "T", "summary": "S", "body": "{{ partner.salary }}", "partners": "JDRF",
        "projects": "P1", "author": "",
    }  # fmt: skip
    answer = office.post("/office/stories/new/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no public figure {{ partner.salary }}" in page
    assert "project.total" in page
    assert "{{ partner.salary }}</textarea>" in page
    form |= {"body": "{{ partner.given }}", "token": tokens.new()}
    assert office.post("/office/stories/new/", form).status_code == 302
    made = Story.objects.get()
    assert ([one.slug for one in made.organisations.all()], [one.slug for one in made.projects.all()]) == (
        ["jdrf"],
        ["p1"],
    )


@pytest.mark.parametrize(
    ("field", "typed", "part"),
    [
        ("partners", "Nobody At All", "names no organisation"),
        ("projects", "NOSUCH", "names no project here"),
        ("projects", "none/P1", "names no project here"),
    ],
)
def test_what_names_nothing_is_told_at_its_field(world: Stories, field: str, typed: str, part: str) -> None:
    form = {"token": tokens.new(), "kind": "news", "title": "T", "summary": "S", "body": "B", field: typed}
    answer = signed_in(world, roles.OFFICER).post("/office/stories/new/", form)
    assert (answer.status_code, part in answer.content.decode()) == (422, True)


def test_editor_lists_every_figure_with_its_present_value(world: Stories) -> None:
    made = world.story()
    page = signed_in(world, roles.OFFICER).get(f"/office/stories/{made.slug}/text/").content.decode()
    assert "{{ partner.given }}" in page
    assert "{{ project.multiplier }}" in page
    assert "EUR 6,000,000" in page


def test_preview_shows_readers_figures_whoever_looks(world: Stories) -> None:
    made = world.story("in_review", body="It gives {{ partner.given }}.")
    world.office.endorse(world.office.pledge(9_00, "JDRF", kind="FC_JU").contribution)
    for path in (f"/office/stories/{made.slug}/", f"/office/stories/{made.slug}/steps/publish/"):
        assert ">EUR 3,000,000</a>" in signed_in(world, roles.OFFICER).get(path).content.decode()


def test_schedule_is_typed_as_day_and_time(world: Stories) -> None:
    made, office = world.story("in_review"), signed_in(world, roles.OFFICER)
    address = f"/office/stories/{made.slug}/steps/publish/"
    past = office.post(address, {"token": tokens.new(), "comes_out_on": "2001-01-01", "comes_out_time": "09:30"})
    assert (past.status_code, "is past" in past.content.decode()) == (422, True)
    alone = office.post(address, {"token": tokens.new(), "comes_out_time": "09:30"})
    assert (alone.status_code, "Name the day too" in alone.content.decode()) == (422, True)
    assert (
        office.post(
            address, {"token": tokens.new(), "comes_out_on": "2101-07-01", "comes_out_time": "09:30"}
        ).status_code
        == 302
    )
    made.refresh_from_db()
    assert made.published_at is not None
    assert made.published_at.isoformat() == "2101-07-01T07:30:00+00:00"
    assert b"Scheduled" in office.get(f"/office/stories/{made.slug}/").content


def test_embargo_is_kept_as_it_was_typed(world: Stories) -> None:
    made, office = world.story(), signed_in(world, roles.SCIENTIFIC_OFFICER)
    address = f"/office/stories/{made.slug}/about/"
    form = {
        "token": tokens.new(),
        "partners": "JDRF",
        "projects": "imi2/P1",
        "embargo_on": "2101-07-01",
        "embargo_time": "09:30",
    }
    assert office.post(address, form).status_code == 302
    page = office.get(address).content.decode()
    assert ('value="2101-07-01"' in page, 'value="09:30"' in page) == (True, True)


def test_partner_finds_its_own_alone_and_what_the_office_asks(world: Stories) -> None:
    own, other = world.story(actor=world.own(), title="Ours"), world.story(title="Theirs")
    steps.submit(world.own(), own)
    steps.send_back(OFFICER, own, "Say who was there.")
    browser = signed_in(world, roles.PARTNER)
    page = browser.get("/office/stories/").content.decode()
    assert ("Ours" in page, "Theirs" in page) == (True, False)
    assert "Say who was there." in browser.get(f"/office/stories/{own.slug}/").content.decode()
    assert browser.get(f"/office/stories/{other.slug}/").status_code == 404
    assert browser.get(f"/office/stories/{other.slug}/text/").status_code == 404


def test_versions_show_what_changed(world: Stories) -> None:
    made = world.story()
    drafting.write_version(OFFICER, made, Text("How it really began", "A knock.", "Once there was *a knock*."), "Truth")
    page = signed_in(world, roles.AUDITOR).get(f"/office/stories/{made.slug}/versions/").content.decode()
    assert '<ins><span class="visually-hidden">[added:</span> really' in page
    assert "Truth" in page
    first = signed_in(world, roles.AUDITOR).get(f"/office/stories/{made.slug}/versions/?version=1").content.decode()
    assert "Once there was *a knock*." in first


def test_news_of_nobody_is_a_story_too(world: Stories, client: Client) -> None:
    made = drafting.draft(OFFICER, "news", Text("Closed on Monday", "We are away.", "Back on Tuesday."), Ties())
    world.brought(made, "published")
    assert client.get(f"/stories/{made.slug}/").status_code == 200
