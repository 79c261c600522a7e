"""Finds an organisation by what somebody types: its legal name, its short name or the last part of its address."""

from __future__ import annotations

from django.db.models import Q

from cofund.records.directory.models import Organisation


def organisations_named(typed: str) -> list[Organisation]:
    """Give the organisations of the directory that go by exactly this name; at most three, to tell one from several."""
    name = " ".join(typed.split())
    if not name:
        return []
    goes_by = (
        Q(name__iexact=name) | Q(short_name__iexact=name) | Q(slug__iexact=name) | Q(other_names__name__iexact=name)
    )
    return list(Organisation.objects.filter(goes_by, merged_into=None).distinct().order_by("name")[:3])
