"""What pages say to search engines: words of schema.org, nothing that is not public, and no text that could do harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from rdflib import SDO
from tests.books import MILLION, Office, shipped
from tests.nu import assert_valid_html

from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.web import atoms

pytestmark = pytest.mark.django_db

HOSTILE = 'Trust </script><script>alert("1")</script><!-- & \u2028'
BLOCK = "application/ld+json"
# The library's copy of the vocabulary is from before this word came in (schema.org 14).
NEWER = {"funding"}
KINDS = {
    "/programmes/imi2/": "FundingScheme",
    "/programmes/imi2/projects/innodia/": "ResearchProject",
    "/programmes/imi2/topics/IMI2-2015-03-05/": "CreativeWork",
    "/programmes/ihi/topics/HORIZON-JU-IHI-2026-13-two-stage-01/": "CreativeWork",
    "/partners/jdrf/": "Organization",
    "/programmes/imi2/open-data/": "Dataset",
}


class Scripts(HTMLParser):
    """Reads the scripts of a page: their attributes, and what stands in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script"
        if self._inside:
            self.found.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self._inside:
            attributes, before = self.found[-1]
            self.found[-1] = attributes, before + data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def block(html: str) -> dict[str, Any]:
    """The one data block of a page; every other script is a file of the site."""
    scripts = Scripts(html).found
    inline = [(attributes, text) for attributes, text in scripts if text.strip()]
    assert [attributes for attributes, _ in inline] == [{"type": BLOCK}]
    assert all((attributes.get("src") or "").startswith("/static/") for attributes, text in scripts if not text.strip())
    return dict(json.loads(inline[0][1]))


def words(value: object) -> Iterator[str]:
    """The types and properties that data use."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "@type":
                yield str(one)
            elif not name.startswith("@"):
                yield name
            yield from words(one)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)


@pytest.fixture
def office(db: None) -> Office:
    """A project with a public contribution of an organisation with a hostile name, and a pledge that is not public."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    Organisation.objects.create(slug="trust", name=HOSTILE, ror="04e4nty61", lei="529900T8BM49AURSDO55", country="US")
    office.organisation("trust")
    office.pledge(7 * MILLION, "trust", kind="FC_JU")
    office.endorse(Contribution.objects.get())
    office.reserve()
    office.commit()
    office.pledge(9 * MILLION, "Secret", kind="FC_JU")
    Contribution.objects.filter(reference="imi2-2").update(project=office.project())
    return office


def test_only_what_is_public_is_said_whoever_looks(office: Office, admin_client: Client) -> None:
    for client in (Client(), admin_client):
        found = block(client.get("/programmes/imi2/projects/p1/").text)
        assert "Secret" not in json.dumps(found)
        assert [one["name"] for one in found["funder"]][1:] == [HOSTILE]


@pytest.mark.parametrize("path", ["/programmes/imi2/projects/p1/", "/partners/trust/"])
def test_text_that_would_end_the_block_is_harmless(office: Office, path: str) -> None:
    html = Client().get(path).text
    assert "<script>alert" not in html
    assert HOSTILE in json.dumps(block(html), ensure_ascii=False).replace('\\"', '"')


def test_block_holds_no_sign_that_html_reads() -> None:
    text = atoms.data_block({"name": HOSTILE})
    inside = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', text, re.DOTALL)
    assert inside is not None
    assert set("<>&\u2028\u2029") & set(inside[1]) == set()
    assert json.loads(inside[1]) == {"name": HOSTILE}


def test_policy_stays_strict(office: Office) -> None:
    policy = Client().get("/programmes/imi2/projects/p1/").headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert [rules["default-src"], rules["script-src"], rules["style-src"]] == ["'none'", "'self'", "'self'"]


def test_pages_say_what_they_are_in_words_of_the_vocabulary(demonstration: None) -> None:
    html = {path: Client().get(path).text for path in KINDS}
    found = {path: block(text) for path, text in html.items()}
    assert {path: (one["@context"], one["@type"]) for path, one in found.items()} == {
        path: ("https://schema.org", kind) for path, kind in KINDS.items()
    }
    assert [word for one in found.values() for word in words(one) if word not in NEWER and word not in SDO] == []
    assert_valid_html(html)


def test_thing_has_one_address_in_both_languages(demonstration: None) -> None:
    """A program that reads both pages sees one thing, and not two."""
    for path in KINDS:
        english, french = (re.findall(r'"@id":"([^"]+)"', Client().get(one).text) for one in (path, f"/fr{path}"))
        assert english == french
        assert english or path == "/partners/jdrf/"


def test_project_names_its_funders_and_what_each_gives(demonstration: None) -> None:
    found = block(Client().get("/programmes/imi2/projects/innodia/").text)
    assert len(found["funder"]) > 1
    public = found["funding"][0]
    assert (public["@type"], public["amount"]["currency"]) == ("MonetaryGrant", "EUR")
    assert {one["@type"] for one in found["funding"]} <= {"MonetaryGrant", "Grant"}


def test_data_set_has_every_file_of_the_page(demonstration: None) -> None:
    html = Client().get("/programmes/imi2/open-data/").text
    found = block(html)
    assert 50 <= len(found["description"]) <= 5000
    paths = [one["contentUrl"].partition("8000")[2] for one in found["distribution"]]
    assert [path for path in paths if f'href="{path.replace("&", "&amp;")}"' not in html] == []
    assert len(paths) > 15
