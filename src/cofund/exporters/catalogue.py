"""The catalogue of all open data of the site in DCAT-AP, version 3.0.1: a dataset for each programme, a distribution for each file.

Source: https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Values of its own come from the vocabularies that the profile prescribes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.exporters.linked import Address, Node, Text, Typed, Value

PREFIXES: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatap": "http://data.europa.eu/r5r/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU: Final = "http://publications.europa.eu/resource/authority/"
LANGUAGE: Final = f"{_EU}language/ENG"
THEME: Final = f"{_EU}data-theme/TECH"
THEMES: Final = f"{_EU}data-theme"
FREQUENCY: Final = f"{_EU}frequency/UPDATE_CONT"
ACCESS: Final = f"{_EU}access-right/PUBLIC"
AVAILABILITY: Final = f"{_EU}planned-availability/AVAILABLE"
_TYPES: Final = {
    "JSON": f"{_EU}file-type/JSON",
    "CSV": f"{_EU}file-type/CSV",
    "XML": f"{_EU}file-type/XML",
    "Beancount": f"{_EU}file-type/TXT",
    "Excel": f"{_EU}file-type/XLSX",
}
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class FileToList:
    """One file: title, what it is for, format, media type, address, and the address of the standard that it follows, if any."""

    title: str
    purpose: str
    form: str
    media_type: str
    address: str
    standard: str = ""
    standard_address: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme with its files. `changed_at` is when its books were written last; the period is that of the programme."""

    code: str
    name: str
    page: str
    data_page: str
    starts_on: date | None
    ends_on: date | None
    changed_at: datetime | None
    is_lower_bound: bool
    files: tuple[FileToList, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What holds for all of it: the site, its address, and the address of the licence (empty where none is stated)."""

    title: str
    site: str
    licence: str = ""

    @property
    def address(self) -> str:
        """What the catalogue itself is called in linked data."""
        return f"{self.site}/#catalogue"

    @property
    def publisher(self) -> str:
        """What the publisher is called in linked data."""
        return f"{self.site}/#publisher"

    @property
    def rights(self) -> str:
        """What the terms are called in linked data, where no licence is stated."""
        return f"{self.site}/about-data/#reuse"


def nodes(catalogue: Catalogue, programmes: Iterable[Programme]) -> Iterator[Node]:
    """Give the graph node by node; a programme after the other, and the catalogue itself at the end."""
    yield Node(catalogue.publisher, "foaf:Agent", (("foaf:name", Text(catalogue.title)),))
    yield from _vocabulary(catalogue)
    listed, changed, seen = [], [], set[str]()
    for programme in programmes:
        listed.append(_dataset(programme))
        changed += [programme.changed_at] if programme.changed_at else []
        for node in _of_programme(catalogue, programme):
            # A standard, a media type is told once.
            if node.address not in seen:
                seen.add(node.address)
                yield node
    said: list[tuple[str, Value]] = [
        ("dct:title", Text(f"Open data of {catalogue.title}", "en")),
        (
            "dct:description",
            Text("Programmes of public-private research: grants, activities, books and tables, as files.", "en"),
        ),
        ("dct:publisher", Address(catalogue.publisher)),
        ("dct:language", Address(LANGUAGE)),
        ("foaf:homepage", Address(f"{catalogue.site}/")),
        ("dcat:themeTaxonomy", Address(THEMES)),
        _terms(catalogue),
    ]
    said += [("dct:modified", _instant(max(changed)))] if changed else []
    yield Node(catalogue.address, "dcat:Catalog", (*said, *(("dcat:dataset", Address(one)) for one in listed)))
    yield Node(f"{catalogue.site}/", "foaf:Document")


def _vocabulary(catalogue: Catalogue) -> Iterator[Node]:
    """What the values of others' vocabularies are, so that a reader need not fetch them."""
    yield Node(LANGUAGE, "dct:LinguisticSystem")
    yield Node(FREQUENCY, "dct:Frequency")
    yield Node(ACCESS, "dct:RightsStatement")
    yield Node(AVAILABILITY, "skos:Concept", (("skos:prefLabel", Text("available", "en")),))
    yield Node(THEME, "skos:Concept", (("skos:prefLabel", Text("Science and technology", "en")),))
    yield Node(THEMES, "skos:ConceptScheme", (("dct:title", Text("Data theme", "en")),))
    if catalogue.licence:
        yield Node(catalogue.licence, "dct:LicenseDocument")
    else:
        words = "Facts and figures may be reused freely, with a mention of this site, the day of the figures and their sources."
        yield Node(catalogue.rights, "dct:RightsStatement", (("rdfs:label", Text(words, "en")),))


def _of_programme(catalogue: Catalogue, programme: Programme) -> Iterator[Node]:
    """The dataset of a programme with its distributions."""
    note = " Its record is known to be incomplete: amounts are lower bounds." if programme.is_lower_bound else ""
    said: list[tuple[str, Value]] = [
        ("dct:title", Text(f"{programme.name}: contributions, match, projects and decisions", "en")),
        (
            "dct:description",
            Text(
                f"What partners and the public put into {programme.name}, grant by grant and euro by euro, as of any day.{note}",
                "en",
            ),
        ),
        ("dct:identifier", Text(programme.code)),
        ("dct:publisher", Address(catalogue.publisher)),
        ("dct:language", Address(LANGUAGE)),
        ("dct:accessRights", Address(ACCESS)),
        ("dct:accrualPeriodicity", Address(FREQUENCY)),
        ("dcat:theme", Address(THEME)),
        *(("dcat:keyword", Text(word, "en")) for word in ("research funding", "public-private partnership", "grants")),
        ("dcat:landingPage", Address(programme.data_page)),
        ("foaf:page", Address(programme.page)),
    ]
    said += [("dct:modified", _instant(programme.changed_at))] if programme.changed_at else []
    if programme.starts_on is not None or programme.ends_on is not None:
        period = f"{_dataset(programme)}-period"
        said.append(("dct:temporal", Address(period)))
        days = (("dcat:startDate", programme.starts_on), ("dcat:endDate", programme.ends_on))
        told = tuple((name, _day(day)) for name, day in days if day is not None)
        yield Node(period, "dct:PeriodOfTime", told)
    said += [("dcat:distribution", Address(_distribution(one))) for one in programme.files]
    yield Node(_dataset(programme), "dcat:Dataset", tuple(said))
    yield Node(programme.data_page, "foaf:Document")
    yield Node(programme.page, "foaf:Document")
    for one in programme.files:
        yield from _of_file(catalogue, programme, one)


def _of_file(catalogue: Catalogue, programme: Programme, file: FileToList) -> Iterator[Node]:
    """One file, with its format and its standard."""
    media, kind = _MEDIA + file.media_type, _TYPES[file.form]
    said: list[tuple[str, Value]] = [
        ("dct:title", Text(f"{file.title} ({file.form})", "en")),
        ("dct:description", Text(file.purpose, "en")),
        ("dcat:accessURL", Address(file.address)),
        ("dcat:downloadURL", Address(file.address)),
        ("dcat:mediaType", Address(media)),
        ("dct:format", Address(kind)),
        ("dct:language", Address(LANGUAGE)),
        ("dcatap:availability", Address(AVAILABILITY)),
        _terms(catalogue),
    ]
    said += [("dct:modified", _instant(programme.changed_at))] if programme.changed_at else []
    if file.standard_address:
        said.append(("dct:conformsTo", Address(file.standard_address)))
        yield Node(file.standard_address, "dct:Standard", (("dct:title", Text(file.standard)),))
    yield Node(media, "dct:MediaType")
    yield Node(kind, "dct:MediaTypeOrExtent")
    yield Node(_distribution(file), "dcat:Distribution", tuple(said))


def _dataset(programme: Programme) -> str:
    """What a dataset is called in linked data."""
    return f"{programme.data_page}#dataset"


def _distribution(file: FileToList) -> str:
    """What a distribution is called in linked data; its file is another thing."""
    return f"{file.address}#distribution"


def _terms(catalogue: Catalogue) -> tuple[str, Value]:
    """The licence of the data, or the terms in words where none is stated."""
    if catalogue.licence:
        return "dct:license", Address(catalogue.licence)
    return "dct:rights", Address(catalogue.rights)


def _instant(at: datetime) -> Typed:
    """An instant."""
    return Typed(at.isoformat(timespec="seconds"), "xsd:dateTime")


def _day(on: date) -> Typed:
    """A day."""
    return Typed(on.isoformat(), "xsd:date")
