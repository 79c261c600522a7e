"""The addresses of the site and one more for each page of an error, so that a browser can look at those that nobody can ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cofund.project.urls import handler400, handler403, handler404, handler500, urlpatterns
from cofund.web.public import errors

PAGES = {name: page for name, page in vars(errors).items() if isinstance(page, errors.ErrorPage)}


def error(request: HttpRequest, name: str) -> HttpResponse:
    """The page of an error for whoever reads; that of a fault of the site asks nobody who that is."""
    page = PAGES[name]
    return errors.render(page, None if page in (errors.SERVER_ERROR, errors.STALE_FORM) else request)


urlpatterns = [path("shown-error/<str:name>/", error), path("fr/shown-error/<str:name>/", error), *urlpatterns]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
