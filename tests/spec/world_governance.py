"""The words of the scenario tables about boards: who sits in them, who may see what, how they vote, and what comes out."""

from __future__ import annotations

import re
from fractions import Fraction

from django.contrib.auth.models import AnonymousUser
from tests.spec.tables import as_written
from tests.spec.world import World, then, when

from cofund.actions.actors import Actor
from cofund.actions.governance import agenda, conflicts, deciding, groups, meetings, papers, votes
from cofund.queries import ballots, decisions
from cofund.queries import meetings as reading
from cofund.records.directory.models import User
from cofund.records.programme.models import AgendaItem, Decision, Group, Meeting, Paper, Seat
from cofund.rules import roles, voting
from cofund.rules.voting_words import points

SECRETARY = Actor("Secretary", roles.GOVERNANCE_OFFICER)
RESULTS = {"adopted": voting.ADOPTED, "not adopted": voting.REJECTED, "without a quorum": voting.NO_QUORUM}


def board(world: World) -> Group:
    """The board of the scheme, made where it is not there."""
    found = Group.objects.filter(scheme=world.office.row, kind="board").first()
    wanted = groups.GroupWanted("Governing Board", Group.Kind.BOARD)
    return found or groups.add_group(SECRETARY, world.office.scheme, wanted, at=world.at)


def seat(name: str) -> Seat:
    """A seat by whom it speaks for."""
    return Seat.objects.select_related("user", "group").get(holder=name)


def add(world: World, name: str, bloc: str, capacity: str) -> None:
    """A seat, with a delegate who signs in."""
    username = name.replace(" ", "-").lower()
    user = User.objects.create_user(username, role="delegate", first_name=name, password=None)
    wanted = groups.SeatWanted(capacity, holder=name, user=user, bloc=bloc)
    groups.add_seat(SECRETARY, board(world), wanted, at=world.at)


def delegate(name: str) -> Actor:
    """Who sits for somebody."""
    user = seat(name).user
    assert user is not None
    return Actor.of(user)


def item() -> AgendaItem:
    """The one point of the one meeting."""
    return AgendaItem.objects.select_related("meeting__group__scheme").get()


def outcome() -> voting.Outcome:
    """How the vote would come out now."""
    found = ballots.state_of(item().meeting).one(item().pk).outcome
    assert found is not None
    return found


@when(r"the board has (.+)")
def _has(world: World, seats: str) -> None:
    for name, bloc in re.findall(r"([^,()]+) \((\w+)\)", seats):
        add(world, name.strip(), bloc, Seat.Capacity.MEMBER)


@when(r"the (chair of the states) observes")
def _observes(world: World, name: str) -> None:
    add(world, name, "", Seat.Capacity.OBSERVER)


@when(r"the board meets on a partner with a confidential annex")
def _meets(world: World) -> None:
    wanted = meetings.MeetingWanted("Meeting", Meeting.Procedure.ORDINARY, world.on)
    meeting = meetings.add_meeting(SECRETARY, board(world), wanted, at=world.at)
    point = agenda.ItemWanted(AgendaItem.Kind.APPLICATION, "Approve a contributing partner")
    made = agenda.put_on_agenda(SECRETARY, meeting, point, at=world.at)
    papers.add_paper(SECRETARY, made, papers.PaperWanted("Annex", "What the partner gives"), at=world.at)
    meetings.publish_agenda(SECRETARY, meeting, at=world.at)
    meetings.open_meeting(SECRETARY, meeting, at=world.at)


@when(r"everybody(?: but (.+))? attends")
def _attend(world: World, absent: str | None) -> None:
    present = {one.pk: one.holder != absent for one in Seat.objects.all()}
    meetings.record_attendance(SECRETARY, item().meeting, present, at=world.at)


@when(r"(.+?) declares a conflict: (.+)")
def _conflict(world: World, name: str, nature: str) -> None:
    conflicts.declare(delegate(name), item(), seat(name).pk, nature, at=world.at)


@when(r"(.+?) votes? (yes|no|abstain)")
def _vote(world: World, names: str, choice: str) -> None:
    for name in names.split(", "):
        votes.cast(delegate(name), item(), seat(name).pk, choice, at=world.at)


@when(r"the point is decided")
def _decide(world: World) -> None:
    deciding.decide(SECRETARY, item(), deciding.DecisionWanted(world.on, conflicts_asked=True), at=world.at)


@when(r"the decision is published")
def _publish(world: World) -> None:
    deciding.publish(SECRETARY, Decision.objects.get(), at=world.at)


@then(r"(.+?) weighs ([\d.]+)")
def _weighs(world: World, name: str, weight: str) -> None:
    rule = ballots.groups.decision_rule(board(world))
    assert rule is not None
    found = voting.weights(rule, ballots.voting_seats(Seat.objects.select_related("organisation"), rule))
    assert points(found[str(seat(name).pk)]) == weight


@then(r"(.+?) has no vote")
def _no_vote(world: World, name: str) -> None:
    assert not ballots.has_vote(seat(name), ballots.groups.decision_rule(board(world)))


@then(r"the public (sees|does not see) the (agenda|annex|decision)")
def _public(world: World, sees: str, what: str) -> None:
    found = {
        "agenda": reading.published_meetings(world.office.scheme),
        "annex": reading.visible_papers(AnonymousUser()),
        "decision": decisions.published(world.office.scheme),
    }[what]
    assert found.exists() == (sees == "sees")


@then(r"(.+?) (sees|does not see) the annex")
def _annex(world: World, name: str, sees: str) -> None:
    user = seat(name).user
    assert user is not None
    assert reading.visible_papers(user).filter(pk=Paper.objects.get().pk).exists() == (sees == "sees")


@then(r"([\d.]+) of ([\d.]+) points")
def _points(world: World, yes: str, base: str) -> None:
    found = outcome()
    assert (points(found.yes), points(found.base)) == (yes, base)


@then(r"share (\S+ %)")
def _share(world: World, share: str) -> None:
    assert as_written(outcome().share, share) == share


@then(r"would be (.+)")
def _would_be(world: World, result: str) -> None:
    assert outcome().result == RESULTS[result]


@then(r"(adopted|not adopted)")
def _decided(world: World, result: str) -> None:
    point = item()
    assert point.decision is not None
    assert (point.get_status_display().lower(), point.decision.grounds["result"]) == (result, RESULTS[result])


@then(r"deferred without a decision")
def _deferred(world: World) -> None:
    point = item()
    assert (point.status, point.decision, Decision.objects.exists()) == ("deferred", None, False)
    assert point.minutes.startswith("There was no quorum, so nothing was decided.")


@then(r"decision (\S+) says (\S+ %)")
def _number(world: World, number: str, share: str) -> None:
    decision = Decision.objects.get()
    assert decision.number == number
    assert as_written(Fraction(decision.grounds["share"]), share) == share


@then(r"the decision lists the conflict of (.+)")
def _lists(world: World, name: str) -> None:
    assert [one["seat"] for one in Decision.objects.get().grounds["conflicts"]] == [name]
