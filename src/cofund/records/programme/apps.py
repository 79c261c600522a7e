"""The Django app `programme`."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "cofund.records.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"
