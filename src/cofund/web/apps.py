"""The Django app that carries templates, static files and template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cofund.web"
    label = "web"
