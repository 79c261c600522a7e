"""Forms: a rehearsal leaves nothing behind, a booking does what was rehearsed, and happens once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection
from tests.books import DAY, FINANCE, MILLION, STATED, Office, row_counts, shipped

from cofund.actions import contributions, submissions, topics
from cofund.actions.errors import EnvelopeExhausted, Refused
from cofund.actions.organisations import NewOrganisation, add
from cofund.actions.pledges import Pledge
from cofund.actions.share_exceptions import ShareException
from cofund.actions.submissions import BooksMoved, Typed
from cofund.queries import funding, journal, unlocks
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent, Organisation
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Decision, Topic

TYPED = Typed(DAY, "Reason of the test", decision="GB-7", decided_on=DAY)


@pytest.fixture
def office(db: None) -> Office:
    """The book of IMI2."""
    return Office.with_scheme(shipped("imi2"), "imi2")


def wanted(office: Office, amount_cents: int = 7 * MILLION, **changes: object) -> Pledge:
    """A pledge of the foundation to the first topic."""
    pledge = Pledge(
        "imi2",
        Target(topic=office.topic()),
        "partner",
        "FC_JU",
        (office.organisation("Gates"),),
        amount_cents,
        office.grounds(decided=False),
        STATED,
    )
    return replace(pledge, **changes)  # type: ignore[arg-type]


def test_rehearsal_shows_what_the_booking_does_and_leaves_nothing(office: Office) -> None:
    one = office.pledge(7 * MILLION, kind="FC_JU").contribution
    before = row_counts()

    def act(grounds: object) -> Entry:
        return contributions.endorse(FINANCE, one, grounds).entry  # type: ignore[arg-type]

    was, will, shown = submissions.rehearse(FINANCE, "imi2", TYPED, act, contribution=one)
    assert row_counts() == before
    assert Decision.objects.filter(number="GB-7").exists() is False
    booked = submissions.book(FINANCE, "imi2", TYPED, act, token="a", seen_entry=shown.number - 1)
    assert booked.number == shown.number
    assert was.state is not None
    assert will.state is not None
    assert (was.state.amounts, will.state.amounts) == ({"pledged": 7 * MILLION}, {"endorsed": 7 * MILLION})
    now, _, _ = submissions.rehearse(
        FINANCE, "imi2", TYPED, lambda grounds: contributions.withdraw(FINANCE, one, grounds).entry, contribution=one
    )
    assert now.state is not None
    assert now.state.amounts == will.state.amounts
    assert now.tranches == will.tranches
    assert verify("imi2").findings == ()


def test_rehearsal_of_a_signature_changes_no_total(office: Office) -> None:
    one, target = office.pledge(7 * MILLION, kind="FC_JU").contribution, Target(topic=office.topic())
    office.endorse(one)
    office.award(9 * MILLION)
    office.reserve()
    wish = topics.NewProject("NEW", "123456", share_exception=ShareException("The rest follows"))
    was, will, _ = submissions.rehearse(
        FINANCE, "imi2", TYPED, lambda grounds: topics.sign_grant(FINANCE, "imi2", target, wish, grounds), target=target
    )
    assert was.money is not None
    assert will.money is not None
    assert was.money.total_cents == 16 * MILLION
    assert replace(will.money, states=()) == replace(was.money, states=())
    assert (was.target_status, will.target_status) == ("Adopted", "Granted")
    assert Contribution.objects.get(pk=one.pk).project is None


def test_form_that_is_sent_twice_books_once(office: Office) -> None:
    first = submissions.record_pledge(FINANCE, wanted(office), token="the same")
    second = submissions.record_pledge(FINANCE, wanted(office), token="the same")
    assert first.pk == second.pk
    assert Contribution.objects.count() == 1


def test_form_that_is_sent_twice_at_once_books_once(transactional_db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    pledge, numbers, barrier = wanted(office), [], threading.Barrier(4)

    def send() -> None:
        barrier.wait()
        numbers.append(submissions.record_pledge(FINANCE, pledge, token="the same").number)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert Contribution.objects.count() == 1


def test_booking_is_refused_where_the_books_moved_since_it_was_shown(office: Office) -> None:
    one = office.pledge(7 * MILLION, kind="FC_JU").contribution
    seen = journal.last_number("imi2")
    office.pledge(MILLION, "Other", kind="FC_JU")
    before = row_counts()
    with pytest.raises(BooksMoved):
        submissions.book(
            FINANCE,
            "imi2",
            TYPED,
            lambda grounds: contributions.endorse(FINANCE, one, grounds).entry,
            token="b",
            seen_entry=seen,
        )
    assert row_counts() == before


def test_new_organisation_goes_with_the_pledge_that_is_refused(office: Office) -> None:
    pledge = wanted(office, 300 * MILLION, organisations=())
    before = row_counts()
    with pytest.raises(EnvelopeExhausted):
        submissions.record_pledge(
            FINANCE,
            pledge,
            new_organisation=NewOrganisation("New Trust", "foundation", "us"),
            token="c",
        )
    assert row_counts() == before
    assert Organisation.objects.filter(slug="new-trust").exists() is False


def test_new_organisation_is_added_with_the_pledge(office: Office) -> None:
    made = submissions.record_pledge(
        FINANCE,
        wanted(office, organisations=()),
        new_organisation=NewOrganisation("  New   Trust ", "foundation", "us"),
        token="d",
    )
    added = Organisation.objects.get(slug="new-trust")
    assert (added.name, added.kind, added.country) == ("New Trust", "foundation", "US")
    contribution = made.contribution_versions.get().contribution
    assert list(contribution.parties.all()) == [added]
    assert AuditEvent.objects.filter(action="add organisation", subject="organisation/new-trust").count() == 1


def test_organisation_is_added_once(office: Office) -> None:
    add(FINANCE, NewOrganisation("New Trust"))
    with pytest.raises(Refused) as refused:
        add(FINANCE, NewOrganisation("NEW TRUST"))
    assert refused.value.fields == {"field": "new_name"}


def test_decision_keeps_the_day_that_it_is_known_with(office: Office) -> None:
    one = office.pledge(7 * MILLION, kind="FC_JU").contribution
    decision = office.decision()
    other_day = Typed(DAY, "Reason", decision=decision.number, decided_on=DAY.replace(year=2016))
    with pytest.raises(Refused) as refused:
        submissions.book(
            FINANCE, "imi2", other_day, lambda grounds: contributions.endorse(FINANCE, one, grounds).entry, token="e"
        )
    assert refused.value.fields == {"field": "decided_on"}


@pytest.mark.parametrize("amount", [1, 7 * MILLION, 300 * MILLION])
def test_preview_is_what_the_booking_gives(office: Office, amount: int) -> None:
    pledge = wanted(office, amount, accepts_unmatched=True)
    target = pledge.target
    shown = unlocks.preview(
        unlocks.Wish("imi2", target, "partner", "FC_JU", amount, DAY, True, organisations=pledge.organisations)
    )
    made = submissions.record_pledge(FINANCE, pledge, token="f")
    after = funding.of_target("imi2", target)
    assert made.explanation["matches"][0]["match_cents"] == shown.match_cents
    assert (shown.after.total_cents, shown.after.public_cents) == (after.total_cents, after.public_cents)
    assert shown.after.leverage == after.leverage
    assert office.standing("B").open_cents == 213 * MILLION - shown.taken_cents


def test_preview_shares_fixed_public_money_as_the_booking_does(office: Office) -> None:
    office.award(5 * MILLION)
    office.pledge(4 * MILLION, "First", kind="FC_JU")
    pledge = wanted(office, 4 * MILLION)
    shown = unlocks.preview(
        unlocks.Wish(
            "imi2", pledge.target, "partner", "FC_JU", 4 * MILLION, DAY, True, organisations=pledge.organisations
        )
    )
    submissions.record_pledge(FINANCE, pledge, token="g")
    assert office.standing("B").open_cents == 213 * MILLION - 4 * MILLION - shown.taken_cents
    after = funding.of_target("imi2", pledge.target)
    assert [state.match_cents for state in shown.after.states] == [state.match_cents for state in after.states]


def test_topic_is_opened_with_its_call_and_audit_row(office: Office) -> None:
    made = topics.open_topic(FINANCE, topics.NewTopic("imi2", "T-7", "A topic", call="IMI2 Call 7", reason="Work plan"))
    assert made.call is not None
    assert (made.status, made.call.code) == (Topic.Status.DRAFTING, "IMI2 Call 7")
    assert AuditEvent.objects.get(action="open topic").subject == "imi2/topic/T-7"
    for wrong in ("T-7", "", "a/b"):
        with pytest.raises(Refused):
            topics.open_topic(FINANCE, topics.NewTopic("imi2", wrong, "A topic"))


def test_grant_makes_the_project_of_its_topic(office: Office) -> None:
    office.endorse(office.pledge(7 * MILLION, kind="FC_JU").contribution)
    office.reserve()
    target = Target(topic=office.topic())
    topics.sign_grant(FINANCE, "imi2", target, topics.NewProject("PERISCOPE", "115910"), office.grounds())
    project = target.topic.projects.get() if target.topic else None
    assert project is not None
    assert (project.slug, project.grant_agreement) == ("periscope", "115910")
    assert funding.of_target("imi2", Target(project=project)).total_cents == 14 * MILLION
