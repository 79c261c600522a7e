"""Addresses of the office about candidates and past projects; included by the addresses of the office."""

from django.urls import path

from cofund.web.office.recommending import acting, candidates, fitting, log, past

TOPIC = "<slug:scheme>/topics/<str:code>/candidates/"
IDEA = "ideas/<slug:reference>/candidates/"

urlpatterns = [
    path(TOPIC, candidates.of_topic, name="office-candidates"),
    path(f"{TOPIC}<int:pic>/<slug:act>/", acting.of_topic, name="office-candidate-act"),
    path(IDEA, candidates.of_idea, name="office-idea-candidates"),
    path(f"{IDEA}<int:pic>/<slug:act>/", acting.of_idea, name="office-idea-candidate-act"),
    path("past/projects/<int:number>/", past.project, name="office-past-project"),
    path("past/organisations/<int:pic>/", past.organisation, name="office-past-organisation"),
    path("recommendations/", log.listed, name="office-shown"),
    path("recommendations/<int:key>/", log.one, name="office-shown-one"),
    path("fits/", fitting.page, name="office-fits"),
    path("fits/alerts/", fitting.alerts, name="office-fit-alerts"),
]
