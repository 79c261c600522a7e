"""The site that the API is held against its description on: one object of each kind, and the keys that its addresses name."""

from __future__ import annotations

import datetime as dt

from tests import stories
from tests.applications import brought_to, line
from tests.books import DAY, FINANCE, MILLION, OPERATOR, Office, shipped

from cofund.actions import instalments, published
from cofund.actions.instalments import Planned
from cofund.queries import clock, opportunities
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Call, Decision, Group, Idea, Lead, Meeting, Topic

AT = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)


def everything() -> tuple[Office, dict[str, str]]:
    """Build it; give its office, and by the name of each key in an address the one of an object that everybody or JDRF may read."""
    # Agendas are published as well, which the rules of this programme do not.
    office = Office.with_scheme(
        shipped("imi2").replace('decisions = ["decision"]', 'decisions = ["agenda", "decision"]'), "imi2"
    )
    made = office.pledge(2 * MILLION, "JDRF", kind="FC_JU").contribution
    call = Call.objects.create(scheme=office.row, code="CALL/1", opened_on=DAY)
    Topic.objects.filter(code="T1").update(call=call)
    office.endorse(made)
    office.reserve()
    office.commit()
    made.refresh_from_db()
    instalments.plan(FINANCE, made, Planned(clock.today(), MILLION))
    jdrf = office.organisation("JDRF")
    second = Target(topic=office.topic("T2"))
    office.pledge(MILLION, "Other Trust", kind="FC_JU", target=second)
    application = brought_to(office, "submitted", line(MILLION), name="JDRF", topic=second.topic)
    keys = {
        **_told(office, jdrf),
        "programme": "imi2",
        "tranche": "B",
        "rule": "tranches.B",
        "version": "1",
        "call": call.code,
        "topic": "T1",
        "project": "p1",
        "partner": jdrf.slug,
        "reference": made.reference,
        "application": application.reference,
        "document": "annual-report",
    }
    published.record(OPERATOR, "imi2")
    keys["opportunity"] = str(opportunities.opportunities()[0].id)
    keys["award"] = str(opportunities.awards()[0].id)
    return office, keys


def _told(office: Office, jdrf: Organisation) -> dict[str, str]:
    """What is told beside the money: a group, a meeting, a decision, an idea, a story and a lead."""
    scheme = office.row
    group = Group.objects.create(scheme=scheme, slug="panel", name="Panel", kind="panel")
    meeting = Meeting.objects.create(group=group, title="1st meeting", held_on=DAY, agenda_published_at=AT)
    decision = Decision.objects.create(
        scheme=scheme, number="GB/2015/1", decided_on=DAY, title="Plan", published_at=AT, group=group
    )
    idea = Idea.objects.create(
        scheme=scheme, reference="imi2-idea-1", recorded_at=AT, title="An idea", is_public=True, shown_at=AT
    )
    lead = Lead.objects.create(
        scheme=scheme,
        reference="imi2-lead-1",
        organisation=jdrf,
        route="knocks",
        stage_since_on=DAY,
        opened_on=DAY,
    )
    return {
        "group": group.slug,
        "meeting": str(meeting.pk),
        "decision": decision.number,
        "idea": idea.reference,
        "lead": lead.reference,
        "story": stories.story_of(office, jdrf, "published").slug,
    }
