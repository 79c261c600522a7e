"""Addresses of the API; what answers there is loaded by the first request, so that the site starts without it."""

from django.urls import URLPattern, path

from cofund.api import gate, pages

urlpatterns: list[URLPattern] = [
    path("api/", pages.index, name="api"),
    path("api/v1/", gate.answer, name="api-start"),
    path("api/v1/openapi.json", gate.described, name="api-description"),
    path("api/v1/<path:rest>", gate.answer, name="api-answer"),
]
