"""Builders for tests of boards: the board of IHI with its five votes and an observer, delegates who sign in, a meeting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from tests.books import Office, shipped

from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import agenda, conflicts, deciding, groups, meetings, papers, votes
from cofund.queries import ballots, clock
from cofund.queries.ballots import ItemState
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Group, Meeting, Paper, Seat, Topic, Vote
from cofund.rules import roles
from cofund.rules.lifecycle_topics import is_before_adoption

SECRETARY = Actor("Secretary", roles.GOVERNANCE_OFFICER)
PASSWORD = "correct-horse-battery"
MEMBERS = ("EFPIA", "COCIR", "EuropaBio", "MedTech Europe")
HELD_ON = dt.date(2024, 3, 5)


@dataclass
class Board:
    """The board of a scheme, with short ways to what happens in its meetings."""

    office: Office
    group: Group
    seats: dict[str, Seat] = field(default_factory=dict)
    # Of the delegates: None where nobody signs in by a form, since making one takes its time.
    password: str | None = None

    @classmethod
    def of_ihi(cls, password: str | None = None) -> Board:
        """The Union with 50 points, four members with 12.5 each, and the chair of the states without a vote."""
        office = Office.with_scheme(shipped("ihi"), "ihi")
        wanted = groups.GroupWanted("Governing Board", Group.Kind.BOARD)
        board = cls(office, groups.add_group(SECRETARY, "ihi", wanted), password=password)
        board.sit("Union", "union")
        for name in MEMBERS:
            board.sit(name, "members")
        board.sit("Chair of the states", "", Seat.Capacity.OBSERVER)
        return board

    def sit(self, name: str, bloc: str, capacity: str = Seat.Capacity.MEMBER) -> Seat:
        """Add a seat with a delegate who signs in."""
        username = name.lower().replace(" ", "-")
        user = User.objects.create_user(
            username, password=self.password, role="delegate", first_name=name, email=f"{username}@example.org"
        )
        organisation = Organisation.objects.get_or_create(slug=username, defaults={"name": name})[0]
        is_member = bloc == "members"
        wanted = groups.SeatWanted(
            capacity, organisation if is_member else None, "" if is_member else name, user=user, bloc=bloc
        )
        self.seats[name] = groups.add_seat(SECRETARY, self.group, wanted)
        return self.seats[name]

    def delegate(self, name: str) -> Actor:
        """Who sits for somebody."""
        user = self.seats[name].user
        assert user is not None
        return Actor.of(user)

    def meeting(self, held_on: dt.date = HELD_ON, *, is_open: bool = True) -> Meeting:
        """A meeting, open unless it is to be planned only."""
        made = meetings.add_meeting(
            SECRETARY, self.group, meetings.MeetingWanted("41st meeting", Meeting.Procedure.ORDINARY, held_on)
        )
        known(made)
        return meetings.open_meeting(SECRETARY, made) if is_open else made

    def written(self, *, days: int = 10) -> Meeting:
        """A written procedure that is open now."""
        today = clock.today()
        last = today + dt.timedelta(days=days)
        wanted = meetings.MeetingWanted("In writing", Meeting.Procedure.WRITTEN, last, opens_on=today)
        return meetings.open_meeting(SECRETARY, meetings.add_meeting(SECRETARY, self.group, wanted))

    def item(self, meeting: Meeting, title: str = "Approve the work programme") -> AgendaItem:
        """A point that needs a decision."""
        wanted = agenda.ItemWanted(AgendaItem.Kind.OTHER, title, proposal="The board is asked to approve it.")
        return agenda.put_on_agenda(SECRETARY, meeting, wanted)

    def annex(self, item: AgendaItem, *, is_confidential: bool = True) -> Paper:
        """A paper of a point."""
        wanted = papers.PaperWanted("Annex", "What only the board reads", is_confidential=is_confidential)
        return papers.add_paper(SECRETARY, item, wanted)

    def attend(self, meeting: Meeting, *absent: str) -> None:
        """Record that everybody is there but those named."""
        present = {seat.pk: name not in absent for name, seat in self.seats.items()}
        meetings.record_attendance(SECRETARY, meeting, present)

    def conflict(self, item: AgendaItem, name: str) -> Conflict:
        """Declare a conflict of somebody."""
        return conflicts.declare(self.delegate(name), item, self.seats[name].pk, "A sister company supplies it")

    def vote(self, item: AgendaItem, choice: str, *names: str) -> None:
        """Cast the votes of some."""
        for name in names:
            votes.cast(self.delegate(name), item, self.seats[name].pk, choice)

    def decide(self, item: AgendaItem, on: dt.date = HELD_ON, **wanted: object) -> AgendaItem:
        """Decide a point, with conflicts asked for unless it is to be without."""
        stated = {"conflicts_asked": True, **wanted}
        return deciding.decide(SECRETARY, item, deciding.DecisionWanted(on, **stated))  # type: ignore[arg-type]

    def state(self, item: AgendaItem) -> ItemState:
        """How a point stands."""
        meeting = Meeting.objects.select_related("group__scheme").get(pk=item.meeting_id)
        return ballots.state_of(meeting).one(item.pk)


def known(meeting: Meeting) -> Meeting:
    """Let a meeting be one that is known from a public source: only such a one takes points when its day is over."""
    meeting.source_url = "https://www.ihi.europa.eu/about-ihi/governance"
    meeting.save(update_fields=["source_url"])
    return meeting


def proposed(topic: Topic) -> Topic:
    """Let a topic be one that was proposed to the board: only such a one is put on its agenda."""
    if is_before_adoption(topic.status):
        topic.status = Topic.Status.PROPOSED
        topic.save(update_fields=["status"])
    return topic


def refusal(call: object, *args: object, **kwargs: object) -> str:
    """What an action says is wrong; it has to refuse and to write nothing."""
    before = (AuditEvent.objects.count(), Decision.objects.count(), Vote.objects.count())
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)  # type: ignore[operator]
    assert (AuditEvent.objects.count(), Decision.objects.count(), Vote.objects.count()) == before
    return found.value.wrong
