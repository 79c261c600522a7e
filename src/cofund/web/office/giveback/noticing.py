"""Notices: given about an instalment or a shortfall, the page of one, and the three ways in which it ends."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import notices as acts
from cofund.actions.notices import Given
from cofund.queries import access, clock, shortfalls
from cofund.records.ledger.models import Contribution, Notice
from cofund.rules.lifecycle_notices import NOTICE
from cofund.web import components as c
from cofund.web.office import navigation, proof_links
from cofund.web.office.access import actor_of, contribution_or_404, opened_by
from cofund.web.office.acting import act_page
from cofund.web.office.acts import Act, Subject
from cofund.web.office.editing import Editing, edit
from cofund.web.office.giveback import closing, showing
from cofund.web.office.giveback.forms import ConfirmationForm, NoticeForm, ReasonForm, TerminationForm
from cofund.web.office.giveback.reaching import contribution_crumbs, instalment_or_404, notice_or_404
from cofund.web.routes import reverse

LEDE = "The partner's people are told by e-mail. Where it is not mended, a decision can terminate what is missing."
ENDINGS = (
    ("record cure", "Record as cured", "office-notice-cure"),
    ("terminate on notice", "Terminate what is missing", "office-notice-terminate"),
    ("withdraw notice", "Withdraw the notice", "office-notice-withdraw"),
)


@opened_by("give notice")
def about_instalment(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/instalments/<key>/notice/`: notice of a payment that is missing."""
    line = instalment_or_404(request, key)
    page = Editing(
        "Give notice of a missing payment",
        "Give notice",
        reverse("office-instalment", args=[key]),
        "The notice is given.",
        LEDE,
        line.contribution.book.scheme.code,
        contribution_crumbs(line.contribution),
        showing.facts_of(line),
        is_grave=True,
    )

    def act(stated: dict[str, Any]) -> str:
        return _href(acts.give_default(actor_of(request), line.row, _given(stated)))

    return edit(request, page, NoticeForm(request.POST if request.method == "POST" else None), act)


@opened_by("give notice")
def about_shortfall(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/contributions/<reference>/notice/`: notice that what was committed is missing after the project's end."""
    row = contribution_or_404(request, reference)
    currency, ends_on = row.book.scheme.currency, row.project.ends_on if row.project else None
    page = Editing(
        "Give notice of a shortfall",
        "Give notice",
        reverse("office-contribution", args=[reference]),
        "The notice is given.",
        LEDE,
        row.book.scheme.code,
        contribution_crumbs(row),
        (
            c.Fact("Missing", c.Money(shortfalls.missing_cents(row), currency), note="committed and not delivered"),
            c.Fact("For", row.target_name),
            c.Fact("The project ended", ends_on),
        ),
        is_grave=True,
        callouts=tuple(filter(None, (closing.untold(row.project),))),
    )

    def act(stated: dict[str, Any]) -> str:
        return _href(acts.give_shortfall(actor_of(request), row, _given(stated)))

    return edit(request, page, NoticeForm(request.POST if request.method == "POST" else None), act)


@opened_by("read instalments")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/notices/<key>/`: what is missing, why, until when, and how it ended."""
    row = notice_or_404(request, key)
    open_to = [
        c.Link(verb, reverse(name, args=[key]))
        for action, verb, name in ENDINGS
        if NOTICE.allows(action, row.status) and access.may(request.user, action) and _fits(action, row)
    ]
    heading = f"Notice on {row.contribution.reference}"
    crumbs = contribution_crumbs(row.contribution)
    scheme = row.contribution.book.scheme.code
    where = f"/instalment/{row.instalment.number}" if row.instalment is not None else ""
    context = navigation.context(request, heading, scheme, crumbs) | {
        **proof_links.about(request, f"{scheme}/contribution/{row.contribution.reference}{where}/notice/{row.pk}"),
        "row": row,
        "status": showing.notice_status(row),
        "facts": _facts(request, row),
        "actions": open_to,
    }
    return render(request, "cofund/pages/office/giveback/notice.html", context)


@opened_by("record cure")
def cure(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/notices/<key>/cure/`: everything that was missing came in time."""
    row = notice_or_404(request, key)
    lede = "Everything that the notice asked for has come within its period."
    page = _page(request, row, "Record the notice as cured", "Record it", "The notice is cured.", lede)
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    return edit(request, page, form, lambda _: _href(acts.cure(actor_of(request), row)))


@opened_by("withdraw notice")
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/notices/<key>/withdraw/`: the notice is taken back."""
    row = notice_or_404(request, key)
    lede = "The partner's people are told, with the reason."
    page = _page(request, row, "Withdraw the notice", "Withdraw it", "The notice is withdrawn.", lede)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return edit(request, page, form, lambda stated: _href(acts.withdraw(actor_of(request), row, stated["reason"])))


@opened_by("terminate on notice")
def terminate(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/notices/<key>/terminate/`: what is still missing is withdrawn by a decision, after it is shown what that does."""
    row = notice_or_404(request, key)
    name = f"Notice on {row.contribution.reference}"
    subject = Subject(row.contribution.book.scheme.code, name, _href(row), contribution=row.contribution)
    act = Act(
        "terminate",
        "terminate on notice",
        "Terminate what is missing",
        "Terminate what is missing",
        "What is still missing is withdrawn, and the match that it carried is open again.",
        TerminationForm,
        lambda actor, _, data: lambda grounds: acts.terminate(actor, row, grounds),
        is_grave=True,
    )
    return act_page(request, subject, act)


def _fits(action: str, row: Notice) -> bool:
    """Whether an ending makes sense today: nothing is terminated while the period runs."""
    return action != "terminate on notice" or clock.today() > row.until_on


def _facts(request: HttpRequest, row: Notice) -> tuple[c.Fact, ...]:
    """What a notice says, and how it ended."""
    contribution = row.contribution
    currency = contribution.book.scheme.currency
    facts = [
        c.Fact("What it is about", row.get_kind_display()),
        c.Fact("Contribution", contribution.reference, href=_contribution_href(contribution)),
        c.Fact("For", contribution.target_name),
        c.Fact("Missing when it was given", c.Money(row.amount_cents, currency)),
        c.Fact("Missing today", c.Money(shortfalls.still_missing(row), currency)),
        c.Fact("Given", row.given_on, note=f"by {row.given_by}"),
        c.Fact("To mend by", row.until_on),
    ]
    if row.instalment is not None:
        href = reverse("office-instalment", args=[row.instalment.pk])
        facts.insert(2, c.Fact("Instalment", f"Number {row.instalment.number}", href=href))
    if row.ended_on is not None:
        facts.append(c.Fact("Ended", row.ended_on, note=row.outcome))
    if row.entry is not None and access.may(request.user, "read the books"):
        href = reverse("office-entry", args=[contribution.book.scheme.code, row.entry.number])
        facts.append(c.Fact("In the books", f"Entry {row.entry.number}", href=href))
    return tuple(facts)


def _page(request: HttpRequest, row: Notice, heading: str, verb: str, done: str, lede: str) -> Editing:
    """What a form about a notice says beside its fields."""
    crumbs = contribution_crumbs(row.contribution)
    code = row.contribution.book.scheme.code
    return Editing(heading, verb, _href(row), done, lede, code, crumbs, _facts(request, row))


def _given(stated: dict[str, Any]) -> Given:
    """What the form states of a notice."""
    return Given(stated["reason"], stated["given_on"], stated["until_on"])


def _href(row: Notice) -> str:
    """The page of a notice."""
    return reverse("office-notice", args=[row.pk])


def _contribution_href(contribution: Contribution) -> str:
    """The page of a contribution."""
    return reverse("office-contribution", args=[contribution.reference])
