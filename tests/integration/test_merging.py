"""Merging organisations and undoing it: everything that can moves and comes back, and the sealed books verify all along."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from tests.books import DAY, FINANCE, MILLION, Office, fund, refused, shipped
from tests.rights import grant
from tests.worlds import world

from cofund.actions import contacts, merging, organisations, relations, relationships
from cofund.actions.actors import Actor
from cofund.actions.applications import submitting
from cofund.actions.contacts import ContactFacts
from cofund.actions.errors import NotAllowed
from cofund.actions.relations import NewRelation
from cofund.actions.relationships import NewExchange
from cofund.queries import access, applications, clock, contributions, merges, programmes, worklists
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import (
    AuditEvent,
    Contact,
    Merge,
    Organisation,
    OrganisationName,
    OrganisationRelation,
    User,
)
from cofund.records.ledger.models import Application, ContributionParty
from cofund.records.programme.models import Exchange, Lead, RoleHolding
from cofund.rules import roles

pytestmark = pytest.mark.django_db
OFFICER = Actor("Officer", roles.OFFICER)


@world
def office() -> Office:
    return Office.with_scheme(fund(cap="10_000_000"), "fund")


def state_of_everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row that points to an organisation, and every organisation, but for the trail and the merges themselves."""
    found = {}
    for model in apps.get_models():
        points = any(
            isinstance(one, ForeignKey) and one.related_model is Organisation for one in model._meta.get_fields()
        )
        if (points or model is Organisation) and model is not Merge:
            fields = [field.attname for field in model._meta.concrete_fields]
            found[model._meta.label] = sorted(model._default_manager.values_list(*fields), key=repr)
    return found


def make_two(office: Office) -> tuple[Organisation, Organisation]:
    """Two rows of one foundation, each with something of everything, and both with the same other name."""
    kept, merged = office.organisation("Gates Foundation"), office.organisation("Gates Fdn")
    third = office.organisation("Third")
    Organisation.objects.filter(pk=merged.pk).update(pic="900029245", country="US", short_name="BMGF")
    merged.refresh_from_db()
    for one, amount in ((kept, 2), (merged, 3)):
        office.pledge(amount * MILLION, one.name, target=Target(topic=office.topic(f"T{amount}")))
        organisations.name_also(OFFICER, one, "Gates")
        contacts.add(OFFICER, one, ContactFacts(f"Contact at {one.name}"))
        relationships.log(OFFICER, one, NewExchange("call", DAY, "They called"))
        relations.relate(OFFICER, NewRelation(one, "affiliated_to", third))
        RoleHolding.objects.create(scheme=office.row, organisation=one, role="partner")
        Lead.objects.create(
            scheme=office.row,
            reference=f"L-{amount}",
            organisation=one,
            route="knocks",
            stage_since_on=DAY,
            opened_on=DAY,
        )
    relations.relate(OFFICER, NewRelation(third, "controls", merged))
    relations.relate(OFFICER, NewRelation(kept, "controls", merged))
    User.objects.create_user("melinda", role="partner", organisation=merged)
    return kept, merged


def test_merge_moves_every_row_but_the_sealed_and_lists_it(office: Office) -> None:
    kept, merged = make_two(office)
    made = merging.merge(OFFICER, kept, merged, "Same foundation")
    merged.refresh_from_db()
    kept.refresh_from_db()
    assert merged.merged_into == kept
    assert (kept.pic, kept.country, kept.short_name) == ("900029245", "US", "BMGF")
    for model in (Contact, Exchange, Lead, RoleHolding, User):
        assert model._default_manager.filter(organisation=merged).count() == 0
    assert Contact.objects.filter(organisation=kept).count() == 2
    assert OrganisationRelation.objects.filter(other=kept).count() == 1
    # What would stand twice, or lead from the kept one to itself, stays with the merged one.
    assert list(OrganisationName.objects.filter(organisation=merged).values_list("name", flat=True)) == ["Gates"]
    assert OrganisationRelation.objects.filter(organisation=kept, other=merged).count() == 1
    assert set(kept.other_names.values_list("name", flat=True)) == {"Gates", "Gates Fdn"}
    lead = Lead.objects.get(reference="L-3")
    assert ["programme.lead", lead.pk, "organisation"] in made.moved
    assert "ledger.contributionparty" not in {label for label, *_ in made.moved}


def test_merge_leaves_the_books_verified_and_its_undoing_too(office: Office) -> None:
    kept, merged = make_two(office)
    before = verify("fund")
    made = merging.merge(OFFICER, kept, merged, "Same foundation")
    during = verify("fund")
    merging.undo(OFFICER, made, "They are two")
    after = verify("fund")
    assert [one.findings for one in (before, during, after)] == [(), (), ()]
    assert before.last_hash == during.last_hash == after.last_hash


def test_undoing_a_merge_restores_every_row(office: Office) -> None:
    kept, merged = make_two(office)
    before = state_of_everything()
    made = merging.merge(OFFICER, kept, merged, "Same foundation")
    assert state_of_everything() != before
    merging.undo(OFFICER, made, "They are two")
    assert state_of_everything() == before
    made.refresh_from_db()
    assert (made.undone_by, made.undone_at is not None) == ("Officer", True)


def test_kept_organisation_stands_behind_the_contributions_of_the_merged(office: Office) -> None:
    kept, merged = make_two(office)
    grant(User.objects.get(username="melinda"), merged)
    merging.merge(OFFICER, kept, merged, "Same foundation")
    states = programmes.of_organisation(kept)
    assert [state.live_cents for state in states] == [2 * MILLION, 3 * MILLION]
    assert {one.pk for state in states for one in state.organisations} == {kept.pk}
    line = next(one for one in programmes.partners("fund") if one.organisation == kept)
    assert line.alone_cents == 5 * MILLION
    assert [one.organisation for one in programmes.partners("fund")] == [kept]
    user = User.objects.get(username="melinda")
    assert access.visible_contributions(user).count() == 2
    officer = User.objects.create_user("officer", role="officer")
    assert len(worklists.found(officer, worklists.Selection(partner=merged.slug))) == 2
    assert set(ContributionParty.objects.values_list("organisation__slug", flat=True)) == {
        "gates-foundation",
        "gates-fdn",
    }


def test_person_who_goes_back_leaves_the_rights_at_the_kept_organisation_behind(office: Office) -> None:
    kept, merged = make_two(office)
    melinda = User.objects.get(username="melinda")
    application = applied(office, kept)
    made = merging.merge(OFFICER, kept, merged, "Same foundation")
    melinda.refresh_from_db()
    grant(melinda, kept, "read", "apply", "sign")
    assert list(applications.visible(melinda)) == [application]
    merging.undo(OFFICER, made, "They are two")
    melinda.refresh_from_db()
    assert (melinda.organisation, list(applications.visible(melinda))) == (merged, [])
    assert not melinda.partner_rights.filter(organisation=kept, revoked_at=None).exists()
    ended = AuditEvent.objects.filter(action="revoke right", subject="user/melinda")
    assert sorted(one.before["right"] for one in ended) == ["apply", "read", "sign"]
    # Even a right that is left at the kept organisation lets somebody who belongs elsewhere do nothing there.
    grant(melinda, kept, "read", "apply", "sign")
    assert list(applications.visible(melinda)) == []
    refused(lambda: submitting.submit(Actor.of(melinda), application), NotAllowed)


def applied(office: Office, organisation: Organisation) -> Application:
    """A draft of an application of an organisation."""
    return Application.objects.create(
        scheme=office.row,
        reference="fund-A1",
        organisation=organisation,
        role="partner",
        made_at=clock.now(),
        status_since_at=clock.now(),
    )


def test_joint_contribution_of_both_is_one_of_the_kept_alone(office: Office) -> None:
    office.pledge(MILLION, "One", "Two")
    one, two = office.organisation("One"), office.organisation("Two")
    merging.merge(OFFICER, one, two, "Same")
    (state,) = contributions.states(contributions.all_of("fund"))
    assert (state.organisations, state.is_joint) == ((one,), False)
    assert verify("fund").findings == ()


def test_pledge_after_a_merge_is_booked_for_the_kept_and_refused_for_the_merged(office: Office) -> None:
    kept, merged = make_two(office)
    merging.merge(OFFICER, kept, merged, "Same foundation")
    office.topic()
    error = refused(lambda: office.pledge(MILLION, "Gates Fdn"))
    assert (error.wrong, error.fields["field"]) == ("Gates Fdn was merged into Gates Foundation.", "organisation")
    office.pledge(MILLION, "Gates Foundation")
    assert verify("fund").findings == ()


def test_cap_per_partner_counts_what_the_merged_one_gave() -> None:
    office = Office.with_scheme(fund(cap_per_partner="1_000_000", cap="10_000_000"), "fund")
    one, two = office.organisation("One"), office.organisation("Two")
    office.pledge(60_000_000, "One", target=Target(topic=office.topic("T1")))
    merging.merge(OFFICER, two, one, "Same")
    booked = office.pledge(60_000_000, "Two", target=Target(topic=office.topic("T2")))
    assert booked.match is not None
    assert booked.match.match_cents == 40_000_000
    assert verify("fund").findings == ()


def test_exclusion_of_roles_sees_what_the_merged_one_gave() -> None:
    office = Office.with_scheme(shipped("ihi"), "ihi")
    day = dt.date(2023, 3, 1)
    member, partner = office.organisation("Member"), office.organisation("Partner Co")
    office.pledge(MILLION, "Member", role="member", kind="IKOP", on=day)
    merging.merge(OFFICER, partner, member, "Same company")
    error = refused(lambda: office.pledge(MILLION, "Partner Co", kind="FC", on=day))
    assert "Partner Co gives ihi-" in error.wrong


def test_merges_are_undone_in_the_opposite_order(office: Office) -> None:
    first, second, third = (office.organisation(name) for name in ("One", "Two", "Three"))
    before = state_of_everything()
    inner = merging.merge(OFFICER, second, third, "Same")
    outer = merging.merge(OFFICER, first, second, "Same")
    assert set(Organisation.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {first.pk}
    assert refused(lambda: merging.undo(OFFICER, inner, "No")).wrong == "It was merged into One."
    merging.undo(OFFICER, outer, "No")
    merging.undo(OFFICER, inner, "No")
    assert state_of_everything() == before


def test_what_was_added_after_a_merge_stays_with_the_kept_one(office: Office) -> None:
    kept, merged = make_two(office)
    made = merging.merge(OFFICER, kept, merged, "Same foundation")
    new = contacts.add(OFFICER, kept, ContactFacts("New colleague"))
    Organisation.objects.filter(pk=kept.pk).update(country="CH")
    lead = Lead.objects.get(reference="L-3")
    elsewhere = office.organisation("Third")
    Lead.objects.filter(pk=lead.pk).update(organisation=elsewhere)
    merging.undo(OFFICER, made, "They are two")
    kept.refresh_from_db()
    new.refresh_from_db()
    lead.refresh_from_db()
    assert (new.organisation, kept.country, kept.pic, lead.organisation) == (kept, "CH", "", elsewhere)
    told = AuditEvent.objects.filter(action="undo merge").first()
    assert told is not None
    assert told.after["left"] == [["programme.lead", lead.pk, "organisation"]]


def test_merge_leaves_an_audit_row_with_both(office: Office) -> None:
    kept, merged = make_two(office)
    made = merging.merge(OFFICER, kept, merged, "Same foundation")
    merging.undo(OFFICER, made, "They are two")
    for slug in (kept.slug, merged.slug):
        rows = AuditEvent.objects.filter(subject=f"organisation/{slug}", action__contains="merge")
        told = list(rows.order_by("pk").values_list("action", "reason", "actor_name"))
        assert told == [
            ("merge organisations", "Same foundation", "Officer"),
            ("undo merge", "They are two", "Officer"),
        ]


def test_merge_is_refused_in_words(office: Office) -> None:
    one, two, three = (office.organisation(name) for name in ("One", "Two", "Three"))
    assert refused(lambda: merging.merge(OFFICER, one, one, "Same")).wrong == "Both are the same."
    assert refused(lambda: merging.merge(OFFICER, one, two, " ")).fields["field"] == "reason"
    refused(lambda: merging.merge(FINANCE, one, two, "Same"), NotAllowed)
    made = merging.merge(OFFICER, one, two, "Same")
    assert refused(lambda: merging.merge(OFFICER, three, two, "Same")).wrong == "It was merged into One."
    assert refused(lambda: contacts.add(OFFICER, two, ContactFacts("Me"))).wrong == "It was merged into One."
    merging.undo(OFFICER, made, "No")
    assert "was undone on" in refused(lambda: merging.undo(OFFICER, made, "No")).wrong


def test_preview_tells_what_moves_and_what_stays(office: Office) -> None:
    kept, merged = make_two(office)
    found = merges.preview(kept, merged)
    moves = {effect.words: (effect.moves, effect.stays) for effect in found.effects}
    assert moves["contributions in the sealed books"] == (0, 1)
    assert moves["leads"] == (1, 0)
    assert found.taken_over == {"short_name": "BMGF", "country": "US", "pic": "900029245"}


def test_every_foreign_key_to_an_organisation_is_known() -> None:
    found = {(pointer.label, pointer.field) for pointer in merges.pointers()}
    wanted = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Organisation
    }
    assert found == wanted
    assert {("programme.lead", "organisation"), ("directory.organisation", "merged_into")} <= found
