"""Addresses of the pages, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from cofund.web.office import signing
from cofund.web.public import design

urlpatterns: list[URLPattern | URLResolver] = [
    path("design/", design.page, name="design"),
    path("sign-in/", signing.SignIn.as_view(), name="sign-in"),
    path("sign-out/", signing.SignOut.as_view(), name="sign-out"),
    path("office/", include("cofund.web.office.urls")),
]
