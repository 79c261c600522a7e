"""Addresses of pairings and of the groups that come of them."""

from django.urls import path

from cofund.web.office.pairings import acting, groups, listing, one

urlpatterns = [
    path("pairings/", listing.listed, name="office-pairings"),
    path("pairings/accept-certain/<slug:kind>/", acting.accept_certain, name="office-pairings-accept"),
    path("pairings/groups/", groups.listed, name="office-groups-of-organisations"),
    path("pairings/groups/<str:head>/", groups.one, name="office-group-of-organisations"),
    path("pairings/<int:key>/", one.shown, name="office-pairing"),
    path("pairings/<int:key>/accept/", acting.accept, name="office-pairing-accept"),
    path("pairings/<int:key>/later/", acting.put_off, name="office-pairing-later"),
    path("pairings/<int:key>/refuse/", acting.refuse, name="office-pairing-refuse"),
    path("pairings/<int:key>/take-back/", acting.take_back, name="office-pairing-take-back"),
]
