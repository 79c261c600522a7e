"""Every public contribution of a programme on a page: who gives what to what, how far it is, and what it is matched with."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cofund.queries import book_states, overview, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.keeping import kept
from cofund.queries.leaving_out import veiled
from cofund.queries.publication import Audience, audience
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.components import Address, Table
from cofund.web.formatting import staged
from cofund.web.lists import page_of
from cofund.web.public import moments, presenters, proof_links, sheets
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.public.sheets import Field, Sheet
from cofund.web.vocabulary import spoken

FIELDS: Final = (
    Field("contribution", "its reference, under which it has a page"),
    Field("given_by", "who gives; several give jointly, and how it is split is not published"),
    Field("role", "code of the role in which it is given"),
    Field("kind", "code of the kind of contribution"),
    Field("for", "acronym of the project, or code of the topic before there is a project"),
    Field("stage", "the furthest stage that any of it has reached"),
    Field("amount", "what is promised or more, less what was withdrawn", is_money=True),
    Field("match", "public money promised, reserved, committed or consumed as its match", is_money=True),
    Field("certainty", "how sure the amount is"),
)


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/contributions/`: those that anybody may read, in the order in which they were recorded."""
    moment = moments.asked(request)
    rules, version = schemes.current(scheme)
    reader = audience(request.user, [scheme])
    if format_ := sheets.wanted(request):
        sheet = _sheet(readable(scheme, reader, moment), rules, version.label, moment)
        return sheets.answer(format_, sheet, moment)
    address = Address.of(request.path, request.GET.items())
    context = {
        "scheme": rules,
        "crumbs": presenters.programme_crumbs(rules, moment),
        "here": _("Contributions"),
        "tabs": presenters.tabs(rules, moment, "contributions", overview.headline_tranche(rules)),
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "as_of": moments.picker(request, moment, earliest=rules.starts_on),
        "table": _table(scheme, reader, moment, address),
        "stage": rules.publication.from_stage,
        "proof": proof_links.table(request, lambda: _proof(scheme, reader, moment, address)),
    }
    return render(request, "cofund/pages/public/contributions.html", context, status=moment.status)


@kept(8)
def readable(scheme: str, reader: Audience, moment: Moment) -> tuple[ContributionState, ...]:
    """The contributions of a programme that a reader may see, as they stood."""
    states = book_states.of_scheme(scheme, moment.on, moment.known_at)
    return tuple(veiled(state, reader.without) for state in states if reader.may_read(state.contribution.pk))


@kept(64)
def _table(scheme: str, reader: Audience, moment: Moment, address: Address) -> Table:
    """One page of the contributions, which is the same for everybody who may read the same."""
    states = readable(scheme, reader, moment)
    part, pages = page_of(address, len(states))
    return table(scheme, states[part], moment, len(states), sheets.files(address), pages)


def _proof(scheme: str, reader: Audience, moment: Moment, address: Address) -> list[c.Row]:
    """Each contribution of the page with its proof, and what is given in all."""
    states, rules = readable(scheme, reader, moment), schemes.current(scheme)[0]
    part, _pages = page_of(address, len(states))
    return proof_links.of_contributions(states[part], rules.currency) + proof_links.of_given([rules], moment)


def table(
    scheme: str,
    states: tuple[ContributionState, ...],
    moment: Moment,
    total: int,
    exports: tuple[c.Link, ...] = (),
    pages: c.Pages | None = None,
) -> Table:
    """Some contributions as a table."""
    rules, _version = schemes.current(scheme)
    columns = (
        c.Column(_("Given by")),
        c.Column(_("For")),
        c.Column(_("Kind")),
        c.Column(_("Stage")),
        c.Column(f"{_('Amount')} ({rules.currency})", numeric=True),
        c.Column(f"{_('Match')} ({rules.currency})", numeric=True),
    )
    return Table(
        "contributions",
        _("Contributions, %(moment)s") % {"moment": moment.said},
        columns,
        tuple(_row(state, rules, moment) for state in states),
        noun=(_("contribution"), _("contributions")),
        total_count=total,
        exports=exports,
        pages=pages,
        empty=c.EmptyState(_("No contribution is public on this day.")),
        note=_("What several give jointly is one contribution; how it is split is not published."),
    )


def _row(state: ContributionState, rules: Scheme, moment: Moment) -> c.Row:
    """One contribution."""
    row = state.contribution
    joint = _("jointly") if state.is_joint else ""
    return c.Row.of(
        c.Cell(
            presenters.names(state.organisations), href=presenters.contribution_href(row.reference, moment), note=joint
        ),
        c.Cell(row.target_name, href=presenters.target_href(row, moment)),
        c.Cell(spoken(rules.kind(row.kind).label), note=spoken(rules.role(row.role).label)),
        c.stage_status(state.stage, in_part=state.is_in_part),
        c.Cell(
            c.Money(state.live_cents, rules.currency, bare=True),
            note=staged(state.split, rules.currency),
            certainty=presenters.certainty(state.version.certainty) if state.version else None,
        ),
        c.Money(state.match_cents, rules.currency, bare=True) if row.tranche is not None else _("not matched"),
    )


def _sheet(states: tuple[ContributionState, ...], rules: Scheme, version: str, moment: Moment) -> Sheet:
    """The contributions as rows of data."""
    rows = tuple(
        (
            state.contribution.reference,
            presenters.names(state.organisations),
            state.contribution.role,
            state.contribution.kind,
            state.contribution.target_name,
            state.stage,
            state.live_cents,
            state.match_cents,
            state.version.certainty if state.version else "",
        )
        for state in states
    )
    name = presenters.file_name(rules.code, "contributions", on=moment.on)
    return Sheet(name, FIELDS, rows, presenters.stated(rules, version, moment))
