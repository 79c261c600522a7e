"""What is done with sheets: a file is read in, taken over, set aside, undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from cofund.actions.errors import Refused
from cofund.actions.sheets import reading, taking, undoing
from cofund.actions.sheets.reading import Handed
from cofund.importers import spreadsheets
from cofund.importers.workbooks import MOST_BYTES, UnreadableWorkbook
from cofund.queries import grant_sheets
from cofund.records.ledger.models import SheetImport
from cofund.rules import grant_columns
from cofund.rules.consortium_columns import YES_NO, Asked
from cofund.rules.grant_columns import GRANTS, MOST_ROWS, PARTICIPANTS
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.editing import Editing, edit, press
from cofund.web.office.sheets.forms import ReasonForm, SheetForm
from cofund.web.office.sheets.pages import crumbs_of, sheet_or_404, sheet_page
from cofund.web.routes import reverse

_LEDE = "The next page shows what the file would change, row by row. Nothing changes before you take it over."


@opened_by("read sheet in")
def new(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/sheets/new/`: choose a file and say how it is to be read."""
    rules, _ = scheme_or_404(scheme)
    is_sent = request.method == "POST"
    form = SheetForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        projects=grant_sheets.projects_in(scheme),
        initial={"project": request.GET.get("project", "")},
    )
    page = Editing(
        "Import grants or participants",
        "Show what it changes",
        reverse("office-sheets", args=[scheme]),
        "The file was read. Nothing has changed yet.",
        _LEDE,
        scheme,
        crumbs_of(scheme, with_list=True),
        template="cofund/pages/office/sheets/new.html",
        context={"columns": [_columns(rules, kind) for kind in (PARTICIPANTS, GRANTS)]},
    )

    def act(data: dict[str, Any]) -> str:
        made = reading.read_in(actor_of(request), _handed(scheme, data))
        return reverse("office-sheet", args=[scheme, made.pk])

    return edit(request, page, form, act)


@opened_by("take over sheet")
def take_over(request: HttpRequest, scheme: str, key: int) -> HttpResponse:
    """`/office/<scheme>/sheets/<key>/take-over/`: do what the page of the sheet showed."""
    row = sheet_or_404(scheme, key)
    seen = request.POST.get("seen", "")
    return _press(request, row, lambda: taking.take_over(actor_of(request), row, seen), "It is taken over.")


@opened_by("discard sheet")
def discard(request: HttpRequest, scheme: str, key: int) -> HttpResponse:
    """`/office/<scheme>/sheets/<key>/discard/`: set a sheet aside that was read and not taken over."""
    row = sheet_or_404(scheme, key)
    return _press(
        request, row, lambda: reading.discard(actor_of(request), row), "It is discarded; nothing has changed."
    )


@opened_by("undo sheet")
def undo(request: HttpRequest, scheme: str, key: int) -> HttpResponse:
    """`/office/<scheme>/sheets/<key>/undo/`: undo a sheet, with the reason."""
    row = sheet_or_404(scheme, key)
    href = reverse("office-sheet", args=[scheme, key])
    page = Editing(
        f"Undo {row.file_name}",
        "Undo it",
        href,
        "It is undone; what it said and did stays here to be read.",
        "What it added goes, what it changed is as before, and the sheet before it holds again. Nothing of the books changes.",
        scheme,
        (*crumbs_of(scheme, with_list=True), c.Link(row.file_name, href)),
        is_grave=True,
    )

    def act(data: dict[str, Any]) -> str:
        undoing.undo(actor_of(request), row, data["reason"])
        return href

    return edit(request, page, ReasonForm(request.POST if request.method == "POST" else None), act)


def _press(request: HttpRequest, row: SheetImport, act: Callable[[], object], said: str) -> HttpResponse:
    """Do something with a sheet once, and show its page again with what came of it."""
    scheme, key = row.scheme.code, row.pk
    href = reverse("office-sheet", args=[scheme, key])
    return press(request, href, act, said, lambda refused: sheet_page(request, sheet_or_404(scheme, key), refused))


def _handed(scheme: str, data: dict[str, Any]) -> Handed:
    """The file as it was handed in. Raises: Refused where it cannot be read at all."""
    upload: UploadedFile[bytes] = data["file"]
    name = str(upload.name or "file")[-200:]
    # Never more than decides that it is too large.
    content: bytes = upload.read(MOST_BYTES + 1)
    try:
        workbook = spreadsheets.read(content, most_rows=MOST_ROWS)
    except UnreadableWorkbook as error:
        asked = f"You asked to import {name}."
        raise Refused(asked=asked, wrong=error.wrong, remedy=error.remedy, field="file") from error
    return Handed(
        scheme,
        data["kind"],
        name,
        content,
        workbook,
        data["project"],
        is_he=data["is_he"],
        are_others=data["are_others"],
    )


def _columns(scheme: Scheme, kind: str) -> c.Table:
    """The columns that are read."""
    return c.Table(
        f"columns-{kind}",
        "Columns of a sheet of participants" if kind == PARTICIPANTS else "Columns of a sheet of grants",
        (c.Column("Column"), c.Column("Needed"), c.Column("What it holds")),
        tuple(
            c.Row.of(
                one.heading(scheme.currency),
                "yes" if one.is_needed else "no",
                " ".join(
                    filter(None, (one.hint, ", ".join(label for _, label in one.choices) + "." if one.choices else ""))
                )
                or "–",
            )
            for one in grant_columns.asked(scheme, kind, has_project=False)
        ),
        counted=False,
    )


def _choices(one: Asked) -> str:
    """What a column can hold, where it is one of a few words."""
    words = ", ".join(label for _, label in one.choices)
    return f"{words}." if words and one.choices != YES_NO else ""
