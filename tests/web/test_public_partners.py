"""Which organisations have a public page: those with something public, and nobody who only knocked or is only thought of."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.books import Office, fund, shipped
from tests.web.test_interest import FORM, form_address, link
from tests.worlds import world

from cofund.actions.demonstration.loading import load
from cofund.records.directory.models import Organisation, OrganisationRelation
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Decision, Group, Lead, RoleHolding, Scheme, Seat
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    """The tests' own fund with an open topic."""
    made = Office.with_scheme(fund(), "fund")
    made.topic("VACCINES")
    return made


def answers(client: Client, slug: str) -> list[int]:
    """How the page of an organisation answers, and its files."""
    address = reverse("partner", args=[slug])
    return [client.get(f"{address}{query}").status_code for query in ("", "?format=csv", "?format=json")]


def test_who_only_knocked_is_absent_from_the_public_pages(office: Office, client: Client) -> None:
    client.post(form_address(), {**FORM, "organisation_name": "Invented Trust", "token": tokens.new()})
    client.post(link())
    slug = Lead.objects.get().organisation.slug
    assert answers(client, slug) == answers(client, "never-heard-of") == [404, 404, 404]
    there, never = (client.get(reverse("partner", args=[one])).text for one in (slug, "never-heard-of"))
    assert there.replace(slug, "never-heard-of") == never
    assert "Invented Trust" not in client.get(reverse("partners")).text


def test_prospect_of_the_office_is_absent_also_beside_a_public_partner(office: Office, client: Client) -> None:
    known, prospect = office.organisation("Known Trust"), office.organisation("Prospect")
    scheme = Scheme.objects.get(code="fund")
    RoleHolding.objects.create(scheme=scheme, organisation=known, role="partner")
    OrganisationRelation.objects.create(kind="controls", organisation=known, other=prospect, recorded_at=timezone.now())
    assert (answers(client, known.slug), answers(client, prospect.slug)) == ([200, 200, 200], [404, 404, 404])
    assert "Prospect" not in client.get(reverse("partner", args=[known.slug])).text
    RoleHolding.objects.create(scheme=scheme, organisation=prospect, role="partner")
    assert "Prospect" in client.get(reverse("partner", args=[known.slug])).text


def test_merged_prospect_leads_to_nobody_until_the_kept_one_is_public(office: Office, client: Client) -> None:
    kept, merged = office.organisation("Kept"), office.organisation("Merged")
    Organisation.objects.filter(pk=merged.pk).update(merged_into=kept)
    assert answers(client, merged.slug) == [404, 404, 404]
    RoleHolding.objects.create(scheme=Scheme.objects.get(code="fund"), organisation=merged, role="partner")
    assert (answers(client, kept.slug), answers(client, merged.slug)) == ([200] * 3, [302] * 3)


def test_seat_makes_public_unless_it_speaks_for_somebody_else(office: Office, client: Client) -> None:
    group = Group.objects.create(scheme=Scheme.objects.get(code="fund"), slug="board", name="Board", kind="board")
    seated, hidden = office.organisation("Seated"), office.organisation("Hidden")
    Seat.objects.create(group=group, organisation=seated)
    Seat.objects.create(group=group, organisation=hidden, holder="A state")
    assert (answers(client, seated.slug), answers(client, hidden.slug)) == ([200] * 3, [404] * 3)


def test_decision_makes_public_once_it_is_published(office: Office, client: Client) -> None:
    applicant = office.organisation("Applicant")
    scheme = Office.with_scheme(shipped("imi2"), "imi2").row
    decision = Decision.objects.create(scheme=scheme, number="D-1", decided_on="2015-10-01", title="Applicant")
    now = timezone.now()
    Application.objects.create(
        scheme=scheme,
        reference="a-1",
        organisation=applicant,
        role="partner",
        decision=decision,
        status_since_at=now,
        made_at=now,
    )
    assert answers(client, applicant.slug) == [404, 404, 404]
    Decision.objects.filter(pk=decision.pk).update(published_at=now)
    assert answers(client, applicant.slug) == [200, 200, 200]


def test_partners_of_the_demonstration_stay_public(client: Client) -> None:
    load()
    hidden = [one for one in Organisation.objects.filter(merged_into=None) if answers(client, one.slug)[0] != 200]
    # Known only as related to EFPIA: none has a role, a seat, a project or an amount of its own.
    assert sorted(one.slug for one in hidden) == ["biomerieux", "ge-healthcare", "vaccines-europe"]
    # Of a partner whose amounts are not published nothing is counted: it does not give nothing.
    page = client.get("/partners/childrens-tumor-foundation/").text
    assert "How much it gives is not known." in page
    assert "0 contributions" not in page
