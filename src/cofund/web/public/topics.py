"""A topic in public: what it is and who is behind it, its open money, its text, its consultation, and where it comes from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import (
    calls,
    chains,
    clock,
    consultations,
    dossiers,
    past_calls,
    publication,
    schemes,
    share_levels,
    topic_texts,
    topic_timelines,
)
from cofund.queries.calls import CallLine
from cofund.queries.dossiers import Dossier
from cofund.queries.keeping import kept
from cofund.queries.publication import READS_ALL, Audience, audience
from cofund.records.programme.models import Topic
from cofund.rules.lifecycle_topics import is_before_adoption
from cofund.web import share_tables, topic_states
from cofund.web.call_notes import notes_table
from cofund.web.components import Address, EmptyState, Link, Row, Table
from cofund.web.languages import gettext as _
from cofund.web.public import (
    held_back,
    linked_data,
    moments,
    presenters,
    presenters_calls,
    presenters_chain,
    presenters_credits,
    presenters_history,
    presenters_lists,
    presenters_project,
    presenters_topic,
    proof_links,
    sheets,
)
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.routes import reverse


@or_not_found
def page(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """One topic: what it is, who is behind it, what a partner could still unlock, and the next day that matters."""
    moment = moments.asked(request)
    reader = audience(request.user, [scheme])
    if format_ := sheets.wanted(request):
        return sheets.answer(
            format_, presenters_project.sheet(_found(scheme, code, moment, reader), moment, code), moment
        )
    content = _content(scheme, code, moment, reader, Address.of(request.path, request.GET.items()))
    picker = moments.picker(request, moment, earliest=content["scheme"].starts_on, quick=content["quick_days"])
    context = {**content, "as_of": picker, "proof": proof_links.table(request, lambda: _proof(scheme, code, moment))}
    return render(request, "cofund/pages/public/topic.html", context, status=moment.status)


def _proof(scheme: str, code: str, moment: Moment) -> list[Row]:
    """The figures of a topic, each with the rows behind it."""
    found = _found(scheme, code, moment)
    return proof_links.of_target(found.scheme, found.target, found.funding, moment)


def _found(scheme: str, code: str, moment: Moment, reader: Audience = READS_ALL) -> Dossier:
    """The topic of an address with its money. Raises Http404 where there is none."""
    found = dossiers.of_topic(scheme, code, as_of=moment.on, known_at=moment.known_at, reader=reader)
    if found is None or found.topic is None:
        raise Http404
    return found


@kept(64)
def _content(scheme: str, code: str, moment: Moment, reader: Audience, address: Address) -> dict[str, Any]:
    """What the page of a topic says, which is the same for everybody who may read the same. Raises Http404 where there is none."""
    found = _found(scheme, code, moment, reader)
    row, rule_book, money = found.topic, found.scheme, found.funding
    assert row is not None
    chain = chains.of_topic(row)
    held = consultations.of_topic(row)
    project = found.projects[0] if len(found.projects) == 1 else None
    return {
        **_frame(rule_book.name, moment, _crumbs(rule_book, moment), row.code),
        "scheme": rule_book,
        "topic": row,
        "linked": linked_data.of_topic(row, rule_book),
        "is_open": is_before_adoption(row.status),
        "doubt": topic_states.doubt(row),
        "decided": topic_states.decided(row),
        "past": presenters_topic.past(moment),
        "steps": presenters_topic.steps(found, moment, was_consulted=bool(held)),
        "facts": presenters_topic.facts(found),
        "behind": presenters_topic.behind(found, reader, moment),
        "next_day": calls.next_deadline(row.call),
        "money_bar": presenters_topic.bar(found, moment),
        "still_open": presenters_topic.still_open(found),
        "shared": presenters_topic.shared(found),
        "unlocks": presenters_topic.unlocks(found),
        "funding": money,
        "is_known": bool(money.states or money.held_back),
        "nothing_pledged": EmptyState(
            _("Nothing is pledged yet."), _("The first pledge is matched by the rule of the programme.")
        ),
        "matrix": presenters_project.matrix(money, rule_book, sheets.files(address)),
        "balance": presenters_project.balance(money),
        "contributions": presenters_project.contributions_table(money, rule_book, reader, moment),
        "explanations": presenters_project.explanations(found, reader),
        "leverage": presenters_lists.leverage_table(money.leverage, "leverage", _("of {row}").format(row=row.code)),
        "projects": [Link(one.acronym, presenters.project_href(scheme, one, moment)) for one in found.projects],
        "reading": topic_texts.read(
            topic_texts.published(row) if reader.may_see("topic.text", row.pk) else [],
            address.get("version"),
            address.get("compared_with"),
        ),
        "text_held_back": held_back.words(reader, "topic.text", row.pk),
        "address": address,
        "open_consultation": consultations.open_public(row),
        "consultations": presenters_chain.consultations_table(held),
        "answers": presenters_chain.answers_table(consultations.public_comments(row)),
        "credits": presenters_credits.credits_table(chain.credits, held_back.words(reader, "topic.credits", row.pk)),
        "conflicts": presenters_chain.conflicts(chain, reader),
        "days": presenters_chain.days_table(topic_timelines.of_topic(row, project)),
        "chain_href": reverse("topic-chain", args=[scheme, code]),
        "history": presenters_history.of_target(found, reader, address.path, clock.today()),
        "versions": presenters_history.vintages(found, reader, address.path),
        "sources": presenters.source_links(presenters_project.source_texts(found, reader)),
        "assumptions": presenters_project.assumptions(found, reader),
        "quick_days": presenters_topic.quick_days(found),
    }


@or_not_found
def chain(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`…/topics/<code>/chain/`: from the idea to the project, and back, on one page."""
    row, rule_book = _topic_or_404(scheme, code)
    moment = Moment(clock.today())
    reader = audience(request.user, [scheme])
    found = chains.of_topic(row)
    if format_ := sheets.wanted(request):
        version = schemes.current(scheme)[1].label
        return sheets.answer(format_, presenters_chain.sheet(found, rule_book, version, moment), moment)
    context = {
        "exports": sheets.links(request),
        **_frame(rule_book.name, moment, (*_crumbs(rule_book, moment), _topic_link(row)), _("From idea to project")),
        "scheme": rule_book,
        "topic": row,
        "links": presenters_chain.links_of(found),
        "credits": presenters_credits.credits_table(found.credits, held_back.words(reader, "topic.credits", row.pk)),
        "conflicts": presenters_chain.conflicts(found, reader),
        "proposals": presenters_chain.proposals_table(found, rule_book),
        "results": presenters_calls.results_table(found, rule_book),
        "days": presenters_chain.durations_table(found),
    }
    context["proof"] = proof_links.table(request, lambda: _proof(scheme, code, moment))
    return render(request, "cofund/pages/public/chain.html", context)


@or_not_found
def calls_of(request: HttpRequest, scheme: str) -> HttpResponse:
    """`…/calls/`: the calls of a programme, how long each part took, and what became of the proposals."""
    rule_book, version = schemes.current(scheme)
    moment = moments.asked(request)
    if format_ := sheets.wanted(request):
        sheet = presenters_calls.calls_sheet(_lines(scheme, moment), rule_book, version.label, moment)
        return sheets.answer(format_, sheet, moment)
    context = {
        **_frame(rule_book.name, moment, presenters.programme_crumbs(rule_book, moment), _("Calls")),
        "scheme": rule_book,
        "as_of": moments.picker(request, moment, earliest=rule_book.starts_on),
        "past": presenters_calls.past(moment),
        **_calls(scheme, moment, Address.of(request.path, request.GET.items())),
        # They are computed of today alone.
        "shares": _shares(scheme) if moment.is_of_now else None,
    }
    context["proof"] = proof_links.table(request, lambda: proof_links.of_given([rule_book], moment))
    return render(request, "cofund/pages/public/calls.html", context, status=moment.status)


@kept(32)
def _calls(scheme: str, moment: Moment, address: Address) -> dict[str, object]:
    """The calls of a programme, and what became of the proposals."""
    rule_book = schemes.current(scheme)[0]
    lines = _lines(scheme, moment)
    return {
        "table": presenters_calls.calls_table(lines, rule_book, moment, sheets.files(address)),
        "notes": notes_table(lines),
        "results": presenters_calls.all_results(lines, rule_book),
    }


def _lines(scheme: str, moment: Moment) -> list[CallLine]:
    """The calls of a programme as they stood."""
    rows = past_calls.of_scheme(scheme, moment.on, moment.known_at)
    return [calls.line_of(one, past_calls.results_of(one, moment.on)) for one in rows]


def _shares(scheme: str) -> Table | None:
    """The shares of the calls all of whose contributions anybody may read; None where there are none."""
    rule_book = schemes.current(scheme)[0]
    found = share_levels.of_calls(scheme)
    if not found:
        return None
    reader = publication.public(scheme)
    codes = {row.pk: row.code for row in calls.of_scheme(scheme)}
    return share_tables.of_calls(
        rule_book,
        ((code, found[pk]) for pk, code in codes.items() if pk in found and found[pk].may_be_read_by(reader)),
    )


def _topic_or_404(scheme: str, code: str) -> tuple[Topic, Any]:
    """A topic with the rules of its programme. Raises Http404 where there is none."""
    rule_book = schemes.current(scheme)[0]
    row = chains.find_topic(scheme, code)
    if row is None:
        raise Http404
    return row, rule_book


def _topic_link(row: Topic) -> Link:
    """The way back to the topic."""
    return Link(row.code, reverse("topic", args=[row.scheme.code, row.code]))


def _crumbs(rule_book: Any, moment: Moment) -> tuple[Link, ...]:
    """The way to a topic."""
    topics = Link(_("Topics"), moment.href(reverse("topics", args=[rule_book.code])))
    return (*presenters.programme_crumbs(rule_book, moment), topics)


def _frame(programme: str, moment: Moment, crumbs: tuple[Link, ...], here: str) -> dict[str, object]:
    """What every page here needs."""
    return {
        "programme_name": programme,
        "crumbs": crumbs,
        "here": here,
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
    }
