"""Pages about projects, and the lists of topics."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import clock, dossiers, overview, schemes
from cofund.queries import programmes as programme_queries
from cofund.queries.dossiers import Dossier
from cofund.queries.keeping import kept
from cofund.queries.publication import Audience, audience
from cofund.queries.stories import lists
from cofund.rules.lifecycle_topics import is_before_adoption
from cofund.web.components import Address, EmptyState, Link, Table
from cofund.web.languages import gettext as _
from cofund.web.lists import page_of
from cofund.web.public import (
    linked_data,
    moments,
    presenters,
    presenters_credit,
    presenters_history,
    presenters_lists,
    presenters_project,
    presenters_stories,
    presenters_topic,
    proof_links,
    sheets,
)
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.routes import reverse


@or_not_found
def index(request: HttpRequest, scheme: str) -> HttpResponse:
    """Every project of a programme with its money on a day."""
    moment = moments.asked(request)
    rule_book, version = schemes.current(scheme)
    reader = audience(request.user, [scheme])
    if format_ := sheets.wanted(request):
        lines = programme_queries.projects(
            scheme, as_of=moment.on, known_at=moment.known_at, without=reader.without_of_project
        )
        low = version.scheme.is_lower_bound
        sheet = presenters_lists.projects_sheet(lines, rule_book, version.label, reader, moment, low=low)
        return sheets.answer(format_, sheet, moment)
    context = {
        **_frame(rule_book.name, moment, presenters.programme_crumbs(rule_book, moment), _("Projects")),
        "scheme": rule_book,
        "tabs": presenters.tabs(rule_book, moment, "projects", overview.headline_tranche(rule_book)),
        "as_of": moments.picker(request, moment, earliest=rule_book.starts_on),
        "table": _table(scheme, reader, moment, Address.of(request.path, request.GET.items())),
        "proof": proof_links.table(
            request,
            lambda: proof_links.of_projects(
                scheme,
                rule_book,
                programme_queries.projects(scheme, as_of=moment.on, known_at=moment.known_at),
                moment,
            ),
        ),
    }
    return render(request, "cofund/pages/public/projects.html", context, status=moment.status)


@kept(64)
def _table(scheme: str, reader: Audience, moment: Moment, address: Address) -> Table:
    """One page of the projects as a table, which is the same for everybody who may read the same."""
    rule_book = schemes.current(scheme)[0]
    lines = programme_queries.projects(
        scheme, as_of=moment.on, known_at=moment.known_at, without=reader.without_of_project
    )
    return presenters_lists.projects_table(lines, rule_book, reader, moment, sheets.files(address), address)


@or_not_found
def page(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """One project: facts, money by source and by channel, balance, matches with their reasons, leverage, history."""
    moment = moments.asked(request)
    reader = audience(request.user, [scheme])
    found = dossiers.of_project(
        scheme, slug, as_of=moment.on, known_at=moment.known_at, without=reader.without_of_project
    )
    if found is None or found.project is None:
        raise Http404
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_project.sheet(found, moment, slug), moment)
    rule_book = found.scheme
    crumbs = (
        *presenters.programme_crumbs(rule_book, moment),
        Link(_("Projects"), moment.href(reverse("projects", args=[scheme]))),
    )
    context = {
        **_frame(rule_book.name, moment, crumbs, found.project.acronym),
        **_money(request, found, reader, moment, found.project.acronym),
        "project": found.project,
        "linked": linked_data.of_project(found),
        "proof": proof_links.table(
            request, lambda: proof_links.of_target(rule_book, found.target, found.funding, moment)
        ),
        "facts": presenters_project.facts(found),
        "thanks": presenters_credit.thanks(found, reader),
        "chain_href": reverse("topic-chain", args=[scheme, found.topic.code]) if found.topic else "",
        "stories": presenters_stories.beside(lists.about_project(found.project), programme=scheme),
    }
    return render(request, "cofund/pages/public/project.html", context, status=moment.status)


@or_not_found
def topics(request: HttpRequest, scheme: str | None = None) -> HttpResponse:
    """The topics of a programme, or the open topics of all."""
    moment = Moment(clock.today())
    rule_book = schemes.current(scheme)[0] if scheme else None
    rows = programme_queries.topics_of(scheme) if scheme else programme_queries.open_topics()
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_lists.topics_sheet(rows, scheme or "open", moment))
    count = rows.count()
    part, pages = page_of(Address.of(request.path, request.GET.items()), count)
    caption = (
        _("Topics of {rule_book}").format(rule_book=rule_book.name) if rule_book else _("Open topics of all programmes")
    )
    crumbs = presenters.programme_crumbs(rule_book, moment) if rule_book else (presenters.start(),)
    context = {
        **_frame(rule_book.name if rule_book else "", moment, crumbs, _("Topics") if rule_book else _("Open topics")),
        "scheme": rule_book,
        "tabs": presenters.tabs(rule_book, moment, "topics", overview.headline_tranche(rule_book)) if rule_book else (),
        "table": presenters_lists.topics_table(
            rows[part], sheets.links(request), caption, total=count, pages=pages, names_programme=rule_book is None
        ),
    }
    shown = [rule_book] if rule_book else [schemes.current(code)[0] for code in schemes.installed()]
    context["proof"] = proof_links.table(request, lambda: proof_links.of_given(shown, moment))
    return render(request, "cofund/pages/public/topics.html", context)


def _money(request: HttpRequest, found: Dossier, reader: Audience, moment: Moment, title: str) -> dict[str, object]:
    """What the pages of a project and of a topic show alike."""
    money = found.funding
    is_known = bool(money.states or money.held_back)
    is_public_known = bool(money.public_cents)
    quick = presenters_topic.quick_days(found)
    return {
        "scheme": found.scheme,
        "funding": money,
        "is_known": is_known,
        "is_open": found.topic is not None and is_before_adoption(found.topic.status),
        "nothing_pledged": EmptyState(
            _("Nothing is pledged yet."), _("The first pledge is matched by the rule above.")
        ),
        "bar": presenters_project.bar(money, found.scheme, moment, title) if is_known or is_public_known else None,
        "matrix": presenters_project.matrix(money, found.scheme, sheets.links(request)),
        "balance": presenters_project.balance(money),
        "contributions": presenters_project.contributions_table(money, found.scheme, reader, moment),
        "explanations": presenters_project.explanations(found, reader),
        "leverage": presenters_lists.leverage_table(money.leverage, "leverage", _("of {title}").format(title=title)),
        "history": presenters_history.of_target(found, reader, request.path, clock.today()),
        "versions": presenters_history.vintages(found, reader, request.path),
        "sources": presenters.source_links(presenters_project.source_texts(found, reader)),
        "assumptions": presenters_project.assumptions(found, reader),
        "as_of": moments.picker(request, moment, earliest=found.scheme.starts_on, quick=quick),
    }


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
