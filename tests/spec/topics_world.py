"""Phrases of the scenario tables about ideas, seats, topics, calls and their days; they join those of `tests.spec.world`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from tests.books import FINANCE
from tests.rights import grant
from tests.spec.tables import cents
from tests.spec.world import AMOUNT, World, then, when
from tests.topics import SCIENCE, TEXT

from cofund.actions import consultations, idea_review, ideas, provenance, public_ideas, topic_steps, topic_texts, topics
from cofund.actions.actors import Actor
from cofund.actions.calls import CallFacts, save_call
from cofund.actions.consultations import NewConsultation
from cofund.actions.ideas import NewIdea
from cofund.actions.provenance import NewCredit
from cofund.actions.topic_steps import Plan
from cofund.actions.topics import NewProject, NewTopic
from cofund.queries import chains, topic_timelines
from cofund.queries import ideas as asking
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.programme.models import Call, Credit, Group, Idea, Project, Seat, Topic
from cofund.rules.timeline import durations

DAY = r"(\d{4}-\d\d-\d\d)"


def group(world: World, name: str) -> Group:
    """A group of the scheme, made where it is not there."""
    kind = Group.Kind.STATES if name == "States" else Group.Kind.STRATEGIC
    return Group.objects.get_or_create(
        scheme=world.office.row, slug=name.lower(), defaults={"name": name, "kind": kind}
    )[0]


def idea(name: str) -> Idea:
    """The idea of a name."""
    return Idea.objects.get(title=name)


def topic(world: World, name: str) -> Topic:
    """The topic of a name, as it stands."""
    return Topic.objects.select_related("call", "scheme").get(scheme=world.office.row, code=name)


def call(world: World, number: str) -> Call:
    """The call of a number."""
    return Call.objects.get(scheme=world.office.row, code=f"call-{number}")


@when(r"(\S+) takes a seat in (\S+)")
def _sits(world: World, who: str, where: str) -> None:
    organisation = world.office.organisation(who)
    Seat.objects.create(group=group(world, where), organisation=organisation)
    # Who speaks from the seat of an organisation may read and write for it.
    grant(User.objects.create_user(who.lower(), role=User.Role.PARTNER, organisation=organisation), organisation)


@when(r"(\S+) suggests idea (\S+) from its seat")
def _suggests(world: World, who: str, name: str) -> None:
    user = User.objects.get(username=who.lower())
    seat = Seat.objects.get(organisation=user.organisation)
    wanted = NewIdea(world.office.scheme, name, "Too little is known.", seat_id=seat.pk, is_public=True)
    # What is read in public, the office shows.
    public_ideas.show(SCIENCE, ideas.submit(Actor.of(user), wanted, at=world.at), at=world.at)


@when(r"(\S+) reviews idea (\S+)")
def _reviews(world: World, where: str, name: str) -> None:
    idea_review.review(SCIENCE, idea(name), group(world, where), at=world.at)


@when(r"idea (\S+) is taken forward into topic (\S+)")
def _takes_forward(world: World, name: str, code: str) -> None:
    into = NewTopic(world.office.scheme, code, f"Topic {code}")
    idea_review.accept(SCIENCE, idea(name), into, "It fits the agenda", at=world.at)


@when(r"idea (\S+) is merged into idea (\S+): (.+)")
def _merges(world: World, name: str, other: str, why: str) -> None:
    idea_review.merge(SCIENCE, idea(name), idea(other), why, at=world.at)


@when(r"idea (\S+) is declined: (.+)")
def _declines(world: World, name: str, why: str) -> None:
    idea_review.decline(SCIENCE, idea(name), why, at=world.at)


@when(r"(\S+) is credited as (\w+) for topic (\S+)")
def _credits(world: World, who: str, part: str, code: str) -> None:
    seat = Seat.objects.get(organisation=world.office.organisation(who))
    provenance.credit(SCIENCE, world.office.topic(code), NewCredit(part, seat=seat, on=world.on), at=world.at)


@when(rf"call (\S+) runs {DAY} to {DAY} on the fast track, results {DAY}")
def _runs_fast(world: World, number: str, first: str, last: str, told: str) -> None:
    days = [dt.date.fromisoformat(day) for day in (first, last, told)]
    facts = CallFacts(f"call-{number}", "", "single_stage", True, "", None, None, None, days[0], None, days[1], days[2])
    save_call(SCIENCE, world.office.scheme, facts, at=world.at)


@when(rf"call (\S+) runs {DAY} to {DAY} and {DAY}")
def _runs(world: World, number: str, first: str, short: str, full: str) -> None:
    days = [dt.date.fromisoformat(day) for day in (first, short, full)]
    facts = CallFacts(f"call-{number}", "", "two_stage", False, "", None, None, None, days[0], days[1], days[2])
    save_call(SCIENCE, world.office.scheme, facts, at=world.at)


@when(r"topic (\S+) is written for (?:call (\S+)|no call)")
def _is_written(world: World, code: str, number: str | None) -> None:
    made = world.office.topic(code)
    if number:
        topic_steps.plan(SCIENCE, made, Plan(call=call(world, number)), at=world.at)
    topic_texts.write(SCIENCE, made, f"Topic {code}", TEXT, "First draft", at=world.at)


@when(r"the states are consulted on topic (\S+) for (\d+) days(?: by decision (\S+))?")
def _consults(world: World, code: str, days: str, decision: str | None) -> None:
    until = world.on + dt.timedelta(days=int(days))
    wanted = NewConsultation(
        world.on, until, group(world, "States"), decision=decision or "", decided_on=world.on if decision else None
    )
    consultations.start(SCIENCE, topic(world, code), wanted, at=world.at)


@when(r"topic (\S+) is put before the board")
def _proposes(world: World, code: str) -> None:
    topic_steps.propose(SCIENCE, topic(world, code), at=world.at)


@when(rf"the grant of topic (\S+) is signed with a start on {DAY}(, as the decision allows)?")
def _signs_with_a_start(world: World, code: str, day: str, flagged: str | None) -> None:
    project = NewProject(code, "1", starts_on=dt.date.fromisoformat(day), starts_before_signature=bool(flagged))
    target = Target(topic=topic(world, code))
    topics.sign_grant(FINANCE, world.office.scheme, target, project, world.grounds(), at=world.at)


@when(rf"topic (\S+) belongs to call (\S+), and its project starts on {DAY}")
def _belongs(world: World, code: str, number: str, day: str) -> None:
    made = world.office.topic(code)
    topic_steps.plan(SCIENCE, made, Plan(call=call(world, number)), at=world.at)
    project = world.office.project(code.lower(), made)
    Project.objects.filter(pk=project.pk).update(starts_on=dt.date.fromisoformat(day))


@when(rf"topic (\S+) is planned for call (\S+) with adoption on {DAY}")
def _is_planned(world: World, code: str, number: str, day: str) -> None:
    wanted = Plan(call=call(world, number), adoption_planned_on=dt.date.fromisoformat(day))
    topic_steps.plan(SCIENCE, world.office.topic(code), wanted, at=world.at)


@then(r"idea (\S+) is (\w+)")
def _idea_is(world: World, name: str, state: str) -> None:
    assert idea(name).status == state


@then(r"topic (\S+) is (scoping|drafting|consultation|revised|proposed|adopted)")
def _topic_is(world: World, code: str, state: str) -> None:
    assert topic(world, code).status == state


@then(r"idea (\S+) came from a seat in (\S+)")
def _came_from(world: World, name: str, where: str) -> None:
    seat = idea(name).seat
    assert seat is not None
    assert seat.group.name == where


@then(r"idea (\S+) leads to topic (\S+)")
def _leads_to(world: World, name: str, code: str) -> None:
    chain = chains.of_topic(topic(world, code))
    assert name in [one.title for one in chain.ideas]


@then(r"the register shows (\d+) ideas of (\S+) from (\S+)")
def _register(world: World, count: str, who: str, where: str) -> None:
    rows = [(asking.proposer(one), one.seat.group.name if one.seat else "") for one in asking.register()]
    assert rows == [(who, where)] * int(count)


@then(r"(\S+) is credited (\d+) times as (\w+)")
def _is_credited(world: World, who: str, count: str, part: str) -> None:
    assert Credit.objects.filter(organisation=world.office.organisation(who), part=part).count() == int(count)


@then(rf"provenance of topic (\S+) shows (\S+) as (\w+) from (\S+) on {DAY}")
def _provenance(world: World, code: str, who: str, part: str, where: str, day: str) -> None:
    rows = [
        (str(one.organisation), one.part, one.seat.group.name if one.seat else "", one.on.isoformat() if one.on else "")
        for one in chains.of_topic(topic(world, code)).credits
    ]
    assert (who, part, where, day) in rows


@then(r"topic (\S+) has (\d+) conflicts")
def _conflicts(world: World, code: str, count: str) -> None:
    assert len(chains.of_topic(topic(world, code)).conflicts) == int(count)


@then(rf"(\S+) stands in conflict on topic (\S+) with {AMOUNT}")
def _in_conflict(world: World, who: str, code: str, amount: str) -> None:
    notes = chains.of_topic(topic(world, code)).conflicts
    assert [(str(note.organisation), sum(one.live_cents for one in note.states)) for note in notes] == [
        (who, cents(amount))
    ]


@then(r"the public does not read that (\S+) gives to topic (\S+)")
def _public_does_not_read(world: World, who: str, code: str) -> None:
    html = Client().get(f"/programmes/{world.office.scheme}/topics/{code}/chain/").content.decode()
    # Who proposed it is published; that it gives, and so that there is a conflict, follows with the contribution.
    assert (who in html, "Conflict of interest to note" in html) == (True, False)


@then(r"call (\S+) took (\d+) days from (\w+) to (\w+)")
def _call_took(world: World, number: str, days: str, first: str, last: str) -> None:
    _took(topic_timelines.dates_of(call(world, number)), days, first, last)


@then(r"topic (\S+) took (\d+) days from (\w+) to (\w+)")
def _topic_took(world: World, code: str, days: str, first: str, last: str) -> None:
    row = topic(world, code)
    _took(topic_timelines.of_topic(row, row.projects.get()).dates, days, first, last)


@then(rf"a letter for topic (\S+) is comfortable until {DAY}")
def _letter(world: World, code: str, day: str) -> None:
    assert topic_timelines.of_topic(topic(world, code)).letter_by == dt.date.fromisoformat(day)


@then(rf"papers for topic (\S+) are due {DAY}")
def _papers(world: World, code: str, day: str) -> None:
    assert topic_timelines.of_topic(topic(world, code)).papers_by == dt.date.fromisoformat(day)


@then(r"slack of a letter for topic (\S+) is (-?\d+) days")
def _slack(world: World, code: str, days: str) -> None:
    found = topic_timelines.of_topic(topic(world, code), on=world.on).slack
    assert [one.days for one in found if one.label.endswith("before papers are due")] == [int(days)]


@then(r"project (\S+) starts (\d+) days before its signature")
def _starts_early(world: World, slug: str, days: str) -> None:
    project = Project.objects.get(slug=slug)
    assert project.starts_on is not None
    assert project.signed_on is not None
    assert ((project.signed_on - project.starts_on).days, project.starts_before_signature) == (int(days), True)


def _took(dates: Any, days: str, first: str, last: str) -> None:
    """One part of the days of a call or topic."""
    assert [one.days for one in durations(dates) if (one.start, one.end) == (first, last)] == [int(days)]
