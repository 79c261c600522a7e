"""Topics as opportunities and projects as awards, in the shapes of the CommonGrants protocol.

Source: CommonGrants protocol 0.4.0, OpenAPI document, schemas `CommonGrants.Models.OpportunityBase` and `AwardBase`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from cofund.api.shapes.common import Day, sure
from cofund.queries import opportunities as found
from cofund.queries import schemes
from cofund.queries.publication import Audience
from cofund.records.programme.models import Topic

Words: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)]


class Grants(BaseModel):
    """What every shape here is: named in camel case; what is not known is left out."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Amount(Grants):
    """An amount of money."""

    amount: str = Field(pattern=r"^-?[0-9]+\.?[0-9]*$")
    currency: str


class Event(Grants):
    """A day, or a time from one day to another."""

    name: str
    event_type: Literal["singleDate", "dateRange"]
    date: str | None = None
    start_date: str | None = None
    end_date: str | None = None


class Status(Grants):
    """Where something stands."""

    value: str
    description: str | None = None


class CustomField(Grants):
    """Something that the protocol has no field for."""

    name: str
    field_type: Literal["string"]
    value: str
    description: str | None = None


class Timeline(Grants):
    """Key dates of an opportunity."""

    post_date: Event | None = None
    close_date: Event | None = None
    other_dates: dict[str, Event] | None = None


class Opportunity(Grants):
    """A topic: an opportunity to give, and for applicants to take part."""

    id: UUID
    title: str
    status: Status
    description: str
    key_dates: Timeline | None = None
    source: str | None = None
    custom_fields: dict[str, CustomField]
    created_at: datetime
    last_modified_at: datetime


class OrganisationReference(Grants):
    """An organisation with a part in an award."""

    id: UUID
    name: str


class Organisations(Grants):
    """Organisations that share a part in an award."""

    primary: OrganisationReference
    other_organisations: dict[str, OrganisationReference] | None = Field(default=None, serialization_alias="otherOrgs")


class OpportunityReference(Grants):
    """The opportunity that an award resulted from."""

    id: UUID
    title: str


class AwardFunding(Grants):
    """The public money of an award, and what it is."""

    details: str
    awarded_amount: Amount


class AwardTimeline(Grants):
    """Key dates of an award."""

    award_date: Event | None = None
    period_of_performance: Event | None = None


class Award(Grants):
    """A project with its several funders: the public one first, beside it the partners that may be named."""

    id: UUID
    title: str
    description: str
    status: Status
    funding: AwardFunding | None = None
    key_dates: AwardTimeline | None = None
    opportunity: OpportunityReference | None = None
    funders: Organisations
    source: str | None = None
    created_at: datetime
    last_modified_at: datetime


class PaginationInfo(Grants):
    """Which page it is, and how many there are."""

    page: int
    page_size: int
    total_items: int
    total_pages: int


class SortInfo(Grants):
    """In which order the items are."""

    sort_by: str
    sort_order: Literal["asc", "desc"]
    errors: list[str]


class StatusFilter(Grants):
    """Statuses to look for, or to leave out."""

    operator: Literal["in", "notIn"]
    value: list[Words]


class DayRange(Grants):
    """From one day to another."""

    min: Day
    max: Day


class DayFilter(Grants):
    """Days to look between, or outside of."""

    operator: Literal["between", "outside"]
    value: DayRange


class Filters(Grants):
    """What an opportunity must be; what else is asked for is told in the answer as not filtered by."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    status: StatusFilter | None = None
    close_date_range: DayFilter | None = None


class FilterInfo(Grants):
    """What was filtered by."""

    filters: Filters
    errors: list[str]


class Success(Grants):
    """An answer that went well."""

    status: int = 200
    message: str = "Success"


class OpportunityPage(Success):
    """One page of opportunities."""

    items: list[Opportunity]
    pagination_info: PaginationInfo


class OpportunitySearchPage(OpportunityPage):
    """One page of what was looked for."""

    sort_info: SortInfo
    filter_info: FilterInfo


class OpportunityAnswer(Success):
    """One opportunity."""

    data: Opportunity


class AwardPage(Success):
    """One page of awards."""

    items: list[Award]
    pagination_info: PaginationInfo


class AwardAnswer(Success):
    """One award."""

    data: Award


class Sorting(Grants):
    """In which order to answer."""

    sort_by: Literal["lastModifiedAt", "createdAt", "title", "status.value", "keyDates.closeDate"] = "lastModifiedAt"
    sort_order: Literal["asc", "desc"] = "desc"


class Pages(Grants):
    """Which page to answer."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    page_size: int = Field(default=100, ge=1, le=1_000)


class Search(Grants):
    """What is looked for."""

    search: Words | None = None
    filters: Filters | None = None
    sorting: Sorting = Sorting()
    pagination: Pages = Pages()


def opportunity(one: found.Opportunity, site: str) -> Opportunity:
    """A topic as an opportunity."""
    row = one.topic
    page = f"{site}/programmes/{row.scheme.code}/topics/{row.code}/"
    return Opportunity(
        id=one.id,
        title=row.title,
        status=Status(value=one.status, description=row.get_status_display()),
        description=one.description,
        key_dates=_dates(row),
        source=row.source_url or page,
        custom_fields={
            "code": _field("Code of the topic", row.code),
            "programme": _field("Programme", row.scheme.name),
            "page": _field("Page of the topic on this site", page),
        },
        created_at=one.created_at,
        last_modified_at=one.changed_at,
    )


def award(one: found.Award, reader: Audience, site: str) -> Award:
    """A project as an award: each public euro once, and every partner that may be named beside it."""
    rules, row, money = schemes.current(one.scheme)[0], one.line.project, one.line.funding
    states = money.states if money is not None else ()
    named = [
        (state, party)
        for state in states
        if reader.may_read(state.contribution.pk) and rules.role(state.contribution.role).side == "partner"
        for party in state.organisations
    ]
    public = OrganisationReference(id=found.id_of(one.scheme, "public-funder"), name=rules.label("public_funder"))
    others = {
        party.slug: OrganisationReference(id=found.id_of("partners", party.slug), name=party.name) for _, party in named
    }
    # The protocol has no amount by funder: it is told in words, so that nobody takes the public money for all of it.
    given = [
        f"{party.name} {sure(state.live_cents, rules.currency).amount} {rules.currency} ({state.contribution.reference})"
        for state, party in named
    ]
    cents = money.public_cents if money is not None else None
    source = row.source_url or f"{site}/programmes/{one.scheme}/projects/{row.slug}/"
    return Award(
        id=one.id,
        title=row.acronym,
        description=row.title or row.acronym,
        status=Status(value="awarded"),
        funding=None
        if cents is None
        else AwardFunding(
            details="; ".join(["Public money of the programme; beside it partners contribute", *given]) + "."
            if given
            else "Public money of the programme.",
            awarded_amount=Amount(**_plain(cents, rules.currency)),
        ),
        key_dates=AwardTimeline(
            award_date=_day("Grant signed", row.signed_on), period_of_performance=_period(row.starts_on, row.ends_on)
        ),
        opportunity=OpportunityReference(id=one.opportunity_id, title=row.topic.title)
        if one.opportunity_id is not None and row.topic is not None
        else None,
        funders=Organisations(primary=public, other_organisations=others or None),
        source=source,
        created_at=one.created_at,
        last_modified_at=one.changed_at,
    )


def _plain(cents: int, currency: str) -> dict[str, str]:
    """An amount as the protocol writes it."""
    told = sure(cents, currency)
    return {"amount": told.amount, "currency": told.currency}


def _field(name: str, value: str) -> CustomField:
    """A text that the protocol has no field for."""
    return CustomField(name=name, field_type="string", value=value)


def _day(name: str, on: date | None) -> Event | None:
    """A day; None where it is not known."""
    return Event(name=name, event_type="singleDate", date=on.isoformat()) if on else None


def _period(first: date | None, last: date | None) -> Event | None:
    """A time from day to day; None where one of them is not known."""
    if first is None or last is None:
        return None
    return Event(
        name="Period of performance", event_type="dateRange", start_date=first.isoformat(), end_date=last.isoformat()
    )


def _dates(row: Topic) -> Timeline | None:
    """The days of a topic's call, and of its adoption."""
    call = row.call
    others = {
        "shortProposals": _day("Short proposals until", call.stage1_closed_on if call else None),
        "adoption": _day("Money decided on", row.adopted_on),
    }
    return Timeline(
        post_date=_day("Call opens", call.opened_on if call else None),
        close_date=_day("Full proposals until", call.closed_on if call else None),
        other_dates={name: event for name, event in others.items() if event} or None,
    )
