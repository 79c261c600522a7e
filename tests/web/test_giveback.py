"""Pages of cash and give-back: lists and their files, what is refused in words, the calendar, the desk, the trajectory."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION
from tests.giveback import Cash, Shown
from tests.rights import partner
from tests.worlds import world

from cofund.queries import calendars
from cofund.records.directory.models import AuditEvent, Contact, Message
from cofund.records.ledger.models import ContributionParty
from cofund.rules import roles
from cofund.web.office import tokens


@world
def shown() -> Shown:
    """One of everything."""
    return Shown.make()


@pytest.fixture
def finance(shown: Shown) -> Client:
    """A browser of the finance officer."""
    client = Client()
    client.force_login(shown.cash.person(roles.FINANCE_OFFICER))
    return client


def test_late_instalments_stand_first_and_filters_narrow(shown: Shown, finance: Client) -> None:
    def numbers(**asked: str) -> list[int]:
        answer = finance.get(reverse("office-instalments"), {"format": "json", **asked})
        return [row["number"] for row in answer.json()["rows"]]

    assert numbers() == [2, 3, 1]
    assert numbers(state="late") == [2]
    assert numbers(state="coming") == [3]
    assert numbers(state="paid") == [1]
    assert numbers(state="ended") == []
    assert (numbers(q="Trust"), numbers(q="nobody")) == ([2, 3, 1], [])
    assert (numbers(programme="edctp3"), numbers(programme="imi2")) == ([2, 3, 1], [])


def test_instalment_says_what_came_and_by_how_much_it_is_late(shown: Shown, finance: Client) -> None:
    row = finance.get(reverse("office-instalments"), {"format": "json", "state": "late"}).json()["rows"][0]
    figures = ("days_late", "amount_cents", "received_cents", "missing_cents", "invoice_number")
    assert [row[name] for name in figures] == [60, MILLION, 0, MILLION, f"F-{shown.late.pk}"]


def test_receipt_of_more_than_was_invoiced_is_refused_beside_its_field(shown: Shown, finance: Client) -> None:
    data = {
        "amount": "1,000,000.01",
        "effective_on": shown.cash.day(0).isoformat(),
        "reason": "It came",
        "token": tokens.new(),
    }
    answer = finance.post(reverse("office-instalment-receive", args=[shown.late.pk]), data)
    assert answer.status_code == 422
    assert "Of what was invoiced EUR 1,000,000 are missing." in answer.content.decode()


def test_corrected_receipt_did_not_come(shown: Shown, finance: Client) -> None:
    receipt = shown.paid.receipts.get()
    data = {
        "effective_on": shown.cash.day(0).isoformat(),
        "reason": "A mistake",
        "step": "confirm",
        "seen": receipt.entry.book.last_entry,
        "token": tokens.new(),
    }
    answer = finance.post(reverse("office-correct", args=["edctp3", receipt.entry.number]), data)
    assert answer.status_code == 302
    rows = finance.get(reverse("office-instalments"), {"format": "json", "state": "late"}).json()["rows"]
    assert sorted(row["received_cents"] for row in rows) == [0, 0]
    page = finance.get(reverse("office-instalment", args=[shown.paid.pk])).content.decode()
    assert "corrected: it did not come" in page


def test_days_of_instalments_and_notices_stand_in_calendars(shown: Shown) -> None:
    found = calendars.of_person(shown.cash.person(roles.FINANCE_OFFICER))
    tasks = {(day.task.kind, day.on) for day in found if day.task is not None}
    assert {
        ("instalment_late", shown.late.due_on),
        ("instalment_invoice", shown.planned.due_on),
        ("notice_decide", shown.notice.until_on),
    } <= tasks
    own = calendars.of_person(partner("reader", shown.cash.office.organisation("Trust"), "read"))
    assert [(day.task.kind, day.on) for day in own if day.task is not None] == [("instalment_own", shown.late.due_on)]


def test_partners_desk_shows_what_it_owes(shown: Shown) -> None:
    client = Client()
    client.force_login(partner("reader", shown.cash.office.organisation("Trust"), "read"))
    html = client.get(reverse("desk")).content.decode()
    assert "60 days late" in html
    assert html.count(f'href="{reverse("office-instalment", args=[shown.late.pk])}"') == 2


def test_close_out_shows_before_what_it_then_does(shown: Shown, finance: Client) -> None:
    html = finance.get(reverse("office-project-close-out", args=["edctp3", "one"])).content.decode()
    assert ("EUR 4,000,000" in html, "EUR 3,000,000" in html) == (True, True)
    before = shown.cash.office.standing("b")
    data = {
        "effective_on": shown.cash.day(0).isoformat(),
        "reason": "The project is over",
        "step": "confirm",
        "seen": shown.contribution.book.__class__.objects.get().last_entry,
        "token": tokens.new(),
    }
    answer = finance.post(reverse("office-project-close", args=["edctp3", "one"]), data)
    after = shown.cash.office.standing("b")
    assert (answer.status_code, after.open_cents - before.open_cents) == (302, 3 * MILLION)
    closed = finance.get(reverse("office-project-close-out", args=["edctp3", "one"])).content.decode()
    assert "The project is closed" in closed
    number = shown.contribution.book.__class__.objects.get().last_entry
    entry = finance.get(reverse("office-entry", args=["edctp3", number])).content.decode()
    assert 'id="close-outs"' in entry


def test_page_of_passing_on_is_absent_where_the_scheme_lets_nothing_pass(shown: Shown, finance: Client) -> None:
    answers = [finance.get(reverse("office-tranche-reallocate", args=["edctp3", code])) for code in ("a", "b", "c")]
    assert [answer.status_code for answer in answers] == [404, 200, 404]
    envelope = finance.get(reverse("office-envelope", args=["edctp3"])).content.decode()
    assert envelope.count("/reallocate/") == 1


def test_funnel_is_told_by_project_partner_and_year(shown: Shown, finance: Client) -> None:
    year = str(shown.cash.day(85).year)
    for by, key in (("project", "one"), ("partner", "trust"), ("year", year)):
        answer = finance.get(reverse("office-trajectory", args=["edctp3"]), {"format": "json", "by": by})
        row = next(row for row in answer.json()["rows"] if row["key"] == key)
        assert (row["validated_cents"], row["reported_cents"]) == (MILLION, MILLION)
    assert row["certification_yield"] == "1"


def test_trajectory_of_a_scheme_with_a_least_share_says_what_it_brings(db: None, client: Client) -> None:
    Cash.make("ihi")
    html = client.get(reverse("trajectory", args=["ihi"])).content.decode()
    for figure in ("957.1", "242.9", "212.7", "30.2"):
        assert f"EUR {figure} m" in html.replace("\u00a0", " ").replace("\u202f", " "), figure
    sheet = client.get(reverse("trajectory", args=["ihi"]), {"format": "json"})
    assert sheet.status_code == 200


def test_pledge_that_rests_on_another_is_refused_beside_its_field(db: None) -> None:
    cash = Cash.make("ihi")
    first = cash.committed(MILLION, "Trust")
    cash.office.topic("T2")
    client = Client()
    client.force_login(cash.person(roles.FINANCE_OFFICER))
    data = {
        "target": "topic:T2",
        "organisation": cash.office.organisation("Charity").slug,
        "capacity": "partner:FC",
        "amount": "5",
        "no_other_union_funding": "yes",
        "place": "unknown",
        "effective_on": cash.day(0).isoformat(),
        "reason": "A pledge",
        "cites": first.reference,
        "record": "1",
        "token": tokens.new(),
    }
    answer = client.post(reverse("office-pledge", args=["ihi"]), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"“Matched by Contributing Partners” takes new money only, and {first.reference} stands already." in html
    assert 'href="#id_cites"' in html
    recorded = client.post(reverse("office-pledge", args=["ihi"]), {**data, "cites": "", "token": tokens.new()})
    assert recorded.status_code == 302


def test_invoice_is_taken_back_with_a_reason_and_the_instalment_can_be_invoiced_again(
    shown: Shown, finance: Client
) -> None:
    made = shown.cash.invoiced(shown.contribution, 50_000, 20)
    address, page = reverse("office-instalment-take-back", args=[made.pk]), reverse("office-instalment", args=[made.pk])
    assert f'href="{address}"' in finance.get(page).content.decode()
    answer = finance.post(address, {"reason": " ", "token": tokens.new()})
    assert answer.status_code == 422
    finance.post(address, {"reason": "The number was wrong", "token": tokens.new()})
    html = finance.get(page).content.decode()
    assert ("not invoiced yet" in html, f'href="{address}"' in html) == (True, False)
    row = AuditEvent.objects.get(action="take back invoice")
    assert (row.reason, row.before["invoice_number"], row.after) == (
        "The number was wrong",
        f"F-{made.pk}",
        {"invoice_number": "", "invoiced_on": None},
    )
    again = {"invoice_number": "F-new", "invoiced_on": shown.cash.day(0).isoformat(), "token": tokens.new()}
    finance.post(reverse("office-instalment-invoice", args=[made.pk]), again)
    assert "F-new, sent" in finance.get(page).content.decode()


def test_invoice_for_which_something_came_or_a_notice_is_open_is_not_taken_back(shown: Shown, finance: Client) -> None:
    for one, wrong in ((shown.paid, "EUR 1,000,000 came for it."), (shown.late, "A notice about it is open.")):
        answer = finance.post(
            reverse("office-instalment-take-back", args=[one.pk]), {"reason": "A test", "token": tokens.new()}
        )
        assert (answer.status_code, wrong in answer.content.decode()) == (422, True)
        assert "/invoice/take-back/" not in finance.get(reverse("office-instalment", args=[one.pk])).content.decode()


def test_instalments_of_a_joint_contribution_say_that_it_is_joint(shown: Shown, finance: Client) -> None:
    ContributionParty.objects.create(
        contribution=shown.contribution, organisation=shown.cash.office.organisation("Charity")
    )
    words = "the split is not published"
    assert f"joint; {words}" in finance.get(reverse("office-instalments")).content.decode()
    page = finance.get(reverse("office-instalment", args=[shown.late.pk])).content.decode()
    assert f"jointly, in full; {words}" in page
    rows = finance.get(reverse("office-instalments"), {"format": "json"}).json()["rows"]
    assert {(row["partners"], row["is_joint"]) for row in rows} == {("Trust; Charity", True)}
    Contact.objects.create(
        organisation=shown.cash.office.organisation("Trust"), name="T", email="t@trust.example", is_first=True
    )
    shown.cash.invoiced(shown.contribution, 100_000, 30)
    told = Message.objects.get(recipient="t@trust.example")
    assert "EUR 1,000 in all, given jointly by Trust, Charity." in told.text


def test_instalment_and_notice_lead_to_everything_that_happened_to_them(shown: Shown, finance: Client) -> None:
    own = f"edctp3/contribution/{shown.contribution.reference}/instalment/{shown.late.number}"
    pages = {
        reverse("office-instalment", args=[shown.late.pk]): own,
        reverse("office-notice", args=[shown.notice.pk]): f"{own}/notice/{shown.notice.pk}",
    }
    auditor = Client()
    auditor.force_login(shown.cash.person(roles.AUDITOR))
    for page, about in pages.items():
        assert f'?about={about}"' in auditor.get(page).content.decode()
    assert AuditEvent.objects.filter(subject=own).exists()
