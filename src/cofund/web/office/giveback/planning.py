"""The forms of an instalment: planned, changed, invoiced, taken back; and the receipt, booked after it is shown what it does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions import instalments as acts
from cofund.actions.instalments import Planned
from cofund.queries import instalments
from cofund.queries.instalments import Line
from cofund.web.office.access import actor_of, contribution_or_404, opened_by
from cofund.web.office.acting import act_page
from cofund.web.office.acts import Act, Subject
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.forms import typed_amount
from cofund.web.office.giveback import showing
from cofund.web.office.giveback.forms import InstalmentForm, InvoiceForm, ReasonForm, ReceiptForm
from cofund.web.office.giveback.reaching import contribution_crumbs, instalment_or_404
from cofund.web.routes import reverse


@opened_by("plan instalment")
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/contributions/<reference>/instalments/new/`: a further instalment of a financial contribution."""
    row = contribution_or_404(request, reference)
    currency = row.book.scheme.currency
    sums = instalments.sums_of(row)
    href = reverse("office-contribution", args=[reference])
    data = request.POST if request.method == "POST" else None
    form = InstalmentForm(data, currency=currency, initial={"amount": typed_amount(sums.unplanned_cents or None)})
    page = Editing(
        "Plan an instalment",
        "Plan it",
        href,
        "The instalment is planned.",
        "When which part of the money is due. Nothing is booked before it comes.",
        row.book.scheme.code,
        contribution_crumbs(row),
        showing.sums_facts(sums, currency),
    )

    def act(stated: dict[str, Any]) -> str:
        acts.plan(actor_of(request), row, _planned(stated))
        return href

    return edit(request, page, form, act)


@opened_by("plan instalment")
def change(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/instalments/<key>/change/`: another day or amount, as long as it is not invoiced."""
    line = instalment_or_404(request, key)
    initial = {"due_on": line.row.due_on, "amount": typed_amount(line.row.amount_cents), "note": line.row.note}
    data = request.POST if request.method == "POST" else None
    form = watched(InstalmentForm(data, currency=line.currency, initial=initial), acts.facts(line.row))
    page = _page(line, "Change the instalment", "Change it", "The instalment is changed.")

    def act(stated: dict[str, Any]) -> str:
        acts.change(actor_of(request), line.row, _planned(stated), seen=stated["seen"])
        return _href(line)

    return edit(request, page, form, act)


@opened_by("invoice instalment")
def invoice(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/instalments/<key>/invoice/`: the request for payment that was sent."""
    line = instalment_or_404(request, key)
    form = InvoiceForm(request.POST if request.method == "POST" else None)
    lede = "The partner's people are told by e-mail what is due and when."
    page = _page(line, "Record the invoice", "Record it", "The invoice is recorded.", lede)

    def act(stated: dict[str, Any]) -> str:
        acts.invoice(actor_of(request), line.row, stated["invoice_number"], stated["invoiced_on"])
        return _href(line)

    return edit(request, page, form, act)


@opened_by("take back invoice")
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/instalments/<key>/invoice/take-back/`: an invoice that was a mistake, and for which nothing came."""
    line = instalment_or_404(request, key)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    lede = "The partner's people are told by e-mail, with the reason. The instalment stays planned and can be invoiced again."
    page = _page(line, "Take the invoice back", "Take it back", "The invoice is taken back.", lede, is_grave=True)

    def act(stated: dict[str, Any]) -> str:
        acts.take_back(actor_of(request), line.row, stated["reason"])
        return _href(line)

    return edit(request, page, form, act)


@opened_by("record receipt")
def receive(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/instalments/<key>/receipt/`: money that came; it is booked as a delivery."""
    line = instalment_or_404(request, key)
    name = f"Instalment {line.row.number} of {line.contribution.reference}"
    subject = Subject(line.contribution.book.scheme.code, name, _href(line), contribution=line.contribution)
    act = Act(
        "receipt",
        "record receipt",
        "Record the receipt",
        "Record a receipt",
        "What came is booked as a delivery, and its part of the match is consumed.",
        ReceiptForm,
        lambda actor, _, data: (
            lambda grounds: (
                acts.receive(actor, line.row, data["amount"], grounds, bank_reference=data["bank_reference"]).entry
            )
        ),
    )
    return act_page(request, subject, act)


def _planned(stated: dict[str, Any]) -> Planned:
    """What the form states of an instalment."""
    return Planned(stated["due_on"], stated["amount"], stated["note"])


def _href(line: Line) -> str:
    """The page of an instalment."""
    return reverse("office-instalment", args=[line.row.pk])


def _page(line: Line, heading: str, verb: str, done: str, lede: str = "", *, is_grave: bool = False) -> Editing:
    """What a form about an instalment says beside its fields."""
    return Editing(
        heading,
        verb,
        _href(line),
        done,
        lede,
        line.contribution.book.scheme.code,
        contribution_crumbs(line.contribution),
        showing.facts_of(line),
        is_grave=is_grave,
    )
