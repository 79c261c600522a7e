"""Addresses of the pages, by audience."""

from django.urls import URLPattern, URLResolver, path

from cofund.web.public import design

urlpatterns: list[URLPattern | URLResolver] = [
    path("design/", design.page, name="design"),
]
