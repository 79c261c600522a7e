"""The first page and the page about the data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import clock, overview, programmes, verification
from cofund.queries.publication import audience
from cofund.queries.stories import lists
from cofund.web.components import Certainty, Link
from cofund.web.languages import gettext as _
from cofund.web.public import (
    presenters,
    presenters_about,
    presenters_envelope,
    presenters_home,
    presenters_stories,
    proof_links,
    sheets,
)
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse


@or_not_found
def page(request: HttpRequest) -> HttpResponse:
    """What this is, in one screen: the mechanism, how much is used, who is in it, where to go."""
    moment = Moment(clock.today())
    found = overview.summaries()
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_home.programmes_sheet(found, moment))
    context: dict[str, object] = {
        "here": "",
        "data_on": moment.on,
        "programmes": presenters_home.programmes_table(found, sheets.links(request)),
        "stories": presenters_stories.beside(lists.newest()),
    }
    if found:
        code = overview.ranked()[0].code
        reader = audience(request.user, [code])
        main = overview.of_scheme(code, reader)
        example = main.example
        context |= {
            "main": main,
            "headline": presenters_envelope.headline(main),
            "envelope": presenters_home.envelope_bar(main),
            "example": example,
            "mechanism": presenters_home.example_bar(example, main.scheme) if example else None,
            "example_words": presenters_home.example_words(example, main.scheme) if example else "",
            "example_href": presenters.target_href(example.contribution, Moment(example.adopted_on, is_today=False))
            if example
            else "",
            "partners": presenters_home.partner_links(main, moment),
            "open_topics": programmes.open_topics().count(),
            "programme_href": reverse("programme", args=[code]),
        }
    context["proof"] = proof_links.table(request, lambda: proof_links.of_site(moment))
    return render(request, "cofund/pages/public/home.html", context)


def about(request: HttpRequest) -> HttpResponse:
    """Where the data come from, what they mean, how to reuse them, and how to check the books."""
    heads = verification.heads()
    moment = Moment(clock.today())
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_about.sheet(heads, moment))
    context = {
        "crumbs": (presenters.start(),),
        "here": _("About the data"),
        "certainties": list(Certainty),
        "books": presenters_about.books_table(heads, sheets.links(request)),
        "shapes": presenters_about.shapes_table(),
        "programmes": [Link(head.name, reverse("rules", args=[head.scheme])) for head in heads],
    }
    return render(request, "cofund/pages/public/about.html", context)
