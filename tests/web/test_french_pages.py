"""Every public page of the demonstration in French: no marked text is left in English, and every link stays in French."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from tests import catalogue
from tests.pages_demonstration import DEMONSTRATION

from cofund.records.programme.models import Meeting
from cofund.web.office import tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

MORE = (
    "/programmes/ihi/",
    "/programmes/ihi/rules/",
    "/programmes/ihi/projects/",
    "/programmes/ihi/documents/",
    *(f"/programmes/imi2/documents/{key}/" for key in ("annual-report", "states", "article-116e")),
    *(f"/programmes/imi2/documents/states/?sheet={sheet}" for sheet in ("by-place", "crossed", "contributions")),
    "/programmes/edctp3/topics/genomic-epidemiology-2022/",
    "/programmes/imi2/movements/B/?kind=reserve",
    "/partners/?programme=imi2",
    "/partners/wellcome/",
    "/contributions/imi2-2/",
    "/ideas/suggest/",
    "/check/imi2/",
    "/no-such-page/",
)
# Names of bodies and log-ins that are also words.
NAMES = {"Scientific Committee", "Governing Board", "European Union", "States Representatives Group", "partner"}
# The page of components is for those who make pages: it is English.
NOT_FRENCH = ("/design/",)


class Texts(HTMLParser):
    """The texts of a page that people see or hear, but for those that say to be English; what programs read is none."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: set[str] = set()
        self._english: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = dict(attrs)
        self.found |= {stated[name] or "" for name in ("aria-label", "title", "placeholder") if stated.get(name)}
        # A text that says to be English, such as a story, leads where its author wrote.
        if tag == "a" and stated.get("lang") != "en-GB" and not (self._english and self._english[-1]):
            self.links.add(stated.get("href") or "")
        if tag not in ("meta", "link", "input", "br", "hr", "img"):
            inside = bool(self._english) and self._english[-1]
            self._english.append(
                tag in ("code", "script") or (stated.get("lang") or ("en" if inside else "fr")).startswith("en")
            )

    def handle_endtag(self, tag: str) -> None:
        if self._english:
            self._english.pop()

    def handle_data(self, data: str) -> None:
        if not (self._english and self._english[-1]):
            self.found.add(" ".join(data.split()))


def addresses() -> list[str]:
    """Every public page of the demonstration."""
    return [address for address in DEMONSTRATION[""] if address not in NOT_FRENCH] + list(MORE)


@pytest.fixture(scope="module")
def untranslated() -> set[str]:
    """The English of every marked text that is another one in French."""
    return catalogue.untranslated()


@pytest.mark.same_on_both
def test_no_marked_text_of_a_french_page_is_left_in_english(client: Client, untranslated: set[str]) -> None:
    planned = {name: Meeting.objects.values_list("pk", flat=True).first() for name in ("meeting", "cancelled")}
    left, wrong = {}, {}
    for address in (one.format(**planned) for one in addresses()):
        answer = client.get(f"/fr{address}")
        assert answer.status_code == client.get(address).status_code, address
        assert answer.text.count('<html lang="fr">') == 1, address
        texts = Texts(answer.text)
        if english := sorted(texts.found & untranslated - NAMES):
            left[address] = english
        inside = {link for link in texts.links if link.startswith("/") and not link.startswith(("/fr/", "/office/"))}
        if inside:
            wrong[address] = sorted(inside)
    assert (left, wrong) == ({}, {})


def test_english_page_is_not_changed_by_a_french_reader(client: Client) -> None:
    for address in ("/", "/programmes/imi2/", "/programmes/imi2/projects/innodia/", "/about-data/"):
        before = client.get(address).text
        assert client.get(f"/fr{address}").text != before
        assert client.get(address).text == before


def test_errors_of_a_form_are_said_in_french(client: Client) -> None:
    path = "/fr" + reverse("idea-suggest")
    page = client.post(path, {"token": tokens.new(), "title": "", "proposer_email": "no address"}).text
    assert "Erreur\u00a0: " in page
    assert "ce champ ne peut pas rester vide" in page
    assert (
        "«\u00a0Votre adresse électronique\u00a0» demande une adresse électronique, par exemple name@example.org"
        in page
    )
    assert "takes an e-mail address" not in page


def test_form_leads_on_in_the_language_of_its_page(client: Client) -> None:
    topic = ["ihi", "HORIZON-JU-IHI-2026-13-two-stage-01"]
    sent = {
        "organisation_name": "Fondation Exemple",
        "country": "FR",
        "kind": "foundation",
        "person": "Anne Exemple",
        "email": "anne@example.org",
        "form": "",
        "text": "Nous aimerions contribuer.",
        "token": tokens.new(),
    }
    answer = client.post("/fr" + reverse("contribute", args=topic), sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/contribute/sent/")
    assert "Consultez votre messagerie" in client.get("/fr/contribute/sent/").text
