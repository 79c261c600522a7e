"""Writing the draft of a letter, with a panel that tells what its lines would unlock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cofund.actions.applications import letters
from cofund.actions.errors import Refused
from cofund.queries import applications, clock, letter_unlocks
from cofund.records.ledger.models import Application, Letter
from cofund.rules import digits
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import instant
from cofund.web.office import editing, navigation, tokens
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.applications import letter_form, showing
from cofund.web.office.applications.letter_form import MOST_LINES, LetterForm
from cofund.web.office.applications.reaching import crumbs_of, offered, open_letter_or_404, scheme_of
from cofund.web.routes import reverse

TEMPLATE = "cofund/pages/office/applications/letter.html"


@opened_by("read applications")
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/applications/<reference>/letter/`: the form; it saves, adds a line, or shows what the lines would unlock."""
    require(request, "edit letter")
    row = open_letter_or_404(request, reference)
    scheme = scheme_of(row)
    draft = applications.newest(row)
    if draft is None or draft.status != Letter.Status.DRAFT or "edit letter" not in offered(request, row):
        return _closed(request, row, draft)
    form = _form(request, scheme, row, draft)
    posted = request.method == "POST"
    if posted and "add" not in request.POST and "show" not in request.POST and form.is_valid():
        try:
            return _saved(request, row, form)
        except Refused as error:
            refused = editing.refuse(form, error)
            if refused and error.fields.get("newer"):
                link = c.Link("The newer one", reverse("office-application", args=[reference]))
                refused = replace(refused, action=link)
            return _page(request, scheme, row, draft, form, status=422, refused=refused)
    if posted and ("add" in request.POST or "show" in request.POST):
        return _page(request, scheme, row, draft, _forgiven(form), panel=_panel(scheme, row, form))
    return _page(request, scheme, row, draft, form, status=422 if form.errors else 200)


@opened_by("read applications")
@require_POST
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/applications/<reference>/letter/unlocks/`: the panel alone, for a letter that is being typed."""
    require(request, "edit letter")
    row = open_letter_or_404(request, reference)
    draft = applications.newest(row)
    if draft is None:
        raise Http404
    scheme = scheme_of(row)
    context = _panel(scheme, row, _form(request, scheme, row, draft))
    return render(request, "cofund/pages/office/applications/unlocks.html", context)


def _form(request: HttpRequest, scheme: Scheme, row: Application, draft: Letter) -> LetterForm:
    """The form as it was sent, with one line more where that was asked for; else as the draft stands."""
    if request.method != "POST":
        lines = list(draft.lines.order_by("number"))
        initial = letter_form.initial_of(draft, lines)
        count = max(1, len(lines))
        return LetterForm(scheme=scheme, role=row.role, rows=count, initial={**initial, "rows": count})
    data = request.POST.copy()
    count = digits.whole(data.get("rows", ""), 3) or 0
    if "add" in data and count < MOST_LINES:
        data[f"line-{count}-currency"] = scheme.currency
        count += 1
    data["rows"] = str(count)
    return LetterForm(data, request.FILES, scheme=scheme, role=row.role, rows=count)


def _forgiven(form: LetterForm) -> LetterForm:
    """The same form without a word about what is wrong yet: somebody only wanted another line, or to look."""
    form.is_valid()
    form.errors.clear()
    return form


def _saved(request: HttpRequest, row: Application, form: LetterForm) -> HttpResponse:
    """Save, say when, and stay here or go and look."""
    saved = letters.save_draft(
        actor_of(request),
        row,
        form.stated(),
        form.stated_lines(),
        upload=form.cleaned_data.get("upload"),
        opened=form.cleaned_data["opened"],
    )
    messages.success(request, f"The draft is saved: {instant(timezone.localtime(saved.written_at))}.")
    return redirect("office-application" if "look" in request.POST else "office-letter", row.reference)


def _panel(scheme: Scheme, row: Application, form: LetterForm) -> dict[str, Any]:
    """What the lines would unlock as they are typed."""
    form.is_valid()
    today = clock.today()
    found = letter_unlocks.of_lines(
        scheme,
        applications.target_of(row),
        row.role,
        row.organisation,
        letter_form.as_facts(form.stated_lines()),
        no_other_union_funding=letter_form.said(form.cleaned_data.get("no_other_union_funding")),
        on=min(today, scheme.ends_on) if scheme.ends_on else today,
    )
    return {"unlocks": showing.unlock_table(scheme, found, "line-unlocks"), "has_target": row.topic or row.project}


def _page(
    request: HttpRequest,
    scheme: Scheme,
    row: Application,
    draft: Letter,
    form: LetterForm,
    *,
    status: int = 200,
    refused: c.Callout | None = None,
    panel: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of the letter."""
    heading = f"{scheme.label('letter')} of {row.organisation}"
    context = navigation.context(request, "Letter", scheme.code, crumbs_of(row)) | {
        "heading": heading,
        "row": row,
        "letter": draft,
        "scheme": scheme,
        "form": form.mark_needed(),
        "refused": refused,
        "token": tokens.kept(request),
        "saved_at": timezone.localtime(draft.written_at),
        "is_empty": not draft.subject_matter and not draft.lines.exists(),
        "may_add": form.count < MOST_LINES,
        "lost_file": str(request.FILES.get("upload") or ""),
        "panel": panel,
        **(panel or {}),
    }
    return render(request, TEMPLATE, context, status=status)


def _closed(request: HttpRequest, row: Application, last: Letter | None) -> HttpResponse:
    """There is no draft that this person may write: say why, and lead back."""
    asked = "You asked to change the letter."
    handed_in = last is not None and last.status != Letter.Status.DRAFT
    wrong = "It was handed in, and a letter that was handed in is never changed." if handed_in else _why_not(row)
    remedy = "Have it returned, or write the next version." if handed_in else "Ask who may grant this right."
    context = navigation.context(request, "Letter", row.scheme.code, crumbs_of(row)) | {
        "heading": f"Letter of {row.organisation}",
        "refused": c.Callout(wrong, f"{asked} {remedy}", "error"),
        "back": reverse("office-application", args=[row.reference]),
    }
    return render(request, "cofund/pages/office/applications/closed.html", context, status=422)


def _why_not(row: Application) -> str:
    """Why a draft cannot be written by this person now."""
    if row.status in ("draft", "returned", "approved"):
        return "Your organisation has not given you the right to write letters."
    return f"The application is {row.get_status_display().lower()}."
