"""The form field for an organisation that somebody names; there are thousands, so no list to choose from."""

from __future__ import annotations

from typing import Any

from django import forms

from cofund.queries import names
from cofund.records.directory.models import Organisation


class OrganisationField(forms.CharField):
    """An organisation by its name, short name or code; cleans to the organisation, or None where it is empty."""

    def clean(self, value: Any) -> Any:
        """The one organisation that was meant. Raises ValidationError that names those that fit."""
        text = super().clean(value)
        if not text:
            return None
        found = names.written(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(f"No organisation is called “{text}” here. Write another part of its name.")
        said = "; ".join(sorted(one.name for one in found))
        raise forms.ValidationError(f"Several fit. Write the full name of one: {said}.")

    def prepare_value(self, value: Any) -> Any:
        """An organisation as its name."""
        return value.name if isinstance(value, Organisation) else value
