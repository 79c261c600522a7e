"""The demonstration's leads: three ways in with real names, what came of each, and that what is assumed says so."""

from __future__ import annotations

import pytest

from cofund.queries import leads, outreach
from cofund.records.programme.models import Certainty, Exchange, Lead

pytestmark = pytest.mark.django_db


def test_three_ways_in_stand_with_their_names(demonstration: None) -> None:
    ways = {(row.organisation.slug, row.route, row.topic.code) for row in Lead.objects.exclude(topic=None)}
    assert ways >= {
        ("wellcome", "invited", "IMI2-2017-13-03"),
        ("jdrf", "seated", "IMI2-2014-01-01"),
        ("gates-foundation", "knocks", "IMI2-2015-03-05"),
    }


def test_every_lead_was_converted_and_names_its_source(demonstration: None) -> None:
    rows = list(Lead.objects.select_related("scheme"))
    assert {row.stage for row in rows} == {"converted"}
    assert [row.reference for row in rows if not row.source_url.startswith("https://")] == []
    assert {row.scheme.code for row in rows} == {"imi2"}


def test_days_that_are_not_known_are_marked(demonstration: None) -> None:
    assert set(Lead.objects.values_list("certainty", flat=True)) == {Certainty.ASSUMED}
    assert set(Exchange.objects.exclude(lead=None).values_list("certainty", flat=True)) == {Certainty.ASSUMED}
    assert [row.reference for row in Lead.objects.all() if "assumed" not in row.note] == []


def test_leads_of_known_amounts_lead_to_the_books(demonstration: None) -> None:
    found = {
        row.organisation.slug: [one.reference for one in leads.contributions(row)]
        for row in Lead.objects.select_related("organisation", "topic")
    }
    in_the_books = {slug for slug, references in found.items() if references}
    assert in_the_books == {"gates-foundation", "jdrf", "helmsley", "sfari"}


def test_office_approached_wellcome_and_not_gates(demonstration: None) -> None:
    rows = outreach.selected(outreach.Selection(scheme="imi2"))
    assert {row.organisation.slug for row in rows} == {"wellcome"}
