"""Form fields for what people type here: amounts of money and days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as lazy

from cofund.rules.money import MOST_CENTS, meant_amount, read_amount
from cofund.rules.places import country_code, country_fault
from cofund.web.choices import options
from cofund.web.languages import gettext as _
from cofund.web.vocabulary import spoken

DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


class MoneyInput(forms.TextInput):
    """A text field for an amount: a number keypad on the phone, the currency written beside it."""

    def __init__(self, currency: str = "EUR", attrs: dict[str, Any] | None = None) -> None:
        self.currency = currency
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "input-money", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Cents as a person reads them; what was typed stays as it was typed."""
        if isinstance(value, int):
            whole, rest = divmod(value, 100)
            return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
        typed: str | None = super().format_value(value)
        return typed


class MoneyField(forms.Field):
    """An amount of a stated currency; cleans to whole cents (int), or None where it is empty and not required.

    Takes `7000000`, `7,000,000`, `7 000 000` and `7000000.50`. A comma before one or two digits is refused: guessing
    whether `1,5` is fifteen or one and a half is not for a form about money. More than `max_cents` is refused with the limit.
    """

    widget: Any = MoneyInput

    def __init__(
        self, *, currency: str = "EUR", min_cents: int | None = 1, max_cents: int | None = MOST_CENTS, **kwargs: Any
    ) -> None:
        self.currency, self.min_cents, self.max_cents = currency, min_cents, max_cents
        kwargs.setdefault("widget", MoneyInput(currency))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """Whole cents. Raises ValidationError that says what was typed and how to write it."""
        text = str(value or "").strip().removeprefix(self.currency).removeprefix("€").strip()
        if not text:
            return None
        cents = read_amount(text)
        if cents is None:
            meant = meant_amount(text)
            shown = (
                _("If {meant} is meant, write that").format(meant=meant)
                if meant
                else _("Write it as 7000000 or 7,000,000")
            )
            raise ValidationError(
                _(
                    "“{text}” is not an amount that can be read for certain. {shown}; cents stand after a point, as "
                    "in 1250.50."
                ).format(text=text, shown=shown),
                code="invalid",
            )
        return cents

    def validate(self, value: Any) -> None:
        """Refuse an amount outside the limits, with the limit. Raises ValidationError."""
        super().validate(value)
        if value is None:
            return
        if self.min_cents is not None and value < self.min_cents:
            raise ValidationError(
                _("The amount must be at least {said}.").format(said=self._said(self.min_cents)), code="min"
            )
        if self.max_cents is not None and value > self.max_cents:
            raise ValidationError(
                _("The amount can be at most {said}.").format(said=self._said(self.max_cents)), code="max"
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the amount differs, however it is written."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def _said(self, cents: int) -> str:
        return f"{self.currency} {MoneyInput(self.currency).format_value(cents)}"


class CountryField(forms.CharField):
    """A country in two letters; cleans to its letters of ISO 3166, or to nothing where it is empty and not required."""

    def __init__(self, **kwargs: Any) -> None:
        # A form makes its fields once, whatever language is spoken then.
        stated = {"required": False, "help_text": lazy("Two letters, for example BE, US or GB.")}
        super().__init__(**{"widget": forms.TextInput({"maxlength": 2}), **stated, **kwargs})

    def clean(self, value: Any) -> str:
        """The letters. Raises ValidationError where there is no such country."""
        written: str = super().clean(value)
        if fault := country_fault(written):
            raise ValidationError(spoken(fault), code="invalid")
        return country_code(written)


class SeenField(forms.CharField):
    """The mark of what the page showed of a thing that is changed, so that nobody writes over what somebody else changed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.HiddenInput, **kwargs})


class LongSelect(forms.Select):
    """A list to choose from with hundreds of choices, written at once: a template for each choice takes ten times as long."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The list as the ordinary one writes it."""
        listed = options(self.choices, self.format_value(value))
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), listed
        )


class RowIterator(ModelChoiceIterator):  # type: ignore[type-arg]  # the class takes its argument for type checkers only
    """The choices of a `RowField`, of a few columns each."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """No choice first, where that is one, then each row with its words."""
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        assert isinstance(self.field, RowField)
        for key, *parts in self.queryset.values_list("pk", *self.field.columns):
            yield key, self.field.said(*parts)


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as above
    """One of hundreds of rows: the list is made of `columns`, without an object for each."""

    iterator = RowIterator
    columns: tuple[str, ...] = ()

    def __init__(self, queryset: Any, *, columns: tuple[str, ...], **kwargs: Any) -> None:
        """Take the columns whose words, with a space between them, name a row."""
        self.columns = columns
        super().__init__(queryset, widget=LongSelect, **kwargs)

    def said(self, *parts: str) -> str:
        """What a row is called, of its columns."""
        return " ".join(parts)[:110]


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        """The day as a browser takes it; what is no day is left out, as the browser would do with a warning."""
        text: str | None = super().format_value(value)
        return text if text and DAY.match(text) else None


class DayField(forms.DateField):
    """A day; cleans to a `date`."""

    widget: Any = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)
        self.error_messages["invalid"] = lazy("Give a day as year, month and day, for example 2016-12-31.")
