"""The tables of the annual report, and the table for the states: what was committed and what came of it, added up by what is asked.

Source: Regulation (EU) 2021/2085, Articles 20(12), 26(2) and 171(2)(f): committed and actually provided contributions.
"""

from __future__ import annotations

from collections.abc import Sequence

from cofund.queries.documents import framing, given, narrowing
from cofund.queries.documents.framing import (
    CONTRIBUTIONS,
    STEP_COLUMNS,
    codes_of,
    contributions_sheet,
    country_words,
    grouped_sheet,
    groups_of,
)
from cofund.queries.documents.given import Given, Moment, kind_words
from cofund.queries.documents.narrowing import Hides
from cofund.queries.documents.shapes import NOT_PUBLISHED, Column, Document, Sheet, SumOver, Values
from cofund.rules.schemes import Scheme


def annual_report(scheme_code: str, moment: Moment, year: int, *, is_public: bool) -> Document:
    """Give the contribution tables of a programme and year.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme, rows, left_out = _rows(scheme_code, moment, is_public=is_public)
    hides = narrowing.hides(scheme) if is_public else narrowing.nothing
    known = {role.code: role.label_plural for role in scheme.roles}
    kinds = {kind.code: kind.label for kind in scheme.kinds}
    by = {
        "type": ("By partner type", lambda row: kind_words(row.shared("kind"))),
        "role": ("By role", lambda row: known.get(row.role, row.role)),
        "kind": ("By kind", lambda row: kinds.get(row.kind, row.kind)),
        "project": ("By project", lambda row: row.target_name),
        "country": ("By country", lambda row: country_words(row.shared("country"))),
    }
    sheets = [
        grouped_sheet(
            f"by-{key}",
            name,
            f"Contributions {name.lower()}",
            key,
            groups_of(rows, key, words),
            year=year,
            rows=rows,
            hides=hides,
        )
        for key, (name, words) in by.items()
    ]
    return framing.document(
        "annual-report",
        f"Annual report {year}: contributions",
        "Contributions by type of partner, role, kind, project and country, from committed to validated, and their match.",
        scheme,
        moment,
        [*sheets, contributions_sheet(scheme, rows, year=year, hides=hides)],
        rows=rows,
        is_public=is_public,
        left_out=left_out,
        notes=(
            f"“In {year}” counts the entries whose day lies in {year}; a report about {year} is usually handed in the year after.",
            "Countries and types are those of the organisations as the directory has them now.",
            *_narrowed(scheme, rows, hides),
        ),
        more={"year": str(year)},
    )


def states_table(scheme_code: str, moment: Moment, *, is_public: bool) -> Document:
    """Give the contributions by country of the organisations and by place of cost, as states ask for them.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme, rows, left_out = _rows(scheme_code, moment, is_public=is_public)
    hides = narrowing.hides(scheme) if is_public else narrowing.nothing
    countries = groups_of(rows, "country", lambda row: country_words(row.shared("country")))
    places = groups_of(rows, "place", lambda row: row.place_words)
    sheets = [
        grouped_sheet(
            "by-country",
            "By country",
            "Contributions by country of the organisations",
            "country",
            countries,
            rows=rows,
            hides=hides,
        ),
        grouped_sheet(
            "by-place", "By place of cost", "Contributions by place of cost", "place", places, rows=rows, hides=hides
        ),
        _crossed(rows, hides),
    ]
    return framing.document(
        "states",
        f"{scheme.label('states')}: contributions by country",
        "Committed and actual contributions by country of the organisations, and by where the costs arise.",
        scheme,
        moment,
        [*sheets, contributions_sheet(scheme, rows, hides=hides)],
        rows=rows,
        is_public=is_public,
        left_out=left_out,
        notes=(
            "The place of cost is what each contribution states; “Not stated” is not known, and no place is taken for it.",
            "Countries are those of the organisations as the directory has them now.",
            *_narrowed(scheme, rows, hides),
        ),
    )


def _narrowed(scheme: Scheme, rows: Sequence[Given], hides: Hides) -> tuple[str, ...]:
    """Say what of each contribution is not published, where anything is not."""
    if not narrowing.hidden_in(rows, hides):
        return ()
    policy = ", ".join(scheme.publication.per_participant).replace("_", " ") or "nothing"
    return (
        f"Published of each participant: {policy}. Every other amount of a single contribution says “{NOT_PUBLISHED}”; "
        "sums over all of them are stated.",
    )


def _crossed(rows: Sequence[Given], hides: Hides) -> Sheet:
    """Each country with each place of cost."""

    def code(row: Given) -> tuple[str, ...]:
        return codes_of(row)["country"], codes_of(row)["place"]

    pairs = {code(row): (country_words(row.shared("country")), row.place_words) for row in rows}
    steps, told = STEP_COLUMNS[:4], narrowing.hidden_in(rows, hides)
    sums = narrowing.sums(rows, told & {key for key, _ in steps}, None, code)
    where = (("country_code", "country_code"), ("place_code", "place_code"))
    columns = (
        Column("country", "Country"),
        Column("place", "Place of cost"),
        *(
            Column(key, label, "money", None if key in told else SumOver(CONTRIBUTIONS, key, where), is_summed=True)
            for key, label in steps
        ),
        Column("country_code", "Code of country"),
        Column("place_code", "Code of place"),
    )
    ordered = sorted(pairs.items(), key=lambda item: item[1])
    stated: tuple[Values, ...] = tuple((*words, *sums.get(codes, ()), *codes) for codes, words in ordered)
    return Sheet(
        "crossed", "Country and place", "Each country of organisations with each place of cost", columns, stated
    )


def _rows(scheme_code: str, moment: Moment, *, is_public: bool) -> tuple[Scheme, tuple[Given, ...], int]:
    """The scheme, the contributions that the reader may see, and how many are left out."""
    scheme = framing.scheme_of(scheme_code, moment)
    every = given.of_scheme(scheme_code, moment)
    rows = framing.public_rows(scheme, every, moment) if is_public else every
    return scheme, rows, len(every) - len(rows)
