"""The XML download, one record a file: put into the columns of the CSV download, so that both lead to the same rows.

No entity is expanded, no document type declaration accepted, nothing fetched. A record in another language than English
is rejected: it is the same project again. What only XML holds (results, articles, policy markers, day of termination)
is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

from lxml import etree

from cofund.importers.cordis_archive import Archive
from cofund.importers.cordis_intake import LINKS, Intake
from cofund.importers.cordis_sheets import EUROSCIVOC, LEGAL_BASIS, ORGANIZATION, PROJECT, SHEETS, TOPICS, Sheet
from cofund.importers.cordis_values import tidy

Record = tuple[Sheet, int, tuple[str, ...]]

_CATEGORIES = "relations/categories/category"
_ASSOCIATIONS = "relations/associations"


def read_xml(archive: Archive, intake: Intake, advance: Callable[[int], None]) -> None:
    """Hand every record of the download to the intake; a batch ends with a whole project."""
    done = 0
    for name, info in archive.members.items():
        _read_record(archive, name, intake)
        done += info.file_size
        if intake.is_full:
            advance(done)
            done = 0
            intake.flush()
    for sheet in SHEETS:
        if sheet.name in LINKS:
            intake.close(sheet)
    advance(done)


def _read_record(archive: Archive, name: str, intake: Intake) -> None:
    """Hand the rows of one project to the intake, or reject the file as a whole."""
    try:
        root = _parse(archive.zip.read(name))
    except etree.XMLSyntaxError as error:
        intake.reject(PROJECT, (name, error.lineno or 1), f"cannot be read as XML: {error.msg}")
        return
    if fault := _fault(root):
        intake.reject(PROJECT, (name, 1), *fault)
        return
    for sheet, line, stated in _records(root):
        intake.take(sheet, stated, name, line)


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root = etree.fromstring(data, parser)
    # The official download has had a namespace in some years and none in others; the names inside are the same.
    for element in root.iter("{*}*"):
        element.tag = etree.QName(element).localname
    return root


def _fault(root: etree._Element) -> tuple[str, str, str] | None:
    """Why this document is no record of ours: reason, column and value."""
    if root.getroottree().docinfo.internalDTD is not None:
        return "carries a document type declaration, which no CORDIS record has", "", ""
    if root.tag != "project":
        return "is not the record of a project", "", str(root.tag)
    if (language := _text(root, "language")) not in ("", "en"):
        return "is not the English record; only that is read", "language", language
    return None


def _records(root: etree._Element) -> Iterator[Record]:
    """The rows that the CSV download would have for this project, each with the line where it begins."""
    number = _text(root, "id")
    yield PROJECT, _line(root), _project(root)
    for topic in root.findall(f"{_ASSOCIATIONS}/programme[@type='relatedTopic']"):
        yield TOPICS, _line(topic), (number, _text(topic, "code"), _text(topic, "title"))
    for category in root.findall(f"{_CATEGORIES}[@classification='euroSciVoc']"):
        stated = (_text(category, "code"), _text(category, "displayCode"), _text(category, "title"))
        yield EUROSCIVOC, _line(category), (number, *stated)
    for basis in root.findall(f"{_ASSOCIATIONS}/programme[@type='relatedLegalBasis']"):
        unique = basis.get("uniqueProgrammePart", "")
        yield LEGAL_BASIS, _line(basis), (number, _text(basis, "code"), _text(basis, "title"), unique)
    updated = _text(root, "contentUpdateDate")
    for organization in root.findall(f"{_ASSOCIATIONS}/organization"):
        yield ORGANIZATION, _line(organization), _organization(organization, number, updated)


def _project(root: etree._Element) -> tuple[str, ...]:
    """The columns of the sheet `project`."""
    of, near = partial(_text, root), partial(_text, root.find(_ASSOCIATIONS))
    topics = root.findall(f"{_ASSOCIATIONS}/programme[@type='relatedTopic']")
    stated = {
        **{column: of(column) for column in PROJECT.columns},
        "legalBasis": near("programme[@uniqueProgrammePart='true']/code"),
        "topics": ";".join(_text(topic, "code") for topic in topics),
        "frameworkProgramme": near("programme/frameworkProgramme"),
        "masterCall": near("call[@type='relatedMasterCall']/identifier"),
        "subCall": near("call[@type='relatedSubCall']/identifier"),
        "fundingScheme": of(f"{_CATEGORIES}[@classification='projectFundingSchemeCategory']/code").lstrip("/"),
        "grantDoi": of("identifiers/grantDoi"),
    }
    return tuple(stated[column] for column in PROJECT.columns)


def _organization(element: etree._Element, project: str, updated: str) -> tuple[str, ...]:
    """The columns of the sheet `organization`."""
    of = partial(_text, element)
    stated = {
        "projectID": project,
        "organisationID": of("id"),
        "vatNumber": of("vatNumber"),
        "name": of("legalName"),
        "shortName": of("shortName"),
        "SME": element.get("sme", ""),
        "activityType": of("relations/categories/category[@classification='organizationActivityType']/code").lstrip(
            "/"
        ),
        "street": of("address/street"),
        "postCode": of("address/postalCode"),
        "city": of("address/city"),
        "country": of("address/country"),
        "nutsCode": of("relations/regions/region[@type='relatedNutsCode']/nutsCode"),
        "geolocation": of("address/geolocation"),
        "organizationURL": of("address/url"),
        "contentUpdateDate": updated,
        "rcn": of("rcn"),
        "role": element.get("type", ""),
        "endOfParticipation": element.get("terminated", ""),
        **{column: element.get(column, "") for column in ("order", "ecContribution", "netEcContribution", "totalCost")},
    }
    return tuple(stated[column] for column in ORGANIZATION.columns)


def _text(element: etree._Element | None, path: str) -> str:
    """The text at a path below an element, blank where there is none."""
    return tidy(element.findtext(path) or "") if element is not None else ""


def _line(element: etree._Element) -> int:
    return cast(int | None, element.sourceline) or 1
