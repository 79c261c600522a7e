"""The Django app `directory`."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "cofund.records.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
