"""The page of one call: its days and money, the topics that were in it, and the ways back to where one came from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import call_money, calls, clock, schemes
from cofund.queries.publication import audience
from cofund.records.programme.models import Call
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public import presenters, presenters_calls, proof_links, sheets
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.routes import reverse
from cofund.web.topic_states import mark
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
    reader = audience(request.user, [scheme])
    behind = call_money.of_call(rules, call, moment.on, moment.known_at, reader.without)
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
        "topics": presenters_calls.topics_table(found, rules, moment, sheets.links(request)),
        "results": presenters_calls.results_of_call(call, rules),
        "money_bar": presenters_calls.bar(call, behind, rules, moment),
        "proof": proof_links.table(request, lambda: proof_links.of_call(rules, behind, moment)),
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
