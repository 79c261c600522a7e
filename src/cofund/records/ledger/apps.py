"""The Django app `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "cofund.records.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
