"""What forms say is wrong: each sentence names its field and what to enter, and everything is said at once."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.books import Office

from cofund.records.directory.models import User
from cofund.web import error_words
from cofund.web.fields import DayField, MoneyField
from cofund.web.office import tokens

PARTS: dict[str, tuple[forms.Field, Any, str]] = {
    "name": (forms.CharField(label="Legal name"), "", "Fill in “Legal name”; it cannot be left empty."),
    "story": (forms.CharField(label="Story", min_length=10), "a", "“Story” takes at least 10 characters; you wrote 1."),
    "short": (
        *(forms.CharField(label="Short", max_length=3), "abcd"),
        "“Short” takes at most 3 characters; you wrote 4. Please shorten it.",
    ),
    "site": (
        *(forms.URLField(label="Website", assume_scheme="https"), "no site"),
        "“Website” takes a web address, such as https://example.org. “no site” is none.",
    ),
    "email": (
        *(forms.EmailField(label="E-mail"), "x"),
        "“E-mail” takes an e-mail address, such as name@example.org. “x” is none.",
    ),
    "year": (
        *(forms.IntegerField(label="Year"), "soon"),
        "“Year” takes a whole number in digits. “soon” is none.",
    ),
    "many": (
        *(forms.DecimalField(label="Quantity"), "some"),
        "“Quantity” takes a number in digits, such as 120 or 37.5. “some” is none.",
    ),
    "fine": (
        *(forms.DecimalField(label="Quantity", max_digits=6, decimal_places=2), "1.234"),
        "“Quantity” takes at most 2 digits after the point.",
    ),
    "large": (
        *(forms.DecimalField(label="Quantity", max_digits=6, decimal_places=2), "12345"),
        "“Quantity” takes at most 4 digits before the point.",
    ),
    "low": (forms.IntegerField(label="Part", min_value=5), "3", "“Part” takes 5 or more; you wrote 3."),
    "kind": (
        *(forms.ChoiceField(label="Kind", choices=[("a", "A")]), "b"),
        "“Kind” takes one of the choices of its list. Choose one of them.",
    ),
    "none": (forms.ChoiceField(label="Way", choices=[("a", "A")]), "", "Choose something for “Way”."),
    "sure": (forms.BooleanField(label="I am sure"), "", "Tick “I am sure” to go on."),
    "paper": (forms.FileField(label="Letter"), "", "Choose a file for “Letter”."),
    "hollow": (
        *(forms.FileField(label="Letter"), SimpleUploadedFile("letter.pdf", b"")),
        "The file of “Letter” is empty. Choose it again.",
    ),
    "on": (DayField(label="Day"), "", "Enter a day for “Day”."),
    "of": (DayField(label="Day"), "soon", "Give a day as year, month and day, for example 2016-12-31."),
    "amount": (MoneyField(label="Amount", max_cents=100), "5", "The amount can be at most EUR 1."),
}


@pytest.mark.parametrize("name", PARTS)
def test_sentence_names_the_field_and_what_to_enter(name: str) -> None:
    field, typed, said = PARTS[name]
    is_file = isinstance(typed, SimpleUploadedFile)
    form = type("AnyForm", (forms.Form,), {name: field})(*(({}, {name: typed}) if is_file else ({name: typed},)))
    assert error_words.sentences(form[name]) == [said]


def test_sentence_that_the_product_wrote_itself_stays() -> None:
    form = type("AnyForm", (forms.Form,), {"name": forms.CharField(label="Name")})({"name": "x"})
    form.full_clean()
    form.add_error("name", ValidationError("The site already knows it.", code="invalid"))
    assert error_words.sentences(form["name"]) == ["The site already knows it."]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/office/partners/new/", "/office/partners/trust/edit/"])
def test_everything_that_is_wrong_with_an_organisation_is_said_at_once(client: Client, path: str) -> None:
    Office("imi2").organisation("Trust")
    client.force_login(User.objects.create_user(username="officer", role="officer"))
    typed = {"name": "Trust", "kind": "unknown", "funding_origin": "unknown", "token": tokens.new(), "turnover": "5"}
    wrong = {"website": "no site", "pic": "123", "vat_number": "DE12", "lei": "5493", "country": "ZZ"}
    answer = client.post(path, {**typed, **wrong})
    named = {"turnover_year"} if "edit" in path else set()
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {*wrong, *named})
    summary = answer.text.partition('id="form-errors"')[2].partition("</ul>")[0]
    assert [summary.count(f'href="#id_{name}"') for name in sorted(wrong)] == [1] * 5
