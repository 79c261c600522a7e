"""The page of one call: its days and money, the topics that were in it, and the ways back to where one came from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import calls, clock, schemes
from cofund.queries.calls import CallTopic
from cofund.records.programme.models import Call
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public import presenters, presenters_calls, sheets
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.routes import reverse
from cofund.web.topic_states import mark, topic_cell
from cofund.web.vocabulary import spoken


@or_not_found
def page(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/programmes/<scheme>/calls/<code>/`: one call with its topics."""
    rules, version = schemes.current(scheme)
    call = calls.of_code(scheme, code)
    if call is None:
        raise Http404
    moment, found = Moment(clock.today()), calls.topics_of(call)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_calls.topics_sheet(call, found, rules, version.label, moment))
    way = (*presenters.programme_crumbs(rules, moment), c.Link(_("Calls"), reverse("calls", args=[scheme])))
    context = {
        "programme_name": rules.name,
        "crumbs": way,
        "here": call.name or call.code,
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "call": call,
        "scheme": rules,
        "certainty": mark(call.certainty),
        "facts": _facts(call, rules),
        "topics": _topics(found, rules, sheets.links(request)),
        "results": presenters_calls.results_of_call(call, rules),
    }
    return render(request, "cofund/pages/public/call.html", context)


def _facts(call: Call, rules: Scheme) -> tuple[c.Fact, ...]:
    """What is known of a call; a day that no source tells is not known."""
    amounts = mark(call.amounts_certainty)
    is_single = call.procedure == Call.Procedure.SINGLE_STAGE
    return (
        c.Fact(_("Code"), call.code),
        c.Fact(_("Procedure"), spoken(call.get_procedure_display())),
        c.Fact(_("Launched"), call.opened_on),
        *(() if is_single else (c.Fact(_("Short proposals until"), call.stage1_closed_on),)),
        c.Fact(_("Deadline"), call.closed_on),
        c.Fact(_("Results"), call.results_on),
        c.Fact(_("Public money"), c.Money(call.budget_cents, rules.currency), certainty=amounts),
        c.Fact(_("Members"), c.Money(call.members_cents, rules.currency), certainty=amounts),
        c.Fact(_("Source"), c.Link(call.source_url, call.source_url) if call.source_url else None),
    )


def _topics(found: list[CallTopic], rules: Scheme, exports: tuple[c.Link, ...]) -> c.Table:
    """The topics of a call, each with its way to the project."""
    rows = tuple(
        c.Row.of(
            c.Cell(one.topic.code, href=reverse("topic", args=[rules.code, one.topic.code]), note=one.topic.title),
            topic_cell(one.topic),
            c.Cell(_("From idea to project"), href=reverse("topic-chain", args=[rules.code, one.topic.code])),
            c.Cell(one.project.acronym, href=reverse("project", args=[rules.code, one.project.slug]))
            if one.project
            else "–",
        )
        for one in found
    )
    return c.Table(
        "topics",
        _("Topics of the call"),
        (c.Column(_("Topic")), c.Column(_("Status")), c.Column(_("Way")), c.Column(_("Project"))),
        rows,
        noun=(_("topic"), _("topics")),
        empty=c.EmptyState(_("No topic of this call is recorded.")),
        exports=exports,
    )
