"""Addresses of leads; included by the addresses of the office."""

from django.urls import path

from cofund.web.office.leads import acting, listing, one, outreach

urlpatterns = [
    path("leads/", listing.board, name="office-leads"),
    path("leads/table/", listing.table, name="office-leads-table"),
    path("leads/outreach/", outreach.listed, name="office-outreach"),
    path("leads/new/", acting.choose, name="office-lead-choose"),
    path("leads/new/<slug:scheme>/", acting.new, name="office-lead-new"),
    path("leads/<str:reference>/", one.page, name="office-lead"),
    path("leads/<str:reference>/edit/", acting.edit, name="office-lead-edit"),
    path("leads/<str:reference>/exchange/", acting.exchange, name="office-lead-exchange"),
    path("leads/<str:reference>/<slug:act>/", acting.step, name="office-lead-step"),
]
