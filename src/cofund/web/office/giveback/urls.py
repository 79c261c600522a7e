"""Addresses of cash, notices, close-outs, reallocation and the trajectory."""

from django.urls import path

from cofund.web.office.giveback import closing, listing, noticing, planning, trajectory

urlpatterns = [
    path("instalments/", listing.listed, name="office-instalments"),
    path("instalments/<int:key>/", listing.one, name="office-instalment"),
    path("instalments/<int:key>/change/", planning.change, name="office-instalment-change"),
    path("instalments/<int:key>/invoice/", planning.invoice, name="office-instalment-invoice"),
    path("instalments/<int:key>/invoice/take-back/", planning.take_back, name="office-instalment-take-back"),
    path("instalments/<int:key>/receipt/", planning.receive, name="office-instalment-receive"),
    path("instalments/<int:key>/notice/", noticing.about_instalment, name="office-instalment-notice"),
    path("contributions/<str:reference>/instalments/new/", planning.new, name="office-instalment-new"),
    path("contributions/<str:reference>/notice/", noticing.about_shortfall, name="office-shortfall-notice"),
    path("notices/<int:key>/", noticing.one, name="office-notice"),
    path("notices/<int:key>/cure/", noticing.cure, name="office-notice-cure"),
    path("notices/<int:key>/terminate/", noticing.terminate, name="office-notice-terminate"),
    path("notices/<int:key>/withdraw/", noticing.withdraw, name="office-notice-withdraw"),
    path("<slug:scheme>/projects/<slug:slug>/close-out/", closing.overview, name="office-project-close-out"),
    path("<slug:scheme>/projects/<slug:slug>/close/", closing.close, name="office-project-close"),
    path("<slug:scheme>/tranches/<slug:code>/reallocate/", closing.reallocate, name="office-tranche-reallocate"),
    path("<slug:scheme>/trajectory/", trajectory.page, name="office-trajectory"),
]
