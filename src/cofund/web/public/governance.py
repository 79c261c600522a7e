"""What everybody may read of the boards of a programme: groups with their seats, published agendas, published decisions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cofund.queries import agendas, clock, consent, decisions, groups, meetings, overview, schemes
from cofund.queries.keeping import kept
from cofund.rules.schemes import Scheme
from cofund.web import lists, reasoning
from cofund.web.components import Address, Callout, Link, Table
from cofund.web.handing import file_of
from cofund.web.languages import gettext as _
from cofund.web.public import moments, presenters, presenters_decisions, proof_links, sheets
from cofund.web.public import presenters_governance as shown
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.vocabulary import spoken, spoken_title


@or_not_found
def decisions_page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/decisions/`: the published decisions, newest first."""
    rules, version = schemes.current(scheme)
    moment = moments.asked(request)
    if format_ := sheets.wanted(request):
        found = decisions.published_by(scheme, moment.on, moment.known_at)
        sheet = presenters_decisions.decisions_sheet(rules, version.label, found, consent.titles(scheme), moment)
        return sheets.answer(format_, sheet, moment)
    address = Address.of(request.path, request.GET.items())
    context = _frame(rules, "public-decisions", _("{rules}: decisions").format(rules=rules.name), moment) | {
        "as_of": moments.picker(request, moment, earliest=rules.starts_on),
        "table": _decisions(scheme, address, moment),
        "lede": _("What the {label} decided, as far as it is published.").format(label=spoken(rules.label("board"))),
        "more": shown.more_links(rules, "decisions"),
    }
    return render(request, "cofund/pages/public/governance_list.html", context, status=moment.status)


@kept(64)
def _decisions(scheme: str, address: Address, moment: Moment) -> Table:
    """A page of the published decisions, as the register stood."""
    rules = schemes.current(scheme)[0]
    found = decisions.published_by(scheme, moment.on, moment.known_at)
    count = found.count()
    part, pages = lists.page_of(address, count)
    rows, titles = decisions.page(found, part), consent.titles(scheme)
    return presenters_decisions.decisions_table(rules, rows, titles, moment, count, pages, sheets.files(address))


@kept(32)
def _groups(scheme: str, address: Address) -> Table:
    """The groups of a programme."""
    rules = schemes.current(scheme)[0]
    return shown.groups_table(rules, groups.listed(scheme), sheets.files(address))


@or_not_found
def decision_page(request: HttpRequest, scheme: str, number: str) -> HttpResponse:
    """`/programmes/<scheme>/decisions/<number>/`: a published decision with how it was reached."""
    rules, version = schemes.current(scheme)
    found = decisions.find_published(scheme, number)
    if found is None:
        raise Http404
    titles, moment = consent.titles(scheme), moments.asked(request)
    is_there = decisions.published_by(scheme, moment.on, moment.known_at).filter(pk=found.pk).exists()
    if format_ := sheets.wanted(request):
        rows = [found] if is_there else []
        return sheets.answer(
            format_, presenters_decisions.decisions_sheet(rules, version.label, rows, titles, moment), moment
        )
    context = _frame(rules, "", spoken(found.number_said), moment) | {
        "as_of": moments.picker(request, moment, earliest=rules.starts_on),
        "exports": sheets.links(request),
        "is_there": is_there,
        "decision": found,
        # Of a day on which it was not there, nothing stands but its number, which is its address.
        "title": spoken_title(titles.of_decision(found)) if is_there else spoken(found.number_said),
    }
    if is_there:
        context |= {
            "unnamed": _(shown.UNNAMED) if found.pk in titles.decisions else "",
            "certainty": shown.mark(found.certainty),
            "result": reasoning.result(found),
            "facts": presenters_decisions.decision_facts(found, moment),
            "reasoning": reasoning.of_decision(found, shows_nature=False),
        }
        context["proof"] = proof_links.table(request, lambda: proof_links.of_decision(rules, found.number, moment))
    context["crumbs"] = (*context["crumbs"], presenters_decisions.decisions_link(rules, moment))
    return render(request, "cofund/pages/public/decision.html", context, status=moment.status)


@or_not_found
def groups_page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/groups/`: boards, advisory groups and panels."""
    rules, version = schemes.current(scheme)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, shown.groups_sheet(rules, version.label, groups.listed(scheme)))
    context = _frame(rules, "public-decisions", _("{rules}: groups").format(rules=rules.name)) | {
        "table": _groups(scheme, Address(request.path)),
        "lede": _("Who decides, and who advises."),
        "more": shown.more_links(rules, "groups"),
    }
    return render(request, "cofund/pages/public/governance_list.html", context)


@or_not_found
def group_page(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/programmes/<scheme>/groups/<slug>/`: who sits in a group, and its published agendas."""
    rules, version = schemes.current(scheme)
    group = groups.find(scheme, slug)
    if group is None:
        raise Http404
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, shown.seats_sheet(rules, version.label, group, groups.seats(group)))
    held = meetings.published_meetings(scheme).filter(group=group)
    context = _frame(rules, "", group.name) | {
        "group": group,
        "certainty": shown.mark(group.certainty),
        "facts": shown.group_facts(group),
        "seats": shown.seats_table(groups.seats(group), clock.today(), sheets.links(request)),
        "meetings": shown.meetings_table(rules, held[: lists.PAGE_SIZE]),
    }
    context["crumbs"] = (*context["crumbs"], shown.groups_link(rules))
    return render(request, "cofund/pages/public/group.html", context)


@or_not_found
def meeting_page(request: HttpRequest, scheme: str, meeting: int) -> HttpResponse:
    """`/programmes/<scheme>/meetings/<meeting>/`: a published agenda, with what became of its points."""
    rules = schemes.current(scheme)[0]
    found = meetings.published_meetings(scheme).filter(pk=meeting).first()
    if found is None:
        raise Http404
    context = _frame(rules, "", found.title) | {
        "meeting": found,
        "certainty": shown.mark(found.certainty),
        "notice": Callout(_("This meeting is made up"), _(shown.ASSUMED), "warning")
        if shown.is_assumed(found)
        else None,
        "cancelled": shown.cancelled(found),
        "facts": shown.meeting_facts(found),
        "points": shown.points(rules, agendas.points(scheme, found)),
    }
    context["crumbs"] = (*context["crumbs"], shown.groups_link(rules), shown.group_link(found.group))
    return render(request, "cofund/pages/public/meeting.html", context)


@or_not_found
def paper_file(request: HttpRequest, scheme: str, paper: int) -> HttpResponseBase:
    """`/programmes/<scheme>/papers/<paper>/`: the file of a published paper; another one is not there."""
    rules = schemes.current(scheme)[0]
    found = meetings.published_papers().filter(pk=paper, item__meeting__group__scheme__code=rules.code).first()
    if found is None or found.item_id in consent.titles(scheme).items:
        raise Http404
    return file_of(found)


def _frame(rules: Scheme, here: str, heading: str, asked: Moment | None = None) -> dict[str, Any]:
    """What every one of these pages needs; those that cannot show past days are of today."""
    moment = asked or Moment(clock.today())
    tabs = presenters.tabs(rules, moment, here, overview.headline_tranche(rules)) if here else []
    crumbs: tuple[Link, ...] = presenters.programme_crumbs(rules, moment)
    return {"scheme": rules, "here": heading, "tabs": tabs, "crumbs": crumbs, "data_on": moment.on} | (
        {"moment": moment, "problem": problem(moment)} if asked else {}
    )
