"""Addresses of the office about stories."""

from django.urls import path

from cofund.web.office.stories import acts, listing, one, pictures, writing

urlpatterns = [
    path("stories/", listing.listed, name="office-stories"),
    path("stories/new/", writing.new, name="office-story-new"),
    path("stories/<slug:slug>/", one.page, name="office-story"),
    path("stories/<slug:slug>/versions/", one.versions, name="office-story-versions"),
    path("stories/<slug:slug>/text/", writing.write, name="office-story-write"),
    path("stories/<slug:slug>/correct/", writing.correct, name="office-story-correct"),
    path("stories/<slug:slug>/about/", writing.tie, name="office-story-tie"),
    path("stories/<slug:slug>/pictures/new/", pictures.add, name="office-story-picture-new"),
    path("stories/<slug:slug>/pictures/<int:number>/", pictures.describe, name="office-story-picture"),
    path("stories/<slug:slug>/pictures/<int:number>/remove/", pictures.remove, name="office-story-picture-remove"),
    path("stories/<slug:slug>/steps/<slug:step>/", acts.step, name="office-story-step"),
]
