"""Leads in full: the envelope in short, whose domain writes, circles of control, and what was written since a merge."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.books import MILLION, Office, fund, refused
from tests.leads import OFFICER, Desk
from tests.web.test_interest import knock, link

from cofund.actions import merging, relations
from cofund.actions.relations import NewRelation
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    """An officer who is signed in."""
    client.force_login(User.objects.create_user(username="officer", role="officer"))
    return client


def test_board_without_a_filter_shows_what_each_programme_would_have_left(officer: Client) -> None:
    desk = Desk.opened()
    assert officer.get("/office/leads/").context["in_short"] == ()
    desk.lead(amount_cents=MILLION, probability_percent=50)
    answer = officer.get("/office/leads/")
    (line,) = answer.context["in_short"]
    assert (line.href, line.note) == ("/office/leads/?programme=fund#projected", "1 open lead, 1 counted")
    assert answer.text.index('id="in-short"') < answer.text.index('class="board"')
    assert officer.get("/office/leads/?programme=fund").context["in_short"] == ()


def test_lead_leads_to_its_organisation_and_says_whose_domain_writes(officer: Client) -> None:
    Office.with_scheme(fund(), "fund").topic("VACCINES")
    Organisation.objects.create(slug="gates", name="Gates Foundation", website="https://www.gatesfoundation.org")
    knock(officer, email="grace@evil.example")
    officer.post(link())
    text = officer.get(f"/office/leads/{Lead.objects.get().reference}/").text
    assert "Writes from evil.example; the website of Gates Foundation is gatesfoundation.org." in text
    assert 'href="/office/partners/gates/"' in text


@pytest.mark.parametrize("email", ["grace@gatesfoundation.org", "grace@mail.GatesFoundation.org"])
def test_own_domain_is_not_remarked_on(officer: Client, email: str) -> None:
    Office.with_scheme(fund(), "fund").topic("VACCINES")
    Organisation.objects.create(slug="gates", name="Gates Foundation", website="https://www.gatesfoundation.org")
    knock(officer, email=email)
    officer.post(link())
    assert "Writes from" not in officer.get(f"/office/leads/{Lead.objects.get().reference}/").text


def test_circle_of_control_is_refused() -> None:
    one, two, three = (Organisation.objects.create(slug=name, name=name) for name in ("one", "two", "three"))
    relations.relate(OFFICER, NewRelation(one, "controls", two))
    made = relations.relate(OFFICER, NewRelation(two, "controls", three))
    for below in (two, three):
        error = refused(lambda below=below: relations.relate(OFFICER, NewRelation(below, "controls", one)))  # type: ignore[misc]
        assert (error.fields["field"], "controls" in error.wrong) == ("other", True)
    relations.relate(OFFICER, NewRelation(three, "affiliated_to", one))
    relations.end(OFFICER, made, made.recorded_at.date())
    later = made.recorded_at.date().replace(year=made.recorded_at.year + 1)
    assert relations.relate(OFFICER, NewRelation(three, "controls", one, from_on=later)).pk


def test_page_that_undoes_a_merge_names_what_was_written_since(officer: Client) -> None:
    desk = Desk.opened()
    before = desk.lead("Trust")
    kept, merged = (Organisation.objects.get(name=name) for name in ("Trust", "Other"))
    made = merging.merge(OFFICER, kept, merged, "The same")
    desk.at = made.merged_at.replace(year=made.merged_at.year + 1)
    since = desk.lead("Trust")
    text = officer.get(f"/office/partners/merges/{made.pk}/undo/").text
    assert (since.reference in text, f">{before.reference}<" in text) == (True, False)
