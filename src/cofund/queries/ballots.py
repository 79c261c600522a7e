"""How the points of a meeting stand: seats, attendance, conflicts and votes, and what the rule makes of them now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Max

from cofund.queries import groups
from cofund.records.programme.models import AgendaItem, Attendance, Conflict, Meeting, Seat, Vote
from cofund.rules import voting
from cofund.rules.schemes import DecisionRule
from cofund.rules.voting import Ballot, Outcome, VotingSeat


@dataclass(frozen=True, slots=True)
class ItemState:
    """One point as it stands: who has a conflict, how each seat voted last, and the outcome as it would be now.

    `outcome` is None where the group decides nothing by votes; `problem` says where the weights of its seats do not fit.
    """

    item: AgendaItem
    conflicts: tuple[Conflict, ...]
    votes: Mapping[int, Vote]
    outcome: Outcome | None
    problem: str = ""

    def conflict_of(self, seat: Seat) -> Conflict | None:
        """The conflict that keeps a seat from voting, or None: its own, or one that its person declared in another seat."""
        return standing_of(self.conflicts, seat)


@dataclass(frozen=True, slots=True)
class MeetingState:
    """A meeting with its seats on the day, who was there (None: not recorded), its rule, and its points in order."""

    meeting: Meeting
    seats: tuple[Seat, ...]
    attendance: Mapping[int, Attendance]
    rule: DecisionRule | None
    items: tuple[ItemState, ...]

    def one(self, item_id: int) -> ItemState:
        """The state of one point. Raises: StopIteration where it is of another meeting."""
        return next(state for state in self.items if state.item.pk == item_id)

    @property
    def voting(self) -> tuple[Seat, ...]:
        """The seats with a vote."""
        return tuple(seat for seat in self.seats if has_vote(seat, self.rule))

    @property
    def is_attendance_complete(self) -> bool:
        """Whether it is recorded of every seat with a vote if it was there; in writing nobody has to be."""
        if self.meeting.procedure == Meeting.Procedure.WRITTEN:
            return True
        return all(seat.pk in self.attendance for seat in self.voting)


def standing_of(conflicts: Iterable[Conflict], seat: Seat) -> Conflict | None:
    """Give the conflict, of those on a point, that stands for a seat: its own, or else one of its person in another seat."""
    standing = [one for one in conflicts if one.lifted_at is None]
    own = next((one for one in standing if one.seat_id == seat.pk), None)
    if own is not None or seat.user_id is None:
        return own
    return next((one for one in standing if one.seat.user_id == seat.user_id), None)


def has_vote(seat: Seat, rule: DecisionRule | None) -> bool:
    """Tell whether a seat has a vote: it is of a bloc of the rule, and no observer."""
    return rule is not None and seat.bloc in rule.blocs and seat.capacity != Seat.Capacity.OBSERVER


def state_of(meeting: Meeting) -> MeetingState:
    """Give a meeting as it stands. The number of queries does not grow with its points."""
    seats = tuple(groups.seats(meeting.group, meeting.held_on))
    rule = groups.decision_rule(meeting.group)
    attendance = {row.seat_id: row for row in Attendance.objects.filter(meeting=meeting)}
    items = AgendaItem.objects.filter(meeting=meeting).select_related("topic", "idea", "decision", "meeting")
    conflicts: defaultdict[int, list[Conflict]] = defaultdict(list)
    rows = Conflict.objects.filter(item__meeting=meeting).select_related("seat__organisation", "seat__user")
    for row in rows:
        conflicts[row.item_id].append(row)
    votes = last_votes(meeting)
    return MeetingState(
        meeting,
        seats,
        attendance,
        rule,
        tuple(
            _item_state(meeting, seats, attendance, rule, item, tuple(conflicts[item.pk]), votes[item.pk])
            for item in items
        ),
    )


def last_votes(meeting: Meeting) -> defaultdict[int, dict[int, Vote]]:
    """Give the vote that counts of each seat, by point and seat: the last one that was cast."""
    rows = Vote.objects.filter(item__meeting=meeting).order_by()
    last = rows.values("item", "seat").annotate(last=Max("pk")).values("last")
    found: defaultdict[int, dict[int, Vote]] = defaultdict(dict)
    for vote in Vote.objects.filter(pk__in=last):
        found[vote.item_id][vote.seat_id] = vote
    return found


def voting_seats(seats: Iterable[Seat], rule: DecisionRule | None) -> list[VotingSeat]:
    """Give seats as the rule sees them; observers and seats of no bloc have no vote."""
    return [
        VotingSeat(
            str(seat.pk),
            groups.name_of(seat),
            seat.bloc if has_vote(seat, rule) else "",
            Fraction(seat.weight) if seat.weight else None,
        )
        for seat in seats
    ]


def _item_state(
    meeting: Meeting,
    seats: tuple[Seat, ...],
    attendance: Mapping[int, Attendance],
    rule: DecisionRule | None,
    item: AgendaItem,
    conflicts: tuple[Conflict, ...],
    votes: Mapping[int, Vote],
) -> ItemState:
    """One point as it stands."""
    if rule is None or not item.needs_decision:
        return ItemState(item, conflicts, votes, None)
    standing = {seat.pk for seat in seats if standing_of(conflicts, seat) is not None}
    is_written = meeting.procedure == Meeting.Procedure.WRITTEN
    ballots = {}
    for seat in seats:
        vote, was_there = votes.get(seat.pk), attendance.get(seat.pk)
        # In writing, to vote or to declare a conflict is to take part.
        took_part = (
            (vote is not None or seat.pk in standing) if is_written else bool(was_there and was_there.is_present)
        )
        ballots[str(seat.pk)] = Ballot(took_part, seat.pk in standing, vote.choice if vote else "")
    try:
        return ItemState(item, conflicts, votes, voting.evaluate(rule, voting_seats(seats, rule), ballots))
    except voting.WeightsError as error:
        return ItemState(item, conflicts, votes, None, str(error))
