"""Papers of an application: the letter and the board's paper as PDF, and the signed document as it was handed in."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from cofund.exporters.documents import letters as documents
from cofund.queries import applications, clock, letter_unlocks, meetings
from cofund.queries import letters as queries
from cofund.records.ledger.models import Application, Letter
from cofund.rules.schemes import Scheme
from cofund.web.office.access import opened_by
from cofund.web.office.applications.reaching import application_or_404, letter_or_404, open_letter_or_404, scheme_of


@opened_by("read applications")
def letter(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """`/office/applications/<reference>/letters/<number>.pdf`: one version of the letter.

    Not there for whoever has a conflict on its point.
    """
    row = open_letter_or_404(request, reference)
    content = documents.letter_pdf(scheme_of(row), row, letter_or_404(row, number))
    return _pdf(content, f"letter-{row.reference}-{number}.pdf")


@opened_by("check application")
def board_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/applications/<reference>/board-paper.pdf`: the paper for the board, with the checklist; for the office alone.

    Not there for whoever has a conflict on its point.
    """
    row = application_or_404(request, reference)
    if meetings.has_conflict(request.user, row):
        raise Http404
    found = applications.newest(row, Letter.Status.SUBMITTED, Letter.Status.ENDORSED)
    if found is None:
        raise Http404
    scheme = scheme_of(row)
    content = documents.board_paper_pdf(scheme, row, found, unlocks_of(scheme, row, found))
    return _pdf(content, f"board-paper-{row.reference}.pdf")


@opened_by("read applications")
def signed(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """`/office/applications/<reference>/letters/<number>/signed/`: the document that was handed in, unchanged."""
    found = letter_or_404(open_letter_or_404(request, reference), number)
    path = Path(settings.MEDIA_ROOT) / found.file
    if not found.file or not path.is_file():
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=found.file_name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def unlocks_of(scheme: Scheme, row: Application, found: Letter) -> list[letter_unlocks.LineUnlock]:
    """What each line of a letter would unlock today, or on the last day of a scheme that has ended."""
    today = timezone.localdate(clock.now())
    return letter_unlocks.of_lines(
        scheme,
        applications.target_of(row),
        row.role,
        row.organisation,
        queries.facts_of(found).lines,
        no_other_union_funding=found.no_other_union_funding,
        on=min(today, scheme.ends_on) if scheme.ends_on else today,
    )


def _pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at or to keep."""
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
