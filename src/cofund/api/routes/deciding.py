"""Decisions and ideas."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.api import problems
from cofund.api.asking import At, Paged, Text, part_of
from cofund.api.shapes import deciding as shapes
from cofund.api.shapes.common import Dated, Listed
from cofund.api.shapes.deciding import Decision, DecisionOfDay, Idea
from cofund.queries import called, consent, decisions, ideas, schemes

router = Router(tags=["Decisions and ideas"])


@router.get("/programmes/{programme}/decisions", response=Dated[Decision], summary="List the published decisions")
def list_decisions(request: HttpRequest, programme: str, paging: Paged, moment: At, words: Text = "") -> object:
    """The published decisions of a programme that were taken by a day, newest first; `words` are of the number.

    By what was known at the end of an earlier day, those that were published by it.
    """
    schemes.current(programme)
    rows = decisions.published_by(programme, moment.on, moment.known_at)
    found = part_of(request, rows.filter(number__icontains=words) if words else rows, paging)
    titles = consent.titles(programme)
    items = [shapes.decision(row, titles) for row in found.rows]
    return Dated[Decision](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get(
    "/programmes/{programme}/decisions/{path:decision}", response=DecisionOfDay, summary="Get a published decision"
)
def get_decision(request: HttpRequest, programme: str, decision: str, moment: At) -> object:
    """One published decision, where it was taken by the day, and published by the day of knowledge."""
    schemes.current(programme)
    row = decisions.published_by(programme, moment.on, moment.known_at).filter(number=decision).first()
    if row is None:
        raise problems.not_found("decision of that day")
    return shapes.decision_of_day(row, consent.titles(programme), moment.said)


@router.get("/ideas", response=Listed[Idea], summary="List the ideas that everybody may read")
def list_ideas(request: HttpRequest, paging: Paged, programme: Text = "", status: Text = "") -> object:
    """Ideas that their proposers let be read in public, newest first."""
    rows = ideas.register(programme)
    found = part_of(request, rows.filter(status=status) if status else rows, paging)
    held = called.held()
    return Listed[Idea](items=[shapes.idea(row, held) for row in found.rows], **found.fields())


@router.get("/ideas/{idea}", response=Idea, summary="Get an idea")
def get_idea(request: HttpRequest, idea: str) -> object:
    """One idea. One that may not be read answers as if it were not there."""
    row = ideas.register().filter(reference=idea).first()
    if row is None:
        raise problems.not_found("idea")
    return shapes.idea(row, called.held())
