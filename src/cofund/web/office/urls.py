"""Addresses of the office; all of them ask for a sign-in."""

from django.urls import include, path

from cofund.web.office import acting, books, listing, pledging, rechecking, suggesting, targets
from cofund.web.office.topics import page as topic_page

urlpatterns = [
    path("", include("cofund.web.office.desk.urls")),
    path("", include("cofund.web.office.governance.urls")),
    path("", include("cofund.web.office.giveback.urls")),
    path("", include("cofund.web.office.proof.urls")),
    path("", include("cofund.web.office.documents.urls")),
    path("organisations/", suggesting.organisations, name="organisations-suggested"),
    path("pledge/", pledging.choose, name="office-pledge-choose"),
    path("", include("cofund.web.office.leads.urls")),
    path("topics/", targets.choose, name="office-topics-choose"),
    path("books/", books.listed, name="office-books"),
    path("contributions/", listing.listed, name="office-contributions"),
    path("contributions/<str:reference>/", listing.one, name="office-contribution"),
    path("contributions/<str:reference>/check-again/", rechecking.check, name="office-partner-check"),
    path("contributions/<str:reference>/<slug:act>/", acting.contribution, name="office-contribution-act"),
    path("", include("cofund.web.office.publishing.urls")),
    path("", include("cofund.web.office.partners.urls")),
    path("", include("cofund.web.office.pairings.urls")),
    path("", include("cofund.web.office.corpus.urls")),
    path("", include("cofund.web.office.applications.urls")),
    path("", include("cofund.web.office.recommending.urls")),
    path("", include("cofund.web.office.topics.urls")),
    path("", include("cofund.web.office.rounds.urls")),
    path("", include("cofund.web.office.sheets.urls")),
    path("<slug:scheme>/contributions/", listing.listed, name="office-contributions-of"),
    path("<slug:scheme>/pledge/", pledging.pledge, name="office-pledge"),
    path("<slug:scheme>/pledge/preview/", pledging.preview, name="office-pledge-preview"),
    path("<slug:scheme>/topics/", targets.listed, name="office-topics"),
    path("<slug:scheme>/topics/new/", targets.new, name="office-topic-new"),
    path("<slug:scheme>/topics/<str:code>/", topic_page.topic, name="office-topic"),
    path("<slug:scheme>/topics/<str:code>/<slug:act>/", acting.topic, name="office-topic-act"),
    path("<slug:scheme>/projects/<slug:slug>/", targets.project, name="office-project"),
    path("<slug:scheme>/projects/<slug:slug>/<slug:act>/", acting.project, name="office-project-act"),
    path("<slug:scheme>/envelope/", targets.tranches, name="office-envelope"),
    path("<slug:scheme>/tranches/<slug:code>/<slug:act>/", acting.tranche, name="office-tranche-act"),
    path("<slug:scheme>/books/", books.book, name="office-books-of"),
    path("<slug:scheme>/books/verify/", books.verify, name="office-verify"),
    path("<slug:scheme>/books/<int:number>/", books.entry, name="office-entry"),
    path("<slug:scheme>/books/<int:number>/correct/", acting.entry, name="office-correct"),
]
