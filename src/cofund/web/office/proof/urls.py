"""Addresses of proof; all of them ask for a sign-in."""

from django.urls import path

from cofund.web.office.proof import behind, file, page, trail

urlpatterns = [
    path("trail/", trail.page, name="office-trail"),
    path("proof/", behind.page, name="office-proof"),
    path("proof/<str:reference>/", page.one, name="office-proof-of"),
    path("<slug:scheme>/projects/<slug:slug>/audit-file.zip", file.download, name="office-audit-file"),
]
