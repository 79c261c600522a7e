"""What every template knows: the name of the site and the place in it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Values for every template: `site_title`."""
    return {"site_title": settings.SITE_TITLE}
