"""What every template knows: the name of the site and the place in it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cofund.web.office import navigation


def site(request: HttpRequest) -> dict[str, Any]:
    """Values for every template: `site_title`, and `office_bar` for those who work with the books."""
    return {"site_title": settings.SITE_TITLE, "office_bar": navigation.bar(request)}
