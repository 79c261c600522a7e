"""Builders for tests of applications: a complete letter, a meeting of the board, and an application brought to any state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from tests.books import Office

from cofund.actions.actors import Actor
from cofund.actions.applications import checking, deciding, letters, scheduling, starting, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.actions.applications.starting import NewApplication
from cofund.actions.governance import agenda, meetings, votes
from cofund.actions.governance import deciding as governance
from cofund.actions.governance.agenda import ItemWanted
from cofund.actions.governance.deciding import DecisionWanted
from cofund.queries import groups, points
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, OrganisationRelation
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem, Decision, Group, Meeting, RoleHolding, Seat, Topic
from cofund.rules import roles

# Everything that a letter has to state, but its lines.
COMPLETE: dict[str, Any] = {
    "subject_matter": "Research on pertussis",
    "activities": "Pays for studies of correlates of protection",
    "from_on": dt.date(2016, 1, 1),
    "until_on": dt.date(2021, 12, 31),
    "is_no_member": True,
    "no_other_union_funding": True,
    "public_origin_percent": 0,
    "conflict_statement": "None",
    "consents_to_publication": True,
    "contact_name": "Ada Contact",
    "contact_email": "ada@example.org",
    "signatory_name": "Bo Signatory",
    "signatory_function": "Director",
    "signatory_authority": "Statutes, article 7",
    "signed_on": dt.date(2015, 9, 1),
}
WAY = ("draft", "submitted", "eligible", "scheduled", "approved")


def line(amount_cents: int, kind: str = "FC_JU", **more: Any) -> dict[str, Any]:
    """A complete line of a letter, all of it in the first year of the partnership."""
    stated = {"kind": kind, "currency": "EUR", "amount_cents": amount_cents, "years": {"2016": amount_cents}}
    return {**stated, "valuation": "none", "place": "eu", **more}


def start(office: Office, name: str = "Gates Foundation", *, topic: Topic | None = None, **more: Any) -> Application:
    """An application of an organisation for a topic, with an empty draft."""
    wanted = NewApplication(office.scheme, office.organisation(name), "partner", topic or office.topic(), **more)
    return starting.start(office.actor, wanted, at=office.at)


def write(office: Office, application: Application, *lines: dict[str, Any], **changes: Any) -> Letter:
    """Write the draft of its letter in full, with the signed document."""
    stated = {**COMPLETE, **changes}
    letter = letters.save_draft(office.actor, application, stated, lines, at=office.at)
    # As if a document had been added: the file itself is of no matter here.
    Letter.objects.filter(pk=letter.pk).update(file_name="letter.pdf", digest="f" * 64)
    letter.refresh_from_db()
    return letter


def board(office: Office) -> Group:
    """The board of the scheme, made where it is not there."""
    return Group.objects.get_or_create(
        scheme=office.row, slug="board", defaults={"name": "Governing Board", "kind": Group.Kind.BOARD}
    )[0]


def meeting(office: Office, on: dt.date, **more: Any) -> Meeting:
    """A planned meeting of the board, known from a public source."""
    stated = {"source_url": "https://www.imi.europa.eu/about-imi/governance", **more}
    return Meeting.objects.create(group=board(office), title=f"Meeting of {on}", held_on=on, **stated)


def brought_to(
    office: Office, state: str, *lines: dict[str, Any], name: str = "Gates Foundation", topic: Topic | None = None
) -> Application:
    """An application brought to a state on its usual way, from `draft` to `approved`; with one line unless others are given."""
    row = start(office, name, topic=topic)
    write(office, row, *(lines or (line(700_000_000),)))
    for step in WAY[1 : WAY.index(state) + 1]:
        if step == "submitted":
            submitting.submit(office.actor, row, at=office.at)
        elif step == "eligible":
            checking.check(office.actor, row, at=office.at)
        elif step == "scheduled":
            scheduling.schedule(office.actor, row, meeting(office, dt.date(2015, 10, 20)), at=office.at)
        else:
            decide(office, row)
            deciding.approve(office.actor, row, Ruling("The board decided"), at=office.at)
    row.refresh_from_db()
    assert row.status == state, (row.status, row.findings)
    return row


def decide(
    office: Office, row: Application, number: str = "GB-2015-21", *, choice: str = "yes", on: dt.date | None = None
) -> Decision:
    """Let the board decide the point of an application: a seat of each bloc, everybody there, all of them of one mind.

    A number that the register has already gives way to the next one.
    """
    row.refresh_from_db()
    point = row.agenda_item
    assert point is not None, f"{row.reference} is on no agenda"
    return decide_point(office, point, number, choice=choice, on=on)


def decide_point(
    office: Office, point: AgendaItem, number: str = "", *, choice: str = "yes", on: dt.date | None = None
) -> Decision:
    """Let the board decide any point, as above."""
    sitting, group = point.meeting, point.meeting.group
    rule = groups.decision_rule(group)
    assert rule is not None, f"{group} does not decide by votes"
    for bloc in rule.blocs:
        if not group.seats.filter(bloc=bloc).exists():
            Seat.objects.create(group=group, bloc=bloc, holder=f"The {bloc}")
    seats = [one.pk for one in group.seats.exclude(bloc="")]
    if sitting.status == Meeting.Status.PLANNED:
        meetings.open_meeting(SECRETARY, sitting, at=office.at)
    meetings.record_attendance(SECRETARY, sitting, dict.fromkeys(seats, True), at=office.at)
    votes.record(SECRETARY, point, dict.fromkeys(seats, choice), at=office.at)
    if Decision.objects.filter(scheme=office.row, number=number).exists():
        number = ""
    wanted = DecisionWanted(on or sitting.held_on, number, conflicts_asked=True)
    decision = governance.decide(SECRETARY, point, wanted, at=office.at).decision
    assert decision is not None, "the board had a quorum"
    return decision


def adoption(office: Office, target: Target, on: dt.date, number: str = "", *, amends: bool = False) -> Decision | None:
    """The board's own decision on the adoption of a topic that is worked on here, taken where it was not; else None."""
    about = points.of_work_plan(target) if amends else points.of_adoption(target)
    if about.point is not None or not about.worked:
        return about.point.decision if about.point is not None else None
    assert target.topic is not None
    # The board takes a topic only once it was proposed. Where it stands otherwise is for the reservation to say.
    topic = target.topic
    topic.refresh_from_db(fields=["status"])
    stood = topic.status
    topic.status = Topic.Status.ADOPTED if amends else Topic.Status.PROPOSED
    topic.save(update_fields=["status"])
    wanted = ItemWanted(AgendaItem.Kind.TOPIC, f"Adoption of {topic.code}", topic=topic)
    item = agenda.put_on_agenda(SECRETARY, meeting(office, on), wanted, at=office.at)
    topic.status = stood
    topic.save(update_fields=["status"])
    return decide_point(office, item, number)


SECRETARY = Actor("Secretary", roles.GOVERNANCE_OFFICER)
RULING = Ruling("The board decided", "GB-2015-21", dt.date(2015, 10, 20))


def relate(
    organisation: Organisation, kind: str, other: Organisation, *, at: dt.datetime | None = None, **more: Any
) -> OrganisationRelation:
    """A relation between two organisations, recorded now or at an instant."""
    return OrganisationRelation.objects.create(
        organisation=organisation, kind=kind, other=other, recorded_at=at or timezone.now(), **more
    )


def hold(office: Office, name: str, role: str, **more: Any) -> Organisation:
    """An organisation that holds a role in the scheme, recorded at the office's instant or at another one."""
    found = office.organisation(name)
    stated = {"recorded_at": office.at or timezone.now(), **more}
    RoleHolding.objects.create(scheme=office.row, organisation=found, role=role, **stated)
    return found
