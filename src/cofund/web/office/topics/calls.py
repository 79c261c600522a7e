"""Calls with their days, what is known of one, and the results of proposals as a file: looked at first, then imported whole."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cofund.actions import calls as acting
from cofund.actions import results
from cofund.actions.calls import CallFacts
from cofund.actions.results import Imported, WrongSheet
from cofund.queries import access, calls, schemes, share_levels
from cofund.queries.keeping import kept
from cofund.rules import result_sheets, timeline
from cofund.web import components as c
from cofund.web import share_tables
from cofund.web.call_notes import notes_table
from cofund.web.formatting import counted
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.topics.forms import CallForm, ResultsForm
from cofund.web.routes import reverse
from cofund.web.topic_states import mark

MOST_BYTES = 2 * 1024 * 1024
# Wrong cells and rows that the page shows; the file has all of them.
SHOWN = 200
EFFECTS = {
    "new": c.Status("New", c.Tone.GOOD),
    "changed": c.Status("Changes", c.Tone.ACTIVE),
    "same": c.Status("As before", c.Tone.CLOSED),
}
_SIGNER = "cofund.results"


@opened_by("read the books")
def listed(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/calls/`: the calls with their days and how long each part took."""
    rules, _ = scheme_or_404(scheme)
    may_edit = access.may(request.user, "edit call")
    context = navigation.context(request, "Calls", scheme, (c.Link("Topics", reverse("office-topics", args=[scheme])),))
    context |= {
        **_tables(scheme, c.Address.of(request.path, request.GET.items()), may_edit=may_edit),
        "shares": _shares(scheme),
        "scheme": rules,
        "may_edit": may_edit,
        "may_import": access.may(request.user, "import results"),
    }
    return render(request, "cofund/pages/office/topics/calls.html", context)


@kept(64)
def _tables(scheme: str, address: c.Address, *, may_edit: bool) -> dict[str, c.Table | None]:
    """A page of the calls of a programme, and what else is known of them."""
    rules, _ = schemes.current(scheme)
    rows = calls.of_scheme(scheme)
    count = rows.count()
    part, pages = page_of(address, count)
    lines = calls.lines(rows[part])
    table = c.Table(
        "calls",
        f"Calls of {rules.name}",
        (
            c.Column("Call"),
            c.Column("Procedure"),
            c.Column("Launched"),
            c.Column("Short proposals"),
            c.Column("Deadline"),
            c.Column("Public money", numeric=True),
            c.Column("Members", numeric=True, hint="As announced for the whole call; no money of the books."),
            c.Column("Took, in days"),
            c.Column("Topics", numeric=True),
        ),
        tuple(_row(line, rules.currency, scheme, may_edit=may_edit) for line in lines),
        noun=("call", "calls"),
        total_count=count,
        empty=c.EmptyState("No call is recorded yet."),
        pages=pages,
    )
    return {"table": table, "notes": notes_table(lines)}


def _shares(scheme: str) -> c.Table | None:
    """The shares of all calls of a programme, or why there is none."""
    rules, _ = schemes.current(scheme)
    found = share_levels.of_calls(scheme)
    codes = {row.pk: row.code for row in calls.of_scheme(scheme)} if found else {}
    results = ((code, found[pk]) for pk, code in codes.items() if pk in found)
    return share_tables.of_calls(rules, results, says_why=True)


@opened_by("edit call")
def edit_call(request: HttpRequest, scheme: str, key: int | None = None) -> HttpResponse:
    """`/office/<scheme>/calls/new/` and `/office/<scheme>/calls/<key>/`: what is known of a call."""
    rules, _ = scheme_or_404(scheme)
    row = calls.find(scheme, key) if key is not None else None
    if key is not None and row is None:
        raise Http404
    initial = {name: getattr(row, name) for name in CallFacts.__dataclass_fields__} if row else None
    form = CallForm(request.POST if request.method == "POST" else None, currency=rules.currency, initial=initial)
    watched(form, acting.known(row) if row else {})
    back = reverse("office-calls", args=[scheme])
    page = Editing(
        f"Call {row.code}" if row else "Record a call",
        "Record it",
        back,
        "The call is recorded.",
        "Days that are not known yet stay empty: pages show the usual plan in their place, and say so.",
        scheme,
        (c.Link("Topics", reverse("office-topics", args=[scheme])), c.Link("Calls", back)),
    )

    def act(data: dict[str, Any]) -> str:
        seen = data.pop("seen")
        acting.save_call(actor_of(request), scheme, CallFacts(**data), call=row, seen=seen)
        return back

    return edit(request, page, form, act)


@opened_by("import results")
def import_results(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/results/`: choose a file, see what it does row by row, then import all of it."""
    scheme_or_404(scheme)
    form = ResultsForm(request.POST, request.FILES) if request.method == "POST" else ResultsForm()
    content = _kept(request) if request.method == "POST" else None
    if content is None and request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            form.add_error("file", f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it.")
        else:
            content = upload.read()
    if content is None:
        return _answer(request, scheme, form, status=422 if form.errors else 200)
    try:
        if request.POST.get("step") == "import":
            done = results.load(actor_of(request), scheme, content, name=request.POST.get("name", "results.csv")[:200])
            messages.success(request, f"Imported: {_said(done)}.")
            return redirect("office-topics", scheme)
        found = results.look(scheme, content)
    except WrongSheet as error:
        return _answer(request, scheme, ResultsForm(), wrong=error, status=422)
    name = str(form.cleaned_data["file"].name) if form.is_valid() else "results.csv"
    return _answer(request, scheme, ResultsForm(), found=found, content=content, name=name)


def _answer(
    request: HttpRequest,
    scheme: str,
    form: ResultsForm,
    *,
    wrong: WrongSheet | None = None,
    found: Imported | None = None,
    content: bytes = b"",
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of the import: the form, what is wrong with a file, or what it would do."""
    crumbs = (
        c.Link("Topics", reverse("office-topics", args=[scheme])),
        c.Link("Calls", reverse("office-calls", args=[scheme])),
    )
    context = navigation.context(request, "Import results", scheme, crumbs) | {
        "form": form,
        "columns": _columns(),
        "wrong": _wrong(wrong) if wrong else None,
        "preview": _preview(found) if found else None,
        "said": _said(found) if found else "",
        "carried": _signed(content) if found else "",
        "name": name,
    }
    return render(request, "cofund/pages/office/topics/results.html", context, status=status)


def _signed(content: bytes) -> str:
    """The file as a hidden field: what was looked at is what is imported, and nothing is kept in between."""
    return Signer(salt=_SIGNER).sign(base64.b64encode(zlib.compress(content, 9)).decode())


def _kept(request: HttpRequest) -> bytes | None:
    """The file that was looked at; None where the form brings none of ours."""
    carried = request.POST.get("carried", "")
    if not carried:
        return None
    try:
        return zlib.decompress(base64.b64decode(Signer(salt=_SIGNER).unsign(carried)))
    except (BadSignature, binascii.Error, zlib.error):
        return None


def _row(line: calls.CallLine, currency: str, scheme: str, *, may_edit: bool) -> c.Row:
    """One call."""
    call = line.call
    href = reverse("office-call", args=[scheme, call.pk]) if may_edit else ""
    took = "; ".join(
        f"{timeline.LABELS[one.start].lower()} to {timeline.LABELS[one.end].lower()}: {one.days}"
        for one in line.durations
    )
    notes = [call.code if call.name else "", "fast track" if call.is_fast_track else ""]
    notes += [f"only for {call.restricted_to}" if call.restricted_to else ""]
    return c.Row.of(
        c.Cell(
            call.name or call.code,
            href=href,
            note=", ".join(filter(None, notes)),
            certainty=mark(call.certainty),
        ),
        call.get_procedure_display(),
        call.opened_on,
        call.stage1_closed_on or ("–" if call.procedure == call.Procedure.SINGLE_STAGE else None),
        call.closed_on,
        c.Cell(c.Money(call.budget_cents, currency, bare=True), certainty=mark(call.amounts_certainty)),
        c.Cell(c.Money(call.members_cents, currency, bare=True), certainty=mark(call.amounts_certainty)),
        took or "–",
        line.topics_count,
    )


def _columns() -> c.Table:
    """The columns that are read."""
    return c.Table(
        "columns",
        "Columns that are read",
        (c.Column("Column"), c.Column("Needed"), c.Column("What it holds")),
        tuple(
            c.Row.of(name, "yes" if needed else "no", about) for name, (needed, about) in result_sheets.COLUMNS.items()
        ),
        counted=False,
    )


def _wrong(error: WrongSheet) -> c.Table:
    """Every cell that cannot be taken."""
    cells = error.fields["cells"]
    return c.Table(
        "wrong",
        "What cannot be taken",
        (c.Column("Line", numeric=True), c.Column("Column"), c.Column("Value"), c.Column("What is wrong")),
        tuple(c.Row.of(one.line, one.column or "the row", one.value or "–", one.wrong) for one in cells[:SHOWN]),
        noun=("place", "places"),
        total_count=len(cells),
        note="Nothing was written. Correct the file and choose it again.",
    )


def _preview(found: Imported) -> c.Table:
    """What each row does."""
    return c.Table(
        "preview",
        "What the import does",
        (
            c.Column("Proposal"),
            c.Column("Topic"),
            c.Column("Stage", numeric=True),
            c.Column("Result"),
            c.Column("Effect"),
        ),
        tuple(
            c.Row.of(
                c.Cell(line.row.acronym or line.row.proposal, note=line.row.proposal),
                line.row.topic,
                line.row.stage,
                line.row.result,
                c.Cell(EFFECTS[line.effect], note=", ".join(line.differs).replace("_", " ")),
            )
            for line in found.lines[:SHOWN]
        ),
        noun=("row", "rows"),
        total_count=len(found.lines),
    )


def _said(found: Imported) -> str:
    """What an import does, in one line."""
    return (
        f"{counted(found.count('new'), 'new row')}, {found.count('changed')} changed, {found.count('same')} as before"
    )
