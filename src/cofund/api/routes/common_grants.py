"""Opportunities and awards at the addresses of the CommonGrants protocol, for clients that know no other.

Source: CommonGrants protocol 0.4.0; opportunities are its required part, awards an experimental one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from cofund.api import callers, problems
from cofund.api.shapes import common_grants as shapes
from cofund.api.shapes.common_grants import (
    AwardAnswer,
    AwardPage,
    FilterInfo,
    Filters,
    OpportunityAnswer,
    OpportunityPage,
    OpportunitySearchPage,
    Pages,
    PaginationInfo,
    Search,
    SortInfo,
)
from cofund.queries import opportunities

router = Router(tags=["CommonGrants"])
_TOLD: dict[str, Any] = {"by_alias": True, "exclude_none": True}


@router.get("/common-grants/opportunities", response=OpportunityPage, summary="List opportunities", **_TOLD)
def list_opportunities(request: HttpRequest, paging: Query[Pages]) -> object:
    """Topics as opportunities, what changed last first. A topic is open until its adoption: then a contribution can be matched."""
    rows, told = _cut(opportunities.opportunities(), paging)
    items = [shapes.opportunity(one, settings.COFUND_SITE_URL) for one in rows]
    return OpportunityPage(items=items, pagination_info=told)


@router.post(
    "/common-grants/opportunities/search", response=OpportunitySearchPage, summary="Search opportunities", **_TOLD
)
def search_opportunities(request: HttpRequest, body: Search) -> object:
    """Opportunities by words of code, title or description, by status and by the day on which they close."""
    asked = body.filters or Filters()
    rows = [one for one in opportunities.opportunities() if _fits(one, body.search or "", asked)]
    by = body.sorting.sort_by
    rows.sort(key=lambda one: _place(one, by), reverse=body.sorting.sort_order == "desc")
    part, told = _cut(rows, body.pagination)
    return OpportunitySearchPage(
        items=[shapes.opportunity(one, settings.COFUND_SITE_URL) for one in part],
        pagination_info=told,
        sort_info=SortInfo(sort_by=by, sort_order=body.sorting.sort_order, errors=[]),
        filter_info=FilterInfo(
            filters=asked, errors=[f"{name} is not filtered by." for name in asked.model_extra or ()]
        ),
    )


@router.get(
    "/common-grants/opportunities/{opportunity}", response=OpportunityAnswer, summary="Get an opportunity", **_TOLD
)
def get_opportunity(request: HttpRequest, opportunity: UUID) -> object:
    """One opportunity."""
    one = next((one for one in opportunities.opportunities() if one.id == opportunity), None)
    if one is None:
        raise problems.not_found("opportunity")
    return OpportunityAnswer(data=shapes.opportunity(one, settings.COFUND_SITE_URL))


@router.get("/common-grants/awards", response=AwardPage, summary="List awards", **_TOLD)
def list_awards(request: HttpRequest, paging: Query[Pages]) -> object:
    """Projects as awards with their several funders, what changed last first."""
    rows, told = _cut(opportunities.awards(), paging)
    caller = callers.of(request)
    items = [shapes.award(one, caller.reader(one.scheme), settings.COFUND_SITE_URL) for one in rows]
    return AwardPage(items=items, pagination_info=told)


@router.get("/common-grants/awards/{award}", response=AwardAnswer, summary="Get an award", **_TOLD)
def get_award(request: HttpRequest, award: UUID) -> object:
    """One award."""
    one = next((one for one in opportunities.awards() if one.id == award), None)
    if one is None:
        raise problems.not_found("award")
    return AwardAnswer(data=shapes.award(one, callers.of(request).reader(one.scheme), settings.COFUND_SITE_URL))


def _cut(rows: Sequence[Any], paging: Pages) -> tuple[Sequence[Any], PaginationInfo]:
    """A page of some rows with what the protocol tells of it."""
    first, pages = (paging.page - 1) * paging.page_size, max(1, -(-len(rows) // paging.page_size))
    told = PaginationInfo(page=paging.page, page_size=paging.page_size, total_items=len(rows), total_pages=pages)
    return rows[first : first + paging.page_size], told


def _fits(one: opportunities.Opportunity, words: str, asked: Filters) -> bool:
    """Whether an opportunity is what is looked for; one whose last day is not known closes on no day."""
    row = one.topic
    text = f"{row.code} {row.title} {one.description}".casefold()
    if not all(word in text for word in words.casefold().split()):
        return False
    status, days = asked.status, asked.close_date_range
    if status is not None and (one.status in status.value) != (status.operator == "in"):
        return False
    if days is None:
        return True
    closes = row.call.closed_on if row.call else None
    return closes is not None and (days.value.min <= closes <= days.value.max) == (days.operator == "between")


def _place(one: opportunities.Opportunity, by: str) -> tuple[str, str]:
    """Where an opportunity stands in an order; the code decides between those that are alike."""
    closes = one.topic.call.closed_on if one.topic.call else None
    values = {
        "lastModifiedAt": one.changed_at.isoformat(),
        "createdAt": one.created_at.isoformat(),
        "title": one.topic.title.casefold(),
        "status.value": one.status,
        "keyDates.closeDate": closes.isoformat() if closes else "",
    }
    return values[by], one.topic.code
