"""The credit page of a partner: what it made possible, for others to link to, cite, and put on their own sites."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cofund.queries import dossiers, identity, partner_credit, public_partners
from cofund.queries.publication import audience
from cofund.web.components import Address, Link
from cofund.web.lists import page_of
from cofund.web.public import citing, moments, presenters, presenters_credit, proof_links, proof_stated, sheets
from cofund.web.public.presenters_partner import MOST_GIVEN
from cofund.web.public.programmes import problem
from cofund.web.routes import reverse


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/partners/<slug>/credit/`: the same for everybody but an auditor, who is led from each figure to its proof."""
    moment = moments.asked(request)
    organisation = dossiers.organisation(slug)
    if organisation is None or not public_partners.is_public(identity.kept(organisation), audience(request.user)):
        raise Http404
    if organisation.merged_into is not None:
        return redirect("partner-credit", organisation.merged_into.slug)
    found = partner_credit.of_partner(organisation, as_of=moment.on, known_at=moment.known_at)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_credit.sheet(found, moment), moment)
    address = Address.of(request.path, request.GET.items())
    part, pages = page_of(address, len(found.lines), size=MOST_GIVEN, anchor="credit")
    context = {
        "crumbs": (
            presenters.start(),
            Link(_("Partners"), moment.href(reverse("partners"))),
            Link(str(organisation), moment.href(reverse("partner", args=[slug]))),
        ),
        "here": _("Credit"),
        "organisation": organisation,
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "as_of": moments.picker(request, moment),
        "summary": presenters_credit.summary(found),
        "tiles": presenters_credit.tiles(found),
        "table": presenters_credit.table(found, found.lines[part], pages, moment, sheets.files(address)),
        "fields": presenters_credit.fields(found, moment, citing.of(request)) if found.lines else (),
        "thanks": presenters_credit.sentences(found.lines[part]),
        "pages": pages,
        "proof": proof_links.table(request, lambda: proof_stated.of_credit(organisation, found, moment)),
        "partner_href": moment.href(reverse("partner", args=[slug])),
    }
    return render(request, "cofund/pages/public/credit.html", context, status=moment.status)
