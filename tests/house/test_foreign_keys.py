"""The record apps know only what lies below them: corpus <- directory <- programme <- ledger."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission

LAYERS = ["corpus", "directory", "programme", "ledger"]


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in LAYERS
        for field in model._meta.get_fields(include_hidden=False)
        if field.is_relation and field.concrete and field.related_model not in {Group, Permission}
        if LAYERS.index(field.related_model._meta.app_label) > LAYERS.index(model._meta.app_label)
    ]
    assert upward == []


def test_every_model_lies_in_a_record_app() -> None:
    elsewhere = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("cofund.") and model._meta.app_label not in LAYERS
    }
    assert elsewhere == set()
