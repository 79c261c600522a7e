"""The official columns of the CORDIS download, file by file, and how each is read.

The XML records hold the same fields under other names; `cordis_xml` puts them into these columns, so that both ways in
lead to the same rows. Source: CORDIS data sets "Horizon Europe" and "H2020" on data.europa.eu, CSV and XML downloads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cofund.importers.cordis_values import (
    Column,
    Reader,
    cents,
    code,
    day,
    instant,
    number,
    optional_number,
    position,
    text,
    truth,
)

Stated = Sequence[str]  # one row as the file states it

# The first instant of year 1 overflows when the zone is taken off; it is as wrong as any other bad instant.
_UNREADABLE = (ValueError, OverflowError)


class BadValueError(Exception):
    """A field that cannot be read: which column, what stood there, and why not."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column} {value!r} {reason}")
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True)
class Sheet:
    """One file of the CSV download: its name without ending, its columns with their readers, and those it may lack."""

    name: str
    readers: dict[str, Reader]
    may_lack: frozenset[str] = frozenset()
    # May the whole file be absent from a download? Older downloads and extracts have fewer files.
    optional: bool = False
    columns: tuple[str, ...] = field(init=False)
    # Those that are more than text, with the place of their column.
    _judges: tuple[tuple[int, Reader], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.readers))
        judges = ((place, reader) for place, reader in enumerate(self.readers.values()) if reader is not text)
        object.__setattr__(self, "_judges", tuple(judges))

    def read(self, rows: Sequence[Stated]) -> list[Column]:
        """Read rows, whose fields are given in the order of `columns`, and give their values column by column.

        Raises: BadValueError for the first field that cannot be read.
        """
        stated = list(zip(*rows, strict=True))
        columns: list[Column] = [*stated]
        try:
            for place, reader in self._judges:
                columns[place] = list(map(reader, stated[place]))
        except _UNREADABLE:
            raise self._first_bad(rows) from None
        return columns

    def _first_bad(self, rows: Sequence[Stated]) -> BadValueError:
        """Find the field that could not be read; only asked when there is one, so that good rows stay quick."""
        for stated in rows:
            for (column, reader), value in zip(self.readers.items(), stated, strict=True):
                try:
                    reader(value)
                except _UNREADABLE as error:
                    return BadValueError(column, value, str(error))
        raise AssertionError("every field can be read")


PROJECT = Sheet(
    "project",
    {
        "id": number,
        "acronym": text,
        "status": text,
        "title": text,
        "startDate": day,
        "endDate": day,
        "totalCost": cents,
        "ecMaxContribution": cents,
        "legalBasis": text,
        "topics": text,
        "ecSignatureDate": day,
        "frameworkProgramme": text,
        "masterCall": text,
        "subCall": text,
        "fundingScheme": text,
        "objective": text,
        "contentUpdateDate": instant,
        "rcn": optional_number,
        "grantDoi": text,
        "keywords": text,
    },
    may_lack=frozenset({"grantDoi", "keywords"}),
)

ORGANIZATION = Sheet(
    "organization",
    {
        "projectID": number,
        "organisationID": number,
        "vatNumber": text,
        "name": text,
        "shortName": text,
        "SME": truth,
        "activityType": text,
        "street": text,
        "postCode": text,
        "city": text,
        "country": text,
        "nutsCode": text,
        "geolocation": text,
        "organizationURL": text,
        "contentUpdateDate": instant,
        "rcn": optional_number,
        "order": position,
        "role": code,
        "ecContribution": cents,
        "netEcContribution": cents,
        "totalCost": cents,
        "endOfParticipation": truth,
    },
)

TOPICS = Sheet("topics", {"projectID": number, "topic": code, "title": text}, optional=True)

EUROSCIVOC = Sheet(
    "euroSciVoc",
    {"projectID": number, "euroSciVocCode": code, "euroSciVocPath": text, "euroSciVocTitle": text},
    optional=True,
)

LEGAL_BASIS = Sheet(
    "legalBasis",
    {"projectID": number, "legalBasis": code, "title": text, "uniqueProgrammePart": truth},
    optional=True,
)

# Projects come first: every other row speaks of one.
SHEETS = (PROJECT, TOPICS, EUROSCIVOC, LEGAL_BASIS, ORGANIZATION)
