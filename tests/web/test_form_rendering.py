"""Fields that are written at once say the same as Django's own templates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from cofund.web.fields import LongSelect
from cofund.web.form_rendering import FormRenderer

HOSTILE = "\"><script>alert('x')</script>&amp;"
CHOICES = [("", "None"), (1, HOSTILE), ("Heading <b>", [(HOSTILE, "in it"), ("b", "b & c")]), (None, "nothing")]
WIDGETS = (
    forms.TextInput,
    forms.EmailInput,
    forms.URLInput,
    forms.NumberInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.CheckboxInput,
    forms.Textarea,
    forms.Select,
    LongSelect,
)
ATTRIBUTES = {"id": "id_x", "disabled": False, "maxlength": 300, "title": HOSTILE, "required": True}


def without_breaks(html: str) -> str:
    """HTML without the white space between elements, which says nothing."""
    return re.sub(r"\s+<", "<", html)


@pytest.mark.parametrize("kind", WIDGETS)
@pytest.mark.parametrize("value", [None, "", "1", 1, HOSTILE, "b", "a\nb", True, False, 1234567])
def test_field_is_written_as_the_template_writes_it(kind: type[forms.Widget], value: Any) -> None:
    widget = kind(ATTRIBUTES)
    if isinstance(widget, forms.Select):
        widget.choices = CHOICES
    told = forms.Select(ATTRIBUTES, CHOICES) if kind is LongSelect else widget
    written = widget.render("field", value, renderer=FormRenderer())
    assert without_breaks(written) == without_breaks(told.render("field", value, renderer=DjangoTemplates()))
    assert "<script>" not in written
