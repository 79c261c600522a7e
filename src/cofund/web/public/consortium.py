"""The consortium check in public, without a sign-in: a form or an Excel file, and the result on the page, on paper and as Excel.

Nothing of it is kept: what is checked lives as long as the request.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cofund.exporters import consortium_sheets
from cofund.importers import workbooks
from cofund.importers.workbooks import MOST_BYTES, UnreadableWorkbook
from cofund.queries import clock, programmes, schemes
from cofund.records.programme.models import SchemeVersion
from cofund.rules import consortium_sheet, digits
from cofund.rules.consortium import Report, check
from cofund.rules.consortium_columns import MOST_PARTICIPANTS
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import wrong_cells
from cofund.web.languages import gettext as _
from cofund.web.public import consortium_form, presenters, presenters_consortium
from cofund.web.public.consortium_form import FIRST_ROWS, MOST_ROWS, ROWS_MORE, PlanForm
from cofund.web.public.lookup import or_not_found
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

TEMPLATE = "cofund/pages/public/consortium.html"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/check/`: the programmes by whose rules a plan can be checked."""
    rows = [
        c.Row.of(
            c.Cell(scheme.name, href=reverse("consortium", args=[scheme.code])),
            ", ".join(spoken(test.label) for test in scheme.share_tests) or _("Kinds and roles only"),
        )
        for scheme in (schemes.current(row.code)[0] for row in programmes.installed())
    ]
    columns = (c.Column(_("Programme")), c.Column(_("Shares that are checked")))
    table = c.Table("programmes", _("Programmes"), columns, tuple(rows), noun=(_("programme"), _("programmes")))
    context = {"crumbs": (presenters.start(),), "here": _("Check a plan"), "table": table}
    return render(request, "cofund/pages/public/consortium_index.html", context)


@require_safe
@or_not_found
def template(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/check/<scheme>/plan.xlsx`: the empty workbook."""
    rules, version = schemes.current(scheme)
    return _file(consortium_sheets.template(rules, version.label, on=clock.today()), f"{scheme}-plan.xlsx")


@never_cache
@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/check/<scheme>/`: the form; it checks, adds rows, takes a file, or answers with the result as a file."""
    rules, version = schemes.current(scheme)
    if request.method != "POST":
        return _page(request, rules, version, _empty(rules))
    wanted = request.POST.get("do", "check")
    if wanted in ("upload", "upload-file"):
        return _uploaded(request, rules, version, as_file=wanted == "upload-file")
    form = _posted(request, rules, more=ROWS_MORE if wanted == "add" else 0)
    if wanted == "add":
        # Somebody only wanted more rows: nothing is said about what is wrong yet.
        form.is_valid()
        form.errors.clear()
        return _page(request, rules, version, form)
    if not form.is_valid():
        return _page(request, rules, version, form, status=422)
    report = check(rules, form.plan())
    if wanted == "file":
        return _result(rules, report, version)
    return _page(request, rules, version, form, report=report)


def _uploaded(request: HttpRequest, rules: Scheme, version: SchemeVersion, *, as_file: bool) -> HttpResponse:
    """Check a file: a file back, or the page with its plan in the form."""
    upload = request.FILES.get("file")
    if upload is None:
        refused = c.Callout(_("No file was chosen"), _("Choose an Excel file (.xlsx) and check it again."), "error")
        return _page(request, rules, version, _empty(rules), status=422, refused=refused)
    name = str(upload.name or "file")[-100:]
    try:
        reading = consortium_sheet.read(rules, workbooks.read(_content(upload)))
    except UnreadableWorkbook as error:
        refused = c.Callout(
            _("{name} was not read").format(name=name), f"{spoken(error.wrong)} {spoken(error.remedy)}", "error"
        )
        return _page(request, rules, version, _empty(rules), status=422, refused=refused)
    if reading.plan is None:
        notes = tuple(spoken(note) for note in reading.notes)
        title = _("{name} was not checked").format(name=name)
        refused = c.Callout(title, _("Nothing is taken from a file in which a cell is wrong."), "error", notes)
        wrong = wrong_cells.table(reading.wrong)
        return _page(request, rules, version, _empty(rules), status=422, refused=refused, wrong=wrong)
    report = check(rules, reading.plan)
    if as_file:
        return _result(rules, report, version)
    count = len(reading.plan.participants)
    form = _empty(rules)
    if count <= MOST_ROWS:
        initial = consortium_form.initial_of(rules, reading.plan)
        form = PlanForm(scheme=rules, rows=count, initial={**initial, "rows": count})
    return _page(
        request, rules, version, form, report=report, notes=tuple(map(spoken, reading.notes)), is_long=count > MOST_ROWS
    )


def _content(upload: UploadedFile[bytes]) -> bytes:
    """What was handed in, and never more than decides that it is too large."""
    content: bytes = upload.read(MOST_BYTES + 1)
    return content


def _empty(rules: Scheme) -> PlanForm:
    """The form with a few empty rows."""
    return PlanForm(scheme=rules, rows=FIRST_ROWS, initial={"rows": FIRST_ROWS})


def _posted(request: HttpRequest, rules: Scheme, *, more: int) -> PlanForm:
    """The form as it was sent, with more rows where they were asked for."""
    data = request.POST.copy()
    typed = digits.whole(data.get("rows", ""), 3)
    count = min((FIRST_ROWS if typed is None else typed) + more, MOST_ROWS)
    data["rows"] = str(count)
    return PlanForm(data, scheme=rules, rows=count)


def _page(
    request: HttpRequest,
    rules: Scheme,
    version: SchemeVersion,
    form: PlanForm,
    *,
    status: int = 200,
    report: Report | None = None,
    **more: object,
) -> HttpResponse:
    """The page with its form, and with the result where there is one."""
    context: dict[str, Any] = {
        "crumbs": (presenters.start(), c.Link(_("Check a plan"), reverse("consortium-index"))),
        "here": rules.name,
        "scheme": rules,
        "version": version,
        "on": clock.today(),
        "form": form.mark_needed(),
        "report": report,
        "may_add": form.count < MOST_ROWS,
        "most_rows": MOST_ROWS,
        "most_participants": MOST_PARTICIPANTS,
        "most_megabytes": MOST_BYTES // 1024 // 1024,
        "rules_href": reverse("rules", args=[rules.code]),
        **more,
    }
    if report is not None:
        context |= {
            "verdict": presenters_consortium.verdict(rules, report),
            "shares": presenters_consortium.shares_table(rules, report),
            "findings": presenters_consortium.findings_table(rules, report),
            "amounts": presenters_consortium.amounts_table(rules, report),
        }
    return render(request, TEMPLATE, context, status=status)


def _result(rules: Scheme, report: Report, version: SchemeVersion) -> HttpResponse:
    """The checked plan as a file."""
    return _file(
        consortium_sheets.checked(rules, report, version.label, on=clock.today()), f"{rules.code}-checked-plan.xlsx"
    )


def _file(content: bytes, name: str) -> HttpResponse:
    """A workbook to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=_EXCEL, headers=headers)
