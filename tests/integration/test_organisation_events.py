"""The timeline of one organisation: what became of its applications, what it said and was asked, and who was checked again."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.applications import brought_to, decide, relate
from tests.books import MILLION, Office, shipped
from tests.topics import NEW_TEXT, SCIENCE, Topics

from cofund.actions import confirmations, consultations, partner_checks, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.applications import deciding, scheduling, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.queries import clock, merges, organisation_events
from cofund.queries.organisation_events import BOOKS, GROUPS, LEADS, LETTERS, RECORD, SAID, TOPICS
from cofund.queries.pools import Target
from cofund.records.ledger.models import Application, Confirmation
from cofund.rules import roles
from cofund.rules.lifecycle_applications import APPLICATION

AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=30)
WHY = "So the minutes say"
# Every row that names an organisation: the lane that tells of it, or why the timeline does not.
FACT, ROUND = "a fact of its own page, with an act in the record", "the pages of the yearly round and of the grant"
TOLD = {
    ("directory.contact", "organisation"): FACT,
    ("directory.interest", "organisation"): FACT,
    ("directory.organisationname", "organisation"): FACT,
    ("directory.organisation", "merged_into"): FACT,
    ("directory.merge", "kept"): FACT,
    ("directory.merge", "merged"): FACT,
    ("directory.corpuslink", "organisation"): FACT,
    ("directory.pairing", "organisation"): "a guess; what is accepted of it is a link to the corpus",
    ("directory.user", "organisation"): "who may sign in, which its own page does not tell",
    ("directory.partnerright", "organisation"): "who may sign in, which its own page does not tell",
    ("directory.apikey", "organisation"): "who may sign in, which its own page does not tell",
    ("directory.organisationrelation", "organisation"): GROUPS,
    ("directory.organisationrelation", "other"): GROUPS,
    ("programme.roleholding", "organisation"): GROUPS,
    ("programme.seat", "organisation"): GROUPS,
    ("programme.lead", "organisation"): LEADS,
    ("programme.exchange", "organisation"): SAID,
    ("programme.idea", "organisation"): TOPICS,
    ("programme.credit", "organisation"): TOPICS,
    ("programme.comment", "organisation"): TOPICS,
    ("programme.indicativecontribution", "organisation"): "what a text says, by nobody of it",
    ("programme.story", "owner"): "the list of stories, which has its own states",
    ("ledger.application", "organisation"): LETTERS,
    ("ledger.contributionparty", "organisation"): BOOKS,
    ("ledger.publicationexception", "organisation"): "what is held back, which its own page tells",
    ("ledger.activity", "organisation"): ROUND,
    ("ledger.plan", "organisation"): ROUND,
    ("ledger.report", "organisation"): ROUND,
    ("ledger.grantparticipant", "organisation"): ROUND,
}


@pytest.fixture
def office(db: None) -> Office:
    """The book of IMI2, in 2015."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = AT
    return office


def ended(office: Office, row: Application, how: str) -> None:
    """Bring an application that is before the board, or was only handed in, to an end."""
    ruling = Ruling(WHY)
    if how == "returned":
        submitting.return_for_completion(office.actor, row, WHY, at=LATER)
    elif how == "withdrawn":
        submitting.withdraw(office.actor, row, WHY, at=LATER)
    elif how == "taken off":
        scheduling.take_off(office.actor, row, WHY, at=LATER)
    else:
        decide(office, row, choice="no" if how == "rejected" else "yes")
        if how == "rejected":
            deciding.reject(office.actor, row, ruling, at=LATER)
        elif how == "approved":
            deciding.approve(office.actor, row, ruling, at=LATER)
        else:
            deciding.approve_on_conditions(office.actor, row, WHY, ruling, at=AT)
        if how == "lapsed":
            deciding.let_lapse(office.actor, row, WHY, at=LATER)
        elif how == "met":
            deciding.meet_conditions(office.actor, row, LATER.date(), WHY, at=LATER)


@pytest.mark.parametrize(
    ("state", "how", "words"),
    [
        ("submitted", "returned", "returned for completion"),
        ("submitted", "withdrawn", "withdrawn"),
        ("scheduled", "taken off", "taken off the agenda"),
        ("scheduled", "rejected", "rejected"),
        ("scheduled", "approved", "approved"),
        ("scheduled", "lapsed", "lapsed"),
        ("scheduled", "met", "conditions met, approved"),
    ],
)
def test_timeline_says_what_became_of_an_application(office: Office, state: str, how: str, words: str) -> None:
    row = brought_to(office, state)
    ended(office, row, how)
    found = organisation_events.of(row.organisation, LETTERS)
    (one,) = [event for event in found if event.title == f"Application {row.reference}: {words}"]
    assert (one.on, one.reference, WHY in one.detail) == (LATER.date(), row.reference, True)
    assert one.detail.endswith(f"By {office.actor.name}.")
    if how in ("rejected", "approved"):
        assert "Decision GB-2015-21." in one.detail
    begins = f"Application {row.reference}: "
    steps = [event for event in found if event.title.startswith(begins) and event.on == AT.date()]
    way = [event.title.removeprefix(begins) for event in steps]
    wanted = {"submitted": [], "scheduled": ["put on an agenda of the board", "checked"]}[state]
    assert way == (["approved on conditions", *wanted] if how in ("lapsed", "met") else wanted)


def test_every_step_of_an_application_has_its_words() -> None:
    steps = {step.action for step in APPLICATION.steps}
    by_row = {"edit letter", "submit application", "submit next letter"}
    assert steps - by_row == set(organisation_events.STEPS)


def test_application_of_a_public_source_says_how_it_ended(office: Office) -> None:
    row = brought_to(office, "draft")
    Application.objects.update(status="approved", status_since_at=LATER, certainty="assumed")
    ends = [one for one in organisation_events.of(row.organisation, LETTERS) if one.on == LATER.date()]
    assert [(one.title, one.certainty) for one in ends] == [(f"Application {row.reference}: approved", "assumed")]


def test_timeline_has_comments_and_changed_texts_with_their_answers(db: None) -> None:
    world = Topics.make()
    topic = world.written()
    user = world.person(roles.PARTNER)
    comment = world.comment(world.consulted(topic), "Say more about children.", user)
    consultations.answer(SCIENCE, comment, "noted", "We thank you.")
    world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic))
    topic_texts.write(SCIENCE, topic, "Title of T1", NEW_TEXT, "The group asked", is_material=True, seen=1)
    asked = Confirmation.objects.get()
    assert asked.contribution is not None
    before = {one.title for one in organisation_events.of(world.jdrf, TOPICS)}
    confirmations.answer(Actor.of(user), asked, "stands", "We stay with it.")
    found = {one.title: one for one in organisation_events.of(world.jdrf, TOPICS)}
    reference, today = asked.contribution.reference, clock.today()
    wanted = {
        "Comment on topic T1": (f"{comment.author_name}: Say more about children.", ""),
        "Comment on topic T1 answered: noted": ("We thank you. By Scientific officer.", ""),
        f"Asked whether it stands after version 2 of topic T1: {reference}": ("", reference),
    }
    assert before == set(wanted)
    wanted[f"Answer on version 2 of topic T1, {reference}: it stands"] = ("We stay with it. By partner.", reference)
    assert {title: (one.detail, one.contribution) for title, one in found.items()} == wanted
    assert {one.on for one in found.values()} == {today}


def test_record_has_later_checks_of_who_stands_behind_a_contribution(office: Office) -> None:
    office.at = None
    made = office.pledge(MILLION, "Acme Foundation", kind="FC_JU", target=Target(topic=office.topic())).contribution
    giver = office.organisation("Acme Foundation")
    relate(giver, "controls", office.organisation("Acme Holding"))
    partner_checks.check(office.actor, made, "It may stay.")
    (one,) = [event for event in organisation_events.of(giver, RECORD) if event.contribution]
    assert (one.title, one.on) == (f"Who stands behind {made.reference} checked again", clock.today())
    assert one.detail == f"It may stay. By {office.actor.name}."


def test_each_row_that_names_an_organisation_has_its_lane_or_a_reason() -> None:
    assert {(pointer.label, pointer.field) for pointer in merges.pointers()} == set(TOLD)
    assert {lane for lane in TOLD.values() if lane in organisation_events.LANES} == set(organisation_events.LANES) - {
        RECORD
    }
