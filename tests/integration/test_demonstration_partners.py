"""What the demonstration says of organisations beside their money: each with its source, and nothing surer than it is."""

from __future__ import annotations

import pytest

from cofund.queries import clock, relationships
from cofund.queries.verification import verify
from cofund.records.directory.models import Interest, Organisation, OrganisationRelation
from cofund.rules.identifiers import read_pic, read_ror

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_relations_are_those_of_the_sources() -> None:
    rows = OrganisationRelation.objects.values_list(
        "organisation__slug", "kind", "other__slug", "category", "certainty"
    )
    partner = ("member_category_of", "efpia", "Partner in Research", "verified")
    assert set(rows) == {
        ("biomerieux", *partner),
        ("ge-healthcare", *partner),
        ("childrens-tumor-foundation", *partner),
        ("vaccines-europe", "constituent_of", "efpia", "", "inferred"),
    }


def test_every_relation_and_statement_names_its_source() -> None:
    assert not OrganisationRelation.objects.filter(source_url="").exists()
    assert not Interest.objects.filter(source_url="").exists()
    assert Interest.objects.count() == 5


def test_identifiers_have_the_form_that_they_should() -> None:
    for one in Organisation.objects.all():
        assert (read_pic(one.pic), read_ror(one.ror)) == (one.pic, one.ror)
    assert Organisation.objects.exclude(ror="").count() == 4


def test_what_is_planned_says_that_it_is_an_example() -> None:
    planned = Organisation.objects.exclude(next_step="")
    assert all(one.next_step.startswith("Example: ") for one in planned)
    assert {one.slug for one in relationships.stale(clock.today())} == {"tb-alliance", "childrens-tumor-foundation"}
    assert verify("imi2").findings == ()
