"""What search engines are told: which pages there are, and which are not for them."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from cofund.exporters import sitemap
from cofund.queries import public_pages
from cofund.queries.public_pages import Source
from cofund.web.routes import reverse

XML = "application/xml; charset=utf-8"
# Forms, secret addresses and what only those who sign in can read.
NOT_FOR_ENGINES = (
    "/office/",
    "/sign-in/",
    "/invitation/",
    "/calendar/",
    "/contribute/",
    "/comments/confirm/",
    "/ideas/confirm/",
    "/newsletter/confirm/",
    "/newsletter/preferences/",
    "/newsletter/leave/",
    "/alerts/stop/",
)


@require_safe
def whole(request: HttpRequest) -> StreamingHttpResponse:
    """`/sitemap.xml`: every public page, or where there are too many for one file, its parts."""
    found = public_pages.sources()
    count = sum(source.count for source in found)
    if count <= sitemap.MOST:
        return StreamingHttpResponse(sitemap.as_list(_addresses(found, 0, count)), content_type=XML)
    numbers = range(1, -(-count // sitemap.MOST) + 1)
    parts = (settings.COFUND_SITE_URL + reverse("sitemap-part", args=[number]) for number in numbers)
    return StreamingHttpResponse(sitemap.as_index(parts), content_type=XML)


@require_safe
def part(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """`/sitemap-<number>.xml`: one part of it. Raises Http404 where there is none."""
    found = public_pages.sources()
    start = (number - 1) * sitemap.MOST
    if not 0 <= start < sum(source.count for source in found):
        raise Http404
    return StreamingHttpResponse(sitemap.as_list(_addresses(found, start, start + sitemap.MOST)), content_type=XML)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: where the list is, and what search engines need not look at."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ENGINES), ""]
    lines.append(f"Sitemap: {settings.COFUND_SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _addresses(found: list[Source], start: int, end: int) -> Iterator[str]:
    """The full addresses of pages between two places."""
    for name, keys in public_pages.part(found, start, end):
        yield settings.COFUND_SITE_URL + reverse(name, args=keys)
