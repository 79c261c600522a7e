"""Every list and desk asks the database as often for three rows as for one: all of them in one table, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from tests import newsletter
from tests.addresses import patterns
from tests.books import FINANCE, MILLION, Office, shipped
from tests.keys import hook_of, key_of
from tests.pairings import World as Pairs
from tests.publishing import hold
from tests.stories import story_of
from tests.waiting import everything

from cofund.actions import published
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.corpus.models import ImportRun, PastOrganisation
from cofund.records.directory.models import BackgroundTask, Pairing, User
from cofund.records.ledger.models import Application, GrantParticipant, Report, ReportLine, SheetImport
from cofund.records.programme.models import (
    Call,
    CandidateMark,
    Decision,
    Exchange,
    Group,
    Idea,
    Lead,
    Project,
    RoleHolding,
    Seat,
    ShownCandidates,
)
from cofund.web import lists
from cofund.web.office.desk import page
from cofund.web.office.desk import page as desk

# Who reads which page.
PAGES = (
    *((role, path) for role in User.Role.values if role != "operator" for path in ("/office/", "/office/tasks/")),
    ("officer", "/office/tasks/?who=everybody"),
    ("officer", "/office/contributions/"),
    ("officer", "/office/imi2/contributions/"),
    ("partner", "/office/contributions/"),
    ("officer", "/office/partners/"),
    ("officer", "/office/publication/programmes/imi2/"),
    ("officer", "/office/partners/?mark=stale"),
    ("officer", "/office/leads/"),
    ("officer", "/office/leads/?programme=imi2"),
    ("officer", "/office/leads/table/"),
    ("officer", "/office/leads/outreach/"),
    ("officer", "/office/imi2/topics/C1/candidates/"),
    ("auditor", "/office/recommendations/"),
    ("partner", "/office/fits/"),
    ("officer", "/office/applications/"),
    ("partner", "/office/applications/"),
    ("finance_officer", "/office/round/?programme=imi2&year=2016"),
    ("partner", "/office/partner/jdrf/round/"),
    ("scientific_officer", "/office/ideas/"),
    ("scientific_officer", "/office/ideas/?view=board"),
    ("scientific_officer", "/office/imi2/topics/"),
    ("scientific_officer", "/office/imi2/calls/"),
    ("scientific_officer", "/office/consultations/"),
    ("scientific_officer", "/office/confirmations/?state=all"),
    ("governance_officer", "/office/governance/meetings/"),
    ("governance_officer", "/office/governance/groups/"),
    ("governance_officer", "/office/governance/decisions/"),
    ("officer", "/office/imi2/sheets/"),
    ("officer", "/office/imi2/projects/p1/participants/"),
    ("officer", "/office/newsletter/"),
    ("officer", "/office/pairings/"),
    ("officer", "/office/pairings/groups/"),
    ("officer", "/office/index/"),
    ("officer", "/office/imi2/envelope/"),
    ("finance_officer", "/office/instalments/"),
    ("partner", "/office/instalments/"),
    *(("finance_officer", f"/office/imi2/trajectory/?by={by}") for by in ("project", "partner", "year")),
    *(("officer", f"/office/imi2/documents/{key}") for key in ("", "annual-report/", "states/", "article-116e/")),
    ("officer", "/office/imi2/leverage/"),
    ("officer", "/office/books/"),
    ("officer", "/office/keys/"),
    ("officer", "/office/stories/"),
    ("partner", "/office/stories/"),
    ("officer", "/office/webhooks/"),
    ("officer", "/office/imi2/books/"),
    ("auditor", "/office/proof/?programme=imi2"),
    ("auditor", "/office/proof/?programme=imi2&figure=ceiling"),
    ("auditor", "/office/trail/"),
    ("auditor", "/programmes/imi2/"),
    ("auditor", "/partners/"),
    ("partner", "/office/partner/jdrf/"),
    ("partner", "/office/partner/jdrf/people/"),
    ("partner", "/office/partner/jdrf/statement/"),
    *(
        ("", path)
        for path in (
            "/",
            "/programmes/",
            "/programmes/imi2/",
            "/programmes/imi2/movements/B/",
            "/programmes/imi2/projects/",
            "/programmes/imi2/trajectory/",
            "/programmes/imi2/success/",
            "/programmes/imi2/contributions/",
            *(f"/embed/imi2/{piece}/" for piece in ("envelope", "kinds", "partners", "projects", "contributions")),
            "/programmes/imi2/documents/",
            "/programmes/imi2/documents/article-116e/",
            "/programmes/imi2/topics/",
            "/programmes/imi2/published/",
            "/programmes/imi2/decisions/",
            "/programmes/imi2/groups/",
            "/programmes/imi2/calls/",
            "/programmes/imi2/calendar.ics",
            "/partners/",
            "/topics/",
            "/ideas/",
            "/about-data/",
            "/newsletter/archive/",
            "/stories/",
            "/search/?q=a",
        )
    ),
)

# What lists nothing that grows. Forms for something new (`…/new/`) are known by their address.
NOT_LISTS = {
    *("design", "sign-in", "sign-out", "office-profile", "office-calendar-renew", "rules", "office-verify"),
    *("cite-bib", "cite-ris"),
    *("contribute-sent", "contribute-thanks", "consortium-index", "consortium", "consortium-template"),
    *("office-pledge-choose", "office-pledge", "office-pledge-preview", "office-topics-choose", "office-results"),
    *("office-way-in-choose", "office-way-in", "idea-suggest"),
    # Addresses and no rows; the lists of the API are counted in `test_api_reading.py`.
    *("api", "api-start", "api-description", "api-answer"),
    # Ten names at the most, and the books as a file, which is written line by line.
    *("organisations-suggested", "journal", "journal-csv"),
    # One field, and what says that it is done.
    *("newsletter", "newsletter-sent", "newsletter-left"),
    # How far one task is.
    "office-index-progress",
    # Which programme it is about, and what is a file.
    # What is chosen once.
    "office-fit-alerts",
    *("office-documents-choose", "office-leverage-pdf", "office-partner-statement-pdf", "audit-key"),
    # The page names the files, which are counted where they are tested.
    *("open-data", "open-data-json", "open-data-csv", "open-data-iati", "catalogue", "catalogue-json"),
    # The newest fifty of each kind, once until anything changes.
    *("feed-atom", "feed-rss", "programme-feed-atom", "programme-feed-rss"),
    # Written while it is read, a thousand rows at a time.
    *("sitemap", "robots"),
    # The newest twenty, read as the list of stories is.
    "story-feed",
    # A form that the list of what was published holds.
    "office-published-record",
    # What is no address of anything.
    "nowhere",
}


def may_list(address: str, keys: set[str]) -> bool:
    """Whether an address can be that of a list: of the site, of a programme or of a partner, and not a form for one more."""
    of_partner = address.startswith("office/partner/<slug:slug>/") and keys == {"slug"}
    return (keys <= {"scheme"} or of_partner) and not address.endswith(("new/", "new/<slug:scheme>/", "/invite/"))


def test_every_list_of_the_site_is_counted() -> None:
    counted = {resolve(path.split("?")[0]).url_name for _, path in PAGES}
    lists_of_site = {name for name, address, keys in patterns() if may_list(address, keys)}
    missing = sorted(lists_of_site - counted - NOT_LISTS)
    assert not missing, f"add to PAGES, or to NOT_LISTS what lists nothing that grows: {', '.join(missing)}"
    assert sorted(NOT_LISTS - lists_of_site) == []


def grow(office: Office, number: int) -> dict[str, User]:
    """One more of everything that is listed, and the people who read the lists."""
    people = everything(office, number)
    now, today = clock.now(), clock.today()
    giver = office.organisation(f"Trust {number}")
    target = Target(topic=office.topic(f"C{number}"))
    given = office.pledge(number * MILLION, f"Trust {number}", kind="FC_JU", target=target).contribution
    office.endorse(given)
    hidden = office.pledge(number * MILLION, f"Hidden {number}", kind="FC_JU", target=target).contribution
    for field in ("amount", "giver", "place"):
        hold(office, hidden, field)
    office.endorse(hidden)
    office.reserve(target)
    office.commit(target, office.project(f"p{number}", target.topic))
    RoleHolding.objects.create(scheme=office.row, organisation=giver, role="partner")
    lead = Lead.objects.create(
        scheme=office.row, reference=f"count-{number}", organisation=giver, topic=target.topic, route="knocks",
        owner=people["officer"], stage_since_on=today, opened_on=today,
    )  # fmt: skip
    Exchange.objects.create(
        organisation=giver, lead=lead, channel="call", on=today, summary="Spoke", recorded_by="Office", recorded_at=now
    )
    Application.objects.create(
        scheme=office.row, reference=f"count-{number}", organisation=office.organisation("JDRF"), role="partner",
        topic=target.topic, status_since_at=now, made_at=now,
    )  # fmt: skip
    group = Group.objects.create(scheme=office.row, slug=f"count-{number}", name=f"Group {number}", kind="board")
    Seat.objects.create(group=group, organisation=giver)
    Decision.objects.create(
        scheme=office.row, number=f"COUNT-{number}", decided_on=today, title="Title", group=group, published_at=now
    )
    published.record(FINANCE, "imi2")
    call = Call.objects.create(scheme=office.row, code=f"COUNT-{number}", opened_on=today, closed_on=today)
    assert target.topic is not None
    target.topic.call = call
    target.topic.save(update_fields=["call"])
    Idea.objects.create(
        scheme=office.row, reference=f"count-{number}", title="Idea", is_public=True, shown_at=now, organisation=giver, group=group,
        topic=target.topic, status="accepted", outcome="As said", recorded_at=now,
    )  # fmt: skip
    report = Report.objects.create(
        scheme=office.row, reference=f"count-{number}", organisation=giver, year=2016, number=1, status="validated",
        from_on=dt.date(2016, 1, 1), until_on=dt.date(2016, 12, 31), written_at=now,
    )  # fmt: skip
    sheet = SheetImport.objects.create(
        scheme=office.row, kind="participants", status="applied", file_name="S", digest=str(number), read_at=now,
        applied_at=now,
    )  # fmt: skip
    GrantParticipant.objects.create(
        sheet=sheet, project=Project.objects.get(slug="p1"), organisation=giver, number=number, kind="beneficiary"
    )
    grow_candidates(office, number, people["officer"])
    ReportLine.objects.create(report=report, number=1, contribution=given, reported_cents=number * MILLION)
    paired(number)
    key_of(people["officer"])
    newsletter.issue("sent", sent_at=now)
    for state in ("draft", "published"):
        story_of(office, giver, state)
    hook_of(people["officer"])
    return people


def grow_candidates(office: Office, number: int, person: User) -> None:
    """One more on the shortlist, one more that is not suitable, and one more list that was shown."""
    run = ImportRun.objects.create(source="CORDIS CSV", file_name="a", file_bytes=1, started_at=clock.now())
    topic, now = office.topic("C1"), clock.now()
    for kind, pic in (("shortlisted", number), ("not_suitable", 100 + number)):
        past = PastOrganisation.objects.create(run=run, pic=pic, name=f"Fund {pic}")
        CandidateMark.objects.create(
            topic=topic, past_organisation=past, kind=kind, note="Said", made_by="Office", made_at=now
        )
    ShownCandidates.objects.create(
        topic=topic, person=person, person_name="Olga", on=clock.today(), shown_at=now, index_version="v",
        question_digest=str(number), candidates=[],
    )  # fmt: skip


def paired(number: int) -> None:
    """One more past organisation that is a record of ROR and belongs to a group, and one more task."""
    world = Pairs(ImportRun.objects.create(source="ROR", file_name="a", file_bytes=1, started_at=clock.now()))
    record = world.record(f"00000000{number}", f"Head {number}", "BE", "")
    for kind, status in (("record", "open"), ("group", "accepted")):
        Pairing.objects.create(
            kind=kind, past_organisation=world.past(number * 10 + len(kind), f"PAST {number}", "BE"), record=record, basis="name",
            percent=90, is_certain=False, found_at=clock.now(), status=status,
        )  # fmt: skip
    BackgroundTask.objects.create(
        kind="index", asked_at=clock.now(), asked_by="A", asked_by_role="officer", status="done"
    )


def counts(people: dict[str, User]) -> Iterator[tuple[str, int]]:
    """How often each page asks, once it has been read."""
    for role, path in PAGES:
        client = Client()
        if role:
            client.force_login(people[role])
        # What only a new booking makes it ask is asked by the first answer.
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        yield f"{role or 'anybody'} {path}", len(captured)


@pytest.mark.django_db
def test_every_list_asks_the_database_as_often_for_three_rows_as_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three of everything make more tasks than a page shows: on the first page would be fewer kinds than with one of everything.
    monkeypatch.setattr(lists, "PAGE_SIZE", 200)
    monkeypatch.setattr(page, "MOST", 200)
    monkeypatch.setattr(desk, "MOST", 200)
    office = Office.with_scheme(shipped("imi2"), "imi2")
    for_one = dict(counts(grow(office, 1)))
    for number in (2, 3):
        people = grow(office, number)
    assert dict(counts(people)) == for_one
