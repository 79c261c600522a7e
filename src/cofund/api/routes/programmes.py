"""Programmes, their envelope and the movements of its money."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.api import callers
from cofund.api.asking import At, Paged, Text, cut, part, part_of
from cofund.api.shapes import programmes as shapes
from cofund.api.shapes.common import Dated, Listed
from cofund.api.shapes.programmes import Programme, ProgrammeInFull, Tranche, TrancheMovement
from cofund.queries import assumed, envelope, overview, programmes, publication, schemes

router = Router(tags=["Programmes"])


@router.get("/programmes", response=Listed[Programme], summary="List the programmes")
def list_programmes(request: HttpRequest, paging: Paged) -> object:
    """Every programme that has a book on this site, by its code."""
    found = part_of(request, programmes.installed(), paging)
    items = [shapes.programme(*schemes.current(row.code), publication.published_from(row.code)) for row in found.rows]
    return Listed[Programme](items=items, **found.fields())


@router.get("/programmes/{programme}", response=ProgrammeInFull, summary="Get a programme with its envelope")
def get_programme(request: HttpRequest, programme: str, moment: At) -> object:
    """One programme as it stood on a day, by what was known at the end of another."""
    schemes.current(programme)
    reader = callers.of(request).reader(programme)
    found = overview.of_scheme(programme, reader, as_of=moment.on, known_at=moment.known_at)
    return shapes.in_full(found, publication.published_from(programme), moment.known_on)


@router.get("/programmes/{programme}/tranches", response=Dated[Tranche], summary="List the tranches of a programme")
def list_tranches(request: HttpRequest, programme: str, paging: Paged, moment: At) -> object:
    """The parts of the public money, each with what is free, reserved, committed and consumed of it."""
    schemes.current(programme)
    without = callers.of(request).reader(programme).without
    found = part_of(request, envelope.of_day(programme, moment.on, moment.known_at, without), paging)
    items = [shapes.tranche(one) for one in found.rows]
    return Dated[Tranche](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get(
    "/programmes/{programme}/tranches/{tranche}/movements",
    response=Dated[TrancheMovement],
    summary="List the movements of a tranche",
)
def list_movements(
    request: HttpRequest, programme: str, tranche: str, paging: Paged, moment: At, kind: Text = "", about: Text = ""
) -> object:
    """Every movement behind the statement of a tranche, newest first."""
    rules, _ = schemes.current(programme)
    rules.tranche(tranche)
    reader = callers.of(request).reader(programme)
    part_asked = cut(paging)
    rows, count = envelope.movements(
        programme,
        tranche,
        as_of=moment.on,
        known_at=moment.known_at,
        kind=kind,
        about=about,
        readable=reader.readable,
        without=reader.without,
        untold=assumed.untold(programme, reader),
        first=part_asked.start,
        most=paging.limit,
    )
    found = part(request, rows, count, paging)
    items = [shapes.movement(row, rules.currency, reader) for row in found.rows]
    return Dated[TrancheMovement](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)
