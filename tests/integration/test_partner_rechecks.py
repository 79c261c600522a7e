"""Partners whose contributions were booked without an application: when they are due for another check, and what it keeps."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.applications import brought_to, hold, relate
from tests.books import DAY, MILLION, OPERATOR, Office, refused, shipped
from tests.topics import GOVERNANCE, SCIENCE
from tests.worlds import world

from cofund.actions import contributions, merging, partner_checks
from cofund.actions.errors import NotAllowed
from cofund.queries import partner_rechecks, rechecks
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Application, Contribution, PartnerCheck

AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=30)


@world
def office() -> Office:
    """The book of IMI2, in 2015, whose member is EFPIA."""
    made = Office.with_scheme(shipped("imi2"), "imi2")
    made.at = AT
    hold(made, "EFPIA", "member")
    return made


def given(office: Office, *names: str) -> Contribution:
    """A contribution that is booked without an application."""
    target = Target(topic=office.topic())
    return office.pledge(MILLION, *names, kind="FC_JU", target=target).contribution


def due() -> list[str]:
    """Who is due, by the list and by what desks count: they say the same."""
    found = partner_rechecks.due(Contribution.objects.all())
    assert [one.contribution.pk for one in found] == sorted(partner_rechecks.all_due())
    return [one.contribution.reference for one in found]


def test_booking_itself_is_the_first_check(office: Office) -> None:
    relate(office.organisation("Acme Foundation"), "constituent_of", office.organisation("EFPIA"), at=AT)
    given(office, "Acme Foundation")
    assert due() == []


@pytest.mark.parametrize("kind", ["constituent_of", "affiliated_to", "controls", "member_category_of"])
def test_relation_of_any_kind_makes_a_booked_contribution_due(office: Office, kind: str) -> None:
    made, other = given(office, "Acme Foundation"), given(office, "Other Trust")
    relate(office.organisation("Acme Foundation"), kind, office.organisation("EFPIA"), at=LATER)
    assert due() == [made.reference]
    assert other.reference not in due()


def test_relation_at_the_far_end_of_a_chain_makes_the_whole_group_due(office: Office) -> None:
    one, two = given(office, "Acme Foundation"), given(office, "Acme Biotech")
    given(office, "Other Trust")
    holding, pharma = office.organisation("Acme Holding"), office.organisation("Acme Pharma")
    relate(holding, "controls", office.organisation("Acme Foundation"), at=AT)
    relate(office.organisation("Acme Biotech"), "affiliated_to", holding, at=AT)
    relate(pharma, "controls", holding, at=AT)
    assert due() == []
    relate(pharma, "constituent_of", office.organisation("EFPIA"), at=LATER)
    assert due() == [one.reference, two.reference]


def test_role_that_its_own_excludes_makes_it_due_and_another_does_not(office: Office) -> None:
    made = given(office, "Acme Foundation")
    hold(office, "Acme Foundation", "partner", recorded_at=LATER)
    assert due() == []
    hold(office, "Acme Foundation", "member", recorded_at=LATER)
    assert due() == [made.reference]


def test_each_of_several_partners_counts_and_the_contribution_is_due_once(office: Office) -> None:
    made = given(office, "Acme Foundation", "Other Trust")
    for name in ("Acme Foundation", "Other Trust"):
        relate(office.organisation(name), "constituent_of", office.organisation("EFPIA"), at=LATER)
    assert due() == [made.reference]
    assert len(partner_rechecks.due(Contribution.objects.all())[0].relations) == 2


def test_merged_partner_is_due_for_the_one_that_is_kept(office: Office) -> None:
    made = given(office, "Acme Old")
    old, new = office.organisation("Acme Old"), office.organisation("Acme New")
    old.merged_into = new
    old.save()
    relate(new, "constituent_of", office.organisation("EFPIA"), at=LATER)
    assert due() == [made.reference]


def test_merge_into_a_partner_and_its_undoing_make_it_due(office: Office) -> None:
    made, other = given(office, "Acme Foundation"), given(office, "Other Trust")
    kept, part = office.organisation("Acme Foundation"), office.organisation("Acme Pharma")
    relate(part, "constituent_of", office.organisation("EFPIA"), at=AT)
    assert due() == []
    done = merging.merge(OPERATOR, kept, part, "One and the same", at=LATER)
    assert due() == [made.reference]
    assert partner_rechecks.due(Contribution.objects.all())[0].words == ["Acme Pharma was merged into Acme Foundation"]
    day = dt.timedelta(days=1)
    partner_checks.check(office.actor, made, "It gives as a partner only", at=LATER + day)
    assert due() == []
    merging.undo(OPERATOR, done, "They are two", at=LATER + 2 * day)
    assert (due(), other.reference in due()) == ([made.reference], False)


@pytest.mark.parametrize("what", ["relation", "role"])
def test_what_was_recorded_before_and_begins_later_makes_it_due_on_its_day(office: Office, what: str) -> None:
    begins, never = (AT + dt.timedelta(days=60)).date(), dt.date(2999, 1, 1)
    for name, from_on in (("Acme Foundation", begins), ("Other Trust", never)):
        if what == "relation":
            relate(office.organisation(name), "constituent_of", office.organisation("EFPIA"), at=AT, from_on=from_on)
        else:
            hold(office, name, "member", recorded_at=AT, from_on=from_on)
    made = given(office, "Acme Foundation")
    given(office, "Other Trust")
    assert due() == [made.reference]
    partner_checks.check(office.actor, made, "It gives as a partner only", at=AT + dt.timedelta(days=61))
    assert due() == []


def test_what_was_withdrawn_and_what_a_member_gives_are_never_due(office: Office) -> None:
    made = given(office, "Acme Foundation")
    office.pledge(MILLION, "Acme Foundation", role="member", kind="IK", target=Target(topic=office.topic("T2")))
    relate(office.organisation("Acme Foundation"), "constituent_of", office.organisation("EFPIA"), at=LATER)
    assert due() == [made.reference]
    contributions.withdraw(office.actor, made, office.grounds(DAY))
    assert due() == []


def test_contribution_of_a_checked_application_is_due_as_that_application(office: Office) -> None:
    row = brought_to(office, "approved", name="Acme Foundation")
    relate(office.organisation("Acme Foundation"), "constituent_of", office.organisation("EFPIA"), at=LATER)
    assert (due(), rechecks.due_keys(Application.objects.all())) == ([], [row.pk])


def test_check_keeps_what_stands_against_it_with_a_reason_and_is_done(office: Office) -> None:
    made = given(office, "Acme Foundation")
    error = refused(lambda: partner_checks.check(office.actor, made))
    assert error.wrong == "No relation and no role that could matter was recorded since it was last looked at."
    relate(office.organisation("Acme Foundation"), "constituent_of", office.organisation("EFPIA"))
    assert refused(lambda: partner_checks.check(office.actor, made)).fields["field"] == "reason"
    kept = partner_checks.check(office.actor, made, "It gives to this project as a partner only")
    assert kept.findings == [
        "Acme Foundation is a constituent entity of EFPIA: a contribution is counted in one capacity only per project."
    ]
    assert (due(), PartnerCheck.objects.count()) == ([], 1)
    assert AuditEvent.objects.get(action="check partner again").after["found"] == kept.findings
    relate(office.organisation("Acme Pharma"), "controls", office.organisation("Acme Foundation"))
    assert due() == [made.reference]


def test_check_without_findings_needs_no_reason(office: Office) -> None:
    made = given(office, "Acme Foundation")
    relate(office.organisation("Acme Holding"), "controls", office.organisation("Acme Foundation"), at=LATER)
    assert partner_checks.check(office.actor, made, at=LATER + dt.timedelta(days=1)).findings == []
    assert due() == []


def test_who_may_not_check_is_refused(office: Office) -> None:
    made = given(office, "Acme Foundation")
    for actor in (GOVERNANCE, SCIENCE):
        with pytest.raises(NotAllowed):
            partner_checks.check(actor, made)
