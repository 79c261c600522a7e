"""Addresses of the office about the newsletter; included by the addresses of the office."""

from django.urls import path

from cofund.web.office.newsletter import acting, listing, one

urlpatterns = [
    path("", listing.listed, name="office-newsletter"),
    path("new/", acting.draft, name="office-issue-new"),
    path("<int:key>/", one.page, name="office-issue"),
    path("<int:key>/as-sent/", one.as_sent, name="office-issue-as-sent"),
    path("<int:key>/<slug:act>/", acting.act, name="office-issue-act"),
]
