"""Small CORDIS downloads of invented projects, made by the tests that read them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from cofund.importers.cordis_sheets import EUROSCIVOC, LEGAL_BASIS, ORGANIZATION, PROJECT, TOPICS
from cofund.importers.cordis_tables import TABLES

COLUMNS = {sheet.name: sheet.columns for sheet in (PROJECT, ORGANIZATION, TOPICS, EUROSCIVOC, LEGAL_BASIS)}


def project(number: int, **other: str) -> dict[str, str]:
    """A project as CORDIS would state it."""
    return {
        "id": str(number), "acronym": f"HARBOUR{number}", "status": "SIGNED", "title": "Quays that mend themselves",
        "startDate": "2023-01-01", "endDate": "2026-12-31", "totalCost": "2500000.5", "ecMaxContribution": "2000000",
        "legalBasis": "HORIZON.2.5", "topics": "HORIZON-CL5-2022-D6-01-01", "ecSignatureDate": "2022-11-30",
        "frameworkProgramme": "HORIZON", "masterCall": "HORIZON-CL5-2022-D6-01", "subCall": "HORIZON-CL5-2022-D6-01",
        "fundingScheme": "HORIZON-RIA", "objective": "Concrete; that \"heals\" in sea water.",
        "contentUpdateDate": "2024-07-01 12:00:00", "rcn": str(number % 1000), "grantDoi": f"10.3030/{number}",
        "keywords": "quay, concrete", **other,
    }  # fmt: skip


def organization(number: int, pic: int, **other: str) -> dict[str, str]:
    """A participation as CORDIS would state it."""
    return {
        "projectID": str(number), "organisationID": str(pic), "vatNumber": "BE0000000097", "name": f"HAVEN {pic} NV",
        "shortName": "HAVEN", "SME": "false", "activityType": "PRC", "street": "KAAI 1", "postCode": "2000",
        "city": "Antwerpen", "country": "BE", "nutsCode": "BE211", "geolocation": "51.22,4.4",
        "organizationURL": "https://haven.example", "contentUpdateDate": "2024-07-01 12:00:00", "rcn": str(pic % 1000),
        "order": "1", "role": "coordinator", "ecContribution": "1000000.25", "netEcContribution": "1000000.25",
        "totalCost": "1250000.5", "endOfParticipation": "false", **other,
    }  # fmt: skip


def topic(number: int, **other: str) -> dict[str, str]:
    """The link of a project to its topic."""
    return {"projectID": str(number), "topic": "HORIZON-CL5-2022-D6-01-01", "title": "Ports of the future", **other}


def field(number: int, **other: str) -> dict[str, str]:
    """The link of a project to a field of science."""
    stated = {"euroSciVocCode": "/25/63", "euroSciVocPath": "/engineering/civil", "euroSciVocTitle": "civil"}
    return {"projectID": str(number), **stated, **other}


def legal_basis(number: int, **other: str) -> dict[str, str]:
    """The link of a project to its legal basis."""
    stated = {"legalBasis": "HORIZON.2.5", "title": "Climate, Energy and Mobility", "uniqueProgrammePart": "true"}
    return {"projectID": str(number), **stated, **other}


def download(**rows: Sequence[Mapping[str, str]]) -> dict[str, list[dict[str, str]]]:
    """The rows of a whole download: two projects, three participations; any sheet may be given instead."""
    whole: dict[str, Any] = {
        "project": [project(101), project(102)],
        "organization": [
            organization(101, 900),
            organization(101, 901, role="associatedPartner", order="2", ecContribution="", netEcContribution="0",
                         totalCost="0"),
            organization(102, 900),
        ],
        "topics": [topic(101), topic(102)],
        "euroSciVoc": [field(101)],
        "legalBasis": [legal_basis(101), legal_basis(102)],
    }  # fmt: skip
    return whole | rows


def table(sheet: str, rows: Sequence[Mapping[str, str]], without: Sequence[str] = ()) -> bytes:
    """One CSV file as CORDIS writes it: semicolons, everything quoted."""
    columns = [column for column in COLUMNS[sheet] if column not in without]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", quoting=csv.QUOTE_ALL, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """A zip file with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def write_download(path: Path, **rows: Sequence[Mapping[str, str]]) -> Path:
    """The CSV download with these rows instead of the usual ones."""
    return write_zip(path, {f"{sheet}.csv": table(sheet, some) for sheet, some in download(**rows).items()})


def corpus() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the corpus but for the number of the run, in an order that does not depend on the database."""
    return {table.name: sorted(table.model._default_manager.values_list(*table.columns), key=repr) for table in TABLES}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the corpus with their own numbers and that of the run: what a run that changes nothing leaves alone."""
    found = {}
    with connection.cursor() as cursor:
        for one in TABLES:
            cursor.execute(f'SELECT * FROM "{one.name}" ORDER BY 1')
            found[one.name] = cursor.fetchall()
    return found
