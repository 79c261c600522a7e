"""Figures of whole programmes, their documents, and the records of what was published."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.api import callers, problems
from cofund.api.asking import At, Paged, Text, part_of
from cofund.api.shapes import figures as shapes
from cofund.api.shapes.common import Listed
from cofund.api.shapes.figures import DocumentFile, PublishedRecord, Success, Trajectory
from cofund.queries import published, schemes, success, trajectories
from cofund.queries.documents import catalogue

router = Router(tags=["Figures and documents"])


@router.get("/programmes/{programme}/success", response=Success, summary="Get the success figures of a programme")
def get_success(request: HttpRequest, programme: str, moment: At) -> object:
    """Who joined, who came again, how concentrated it is, and what partners could spend together, on a day."""
    return shapes.success(success.of_scheme(programme, moment.on, moment.known_at), moment.said)


@router.get("/programmes/{programme}/trajectory", response=Trajectory, summary="Get the way to one for one")
def get_trajectory(request: HttpRequest, programme: str) -> object:
    """What is required of contributors, committed and missing, and what came of what was committed, by year. Of today."""
    schemes.current(programme)
    return shapes.trajectory(trajectories.of_scheme(programme, callers.of(request).reader(programme).without))


@router.get(
    "/programmes/{programme}/documents", response=Listed[DocumentFile], summary="List the documents of a programme"
)
def list_documents(request: HttpRequest, programme: str, paging: Paged) -> object:
    """The documents that anybody may have, each with the addresses of its files."""
    found = part_of(request, catalogue.kinds_of(programme, only_public=True), paging)
    return Listed[DocumentFile](items=[shapes.document(programme, kind) for kind in found.rows], **found.fields())


@router.get("/programmes/{programme}/documents/{document}", response=DocumentFile, summary="Get where a document is")
def get_document(request: HttpRequest, programme: str, document: str) -> object:
    """One document, with the addresses of its files."""
    kind = catalogue.find(programme, document, only_public=True)
    if kind is None:
        raise problems.not_found("document")
    return shapes.document(programme, kind)


@router.get(
    "/programmes/{programme}/published", response=Listed[PublishedRecord], summary="List what was published when"
)
def list_published(request: HttpRequest, programme: str, paging: Paged, what: Text = "") -> object:
    """The records of what was published of a programme, newest first; `what` is the key of one of the things published."""
    schemes.current(programme)
    rows = published.records(programme)
    found = part_of(request, rows.filter(what=what) if what else rows, paging)
    return Listed[PublishedRecord](items=[shapes.published(row) for row in found.rows], **found.fields())
