"""A topic whose text changed before the board: what its partners were asked and told, and every answer that is no yes."""

from __future__ import annotations

import datetime as dt

from tests.applications import brought_to, decide_point, hold, meeting, relate
from tests.books import MILLION
from tests.rights import grant
from tests.topics import NEW_TEXT, SCIENCE, Topics

from cofund.actions import confirmations, topic_steps, topic_texts
from cofund.actions.actors import Actor
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Confirmation
from cofund.records.programme.models import AgendaItem, Topic

PASSWORD = "correct-horse-battery"
PEOPLE = (("paula", "partner"), ("olga", "officer"), ("gina", "governance_officer"), ("fred", "finance_officer"))


def build(*, is_decided: bool = False) -> dict[str, int | str]:
    """A topic before the board: JDRF withdraws, and wants to talk about its letter; Wellcome is late, and to be checked again."""
    world = Topics.make()
    made = {
        name: User.objects.create_user(
            name, password=PASSWORD, role=role, organisation=world.jdrf if role == "partner" else None
        )
        for name, role in PEOPLE
    }
    grant(made["paula"], world.jdrf)
    topic = world.written("T1")
    alone = world.office.pledge(7 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic)).contribution
    parties = ("JDRF", "Helmsley Charitable Trust")
    joint = world.office.pledge(3 * MILLION, *parties, kind="FC_JU", target=Target(topic=topic)).contribution
    late = world.office.pledge(2 * MILLION, "Wellcome", kind="FC_JU", target=Target(topic=topic)).contribution
    for one in (alone, joint, late):
        world.office.endorse(one)
    letter = brought_to(world.office, "submitted", name="JDRF", topic=topic)
    asked = topic_texts.write(SCIENCE, topic, "Keep the beta cells", {**NEW_TEXT, "impact": "All ages."}, "Wider").asked
    rows = {row.reference: row for row in asked}
    actor = Actor.of(made["paula"])
    confirmations.answer(actor, rows[alone.reference], "withdraws", "Children are no longer in its scope.")
    confirmations.answer(actor, rows[letter.reference], "talks", "We would like to hear about the age groups.")
    Confirmation.objects.filter(pk=rows[late.reference].pk).update(answer_by_on=clock.today() - dt.timedelta(days=1))
    told = topic_texts.write(
        SCIENCE, topic, "Keep the beta cells", {**NEW_TEXT, "impact": "All age groups."}, "Wording", is_material=False
    )
    Topic.objects.filter(pk=topic.pk).update(status="revised")
    topic.refresh_from_db()
    topic_steps.propose(SCIENCE, topic, "Its groups were asked last year")
    item = AgendaItem.objects.create(
        meeting=meeting(world.office, clock.today()), number=1, kind="topic", title="Adopt T1", topic=topic
    )
    if is_decided:
        decide_point(world.office, item, "GB-9", on=clock.today())
    relate(world.office.organisation("Wellcome"), "constituent_of", hold(world.office, "EFPIA", "member"))
    return {
        "item": item.pk,
        "open": rows[joint.reference].pk,
        "withdraws": rows[alone.reference].pk,
        "talks": rows[letter.reference].pk,
        "told": told.told[0].pk,
        "due": late.reference,
        "joint": joint.reference,
    }
