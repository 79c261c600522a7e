"""The Django app `corpus`."""

from django.apps import AppConfig


class CorpusConfig(AppConfig):
    name = "cofund.records.corpus"
    label = "corpus"
    default_auto_field = "django.db.models.BigAutoField"
