"""Pages about partners and their contributions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cofund.queries import clock, contributions, dossiers, identity, public_partners, schemes
from cofund.queries import overview as overviews
from cofund.queries import programmes as programme_queries
from cofund.queries.keeping import kept
from cofund.queries.publication import Audience, audience
from cofund.queries.stories import lists
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.web.components import Address, Callout, Link
from cofund.web.languages import gettext as _
from cofund.web.public import (
    held_back,
    linked_data,
    moments,
    presenters,
    presenters_contribution,
    presenters_history,
    presenters_lists,
    presenters_partner,
    presenters_project,
    presenters_stories,
    proof_links,
    sheets,
)
from cofund.web.public.lookup import or_not_found
from cofund.web.public.programmes import problem
from cofund.web.routes import reverse


@or_not_found
def index(request: HttpRequest) -> HttpResponse:
    """The partners of a programme, by default of the one with most in it."""
    moment = moments.asked(request)
    choices = overviews.ranked()
    code = request.GET.get("programme", "") or (choices[0].code if choices else "")
    if not code:
        return render(
            request, "cofund/pages/public/partners.html", {"crumbs": (presenters.start(),), "here": _("Partners")}
        )
    rule_book, version = schemes.current(code)
    reader = audience(request.user, [code])
    if format_ := sheets.wanted(request):
        lines = programme_queries.partners(code, as_of=moment.on, known_at=moment.known_at, audience=reader)
        low = version.scheme.is_lower_bound
        sheet = presenters_lists.partners_sheet(lines, rule_book, version.label, moment, low=low)
        return sheets.answer(format_, sheet, moment)
    path = reverse("partners")
    context = {
        "crumbs": (presenters.start(),),
        "here": _("Partners"),
        "scheme": rule_book,
        "tabs": [Link(one.name, moment.href(path, programme=one.code), current=one.code == code) for one in choices],
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "as_of": moments.picker(request, moment, earliest=rule_book.starts_on),
        **_pictures(code, reader, moment, Address.of(request.path, request.GET.items())),
        "proof": proof_links.table(
            request,
            lambda: proof_links.of_partners(
                code,
                rule_book.currency,
                programme_queries.partners(code, as_of=moment.on, known_at=moment.known_at, audience=reader),
                moment,
            ),
        ),
    }
    return render(request, "cofund/pages/public/partners.html", context, status=moment.status)


@kept(64)
def _pictures(code: str, reader: Audience, moment: moments.Moment, address: Address) -> dict[str, object]:
    """A page of the partners of a programme as a table and as bars, which are the same for everybody who may read the same."""
    rule_book = schemes.current(code)[0]
    lines = programme_queries.partners(code, as_of=moment.on, known_at=moment.known_at, audience=reader)
    return {
        "table": presenters_lists.partners_table(lines, rule_book, moment, sheets.files(address), address),
        "ranking": presenters_partner.ranking(lines, rule_book, moment),
    }


@or_not_found
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One partner: who it is, what it gives, what that unlocked, and what is not known."""
    moment = moments.asked(request)
    organisation = dossiers.organisation(slug)
    reader = audience(request.user)
    if organisation is None or not public_partners.is_public(identity.kept(organisation), reader):
        raise Http404
    if organisation.merged_into is not None:
        return redirect("partner", organisation.merged_into.slug)
    if format_ := sheets.wanted(request):
        found = dossiers.of_partner(organisation, reader, as_of=moment.on, known_at=moment.known_at)
        return sheets.answer(format_, presenters_partner.sheet(found, reader, moment), moment)
    context = {
        "crumbs": (presenters.start(), Link(_("Partners"), moment.href(reverse("partners")))),
        "here": str(organisation),
        "organisation": organisation,
        "linked": linked_data.of_partner(organisation),
        "stories": presenters_stories.beside(lists.about_partner(organisation), partner=organisation.slug),
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "as_of": moments.picker(request, moment),
        **_known(organisation, reader, moment, Address.of(request.path, request.GET.items())),
        "proof": proof_links.table(
            request,
            lambda: proof_links.of_partner(
                organisation,
                dossiers.of_partner(organisation, reader, as_of=moment.on, known_at=moment.known_at).states,
                moment,
            ),
        ),
    }
    return render(request, "cofund/pages/public/partner.html", context, status=moment.status)


@kept(64)
def _known(organisation: Organisation, reader: Audience, moment: moments.Moment, address: Address) -> dict[str, object]:
    """What the page of a partner says, which is the same for everybody who may read the same."""
    found = dossiers.of_partner(organisation, reader, as_of=moment.on, known_at=moment.known_at)
    return {
        "facts": presenters_partner.facts(found, reader),
        "tiles": presenters_partner.tiles(found),
        "table": presenters_partner.contributions_table(found, reader, moment, address, sheets.files(address)),
        "leverage": presenters_lists.leverage_table(
            found.leverage,
            "leverage",
            _("of the matched contributions of {organisation}").format(organisation=organisation),
        ),
        "unknown": presenters_partner.not_known(found),
        "history": presenters_history.of_partner(found, moment, clock.today()),
        "sources": presenters.source_links(presenters_partner.source_texts(found, reader)),
    }


@or_not_found
def contribution(request: HttpRequest, reference: str) -> HttpResponse:
    """One contribution: its amount, stage and versions, and why its match is what it is."""
    moment = moments.asked(request)
    row = contributions.find(reference)
    if row is None:
        raise Http404
    reader = audience(request.user, [row.book.scheme.code])
    if not reader.may_read(row.pk):
        return _withheld(request, row, reader)
    found = dossiers.of_contribution(row, as_of=moment.on, known_at=moment.known_at)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_contribution.sheet(found, reader, moment), moment)
    rule_book = found.scheme
    givers = dossiers.parties(row)
    context = {
        "crumbs": (
            *presenters.programme_crumbs(rule_book, moment),
            Link(row.target_name, presenters.target_href(row, moment)),
        ),
        "here": reference,
        "scheme": rule_book,
        "heading": presenters_contribution.heading(row, givers),
        "state": found.state,
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "facts": presenters_contribution.facts(found, reader, moment),
        "explanation": presenters_project.explanation(found.reason, rule_book, presenters.names(givers))
        if found.reason and not held_back.shares_its_pool(reader, row)
        else None,
        "versions": presenters_contribution.versions_table(found, reader, request.path, sheets.links(request)),
        "history": presenters_history.of_contribution(found, reader, clock.today()),
        "internals": reader.may_read_internals(row.pk),
        "proof": proof_links.table(request, lambda: proof_links.of_contribution(row)),
        "as_of": moments.picker(request, moment, earliest=rule_book.starts_on),
    }
    return render(request, "cofund/pages/public/contribution.html", context, status=moment.status)


def _withheld(request: HttpRequest, row: Contribution, reader: Audience) -> HttpResponse:
    """The page of a contribution that is not public yet, or of which something is held back: that it exists, and nothing more."""
    moment = moments.Moment(clock.today())
    rule_book = schemes.current(row.book.scheme.code)[0]
    stage = rule_book.publication.from_stage
    notice = Callout(
        _("This contribution is not public yet"),
        _(
            "{rule_book} publishes single contributions from the stage “{stage}” on. Until then it counts in "
            "the totals of its topic and of the envelope. Sign in, if you are its partner or work in the "
            "office."
        ).format(rule_book=rule_book.name, stage=stage),
    )
    context = {
        "crumbs": presenters.programme_crumbs(rule_book, moment),
        "here": row.reference,
        "scheme": rule_book,
        "heading": _("Contribution {reference}").format(reference=row.reference),
        "notice": held_back.of_contribution(reader, row) or notice,
    }
    return render(request, "cofund/pages/public/contribution.html", context, status=403)
