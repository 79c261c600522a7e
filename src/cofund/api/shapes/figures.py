"""Figures of a whole programme: its success, its way to one for one, its documents, and what was published when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Money, Shape, decimal, sure, text
from cofund.queries import clock, funnels
from cofund.queries import published as records
from cofund.queries.documents.catalogue import Kind
from cofund.queries.success import SEVERAL, Group
from cofund.queries.success import Success as Found
from cofund.queries.trajectories import Overview
from cofund.records.ledger.models import PublishedRecord as RecordRow
from cofund.rules.trajectory import EVEN, Funnel
from cofund.rules.trajectory import Outcome as OutcomeFound


class PartnersOf(Shape):
    """Partners of one kind or country, and what they committed. What several groups give jointly stands by itself."""

    group: str | None = Field(description="The kind, or the country (ISO 3166-1 alpha-2); null where it is not known.")
    is_several: bool = Field(description="Whether this is what partners of several groups give jointly.")
    partners: int
    committed: Money
    gives_jointly: bool = Field(description="Whether some of them give with partners of other groups, too.")


class SuccessYear(Shape):
    """A year: who committed in it, and what stood in signed grants at its end."""

    year: int
    partners: int
    new_partners: int = Field(description="Those who had never committed before in this programme.")
    committed: Money = Field(description="Less what was withdrawn in the year.")
    matched: Money
    lowered: Money = Field(description="By how much contributions were lowered in it.")
    committed_so_far: Money = Field(description="What partners can spend together, at the end of the year.")
    matched_so_far: Money


class LargestGivers(Shape):
    """The part of all that was committed that comes from the largest givers. Who gives jointly is one giver."""

    givers: int
    share: str = Field(description="A decimal from 0 to 1.")


class Success(Shape):
    """Who joined a programme, who came again, how concentrated it is: over the partners' contributions that may be read."""

    programme: str
    as_of: date
    known_on: date | None
    rules_version: str
    is_lower_bound: bool
    contributions: int
    partners: int
    committed: Money
    by_kind: list[PartnersOf]
    by_country: list[PartnersOf]
    by_year: list[SuccessYear]
    partners_who_committed_again: int
    median_days_to_the_second: str | None = Field(description="A decimal; null where nobody committed again.")
    largest_givers: list[LargestGivers]
    concentration_index: str | None = Field(description="Herfindahl and Hirschman, from 0 to 10,000, as a decimal.")
    contributions_that_rest_on_something_assumed: int
    page: str


class Steps(Shape):
    """What is committed and what came of it; null where the record does not tell."""

    committed: Money
    reported: Money | None
    certified: Money | None
    validated: Money | None


class YearOfSteps(Steps):
    """The steps of a year."""

    year: int


class Outcome(Shape):
    """What the public money brings where projects run at a share of contributions in their cost."""

    level: str = Field(
        description="`least`: what every project must reach; `even`: half; `needed`: the share that suffices."
    )
    share: str
    contributions: Money
    missing: Money
    missing_net: Money = Field(description="Counting what members pay of the running costs.")


class Trajectory(Shape):
    """The way of a programme to one for one, today."""

    programme: str
    as_of: date
    rules_version: str
    is_lower_bound: bool = Field(
        description="Whether the record is incomplete: then what is missing is what is not recorded."
    )
    required: Money = Field(description="What the ceilings of the tranches ask of contributors at their ratios.")
    public_money: Money = Field(description="The ceilings less the public part of the running costs.")
    committed: Money = Field(description="By members and partners.")
    missing: Money
    on_the_way: Money = Field(description="Given, and not committed yet.")
    committed_share: str | None
    needed_share: str | None = Field(description="The share of contributions in the cost at which nothing is missing.")
    outcomes: list[Outcome]
    steps: Steps = Field(description="Of all contributors, those too who count toward no ceiling.")
    steps_by_year: list[YearOfSteps]
    page: str


class DocumentFile(Shape):
    """A document of a programme: what it holds, and the addresses of its files on this site, which take `as_of` and `known_on`."""

    id: str
    title: str
    about: str
    programme: str
    takes_year: bool = Field(
        description="Whether its addresses take `year` as well; the last full year where none is given."
    )
    page: str
    excel: str
    csv: str = Field(description="Its first sheet; `sheet` names another.")
    href: str


class PublishedRecord(Shape):
    """That something was published: its day, the instant that it was known at, and the digests of what it said."""

    what: str
    name: str
    year: int | None
    as_of: date
    known_at: datetime = Field(description="Everything recorded up to this instant is in it.")
    rules_version: str
    last_entry: int = Field(description="Number of the book's last entry at that instant.")
    chain: str | None = Field(description="End of the book's chain at that instant.")
    figures_sha256: str
    words_sha256: str = Field(description="Of names and texts, which can be corrected later.")


def success(found: Found, moment: tuple[date, date | None]) -> Success:
    """The success figures of a programme as an answer."""
    currency, repeat, concentration = found.scheme.currency, found.repeat, found.concentration
    return Success(
        programme=found.scheme.code,
        as_of=moment[0],
        known_on=moment[1],
        rules_version=found.version.label,
        is_lower_bound=found.version.scheme.is_lower_bound,
        contributions=found.contributions,
        partners=found.partners,
        committed=sure(found.committed_cents, currency),
        by_kind=[_partners_of(one, currency) for one in found.by_kind],
        by_country=[_partners_of(one, currency) for one in found.by_country],
        by_year=_years(found),
        partners_who_committed_again=repeat.again,
        median_days_to_the_second=decimal(repeat.median_days),
        largest_givers=[LargestGivers(givers=most, share=decimal(part) or "0") for most, part in concentration.largest],
        concentration_index=decimal(concentration.index),
        contributions_that_rest_on_something_assumed=found.assumed,
        page=reverse("success", args=[found.scheme.code]),
    )


def _partners_of(one: Group, currency: str) -> PartnersOf:
    """Partners of a kind or country."""
    is_several = one.key == SEVERAL
    return PartnersOf(
        group=None if is_several else text(one.key),
        is_several=is_several,
        partners=one.partners,
        committed=sure(one.committed_cents, currency),
        gives_jointly=one.gives_jointly,
    )


def _years(found: Found) -> list[SuccessYear]:
    """Each year from the first commitment on."""
    currency = found.scheme.currency
    return [
        SuccessYear(
            year=one.year,
            partners=one.partners,
            new_partners=one.new,
            committed=sure(one.committed_cents, currency),
            matched=sure(one.matched_cents, currency),
            lowered=sure(one.lowered_cents, currency),
            committed_so_far=sure(one.sum_cents, currency),
            matched_so_far=sure(one.matched_sum_cents, currency),
        )
        for one in found.by_year
    ]


def trajectory(found: Overview) -> Trajectory:
    """The way to one for one as an answer."""
    way, currency = found.trajectory, found.scheme.currency
    levels = [("least", found.least), ("even", found.even)]
    if way.needed_share is not None and way.needed_share < 1 and way.needed_share != EVEN:
        levels.append(("needed", way.at(way.needed_share)))
    return Trajectory(
        programme=found.scheme.code,
        as_of=clock.today(),
        rules_version=found.version,
        is_lower_bound=found.is_lower_bound,
        required=sure(way.required_cents, currency),
        public_money=sure(way.public_cents, currency),
        committed=sure(way.committed_cents, currency),
        missing=sure(way.gap_cents, currency),
        on_the_way=sure(found.on_the_way_cents, currency),
        committed_share=decimal(way.committed_share),
        needed_share=decimal(way.needed_share),
        outcomes=[_outcome(level, one, currency) for level, one in levels if one is not None],
        steps=Steps(**_steps(found.funnel, found)),
        steps_by_year=[
            YearOfSteps(year=int(one.key), **_steps(one.funnel, found)) for one in funnels.by_year(found.parts)
        ],
        page=reverse("trajectory", args=[found.scheme.code]),
    )


def _outcome(level: str, one: OutcomeFound, currency: str) -> Outcome:
    """What the public money brings at a share."""
    return Outcome(
        level=level,
        share=decimal(one.share) or "0",
        contributions=sure(one.brought_cents, currency),
        missing=sure(one.gap_cents, currency),
        missing_net=sure(one.net_gap_cents, currency),
    )


def _steps(one: Funnel, found: Overview) -> dict[str, Any]:
    """The steps of a funnel; of a record that tells nothing of what came, only what is committed."""
    later = {"reported": one.reported_cents, "certified": one.certified_cents, "validated": one.validated_cents}
    currency = found.scheme.currency
    told = {name: None if found.is_untold else sure(cents, currency) for name, cents in later.items()}
    return {"committed": sure(one.committed_cents, currency), **told}


def document(scheme: str, kind: Kind) -> DocumentFile:
    """A document with the ways to its files."""
    page = reverse("document", args=[scheme, kind.key])
    return DocumentFile(
        id=kind.key,
        title=kind.title,
        about=kind.about,
        programme=scheme,
        takes_year=kind.asks_year,
        page=page,
        excel=f"{page}?format=xlsx",
        csv=f"{page}?format=csv",
        href=places.programme(scheme, "documents", kind.key),
    )


def published(row: RecordRow) -> PublishedRecord:
    """A record of what was published."""
    return PublishedRecord(
        what=row.what,
        name=records.LABELS.get(row.what, row.what),
        year=row.year or None,
        as_of=row.as_of,
        known_at=row.known_at,
        rules_version=row.scheme_version.label,
        last_entry=row.last_entry,
        chain=text(row.last_hash),
        figures_sha256=row.figures_digest,
        words_sha256=row.words_digest,
    )
