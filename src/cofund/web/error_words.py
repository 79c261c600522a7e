"""What is wrong in a field of a form, in sentences that name the field and say what to enter; one place for every form.

Fields and actions of this product write their own sentences, and those stay. Django's own say what is wrong and no more.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms import fields as django_fields
from django.forms import models as django_models
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_noop as marked
from django.utils.translation import override

from cofund.web.languages import gettext as _

# Longer texts are not repeated in a sentence about them.
_LONGEST_SAID: Final = 60
_KINDS: Final = (
    (forms.EmailField, marked("takes an e-mail address, such as name@example.org")),
    (forms.URLField, marked("takes a web address, such as https://example.org")),
    # A decimal field is an integer field to Django: it comes first.
    (forms.DecimalField, marked("takes a number in digits, such as 120 or 37.5")),
    (forms.IntegerField, marked("takes a whole number in digits")),
    (forms.DateField, marked("takes a day as year, month and day, for example 2016-12-31")),
)
_LIMITS: Final = {
    "min_length": marked("takes at least {limit_value} characters; you wrote {show_value}."),
    "max_length": marked("takes at most {limit_value} characters; you wrote {show_value}. Please shorten it."),
    "min_value": marked("takes {limit_value} or more; you wrote {show_value}."),
    "max_value": marked("takes {limit_value} or less; you wrote {show_value}."),
}
_DIGITS: Final = {
    "max_digits": marked("takes at most {max} digits in all."),
    "max_decimal_places": marked("takes at most {max} digits after the point."),
    "max_whole_digits": marked("takes at most {max} digits before the point."),
}


def sentences(field: BoundField) -> list[str]:
    """Say what is wrong in a field, each in a sentence."""
    return [_said(field, error) for error in field.form.errors.get(field.name, forms.utils.ErrorList()).as_data()]


def names_it(field: BoundField, sentence: str) -> bool:
    """Tell whether a sentence names its field already, so that nobody needs to write it in front."""
    return _quoted(field) in sentence


def _quoted(field: BoundField) -> str:
    """The name of a field as a sentence holds it."""
    return _("“{label}”").format(label=field.label)


def _said(field: BoundField, error: ValidationError) -> str:
    """One error in words: Django's own ones by what the field takes, all others as they are written."""
    if not _is_django(error):
        return " ".join(error.messages)
    name, takes = _quoted(field), ""
    kind, figures = field.field, error.params or {}
    if error.code == "required":
        return _missing(name, kind)
    if error.code in _LIMITS and {"limit_value", "show_value"} <= figures.keys():
        return f"{name} {_(_LIMITS[error.code]).format(**figures)}"
    if error.code in _DIGITS and "max" in figures:
        return f"{name} {_(_DIGITS[error.code]).format(**figures)}"
    if error.code == "empty" and isinstance(kind, forms.FileField):
        return _("The file of {name} is empty. Choose it again.").format(name=name)
    if error.code in ("invalid_choice", "invalid_list", "invalid_pk_value"):
        return _("{name} takes one of the choices of its list. Choose one of them.").format(name=name)
    takes = next((_(words) for known, words in _KINDS if isinstance(kind, known)), "")
    if takes:
        return f"{name} {takes}.{_typed(field)}"
    if error.code == "null_characters_not_allowed":
        return _("{name} has a character in it that cannot be read. Please type it again.").format(name=name)
    return f"{name}: {' '.join(error.messages)}"


def _missing(name: str, kind: forms.Field) -> str:
    """That a field is empty, and what is done with a field of this kind."""
    if isinstance(kind, forms.FileField):
        return _("Choose a file for {name}.").format(name=name)
    if isinstance(kind, forms.BooleanField):
        return _("Tick {name} to go on.").format(name=name)
    if isinstance(kind, forms.ChoiceField):
        return _("Choose something for {name}.").format(name=name)
    if isinstance(kind, forms.DateField):
        return _("Enter a day for {name}.").format(name=name)
    return _("Fill in {name}; it cannot be left empty.").format(name=name)


def _typed(field: BoundField) -> str:
    """What was typed instead, where it is short."""
    text = str(field.data or "").strip()
    return _(" “{text}” is none.").format(text=text) if text and len(text) <= _LONGEST_SAID else ""


def _is_django(error: ValidationError) -> bool:
    """Tell whether a message is Django's own."""
    with override(settings.LANGUAGE_CODE):
        message = str(error.message)
    return message in _OWN or {"limit_value", "show_value"} <= (error.params or {}).keys()


def _own_messages() -> frozenset[str]:
    """Every message of the fields and validators of Django, as it stands before its figures are filled in."""
    found: set[str] = {str(validators.EmailValidator.message), str(validators.URLValidator.message)}
    found.add(str(validators.ProhibitNullCharactersValidator.message))
    places: tuple[Any, ...] = (django_fields, django_models)
    for place in places:
        for one in vars(place).values():
            if isinstance(one, type) and issubclass(one, forms.Field):
                found |= {
                    str(words) for words in one.default_error_messages.values() if isinstance(words, str) or words
                }
    return frozenset(found)


with override(settings.LANGUAGE_CODE):
    # This module may be read first while French is spoken.
    _OWN: Final = _own_messages()
