"""What a search found."""

from __future__ import annotations

from urllib.parse import quote

from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Listed, Shape, text
from cofund.records.programme.models import SearchEntry


class Found(Shape):
    """A public thing that fits what is looked for."""

    kind: str
    title: str
    programme: str | None
    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    year: int | None = Field(description="Of its first day that is known.")
    partner_kind: str | None
    href: str


class SearchPage(Listed[Found]):
    """A page of what fits, with how many there would be by each value that the search can be narrowed by."""

    facets: dict[str, dict[str, int]]
    is_cut: bool = Field(description="Whether not all of a long question was looked for.")
    is_complete: bool = Field(description="False for some seconds after much was added, while not all of it is found.")


def found(row: SearchEntry) -> Found:
    """A thing that was found, with its address here."""
    return Found(
        kind=row.kind,
        title=row.title,
        programme=text(row.scheme),
        country=text(row.country),
        year=row.year,
        partner_kind=text(row.partner_kind),
        href=_href(row),
    )


def _href(row: SearchEntry) -> str:
    """Where a thing that was found is."""
    if row.kind == SearchEntry.Kind.PROGRAMME:
        return places.programme(row.scheme)
    of_site = {
        SearchEntry.Kind.PARTNER: "partners",
        SearchEntry.Kind.CONTRIBUTION: "contributions",
        SearchEntry.Kind.IDEA: "ideas",
        SearchEntry.Kind.STORY: "stories",
    }
    kind = SearchEntry.Kind(row.kind)
    if kind in of_site:
        return f"{places.ROOT}/{of_site[kind]}/{quote(row.key, safe='')}"
    return places.programme(row.scheme, f"{row.kind}s", row.key)
