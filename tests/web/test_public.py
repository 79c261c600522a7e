"""The public pages over the demonstration: they answer, state the published figures, and are sound HTML."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from tests.nu import assert_valid_html

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

PAGES = {
    "home": "/",
    "about": "/about-data/",
    "programmes": "/programmes/",
    "programme": "/programmes/imi2/",
    "programme without contributions": "/programmes/ihi/",
    "programme before its time": "/programmes/imi2/?as_of=2010-01-01",
    "rules": "/programmes/imi2/rules/",
    "movements": "/programmes/imi2/movements/B/",
    "projects": "/programmes/imi2/projects/",
    "project": "/programmes/imi2/projects/innodia/",
    "project without contributions": "/programmes/imi2/projects/combine/",
    "project without amounts": "/programmes/imi2/projects/beamer/",
    "topics": "/programmes/imi2/topics/",
    "open topics": "/topics/",
    "granted topic": "/programmes/imi2/topics/IMI2-2015-03-05/",
    "adopted topic": "/programmes/edctp3/topics/genomic-epidemiology-2022/",
    "open topic": "/programmes/ihi/topics/HORIZON-JU-IHI-2026-13-two-stage-01/",
    "partners": "/partners/",
    "partner": "/partners/jdrf/",
    "partner without amounts": "/partners/wellcome/",
    "contribution": "/contributions/imi2-3/",
}


class Reading(HTMLParser):
    """Reads the ranks of headings and the text of the title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ranks: list[int] = []
        self.title = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.ranks.append(int(tag[1]))
        self._in_title = tag == "title" and not self.title

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


def words(html: str) -> str:
    """The text of a page with its mark-up taken out, in single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_pages_answer(client: Client) -> None:
    assert {name: client.get(path).status_code for name, path in PAGES.items()} == dict.fromkeys(PAGES, 200)


def test_pages_are_valid_html(client: Client) -> None:
    pages = {name: client.get(path).text for name, path in PAGES.items()}
    pages["day that cannot be read"] = client.get("/programmes/imi2/?as_of=yesterday").text
    assert_valid_html(pages)


def test_titles_are_unique(client: Client) -> None:
    titles = [Reading(client.get(path).text).title for path in PAGES.values()]
    assert sorted(titles) == sorted(set(titles))


def test_headings_skip_no_rank(client: Client) -> None:
    for path in PAGES.values():
        ranks = Reading(client.get(path).text).ranks
        assert [rank for rank in ranks if rank == 1] == [1], path
        assert [(a, b) for a, b in itertools.pairwise(ranks) if b > a + 1] == [], path


@pytest.mark.parametrize(
    "path",
    [
        "/programmes/nowhere/",
        "/programmes/nowhere/rules/",
        "/programmes/nowhere/projects/",
        "/programmes/nowhere/topics/",
        "/programmes/nowhere/journal.beancount",
        "/programmes/imi2/movements/Z/",
        "/programmes/imi2/projects/nothing/",
        "/programmes/imi2/topics/nothing/",
        "/partners/nobody/",
        "/partners/?programme=nowhere",
        "/contributions/nothing-1/",
    ],
)
def test_address_that_leads_nowhere_says_so(client: Client, path: str) -> None:
    answer = client.get(path)
    assert [answer.status_code, "There is no page at this address" in answer.text] == [404, True]


def test_programme_states_its_lower_bound(client: Client) -> None:
    text = words(client.get("/programmes/imi2/").text)
    headline = (
        "At least EUR 106,185,752 of EUR 213,000,000 that can be matched "
        "has been contributed by Associated Partners: 49.9 %."
    )
    match = "Against it EUR 98,057,905 of public money is booked as match"
    rest = "EUR 8,127,847 of what they put in is not matched"
    assert [text.count(headline), text.count(match), text.count(rest)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2010-01-01", "after this day"),
        ("2999-12-31", "31 December 2999 is in the future"),
    ],
)
def test_programme_says_where_a_day_is_out_of_its_time(client: Client, day: str, told: str) -> None:
    text = words(client.get(f"/programmes/imi2/?as_of={day}").text)
    listed = "the projects, partners and topics are those that are known today"
    assert [text.count(told), text.count(listed)] == [1, 1]


def test_programme_points_out_the_project_that_uses_most(client: Client) -> None:
    text = words(client.get("/programmes/imi2/").text)
    assert re.findall(r"Concentrated: .*? of the ceiling\.", text) == [
        "Concentrated: 1 project above 25 % of the ceiling What contributors give to one project, as a share of what the "
        "tranche can match. It informs, and blocks nothing. AIMS-2-TRIALS: 26.1 % of the ceiling."
    ]


def test_home_tells_the_doubling(client: Client) -> None:
    text = words(client.get("/").text)
    said = (
        "Gates Foundation committed EUR 7,000,000. The European Union matched it with EUR 7,000,000. The topic had "
        "EUR 14,000,000 before and EUR 28,000,000 after: it doubled (as adopted, 10 December 2014)."
    )
    assert [text.count(said), text.count("PERISCOPE: EUR 14.0 m became EUR 28.0 m")] == [1, 2]


@pytest.mark.parametrize(
    ("query", "amount"),
    [
        ("", 1_045_136_100),
        ("as_of=2019-12-31", 916_496_800),
        ("as_of=2017-12-31", 565_724_500),
        ("as_of=2018-02-01&known_on=2018-02-01", 565_724_500),
        ("as_of=2020-01-15&known_on=2020-02-01", 916_496_800),
        ("as-of=2020-01-15&known-on=2020-02-17", 1_045_136_100),
    ],
)
def test_project_stands_as_on_the_day(client: Client, query: str, amount: int) -> None:
    rows = json.loads(client.get(f"/programmes/imi2/projects/innodia/?format=json&{query}").content)["rows"]
    assert [row["total_cents"] for row in rows if row["source"] == "partner"] == [amount]


def test_project_explains_what_the_adoption_froze(client: Client) -> None:
    text = words(client.get("/programmes/imi2/projects/innodia/").text)
    said = "because the match was frozen at EUR 5,419,784 when the topic was adopted."
    then = "At the adoption, 15 July 2014 (assumed): public money"
    assert [text.count(said), text.count(then)] == [1, 2]


def test_project_says_whom_to_thank(client: Client) -> None:
    text = words(client.get("/programmes/imi2/projects/innodia/").text)
    thanks = "and EFPIA and JDRF International and The Leona M. and Harry B. Helmsley Charitable Trust."
    support = "This Joint Undertaking receives support from the European Union's Horizon 2020 research and innovation programme"
    assert text.count(f"{support} {thanks}") == 1


def test_what_nobody_knows_is_not_shown_as_nothing(client: Client) -> None:
    text = words(client.get("/programmes/imi2/projects/combine/").text)
    rows = json.loads(client.get("/programmes/imi2/projects/?format=json").content)["rows"]
    combine = next(row for row in rows if row["project"] == "COMBINE")
    assert text.count("What partners and members give is not known.") == 1
    assert [combine["public_money_cents"], combine["total_cents"], combine["partners_contributed_cents"]] == [
        800_000_000,
        None,
        None,
    ]


def test_open_topic_says_what_a_partner_can_unlock(client: Client) -> None:
    text = words(client.get(PAGES["open topic"]).text)
    assert text.count("A partner's pledge of EUR 35,000,000 would unlock EUR 35,000,000 because") == 1


def test_joint_contribution_says_that_its_split_is_not_published(client: Client) -> None:
    text = words(client.get("/partners/jdrf/").text)
    assert text.count("Its own part of the joint contributions to INNODIA, Hypo-RESOLVE.") == 1


@pytest.mark.parametrize(
    "path", ["/programmes/imi2/", "/programmes/imi2/projects/innodia/", "/partners/", "/contributions/imi2-3/"]
)
@pytest.mark.parametrize("query", ["as_of=yesterday", "as_of=2016-02-30", "known_on=1.2.2016"])
def test_day_that_cannot_be_read_is_refused_with_a_way_out(client: Client, path: str, query: str) -> None:
    page, file = client.get(f"{path}?{query}"), client.get(f"{path}?{query}&format=csv")
    assert [page.status_code, file.status_code] == [400, 400]
    assert words(page.text).count("Write the day as year-month-day, for example 2016-12-31.") == 1
    assert file.text.count("Write the day as year-month-day, for example 2016-12-31.") == 1


@pytest.mark.parametrize("path", [path for path in PAGES.values() if "?" not in path])
def test_csv_and_json_hold_the_same_rows(client: Client, path: str) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}?format=csv").content.decode("utf-8-sig"))))
    found = json.loads(client.get(f"{path}?format=json").content)
    said = [{key: _as_text(value) for key, value in {**found["about"], **row}.items()} for row in found["rows"]]
    assert rows == said
    assert [list(row) for row in found["rows"]] == [list(found["fields"])] * len(found["rows"])


def _as_text(value: str | int | bool | None) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_money_stands_in_cents_and_as_a_decimal(client: Client) -> None:
    row = json.loads(client.get("/programmes/imi2/?format=json").content)
    tranche = next(each for each in row["rows"] if each["tranche"] == "B")
    assert [tranche["contributed_cents"], tranche["contributed"]] == [10_618_575_200, "106185752.00"]
    assert [row["about"][key] for key in ("scheme", "scheme_version", "currency", "lower_bound")] == [
        "imi2",
        "3",
        "EUR",
        True,
    ]


def test_programme_says_what_stands_behind_its_projects(client: Client) -> None:
    page = words(client.get(reverse("programme", args=["imi2"])).text)
    assert "Behind the 5 projects that they are known to give to stand EUR 398,826,152 in all, each euro once" in page


def test_movements_are_said_to_be_a_lower_bound_and_show_public_sources(client: Client) -> None:
    path = reverse("movements", args=["imi2", "B"])
    page = client.get(path).text
    assert "These figures are a lower bound" in page
    assert "imi.europa.eu/projects-results/project-factsheets" in page
    file = json.loads(client.get(path, {"format": "json"}).content)
    assert file["about"]["lower_bound"] is True
    # Of what is public the source is open for every step, also for those whose day is assumed.
    assert {(row["evidence"] or "").split("/")[2] for row in file["rows"]} == {"www.imi.europa.eu", "cordis.europa.eu"}


def test_movements_can_be_filtered_and_exported_alike(client: Client) -> None:
    path = reverse("movements", args=["imi2", "B"])
    rows = json.loads(client.get(f"{path}?format=json&kind=reserve&about=innodia").content)["rows"]
    assert [(row["from_stage"], row["to_stage"], row["amount_cents"]) for row in rows] == [
        ("promised", "reserved", 541_978_400),
    ]
    assert words(client.get(f"{path}?kind=reserve&about=innodia").text).count("1 movement") == 1


def test_rules_name_the_source_of_every_figure(client: Client) -> None:
    rows = json.loads(client.get("/programmes/imi2/rules/?format=json").content)["rows"]
    assert [row for row in rows if not row["source"] or not row["certainty"]] == []
    assert {row["key"] for row in rows} >= {"tranches.B.cap", "tranches.B.ratio", "tranches.B.basis"}


def test_about_shows_the_end_of_each_chain(client: Client) -> None:
    rows = json.loads(client.get("/about-data/?format=json").content)["rows"]
    assert [(row["scheme"], len(row["head_hash"])) for row in rows] == [("edctp3", 64), ("ihi", 64), ("imi2", 64)]


def test_reading_sets_no_cookie(client: Client) -> None:
    for path in PAGES.values():
        client.get(path)
    assert dict(client.cookies) == {}


def test_day_that_is_assumed_is_marked_in_the_versions_of_a_project(client: Client) -> None:
    html = client.get("/programmes/imi2/projects/innodia/").content.decode()
    rows = html.split('id="versions"')[1].split("</table>")[0].split("<tr")[2:]
    days = [row.split("</th>")[0] if "</th>" in row else row.split("</td>")[0] for row in rows]
    assert ["certainty-assumed" in day for day in days] == [True] * len(days)
