"""Applications on the real databases: from a draft to the books, and everything that is refused on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from tests import applications as made
from tests.applications import RULING, brought_to, line, meeting, start, write
from tests.books import MILLION, Office, refused, shipped

from cofund.actions.actors import Actor
from cofund.actions.applications import checking, deciding, letters, scheduling, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.actions.errors import EnvelopeExhausted, NotAllowed
from cofund.actions.governance import agenda
from cofund.queries import applications
from cofund.queries.contributions import states
from cofund.queries.letters import differences, digest_of
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent, Organisation, PartnerRight, User
from cofund.records.ledger.models import Application, Contribution, Letter, LetterLine
from cofund.records.programme.models import Decision, Lead, RoleHolding
from cofund.rules import roles
from cofund.rules.lifecycle_applications import APPLICATION

ON = dt.date(2015, 10, 20)
# What the board decided on a next letter that was on no agenda here.
ELSEWHERE = Ruling("The board decided", "GB-2015-30", ON, elsewhere_because="By letter, in July")
AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def office(db: None) -> Office:
    """The book of IMI2, in 2015."""
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture(autouse=True)
def in_time(office: Office) -> None:
    """Record everything in 2015, when the scheme was running."""
    office.at = AT


def test_approval_pledges_and_endorses_every_line_on_the_decision(office: Office) -> None:
    row = brought_to(office, "approved", line(7 * MILLION), line(MILLION, "IK", valuation="usual"))
    booked = list(Contribution.objects.order_by("pk"))
    assert [(one.kind, office.balances(one)) for one in booked] == [
        ("FC_JU", {"contribution:B:endorsed": 7 * MILLION, "tranche:B:promised": 7 * MILLION}),
        ("IK", {"contribution:B:endorsed": MILLION, "tranche:B:promised": MILLION}),
    ]
    letter = row.letters.get()
    assert [one.contribution for one in letter.lines.order_by("number")] == booked
    assert (letter.status, row.decision.number) == ("endorsed", "GB-2015-21")
    version = booked[0].versions.get()
    assert (version.no_other_union_funding, version.place, version.entry.decision) == (True, "eu", row.decision)
    held = RoleHolding.objects.get()
    assert (held.organisation, held.role, held.from_on, held.until_on) == (
        row.organisation,
        "partner",
        ON,
        dt.date(2021, 12, 31),
    )
    assert verify("imi2").findings == ()
    assert [event.action for event in AuditEvent.objects.filter(subject=f"imi2/application/{row.reference}")] == [
        "start application",
        "edit letter",
        "submit application",
        "check application",
        "schedule application",
        "approve application",
    ]


def test_line_in_another_currency_is_booked_with_its_rate(office: Office) -> None:
    foreign = line(
        8 * MILLION,
        currency="USD",
        years={"2016": 8 * MILLION},
        scheme_amount_cents=7 * MILLION,
        rate="1.1428",
        rate_on=dt.date(2015, 9, 1),
        rate_source="ECB",
    )
    brought_to(office, "approved", foreign)
    version = Contribution.objects.get().versions.get()
    assert (version.amount_cents, version.original_amount_cents, version.original_currency, version.rate) == (
        7 * MILLION,
        8 * MILLION,
        "USD",
        "1.1428",
    )


def test_public_origin_is_counted_in_whole_cents(office: Office) -> None:
    row = start(office)
    write(office, row, line(1001), public_origin_percent=33)
    stated = row.letters.get()
    from cofund.actions.applications.endorsing import statements_of
    from cofund.queries.schemes import current

    assert statements_of(stated, stated.lines.get(), current("imi2")[0]).public_origin_cents == 330


def test_pledge_that_says_the_same_is_endorsed_and_not_booked_again(office: Office) -> None:
    before = office.pledge(7 * MILLION, "Gates Foundation", kind="FC_JU").contribution
    row = brought_to(office, "submitted", line(7 * MILLION))
    checking.check(office.actor, row, at=AT)
    checking.accept_warning(office.actor, row, "It is the pledge of before", at=AT)
    scheduling.schedule(office.actor, row, meeting(office, ON), at=AT)
    made.decide(office, row)
    assert deciding.approve(office.actor, row, RULING, at=AT) == [before]
    assert (Contribution.objects.count(), office.balances(before)["contribution:B:endorsed"]) == (1, 7 * MILLION)


def test_draft_may_be_incomplete_and_says_what_is_missing_when_it_is_handed_in(office: Office) -> None:
    row = start(office)
    letters.save_draft(office.actor, row, {"subject_matter": "Pertussis"}, [{"kind": "FC_JU"}], at=AT)
    assert list(LetterLine.objects.values_list("number", "kind", "currency", "amount_cents")) == [
        (1, "FC_JU", "", None)
    ]
    error = refused(lambda: submitting.submit(office.actor, row, at=AT))
    assert {"activities", "line-1-amount", "signatory", "signed_on"} < set(error.fields["missing"])
    assert "subject_matter" not in error.fields["missing"]


def test_submitted_letter_is_frozen_with_its_digest(office: Office) -> None:
    row = brought_to(office, "submitted")
    letter = row.letters.get()
    assert (letter.status, letter.facts_digest) == ("submitted", digest_of(letter))
    refused(lambda: letters.save_draft(office.actor, row, {"activities": "Other"}, [], at=AT))
    LetterLine.objects.update(amount_cents=1)
    assert letter.facts_digest != digest_of(row.letters.get())


def test_returned_application_goes_on_in_a_copy_of_its_letter(office: Office) -> None:
    row = brought_to(office, "submitted")
    submitting.return_for_completion(office.actor, row, "The rate is missing", at=AT)
    row.refresh_from_db()
    first, second = row.letters.order_by("number")
    assert (row.status, row.reason) == ("returned", "The rate is missing")
    assert (first.status, second.status, second.reason) == ("superseded", "draft", "The rate is missing")
    write(office, row, {**line(8 * MILLION), "number": 1})
    submitting.submit(office.actor, row, at=AT)
    found = differences(first, row.letters.get(number=2))
    assert [(one.name, one.line, one.before, one.after) for one in found if one.name == "amount_cents"] == [
        ("amount_cents", 1, 7 * MILLION, 8 * MILLION)
    ]


def test_new_line_never_takes_the_number_of_one_that_was(office: Office) -> None:
    row = brought_to(office, "approved", line(7 * MILLION), line(MILLION))
    letters.write_next(office.actor, row, "One line less, one more", at=AT)
    write(office, row, {**line(7 * MILLION), "number": 1}, line(2 * MILLION))
    assert list(row.letters.get(number=2).lines.values_list("number", "amount_cents")) == [
        (1, 7 * MILLION),
        (3, 2 * MILLION),
    ]


def test_next_letter_amends_adds_and_withdraws_after_a_decision(office: Office) -> None:
    row = brought_to(office, "approved", line(7 * MILLION), line(MILLION))
    kept, gone = Contribution.objects.order_by("pk")
    letters.write_next(office.actor, row, "More, and one line instead of another", at=AT)
    write(office, row, {**line(9 * MILLION), "number": 1}, line(2 * MILLION, "IK", valuation="usual"))
    refused(lambda: deciding.endorse_next(office.actor, row, Ruling("Early", "GB-9", ON), at=AT))
    submitting.submit_next(office.actor, row, at=AT)
    refused(lambda: deciding.endorse_next(office.actor, row, Ruling("Without a number"), at=AT))
    deciding.endorse_next(office.actor, row, ELSEWHERE, at=AT)
    new = Contribution.objects.order_by("-pk")[0]
    assert [office.balances(one) for one in (kept, gone, new)] == [
        {"contribution:B:endorsed": 9 * MILLION, "tranche:B:promised": 9 * MILLION},
        {"contribution:B:withdrawn": MILLION},
        {"contribution:B:endorsed": 2 * MILLION, "tranche:B:promised": 2 * MILLION},
    ]
    assert list(row.letters.order_by("number").values_list("status", flat=True)) == ["superseded", "endorsed"]
    assert verify("imi2").findings == ()


def test_next_letter_that_keeps_the_amount_books_what_it_states_anew(office: Office) -> None:
    row = brought_to(office, "approved", line(7 * MILLION), line(MILLION))
    changed, same = Contribution.objects.order_by("pk")
    letters.write_next(office.actor, row, "Half of it is public money, and spent elsewhere", at=AT)
    ours = {"public_origin_percent": 50, "no_other_union_funding": True}
    write(office, row, {**line(7 * MILLION, place="third"), "number": 1}, {**line(MILLION), "number": 2}, **ours)
    submitting.submit_next(office.actor, row, at=AT)
    assert row.letters.get(number=2).public_origin_percent == 50
    touched = deciding.endorse_next(office.actor, row, ELSEWHERE, at=AT)
    assert touched == [changed, same]
    before, after = changed.versions.order_by("number")
    assert [(one.place, one.public_origin_cents, one.amount_cents) for one in (before, after)] == [
        ("eu", 0, 7 * MILLION),
        ("third", 7 * MILLION // 2, 7 * MILLION),
    ]
    assert office.balances(changed) == {"contribution:B:endorsed": 7 * MILLION, "tranche:B:promised": 7 * MILLION}
    found = {one.contribution.pk: one for one in states(Contribution.objects.all())}
    assert (found[changed.pk].version.place, found[same.pk].version.public_origin_cents) == ("third", MILLION // 2)
    assert verify("imi2").findings == ()


def test_next_letter_that_says_the_same_makes_no_version(office: Office) -> None:
    row = brought_to(office, "approved", line(7 * MILLION))
    letters.write_next(office.actor, row, "The address of the contact", at=AT)
    write(office, row, {**line(7 * MILLION), "number": 1}, contact_email="new@example.org")
    submitting.submit_next(office.actor, row, at=AT)
    assert deciding.endorse_next(office.actor, row, ELSEWHERE, at=AT) == []
    assert Contribution.objects.get().versions.count() == 1


def test_nothing_is_approved_without_a_decision(office: Office) -> None:
    row = brought_to(office, "scheduled")
    error = refused(lambda: deciding.approve(office.actor, row, Ruling("They said yes"), at=AT))
    assert error.wrong == "It is before the board and not decided: point 1 of Governing Board, 2015-10-20."
    # A number that somebody types is no decision of the board on that point.
    error = refused(lambda: deciding.approve(office.actor, row, Ruling("They said yes", "GB-1", ON), at=AT))
    assert error.remedy == ("Record the votes and the decision on that point first. Its number is used here then.")
    assert Decision.objects.count() == 0


def test_decision_of_the_agenda_is_the_one_that_counts(office: Office) -> None:
    row = brought_to(office, "scheduled")
    decision = made.decide(office, row, "D1", choice="no")
    error = refused(lambda: deciding.approve(office.actor, row, RULING, at=AT))
    assert error.wrong == f"The board's decision {decision.number} says: not adopted."
    other = brought_to(office, "scheduled", name="Other Trust")
    decision = made.decide(office, other, "D2")
    error = refused(lambda: deciding.approve(office.actor, other, RULING, at=AT))
    assert (error.wrong, error.fields["field"]) == (
        "The board decided it with number D2 of 2015-10-20.",
        "decision",
    )
    deciding.approve(office.actor, other, Ruling(""), at=AT)
    other.refresh_from_db()
    assert (other.status, other.decision, other.agenda_item.decision) == ("approved", decision, decision)


def test_deferred_point_waits_for_another_meeting(office: Office) -> None:
    row = brought_to(office, "scheduled")
    agenda.defer_item(made.SECRETARY, row.agenda_item, "Questions were left", at=AT)
    error = refused(lambda: deciding.approve(office.actor, row, RULING, at=AT))
    assert error.wrong == "The board has deferred it: point 1 of Governing Board, 2015-10-20."


def test_approval_on_conditions_books_nothing_until_they_are_met(office: Office) -> None:
    row = brought_to(office, "scheduled")
    made.decide(office, row)
    deciding.approve_on_conditions(office.actor, row, "The proposal is selected", RULING, at=AT)
    row.refresh_from_db()
    assert (row.status, row.reason, Contribution.objects.count()) == ("conditional", "The proposal is selected", 0)
    early = dt.date(2015, 10, 19)
    refused(lambda: deciding.meet_conditions(office.actor, row, early, "It was selected", at=AT))
    (one,) = deciding.meet_conditions(office.actor, row, ON, "It was selected", at=AT)
    row.refresh_from_db()
    assert (row.status, office.balances(one)["contribution:B:endorsed"]) == ("approved", 7 * MILLION)


def test_conditions_that_are_not_met_let_it_lapse(office: Office) -> None:
    row = brought_to(office, "scheduled")
    made.decide(office, row)
    deciding.approve_on_conditions(office.actor, row, "The proposal is selected", RULING, at=AT)
    deciding.let_lapse(office.actor, row, "Another one was selected", at=AT)
    row.refresh_from_db()
    assert (row.status, row.reason) == ("lapsed", "Another one was selected")


def test_rejection_needs_a_decision_and_a_reason(office: Office) -> None:
    row = brought_to(office, "scheduled")
    refused(lambda: deciding.reject(office.actor, row, Ruling("Outside of the agenda", "GB-1", ON), at=AT))
    made.decide(office, row, "GB-1", choice="no")
    refused(lambda: deciding.reject(office.actor, row, Ruling("", "GB-1", ON), at=AT))
    deciding.reject(office.actor, row, Ruling("Outside of the agenda", "GB-1", ON), at=AT)
    row.refresh_from_db()
    assert (row.status, row.agenda_item.status, row.decision.number) == ("rejected", "rejected", "GB-1")


def test_approval_above_the_envelope_books_nothing_until_the_rest_is_accepted(office: Office) -> None:
    row = brought_to(office, "scheduled", line(3 * MILLION), line(300 * MILLION))
    made.decide(office, row)
    error = refused(lambda: deciding.approve(office.actor, row, RULING, at=AT), EnvelopeExhausted)
    assert (error.fields["asked_cents"], error.fields["left_cents"]) == (300 * MILLION, 210 * MILLION)
    deciding.approve(office.actor, row, RULING, accepts_unmatched=True, at=AT)
    assert office.standing("B").open_cents == 0


def lead_of(office: Office, stage: str) -> Lead:
    """A lead of an organisation that may bring 7.0 m, in a stage."""
    return Lead.objects.create(
        scheme=office.row,
        reference="imi2-L1",
        organisation=office.organisation("Gates Foundation"),
        topic=office.topic(),
        route="knocks",
        stage=stage,
        stage_since_on=ON,
        lost_reason="No money" if stage == "lost" else "",
        opened_on=ON,
        kind="FC_JU",
        amount_cents=7 * MILLION,
    )


def test_lead_behind_an_application_follows_it(office: Office) -> None:
    lead = lead_of(office, "exploring")
    row = start(office, lead=lead)
    lead.refresh_from_db()
    assert (lead.stage, row.letters.get().lines.get().amount_cents) == ("applying", 7 * MILLION)
    write(office, row, {**line(7 * MILLION), "number": 1})
    submitting.submit(office.actor, row, at=AT)
    checking.check(office.actor, row, at=AT)
    scheduling.schedule(office.actor, row, meeting(office, ON), at=AT)
    made.decide(office, row)
    deciding.approve(office.actor, row, RULING, at=AT)
    lead.refresh_from_db()
    assert (lead.stage, list(lead.steps.values_list("stage", flat=True))) == ("converted", ["applying", "converted"])


@pytest.mark.parametrize("stage", ["new", "converted", "lost", "dormant"])
def test_lead_that_does_not_stand_for_it_starts_no_application(office: Office, stage: str) -> None:
    lead = lead_of(office, stage)
    wrong = refused(lambda: start(office, lead=lead)).wrong
    assert wrong.startswith(f"imi2-L1 stands in “{lead.get_stage_display()}”")
    assert Application.objects.count() == 0


def test_lead_starts_one_application_until_that_has_come_to_nothing(office: Office) -> None:
    lead = lead_of(office, "contacted")
    first = start(office, lead=lead)
    assert f"Application {first.reference} came of imi2-L1" in refused(lambda: start(office, lead=lead)).wrong
    Application.objects.filter(pk=first.pk).update(status="rejected")
    start(office, lead=lead)
    lead.refresh_from_db()
    assert (lead.stage, [step.stage for step in lead.steps.all()]) == ("applying", ["applying"])
    told = AuditEvent.objects.filter(subject="imi2/lead/imi2-L1")
    assert list(told.values_list("action", "after__stage")) == [("start application of lead", "applying")]


def test_partner_writes_and_hands_in_only_with_the_right_of_its_organisation(office: Office) -> None:
    user = User.objects.create_user("paul", role="partner", organisation=office.organisation("Gates Foundation"))
    actor = Actor.of(user)
    own, other = start(office), start(office, "Other Trust")
    refused(lambda: letters.save_draft(actor, own, made.COMPLETE, [line(MILLION)], at=AT), NotAllowed)
    right = PartnerRight.objects.create(
        user=user, organisation=own.organisation, right="apply", granted_at=AT, revoked_at=None
    )
    letters.save_draft(actor, own, made.COMPLETE, [line(MILLION)], at=AT)
    refused(lambda: letters.save_draft(actor, other, made.COMPLETE, [line(MILLION)], at=AT), NotAllowed)
    refused(lambda: submitting.submit(actor, own, at=AT), NotAllowed)
    PartnerRight.objects.create(user=user, organisation=own.organisation, right="sign", granted_at=AT)
    submitting.submit(actor, own, at=AT)
    right.revoked_at = AT
    right.save()
    assert list(applications.visible(user)) == [own]


@pytest.mark.parametrize("role", [role for role in roles.ROLES if role != roles.PARTNER])
def test_action_is_open_to_exactly_the_roles_of_the_table(office: Office, role: str) -> None:
    row = brought_to(office, "submitted")
    actor = Actor("Somebody", role)
    if roles.may(role, "check application"):
        assert [one.code for one in checking.check(actor, row, at=AT)] == ["no-identifier"]
    else:
        refused(lambda: checking.check(actor, row, at=AT), NotAllowed)


def test_every_step_stands_in_the_role_table_and_every_state_in_the_records() -> None:
    assert {step.action for step in APPLICATION.steps} <= set(roles.SUBJECTS["applications"])
    assert set(APPLICATION.states) == set(Application.Status.values)
    assert APPLICATION.states | {"conditional": "", "lapsed": ""} == dict(Application.Status.choices) | {
        "conditional": "",
        "lapsed": "",
    }


def test_withdrawn_application_leaves_the_agenda(office: Office) -> None:
    row = brought_to(office, "scheduled")
    submitting.withdraw(office.actor, row, "The trustees decided otherwise", at=AT)
    row.refresh_from_db()
    assert (row.status, row.agenda_item.status) == ("withdrawn", "deferred")
    assert refused(lambda: submitting.withdraw(office.actor, row, "Again", at=AT)).wrong == "It is withdrawn."


def test_organisation_and_letter_stay_while_an_application_points_to_them(office: Office) -> None:
    row = brought_to(office, "approved")
    assert (Organisation.objects.filter(applications=row).count(), Letter.objects.count()) == (1, 1)
