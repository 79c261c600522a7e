"""Bands of a trained index, as the page of candidates and `cofund recommend` tell them: order, labels, how many took part."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import pairwise
from typing import Any, Final

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from tests import trained
from tests.candidates import CODE, DIABETES, Candidates
from tests.worlds import world

from cofund.commands.main import cli
from cofund.queries.candidates import Asked, Found, find
from cofund.queries.index_files import Index, open_index
from cofund.records.directory.models import User
from cofund.records.programme.models import ShownCandidates

pytestmark = pytest.mark.django_db

# Each band with its heading, what it says of those in it, and the least share that this rests on.
BANDS: Final = {
    "very likely": (
        "Very likely", "Of candidates with so many points, at least one in four took part when it was tried on earlier years.",
        0.25,
    ),
    "likely": ("Likely", "At least one in ten took part when it was tried on earlier years.", 0.10),
    "possible": ("Possible", "At least three in a hundred took part when it was tried on earlier years.", 0.03),
    "long shot": ("Less likely", "Fewer than three in a hundred took part when it was tried on earlier years.", 0.0),
}  # fmt: skip
ORDER: Final = tuple(BANDS)
_BAND: Final = re.compile(
    r'<h3 id="band-([a-z-]+)">([^<]+) <span class="caption-count">(\d+)</span></h3><p class="band-meaning">([^<]+)</p>'
)


@world
def office() -> Candidates:
    """The office with a trained index."""
    return trained.make()


def band_of(index: Index, points: float) -> str:
    """The band of so many points: below each of the limits that they do not reach."""
    return ORDER[sum(points < limit for limit in index.description["band_limits"])]


def page(made: Candidates, **query: str) -> str:
    """The page of candidates, as a scientific officer sees it."""
    browser = Client()
    browser.force_login(User.objects.create_user("sven", role="scientific_officer", password=None))
    return browser.get(reverse("office-candidates", args=["ihi", made.topic.code]), query).content.decode()


def data(*words: str) -> Any:
    """What a command gives to scripts."""
    return json.loads(CliRunner().invoke(cli, [*words, "--json"], catch_exceptions=False).stdout)


def assert_in_order(levels: list[int]) -> None:
    """The likeliest band first, and never back up; the first and the last are there, and one between them."""
    assert all(one <= other for one, other in pairwise(levels))
    assert (levels[0], levels[-1], len(set(levels)) > 2) == (0, 3, True)


def rated(found: Found) -> list[tuple[str, float]]:
    """The band and the points of each candidate that is listed."""
    return [(one.candidate.band, one.candidate.points) for one in found.listed]


def test_page_has_the_bands_in_order_with_what_each_says(office: Candidates) -> None:
    html, listed = page(office, number="50"), rated(find(office.subject, Asked(number=50)))
    told = [
        (key.replace("-", " "), unescape(said), int(count), words) for key, said, count, words in _BAND.findall(html)
    ]
    assert_in_order([ORDER.index(key) for key, _, _, _ in told])
    assert [(heading, meaning) for _, heading, _, meaning in told] == [BANDS[key][:2] for key, _, _, _ in told]
    index = open_index()
    expected = [band_of(index, points) for _, points in listed]
    assert [count for _, _, count, _ in told] == [expected.count(key) for key, _, _, _ in told]
    assert sum(count for _, _, count, _ in told) == len(listed) == 50
    assert ("In order" in html, "built without training" in html) == (False, False)


def test_candidates_stand_on_the_page_under_their_own_band(office: Candidates) -> None:
    html, found = page(office, number="50"), find(office.subject, Asked(number=50))
    sections = html.split('<h3 id="band-')[1:]
    sections[-1] = sections[-1].split("</section>", 1)[0]
    for section in sections:
        key = section.split('"', 1)[0].replace("-", " ")
        named = list(dict.fromkeys(re.findall(r'href="/office/past/organisations/(\d+)/"', section)))
        assert named == [str(one.candidate.pic) for one in found.listed if one.candidate.band == key], key
    assert (found.listed[0].candidate.pic, found.listed[0].candidate.band) == (trained.HUB, "very likely")
    strangers = {one.candidate.band for one in found.listed if one.candidate.pic >= 200}
    assert strangers == {"long shot"}, "who never worked on diabetes is not likely"


def test_page_says_how_many_of_each_band_took_part(office: Candidates) -> None:
    html, shares = page(office), open_index().description["band_shares"]
    for (name, (_, _, least)), share in zip(BANDS.items(), shares, strict=True):
        assert share >= least, f"what the page says of {name} is not true of it"
    assert shares[-1] < 0.03
    said = "; ".join(f"{name}: {round(share * 100)} of 100" for name, share in zip(ORDER, shares, strict=True))
    assert said in html
    assert "on earlier years that the ranking had not seen" in html
    assert "Not measured" not in html


def test_log_keeps_the_band_that_was_shown(office: Candidates) -> None:
    page(office)
    shown = ShownCandidates.objects.get().candidates
    listed = [one["band"] for one in shown if one["band"] != "newcomers"]
    assert listed == [band for band, _ in rated(find(office.subject, Asked()))]


def test_command_gives_the_bands_in_order(office: Candidates) -> None:
    found = data("recommend", "--text", DIABETES, "--call", CODE, "--number", "100")["candidates"]
    assert_in_order([ORDER.index(one["band"]) for one in found])
    points = [one["points"] for one in found]
    assert points == sorted(points, reverse=True)
    index = open_index()
    limits = index.description["band_limits"]
    clear = [one for one in found if all(abs(one["points"] - limit) > 0.0001 for limit in limits)]  # points are rounded
    assert len(clear) > 90
    assert [one["band"] for one in clear] == [band_of(index, one["points"]) for one in clear]
    assert (found[0]["pic"], found[0]["band"]) == (trained.HUB, "very likely")
    assert data("index", "show")["band_shares"] == list(index.bands.shares)


def test_command_prints_the_band_of_each(office: Candidates) -> None:
    words = ["recommend", "--text", DIABETES, "--call", CODE, "--number", "3"]
    printed = CliRunner().invoke(cli, words, catch_exceptions=False).stdout
    assert (f"BODY {trained.HUB}" in printed, "very likely" in printed, "not rated" in printed) == (True, True, False)
