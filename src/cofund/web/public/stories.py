"""Stories in public: the list, one in full, its pictures, and the feed. Only what has come out is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from cofund.exporters import story_feed
from cofund.exporters.story_feed import FeedEntry
from cofund.queries import clock, programmes
from cofund.queries.keeping import kept
from cofund.queries.stories import lists, reading
from cofund.queries.stories.lists import Selection
from cofund.web import components as c
from cofund.web import story_parts
from cofund.web.handing import TYPES
from cofund.web.lists import page_of
from cofund.web.public import presenters, presenters_stories, sheets
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse

PICTURE_TYPES: Final = {**TYPES, ".webp": "image/webp"}
# The address changes with the content, so that what it gives never changes.
_OWN: Final = re.compile('href="/(?!/)')
FOR_EVER: Final = "public, max-age=31536000, immutable"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/stories/`: what has come out, newest first, of a programme, a partner or a kind where that is asked for."""
    moment = Moment(clock.today())
    address = c.Address.of(request.path, request.GET.items())
    asked = Selection(*(address.get(name) for name in ("programme", "partner", "kind")))
    if format_ := sheets.wanted(request):
        rows = lists.selected_out(asked)
        name = presenters.file_name("stories", on=moment.on)
        return sheets.answer(format_, presenters_stories.sheet(rows, name), moment)
    context = {
        "crumbs": (presenters.start(),),
        "here": _("Stories"),
        "exports": sheets.files(address),
        **_page(lists.edition(), asked, address),
    }
    return render(request, "cofund/pages/public/stories.html", context)


@kept(64)
def _page(edition: int, asked: Selection, address: c.Address) -> dict[str, object]:
    """A page of the list, which is the same for all readers of an edition."""
    rows = lists.selected_out(asked)
    count = rows.count()
    part, pages = page_of(address, count)
    schemes = tuple(c.Choice(one.code, one.name) for one in programmes.installed())
    partners = tuple(c.Choice(one.slug, str(one)) for one in lists.partners_out())
    kinds = (c.Choice("partner", _("Partner stories")), c.Choice("news", _("News")))
    bar = c.FilterBar(
        (
            c.Filter("programme", _("Programme"), asked.scheme, schemes),
            c.Filter("partner", _("Partner"), asked.partner, partners),
            c.Filter("kind", _("Kind"), asked.kind, kinds),
        ),
        address,
    )
    return {
        "cards": presenters_stories.cards(rows[part]),
        "count": count,
        "bar": bar if edition else None,
        "pages": pages,
    }


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/stories/<slug>/`: one story with the figures of today; one that was withdrawn says so."""
    row = lists.find_out(slug)
    crumbs = (presenters.start(), c.Link(_("Stories"), reverse("stories")))
    if row is None or row.shown is None:
        gone = lists.find_withdrawn(slug)
        if gone is None:
            raise Http404
        context = {
            "crumbs": crumbs,
            "here": _("Withdrawn"),
            "story": gone,
            "on": story_parts.on(gone.withdrawn_at),
        }
        return render(request, "cofund/pages/public/story_withdrawn.html", context, status=410)
    return render(
        request, "cofund/pages/public/story.html", {"crumbs": crumbs, "here": row.shown.title, **story_parts.shown(row)}
    )


@require_safe
def picture(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """`/stories/<slug>/pictures/<name>`: a picture in one width, for who may read the story; kept for ever where anybody may."""
    row = lists.find_out(slug)
    is_public = row is not None
    row = row or lists.find(request.user, slug)
    if row is None:
        raise Http404
    for one in lists.pictures_of(row):
        for width, _height, path in one.sizes:
            if reading.picture_key(row, one, width)[1] == name:
                return _file(str(path), is_public=is_public)
    raise Http404


def _file(path: str, *, is_public: bool) -> HttpResponseBase:
    """A kept picture. Raises Http404 where its file is gone."""
    file = Path(settings.MEDIA_ROOT) / path
    if not file.is_file():
        raise Http404
    answer = FileResponse(file.open("rb"), content_type=PICTURE_TYPES[file.suffix])
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = FOR_EVER if is_public else "private, no-store"
    return answer


@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """`/stories/feed.atom`: the newest stories with their whole text and the figures of now."""
    return HttpResponse(
        _feed(lists.edition(), settings.COFUND_SITE_URL), content_type="application/atom+xml; charset=utf-8"
    )


@kept(4)
def _feed(_edition: int, site: str) -> str:
    """The feed of an edition; it is the same until something is written or another day begins."""

    def whole(page_name: str, arguments: Sequence[str]) -> str:
        return f"{site}{reverse(page_name, args=list(arguments))}"

    entries = []
    for row in lists.out()[: story_feed.MOST]:
        assert row.shown is not None
        assert row.published_at is not None
        entries.append(
            FeedEntry(
                whole("story", [row.slug]),
                row.shown.title,
                row.shown.summary,
                _whole_links(presenters_stories.feed_html(reading.read(row, row.shown, whole)), site),
                row.shown.author or str(row.owner or settings.SITE_TITLE),
                story_parts.kind_said(row),
                row.published_at,
                row.corrected_at or row.published_at,
            )
        )
    return story_feed.atom(
        entries,
        title=f"{settings.SITE_TITLE}: {_('Stories')}",
        site_href=whole("stories", []),
        feed_href=whole("story-feed", []),
        language=settings.LANGUAGE_CODE,
    )


def _whole_links(html: str, site: str) -> str:
    """A text whose links to this site are whole addresses, since a feed is read elsewhere."""
    return _OWN.sub(f'href="{site}/', html)
