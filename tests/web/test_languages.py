"""The language of a page stands in its address: the switch, the links to the twin, files, the office, and French figures."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from cofund.web import atoms, formatting
from cofund.web.components import Money
from cofund.web.languages import FRENCH, speaking

THIN, FIRM = "\u202f", "\u00a0"


@pytest.mark.django_db
def test_address_alone_decides_the_language(client: Client) -> None:
    for path, tag in (("/", "en-GB"), ("/fr/", "fr"), ("/programmes/", "en-GB"), ("/fr/programmes/", "fr")):
        answer = client.get(path, headers={"accept-language": "fr" if tag == "en-GB" else "en"})
        assert answer.status_code == 200
        assert f'<html lang="{tag}">' in answer.text
        assert answer.headers["Content-Language"] == tag
        assert "Accept-Language" not in answer.headers.get("Vary", "")
        assert not answer.cookies


@pytest.mark.django_db
def test_switch_keeps_the_page_and_what_its_address_asks(client: Client) -> None:
    english = client.get("/topics/?sort=code&page=1").text
    assert '<a class="language" href="/fr/topics/?sort=code&amp;page=1" lang="fr" hreflang="fr"' in english
    french = client.get("/fr/topics/?sort=code&page=1").text
    assert '<a class="language" href="/topics/?sort=code&amp;page=1" lang="en-GB" hreflang="en-GB"' in french
    for page in (english, french):
        links = re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="http://testserver(/[^"?]*)', page)
        assert links == [("en-GB", "/topics/"), ("fr", "/fr/topics/"), ("x-default", "/topics/")]


@pytest.mark.django_db
def test_links_of_a_french_page_lead_to_french_pages(client: Client) -> None:
    page = client.get("/fr/").text
    inside = set(re.findall(r'<a[^>]* href="(/[^"]*)"', page)) - {"/"}
    assert inside
    assert {link for link in inside if not link.startswith("/fr/")} == set()


def test_addresses_after_a_french_page_are_english_again(client: Client, db: None) -> None:
    assert client.get("/fr/").status_code == 200
    assert reverse("programmes") == "/programmes/"
    assert client.get("/fr").headers["Location"] == "/fr/"


@pytest.mark.django_db
def test_office_has_one_language(client: Client) -> None:
    answer = client.get("/fr/office/leads/?programme=imi2")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/office/leads/?programme=imi2")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/programmes/?format=json", "/about-data/?format=csv", "/topics/?format=json"])
def test_files_are_the_same_in_both_languages(client: Client, path: str) -> None:
    english, french = client.get(path), client.get(f"/fr{path}")
    assert (french.status_code, french.content) == (english.status_code, english.content)
    assert french.headers["Content-Disposition"] == english.headers["Content-Disposition"]


@pytest.mark.django_db
def test_address_that_leads_nowhere_says_so_in_french(client: Client) -> None:
    answer = client.get("/fr/no-such-page/")
    assert answer.status_code == 404
    assert '<html lang="fr">' in answer.text


def test_money_is_written_as_french_has_it() -> None:
    with speaking(FRENCH):
        assert formatting.money(10_618_575_200) == f"106{THIN}185{THIN}752{FIRM}EUR"
        assert formatting.money(100_050) == f"1{THIN}000,50{FIRM}EUR"
        assert formatting.money(-50_000) == f"moins 500{FIRM}EUR"
        assert formatting.short_money(20_100_000_000) == f"201,0{FIRM}Mio{FIRM}EUR"
        assert formatting.short_money(163_800_000_000) == f"1,638{FIRM}Mrd{FIRM}EUR"
        assert formatting.percent(Fraction(499, 1000)) == f"49,9{FIRM}%"
        assert formatting.money(None) == "non connu"
        assert formatting.money_change(700) == f"7{FIRM}EUR de plus"
        assert f">1{THIN}000</data>" in atoms.money(Money(100_000, bare=True))
        assert 'value="1000.00"' in atoms.money(Money(100_000, bare=True))
    assert formatting.money(10_618_575_200) == "EUR 106,185,752"


def test_days_are_written_as_french_has_them() -> None:
    with speaking(FRENCH):
        assert formatting.day(dt.date(2027, 3, 3)) == "3 mars 2027"
        assert formatting.day(dt.date(2027, 8, 1)) == "1er août 2027"
        assert formatting.relative_day(dt.date(2027, 3, 3), dt.date(2027, 3, 1)) == "dans 2 jours"
        assert formatting.relative_day(dt.date(2020, 3, 3), dt.date(2027, 3, 10)) == "il y a 7 ans"
        noon = dt.datetime(2021, 3, 14, 9, 5, tzinfo=dt.UTC)
        assert formatting.instant(noon) == f"14 mars 2021, 10{FIRM}h{FIRM}05 CET"
    assert formatting.day(dt.date(2027, 3, 3)) == "3 March 2027"


def test_nothing_is_singular_in_french() -> None:
    with speaking(FRENCH):
        assert [formatting.counted(count, "ligne", "lignes") for count in (0, 1, 1204)] == [
            "0 ligne",
            "1 ligne",
            f"1{THIN}204 lignes",
        ]
    assert formatting.counted(0, "row") == "0 rows"
