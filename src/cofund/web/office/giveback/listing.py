"""The list of instalments over all programmes, late ones first, the page of one, and the part of other pages about them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, instalments, programmes, schemes, shortfalls
from cofund.queries.instalments import Line, Selection
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import money
from cofund.web.office import exports, navigation, proof_links
from cofund.web.office.access import opened_by
from cofund.web.office.giveback import showing
from cofund.web.office.giveback.reaching import contribution_crumbs, instalment_or_404
from cofund.web.routes import reverse

# A file holds at most so many rows; the filters narrow more.
MOST_ROWS = 5000
# A partner's desk shows so many; its list has the others.
MOST_ON_A_DESK = 10


@opened_by("read instalments")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/instalments/`: the instalments that the reader may see, late ones first."""
    asked = request.GET
    selection = Selection(asked.get("state", ""), asked.get("programme", ""), asked.get("q", ""))
    viewer, kind = access.Viewer.of(request.user), asked.get("format", "")
    found = instalments.selected(request.user, selection) if kind in exports.KINDS else None
    rows = [showing.plain(line) for line in instalments.lines(found[:MOST_ROWS])] if found is not None else []
    file = exports.answer(kind, "instalments", rows)
    if file is not None:
        return file
    address = c.Address.of(request.path, asked.items())
    totals = instalments.totals_of(viewer, selection)
    count = sum(one.count for one in totals)
    part, pages = lists.page_of(address, count)
    table = showing.table_of(
        instalments.page(viewer, selection, part.start, part.stop),
        caption="Instalments, late ones first",
        totals=showing.total_rows(totals),
        total_count=count,
        filters=_filters(address, selection),
        exports=lists.files_of(address),
        pages=pages,
        note="The last line adds everything that the filters let through; its last column is what is late.",
        empty=c.EmptyState("No instalment fits.", "Instalments are planned on the page of a financial contribution."),
    )
    context = navigation.context(request, "Instalments") | {"table": table}
    return render(request, "cofund/pages/office/giveback/instalments.html", context)


@opened_by("read instalments")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/instalments/<key>/`: when it is due, what came, and what is done where it does not come."""
    line = instalment_or_404(request, key)
    heading = f"Instalment {line.row.number} of {line.contribution.reference}"
    crumbs = contribution_crumbs(line.contribution)
    reads_books = access.may(request.user, "read the books")
    notices = instalments.notices_of([line.contribution]).filter(instalment=line.row)
    scheme = line.contribution.book.scheme.code
    subject = f"{scheme}/contribution/{line.contribution.reference}/instalment/{line.row.number}"
    context = navigation.context(request, heading, scheme, crumbs) | {
        **proof_links.about(request, subject),
        "line": line,
        "status": showing.status_of(line),
        "facts": showing.facts_of(line),
        "sums": showing.sums_facts(instalments.sums_of(line.contribution), line.currency),
        "receipts": showing.receipts_table(instalments.receipts(line.row), line.currency, links=reads_books),
        "notices": showing.notices_table(notices, line.currency),
        "actions": _actions(request, line, is_noticed=any(row.status == "open" for row in notices)),
    }
    return render(request, "cofund/pages/office/giveback/instalment.html", context)


def _actions(request: HttpRequest, line: Line, *, is_noticed: bool) -> list[c.Link]:
    """What can be done with an instalment as it stands, what usually comes next first."""
    due = line.due
    waits = bool(due.missing_cents) and not line.is_ended
    fitting = (
        ("invoice instalment", "Record the invoice", "office-instalment-invoice", waits and not due.is_invoiced),
        ("record receipt", "Record a receipt", "office-instalment-receive", waits and due.is_invoiced),
        (
            "give notice",
            "Give notice",
            "office-instalment-notice",
            waits and due.is_invoiced and line.days_late > 0 and not is_noticed,
        ),
        ("plan instalment", "Change", "office-instalment-change", waits and not due.is_invoiced),
        (
            "take back invoice",
            "Take the invoice back",
            "office-instalment-take-back",
            waits and due.is_invoiced and not due.received_cents and not is_noticed,
        ),
    )
    return [
        c.Link(verb, reverse(name, args=[line.row.pk]))
        for action, verb, name, fits in fitting
        if fits and access.may(request.user, action)
    ]


def _filters(address: c.Address, selection: Selection) -> c.FilterBar:
    """What the list can be narrowed by."""
    choices = tuple(c.Choice(row.code, row.name) for row in programmes.installed())
    return c.FilterBar(
        (
            c.Filter("q", "Name contains", selection.words),
            c.Filter("state", "State", selection.state, showing.SELECTIONS),
            c.Filter("programme", "Programme", selection.programme, choices),
        ),
        address,
    )


def of_contribution(request: HttpRequest, row: Contribution) -> dict[str, Any]:
    """What the page of a contribution shows of its cash and of notices; little where it is given in kind."""
    scheme, _ = schemes.current(row.book.scheme.code)
    notices = list(instalments.notices_of([row]))
    is_cash = not scheme.kind(row.kind).in_kind
    missing = shortfalls.missing_cents(row)
    may_notice = access.may(request.user, "give notice")
    is_over = row.project is not None and shortfalls.is_over(row.project)
    is_noticed = any(one.status == "open" and one.instalment_id is None for one in notices)
    found: dict[str, Any] = {
        "notices": showing.notices_table(notices, scheme.currency) if notices else None,
        "notice_href": reverse("office-shortfall-notice", args=[row.reference])
        if may_notice and is_over and missing and not is_noticed
        else "",
    }
    if is_cash:
        lines = instalments.of_contribution(row)
        found["instalments"] = showing.table_of(lines, of_one=True, counted=False)
        found["sums"] = instalments.sums_of(row)
        may_plan = access.may(request.user, "plan instalment") and found["sums"].unplanned_cents
        found["plan_href"] = reverse("office-instalment-new", args=[row.reference]) if may_plan else ""
        if found["sums"].planned_cents > found["sums"].committed_cents:
            over = money(found["sums"].planned_cents - found["sums"].committed_cents, scheme.currency)
            words = f"The instalments are {over} more than is committed."
            found["callout"] = c.Callout(words, "Change those that are not invoiced yet.", "warning")
    return {"cash": found}


def is_paid_in_instalments(cash: dict[str, Any]) -> bool:
    """Tell from what `of_contribution` gave whether instalments are planned."""
    table = cash["cash"].get("instalments")
    return table is not None and bool(table.rows)


def of_organisation(organisation: Organisation) -> c.Table:
    """The instalments of a partner's contributions on its own desk, those that are missing first."""
    rows = instalments.of_organisation(organisation)
    return showing.table_of(
        instalments.lines(rows[:MOST_ON_A_DESK]),
        total_count=rows.count(),
        empty=c.EmptyState("No payment is due from your organisation."),
    )
