"""Addresses of the pages, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from cofund.web.office import signing
from cofund.web.public import calendars, design, home, invitations, partners, programmes, projects

public: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("about-data/", home.about, name="about-data"),
    path("design/", design.page, name="design"),
    path("sign-in/", signing.SignIn.as_view(), name="sign-in"),
    path("sign-out/", signing.SignOut.as_view(), name="sign-out"),
    path("invitation/<str:token>/", invitations.page, name="invitation"),
    path("calendar/<str:token>.ics", calendars.own, name="calendar-feed"),
    path("programmes/<slug:scheme>/calendar.ics", calendars.of_programme, name="programme-calendar"),
    path("office/", include("cofund.web.office.urls")),
    path("partners/", partners.index, name="partners"),
    path("partners/<slug:slug>/", partners.page, name="partner"),
    path("contributions/<str:reference>/", partners.contribution, name="contribution"),
    path("topics/", projects.topics, name="open-topics"),
    path("programmes/", programmes.index, name="programmes"),
    path("programmes/<slug:scheme>/", programmes.page, name="programme"),
    path("programmes/<slug:scheme>/rules/", programmes.rules, name="rules"),
    path("programmes/<slug:scheme>/journal.beancount", home.journal, name="journal"),
    path("programmes/<slug:scheme>/movements/<slug:tranche>/", programmes.movements, name="movements"),
    path("programmes/<slug:scheme>/projects/", projects.index, name="projects"),
    path("programmes/<slug:scheme>/projects/<slug:slug>/", projects.page, name="project"),
    path("programmes/<slug:scheme>/topics/", projects.topics, name="topics"),
    path("programmes/<slug:scheme>/topics/<str:code>/", projects.topic, name="topic"),
]

urlpatterns: list[URLPattern | URLResolver] = [*public]
