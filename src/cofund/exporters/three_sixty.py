"""The grants of a programme in the 360Giving standard, version 1.4: as JSON and as CSV, row by row, in memory that does not grow.

Source: https://standard.threesixtygiving.org. Money on its way is marked with the standard's codes for regrants, so that whoever
adds up the grants without such a code counts each euro once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from cofund.exporters.cells import csv_line, decimal
from cofund.queries.open_grants import COLLABORATION, MATCH, ORGANISATION, OpenGrant, Party
from cofund.rules.spreadsheets import guarded

VERSION: Final = "1.4"
REGRANTS: Final[Mapping[str, str]] = {MATCH: "FRG030", COLLABORATION: "FRG040"}
# What an identifier may be made of besides letters and digits.
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: its 360Giving prefix, its name, its site, and the address of the licence of the data (empty where none is)."""

    prefix: str
    name: str
    site: str
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """What holds for all grants of a file. `currency` is that of the programme; `address_of` gives the page of a grant."""

    publisher: Publisher
    scheme: str
    programme: str
    currency: str
    on: date
    known_at: datetime
    address: str
    address_of: Callable[[OpenGrant], str]

    @property
    def title(self) -> str:
        """What the file is called."""
        return f"Grants of {self.programme} as of {self.on.isoformat()}"


def as_json(package: Package, grants: Iterable[OpenGrant]) -> Iterator[str]:
    """Give the package piece by piece; the same grants in the same order give the same text."""
    publisher = package.publisher
    head: dict[str, Any] = {
        "version": VERSION,
        "title": package.title,
        "description": (
            "Grants without a regrant type add up to all that stands behind the projects, each euro once. Those with one are "
            "on their way: the same money comes again in the grant that the programme pays to the project."
        ),
        "issued": package.on.isoformat(),
        "modified": package.known_at.isoformat(timespec="seconds"),
        "identifier": f"{publisher.prefix}-{package.scheme}-{package.on.isoformat()}",
        "publisher": {"identifier": publisher.prefix, "name": publisher.name, "website": publisher.site},
        "downloadURL": package.address,
        "accessURL": f"{publisher.site}/programmes/{package.scheme}/",
    }
    if publisher.licence:
        head["license"] = publisher.licence
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "grants": ['
    for number, grant in enumerate(grants):
        yield (",\n  " if number else "\n  ") + json.dumps(_grant(package, grant), ensure_ascii=False)
    yield "\n ]\n}\n"


def as_csv(package: Package, grants: Iterable[OpenGrant], funders: int) -> Iterator[str]:
    """Give the grants line by line under the names of the standard; `funders` is how many one grant has at most."""
    names = [
        *_COLUMNS,
        *(f"fundingOrganization/{place}/{part}" for place in range(funders) for part in ("id", "name")),
    ]
    yield "\ufeff" + csv_line(names)
    for grant in grants:
        flat = dict(_flat("", _grant(package, grant)))
        yield csv_line(guarded(flat.get(name, "")) for name in names)


_COLUMNS: Final = (
    "id",
    "title",
    "description",
    "currency",
    "amountAwarded",
    "awardDate",
    "recipientOrganization/0/id",
    "recipientOrganization/0/name",
    "recipientOrganization/0/addressCountry",
    "plannedDates/0/startDate",
    "plannedDates/0/endDate",
    "grantProgramme/0/code",
    "grantProgramme/0/title",
    "url",
    "regrantType",
    "relatedActivity/0",
    "relatedActivity/1",
    "dateModified",
    "dataSource",
)


def _grant(package: Package, grant: OpenGrant) -> dict[str, Any]:
    """A grant under the names of the standard; what is not known is left out."""
    publisher = package.publisher
    assumed = " The day of the award is assumed." if grant.assumed else ""
    found: dict[str, Any] = {
        "id": identifier(publisher.prefix, grant.reference),
        "title": grant.title[:140],
        "description": grant.description + assumed,
        "currency": package.currency,
        "amountAwarded": _number(grant.amount_cents),
        "awardDate": grant.awarded_on.isoformat(),
        "fundingOrganization": [_organisation(publisher.prefix, one) for one in grant.funders],
        "recipientOrganization": [_organisation(publisher.prefix, grant.recipient)],
        "grantProgramme": [{"code": package.scheme, "title": package.programme}],
        "url": package.address_of(grant),
        "dateModified": grant.recorded_at.isoformat(timespec="seconds"),
        "dataSource": package.address,
    }
    starts, ends = grant.project.starts_on, grant.project.ends_on
    if starts is not None or ends is not None:
        days = (("startDate", starts), ("endDate", ends))
        found["plannedDates"] = [{name: day.isoformat() for name, day in days if day is not None}]
    if grant.on_its_way:
        found["regrantType"] = REGRANTS[grant.on_its_way]
    if grant.related:
        found["relatedActivity"] = [identifier(publisher.prefix, one) for one in grant.related]
    return found


def identifier(prefix: str, code: str) -> str:
    """An identifier under a prefix, of letters, digits, dots, dashes and underlines alone."""
    return f"{prefix}-{_PLAIN.sub('-', code)}"


def _organisation(prefix: str, party: Party) -> dict[str, str]:
    """Who pays or is paid: under the identifier that the world knows, else under one of the publisher's own."""
    if party.ror:
        code = f"XI-ROR-{party.ror}"
    elif party.lei:
        code = f"XI-LEI-{party.lei}"
    else:
        kind = "org" if party.kind == ORGANISATION else party.kind
        code = identifier(prefix, f"{kind}-{party.code}")
    found = {"id": code, "name": party.name}
    return found | {"addressCountry": party.country} if party.country else found


def _number(cents: int) -> int | float:
    """An amount as the number that JSON writes for it: whole where it is whole, else with its two decimals."""
    return cents // 100 if cents % 100 == 0 else float(decimal(cents))


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    """The values of a grant by their places, as the standard names columns."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _flat(f"{path}/{name}" if path else name, one)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _flat(f"{path}/{place}", one)
    else:
        yield path, str(value)
