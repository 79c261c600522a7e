"""What search engines are told: every public page, none that is not, in parts where there are too many."""

from __future__ import annotations

import tracemalloc
import urllib.robotparser
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import etree
from tests import places, public_kinds
from tests.books import MILLION, Office, shipped

from cofund.exporters import sitemap
from cofund.queries import public_pages
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.web.public.embeds_of_one import ONE

pytestmark = pytest.mark.django_db

# Pages that everybody can open and search engines are not told of, each with its reason.
EXCEPTED = {
    **dict.fromkeys(("contribute", "topic-comment", "idea-suggest", "newsletter-follow"), "a form about another page"),
    **dict.fromkeys(("contribute-sent", "contribute-thanks", "newsletter-sent", "newsletter-left"), "says thanks"),
    **dict.fromkeys(
        ("contribute-confirm", "comment-confirm", "idea-confirm", "newsletter-confirm"), "a secret address"
    ),
    **dict.fromkeys(("newsletter-preferences", "newsletter-leave", "alerts-stop", "invitation"), "a secret address"),
    **dict.fromkeys(("embed", *ONE), "a part of another page"),
    "search": "holds what is asked for and nothing else",
    "sign-in": "for those who work here",
    "design": "shows components, with figures that are made up",
}


@pytest.fixture
def office(db: None) -> Office:
    """A public contribution, one that is not, and an organisation that is nobody's partner."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(7 * MILLION, "Open Trust", kind="FC_JU")
    office.endorse(Contribution.objects.get())
    office.reserve()
    office.commit()
    office.pledge(9 * MILLION, "Secret", kind="FC_JU")
    Organisation.objects.create(slug="knocked", name="Knocked")
    return office


def listed(path: str = "/sitemap.xml") -> list[str]:
    """The paths that a list names."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    tree = etree.fromstring(answer.getvalue())
    return [one.text.partition("8000")[2] for one in tree.iter(f"{{{sitemap.SPACE}}}loc")]


def test_only_what_anybody_may_read_is_listed(office: Office) -> None:
    found = listed()
    shown, hidden = (f"/contributions/{one.reference}/" for one in Contribution.objects.order_by("pk"))
    assert [path for path in (shown, "/programmes/imi2/projects/p1/", "/") if path not in found] == []
    assert [path for path in found if "secret" in path or "knocked" in path or path == hidden] == []
    assert {path: Client().get(path).status_code for path in found} == dict.fromkeys(found, 200)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("place", public_kinds.by_place(EXCEPTED))
def test_every_kind_of_public_page_is_listed(place: str) -> None:
    """What is not listed stands in `EXCEPTED`, with its reason."""
    built = places.BUILDERS[place]()
    found = set(listed())
    kinds = public_kinds.by_place(EXCEPTED)[place].items()
    assert {name: path.format_map(built.keys) for name, path in kinds if path.format_map(built.keys) not in found} == {}


def test_every_exception_is_a_public_page() -> None:
    assert sorted(set(EXCEPTED) - public_kinds.names()) == []


def test_too_many_for_one_file_come_in_parts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = listed()
    monkeypatch.setattr(sitemap, "MOST", 7)
    parts = listed()
    assert parts == [f"/sitemap-{number}.xml" for number in range(1, -(-len(whole) // 7) + 1)]
    assert [path for part in parts for path in listed(part)] == whole
    assert {len(listed(part)) for part in parts[:-1]} == {7}
    beyond = [Client().get(f"/sitemap-{number}.xml").status_code for number in (0, len(parts) + 1)]
    assert beyond == [404, 404]


def test_robots_are_led_to_the_list_and_away_from_the_office(office: Office, settings: LazySettings) -> None:
    text = Client().get("/robots.txt").text
    assert f"Sitemap: {settings.COFUND_SITE_URL}/sitemap.xml" in text
    reader = urllib.robotparser.RobotFileParser()
    reader.parse(text.splitlines())
    assert [reader.can_fetch("*", path) for path in ("/office/", "/calendar/abc.ics", "/sign-in/")] == [False] * 3
    assert [path for path in listed() if not reader.can_fetch("*", path)] == []


def test_list_takes_no_more_memory_for_more_pages() -> None:
    peaks = []
    for count in (1_000, 50_000):
        tracemalloc.start()
        for _ in sitemap.as_list(f"https://example.org/{number}/" for number in range(count)):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000


def test_part_reads_only_its_own_pages() -> None:
    def never(start: int, end: int) -> Iterator[public_pages.Page]:
        raise AssertionError

    def some(start: int, end: int) -> Iterator[public_pages.Page]:
        return iter([("x", (str(number),)) for number in range(start, end)])

    found = [public_pages.Source(10, never), public_pages.Source(5, some), public_pages.Source(3, never)]
    assert [keys for _, keys in public_pages.part(found, 11, 14)] == [("1",), ("2",), ("3",)]


def test_every_page_of_the_demonstration_is_there(demonstration: None) -> None:
    found = listed()
    assert len(found) > 230
    asked = [path for path in found if path.count("/") <= 4 and not path.startswith(("/partners/", "/contributions/"))]
    asked += found[:: max(1, len(found) // 20)]
    assert {path: Client().get(path).status_code for path in asked} == dict.fromkeys(asked, 200)
