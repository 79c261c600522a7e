"""Addresses of the documents of a programme and of its leverage report."""

from django.urls import path

from cofund.web.office.documents import leverage, listing

urlpatterns = [
    path("documents/", listing.choose, name="office-documents-choose"),
    path("<slug:scheme>/documents/", listing.listed, name="office-documents"),
    path("<slug:scheme>/documents/<slug:key>/", listing.one, name="office-document"),
    path("<slug:scheme>/leverage/", leverage.page, name="office-leverage"),
    path("<slug:scheme>/leverage.pdf", leverage.as_pdf, name="office-leverage-pdf"),
]
