"""Addresses of the desk and of what belongs to it."""

from django.urls import path

from cofund.web.office.desk import page

urlpatterns = [
    path("", page.page, name="desk"),
]
