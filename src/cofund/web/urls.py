"""Addresses of the pages, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from cofund.web.office import signing
from cofund.web.public import (
    calendars,
    design,
    governance,
    home,
    ideas,
    interest,
    invitations,
    partners,
    programmes,
    projects,
    topics,
    trajectories,
)

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
    path("programmes/<slug:scheme>/topics/<str:code>/contribute/", interest.express, name="contribute"),
    path("contribute/sent/", interest.sent, name="contribute-sent"),
    path("contribute/thanks/", interest.thanks, name="contribute-thanks"),
    path("contribute/confirm/<str:token>/", interest.confirm, name="contribute-confirm"),
    path("programmes/<slug:scheme>/decisions/", governance.decisions_page, name="public-decisions"),
    path("programmes/<slug:scheme>/decisions/<path:number>/", governance.decision_page, name="public-decision"),
    path("programmes/<slug:scheme>/groups/", governance.groups_page, name="public-groups"),
    path("programmes/<slug:scheme>/groups/<slug:slug>/", governance.group_page, name="public-group"),
    path("programmes/<slug:scheme>/meetings/<int:meeting>/", governance.meeting_page, name="public-meeting"),
    path("programmes/<slug:scheme>/papers/<int:paper>/", governance.paper_file, name="public-paper"),
    path("programmes/<slug:scheme>/topics/<str:code>/", topics.page, name="topic"),
    path("programmes/<slug:scheme>/topics/<str:code>/chain/", topics.chain, name="topic-chain"),
    path("programmes/<slug:scheme>/topics/<str:code>/comment/", topics.comment, name="topic-comment"),
    path("programmes/<slug:scheme>/calls/", topics.calls_of, name="calls"),
    path("programmes/<slug:scheme>/trajectory/", trajectories.page, name="trajectory"),
    path("ideas/", ideas.register, name="ideas"),
    path("ideas/suggest/", ideas.suggest, name="idea-suggest"),
    path("ideas/<slug:reference>/", ideas.page, name="idea"),
]

urlpatterns: list[URLPattern | URLResolver] = [*public]
