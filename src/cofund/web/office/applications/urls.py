"""Addresses of applications; all of them ask for a sign-in."""

from django.urls import path

from cofund.web.office.applications import advice, documents, letter, listing, page, starting, steps, timing

urlpatterns = [
    path("applications/", listing.listed, name="office-applications"),
    path("applications/new/", starting.choose, name="office-application-choose"),
    path("applications/new/<slug:scheme>/", starting.start, name="office-application-new"),
    path("applications/way-in/", advice.choose, name="office-way-in-choose"),
    path("applications/way-in/<slug:scheme>/", advice.page, name="office-way-in"),
    path("applications/<str:reference>/", page.one, name="office-application"),
    path("applications/<str:reference>/letter/", letter.write, name="office-letter"),
    path("applications/<str:reference>/letter/unlocks/", letter.preview, name="office-letter-unlocks"),
    path("applications/<str:reference>/letters/<int:number>.pdf", documents.letter, name="office-letter-pdf"),
    path("applications/<str:reference>/letters/<int:number>/signed/", documents.signed, name="office-letter-signed"),
    path("applications/<str:reference>/board-paper.pdf", documents.board_paper, name="office-board-paper"),
    path("applications/<str:reference>/in-time/", timing.page, name="office-application-timing"),
    path("applications/<str:reference>/<slug:step>/", steps.take, name="office-application-step"),
]
