"""The sites on which every page is looked at, one for each place in `tests/pages.py`: an object of each kind, and who looks."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from django.conf import settings
from tests import candidate_place, changed_texts, newsletter, pairings, publishing, stories
from tests.applications import brought_to, line, start, write
from tests.boards import PASSWORD, SECRETARY
from tests.books import MILLION, Office, shipped
from tests.giveback import Shown
from tests.keys import hook_of, key_of
from tests.leads import OFFICER
from tests.pages import TOPIC
from tests.place import Place, by_username
from tests.proofs import Proved
from tests.rights import ALL, grant, partner
from tests.rounds import CERTIFICATE, YEAR, Round, cost
from tests.sheets import GRANTS, ROWS, UNIVERSITY, Sheets, as_csv, as_excel
from tests.topics import NEW_TEXT, SCIENCE, TEXT, Topics
from tests.waiting import everything
from tests.web.test_permissions_governance import Site as Governance

from cofund.actions import calendars, calls, ideas, interest, lead_steps, leads, merging, public_comments, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.applications import letters
from cofund.actions.calls import Indicated
from cofund.actions.consultations import NewComment
from cofund.actions.demonstration.loading import load
from cofund.actions.governance import cancelling
from cofund.actions.ideas import NewIdea
from cofund.actions.interest import Knock
from cofund.actions.lead_steps import LeadMove, NewExchange
from cofund.actions.leads import LeadFacts, NewLead
from cofund.actions.rounds import in_kind, reports
from cofund.actions.rounds.checking import certify
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries import calendars as feeds
from cofund.queries import clock, invitations
from cofund.queries.pools import Target
from cofund.records.corpus.models import ImportRun, PastOrganisation, RorName, RorRecord
from cofund.records.directory.models import Contact, Interest, Organisation, OrganisationRelation, User
from cofund.records.ledger.models import Application, Certificate, Evidence, Letter, Report
from cofund.records.programme.models import AgendaItem, Decision, ExchangeRate, Idea, Meeting, Paper, Topic

GATES = "Bill & Melinda Gates Foundation"
NEED = "Insulin is still made for a while after the diagnosis. Nobody knows why it ends, and no company can find out alone."
IDEAS = ("Keep the beta cells that are left", "Screening before the first symptom", "One protocol for all trials")


def file_kept(name: str = "annex.pdf") -> dict[str, str]:
    """A file in the site's folder, as a row names it."""
    content = b"%PDF-1.7 annex"
    Path(settings.MEDIA_ROOT, name).write_bytes(content)
    return {"file": name, "file_name": name, "digest": hashlib.sha256(content).hexdigest()}


def partners() -> None:
    """The demonstration with a record of ROR, a past organisation, a contact, and a second row of one foundation."""
    load()
    run = ImportRun.objects.create(source="ROR", file_name="a", file_bytes=1, started_at="2025-01-01T00:00Z")
    autistica = RorRecord.objects.create(
        run=run, id="036gts662", name="Autistica", status="active", country="GB",
        links=[{"type": "website", "value": "https://www.autistica.org.uk"}],
    )  # fmt: skip
    RorName.objects.create(record=autistica, key="autistica", first_word="autistica", country="GB")
    PastOrganisation.objects.create(run=run, pic=910577025, name="AUTISTICA", country="UK")
    jdrf = Organisation.objects.get(slug="jdrf")
    Contact.objects.create(organisation=jdrf, name="Jo Example", email="jo@example.org", is_first=True)
    Organisation.objects.create(slug="gates-fdn", name="Gates Fdn", country="US")


def demonstration() -> Place:
    """The demonstration with what its facts do not have: a merge, meetings to come, and somebody's calendar."""
    partners()
    held, people = Meeting.objects.get(), by_username()
    coming = [
        Meeting.objects.create(
            group=held.group,
            title=title,
            held_on=clock.today() + dt.timedelta(days=30),
            agenda_published_at=clock.now(),
        )
        for title in ("Next", "Cancelled")
    ]
    cancelling.cancel_meeting(SECRETARY, coming[1], "The hall is flooded")
    twice = Organisation.objects.create(slug="wellcome-twice", name="Wellcome (entered twice)", country="GB")
    merge = merging.merge(OFFICER, Organisation.objects.get(slug="wellcome"), twice, "The same foundation")
    calendars.renew(Actor.of(people["officer"]), people["officer"])
    keys = {
        "planned": coming[0].pk,
        "cancelled": coming[1].pk,
        "meeting": held.pk,
        "point": AgendaItem.objects.get().pk,
        "decision": Decision.objects.get(number="IMI2-GB-DEC-2020-20").pk,
        "merge": merge.pk,
        "contact": Contact.objects.get().pk,
        "interest": Interest.objects.get(organisation__slug="jdrf").pk,
        "relation": OrganisationRelation.objects.get(organisation__slug="childrens-tumor-foundation").pk,
        "feed": feeds.token_of(people["officer"]),
    }
    return Place(people, keys)


def board() -> Place:
    """A board with a planned meeting, an open one, a decided point and a published paper; its secretary and a delegate."""
    made = Governance.build()
    Paper.objects.filter(pk=made.paper.pk).update(is_confidential=False, **file_kept())
    Meeting.objects.filter(pk=made.meeting.pk).update(agenda_published_at=clock.now())
    secretary = User.objects.create_user("greta", role="governance_officer", first_name="Greta", password=None)
    rows = ("planned", "meeting", "item", "advice", "conflict", "decision", "paper")
    keys = {name: getattr(made, name).pk for name in rows} | {"seat": made.board.seats["COCIR"].pk}
    return Place({"governance_officer": secretary, "delegate": User.objects.get(username="cocir")}, keys)


def two_partners(title: str) -> Office:
    """IMI2 with 5.0 m reserved for two partners, and a topic to which EFPIA's 7.0 m in kind are pledged."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    diabetes = Target(topic=office.topic("IMI2-2014-02-01"))
    for name, amount in (("JDRF", 280_000_000), ("Helmsley Charitable Trust", 220_000_000)):
        office.endorse(office.pledge(amount, name, kind="FC_JU", target=diabetes).contribution)
    office.reserve(diabetes)
    topic = office.topic(TOPIC)
    Topic.objects.filter(pk=topic.pk).update(title=title)
    office.endorse(
        office.pledge(7 * MILLION, "EFPIA", role="member", kind="IK", target=Target(topic=topic)).contribution
    )
    Organisation.objects.create(slug="gates", name=GATES, kind="foundation", country="US")
    User.objects.create_user("fred", password=PASSWORD, role="finance_officer", first_name="Fred", last_name="Finance")
    return office


def office_of_imi2() -> Office:
    """The two partners, with an auditor and a partner's person."""
    made = two_partners("Pertussis vaccination research")
    User.objects.create_user("anna", password=PASSWORD, role="auditor", first_name="Anna", last_name="Auditor")
    partner("paul", Organisation.objects.get(slug="jdrf"), *ALL, password=PASSWORD)
    return made


def office() -> Place:
    """The books of IMI2, with a project; the auditor has a key, and the finance officer a webhook."""
    made = office_of_imi2()
    made.commit(Target(topic=made.topic("IMI2-2014-02-01")))
    anna, fred = (User.objects.get(username=name) for name in ("anna", "fred"))
    (key, _), hook = key_of(anna), hook_of(fred)
    return Place(by_username(), {"key": key.pk, "hook": hook.pk, "told": hook.deliveries.get().pk})


def applications() -> Place:
    """Applications that are returned, checked with every kind of finding, for no topic yet, and approved with a next letter."""
    office = two_partners("Pertussis vaccination")
    office.at = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
    topic = office.topic(TOPIC)
    returned = start(office, "JDRF", topic=topic)
    write(office, returned, line(MILLION, "IK", place="third", currency="USD"))
    checked = brought_to(office, "eligible", name=GATES, topic=topic)
    Letter.objects.filter(application=checked).update(**file_kept())
    Application.objects.filter(pk=checked.pk).update(
        findings=[
            {
                "code": "role",
                "severity": weight,
                "words": "A foundation with two hats",
                "article": "Article 2(7)",
                "remedy": "End one of the two.",
                "accepted": False,
            }
            for weight in ("block", "warn", "info")
        ]
    )
    proposed = start(office, "Simons Foundation", topic=topic)
    Application.objects.filter(pk=proposed.pk).update(topic=None, proposal="SEP-1", status="submitted")
    approved = start(office, "Helmsley Charitable Trust", topic=topic)
    write(office, approved, line(2 * MILLION))
    Application.objects.filter(pk=approved.pk).update(status="approved")
    approved.letters.update(status="endorsed")
    letters.write_next(office.actor, approved, "More money", at=office.at)
    write(office, approved, {**line(3 * MILLION), "number": 1}, line(MILLION))
    before = brought_to(office, "scheduled", name="The Leona Trust", topic=topic)
    before.letters.update(**file_kept())
    rows = {"returned": returned, "checked": checked, "proposed": proposed, "approved": approved}
    keys = {"point": str(before.agenda_item_id), "letter": str(before.letters.get().pk)}
    return Place(by_username(), keys | {name: row.reference for name, row in rows.items()})


def knocked_at() -> Office:
    """IMI2 with PERISCOPE's topic being drafted, and EFPIA's 7.0 m in kind behind it."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    topic = office.topic(TOPIC)
    sven = User.objects.create_user(
        "sven", "sven@office.example", PASSWORD, role="scientific_officer", first_name="Sven", last_name="Science"
    )
    Topic.objects.filter(pk=topic.pk).update(title="Pertussis vaccination research", scientific_officer=sven)
    office.endorse(
        office.pledge(7 * MILLION, "EFPIA", role="member", kind="IK", target=Target(topic=topic)).contribution
    )
    Organisation.objects.create(
        slug="gates", name=GATES, short_name="Gates Foundation", kind="foundation", country="US"
    )
    User.objects.create_user("olga", password=PASSWORD, role="officer", first_name="Olga", last_name="Officer")
    return office


def pipeline() -> Place:
    """A pipeline with something on every page."""
    office = knocked_at()
    topic = office.topic(TOPIC)
    olga = User.objects.get(username="olga")
    today = clock.today()
    wellcome = leads.open_lead(
        OFFICER,
        NewLead(
            "imi2",
            office.organisation("Wellcome Trust"),
            "invited",
            LeadFacts(topic=topic, kind="FC_JU", amount_cents=350_000_000, probability_percent=60, owner=olga),
        ),
    )
    lead_steps.log_exchange(OFFICER, wellcome.reference, NewExchange("call", "Asked whether it would contribute"))
    facts = LeadFacts(
        kind="IK",
        amount_cents=40 * MILLION,
        probability_percent=50,
        next_step="Send the form",
        next_step_on=today.replace(year=today.year - 1, day=1),
    )
    tb = leads.open_lead(OFFICER, NewLead("imi2", office.organisation("TB Alliance"), "proposal", facts))
    lead_steps.move_lead(OFFICER, tb.reference, LeadMove("contact lead"))
    gone = leads.open_lead(OFFICER, NewLead("imi2", office.organisation("Silent Trust"), "brokerage"))
    lead_steps.move_lead(OFFICER, gone.reference, LeadMove("lose lead", reason="No money this year"))
    links: list[str] = []
    knock = Knock(
        "Gates Foundation", "Grace Giver", "grace@gates.example", "We would help.", "US", "foundation", "cash"
    )
    interest.express(topic, knock, lambda token: links.append(token) or token)
    return Place(by_username(), {"lead": wellcome.reference, "link": links[0]})


def diabetes() -> Topics:
    """IMI2 with the Diabetes group, JDRF in it, and the people of the office; two topics that JDRF helped to scope."""
    made = Topics.make()
    people = (
        ("paula", "partner", made.jdrf),
        ("sven", "scientific_officer", None),
        ("dora", "delegate", None),
        ("fred", "finance_officer", None),
    )
    for name, role, organisation in people:
        made.people[role] = User.objects.create_user(name, password=PASSWORD, role=role, organisation=organisation)
    grant(made.people["partner"], made.jdrf)
    made.states.seats.create(holder="Belgium", user=made.people["delegate"])
    for code in ("IMI2-2016-10-01", "IMI2-2015-05-02"):
        made.topic(code, "scoping")
    return made


def topics() -> Place:
    """A topic with everything, for pages that show much."""
    world = diabetes()
    topic = world.written("T1")
    world.office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=Target(topic=topic))
    asked = topic_texts.write(SCIENCE, topic, "Keep the beta cells", NEW_TEXT | {"impact": TEXT["scope"]}, "More").asked
    links: list[str] = []
    said = NewComment("Say more", author_name="Ann")
    public_comments.offer(
        world.consulted(topic, None), said, "ann@example.org", lambda token: links.append(token) or token
    )
    meant = calls.state_contribution(SCIENCE, topic, Indicated("partner", 7 * MILLION))
    made = world.consulted(topic, world.states)
    comment = world.comment(made)
    world.idea(IDEAS[0], Idea.Status.ACCEPTED, topic=topic, is_public=True, challenge=NEED)
    world.idea(IDEAS[1], Idea.Status.IN_REVIEW)
    asks = NewIdea("imi2", IDEAS[1], NEED, proposer_name="Ann", proposer_email="ann@example.org", is_public=True)
    ideas.submit(Actor("A visitor", "public"), asks, lambda token: links.append(token) or token)
    call = world.call(name="Call one", procedure="two_stage", opened_on=clock.today() + dt.timedelta(days=90))
    Topic.objects.filter(pk=topic.pk).update(call=call, adoption_planned_on=clock.today() + dt.timedelta(days=50))
    keys = {"consultation": made.pk, "comment": comment.pk, "confirmation": asked[0].pk, "meant": meant.pk}
    return Place(by_username(), {**keys, "call": call.pk, "link": links[0], "idea_link": links[1]})


def giveback() -> Place:
    """Cash that is late, paid and planned, and a notice."""
    made = Shown.make()
    organisation = made.cash.office.organisation("Trust")
    people = {role: made.cash.person(role) for role in ("finance_officer", "auditor")}
    people["partner"] = partner("paul", organisation, "read")
    keys = {name: getattr(made, name).pk for name in ("late", "paid", "planned", "notice")}
    return Place(people, {**keys, "contribution": made.contribution.reference})


def late_report(site: Round) -> Report:
    """A report of M on paper that came the day after it was due, with an amount in another currency and a file."""
    day, first, last = dt.date(YEAR, 3, 3), dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
    ExchangeRate.objects.create(currency="USD", on=day, units="1.0812", source="Test")
    made = reports.start(site.office.actor, site.scheme, NewReport(site.member, YEAR, first, last))
    reports.write_line(site.office.actor, made, Reported(activity=site.activity))
    in_kind.add(site.office.actor, made, 1, cost(5_000_000, currency="USD"))
    return reports.submit(site.office.actor, made, "Finance director", on=dt.date(YEAR + 1, 6, 1))


def people_of_the_round(site: Round) -> None:
    """Somebody of the office, and one person each of F and of M."""
    for name, role in (("olga", "officer"), ("fred", "finance_officer")):
        User.objects.create_user(name, password=PASSWORD, role=role, first_name=name.capitalize())
    partner("flora", site.partner, "read", "apply", "sign", password=PASSWORD)
    partner("max", site.member, "read", "apply", "sign", password=PASSWORD)


def rounds() -> Place:
    """Plans and reports in the states that show most of them, with a certificate and a file."""
    site = Round.opened()
    people_of_the_round(site)
    draft = site.report("draft")
    reports.submit(site.office.actor, draft, "Finance director")
    reports.send_back(site.office.actor, draft, "Say where")
    late = late_report(site)
    certify(site.office.actor, late, CERTIFICATE)
    Certificate.objects.filter(report=late).update(**file_kept())
    evidence = Evidence.objects.create(
        report_line=late.lines.get(), title="Invoice", added_by="M", added_at=clock.now(), **file_kept()
    )
    keys = {"returned": draft.reference, "late": late.reference, "checked": site.grant_report().reference}
    return Place(by_username(), {**keys, "plan": site.plan().pk, "evidence": evidence.pk, "year": YEAR})


def documents() -> Place:
    """The round with a plan and a report that is checked: an auditor, and somebody of the partner."""
    site = Round.opened()
    site.plan("approved")
    site.report("validated")
    User.objects.create(username="ada", role="auditor")
    partner("flora", site.partner, "read")
    return Place(by_username(), {"year": YEAR})


def desk() -> Place:
    """One of everything that waits, a partner's person who may do all, and people in each state."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    people = everything(office)
    jdrf = office.organisation("JDRF")
    dora = partner("dora", jdrf, "read", "delegate", password=PASSWORD)
    invited, gone = partner("dirk", jdrf, "read"), partner("gina", jdrf)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    keys = {"person": dora.pk, "invited": invited.pk, "gone": gone.pk, "link": invitations.token_of(invited)}
    return Place(people, keys)


def sheets() -> Place:
    """Sheets of the grant system in every state, one with mistakes, and one of grants."""
    site = Sheets.make()
    undone = site.undo(site.taken(as_csv(ROWS)))
    applied = site.taken(as_excel(ROWS))
    wrong = site.read_in(as_csv([(1, "12", "A", "Belgium", "Owner", None, "five", None, None)]))
    read = site.read_in(as_csv([UNIVERSITY, (2, None, "Hospital", "DE", "Participant", *[None] * 4)]))
    grants = site.read_in(as_csv([("102", "TWO", "The second", "", "2026-01-01", "2029-01-01")], GRANTS), "grants")
    User.objects.create_user("olga", role="officer", password=None)
    rows = {"undone": undone, "applied": applied, "wrong": wrong, "read": read, "grants": grants}
    return Place(by_username(), {name: row.pk for name, row in rows.items()})


def proof() -> Place:
    """A contribution with everything that proves it, its decision published, and an auditor."""
    made = Proved.make()
    Decision.objects.update(published_at=clock.now())
    User.objects.create_user("ada", role="auditor", password=None)
    return Place(by_username(), {"contribution": made.contribution.reference})


def changed_text() -> Place:
    """A topic whose text changed, with every answer of partners."""
    keys = changed_texts.build()
    return Place(by_username(), dict(keys))


BUILDERS = {
    "recommendation": candidate_place.recommendation,
    "damaged index": candidate_place.damaged_index,
    "demonstration": demonstration,
    "board": board,
    "office": office,
    "applications": applications,
    "leads": pipeline,
    "topics": topics,
    "giveback": giveback,
    "documents": documents,
    "sheets": sheets,
    "newsletter": newsletter.place,
    "pairings": pairings.place,
    "proof": proof,
    "changed text": changed_text,
    "rounds": rounds,
    "desk": desk,
    "stories": stories.place,
    "publication": publishing.place,
}
