"""The records of what was published, for the office: it can record now what the command of every day would record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import published as actions
from cofund.queries import access, published
from cofund.web import components as c
from cofund.web import lists
from cofund.web.office import editing, navigation, tokens
from cofund.web.office.access import actor_of, opened_by, require, scheme_or_404
from cofund.web.office.publishing.records import preview_links
from cofund.web.published_table import table
from cofund.web.routes import reverse

RECORD = "record what is published"


@opened_by("read who sees what")
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/publication/programmes/<scheme>/`: what was published when, and the programme's page as others see it."""
    return _page(request, scheme)


def _page(request: HttpRequest, scheme: str, refused: c.Callout | None = None) -> HttpResponse:
    """The page, with why nothing was recorded where that was refused."""
    rules, _ = scheme_or_404(scheme)
    rows = published.records(scheme)
    address = c.Address.of(reverse("office-published", args=[scheme]), request.GET.items())
    count = rows.count()
    part, pages = lists.page_of(address, count)
    may_preview = access.may(request.user, "preview as others")
    context = navigation.context(request, "What was published", scheme) | {
        "scheme": rules,
        "refused": refused,
        "table": table(list(rows[part]), scheme, (), count, pages),
        "may_record": access.may(request.user, RECORD),
        "token": tokens.kept(request),
        "previews": preview_links(reverse("programme", args=[scheme])) if may_preview else (),
    }
    return render(
        request, "cofund/pages/office/publishing/published.html", context, status=422 if refused is not None else 200
    )


@opened_by("read who sees what")
def record(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/publication/programmes/<scheme>/record/`: record what is published now, as far as it is new."""
    require(request, RECORD)
    scheme_or_404(scheme)
    return editing.press(
        request,
        reverse("office-published", args=[scheme]),
        lambda: actions.record(actor_of(request), scheme),
        "What is published is recorded, as far as it was not before.",
        lambda refused: _page(request, scheme, refused),
    )
