"""The form of a consortium check: what a scheme asks of a plan, row by row; rows can be added without a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as lazy

from cofund.rules.consortium_columns import Asked, of_participant, of_project
from cofund.rules.consortium_plan import Plan
from cofund.rules.consortium_sheet import EMPTY, plan_of, value_of
from cofund.rules.schemes import Scheme
from cofund.rules.share_words import percent
from cofund.web.fields import MoneyField, MoneyInput
from cofund.web.languages import gettext as _
from cofund.web.vocabulary import spoken

FIRST_ROWS = 4
ROWS_MORE = 3
# A browser sends a field for each cell; more of them than a form may have come as a file.
MOST_ROWS = 50
# What stands open in each row; the rest is behind a heading, which opens where something stands or is wrong in it.
_BEHIND = ("pic", "organisation_kind", "turnover", "membership", "costs")


class WordsField(forms.CharField):
    """Words, a country or a share, read as a cell of the Excel file is read."""

    def __init__(self, asked: Asked, **kwargs: Any) -> None:
        """Take what is asked."""
        super().__init__(required=False, **kwargs)
        self.asked = asked

    def clean(self, value: Any) -> Any:
        """The value, or None. Raises ValidationError that says how it is written."""
        found, wrong = value_of(self.asked, str(value or ""))
        if wrong and str(value or "").strip():
            raise forms.ValidationError(spoken(wrong))
        return found

    def prepare_value(self, value: Any) -> Any:
        """A share as people write it."""
        return percent(value) if isinstance(value, Fraction) else value


@dataclass(frozen=True, slots=True)
class PlanRow:
    """The fields of one participant as the page places them."""

    number: int
    title: str
    main: tuple[BoundField, ...]
    more: tuple[BoundField, ...]

    @property
    def is_more_open(self) -> bool:
        """Whether something is written, or wrong, in what stands behind the heading."""
        return any(field.value() or field.errors for field in self.more)


class PlanForm(forms.Form):
    """A plan: fields of the project are `plan-<key>`, of participants `row-<place>-<key>`; `rows` tells how many there are."""

    errors_title = lazy("The plan was not checked yet. Please correct:")
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_ROWS, required=False)

    def __init__(self, *args: Any, scheme: Scheme, rows: int, **kwargs: Any) -> None:
        """Take the scheme and how many rows there are."""
        super().__init__(*args, **kwargs)
        self.scheme, self.count = scheme, min(rows, MOST_ROWS)
        self.asked_of_project, self.asked_of_participant = of_project(scheme), of_participant(scheme)
        for asked in self.asked_of_project:
            self.fields[f"plan-{asked.key}"] = _field(asked, scheme.currency, spoken(asked.label))
        for index in range(self.count):
            for asked in self.asked_of_participant:
                # The number tells the fields of one row from those of another in the list of what is wrong.
                label = f"{index + 1}. {(_('Name') if asked.key == 'name' else spoken(asked.label))}"
                self.fields[f"row-{index}-{asked.key}"] = _field(asked, scheme.currency, label)

    def clean(self) -> dict[str, Any]:
        """Ask for what a row needs in which anything stands; and for one participant at least."""
        found = super().clean() or {}
        filled = [index for index in range(self.count) if self._says_something(index)]
        for index in filled:
            row = self._row(index)
            for asked in self.asked_of_participant:
                name = f"row-{index}-{asked.key}"
                if asked.is_needed and not row.get(asked.key) and name not in self.errors:
                    self.add_error(name, spoken(EMPTY))
                given = row.get(f"given-{asked.key.removeprefix('third-')}") or 0
                if asked.key.startswith("third-") and (row.get(asked.key) or 0) > given:
                    self.add_error(name, _("It is more than what is given of this kind."))
        if not filled and not self.errors:
            self.add_error(None, _("There is no participant in the plan."))
        return found

    def mark_needed(self) -> PlanForm:
        """Mark, for the page alone, what every row needs in which anything stands."""
        self.use_required_attribute = False
        for index in range(self.count):
            for asked in self.asked_of_participant:
                self.fields[f"row-{index}-{asked.key}"].required = asked.is_needed
        return self

    def plan(self) -> Plan:
        """The plan of a form that is valid; rows in which nothing stands are left out."""
        project = {asked.key: self.cleaned_data.get(f"plan-{asked.key}") for asked in self.asked_of_project}
        rows: list[Mapping[str, object]] = [
            self._row(index) for index in range(self.count) if self._says_something(index)
        ]
        return plan_of(self.scheme, project, rows)

    @property
    def project(self) -> PlanRow:
        """The fields of the project; limits that the topic sets stand behind a heading."""
        fields = {asked.key: self[f"plan-{asked.key}"] for asked in self.asked_of_project}
        main = tuple(field for key, field in fields.items() if not key.startswith("limit-"))
        more = tuple(field for key, field in fields.items() if key.startswith("limit-"))
        return PlanRow(0, "", main, more)

    @property
    def participants(self) -> list[PlanRow]:
        """The rows as the page places them."""
        found = []
        for index in range(self.count):
            fields = {asked.key: self[f"row-{index}-{asked.key}"] for asked in self.asked_of_participant}
            main = tuple(field for key, field in fields.items() if key not in _BEHIND)
            more = tuple(field for key, field in fields.items() if key in _BEHIND)
            found.append(PlanRow(index + 1, str(fields["name"].value() or ""), main, more))
        return found

    def _row(self, index: int) -> dict[str, Any]:
        """The cleaned values of one row, without what is empty."""
        names = {asked.key: f"row-{index}-{asked.key}" for asked in self.asked_of_participant}
        return {
            key: self.cleaned_data.get(name) for key, name in names.items() if self.cleaned_data.get(name) is not None
        }

    def _says_something(self, index: int) -> bool:
        """Whether anything stands in a row, right or wrong."""
        names = (f"row-{index}-{asked.key}" for asked in self.asked_of_participant)
        return any(self.cleaned_data.get(name) or name in self.errors for name in names)


def initial_of(scheme: Scheme, plan: Plan) -> dict[str, Any]:
    """The values of a plan by the names of the fields."""
    found: dict[str, Any] = {
        "plan-title": plan.title,
        "plan-topic": plan.topic,
        "plan-most_public": plan.most_public_cents,
        "plan-action_type": plan.action_type,
        "plan-excludes_large": "" if plan.excludes_large else "no",
        **{f"plan-limit-{test}": allowance.limit for test, allowance in plan.allowances.items()},
    }
    for index, one in enumerate(plan.participants):
        values = {
            "name": one.name,
            "pic": one.pic,
            "country": one.country,
            "capacity": one.capacity,
            "organisation_kind": one.organisation_kind,
            "turnover": one.turnover_cents,
            "membership": one.membership,
            "costs": one.costs_cents,
            "public": one.public_cents or None,
            **{f"given-{kind}": cents or None for kind, cents in one.given.items()},
            **{f"third-{kind}": cents for kind, cents in one.third.items()},
        }
        found |= {f"row-{index}-{key}": value for key, value in values.items()}
    return found


def _field(asked: Asked, currency: str, label: str) -> forms.Field:
    """The field for one thing that is asked."""
    known: dict[str, Any] = {"label": label, "help_text": spoken(asked.hint)}
    if asked.form == "money":
        return MoneyField(currency=currency, min_cents=0, required=False, widget=MoneyInput(currency), **known)
    if asked.form == "choice":
        has_empty = any(not code for code, _words in asked.choices)
        known_choices = tuple((code, spoken(words)) for code, words in asked.choices)
        choices = known_choices if has_empty else (("", _("Not stated")), *known_choices)
        return forms.ChoiceField(choices=choices, required=False, **known)
    return WordsField(asked, max_length=asked.longest, widget=forms.TextInput({"autocomplete": "off"}), **known)
