"""Addresses of the recommendation index and of the long tasks that build it."""

from django.urls import path

from cofund.web.office.corpus import acting, page

urlpatterns = [
    path("index/", page.shown, name="office-index"),
    path("index/progress/", page.progress, name="office-index-progress"),
    path("index/<slug:kind>/start/", acting.start, name="office-index-start"),
    path("index/tasks/<int:key>/cancel/", acting.cancel, name="office-task-cancel"),
]
