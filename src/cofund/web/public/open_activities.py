"""The activities of a programme as a file of the IATI standard."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cofund.exporters import iati
from cofund.queries import open_activities
from cofund.queries.open_activities import Activity
from cofund.records.programme.models import Project
from cofund.rules.schemes import Scheme
from cofund.web.asking import Asked
from cofund.web.public import open_streams
from cofund.web.public.lookup import or_not_found
from cofund.web.public.open_streams import NothingPublicError
from cofund.web.routes import reverse

_NOTHING: Final = "There is nothing public of this programme, and a file of the standard holds at least one activity."


@or_not_found
def as_iati(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """`/programmes/<scheme>/iati.xml`: the projects, and the topics that something public is pledged to, with their money."""
    return open_streams.answer(request, scheme, "iati.xml", "application/xml; charset=utf-8", _written)


def _written(rules: Scheme, asked: Asked) -> Iterator[str]:
    """The file piece by piece. Raises `NothingPublicError` where it would hold no activity."""
    site = settings.COFUND_SITE_URL
    file = iati.File(
        settings.COFUND_IATI_PREFIX,
        rules.code,
        rules.name,
        rules.label("public_funder"),
        rules.currency,
        rules.starts_on,
        rules.ends_on,
        asked.moment.on,
        asked.moment.instant,
        site + asked.address(reverse("open-data", args=[rules.code])),
        lambda activity: site + _page(activity),
    )
    found = (one for one in open_activities.activities(rules.code, asked.moment) if iati.is_told(one))
    first = next(found, None)
    if first is None and file.starts_on is None:
        raise NothingPublicError(_NOTHING)
    return iati.as_xml(file, chain([first] if first is not None else [], found))


def _page(activity: Activity) -> str:
    """The page about a project or topic."""
    target = activity.target
    if isinstance(target, Project):
        return reverse("project", args=[target.scheme.code, target.slug])
    return reverse("topic", args=[target.scheme.code, target.code])
