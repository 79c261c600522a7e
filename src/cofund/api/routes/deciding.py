"""Decisions and ideas."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.api import problems
from cofund.api.asking import Paged, Text, part_of
from cofund.api.shapes import deciding as shapes
from cofund.api.shapes.common import Listed
from cofund.api.shapes.deciding import Decision, Idea
from cofund.queries import called, consent, decisions, ideas, schemes

router = Router(tags=["Decisions and ideas"])


@router.get("/programmes/{programme}/decisions", response=Listed[Decision], summary="List the published decisions")
def list_decisions(request: HttpRequest, programme: str, paging: Paged, words: Text = "") -> object:
    """The published decisions of a programme, newest first; `words` are of the number."""
    schemes.current(programme)
    rows = decisions.published(programme)
    found = part_of(request, rows.filter(number__icontains=words) if words else rows, paging)
    titles = consent.titles(programme)
    return Listed[Decision](items=[shapes.decision(row, titles) for row in found.rows], **found.fields())


@router.get("/programmes/{programme}/decisions/{path:decision}", response=Decision, summary="Get a published decision")
def get_decision(request: HttpRequest, programme: str, decision: str) -> object:
    """One published decision."""
    schemes.current(programme)
    row = decisions.published(programme).filter(number=decision).first()
    if row is None:
        raise problems.not_found("decision")
    return shapes.decision(row, consent.titles(programme))


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
