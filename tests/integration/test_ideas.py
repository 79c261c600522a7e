"""Ideas from the first line to their topic: who may hand in and decide, what is credited, who is told, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from tests import worlds
from tests.books import refused
from tests.topics import GOVERNANCE, SCIENCE, Topics

from cofund.actions import idea_review, ideas, provenance, public_ideas
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.ideas import NewIdea
from cofund.actions.provenance import NewCredit
from cofund.actions.topics import NewTopic
from cofund.queries import clock, consultations
from cofund.queries import ideas as asking
from cofund.records.directory.models import AuditEvent, Message
from cofund.records.programme.models import Credit, Group, Idea, Seat, Topic
from cofund.rules import roles
from cofund.rules.knocking import CONFIRM_WITHIN
from cofund.rules.lifecycle_topics import IDEA

PUBLIC = Actor("A visitor", roles.PUBLIC)


@worlds.world
def world() -> Topics:
    """The Diabetes group with JDRF's seat."""
    return Topics.make()


def wanted(**changes: object) -> NewIdea:
    """An idea as the public form sends it."""
    stated: dict[str, object] = {
        "scheme": "imi2",
        "title": "A longer honeymoon",
        "challenge": "Insulin is still made for a while after the diagnosis.",
        "proposer_name": "Ann Author",
        "proposer_email": "ann@example.org",
    } | changes
    return NewIdea(**stated)  # type: ignore[arg-type]


def test_idea_of_the_public_is_kept_credited_and_audited(world: Topics) -> None:
    made = ideas.submit(PUBLIC, wanted(origin="192.0.2.1", is_public=True))
    assert (made.reference, made.status, made.seat, made.group) == ("imi2-idea-1", "submitted", None, None)
    assert list(made.credits.values_list("part", "name", "seat")) == [("proposed", "Ann Author", None)]
    event = AuditEvent.objects.get(action="suggest idea")
    assert (event.subject, event.actor_name, event.actor_role) == ("imi2/idea/imi2-idea-1", "A visitor", "public")
    assert "192.0.2.1" not in made.origin_digest


def test_idea_from_a_seat_is_seated_and_credits_the_seat(world: Topics) -> None:
    partner = world.person(roles.PARTNER)
    made = ideas.submit(Actor.of(partner), wanted(seat_id=world.seat.pk))
    assert (made.organisation, made.seat, made.group) == (world.jdrf, world.seat, world.diabetes)
    assert list(made.credits.values_list("part", "organisation", "seat")) == [
        ("proposed", world.jdrf.pk, world.seat.pk)
    ]
    assert (made.proposer_email, made.origin_digest) == (partner.email, "")


def test_delegate_proposes_from_its_own_seat_and_from_no_other(world: Topics) -> None:
    delegate = world.person(roles.DELEGATE)
    own = Seat.objects.get(user=delegate)
    assert ideas.submit(Actor.of(delegate), wanted(seat_id=own.pk)).group == world.states
    assert refused(lambda: ideas.submit(Actor.of(delegate), wanted())).wrong == "A delegate speaks from a seat."
    other = refused(lambda: ideas.submit(Actor.of(delegate), wanted(seat_id=world.seat.pk)))
    assert (other.wrong, other.fields["field"]) == ("That is no seat of yours in this programme.", "seat")


def test_seat_that_was_given_up_is_none_to_propose_from(world: Topics) -> None:
    Seat.objects.filter(pk=world.seat.pk).update(until_on=timezone.localdate() - dt.timedelta(days=1))
    partner = Actor.of(world.person(roles.PARTNER))
    assert refused(lambda: ideas.submit(partner, wanted(seat_id=world.seat.pk))).fields["field"] == "seat"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"challenge": ""}, "challenge"),
        ({"challenge": "x" * 20_001}, "challenge"),
        ({"proposer_name": ""}, "proposer_name"),
        ({"proposer_email": ""}, "proposer_email"),
        ({"scheme": "none"}, "scheme"),
    ],
)
def test_idea_that_lacks_something_is_refused_beside_its_field(
    world: Topics, changes: dict[str, str], field: str
) -> None:
    assert refused(lambda: ideas.submit(PUBLIC, wanted(**changes))).fields["field"] == field
    assert Idea.objects.count() == 0


def test_sixth_idea_of_a_day_from_one_address_is_refused(world: Topics) -> None:
    at = timezone.now()
    for number in range(ideas.MOST_A_DAY):
        ideas.submit(PUBLIC, wanted(origin="192.0.2.1"), at=at + dt.timedelta(minutes=number))
    error = refused(lambda: ideas.submit(PUBLIC, wanted(origin="192.0.2.1"), at=at + dt.timedelta(hours=1)))
    assert error.fields["is_flood"] is True
    assert ideas.submit(PUBLIC, wanted(origin="192.0.2.2"), at=at + dt.timedelta(hours=1)).reference == "imi2-idea-6"
    later = at + dt.timedelta(days=1, hours=1)
    assert ideas.submit(PUBLIC, wanted(origin="192.0.2.1"), at=later).reference == "imi2-idea-7"
    # What is older than a day has forgotten where it came from.
    assert Idea.objects.exclude(origin_digest="").count() == 2


def test_auditor_hands_in_nothing(world: Topics) -> None:
    with pytest.raises(NotAllowed):
        ideas.submit(Actor.of(world.person(roles.AUDITOR)), wanted())


def test_idea_goes_to_a_group_forward_into_a_new_topic_and_tells_the_proposer(world: Topics) -> None:
    made = ideas.submit(PUBLIC, wanted())
    public_ideas.confirm(link_of(made))
    idea_review.review(SCIENCE, made, world.diabetes)
    assert not Message.objects.filter(purpose="idea decided").exists()
    idea_review.accept(
        SCIENCE, made, NewTopic("imi2", "IMI2-2018-20-01", "Protect the beta cells"), "It fits the agenda"
    )
    made.refresh_from_db()
    assert made.topic is not None
    assert (made.status, made.topic.code, made.topic.status) == ("accepted", "IMI2-2018-20-01", Topic.Status.SCOPING)
    assert list(made.credits.order_by("pk").values_list("part", "name")) == [
        ("proposed", "Ann Author"),
        ("decided", "Diabetes strategic governing group"),
    ]
    told = Message.objects.get(purpose="idea decided")
    assert (told.recipient, told.subject) == ("ann@example.org", "Your idea imi2-idea-1: taken forward")
    assert "It fits the agenda" in told.text


def test_idea_goes_into_a_topic_before_its_adoption_and_into_no_other(world: Topics) -> None:
    made = world.idea(status=Idea.Status.IN_REVIEW)
    adopted = world.topic("T9", Topic.Status.ADOPTED)
    assert refused(lambda: idea_review.accept(SCIENCE, made, adopted, "Why")).fields["field"] == "topic"
    idea_review.accept(SCIENCE, made, world.topic("T1", Topic.Status.CONSULTATION), "Why")
    made.refresh_from_db()
    assert made.topic is not None
    assert (made.topic.code, made.topic.status) == ("T1", "consultation")


def test_merged_idea_follows_the_other_into_its_topic(world: Topics) -> None:
    first, second = world.idea("One"), world.idea("Two")
    idea_review.merge(SCIENCE, second, first, "The same need")
    idea_review.review(SCIENCE, first, world.diabetes)
    idea_review.accept(SCIENCE, first, world.topic("T1"), "Good")
    second.refresh_from_db()
    assert second.topic is not None
    assert (second.status, second.merged_into, second.topic.code) == ("merged", first, "T1")
    assert refused(lambda: idea_review.merge(SCIENCE, world.idea("Three"), second, "Again")).fields["field"] == "other"
    three = Idea.objects.get(title="Three")
    assert refused(lambda: idea_review.merge(SCIENCE, three, three, "Itself")).fields["field"] == "other"


def test_parked_idea_is_taken_up_again(world: Topics) -> None:
    made = world.idea()
    idea_review.park(SCIENCE, made, "Next year")
    idea_review.review(SCIENCE, made, world.diabetes)
    made.refresh_from_db()
    assert made.status == "in_review"


def test_group_of_another_programme_reviews_nothing(world: Topics) -> None:
    other = Topics.make("ihi")
    error = refused(lambda: idea_review.review(SCIENCE, world.idea(), other.diabetes))
    assert (error.fields["field"], Group.objects.count()) == ("group", 4)


STEPS: dict[str, Callable[[Topics, Idea, Idea], object]] = {
    "review idea": lambda world, made, other: idea_review.review(SCIENCE, made, world.diabetes),
    "accept idea": lambda world, made, other: idea_review.accept(SCIENCE, made, world.topic("T1"), "Why"),
    "merge idea": lambda world, made, other: idea_review.merge(SCIENCE, made, other, "Why"),
    "park idea": lambda world, made, other: idea_review.park(SCIENCE, made, "Why"),
    "decline idea": lambda world, made, other: idea_review.decline(SCIENCE, made, "Why"),
}


@pytest.mark.parametrize("state", IDEA.states)
@pytest.mark.parametrize("action", STEPS)
def test_step_starts_from_exactly_the_states_of_the_table(world: Topics, action: str, state: str) -> None:
    made, other = world.idea(status=state), world.idea("Other")
    world.topic("T1")
    if IDEA.allows(action, state):
        STEPS[action](world, made, other)
        made.refresh_from_db()
        assert made.status == IDEA.step(action).to
    else:
        with pytest.raises(Refused) as caught:
            STEPS[action](world, made, other)
        assert caught.value.wrong == f"The idea stands at “{IDEA.states[state].lower()}”."
        made.refresh_from_db()
        assert made.status == state


def test_decision_without_a_reason_is_refused(world: Topics) -> None:
    assert refused(lambda: idea_review.decline(SCIENCE, world.idea(), " ")).fields["field"] == "reason"


def test_ideas_are_seen_by_who_may(world: Topics) -> None:
    own = world.idea()
    other = ideas.submit(PUBLIC, wanted())
    elsewhere = world.idea("Of the states", group=world.states, organisation=None, seat=None)
    seen = {
        role: sorted(asking.visible(world.person(role)).values_list("pk", flat=True))
        for role in (roles.PARTNER, roles.DELEGATE, roles.OFFICER, roles.AUDITOR)
    }
    every = sorted([own.pk, other.pk, elsewhere.pk])
    assert seen == {"partner": [own.pk], "delegate": [elsewhere.pk], "officer": every, "auditor": every}


@pytest.mark.parametrize(
    ("rights", "reads", "speaks"),
    [((), False, False), (("apply",), False, False), (("read",), True, False), (("read", "apply"), True, True)],
)
def test_seat_of_an_organisation_is_read_and_spoken_from_by_right(
    world: Topics, rights: tuple[str, ...], reads: bool, speaks: bool
) -> None:
    own = world.idea()
    other = world.idea("Of somebody else in the group", organisation=None, seat=None)
    consulted = world.consulted(world.written(), world.diabetes)
    user = world.person(roles.PARTNER)
    user.partner_rights.exclude(right__in=rights).delete()
    assert set(asking.visible(user)) == ({own, other} if reads else set())
    assert consultations.visible(user).filter(pk=consulted.pk).exists() == reads
    assert consultations.may_comment(user, consulted) == speaks
    assert (user.email in consultations.addresses(world.diabetes)) == reads
    assert [one.pk for one in asking.seats_for(user, "imi2")] == ([world.seat.pk] if speaks else [])


def link_of(made: Idea) -> str:
    """The signed token of the e-mail that confirms an idea."""
    return Message.objects.get(key=f"confirm-idea/{made.pk}").text.split("there:\n\n")[1].split("\n")[0]


def shown_by_the_office(made: Idea) -> Idea:
    """The idea, confirmed and shown."""
    public_ideas.confirm(link_of(made))
    return public_ideas.show(SCIENCE, made)


def test_idea_of_the_public_is_shown_once_it_is_confirmed_and_the_office_shows_it(world: Topics) -> None:
    made = ideas.submit(PUBLIC, wanted(is_public=True))
    # The office reads it at once.
    assert list(asking.visible(world.person(roles.SCIENTIFIC_OFFICER))) == [made]
    error = refused(lambda: public_ideas.show(SCIENCE, made))
    assert error.wrong == "Its e-mail address was not confirmed, so nobody knows that the proposer agrees."
    token = link_of(made)
    public_ideas.confirm(token)
    assert public_ideas.confirm(token) == made
    assert list(asking.register()) == []
    public_ideas.show(SCIENCE, made)
    assert list(asking.register()) == [made]
    public_ideas.hide(SCIENCE, made, "It names a person")
    assert list(asking.register()) == []
    actions = list(
        AuditEvent.objects.filter(subject__contains="/idea/").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["suggest idea", "confirm idea", "show idea", "hide idea"]


def test_idea_that_its_proposer_keeps_from_public_is_not_shown(world: Topics) -> None:
    made = ideas.submit(PUBLIC, wanted())
    public_ideas.confirm(link_of(made))
    error = refused(lambda: public_ideas.show(SCIENCE, made))
    assert error.wrong == "Its proposer does not let it be read by everybody."
    with pytest.raises(NotAllowed):
        public_ideas.show(GOVERNANCE, made)


def test_link_of_an_idea_holds_for_a_week_and_name_and_address_go_with_it(world: Topics) -> None:
    then = clock.now() - CONFIRM_WITHIN
    made = ideas.submit(PUBLIC, wanted(is_public=True), at=then)
    token = link_of(made)
    assert (
        refused(lambda: public_ideas.confirm(token)).wrong
        == "This link is not one of ours, or it was not used in time."
    )
    assert refused(lambda: public_ideas.confirm("forged")).remedy.startswith("A link holds for 7 days.")
    assert (public_ideas.erase_outdated(), public_ideas.erase_outdated()) == (1, 0)
    made.refresh_from_db()
    assert (made.title, made.proposer_name, made.proposer_email) == ("A longer honeymoon", "", "")
    assert made.credits.get().name == "Somebody whose address was not confirmed"
    assert not Message.objects.filter(purpose="confirm idea").exists()


def test_nobody_writes_to_an_address_that_is_not_confirmed(world: Topics) -> None:
    made = ideas.submit(PUBLIC, wanted())
    idea_review.park(SCIENCE, made, "Later")
    assert not Message.objects.filter(purpose="idea decided").exists()
    public_ideas.confirm(link_of(made))
    idea_review.decline(SCIENCE, made, "Never")
    assert Message.objects.get(purpose="idea decided").recipient == "ann@example.org"


def test_many_ideas_from_one_e_mail_address_are_a_flood(world: Topics) -> None:
    for number in range(6):
        ideas.submit(PUBLIC, wanted(origin=f"192.0.2.{number}"))
    error = refused(lambda: ideas.submit(PUBLIC, wanted(origin="192.0.2.9")))
    assert (error.wrong, error.fields["is_flood"]) == (
        "Too many ideas came from this e-mail address within a short time.",
        True,
    )


def test_merge_of_an_idea_is_undone(world: Topics) -> None:
    one, other = world.idea("One", Idea.Status.IN_REVIEW), world.idea("Other", Idea.Status.IN_REVIEW)
    below = world.idea("Below", Idea.Status.MERGED, merged_into=one)
    idea_review.merge(SCIENCE, one, other, "The same")
    topic = world.topic()
    idea_review.accept(SCIENCE, other, topic, "Good")
    one.refresh_from_db()
    assert one.topic == topic
    idea_review.separate(SCIENCE, one, "It is not the same after all")
    one.refresh_from_db()
    below.refresh_from_db()
    assert (one.status, one.merged_into, one.topic, below.topic) == ("submitted", None, None, None)
    assert AuditEvent.objects.get(action="separate idea").after == {
        "merged_into": other.reference,
        "status": "submitted",
    }
    assert refused(lambda: idea_review.separate(SCIENCE, one, "Again")).wrong == "The idea stands at “submitted”."


def test_register_holds_what_the_proposer_lets_be_read(world: Topics) -> None:
    ideas.submit(PUBLIC, wanted(title="Secret"))
    shown = ideas.submit(PUBLIC, wanted(title="Open", is_public=True, wants_credit=False))
    assert list(asking.register()) == []
    shown = shown_by_the_office(shown)
    assert list(asking.register()) == [shown]
    assert asking.proposer(shown) == "Not named, as the proposer wishes"
    assert asking.proposer(shown, in_public=False) == "Ann Author"


def test_credit_is_given_once_with_seat_day_and_certainty(world: Topics) -> None:
    topic = world.topic()
    given = NewCredit("scoped", seat=world.seat, on=dt.date(2016, 5, 1), certainty="verified")
    made = provenance.credit(SCIENCE, topic, given)
    assert (made.organisation, made.seat, made.on, made.certainty) == (
        world.jdrf,
        world.seat,
        dt.date(2016, 5, 1),
        "verified",
    )
    assert refused(lambda: provenance.credit(SCIENCE, topic, given)).fields["field"] == "part"
    assert refused(lambda: provenance.credit(SCIENCE, topic, NewCredit("scoped"))).fields["field"] == "organisation"
    stranger = world.office.organisation("Other Trust")
    wrong = NewCredit("scoped", stranger, seat=world.seat)
    assert refused(lambda: provenance.credit(SCIENCE, topic, wrong)).fields["field"] == "seat"
    assert Credit.objects.count() == 1
