"""The pages of leads: the board counts what its headings open, lists page and filter, and numbers of queries stay."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.books import MILLION, Office, shipped
from tests.leads import OFFICER
from tests.worlds import world

from cofund.actions import lead_steps, leads
from cofund.actions.lead_steps import LeadMove, NewExchange
from cofund.actions.leads import LeadFacts, NewLead
from cofund.queries import leads as reading
from cofund.queries import pipeline
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.programme.models import AgendaItem, Call, Group, Lead, Meeting, Topic
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


@world
def office() -> Office:
    """The book of IMI2 with an open topic."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    topic = office.topic("IMI2-2015-03-05")
    Topic.objects.filter(pk=topic.pk).update(title="Pertussis vaccination research")
    return office


@pytest.fixture
def browser() -> Client:
    """A browser in which an officer is signed in."""
    user = User.objects.create_user("olga", role="officer", first_name="Olga", last_name="Officer")
    client = Client()
    client.force_login(user)
    return client


def opened(office: Office, name: str, route: str = "invited", **facts: object) -> Lead:
    """Open a lead."""
    stated = LeadFacts(**facts)  # type: ignore[arg-type]
    return leads.open_lead(OFFICER, NewLead("imi2", office.organisation(name), route, stated))


def moved(lead: Lead, action: str, reason: str = "The test") -> Lead:
    """Move a lead."""
    return lead_steps.move_lead(OFFICER, lead.reference, LeadMove(action, reason=reason))


def pipeline_of_the_example(office: Office) -> None:
    """Wellcome 3.5 m at 60 %, TB Alliance 40.0 m at 50 %, and leads that say too little or are closed."""
    opened(office, "Wellcome", kind="FC_JU", amount_cents=350_000_000, probability_percent=60)
    tb_alliance = opened(office, "TB Alliance", kind="IK", amount_cents=40 * MILLION, probability_percent=50)
    moved(tb_alliance, "contact lead")
    opened(office, "Silent Trust", amount_cents=MILLION)
    moved(opened(office, "Gone Trust", kind="IK", amount_cents=9 * MILLION, probability_percent=90), "lose lead")


def rows_of(html: str, table: str = "leads") -> int:
    """How many rows a table shows, without totals."""
    block = html.split(f'id="{table}"')[1]
    body = re.search(r"<tbody>(.*?)</tbody>", block, re.DOTALL)
    return len(re.findall(r"<tr>|<tr class=\"row-muted\">", body[1])) if body else 0


def test_headings_of_the_board_open_the_lists_that_they_count(office: Office, browser: Client) -> None:
    pipeline_of_the_example(office)
    board = browser.get(reverse("office-leads")).content.decode()
    headings = re.findall(r'board-heading"[^>]*><a href="([^"]+)">([^<]+)<span class="board-count">(\d+)', board)
    assert [(label.strip(), int(count)) for _, label, count in headings] == [
        *(("New", 2), ("Contacted", 1), ("Exploring", 0), ("Topic found", 0), ("Applying", 0)),
    ]
    for href, _, count in headings:
        listed = browser.get(href.replace("&amp;", "&"), {}).content.decode()
        assert rows_of(listed) == int(count)
    closed = dict(re.findall(r'<a href="([^"]+)">(?:Converted|Lost|Dormant): (\d+)</a>', board))
    assert sorted(closed.values()) == ["0", "0", "1"]


def test_tiles_open_the_lists_that_they_count(office: Office, browser: Client) -> None:
    pipeline_of_the_example(office)
    opened(office, "Late Trust", next_step="Call", next_step_on=YESTERDAY)
    html = browser.get(reverse("office-leads") + "?programme=imi2").content.decode()
    tiles = re.findall(r'class="tile".*?href="(/office/leads/table/[^"]+)".*?</li>', html, re.DOTALL)
    counts = {}
    for href in dict.fromkeys(tiles):
        counts[href] = rows_of(browser.get(href.replace("&amp;", "&")).content.decode())
    assert sorted(counts.values()) == [0, 1, 3, 4]


def test_projection_stays_from_lead_to_endorsement_to_adoption(office: Office, browser: Client) -> None:
    lead = opened(office, "Gates", kind="FC_JU", amount_cents=7 * MILLION, probability_percent=100)
    found = pipeline.projected("imi2").tranches[0]
    assert (found.projection.projected_cents, found.endorsed_cents) == (206 * MILLION, 0)
    target = office.topic("IMI2-2015-03-05")
    made = office.pledge(7 * MILLION, "Gates", kind="FC_JU", target=Target(topic=target)).contribution
    office.endorse(made)
    Lead.objects.filter(pk=lead.pk).update(stage="converted")
    found = pipeline.projected("imi2").tranches[0]
    assert (found.projection.projected_cents, found.endorsed_cents) == (206 * MILLION, 7 * MILLION)
    html = browser.get(reverse("office-leads") + "?programme=imi2").content.decode()
    assert "Match promised to endorsed contributions" in html
    office.reserve(Target(topic=target))
    found = pipeline.projected("imi2").tranches[0]
    assert (found.projection.projected_cents, found.endorsed_cents) == (206 * MILLION, 0)


def test_counted_opens_the_leads_of_its_tranche_alone(db: None, browser: Client) -> None:
    ihi = Office.with_scheme(shipped("ihi"), "ihi")
    for name, kind in (("Trust", "FC"), ("Member", "IKAA"), ("Other", "IKAA")):
        facts = LeadFacts(kind=kind, amount_cents=MILLION, probability_percent=50)
        leads.open_lead(OFFICER, NewLead("ihi", ihi.organisation(name), "invited", facts))
    found = pipeline.projected("ihi")
    assert ([one.projection.counted for one in found.tranches], found.unplaced) == ([1], 2)
    html = browser.get(reverse("office-leads") + "?programme=ihi").content.decode()
    links = {
        href.replace("&amp;", "&") for href in re.findall(r'href="(/office/leads/table/[^"]+tranche=[^"]+)"', html)
    }
    rows = {href.split("programme=ihi")[1]: rows_of(browser.get(href).content.decode()) for href in links}
    code = found.tranches[0].statement.tranche
    assert rows == {f"&tranche={code}&counted=yes": 1, f"&tranche={code}&counted=no": 0, "&stage=open&tranche=-": 2}


def test_projected_envelope_is_that_of_formula_f2(office: Office, browser: Client) -> None:
    for name, cents in (("JDRF", 280_000_000), ("Helmsley", 220_000_000)):
        office.endorse(office.pledge(cents, name, kind="FC_JU").contribution)
    office.reserve()
    (projection,) = pipeline.projected("imi2").tranches
    assert projection.projection.projected_cents == 208 * MILLION
    target = office.topic("IMI2-2015-03-05")
    office.endorse(office.pledge(7 * MILLION, "Gates", kind="FC_JU", target=Target(topic=target)).contribution)
    office.reserve(Target(topic=target))
    assert pipeline.projected("imi2").tranches[0].projection.projected_cents == 201 * MILLION
    pipeline_of_the_example(office)
    found = pipeline.projected("imi2").tranches[0].projection
    assert found.projected_cents == 1_789 * MILLION // 10
    assert (found.cash_cents, found.in_kind_cents, found.counted, found.not_counted) == (
        210_000_000,
        20 * MILLION,
        2,
        1,
    )
    for address in (reverse("office-leads") + "?programme=imi2", reverse("office-envelope", args=["imi2"])):
        html = browser.get(address).content.decode()
        assert "EUR 178,900,000" in html
        assert "1 lead" in html
        # The link opens exactly the leads that are not counted.
        href = re.findall(r'href="([^"]+counted=no)"', html)[0].replace("&amp;", "&")
        assert rows_of(browser.get(href).content.decode()) == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("route=knocks", {"Knocker"}),
        ("stage=contacted", {"Met"}),
        ("stage=open", {"Knocker", "Met", "Owned", "Topical"}),
        ("overdue=yes", {"Met"}),
        ("owner=me", {"Owned"}),
        ("owner=nobody", {"Knocker", "Met", "Topical", "Gone"}),
        ("topic=IMI2-2015-03-05", {"Topical"}),
        ("q=pertussis", {"Topical"}),
        ("q=vaccines+owned", {"Owned"}),
        ("programme=ihi", set()),
        ("stage=nonsense", {"Knocker", "Met", "Owned", "Topical", "Gone"}),
        ("counted=yes", {"Owned"}),
        ("organisation=met", {"Met"}),
    ],
)
def test_filter_narrows_the_list(office: Office, browser: Client, query: str, names: set[str]) -> None:
    olga = User.objects.get(username="olga")
    opened(office, "Knocker", "knocks")
    moved(opened(office, "Met", next_step="Call", next_step_on=YESTERDAY), "contact lead")
    opened(office, "Owned", owner=olga, interest="Vaccines", amount_cents=5, probability_percent=5)
    opened(office, "Topical", topic=office.topic("IMI2-2015-03-05"))
    moved(opened(office, "Gone", next_step="Call", next_step_on=YESTERDAY), "lose lead")
    file = browser.get(f"{reverse('office-leads-table')}?format=csv&{query}").content.decode()
    assert {row["organisation"] for row in csv.DictReader(io.StringIO(file))} == names
    page = browser.get(f"{reverse('office-leads-table')}?{query}").content.decode()
    assert rows_of(page) == len(names)


def test_list_is_sorted_and_paged_in_the_database(office: Office, browser: Client) -> None:
    organisation = office.organisation("Trust")
    rows = [
        Lead(
            scheme=office.row,
            reference=f"imi2-lead-x{number}",
            organisation=organisation,
            route="knocks",
            amount_cents=number or None,
            stage_since_on=YESTERDAY,
            opened_on=YESTERDAY,
        )
        for number in range(120)
    ]
    Lead.objects.bulk_create(rows)
    address = reverse("office-leads-table")
    first = browser.get(f"{address}?sort=-amount").content.decode()
    assert re.findall(r"imi2-lead-x\d+</a>", first)[0] == "imi2-lead-x119</a>"
    last = browser.get(f"{address}?sort=-amount&page=5").content.decode()
    assert re.findall(r"imi2-lead-x\d+</a>", last)[-1] == "imi2-lead-x0</a>"
    assert rows_of(last) == 20
    board = browser.get(reverse("office-leads")).content.decode()
    assert board.count('class="card"') == reading.MOST_CARDS
    assert "108 more" in board


@pytest.mark.parametrize("name", ["office-leads", "office-leads-table", "office-outreach"])
def test_list_asks_as_often_for_one_row_as_for_three(office: Office, browser: Client, name: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(reverse(name) + "?programme=imi2").status_code == 200
        return len(captured)

    def add(number: int) -> None:
        lead = opened(
            office, f"Trust {number}", topic=office.topic(f"T{number}"), owner=User.objects.get(username="olga")
        )
        lead_steps.log_exchange(OFFICER, lead.reference, NewExchange("call", "Spoke"))
        moved(opened(office, f"Other {number}"), "contact lead")

    add(0)
    queries()
    one = queries()
    add(1)
    after = queries()
    assert queries() == one
    add(2)
    assert (queries(), queries()) == (after, one)


def test_lead_tells_what_it_would_unlock(office: Office, browser: Client) -> None:
    topic = office.topic("IMI2-2015-03-05")
    lead = opened(office, "Gates", topic=topic)
    address = reverse("office-lead", args=[lead.reference])
    assert "The lead still needs a kind and an amount." in browser.get(address).content.decode()
    facts = LeadFacts(topic=topic, kind="FC_JU", amount_cents=7 * MILLION)
    leads.edit_lead(OFFICER, lead.reference, facts)
    html = browser.get(address).content.decode()
    assert "Pledged today, it would unlock" in html
    moved(lead, "lose lead", "Another priority")
    closed = browser.get(address).content.decode()
    assert "Pledged today" not in closed
    assert "Another priority" in closed


@pytest.mark.parametrize(
    ("call_opens", "planned", "adopted", "words"),
    [
        (dt.date(2099, 6, 1), None, None, "The latest comfortable day for a letter is 2 April 2099."),
        (dt.date(2016, 6, 1), None, None, "The latest comfortable day for a letter was 2 April 2016."),
        (None, dt.date(2099, 6, 1), None, "The latest comfortable day for a letter is 7 May 2099."),
        (
            dt.date(2099, 12, 1),
            dt.date(2099, 6, 1),
            None,
            "The latest comfortable day for a letter is 11 May 2099.",
        ),
        (None, None, dt.date(2015, 12, 1), "IMI2-2015-03-05 was adopted on 1 December 2015."),
        (None, None, None, "It is not known until when a letter is in time."),
    ],
)
def test_lead_tells_until_when_a_letter_is_in_time(
    office: Office,
    browser: Client,
    call_opens: dt.date | None,
    planned: dt.date | None,
    adopted: dt.date | None,
    words: str,
) -> None:
    topic = office.topic("IMI2-2015-03-05")
    call = Call.objects.create(scheme=office.row, code="CALL-3", opened_on=call_opens)
    Topic.objects.filter(pk=topic.pk).update(call=call, adoption_planned_on=planned, adopted_on=adopted)
    lead = opened(office, "Gates", topic=topic)
    assert words in browser.get(reverse("office-lead", args=[lead.reference])).content.decode()


def test_lead_counts_the_day_on_which_the_meeting_wants_its_papers(office: Office, browser: Client) -> None:
    topic = office.topic("IMI2-2015-03-05")
    board = Group.objects.create(scheme=office.row, slug="board", name="Board", kind=Group.Kind.BOARD)
    on = {"held_on": dt.date(2099, 6, 1), "papers_due_on": dt.date(2099, 4, 20)}
    meeting = Meeting.objects.create(group=board, title="June", **on)
    AgendaItem.objects.create(meeting=meeting, number=1, kind=AgendaItem.Kind.TOPIC, title="Adopt it", topic=topic)
    lead = opened(office, "Gates", topic=topic)
    html = browser.get(reverse("office-lead", args=[lead.reference])).content.decode()
    assert "The latest comfortable day for a letter is 20 April 2099." in html
    assert "It is the day on which papers for the adopting meeting are due." in html


def test_history_shows_steps_and_exchanges(office: Office, browser: Client) -> None:
    lead = opened(office, "Gates")
    moved(lead, "contact lead", "Rang back")
    lead_steps.log_exchange(OFFICER, lead.reference, NewExchange("meeting", "Met in Seattle", by_office=False))
    html = browser.get(reverse("office-lead", args=[lead.reference])).content.decode()
    assert "Rang back. Recorded by Olga Officer." in html
    assert "Meeting: the organisation approached us" in html


def test_outreach_tells_whom_the_office_approached(office: Office, browser: Client) -> None:
    topic = office.topic("IMI2-2015-03-05")
    for name, by_office in (("Wellcome", True), ("Gates", False), ("Wellcome", True)):
        lead = opened(office, name, topic=topic)
        lead_steps.log_exchange(OFFICER, lead.reference, NewExchange("call", f"Spoke to {name}", by_office=by_office))
    address = reverse("office-outreach")
    html = browser.get(f"{address}?direction=office").content.decode()
    assert (rows_of(html, "outreach"), rows_of(html, "by-topic")) == (2, 1)
    file = browser.get(f"{address}?topic={topic.code}&format=csv").content.decode()
    found = [(row["organisation"], row["approached_by"]) for row in csv.DictReader(io.StringIO(file))]
    assert found == [("Wellcome", "office"), ("Gates", "organisation"), ("Wellcome", "office")]


def test_organisation_that_is_not_certain_is_asked_for(office: Office, browser: Client) -> None:
    office.organisation("Gates Foundation"), office.organisation("Gates Ventures")
    address = reverse("office-lead-new", args=["imi2"])

    def post(name: str) -> tuple[int, str]:
        data = {"organisation": name, "route": "knocks", "opened_on": "2015-10-01", "token": tokens.new()}
        answer = browser.post(address, data)
        return answer.status_code, answer.content.decode()

    status, html = post("Gates")
    assert (status, "Several fit. Choose one of them below." in html) == (422, True)
    assert 'value="Gates"' in html
    assert [html.count(f'name="organisation-is" value="gates-{which}"') for which in ("foundation", "ventures")] == [
        1,
        1,
    ]
    assert post("Nobody")[0] == 422
    assert post("")[0] == 422
    assert post("ventures")[0] == 302
    assert Lead.objects.get().organisation.name == "Gates Ventures"


def test_lead_is_opened_with_a_new_organisation(office: Office, browser: Client) -> None:
    data = {"new_name": "New Trust", "new_kind": "foundation", "route": "invited", "opened_on": "2015-10-01"}
    answer = browser.post(reverse("office-lead-new", args=["imi2"]), {**data, "token": tokens.new()})
    assert answer.status_code == 302
    assert Lead.objects.get().organisation.kind == "foundation"


def test_edit_keeps_what_the_form_does_not_offer(office: Office, browser: Client) -> None:
    lead = opened(office, "Gates", topic=office.topic("IMI2-2015-03-05"), amount_cents=7 * MILLION, note="Old")
    address = reverse("office-lead-edit", args=[lead.reference])
    html = browser.get(address).content.decode()
    assert 'value="7,000,000"' in html
    data = {"topic": str(lead.topic_id), "amount_cents": "7,000,000", "probability_percent": "30", "note": "Old"}
    assert browser.post(address, {**data, "token": tokens.new()}).status_code == 302
    lead.refresh_from_db()
    assert (lead.probability_percent, lead.amount_cents, lead.note) == (30, 7 * MILLION, "Old")


def test_refused_step_keeps_what_was_typed(office: Office, browser: Client) -> None:
    lead = opened(office, "Gates")
    address = reverse("office-lead-step", args=[lead.reference, "find-topic"])
    answer = browser.post(address, {"on": lead.opened_on.isoformat(), "reason": "Fits well", "token": tokens.new()})
    html = answer.content.decode()
    assert (answer.status_code, "Fits well" in html, "Choose the topic that fits." in html) == (422, True, True)


def test_step_that_there_is_not_is_not_found(office: Office, browser: Client) -> None:
    lead = opened(office, "Gates")
    assert browser.get(reverse("office-lead-step", args=[lead.reference, "x"])).status_code == 404
