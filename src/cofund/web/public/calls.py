"""The page of one call: its days and money, the topics that were in it, and the ways back to where one came from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import call_money, calls, past_calls, schemes
from cofund.queries.calls import CallTopic
from cofund.queries.publication import audience
from cofund.records.programme.models import Call
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public import moments, presenters, presenters_calls, proof_links, sheets
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
    today = calls.of_code(scheme, code)
    if today is None:
        raise Http404
    moment = moments.asked(request)
    call = past_calls.of_code(scheme, code, moment.on, moment.known_at)
    found = past_calls.topics_of(call, moment.on, moment.known_at) if call else []
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_calls.topics_sheet(today, found, rules, version.label, moment), moment)
    all_calls = c.Link(_("Calls"), moment.href(reverse("calls", args=[scheme])))
    context = {
        "programme_name": rules.name,
        "crumbs": (*presenters.programme_crumbs(rules, moment), all_calls),
        "here": (call.name if call else "") or today.code,
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "as_of": moments.picker(request, moment, earliest=rules.starts_on),
        "past": presenters_calls.past(moment),
        "call": call,
        "code": today.code,
        "scheme": rules,
        **(_content(request, call, found, rules, moment) if call else {}),
    }
    return render(request, "cofund/pages/public/call.html", context, status=moment.status)


def _content(
    request: HttpRequest, call: Call, found: list[CallTopic], rules: Scheme, moment: Moment
) -> dict[str, object]:
    """What the page of a call says of it."""
    without = audience(request.user, [rules.code]).without_of_project
    topics = [one.topic for one in found]
    behind = call_money.of_call(rules, call, topics, moment.on, moment.known_at, without)
    return {
        "certainty": mark(call.certainty),
        "facts": _facts(call, rules),
        "topics": presenters_calls.topics_table(found, rules, moment, sheets.links(request)),
        "results": presenters_calls.results_of_call(past_calls.results_of(call, moment.on), rules),
        "money_bar": presenters_calls.bar(call, behind, rules, moment),
        "proof": proof_links.table(request, lambda: proof_links.of_call(rules, behind, moment)),
    }


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
