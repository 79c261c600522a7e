"""The words of the table about decisions: a point on an agenda, a vote on it, and a number that somebody types in a form."""

from __future__ import annotations

import datetime as dt
import uuid

from tests import applications as made
from tests.boards import proposed
from tests.books import FINANCE
from tests.spec.world import TARGET, World, then, when

from cofund.actions import contributions, submissions, targets
from cofund.actions.governance import agenda
from cofund.actions.submissions import Act, Typed
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import TAKEN_ELSEWHERE, AgendaItem, Decision, Meeting


@when(r"topic (\S+) is on the agenda of the board of (\S+)")
def _tabled(world: World, code: str, day: str) -> None:
    on = dt.date.fromisoformat(day)
    meeting = Meeting.objects.filter(group__scheme=world.office.row, held_on=on).first()
    wanted = agenda.ItemWanted(AgendaItem.Kind.TOPIC, f"Adoption of {code}", topic=proposed(world.office.topic(code)))
    agenda.put_on_agenda(made.SECRETARY, meeting or made.meeting(world.office, on), wanted, at=world.at)


@when(r"the board votes (yes|no) on topic (\S+)")
def _votes(world: World, choice: str, code: str) -> None:
    world.office.at = world.at
    point = AgendaItem.objects.select_related("meeting__group__scheme").get(kind="topic", topic__code=code)
    made.decide_point(world.office, point, "GB-2015-22", choice=choice)


def _typed(world: World, number: str, act: Act) -> None:
    """What a form does in which somebody types the number of a decision of that day."""
    known = Decision.objects.filter(scheme=world.office.row, number=number).exists()
    typed = Typed(world.on, "Typed in a form", decision=number, decided_on=None if known else world.on)
    submissions.book(FINANCE, world.office.scheme, typed, act, token=uuid.uuid4().hex)


@when(rf"{TARGET} is adopted by decision (\S+)")
def _adopted(world: World, target: str, number: str) -> None:
    wanted = world.target(target)
    _typed(
        world, number, lambda grounds: targets.reserve(FINANCE, world.office.scheme, wanted, grounds, at=world.at)[0]
    )


@when(r"(.+?) is endorsed by decision (\S+)")
def _endorsed(world: World, who: str, number: str) -> None:
    one = world.one(who)
    _typed(world, number, lambda grounds: contributions.endorse(FINANCE, one, grounds, at=world.at).entry)


@then(r"decision (\S+) is not in the register")
def _unknown(world: World, number: str) -> None:
    assert not Decision.objects.filter(number=number).exists()


@then(r"decision (\S+) was taken (elsewhere|on the agenda here)")
def _taken(world: World, number: str, where: str) -> None:
    found = Decision.objects.get(scheme=world.office.row, number=number)
    told = AuditEvent.objects.get(action="record decision", subject=f"{world.office.scheme}/decision/{number}")
    assert found.is_taken_elsewhere == (where == "elsewhere")
    assert told.after is not None
    assert told.after.get("taken", "") == (TAKEN_ELSEWHERE if where == "elsewhere" else "")
