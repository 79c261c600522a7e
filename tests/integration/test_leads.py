"""Leads: opened with a reference that is never given twice, edited, moved only where the stage allows it, with every trace kept."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.books import refused
from tests.leads import NOON, OFFICER, Desk

from cofund.actions import contributions, lead_steps, leads
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.lead_steps import NewExchange
from cofund.actions.leads import LeadFacts, NewLead
from cofund.actions.organisations import NewOrganisation
from cofund.queries import leads as reading
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.programme.models import Exchange, Group, Lead, LeadStep, Seat, Topic
from cofund.rules import roles
from cofund.rules.lifecycles import LEAD

pytestmark = pytest.mark.django_db
DAY = dt.date(2015, 10, 1)
# How a stage is reached from the first one.
PATHS = {
    "new": (),
    "contacted": ("contact lead",),
    "exploring": ("explore lead",),
    "fit_found": ("find topic for lead",),
    "applying": ("contact lead", "start application of lead"),
    "converted": ("contact lead", "start application of lead", "convert lead"),
    "lost": ("lose lead",),
    "dormant": ("rest lead",),
}
STEPS = [step.action for step in LEAD.steps]


def test_lead_opens_with_reference_step_and_audit_row() -> None:
    desk = Desk.opened()
    lead = desk.lead(interest="Vaccines", amount_cents=700_000_000, kind="FC", probability_percent=40)
    assert lead.reference == f"fund-lead-{lead.pk}"
    assert (lead.stage, lead.opened_on, lead.stage_since_on) == ("new", DAY, DAY)
    assert list(lead.steps.values_list("stage", "on", "recorded_by")) == [("new", DAY, "Olga Officer")]
    row = AuditEvent.objects.get(action="open lead")
    assert (row.subject, row.after["amount_cents"]) == (f"fund/lead/{lead.reference}", 700_000_000)


def test_topics_that_can_still_be_matched_come_first() -> None:
    desk = Desk.opened()
    for code, status in (("A", "adopted"), ("B", "drafting"), ("C", "dropped"), ("D", "proposed"), ("E", "granted")):
        Topic.objects.create(scheme=desk.office.row, code=code, title=code, status=status)
    codes = [topic.code for topic in reading.topics_of(desk.office.row)]
    assert [code for code in codes if code in "ABCDE"] == ["B", "D", "A", "E"]


def test_lead_can_bring_a_new_organisation() -> None:
    desk = Desk.opened()
    wanted = NewLead("fund", None, "invited", new_organisation=NewOrganisation("New Trust", "foundation", "gb"))
    assert leads.open_lead(OFFICER, wanted, at=NOON).organisation.country == "GB"
    assert refused(lambda: leads.open_lead(OFFICER, wanted, at=NOON)).fields["field"] == "new_name"
    assert desk.office.scheme == "fund"


@pytest.mark.parametrize(
    ("facts", "route", "field"),
    [
        ({"kind": "NONE"}, "knocks", "kind"),
        ({"amount_cents": 0}, "knocks", "amount_cents"),
        ({"probability_percent": 101}, "knocks", "probability_percent"),
        ({}, "by chance", "route"),
    ],
)
def test_lead_that_does_not_fit_is_refused(facts: dict[str, object], route: str, field: str) -> None:
    desk = Desk.opened()
    assert refused(lambda: desk.lead(route=route, **facts)).fields["field"] == field
    assert Lead.objects.count() == 0


def test_lead_of_another_day_or_programme_is_refused() -> None:
    desk = Desk.opened()
    trust = desk.office.organisation("Trust")
    late = NewLead("fund", trust, "knocks", opened_on=dt.date(2015, 10, 2))
    assert refused(lambda: leads.open_lead(OFFICER, late, at=NOON)).fields["field"] == "opened_on"
    assert "no such programme" in refused(lambda: leads.open_lead(OFFICER, NewLead("none", trust, "knocks"))).wrong
    other = Topic(scheme_id=999, code="X")
    assert refused(lambda: desk.lead(topic=other)).fields["field"] == "topic"


def test_seat_belongs_to_the_organisation_and_to_the_seated_route() -> None:
    desk = Desk.opened()
    trust = desk.office.organisation("Trust")
    group = Group.objects.create(scheme=desk.office.row, slug="board", name="Board", kind="board")
    seat = Seat.objects.create(group=group, organisation=trust)
    assert desk.lead(route="seated", seat=seat).seat == seat
    assert refused(lambda: desk.lead(route="knocks", seat=seat)).fields["field"] == "seat"
    assert refused(lambda: desk.lead("Other", route="seated", seat=seat)).fields["field"] == "seat"


def test_owner_is_somebody_who_keeps_leads() -> None:
    desk = Desk.opened()
    auditor = User.objects.create_user("ada", role="auditor")
    assert refused(lambda: desk.lead(owner=auditor)).fields["field"] == "owner"
    officer = User.objects.create_user("olga", role="officer")
    assert desk.lead(owner=officer).owner == officer
    assert [user.username for user in reading.owners()] == ["olga"]


def test_edit_keeps_what_was_said_before() -> None:
    desk = Desk.opened()
    lead = desk.lead(interest="Vaccines", probability_percent=40)
    leads.edit_lead(OFFICER, lead.reference, LeadFacts(interest="Vaccines", probability_percent=60), at=NOON)
    row = AuditEvent.objects.get(action="edit lead")
    assert (row.before, row.after) == ({"probability_percent": 40}, {"probability_percent": 60})
    same = LeadFacts(interest="Vaccines", probability_percent=60)
    assert refused(lambda: leads.edit_lead(OFFICER, lead.reference, same)).wrong == "That changes nothing."
    assert "none of that reference" in refused(lambda: leads.edit_lead(OFFICER, "fund-lead-0", same)).wrong


@pytest.mark.parametrize("stage", PATHS)
@pytest.mark.parametrize("action", STEPS)
def test_step_is_done_exactly_where_the_stage_allows_it(stage: str, action: str) -> None:
    desk = Desk.opened()
    lead = desk.lead(topic=desk.office.topic())
    for earlier in PATHS[stage]:
        desk.move(lead, earlier, reason="The test")
    if LEAD.allows(action, stage):
        moved = desk.move(lead, action, reason="The test")
        assert moved.stage == LEAD.step(action).to
        assert moved.steps.last().stage == moved.stage
        assert AuditEvent.objects.filter(action=action).last().before["stage"] == stage
    else:
        error = refused(lambda: desk.move(lead, action, reason="The test"))
        assert error.wrong.startswith(f"It stands in “{LEAD.states[stage]}”; this starts from: ")
        assert Lead.objects.get().stage == stage


@pytest.mark.parametrize("action", ["lose lead", "rest lead"])
def test_step_that_needs_a_reason_asks_for_it(action: str) -> None:
    desk = Desk.opened()
    lead = desk.lead()
    assert refused(lambda: desk.move(lead, action, reason=" ")).fields["field"] == "reason"


def test_lost_lead_says_why_until_it_is_taken_up_again() -> None:
    desk = Desk.opened()
    lead = desk.lead(next_step="Call", next_step_on=DAY)
    lost = desk.move(lead, "lose lead", reason="No money this year")
    assert (lost.lost_reason, lost.next_step, lost.next_step_on) == ("No money this year", "", None)
    again = desk.move(lead, "reopen lead", reason="A new board of trustees")
    assert (again.stage, again.lost_reason) == ("exploring", "")
    assert [step.reason for step in LeadStep.objects.order_by("pk")] == [
        "",
        "No money this year",
        "A new board of trustees",
    ]


def test_converted_lead_is_taken_up_again_once_nothing_of_it_stands() -> None:
    desk = Desk.opened()
    topic = desk.office.topic()
    lead = desk.lead(topic=topic)
    for action in PATHS["applying"]:
        desk.move(lead, action, reason="The test")
    made = desk.office.pledge(100, "Trust", target=Target(topic=topic)).contribution
    desk.move(lead, "convert lead")
    error = refused(lambda: desk.move(lead, "reopen lead", reason="Perhaps again"))
    assert error.wrong == f"What came of it still stands: {made.reference}."
    contributions.withdraw(desk.office.actor, made, desk.office.grounds())
    again = desk.move(lead, "reopen lead", reason="Perhaps again")
    assert (again.stage, again.steps.last().reason) == ("exploring", "Perhaps again")


def test_topic_is_found_only_with_a_topic_of_the_programme() -> None:
    desk = Desk.opened()
    lead = desk.lead()
    assert refused(lambda: desk.move(lead, "find topic for lead")).fields["field"] == "topic"
    dropped = desk.office.topic("T9")
    Topic.objects.filter(pk=dropped.pk).update(status="dropped")
    dropped.refresh_from_db()
    assert refused(lambda: desk.move(lead, "find topic for lead", topic=dropped)).fields["field"] == "topic"
    other = Topic(scheme_id=999, code="X")
    assert refused(lambda: desk.move(lead, "find topic for lead", topic=other)).fields["field"] == "topic"
    assert desk.move(lead, "find topic for lead", topic=desk.office.topic()).topic == desk.office.topic()


def test_lead_is_converted_by_its_contribution_or_by_words() -> None:
    desk = Desk.opened()
    lead = desk.lead(topic=desk.office.topic())
    desk.move(lead, "contact lead")
    desk.move(lead, "start application of lead")
    assert refused(lambda: desk.move(lead, "convert lead")).fields["field"] == "reason"
    made = desk.office.pledge(100_00, "Trust").contribution
    assert desk.move(lead, "convert lead").stage == "converted"
    assert reading.contributions(lead) == [made]


def test_step_keeps_its_day_between_the_last_step_and_today() -> None:
    desk = Desk.opened()
    lead = desk.lead()
    assert refused(lambda: desk.move(lead, "contact lead", on=dt.date(2015, 9, 30))).fields["field"] == "on"
    assert refused(lambda: desk.move(lead, "contact lead", on=dt.date(2015, 10, 2))).fields["field"] == "on"
    assert (
        desk.move(lead, "contact lead", on=DAY, next_step="Meet", next_step_on=dt.date(2015, 11, 1)).next_step == "Meet"
    )
    assert desk.move(lead, "explore lead").next_step == "Meet"


def test_exchange_says_who_approached_whom() -> None:
    desk = Desk.opened()
    lead = desk.lead()
    made = lead_steps.log_exchange(
        OFFICER, lead.reference, NewExchange("call", " Spoke of vaccines ", by_office=True), at=NOON
    )
    assert (made.summary, made.by_office, made.organisation, made.on) == (
        "Spoke of vaccines",
        True,
        lead.organisation,
        DAY,
    )
    for wrong in (
        NewExchange("call", " "),
        NewExchange("smoke", "Signs"),
        NewExchange("call", "x", dt.date(2015, 10, 2)),
    ):
        refused(lambda wrong=wrong: lead_steps.log_exchange(OFFICER, lead.reference, wrong, at=NOON))
    assert Exchange.objects.count() == 1


@pytest.mark.parametrize("role", roles.ROLES)
def test_actions_ask_the_role_table(role: str) -> None:
    desk = Desk.opened()
    lead = desk.lead()
    desk.actor = Actor("Somebody", role)
    tries = {
        "open lead": lambda: desk.lead("Other"),
        "edit lead": lambda: leads.edit_lead(desk.actor, lead.reference, LeadFacts(note=role), at=NOON),
        "contact lead": lambda: desk.move(lead, "contact lead"),
        "log exchange with lead": lambda: lead_steps.log_exchange(
            desk.actor, lead.reference, NewExchange("note", "x"), at=NOON
        ),
    }
    done = {}
    for action, act in tries.items():
        try:
            act()
            done[action] = True
        except NotAllowed:
            done[action] = False
    assert done == {action: roles.may(role, action) for action in tries}


def test_merged_organisation_is_followed() -> None:
    desk = Desk.opened()
    kept = desk.office.organisation("Kept")
    desk.office.organisation("Gone")
    Organisation.objects.filter(slug="gone").update(merged_into=kept)
    assert desk.lead("Gone").organisation == kept
