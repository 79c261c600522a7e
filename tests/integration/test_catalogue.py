"""The catalogue of open data: what DCAT-AP wants is there, every file that it names can be had, and hostile words do no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin

import pyshacl
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import resolve, reverse
from lxml import html
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from cofund.exporters import linked
from cofund.exporters.linked import Node, Text
from cofund.queries import clock, public_pages, schemes
from cofund.queries.documents import catalogue as documents
from cofund.queries.documents.given import Moment
from cofund.web.public import open_files

# The library warns of itself where it reads JSON-LD.
OF_ITSELF = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings(OF_ITSELF)]

SHAPES = "standards/dcat-ap/dcat-ap-SHACL-3.0.1.ttl"


def catalogue(path: str = "/catalogue.ttl", form: str = "turtle") -> Graph:
    answer = Client().get(path)
    assert answer.status_code == 200
    return Graph().parse(data=answer.getvalue(), format=form)


def missing(graph: Graph, kind: URIRef, wanted: list[URIRef]) -> list[tuple[str, str]]:
    """What things of a kind lack, and at least one thing has to be there."""
    things = list(graph.subjects(RDF.type, kind))
    assert things
    return [(str(one), str(name)) for one in things for name in wanted if not list(graph.objects(one, name))]


def test_what_the_profile_demands_is_there(demonstration: None) -> None:
    graph = catalogue()
    assert missing(graph, DCAT.Catalog, [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset]) == []
    wanted = [DCTERMS.title, DCTERMS.description, DCAT.distribution, DCTERMS.publisher, DCAT.theme, DCAT.landingPage]
    assert missing(graph, DCAT.Dataset, wanted) == []
    wanted = [DCAT.accessURL, DCTERMS["format"], DCAT.mediaType, DCTERMS.rights]
    assert missing(graph, DCAT.Distribution, wanted) == []
    assert missing(graph, FOAF.Agent, [FOAF.name]) == []
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == 3


def test_licence_stands_with_every_file_where_it_is_set(demonstration: None, settings: LazySettings) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    settings.COFUND_DATA_LICENCE = licence
    graph = catalogue()
    assert missing(graph, DCAT.Distribution, [DCTERMS.license]) == []
    assert {str(one) for one in graph.objects(None, DCTERMS.license)} == {licence}


def test_both_forms_say_the_same(demonstration: None) -> None:
    assert isomorphic(catalogue(), catalogue("/catalogue.jsonld", "json-ld"))


def test_catalogue_fits_the_shapes(demonstration: None, shared_data: Callable[[str], Path]) -> None:
    shapes = Graph().parse(shared_data(SHAPES))
    fits, _, text = pyshacl.validate(catalogue(), shacl_graph=shapes)
    assert fits, text
    # A catalogue without a title would not pass, so the checker looks.
    broken = catalogue()
    broken.remove((None, DCTERMS.title, None))
    assert pyshacl.validate(broken, shacl_graph=shapes)[0] is False


def test_every_file_can_be_had_as_what_it_is_said_to_be(demonstration: None, settings: LazySettings) -> None:
    graph, found = catalogue(), {}
    for one in graph.subjects(RDF.type, DCAT.Distribution):
        address = str(graph.value(one, DCAT.downloadURL)).removeprefix(settings.COFUND_SITE_URL)
        answer = Client().get(address)
        media = str(graph.value(one, DCAT.mediaType)).removeprefix("https://www.iana.org/assignments/media-types/")
        found[address] = (answer.status_code, answer["Content-Type"].split(";")[0] == media)
    assert {address: told for address, told in found.items() if told != (200, True)} == {}
    assert len(found) > 50


def test_page_names_the_same_files(demonstration: None, settings: LazySettings) -> None:
    page = Client().get("/programmes/ihi/open-data/").content.decode().replace("&amp;", "&")
    addresses = [
        str(one).removeprefix(settings.COFUND_SITE_URL)
        for one in catalogue().objects(None, DCAT.downloadURL)
        if "ihi" in str(one)
    ]
    assert [one for one in addresses if f'href="{one}"' not in page] == []


# Files on the pages of a programme that are no data of it, each with its reason.
NO_DATA = {
    "cite-bib": "about the page that it stands on",
    "cite-ris": "about the page that it stands on",
    "consortium-template": "a form to fill in",
}


def _pages(code: str) -> set[str]:
    """The addresses of a programme's own pages; what stands under the page of one thing has its list among them."""
    found = public_pages.sources()
    own = {reverse("partners") + f"?programme={code}", reverse("ideas") + f"?scheme={code}"}
    for name, keys in public_pages.part(found, 0, sum(one.count for one in found)):
        if keys[:1] == (code,) and (len(keys) == 1 or name in ("movements", "document")):
            own.add(reverse(name, args=keys))
    return own


def _same(address: str) -> str:
    """An address without the day, the year and the page of a list, and with what it asks for in one order."""
    path, _mark, query = address.partition("?")
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in ("as_of", "known_on", "year", "page")]
    return f"{path}?{urlencode(sorted(pairs))}" if pairs else path


def _linked(page: str) -> set[str]:
    """What a page offers as a file, and what each sheet of its document does."""
    tree = html.fromstring(Client().get(page).content)
    sheets = [urljoin(page, one.get("href")) for one in tree.iter("a") if "#sheet" in one.get("href", "")]
    texts = [tree, *(html.fromstring(Client().get(one.split("#")[0]).content) for one in sheets)]
    found = {
        urljoin(page, one.get("href"))
        for text in texts
        for one in text.iter("a")
        if one.get("download") is not None or "format=" in one.get("href", "")
    }
    return {_same(one) for one in found if resolve(one.split("?")[0]).url_name not in NO_DATA}


@pytest.mark.parametrize("code", ["imi2", "ihi"])
def test_every_file_that_a_page_of_a_programme_offers_is_in_the_list(demonstration: None, code: str) -> None:
    """From the pages towards the list: a file that a page has and the list does not is found here."""
    pages = _pages(code)
    offered = {page: _linked(page) for page in pages}
    assert len(pages) > 15
    assert sum(map(len, offered.values())) > 40
    rules = schemes.current(code)[0]
    listed = {_same(one.path) for one in open_files.files(rules, clock.today(), None)}
    assert {page: sorted(files - listed) for page, files in offered.items() if files - listed} == {}


@pytest.mark.parametrize("code", ["imi2", "ihi"])
def test_file_is_of_any_day_where_its_page_can_be_asked_for_one(demonstration: None, code: str) -> None:
    wrong = {}
    for one in open_files.files(schemes.current(code)[0], clock.today(), None):
        page, _mark, query = one.path.partition("?")
        if one.form not in ("CSV", "JSON") or "format=" not in query or "sheet=" in query:
            continue
        kept = urlencode([pair for pair in parse_qsl(query) if pair[0] != "format"])
        has_picker = 'name="as_of"' in Client().get(f"{page}?{kept}").content.decode()
        if has_picker != one.of_any_day:
            wrong[one.path] = has_picker
    assert wrong == {}


def test_sheets_of_documents_are_those_that_are_listed(demonstration: None) -> None:
    for kind in documents.kinds_of("ihi", only_public=True):
        made = documents.make(kind, "ihi", Moment.of(), clock.today().year - 1, is_public=True)
        assert [(sheet.key, sheet.name) for sheet in made.sheets] == list(kind.sheets), kind.key


@pytest.mark.parametrize("words", ['"""', 'a "quoted" \\ word\n\t', "</script>", "é 😀 \u2028", "x@en . <y> a <z>"])
def test_words_come_back_as_they_were(words: str) -> None:
    node = Node("https://example.org/a b<>", "dcat:Dataset", (("dct:title", Text(words, "en")),))
    prefixes = {"dcat": str(DCAT), "dct": str(DCTERMS)}
    for text, form in (
        ("".join(linked.as_turtle(prefixes, [node])), "turtle"),
        ("".join(linked.as_json(prefixes, [Node("https://example.org/x", node.kind, node.said)])), "json-ld"),
    ):
        assert list(Graph().parse(data=text, format=form).objects(None, DCTERMS.title)) == [Literal(words, "en")]


def test_nothing_is_read_out_of_an_address() -> None:
    text = "".join(linked.as_turtle({"dcat": str(DCAT)}, [Node("https://example.org/x> a <y", "dcat:Dataset")]))
    assert list(Graph().parse(data=text, format="turtle").subjects()) == [URIRef("https://example.org/x%3E%20a%20%3Cy")]
