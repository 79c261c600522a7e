"""Addresses of the API; what answers there is loaded by the first request, so that the site starts without it."""

from django.urls import URLPattern, path, re_path

from cofund.api import gate, pages

urlpatterns: list[URLPattern] = [
    path("api/", pages.index, name="api"),
    path("api/v1/", gate.answer, name="api-start"),
    path("api/v1/openapi.json", gate.described, name="api-description"),
    # Whatever follows, a line break too: what is nowhere is told as a problem, and not as a page.
    re_path(r"^api/v1/(?P<rest>(?s:.+))\Z", gate.answer, name="api-answer"),
]
