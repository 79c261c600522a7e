"""Pages of applications: the letter with its lines, the checklist, versions, papers, the what-if, the advice, and the list."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.applications import RULING, brought_to, decide, hold, line, meeting, relate, start, write
from tests.books import MILLION, Office, shipped

from cofund.actions.applications import deciding, letters, submitting
from cofund.queries.letters import edition_of
from cofund.records.directory.models import User
from cofund.records.ledger.models import Application, Contribution, Letter
from cofund.records.programme.models import AgendaItem, Lead, Topic
from cofund.web.office import tokens

AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def office(db: None) -> Office:
    """The book of IMI2, in 2015."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = AT
    return office


@pytest.fixture
def officer(client: Client, office: Office) -> Client:
    """A partnership officer who is signed in."""
    client.force_login(User.objects.create_user("olga", role="officer"))
    return client


def step(client: Client, row: Application, code: str, **data: str) -> object:
    return client.post(reverse("office-application-step", args=[row.reference, code]), {**data, "token": tokens.new()})


def page_of(client: Client, row: Application, **query: str) -> str:
    return client.get(reverse("office-application", args=[row.reference]), query).content.decode()


def draft(row: Application, **changes: str) -> dict[str, str]:
    """A letter as the form sends it that was opened just now."""
    return {
        "rows": "1",
        "opened": edition_of(row.letters.get()),
        "subject_matter": "Pertussis",
        "activities": "Studies",
        "is_no_member": "yes",
        "line-0-kind": "FC_JU",
        "line-0-amount_cents": "7,000,000",
        "line-0-currency": "EUR",
        "line-0-years": "2016: 3,000,000; 2017: 4,000,000",
        "line-0-place": "eu",
        "line-0-valuation": "none",
        **changes,
    }


def test_application_starts_from_a_lead_and_takes_over_what_it_says(officer: Client, office: Office) -> None:
    on = dt.date(2015, 9, 1)
    Lead.objects.create(
        scheme=office.row,
        reference="imi2-L1",
        organisation=office.organisation("Gates Foundation"),
        topic=office.topic(),
        route="knocks",
        stage="exploring",
        stage_since_on=on,
        opened_on=on,
        kind="FC_JU",
        amount_cents=7 * MILLION,
    )
    address = reverse("office-application-new", args=["imi2"]) + "?lead=imi2-L1"
    html = officer.get(address).content.decode()
    assert 'name="organisation" value="Gates Foundation"' in html
    answer = officer.post(
        address,
        {"organisation": "Gates Foundation", "role": "partner", "target": "topic:T1", "token": tokens.new()},
    )
    row = Application.objects.get()
    assert answer.url == reverse("office-letter", args=[row.reference])
    assert (row.lead.stage, row.topic.code) == ("applying", "T1")
    assert 'value="7,000,000"' in officer.get(answer.url).content.decode()


def test_start_names_the_organisation_of_its_address(officer: Client, office: Office) -> None:
    office.organisation("Gates Foundation")
    address = reverse("office-application-new", args=["imi2"])
    html = officer.get(address, {"organisation": "gates-foundation"}).content.decode()
    assert 'name="organisation" value="Gates Foundation"' in html


def test_start_says_which_organisations_a_part_of_a_name_may_mean(officer: Client, office: Office) -> None:
    for name in ("Wellcome Trust", "Wellcome Sanger"):
        office.organisation(name)
    address = reverse("office-application-new", args=["imi2"])
    answer = officer.post(address, {"organisation": "wellcome", "role": "partner", "token": tokens.new()})
    assert answer.status_code == 422
    assert re.findall(r'name="organisation-is" value="([a-z-]+)"', answer.content.decode()) == [
        "wellcome-sanger",
        "wellcome-trust",
    ]


def test_draft_is_saved_as_typed_and_says_when(officer: Client, office: Office) -> None:
    row = start(office)
    address = reverse("office-letter", args=[row.reference])
    answer = officer.post(address, draft(row, save="1"), follow=True)
    assert "The draft is saved:" in answer.content.decode()
    letter = row.letters.get()
    one = letter.lines.get()
    assert (letter.subject_matter, letter.is_no_member, letter.no_other_union_funding) == ("Pertussis", True, None)
    assert (one.amount_cents, one.years) == (7 * MILLION, {"2016": 3 * MILLION, "2017": 4 * MILLION})


def test_save_over_a_newer_draft_is_refused_and_keeps_what_was_typed(officer: Client, office: Office) -> None:
    row = start(office)
    address = reverse("office-letter", args=[row.reference])
    opened = draft(row, save="1")
    other = Client()
    other.force_login(User.objects.create_user("otto", role="officer"))
    assert other.post(address, {**opened, "subject_matter": "Measles"}).status_code == 302
    answer = officer.post(address, opened)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "otto saved a newer one on " in html
    assert f'<a href="{reverse("office-application", args=[row.reference])}">The newer one</a>' in html
    assert ">\nPertussis</textarea>" in html
    assert row.letters.get().subject_matter == "Measles"
    assert officer.post(address, opened).status_code == 422


def test_same_draft_that_is_sent_twice_is_saved(officer: Client, office: Office) -> None:
    row = start(office)
    address = reverse("office-letter", args=[row.reference])
    opened = draft(row, save="1")
    assert [officer.post(address, opened).status_code for _ in range(2)] == [302, 302]
    assert row.letters.get().lines.count() == 1


def test_line_is_added_without_a_script_and_nothing_typed_is_lost(officer: Client, office: Office) -> None:
    row = start(office)
    address = reverse("office-letter", args=[row.reference])
    html = officer.post(address, draft(row, add="1", **{"line-0-amount_cents": "7,x"})).content.decode()
    assert [f'name="line-{index}-kind"' in html for index in range(3)] == [True, True, False]
    assert ('value="7,x"' in html, "error-summary" in html) == (True, False)
    assert row.letters.get().subject_matter == ""


def test_document_that_was_chosen_is_told_to_be_lost_where_a_line_is_added(officer: Client, office: Office) -> None:
    row = start(office)
    address = reverse("office-letter", args=[row.reference])
    html = officer.get(address).content.decode()
    assert ("a document that you chose below is not kept" in html, "it was not saved" in html) == (True, False)
    upload = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed", content_type="application/pdf")
    html = officer.post(address, {**draft(row, add="1"), "upload": upload}).content.decode()
    assert "<strong>Choose signed.pdf again:</strong> it was not saved." in html
    assert row.letters.get().file_name == ""


def test_line_that_is_wrong_leads_the_error_summary_to_its_field(officer: Client, office: Office) -> None:
    row = start(office)
    answer = officer.post(
        reverse("office-letter", args=[row.reference]),
        draft(row, save="1", **{"line-0-amount_cents": "7,x", "line-0-years": "soon: 5"}),
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_line-0-amount_cents"' in html and 'href="#id_line-0-years"' in html
    assert "“soon: 5” does not begin with a year" in html


def test_line_is_taken_out(officer: Client, office: Office) -> None:
    row = start(office)
    write(office, row, line(7 * MILLION), line(MILLION))
    form = draft(row, rows="2", **{"line-0-number": "1", "line-0-remove": "on", "line-1-number": "2"})
    form |= {"line-1-kind": "IK", "line-1-amount_cents": "5", "line-1-currency": "EUR", "save": "1"}
    officer.post(reverse("office-letter", args=[row.reference]), form)
    assert list(row.letters.get().lines.values_list("number", "kind", "amount_cents")) == [(2, "IK", 500)]


def test_partnership_that_ends_before_it_begins_is_refused_beside_its_field(officer: Client, office: Office) -> None:
    row = start(office)
    form = draft(row, save="1", from_on="2016-01-01", until_on="2015-01-01")
    answer = officer.post(reverse("office-letter", args=[row.reference]), form)
    assert answer.status_code == 422
    assert "The partnership ends on 2015-01-01, before it begins." in answer.content.decode()


def test_panel_tells_what_each_line_would_unlock(officer: Client, office: Office) -> None:
    row = start(office)
    form = draft(row, no_other_union_funding="yes")
    html = officer.post(reverse("office-letter-unlocks", args=[row.reference]), form).content.decode()
    cells = re.findall(r'<data[^>]*value="([\d.]+)"', html)
    assert cells == ["7000000.00", "7000000.00", "0.00"]
    shown = officer.post(reverse("office-letter", args=[row.reference]), {**form, "show": "1"}).content.decode()
    assert "What this would unlock today" in shown


def test_signed_document_is_kept_and_given_back_to_who_may_see_it(
    officer: Client, office: Office, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = start(office)
    upload = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed", content_type="application/pdf")
    officer.post(reverse("office-letter", args=[row.reference]), {**draft(row, save="1"), "upload": upload})
    address = reverse("office-letter-signed", args=[row.reference, 1])
    answer = officer.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 signed"
    stranger = Client()
    other = office.organisation("Other Trust")
    stranger.force_login(User.objects.create_user("paul", role="partner", organisation=other))
    assert stranger.get(address).status_code == 404


def test_way_from_draft_to_the_books_through_the_pages(officer: Client, office: Office) -> None:
    row = start(office)
    answer = step(officer, row, "submit")
    assert answer.status_code == 422
    assert "The letter does not state: subject matter." in answer.content.decode()
    write(office, row, line(7 * MILLION))
    held = meeting(office, dt.date(2015, 10, 20))
    assert step(officer, row, "submit").status_code == 302
    answer = step(officer, row, "check", on="2015-10-20")
    assert (answer.status_code, "Choose 2024-12-31 or a later day." in answer.content.decode()) == (422, True)
    row.letters.update(submitted_at=AT)
    assert step(officer, row, "check", on="2025-01-01").status_code == 302
    assert "ended on 2024-12-31" in page_of(officer, row)
    assert step(officer, row, "accept-warning", reason="It is fine").status_code == 422
    assert step(officer, row, "check", on="2015-10-20").status_code == 302
    assert step(officer, row, "schedule", meeting=str(held.pk)).status_code == 302
    ruling = {"decision": "GB-1", "decided_on": "2015-10-20", "reason": "Decided"}
    approve = reverse("office-application-step", args=[row.reference, "approve"])
    html = page_of(officer, row)
    assert (approve in html, "The board has not decided yet" in html) == (False, True)
    answer = step(officer, row, "approve", **ruling)
    assert answer.status_code == 422
    assert "It is before the board and not decided: point 1 of Governing Board, 2015-10-20." in answer.content.decode()
    decide(office, row, "GB-1")
    html = page_of(officer, row)
    reject = reverse("office-application-step", args=[row.reference, "reject"])
    assert (approve in html, reject in html) == (True, False)
    assert step(officer, row, "approve", **ruling | {"decision": "GB-2"}).status_code == 422
    assert step(officer, row, "approve", **ruling).status_code == 302
    row.refresh_from_db()
    assert (row.status, Contribution.objects.get().reference) == ("approved", "imi2-3")
    html = page_of(officer, row)
    assert reverse("office-contribution", args=["imi2-3"]) in html
    assert "GB-1" in html


def test_page_of_an_application_of_a_proposal_lets_its_topic_be_named(officer: Client, office: Office) -> None:
    row = brought_to(office, "scheduled")
    href = reverse("office-application-step", args=[row.reference, "name-target"])
    assert (href in page_of(officer, row), step(officer, row, "name-target", target="topic:T1").status_code) == (
        False,
        422,
    )
    Application.objects.update(topic=None, proposal="P-1")
    html = page_of(officer, row)
    assert (href in html, "It names only proposal P-1" in html) == (True, True)
    assert 'value="topic:T1"' in officer.get(href).content.decode()
    assert step(officer, row, "name-target", target="").status_code == 422
    assert step(officer, row, "name-target", target="topic:T1").status_code == 302
    html = page_of(officer, row)
    assert (href in html, "It names only" in html) == (False, False)


def test_same_form_approves_once(officer: Client, office: Office) -> None:
    row = brought_to(office, "scheduled")
    decide(office, row, "GB-1")
    form = {"decision": "GB-1", "decided_on": "2015-10-20", "reason": "Decided", "token": tokens.new()}
    address = reverse("office-application-step", args=[row.reference, "approve"])
    assert [officer.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Contribution.objects.count() == 1


def test_meeting_after_the_adoption_offers_to_amend_the_work_plan(officer: Client, office: Office) -> None:
    topic = office.topic()
    Topic.objects.filter(pk=topic.pk).update(adoption_planned_on=dt.date(2015, 10, 1))
    row = brought_to(office, "eligible", topic=office.topic())
    late = meeting(office, dt.date(2015, 10, 20))
    answer = step(officer, row, "schedule", meeting=str(late.pk))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "19 days after T1 is to be adopted, 2015-10-01" in html
    assert 'name="amends_work_plan" value="on"' in html
    assert step(officer, row, "schedule", meeting=str(late.pk), amends_work_plan="on").status_code == 302
    assert "amend the work plan" in AgendaItem.objects.get().proposal


def test_what_if_names_the_last_meeting_in_time_with_its_slack(officer: Client, office: Office) -> None:
    topic = office.topic()
    Topic.objects.filter(pk=topic.pk).update(adoption_planned_on=dt.date(2015, 10, 25))
    row = start(office)
    for day in (dt.date(2015, 10, 20), dt.date(2015, 11, 20)):
        meeting(office, day)
    address = reverse("office-application-timing", args=[row.reference])
    html = officer.get(address, {"on": "2015-09-01"}).content.decode()
    assert "The meeting of 20 October 2015 is the last one in time, with 5 days before the adoption" in html
    assert re.findall(r">(In time|After the adoption)</span>", html) == ["In time", "After the adoption"]
    late = officer.get(address, {"on": "2015-10-01"}).content.decode()
    assert "No planned meeting is in time" in late and "Amend the work plan" in late


def test_envelope_that_is_too_small_offers_to_leave_the_rest_unmatched(officer: Client, office: Office) -> None:
    row = brought_to(office, "scheduled", line(300 * MILLION))
    decide(office, row, "GB-1")
    ruling = {"decision": "GB-1", "decided_on": "2015-10-20", "reason": "Decided"}
    answer = step(officer, row, "approve", **ruling)
    assert (answer.status_code, 'name="accepts_unmatched" value="on"' in answer.content.decode()) == (422, True)
    assert step(officer, row, "approve", **ruling, accepts_unmatched="on").status_code == 302


def test_versions_show_what_changed_and_a_changed_record_is_told(officer: Client, office: Office) -> None:
    row = brought_to(office, "approved")
    letters.write_next(office.actor, row, "More money", at=AT)
    write(office, row, {**line(8 * MILLION), "number": 1})
    submitting.submit_next(office.actor, row, at=AT)
    html = page_of(officer, row)
    assert "Version 2 against version 1" in html
    assert "Line 1: amount" in html
    assert "was changed after it was handed in" not in html
    Letter.objects.filter(number=2).update(activities="Something else")
    assert "was changed after it was handed in" in page_of(officer, row)
    assert "Version 2 against version 1" not in page_of(officer, row, version="1")


def test_recheck_is_told_on_the_page_and_in_the_list(officer: Client, office: Office) -> None:
    row, other = brought_to(office, "eligible"), brought_to(office, "eligible", name="Other Trust")
    member = hold(office, "EFPIA", "member")
    later = AT + dt.timedelta(days=1)
    relate(row.organisation, "member_category_of", member, at=later, category="Partner in Research")
    assert "A relation was recorded after the last check" in page_of(officer, row)
    assert "A relation was recorded after the last check" not in page_of(officer, other)
    html = officer.get(reverse("office-applications"), {"recheck": "1"}).content.decode()
    assert (row.reference in html, other.reference in html) == (True, False)


@pytest.mark.parametrize("state", ["draft", "submitted", "eligible", "scheduled", "approved"])
def test_page_is_shown_in_every_state_of_the_usual_way(officer: Client, office: Office, state: str) -> None:
    assert "The way of this application" in page_of(officer, brought_to(office, state))


def test_page_is_shown_in_every_other_state(officer: Client, office: Office) -> None:
    row = brought_to(office, "scheduled")
    decide(office, row)
    deciding.approve_on_conditions(office.actor, row, "The proposal is selected", RULING, at=AT)
    assert "The proposal is selected" in page_of(officer, row)
    for state in ("returned", "rejected", "withdrawn", "lapsed"):
        Application.objects.update(status=state)
        assert page_of(officer, row).count("stepper") == 1


def test_list_asks_the_same_of_the_database_for_one_and_for_three(officer: Client, office: Office) -> None:
    counts = []
    for name in ("One Trust", "Two Trust", "Three Trust"):
        brought_to(office, "eligible", name=name)
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(reverse("office-applications")).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_list_is_filtered_and_given_as_a_file(officer: Client, office: Office) -> None:
    start(office, "One Trust")
    brought_to(office, "submitted", name="Two Trust")
    address = reverse("office-applications")
    rows = officer.get(address, {"status": "submitted", "format": "json"}).json()["rows"]
    assert [row["organisation"] for row in rows] == ["Two Trust"]
    answer = officer.get(address, {"q": "one", "format": "csv"})
    assert [row["status"] for row in csv.DictReader(io.StringIO(answer.content.decode()))] == ["draft"]


def test_advice_names_its_reasons_and_what_it_does_not_know(officer: Client, office: Office) -> None:
    found = office.organisation("Gates Foundation")
    found.kind = "foundation"
    found.save()
    address = reverse("office-way-in", args=["imi2"])
    assert officer.get(address).status_code == 200
    html = officer.get(address, {"organisation": "gates", "direct": "yes"}).content.decode()
    assert "Fits best as Associated Partner, directly with the Programme Office" in html
    assert "no relation is recorded, which proves nothing" in html
    assert "Start its application" in html
    relate(found, "member_category_of", hold(office, "EFPIA", "member"), category="Partner in Research")
    html = officer.get(address, {"organisation": "gates"}).content.decode()
    assert "Gates Foundation is also Partner in Research of EFPIA" in html
    html = officer.get(address, {"organisation": "nobody"}).content.decode()
    assert "No organisation here has the name or identifier “nobody”" in html
