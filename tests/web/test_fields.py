"""What people type as money and as a day, and what is made of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.forms import BaseForm

from cofund.web.fields import CountryField, DayField, DayInput, MoneyField, MoneyInput
from cofund.web.office.forms import PledgeForm
from cofund.web.office.leads.forms import NewLeadForm
from cofund.web.office.rounds.forms import ActivityForm, InKindForm
from cofund.web.public.interest import KnockForm


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("7000000", 700_000_000),
        ("7,000,000", 700_000_000),
        ("7 000 000", 700_000_000),
        ("EUR 7,000,000.5", 700_000_050),
        ("€1250.05", 125_005),
    ],
)
def test_money_is_read_as_cents(typed: str, cents: int) -> None:
    assert MoneyField().clean(typed) == cents


@pytest.mark.parametrize(("typed", "code"), [("us", "US"), (" DE", "DE"), ("EL", "GR"), ("", "")])
def test_country_is_read_as_its_letters(typed: str, code: str) -> None:
    assert CountryField().clean(typed) == code


@pytest.mark.parametrize("typed", ["ZZ", "1A", "D", "USA"])
def test_country_that_there_is_not_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        CountryField().clean(typed)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (KnockForm, "country"),
        (PledgeForm, "new_country"),
        (NewLeadForm, "new_country"),
        (ActivityForm, "country"),
        (InKindForm, "country"),
    ],
)
def test_every_form_that_asks_for_a_country_knows_which_there_are(form: type[BaseForm], name: str) -> None:
    assert isinstance(form.base_fields[name], CountryField)


@pytest.mark.parametrize("typed", ["7.000.000,00", "1,5", "1,50", "12,34,567", "-5", "ten", "1e6", "1.234"])
def test_money_that_can_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        MoneyField().clean(typed)
    assert refusal.value.code == "invalid"


def test_money_outside_its_limits_is_told_the_limit() -> None:
    field = MoneyField(max_cents=741_250_000)
    with pytest.raises(ValidationError, match="at most EUR 7,412,500"):
        field.clean("9,000,000")
    with pytest.raises(ValidationError, match=r"at least EUR 0\.01"):
        field.clean("0")


def test_money_may_be_left_out_where_it_is_optional() -> None:
    assert MoneyField(required=False).clean("") is None


def test_money_is_shown_as_it_is_typed_again() -> None:
    assert [MoneyInput().format_value(cents) for cents in (700_000_000, 125_005)] == ["7,000,000", "1,250.05"]


def test_money_written_differently_has_not_changed() -> None:
    assert [MoneyField().has_changed(700_000_000, text) for text in ("7,000,000", "7000001", "x")] == [
        False,
        True,
        True,
    ]


def test_a_day_is_read_and_a_word_is_not() -> None:
    assert DayField().clean("2016-12-31") == date(2016, 12, 31)
    with pytest.raises(ValidationError, match="year, month and day"):
        DayField().clean("soon")
    assert [DayInput().format_value(value) for value in (date(2016, 12, 31), "soon")] == ["2016-12-31", None]


@pytest.mark.parametrize("typed", ["999,999,999,999,999,999,999,999", "10,000,000,000,000.01", "99999999999999999999"])
def test_money_beyond_what_the_books_take_is_told_the_limit(typed: str) -> None:
    with pytest.raises(ValidationError, match="at most EUR 10,000,000,000,000"):
        MoneyField().clean(typed)
