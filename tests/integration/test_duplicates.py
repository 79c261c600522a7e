"""Likely duplicates: found by identifier and by name, told with reasons, asked about when an organisation is added, and fast."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.books import refused

from cofund.actions import organisations
from cofund.actions.actors import Actor
from cofund.actions.organisations import LikelyDuplicate, NewOrganisation, OrganisationFacts
from cofund.queries import duplicates
from cofund.queries.duplicates import Stated
from cofund.records.directory.models import AuditEvent, Organisation, OrganisationName
from cofund.rules import roles

pytestmark = pytest.mark.django_db
OFFICER = Actor("Officer", roles.OFFICER)


def make(name: str, **facts: str) -> Organisation:
    return Organisation.objects.create(name=name, slug=name.lower().replace(" ", "-").replace("&", "and")[:80], **facts)


def told(*names: str, country: str = "", **identifiers: str) -> list[tuple[str, tuple[str, ...]]]:
    found = duplicates.candidates(Stated(names, country, identifiers))
    return [(one.organisation.name, one.reasons) for one in found]


def facts(one: Organisation, **changes: str) -> OrganisationFacts:
    stated = {name: getattr(one, name) for name in OrganisationFacts.__dataclass_fields__ if hasattr(one, name)}
    return OrganisationFacts(**{**stated, **changes})


def test_same_identifier_is_told_whatever_the_name() -> None:
    make("Wellcome Trust", pic="999905974", ror="029chgv08", country="GB")
    assert told("Henry's money", pic="999905974", ror="029chgv08") == [
        ("Wellcome Trust", ("same PIC", "same ROR identifier"))
    ]


def test_legal_forms_and_accents_do_not_tell_apart() -> None:
    make("bioMérieux S.A.", country="FR")
    assert told("BIOMERIEUX", country="FR") == [
        ("bioMérieux S.A.", ("same name but for its legal form, same country",))
    ]


def test_names_that_are_nearly_alike_are_told_with_how_much() -> None:
    make("Bill & Melinda Gates Foundation", country="US")
    make("German Center for Infection Research", country="DE")
    assert told("Bill and Melinda Gate Foundation", country="US") == [
        ("Bill & Melinda Gates Foundation", ("name 97 % alike, same country",))
    ]
    assert told("Institut Pasteur", country="FR") == []


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("The Simons Foundation, Inc (SFARI)", "Simons Foundation"),
        ("Simons Foundation", "The Simons Foundation, Inc (SFARI)"),
        ("The Simons Foundation, Inc (SFARI)", "SFARI"),
        ("Gates Foundation", "Gates Fundation"),
        ("Stiftung Warentest", "Stifftung Warentest"),
        ("Gates Foundation", "Melinda Gates Foundation"),
    ],
)
def test_plain_cases_are_told(known: str, typed: str) -> None:
    make(known)
    assert [name for name, _ in told(typed)] == [known]


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Pfizer (Germany)", "Bayer (Germany)"),
        ("Gates Foundation", "Yates Foundation"),
        ("Wellcome", "Wellcome Leap"),
        ("Gates Foundation", "Bill and Melinda Gates Foundation of Ohio Alumni"),
    ],
)
def test_names_of_others_are_not_told(known: str, typed: str) -> None:
    make(known)
    assert told(typed) == []


def test_name_with_a_word_more_is_told_unless_the_countries_differ() -> None:
    make("Gates Foundation", country="US")
    assert [told("Melinda Gates Foundation", country=country) != [] for country in ("US", "", "FR")] == [
        True,
        True,
        False,
    ]


def test_country_breaks_the_tie() -> None:
    make("Breakthrough Diabetes Trial", country="US")
    alike = "Breakthrough Diabetes Trials UK"
    assert [name for name, _ in told(alike, country="US")] == ["Breakthrough Diabetes Trial"]
    assert told(alike, country="GB") == []


def test_other_names_and_short_names_are_compared_too() -> None:
    one = make("JDRF International", short_name="JDRF", country="US")
    OrganisationName.objects.create(organisation=one, name="Juvenile Diabetes Research Foundation")
    assert [name for name, _ in told("Juvenile Diabetes Research Foundation Inc.")] == ["JDRF International"]
    assert [name for name, _ in told("J.D.R.F.", "JDRF")] == ["JDRF International"]


def test_merged_organisation_is_no_candidate() -> None:
    kept = make("Kept Trust")
    make("Other Trust", merged_into=kept)
    assert told("Other Trust") == []


def test_adding_a_likely_duplicate_asks_first_and_goes_on_when_told() -> None:
    make("Bill & Melinda Gates Foundation", country="US", pic="900029245")
    wanted = NewOrganisation("Bill and Melinda Gates Fund", country="us", pic="900 029 245")
    error = refused(lambda: organisations.add(OFFICER, wanted), LikelyDuplicate)
    assert isinstance(error, LikelyDuplicate)
    assert error.fields["field"] == "is_another"
    assert [one.organisation.slug for one in error.candidates] == ["bill-and-melinda-gates-foundation"]
    made = organisations.add(
        OFFICER, NewOrganisation("Bill and Melinda Gates Fund", country="us", pic="900 029 245", is_another=True)
    )
    assert (made.pic, made.country) == ("900029245", "US")
    event = AuditEvent.objects.get(action="add organisation")
    assert event.after["told apart from"] == "bill-and-melinda-gates-foundation"


def test_adding_the_same_name_again_is_refused_even_when_told_to() -> None:
    make("Wellcome")
    error = refused(lambda: organisations.add(OFFICER, NewOrganisation("wellcome", is_another=True)))
    assert (error.wrong, error.fields["field"]) == ("The site already knows Wellcome.", "new_name")


def test_two_organisations_whose_names_make_one_address_are_told_apart() -> None:
    make("A B Trust")
    made = organisations.add(OFFICER, NewOrganisation("A & B! Trust (Malta)", country="MT", is_another=True))
    again = organisations.add(OFFICER, NewOrganisation("A B Trust Malta", country="MT", is_another=True))
    assert (made.slug, again.slug) == ("a-b-trust-malta", "a-b-trust-malta-2")


@pytest.mark.parametrize(
    ("identifiers", "field", "words"),
    [
        ({"pic": "12345"}, "pic", "A PIC has 9 digits; “12345” has 5."),
        ({"ror": "029chgv09"}, "ror", "The check digits of “029chgv09” are wrong"),
        ({"vat_number": "BE0403019262"}, "vat_number", "its check digits do not fit"),
        ({"vat_number": "0403019261"}, "vat_number", "begins with the two letters of its country"),
        ({"lei": "5493001KJTIIGC8Y1R13"}, "lei", "its check digits do not fit"),
        ({"lei": "5493001KJTIIGC8Y1R"}, "lei", "An LEI has 20 characters"),
        ({"country": "Germany"}, "country", "is no country in two letters"),
    ],
)
def test_wrong_identifier_is_refused_in_words(identifiers: dict[str, str], field: str, words: str) -> None:
    error = refused(lambda: organisations.add(OFFICER, NewOrganisation("Some Trust", **identifiers)))  # type: ignore[arg-type]
    assert error.fields["field"] == field
    assert words in error.wrong


def test_identifiers_are_kept_in_one_form() -> None:
    made = organisations.add(
        OFFICER,
        NewOrganisation(
            "Some Trust",
            ror="https://ror.org/029CHGV08",
            vat_number="be 0403.019.261",
            lei="5493001kjtiigc8y1r12",
        ),
    )
    assert (made.ror, made.vat_number, made.lei) == ("029chgv08", "BE0403019261", "5493001KJTIIGC8Y1R12")


def test_editing_to_the_identifier_of_another_asks_first() -> None:
    make("One", pic="999905974")
    two = make("Two")
    error = refused(lambda: organisations.edit(OFFICER, two, facts(two, pic="999905974")), LikelyDuplicate)
    assert "One (same PIC)" in error.wrong
    changed = OrganisationFacts(**{**vars_of(facts(two, pic="999905974")), "is_another": True})
    assert organisations.edit(OFFICER, two, changed).pic == "999905974"


def vars_of(stated: OrganisationFacts) -> dict[str, object]:
    return {name: getattr(stated, name) for name in OrganisationFacts.__dataclass_fields__}


def test_edit_keeps_the_earlier_name_and_tells_what_changed() -> None:
    one = make("JDRF International", country="US")
    organisations.edit(OFFICER, one, facts(one, name="Breakthrough T1D", kind="patient_organisation"), "New name")
    one.refresh_from_db()
    assert (one.name, one.slug) == ("Breakthrough T1D", "jdrf-international")
    assert list(one.other_names.values_list("name", "note")) == [("JDRF International", "earlier name")]
    event = AuditEvent.objects.get(action="edit organisation")
    assert event.before == {"name": "JDRF International", "kind": "unknown"}
    assert event.after == {"name": "Breakthrough T1D", "kind": "patient_organisation"}
    assert refused(lambda: organisations.edit(OFFICER, one, facts(one))).wrong == "Nothing is different."


def test_candidates_ask_four_questions_of_the_database_however_many_there_are() -> None:
    counts = []
    for number in (1, 2, 3):
        make(f"Helix Biology Institute {number}", country="DE", pic=f"99990597{number}")
        with CaptureQueriesContext(connection) as captured:
            assert told("Helix Biology Institute", country="DE", pic="999905971")
        counts.append(len(captured))
    assert counts == [5, 5, 5]
