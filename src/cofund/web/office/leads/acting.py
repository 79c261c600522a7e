"""What is done with leads: opening one, editing it, moving it on, and logging an exchange; each a form that does it once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cofund.actions import lead_steps, leads, organisations
from cofund.actions.lead_steps import LeadMove, NewExchange
from cofund.actions.leads import FIELDS, LeadFacts, NewLead
from cofund.actions.organisations import LikelyDuplicate, NewOrganisation
from cofund.actions.seen import mark
from cofund.queries import access, clock, programmes
from cofund.queries import leads as queries
from cofund.records.programme.models import Lead, Scheme
from cofund.rules.lifecycles import LEAD
from cofund.web import components as c
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by, require, scheme_or_404
from cofund.web.office.editing import Editing
from cofund.web.office.editing import edit as edited
from cofund.web.office.leads import presenting
from cofund.web.office.leads.forms import EditForm, ExchangeForm, NewLeadForm, StepForm
from cofund.web.office.leads.one import lead_or_404, leads_crumb
from cofund.web.office.partners.editing import likely_table
from cofund.web.routes import reverse


@opened_by("open lead")
def choose(request: HttpRequest) -> HttpResponse:
    """`/office/leads/new/`: the programme comes first."""
    context = navigation.context(request, "Open a lead", "", (leads_crumb(),)) | {
        "links": [c.Link(row.name, reverse("office-lead-new", args=[row.code])) for row in programmes.installed()],
        "question": "For which programme is the lead?",
    }
    return render(request, "cofund/pages/office/choose.html", context)


@opened_by("open lead")
def new(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/leads/new/<scheme>/`: open a lead."""
    rules, _ = scheme_or_404(scheme)
    row = get_object_or_404(Scheme, code=scheme)
    initial = {"organisation": request.GET.get("organisation", ""), "route": request.GET.get("route", "")}
    posted = request.POST if request.method == "POST" else None
    may_add = access.may(request.user, "add organisation")

    def made(*asks: str) -> NewLeadForm:
        return NewLeadForm(posted, initial=initial, scheme=row, rules=rules, may_add=may_add, asks=asks)

    form = made()
    is_read = posted is not None and form.is_valid()
    twins = _twins(form, row) if is_read else []
    new = _new_organisation(form.cleaned_data) if is_read else None
    similar = organisations.similar_to(new) if new is not None else []
    if twins or similar:
        form = made("is_another" if twins else "is_new")
    page = Editing(
        "Open a lead",
        "Open the lead",
        reverse("office-leads"),
        "The lead is open.",
        lede=f"A possible contribution to {rules.name}. What is not known yet can be said later.",
        scheme=scheme,
        crumbs=(leads_crumb(),),
        template="cofund/pages/office/partners/edit.html",
        context={"likely": _twins_table(twins) or likely_table(similar)},
    )

    def act(data: dict[str, Any]) -> str:
        wanted = NewLead(
            *(scheme, data["organisation"], data["route"], _facts(data), data["opened_on"], _new_organisation(data)),
            is_another=data.get("is_another", False),
        )
        try:
            return _href(leads.open_lead(actor_of(request), wanted))
        except LikelyDuplicate as error:
            # What is asked here about another one of the same name is about the organisation, and not about the lead.
            error.fields["field"] = "is_new"
            raise

    return edited(request, page, form, act)


@opened_by("read leads")
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/leads/<reference>/edit/`: change what is said of a lead."""
    require(request, "edit lead")
    lead = lead_or_404(request, reference)
    rules, _ = scheme_or_404(lead.scheme.code)
    initial = {name: getattr(lead, name) for name in FIELDS} | {"seen": mark(leads.plain(lead))}
    posted = request.POST if request.method == "POST" else None
    form = EditForm(posted, initial=initial, scheme=lead.scheme, rules=rules)
    page = _editing(lead, f"Edit {reference}", "Keep the changes", "The changes are kept.")

    def act(data: dict[str, Any]) -> str:
        # A field that the form does not offer keeps what it holds.
        return _href(leads.edit_lead(actor_of(request), reference, _facts(initial | data), seen=data["seen"]))

    return edited(request, page, form, act)


@opened_by("read leads")
def exchange(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/leads/<reference>/exchange/`: log what was said."""
    require(request, "log exchange with lead")
    lead = lead_or_404(request, reference)
    form = ExchangeForm(request.POST if request.method == "POST" else None)
    page = _editing(lead, "Log an exchange", "Log the exchange", "The exchange is logged.")

    def act(data: dict[str, Any]) -> str:
        wanted = NewExchange(data["channel"], data["summary"], data["on"], data["by_office"], data["source_url"])
        return _href(lead_steps.log_exchange(actor_of(request), reference, wanted).lead)

    return edited(request, page, form, act)


@opened_by("read leads")
def step(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """`/office/leads/<reference>/<act>/`: move a lead on."""
    wanted = next((one for one in presenting.ACTS if one.code == act), None)
    if wanted is None or act == presenting.APPLY:
        raise Http404
    require(request, wanted.action)
    lead = lead_or_404(request, reference)
    form = StepForm(request.POST if request.method == "POST" else None, lead=lead, act=wanted)
    starts_from = LEAD.step(wanted.action).starts_from
    target = LEAD.states[LEAD.step(wanted.action).to]
    impossible = c.Callout(
        "The lead does not stand where this starts from.", f"It starts from: {LEAD.in_words(starts_from)}."
    )
    page = _editing(
        lead,
        wanted.title,
        wanted.title,
        f"{reference} now stands in “{target}”.",
        lede=f"From “{LEAD.states[lead.stage]}” to “{target}”.",
        is_grave=act == "lose",
        callouts=() if lead.stage in starts_from else (impossible,),
    )

    def done(data: dict[str, Any]) -> str:
        move = LeadMove(
            wanted.action,
            data["on"],
            data["reason"],
            data.get("topic"),
            data.get("next_step", ""),
            data.get("next_step_on"),
        )
        return _href(lead_steps.move_lead(actor_of(request), reference, move))

    return edited(request, page, form, done)


def _editing(
    lead: Lead,
    heading: str,
    verb: str,
    done: str,
    *,
    lede: str = "",
    is_grave: bool = False,
    callouts: tuple[c.Callout, ...] = (),
) -> Editing:
    """The page of a form about a lead, with what is known of it beside the form."""
    today = clock.today()
    facts = (
        c.Fact("Organisation", lead.organisation.name),
        c.Fact("Topic", lead.topic.code if lead.topic else "None yet", note=lead.topic.title if lead.topic else ""),
        c.Fact("May bring", c.Money(lead.amount_cents, lead.scheme.currency)),
        c.Fact("Stage", c.Status(LEAD.states[lead.stage], presenting.TONES[lead.stage])),
        c.Fact("Since", lead.stage_since_on),
        c.Fact(
            "Next step",
            lead.next_step or "None is planned",
            note="overdue" if presenting.is_overdue(lead, today) else "",
        ),
    )
    crumbs = (leads_crumb(), c.Link(lead.reference, _href(lead)))
    return Editing(
        heading,
        verb,
        _href(lead),
        done,
        lede=lede,
        scheme=lead.scheme.code,
        crumbs=crumbs,
        facts=facts,
        callouts=callouts,
        is_grave=is_grave,
    )


def _twins(form: NewLeadForm, scheme: Scheme) -> list[Lead]:
    """The open leads that a new one is likely the same as."""
    data = form.cleaned_data
    if data["organisation"] is None:
        return []
    return queries.like(data["organisation"], scheme, data.get("topic"), data.get("amount_cents"))


def _twins_table(twins: list[Lead]) -> c.Table | None:
    """The leads that are like the one that is typed; None where there are none."""
    if not twins:
        return None
    rows = tuple(
        c.Row.of(
            c.Cell(one.reference, href=_href(one)),
            LEAD.states[one.stage],
            one.topic.code if one.topic else "none yet",
            c.Money(one.amount_cents, one.scheme.currency),
            one.opened_on,
        )
        for one in twins
    )
    columns = (
        c.Column("Lead"),
        c.Column("Stage"),
        c.Column("Topic"),
        c.Column("Amount", numeric=True),
        c.Column("Since"),
    )
    return c.Table("likely", "It may be open already", columns, rows, noun=("lead", "leads"))


def _facts(data: dict[str, Any]) -> LeadFacts:
    """The facts as a form states them."""
    return LeadFacts(**{name: data.get(name, LeadFacts.__dataclass_fields__[name].default) for name in FIELDS})


def _new_organisation(data: dict[str, Any]) -> NewOrganisation | None:
    """The organisation that is added with a lead, where one is named."""
    if not data.get("new_name"):
        return None
    kind, country = data.get("new_kind") or "unknown", data.get("new_country") or ""
    return NewOrganisation(data["new_name"], kind, country, is_another=data.get("is_new", False))


def _href(lead: Lead | None) -> str:
    """The page of a lead."""
    return reverse("office-lead", args=[lead.reference]) if lead else reverse("office-leads")
