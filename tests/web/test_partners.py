"""Pages about organisations: lists that ask the same however long they are, filters, files, merges, and what everybody sees."""

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
from tests.books import DAY, MILLION, Office, shipped
from tests.worlds import world

from cofund.actions import audit, contacts, merging, organisations, relations, relationships
from cofund.actions.actors import Actor
from cofund.actions.contacts import ContactFacts
from cofund.actions.relations import NewRelation
from cofund.actions.relationships import NewExchange
from cofund.queries import clock
from cofund.queries import organisations as queries
from cofund.queries import relationships as relationship_queries
from cofund.queries.pools import Target
from cofund.records.corpus.models import ImportRun, PastOrganisation
from cofund.records.directory.models import CorpusLink, Organisation, User
from cofund.records.ledger.models import Application, Confirmation, Contribution, PartnerCheck
from cofund.records.programme.models import (
    Comment,
    Consultation,
    Credit,
    Group,
    Lead,
    LeadStep,
    RoleHolding,
    Seat,
    TopicVersion,
)
from cofund.rules import roles
from cofund.web.office import tokens

OFFICER = Actor("Officer", roles.OFFICER)
NOW = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.fixture
def officer(client: Client, office: Office) -> Client:
    client.force_login(User.objects.create_user("olga", role="officer", last_name="Officer"))
    return client


def add_everything(office: Office, one: Organisation, number: int) -> None:
    """One more of everything that an organisation can have."""
    other = Organisation.objects.create(slug=f"other-{number}", name=f"Other {number}", country="FR")
    topic = office.topic(f"T{number}")
    office.pledge(MILLION, one.name, kind="FC_JU", target=Target(topic=topic))
    contacts.add(OFFICER, one, ContactFacts(f"Person {number}", email="person@example.org"))
    contacts.state_interest(OFFICER, one, "offer", f"Data {number}")
    relationships.log(OFFICER, one, NewExchange("call", DAY, f"Called {number}"))
    relations.relate(OFFICER, NewRelation(one, "controls", other))
    relations.relate(OFFICER, NewRelation(other, "affiliated_to", one))
    organisations.name_also(OFFICER, one, f"Name {number}")
    RoleHolding.objects.create(scheme=office.row, organisation=one, role="partner")
    lead = Lead.objects.create(
        scheme=office.row, reference=f"lead-{number}", organisation=one, route="knocks", topic=topic,
        stage_since_on=DAY, opened_on=DAY,
    )  # fmt: skip
    LeadStep.objects.create(lead=lead, stage="new", on=DAY, recorded_by="Officer", recorded_at=NOW)
    Application.objects.create(
        scheme=office.row, reference=f"application-{number}", organisation=one, role="partner", topic=topic,
        status_since_at=NOW, made_at=NOW,
    )  # fmt: skip
    group = Group.objects.create(scheme=office.row, slug=f"g{number}", name=f"Group {number}", kind="strategic")
    Seat.objects.create(group=group, organisation=one, from_on=DAY)
    Credit.objects.create(topic=topic, organisation=one, part="proposed", on=DAY)
    consultation = Consultation.objects.create(topic=topic, opens_on=DAY, closes_on=DAY)
    Comment.objects.create(consultation=consultation, organisation=one, author_name="Ann", text="More", made_at=NOW)
    version = TopicVersion.objects.create(topic=topic, number=1, title="T", written_at=NOW)
    given = Contribution.objects.get(topic=topic)
    Confirmation.objects.create(contribution=given, topic_version=version, asked_at=NOW)
    PartnerCheck.objects.create(contribution=given, checked_at=NOW, checked_by="Officer")
    trail = f"{office.scheme}/application/application-{number}"
    audit.record(OFFICER, "reject application", trail, at=NOW, after={"status": "rejected"}, reason="No money")
    run = ImportRun.objects.create(source="x", file_name="a", file_bytes=1, started_at=NOW)
    past = PastOrganisation.objects.create(run=run, pic=number, name=f"PAST {number}")
    CorpusLink.objects.create(organisation=one, past_organisation=past, basis="stated", recorded_at=NOW)
    away = Organisation.objects.create(slug=f"away-{number}", name=f"Away {number}")
    merging.merge(OFFICER, one, away, "Same")


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_list_asks_the_same_of_the_database_for_one_row_and_for_three(officer: Client, office: Office) -> None:
    counts = []
    for number in (1, 2, 3):
        one = Organisation.objects.create(slug=f"o{number}", name=f"O {number}", country="DE")
        RoleHolding.objects.create(scheme=office.row, organisation=one, role="partner")
        relationships.log(OFFICER, one, NewExchange("call", DAY, "Called"))
        counts.append(queries_of(officer, reverse("office-partners")))
    assert len(set(counts)) == 1


def test_page_asks_the_same_of_the_database_for_one_of_everything_and_for_three(
    officer: Client, office: Office
) -> None:
    one = office.organisation("Trust")
    counts = []
    for number in (1, 2, 3):
        add_everything(office, one, number)
        counts.append(queries_of(officer, reverse("office-partner", args=["trust"])))
    assert len(set(counts)) == 1


def test_page_shows_everything_that_happened_with_one_organisation(officer: Client, office: Office) -> None:
    one = office.organisation("Trust")
    add_everything(office, one, 1)
    html = officer.get(reverse("office-partner", args=["trust"]), {"all": "1"}).content.decode()
    titles = re.findall(r'<p class="event-title">(?:<a[^>]*>)?([^<]+)', html)
    for wanted in (
        *("Call", "Lead lead-1: new", "Application application-1 begun; now draft", "Proposed: topic T1"),
        *("Application application-1: rejected", "Comment on topic T1", "Seat in Group 1 (member)"),
        *("Merge organisations", "Name organisation", "Add contact", "Add interest"),
    ):
        assert wanted in titles, wanted
    assert any(title.startswith("Pledged: imi2-") for title in titles)
    books = officer.get(reverse("office-partner", args=["trust"]), {"lane": "Books"}).content.decode()
    assert len(re.findall(r'<p class="event-title">', books)) == 1


def test_list_is_filtered_sorted_and_filed_in_the_database(officer: Client, office: Office) -> None:
    make = Organisation.objects.create
    owner = User.objects.get(username="olga")
    make(slug="a", name="alpha Trust", kind="foundation", country="DE", pic="999905974", owner=owner)
    make(
        slug="b",
        name="Beta Ltd",
        short_name="BL",
        kind="company",
        country="GB",
        next_step="Call",
        next_step_on="2020-01-01",
    )
    make(slug="c", name="Gamma", kind="company", country="DE", merged_into=make(slug="d", name="Delta", country="FR"))
    RoleHolding.objects.create(scheme=office.row, organisation=Organisation.objects.get(slug="a"), role="partner")
    organisations.name_also(OFFICER, Organisation.objects.get(slug="d"), "Gamma before")

    def slugs(**asked: str) -> list[str]:
        answer = officer.get(reverse("office-partners"), {**asked, "format": "json"})
        return [row["slug"] for row in answer.json()["rows"]]

    assert slugs() == ["a", "b", "d"]
    assert slugs(sort="-name") == ["d", "b", "a"]
    assert slugs(sort="country") == ["a", "d", "b"]
    assert slugs(q="gamma") == ["d"]
    assert slugs(q="bl") == ["b"]
    assert slugs(q="999 905 974") == ["a"]
    assert slugs(kind="company") == ["b"]
    assert slugs(country="FR") == ["d"]
    assert (slugs(role="imi2"), slugs(role="imi2:partner"), slugs(role="imi2:member")) == (["a"], ["a"], [])
    assert (slugs(owner="olga"), slugs(owner="-")) == (["a"], ["b", "d"])
    assert (slugs(mark="overdue"), slugs(mark="quiet"), slugs(mark="stale")) == (["b"], ["b"], ["b"])
    assert (slugs(mark="planned"), slugs(mark="unplanned")) == (["b"], ["a", "d"])
    sheet = officer.get(reverse("office-partners"), {"format": "csv", "kind": "company"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(sheet))
    assert (row["name"], row["marks"]) == ("Beta Ltd", "Next step overdue; Nothing for 180 days")
    html = officer.get(reverse("office-partners"), {"kind": "company", "country": "GB"}).content.decode()
    assert "Remove filter" in html and "What it is: Company" in html


def test_long_list_is_paged(officer: Client) -> None:
    Organisation.objects.bulk_create(Organisation(slug=f"o{n}", name=f"Number {n:03}") for n in range(120))
    html = officer.get(reverse("office-partners"), {"page": "5"}).content.decode()
    assert re.findall(r"Number (\d+)</a>", html) == [f"{number:03}" for number in range(100, 120)]
    assert officer.get(reverse("office-partners"), {"page": "99999"}).status_code == 200


def test_stale_ones_are_those_with_something_open_and_nothing_done(office: Office) -> None:
    today = clock.today()
    old, recent = today - dt.timedelta(days=181), today - dt.timedelta(days=179)

    def make(name: str, *, opened: bool = True, on: dt.date | None = None, stage: str = "exploring") -> Organisation:
        one = Organisation.objects.create(slug=name, name=name)
        if opened:
            lead = Lead.objects.create(
                scheme=office.row, reference=name, organisation=one, route="knocks", stage=stage,
                stage_since_on=old, opened_on=old, lost_reason="no" if stage == "lost" else "",
            )  # fmt: skip
            LeadStep.objects.create(lead=lead, stage=stage, on=old, recorded_by="x", recorded_at=NOW)
        if on:
            relationships.log(OFFICER, one, NewExchange("call", on, "Called"))
        return one

    make("quiet", on=old)
    make("spoken-to", on=recent)
    make("nothing-open", opened=False)
    make("lost", stage="lost")
    make("dormant", stage="dormant")
    booked = make("booked")
    office.pledge(MILLION, "booked", kind="FC_JU")
    away = make("away", opened=False)
    office.pledge(MILLION, "away", kind="FC_JU", target=Target(topic=office.topic("T2")))
    kept = make("kept")
    merging.merge(OFFICER, kept, away, "Same")
    late = make("late", opened=False)
    relationships.plan(OFFICER, late, None, "Call", today - dt.timedelta(days=1))
    due = make("due", opened=False, on=recent)
    relationships.plan(OFFICER, due, None, "Call", today)
    assert booked.slug == "booked"
    assert {one.slug for one in relationship_queries.stale(today)} == {"quiet", "late"}
    marked = {one.slug: one for one in relationship_queries.marked(Organisation.objects.all(), today)}
    assert (marked["late"].is_overdue, marked["late"].is_quiet) == (True, True)  # type: ignore[attr-defined]
    assert (marked["quiet"].is_overdue or False, marked["quiet"].is_quiet) == (False, True)  # type: ignore[attr-defined]
    assert {one.slug for one in relationship_queries.quiet(today)} == {
        slug
        for slug, one in marked.items()
        if one.is_quiet and one.merged_into is None  # type: ignore[attr-defined]
    }
    assert set(queries.selected(queries.Selection(mark="stale"), today)) == set(relationship_queries.stale(today))


def test_likely_duplicate_is_shown_with_its_reason_and_confirmed(officer: Client) -> None:
    Organisation.objects.create(slug="gates", name="Bill & Melinda Gates Foundation", country="US", pic="900029245")
    data = {"name": "Bill and Melinda Gates Fund", "kind": "foundation", "country": "US", "pic": "900029245"}
    data |= {"funding_origin": "private", "token": tokens.new()}
    answer = officer.post(reverse("office-partner-new"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "same PIC; name 97 % alike, same country" in html or "same PIC; same name but for its legal form" in html
    assert 'value="Bill and Melinda Gates Fund"' in html
    assert 'name="is_another"' in html and 'href="/office/partners/gates/"' in html
    answer = officer.post(reverse("office-partner-new"), {**data, "is_another": "on"})
    assert (answer.status_code, answer.url) == (302, "/office/partners/bill-and-melinda-gates-fund/")


def test_wrong_identifier_keeps_what_was_typed_and_leads_to_its_field(officer: Client) -> None:
    data = {"name": "New Trust", "kind": "foundation", "ror": "029chgv09", "funding_origin": "private"}
    answer = officer.post(reverse("office-partner-new"), {**data, "token": tokens.new()})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_ror"' in html and "would have to end in 08" in html and 'value="029chgv09"' in html
    assert not Organisation.objects.exists()


def test_pledge_form_warns_of_a_likely_duplicate_and_goes_on(officer: Client, office: Office) -> None:
    Organisation.objects.create(slug="gates", name="Bill & Melinda Gates Foundation", country="US")
    office.topic("T1")
    data = {
        "target": "topic:T1", "new_name": "Bill and Melinda Gate Foundation", "new_country": "US", "capacity": "partner:FC_JU",
        "amount": "5", "effective_on": "2015-10-02", "reason": "A test", "place": "eu", "record": "1", "token": tokens.new(),
    }  # fmt: skip
    answer = officer.post(reverse("office-pledge", args=["imi2"]), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "name 97 % alike, same country" in html
    assert re.search(r'<input type="checkbox" name="is_another"', html)
    assert officer.post(reverse("office-pledge", args=["imi2"]), {**data, "is_another": "on"}).status_code == 302
    assert Organisation.objects.count() == 2


def test_merge_page_shows_both_sides_and_what_will_happen(officer: Client, office: Office) -> None:
    office.pledge(MILLION, "Two", kind="FC_JU")
    Organisation.objects.filter(slug="two").update(country="US", pic="900029245")
    office.organisation("One")
    html = officer.get(reverse("office-partner-merge", args=["one", "two"])).content.decode()
    text = re.sub(r"<[^>]+>|\s+", " ", html)
    assert "900029245" in text and "taken over" in text
    assert "contributions in the sealed books" in text and "found under the kept one" in text
    data = {"reason": "Same", "token": tokens.new()}
    answer = officer.post(reverse("office-partner-merge", args=["one", "two"]), data, follow=True)
    assert answer.redirect_chain == [("/office/partners/one/", 302)]
    text = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    assert "It can be undone on this page." in text and "imi2-" in text


def test_choice_of_a_merge_leads_to_the_comparison(officer: Client) -> None:
    for name in ("Gates Foundation", "Gates Trust", "Other"):
        Organisation.objects.create(slug=name.lower().replace(" ", "-"), name=name)
    address = reverse("office-partner-merge-choose", args=["gates-foundation"])
    assert 'href="/office/partners/gates-foundation/merge/gates-trust/"' in officer.get(address).content.decode()
    answer = officer.post(address, {"other": "Other", "token": tokens.new()})
    assert (answer.status_code, answer.url) == (302, "/office/partners/gates-foundation/merge/other/")
    answer = officer.post(address, {"other": "Nobody at all", "token": tokens.new()})
    assert answer.status_code == 422
    answer = officer.post(
        reverse("office-partner-merge", args=["other", "other"]), {"reason": "x", "token": tokens.new()}
    )
    assert answer.status_code == 422


def test_merged_organisation_leads_everybody_to_the_kept_one(client: Client, office: Office) -> None:
    one, two = office.organisation("One"), office.organisation("Two")
    for each in (one, two):
        RoleHolding.objects.create(scheme=office.row, organisation=each, role="partner")
    made = merging.merge(OFFICER, one, two, "Same")
    answer = client.get(reverse("partner", args=["two"]))
    assert (answer.status_code, answer.url) == (302, "/partners/one/")
    merging.undo(OFFICER, made, "Two")
    assert client.get(reverse("partner", args=["two"])).status_code == 200


def test_everybody_sees_identifiers_and_relations_and_no_contacts(client: Client, office: Office) -> None:
    one = Organisation.objects.create(slug="one", name="One", ror="029chgv08", pic="999905974", kind="foundation")
    efpia = Organisation.objects.create(slug="efpia", name="EFPIA")
    for each in (one, efpia):
        RoleHolding.objects.create(scheme=office.row, organisation=each, role="partner")
    relations.relate(OFFICER, NewRelation(one, "member_category_of", efpia, "Partner in Research", certainty="assumed"))
    contacts.add(OFFICER, one, ContactFacts("Secret Person", email="secret@example.org"))
    html = client.get(reverse("partner", args=["one"])).content.decode()
    assert 'href="https://ror.org/029chgv08"' in html and "/org-details/999905974" in html
    assert 'href="/partners/efpia/"' in html and "Partner in Research" in html and "certainty-assumed" in html
    assert "Secret Person" not in html and "secret@example.org" not in html


def test_relation_is_refused_in_words_beside_its_field(officer: Client) -> None:
    for name in ("One", "Two"):
        Organisation.objects.create(slug=name.lower(), name=name)
    address = reverse("office-partner-relation", args=["one"])
    asked = {"direction": "from", "kind": "member_category_of", "other": "Two", "certainty": "recorded"}
    html = officer.post(address, {**asked, "token": tokens.new()}).content.decode()
    assert "The member category has no name." in html and 'href="#id_category"' in html
    html = officer.post(address, {**asked, "other": "Three", "token": tokens.new()}).content.decode()
    assert "No organisation here has the name or identifier “Three”." in html
    asked |= {"category": "Partner in Research", "from_on": "2020-01-02", "until_on": "2020-01-01"}
    html = officer.post(address, {**asked, "token": tokens.new()}).content.decode()
    assert "It would end before it begins." in html


def test_page_shows_the_first_of_many_relations_and_contributions_with_the_way_to_all(
    officer: Client, office: Office
) -> None:
    """The counts stay those of everything; the rest of the relations is on the page that the link opens."""
    one = office.organisation("Foundation")
    for number in range(11):
        other = Organisation.objects.create(slug=f"relative-{number}", name=f"Relative {number}")
        relations.relate(OFFICER, NewRelation(one, "controls", other))
        office.pledge(MILLION, "Foundation", kind="FC_JU", target=Target(topic=office.topic(f"T{number}")))
    path = reverse("office-partner", args=[one.slug])
    html, every = officer.get(path).text, officer.get(path, {"relations": "all"}).text
    links = (f'href="{path}?relations=all#relations"', f'href="{reverse("office-contributions")}?partner={one.slug}"')
    assert [html.count(link) for link in links] == [1, 2]
    assert ("10 of 11 relations" in html, "10 of 11 contributions" in html) == (True, True)
    assert ("11 relations" in every, links[0] in every) == (True, False)
    assert [page.count("/office/partners/relative-") for page in (html, every)] == [10, 11]
