"""The sheets of a programme, one of them with what it does, and the participants of a project as a sheet has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, grant_participants, grant_sheets, sheet_undoing
from cofund.records.ledger.models import SheetImport
from cofund.rules.workbook import WrongCell
from cofund.web import components as c
from cofund.web import share_tables, wrong_cells
from cofund.web.formatting import counted
from cofund.web.handing import kept
from cofund.web.lists import page_of
from cofund.web.office import navigation, tokens
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.office.sheets import showing
from cofund.web.routes import reverse

_SHARES_NOTE = (
    "Costs are taken as arising where a participant is established. A grant says nothing of additional activities."
)


@opened_by("read sheets")
def listed(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/sheets/`: the sheets that were read in, newest first."""
    rules, _ = scheme_or_404(scheme)
    address = c.Address.of(request.path, request.GET.items())
    rows = grant_sheets.of_scheme(scheme)
    status = address.get("status")
    rows = rows.filter(status=status) if status in showing.STATUSES else rows
    count = rows.count()
    part, pages = page_of(address, count)
    states = tuple(c.Choice(code, said.label) for code, said in showing.STATUSES.items())
    table = c.Table(
        "sheets",
        f"Sheets of {rules.name}, newest first",
        (c.Column("File"), c.Column("Project"), c.Column("Stands at"), c.Column("Read in"), c.Column("Taken over")),
        tuple(showing.list_row(row) for row in rows[part]),
        noun=("sheet", "sheets"),
        total_count=count,
        empty=c.EmptyState("No sheet was read in yet.", "Choose a file of the grant system to begin."),
        filters=c.FilterBar((c.Filter("status", "Stands at", status, states),), address),
        pages=pages,
    )
    context = navigation.context(request, "Grants and participants", scheme, crumbs_of(scheme)) | {
        "table": table,
        "scheme": rules,
        "may_import": access.may(request.user, "read sheet in"),
    }
    return render(request, "cofund/pages/office/sheets/sheets.html", context)


@opened_by("read sheets")
def one(request: HttpRequest, scheme: str, key: int) -> HttpResponse:
    """`/office/<scheme>/sheets/<key>/`: what a sheet would change, row by row, or what it did."""
    return sheet_page(request, sheet_or_404(scheme, key))


@opened_by("read sheets")
def file(request: HttpRequest, scheme: str, key: int) -> Any:
    """`/office/<scheme>/sheets/<key>/file/`: the file as it was handed in."""
    row = sheet_or_404(scheme, key)
    return kept(row.file, row.file_name)


@opened_by("read sheets")
def participants(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/<scheme>/projects/<slug>/participants/`: who takes part by the grant, and the shares that result."""
    rules, _ = scheme_or_404(scheme)
    grant = grant_participants.grant(scheme, slug)
    if grant is None:
        raise Http404
    project, found, results = grant.project, grant.participants, grant.shares
    address = c.Address.of(request.path, request.GET.items())
    part, pages = page_of(address, len(found))
    sheet = found[0].sheet if found else None
    silent = grant_participants.without_costs(found)
    note = (
        f"{_SHARES_NOTE} {counted(silent, 'participant has', 'participants have')} no stated costs."
        if silent
        else _SHARES_NOTE
    )
    crumbs = (*crumbs_of(scheme)[:1], c.Link(project.acronym, reverse("office-project", args=[scheme, slug])))
    context = navigation.context(request, f"Participants of {project.acronym}", scheme, crumbs) | {
        "table": showing.participants_table(rules, found[part], len(found), pages),
        "sheet": sheet,
        "sheet_href": reverse("office-sheet", args=[scheme, sheet.pk]) if sheet else "",
        "shares": share_tables.of_results(rules, results, "Shares by the grant", note) if results else None,
        "import_href": f"{reverse('office-sheet-new', args=[scheme])}?project={slug}",
        "may_import": access.may(request.user, "read sheet in"),
    }
    return render(request, "cofund/pages/office/sheets/participants.html", context)


def sheet_or_404(scheme: str, key: int) -> SheetImport:
    """The sheet of an address. Raises Http404 where the programme has none of this key."""
    found = grant_sheets.find(scheme, key)
    if found is None:
        raise Http404
    return found


def crumbs_of(scheme: str, *, with_list: bool = False) -> tuple[c.Link, ...]:
    """The way to the pages of sheets, after the desk."""
    found = (c.Link("Topics", reverse("office-topics", args=[scheme])),)
    listing = (c.Link("Grants and participants", reverse("office-sheets", args=[scheme])),)
    return (*found, *listing) if with_list else found


def sheet_page(request: HttpRequest, row: SheetImport, refused: c.Callout | None = None) -> HttpResponse:
    """The page of a sheet, with a refusal where something was refused."""
    scheme = row.scheme.code
    rules, _ = scheme_or_404(scheme)
    is_read = row.status == SheetImport.Status.READ
    comparison = grant_sheets.compared_now(row) if is_read else grant_sheets.as_kept(row)
    wrong = [WrongCell(**one) for one in row.problems] + list(comparison.wrong)
    address = c.Address.of(reverse("office-sheet", args=[scheme, row.pk]), request.GET.items())
    effect = address.get("effect")
    # Of a file with mistakes the rest says little: it comes back corrected.
    comparison = replace(comparison, effects=()) if wrong else comparison
    effects = [one for one in comparison.effects if effect in ("", one.effect)]
    part, pages = page_of(address, len(effects))
    choices = tuple(c.Choice(code, said.label) for code, said in showing.EFFECTS.items())
    filters = c.FilterBar((c.Filter("effect", "Effect", effect, choices),), address)
    allowed = {action for action in showing.next_steps(row) if access.may(request.user, action)}
    built = sheet_undoing.built_on(row) if "undo sheet" in allowed else ()
    context = navigation.context(request, row.file_name, scheme, crumbs_of(scheme, with_list=True)) | {
        "row": row,
        "status": showing.status_of(row),
        "facts": showing.facts(row),
        "notes": c.Callout("How it was read", "", "info", tuple(row.reading["notes"]))
        if row.reading.get("notes")
        else None,
        "wrong": wrong_cells.table(wrong) if wrong else None,
        "tiles": showing.tiles(comparison, address) if comparison.effects else (),
        "effects": showing.effects_table(rules, row, effects[part], pages, len(effects), filters)
        if comparison.effects
        else None,
        "added": comparison.added_organisations if is_read else (),
        "may_take": "take over sheet" in allowed and not wrong and comparison.changes_anything,
        "may_discard": "discard sheet" in allowed,
        "undo_href": reverse("office-sheet-undo", args=[scheme, row.pk])
        if "undo sheet" in allowed and not built
        else "",
        "built": c.Callout("It cannot be undone: something was built on it", "", "info", built[:10]) if built else None,
        "seen": comparison.seen,
        "token": tokens.kept(request),
        "refused": refused,
    }
    return render(request, "cofund/pages/office/sheets/sheet.html", context, status=422 if refused else 200)
