"""Naming an organisation in a form: found by name or identifier, chosen where several fit, and suggested while one types."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.books import Office, shipped
from tests.worlds import world

from cofund.queries import naming
from cofund.records.directory.models import Organisation, OrganisationName, User
from cofund.records.ledger.models import Contribution
from cofund.web.office import tokens
from cofund.web.organisation_field import OrganisationField

PLEDGE = {
    "target": "topic:T1",
    "capacity": "partner:FC_JU",
    "amount": "5",
    "effective_on": "2015-10-02",
    "place": "unknown",
    "reason": "Letter",
    "record": "1",
}


class Plain(forms.Form):
    """A form that takes a part of a name."""

    giver = OrganisationField()


class Strict(forms.Form):
    """A form that takes whole names and identifiers alone."""

    giver = OrganisationField(whole=True, required=False)


@world
def office() -> Office:
    """A book with one topic and two foundations that are called almost alike."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.topic()
    Organisation.objects.create(
        slug="gates-foundation", name="Gates Foundation", short_name="GF", pic="999905974", country="US"
    )
    Organisation.objects.create(slug="ventures", name="Gates Ventures", ror="0456r8d26")
    return office


@pytest.fixture
def officer(client: Client, office: Office) -> Client:
    """A browser of somebody of the office."""
    client.force_login(User.objects.create_user("fred", role="finance_officer"))
    return client


def cleaned(form: type[forms.Form], **data: str) -> Any:
    """The slug that a form makes of what is sent, or the code of its error."""
    sent = form(data)
    if sent.is_valid():
        found = sent.cleaned_data["giver"]
        return found.slug if found else None
    return sent.errors.as_data()["giver"][0].code


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Gates Foundation", "gates-foundation"),
        ("  gates   FOUNDATION ", "gates-foundation"),
        ("gf", "gates-foundation"),
        ("999905974", "gates-foundation"),
        ("999 905 974", "gates-foundation"),
        ("ventures", "ventures"),
        ("https://ror.org/0456r8d26", "ventures"),
        ("Old name", "gates-foundation"),
    ],
)
def test_organisation_is_found_by_any_whole_name_or_identifier(office: Office, typed: str, slug: str) -> None:
    OrganisationName.objects.create(organisation=Organisation.objects.get(slug="gates-foundation"), name="Old Name")
    assert [cleaned(Plain, giver=typed), cleaned(Strict, giver=typed)] == [slug, slug]


def test_part_of_one_name_is_enough_only_where_no_whole_name_is_asked_for(office: Office) -> None:
    assert [cleaned(Plain, giver="Ventur"), cleaned(Strict, giver="Ventur")] == ["ventures", "part"]


def test_several_none_and_nothing_are_told_apart(office: Office) -> None:
    assert [cleaned(Strict, giver=typed) for typed in ("Gates", "Nobody", "")] == ["several", "unknown", None]
    assert cleaned(Plain, giver="") == "required"


def test_choice_counts_for_the_text_that_it_was_offered_for(office: Office) -> None:
    sent = {"giver": "Gates", "giver-for": "Gates", "giver-is": "ventures"}
    assert cleaned(Strict, **sent) == "ventures"
    assert cleaned(Strict, **{**sent, "giver": "GF"}) == "gates-foundation"
    assert cleaned(Strict, **{**sent, "giver-is": "no-such"}) == "several"


def test_merged_organisation_is_neither_found_nor_chosen(office: Office) -> None:
    Organisation.objects.filter(slug="ventures").update(merged_into=Organisation.objects.get(slug="gates-foundation"))
    assert cleaned(Strict, giver="Gates Ventures") == "unknown"
    assert cleaned(Strict, **{"giver": "Gates V", "giver-for": "Gates V", "giver-is": "ventures"}) == "unknown"


def test_more_than_can_be_chosen_from_are_said_to_be_more(office: Office) -> None:
    for number in range(naming.MOST):
        Organisation.objects.create(slug=f"trust-{number}", name=f"Trust {number}")
    assert [naming.meant("Trust").is_more, naming.meant("t").is_more] == [False, True]


def test_pledge_form_keeps_what_was_typed_and_asks_which_one_is_meant(officer: Client, office: Office) -> None:
    address = reverse("office-pledge", args=["imi2"])
    answer = officer.post(address, {**PLEDGE, "organisation": "Gates", "token": tokens.new()})
    html = answer.content.decode()
    assert [answer.status_code, Contribution.objects.count()] == [422, 0]
    assert html.count('name="organisation-is"') == 2
    assert ['value="Gates"' in html, 'href="#id_organisation"' in html, "PIC 999905974" in html] == [True, True, True]
    chosen = {"organisation": "Gates", "organisation-for": "Gates", "organisation-is": "gates-foundation"}
    # The choice stands while something else is corrected.
    html = officer.post(address, {**PLEDGE, **chosen, "amount": "", "token": tokens.new()}).content.decode()
    assert html.count('value="gates-foundation" checked') == 1
    assert officer.post(address, {**PLEDGE, **chosen, "token": tokens.new()}).status_code == 302
    assert [one.slug for one in Contribution.objects.get().parties.all()] == ["gates-foundation"]


def test_form_is_as_long_for_many_organisations_as_for_few(officer: Client, office: Office) -> None:
    address = reverse("office-pledge", args=["imi2"])
    sizes = []
    for first in (0, 50):
        Organisation.objects.bulk_create(
            Organisation(slug=f"o-{number}", name=f"O {number}") for number in range(first, first + 50)
        )
        with CaptureQueriesContext(connection) as captured:
            html = officer.get(address).content.decode()
        sizes.append((len(captured), html.count("<option"), html.count("O 1")))
    assert sizes[0] == sizes[1]


def test_names_are_suggested_to_those_who_may_read_partners(officer: Client, office: Office) -> None:
    address = reverse("organisations-suggested")
    html = officer.get(address, {"name": "organisation", "organisation": "gat"}).content.decode()
    assert html.strip() == '<option value="Gates Foundation">GF</option><option value="Gates Ventures"></option>'
    assert officer.get(address, {"name": "organisation", "organisation": "g"}).content.decode().strip() == ""
    stranger = Client()
    assert stranger.get(address).status_code == 302
    stranger.force_login(User.objects.create_user("pat", role="partner"))
    assert stranger.get(address).status_code == 403
