"""The archive of the newsletter: every issue that was sent, for everybody."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cofund.queries import languages
from cofund.queries.newsletter import issues, letters, news, wording
from cofund.queries.newsletter.news import Item
from cofund.rules.newsletter import THEMES
from cofund.web import components as c
from cofund.web import lists
from cofund.web.public.newsletter import frame, newsletter_crumb
from cofund.web.routes import reverse

_MOST = 2**63 - 1


def listed(request: HttpRequest) -> HttpResponse:
    """`/newsletter/archive/`: past issues, newest first."""
    address = c.Address.of(request.path, request.GET.items())
    rows = issues.archived().defer("items", "intro")
    count = rows.count()
    part, pages = lists.page_of(address, count)
    table = c.Table(
        "issues",
        _("Past issues"),
        (c.Column(_("Issue")), c.Column(_("From")), c.Column(_("Until"))),
        tuple(
            c.Row.of(c.Cell(row.title, href=reverse("newsletter-issue", args=[row.pk])), row.from_on, row.until_on)
            for row in rows[part]
        ),
        noun=(_("issue"), _("issues")),
        total_count=count,
        pages=pages,
        empty=c.EmptyState(_("No issue was sent yet."), _("Sign up, and the first one comes to you.")),
    )
    context = frame(_("Past issues"), newsletter_crumb()) | {"table": table}
    return render(request, "cofund/pages/public/newsletter/archive.html", context)


def one(request: HttpRequest, key: int) -> HttpResponse:
    """`/newsletter/archive/<key>/`: one issue, with all of its news."""
    row = issues.archived().filter(pk=key).first() if key <= _MOST else None
    if row is None:
        raise Http404
    names = issues.names()
    news_by_theme = [
        (_(THEMES[theme]), [(_here(item), names.get(item.scheme, item.scheme)) for item in items])
        for theme, items in letters.by_theme(news.readable(news.of_plain(row.items))).items()
    ]
    crumbs = (newsletter_crumb(), c.Link(_("Past issues"), reverse("newsletter-archive")))
    context = frame(row.title, *crumbs) | {
        "issue": row, "opening": letters.paragraphs(row.intro), "news": news_by_theme,
    }  # fmt: skip
    return render(request, "cofund/pages/public/newsletter/issue.html", context)


def _here(item: Item) -> Item:
    """News as the page says it, which leads to pages of its own language."""
    said = wording.said(item)
    return replace(said, path=languages.path_in(said.path, languages.spoken_now()))
