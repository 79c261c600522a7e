"""Addresses of the office about ideas, topics, consultations, calls and confirmations."""

from django.urls import path

from cofund.web.office.topics import calls, confirmations, consultations, idea_acts, ideas, steps, texts

TOPIC = "<slug:scheme>/topics/<str:code>"

urlpatterns = [
    path("ideas/", ideas.listed, name="office-ideas"),
    path("ideas/new/", ideas.new, name="office-idea-new"),
    path("ideas/<slug:reference>/", ideas.one, name="office-idea"),
    path("ideas/<slug:reference>/<slug:act>/", idea_acts.act, name="office-idea-act"),
    path("consultations/", consultations.listed, name="office-consultations"),
    path("consultations/<int:key>/", consultations.one, name="office-consultation"),
    path("consultations/<int:key>/close/", consultations.close, name="office-consultation-close"),
    path("consultations/<int:key>/comment/", consultations.comment, name="office-consultation-comment"),
    path("consultations/<int:key>/comments/new/", consultations.record, name="office-comment-record"),
    path("consultations/<int:key>/comments/<int:number>/", consultations.answer, name="office-comment"),
    path("confirmations/", confirmations.listed, name="office-confirmations"),
    path("confirmations/<int:key>/", confirmations.one, name="office-confirmation"),
    path("<slug:scheme>/calls/", calls.listed, name="office-calls"),
    path("<slug:scheme>/calls/new/", calls.edit_call, name="office-call-new"),
    path("<slug:scheme>/calls/<int:key>/", calls.edit_call, name="office-call"),
    path("<slug:scheme>/results/", calls.import_results, name="office-results"),
    path(f"{TOPIC}/text/", texts.read, name="office-topic-text"),
    path(f"{TOPIC}/text/new/", texts.write, name="office-topic-write"),
    path(f"{TOPIC}/consultations/new/", consultations.start, name="office-consultation-new"),
    path(f"{TOPIC}/contributions/<int:key>/remove/", steps.remove_contribution, name="office-indicative-remove"),
    path(f"{TOPIC}/steps/<slug:step>/", steps.step, name="office-topic-step"),
]
