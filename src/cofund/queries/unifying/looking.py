"""Everything that past organisations may be, a country at a time, so that memory does not grow with the number of countries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cofund.queries.unifying import sides
from cofund.queries.unifying.comparing import Found, Others
from cofund.queries.unifying.groups import Groups
from cofund.queries.unifying.sides import Side
from cofund.records.directory.models import CorpusLink, Pairing


@dataclass(frozen=True, slots=True)
class Looked:
    """What one past organisation may be, by kind of pairing."""

    pic: int
    found: dict[str, list[Found]]


@dataclass(frozen=True, slots=True)
class Country:
    """One country: how many records there are, and each past organisation with what it may be."""

    code: str
    records: int
    looked: list[Looked]


def look(decided: dict[int, str] | None = None) -> Iterator[Country]:
    """Look at each country in turn. `decided` has the record that a past organisation is by what the office accepted, by PIC."""
    known = decided if decided is not None else accepted_records()
    groups, directory = Groups(), sides.directory()
    everyone = Others(side for found in directory.values() for side in found)
    linked = set(CorpusLink.objects.values_list("past_organisation_id", "organisation_id"))
    for country in sides.countries():
        records = Others(sides.records(country))
        here = Others([*directory.get(country, []), *(directory.get("", []) if country else [])])
        looked = [
            Looked(side.key, _one(side, records, here, everyone, groups, known.get(side.key, "")))
            for side in sides.past(country)
        ]
        for one in looked:
            found = one.found.get(Pairing.Kind.ORGANISATION, [])
            one.found[Pairing.Kind.ORGANISATION] = [two for two in found if (one.pic, two.key) not in linked]
        yield Country(country, len(records.sides), looked)


def accepted_records() -> dict[int, str]:
    """The record of ROR that a past organisation is, where the office accepted it, by PIC."""
    rows = Pairing.objects.filter(kind=Pairing.Kind.RECORD, status=Pairing.Status.ACCEPTED).order_by("pk")
    return {pic: str(record) for pic, record in rows.values_list("past_organisation_id", "record_id")}


def _one(
    side: Side, records: Others, here: Others, everyone: Others, groups: Groups, known: str
) -> dict[str, list[Found]]:
    """What one past organisation may be."""
    as_records = [] if known else records.match(side)
    record = known or (as_records[0].key if as_records and as_records[0].is_certain else "")
    as_organisations = everyone.same_identifier(side, record) or here.match(side)
    in_groups = groups.of_record(record, is_certain=True) if record else []
    if not record:
        in_groups = groups.of_website(side) if not as_records else []
    return {Pairing.Kind.RECORD: as_records, Pairing.Kind.ORGANISATION: as_organisations, Pairing.Kind.GROUP: in_groups}
