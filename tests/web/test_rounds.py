"""Pages of the yearly round: the list and its files, the way from a contribution to its certificate, and who is led where."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import FINANCE, Office, shipped
from tests.rights import partner
from tests.rounds import AT, CERTIFICATE, YEAR, Round
from tests.worlds import world

from cofund.actions.rounds import checking
from cofund.actions.rounds.checking import Acceptance
from cofund.queries import clock, round_lists
from cofund.records.directory.models import User
from cofund.records.ledger.models import Refusal
from cofund.web.office import tokens

LESS = replace(CERTIFICATE, cents={1: 150_000_000}, reasons={1: "Time sheets are not signed"})


@world
def site() -> Round:
    """The round of IHI."""
    return Round.opened()


@pytest.fixture
def office(site: Round) -> Client:
    """A browser of the finance officer."""
    client = Client()
    client.force_login(User.objects.create_user("fred", role="finance_officer", password=None))
    return client


def test_list_has_the_same_rows_as_its_files(site: Round, office: Client) -> None:
    site.plan("approved"), site.report("validated"), site.grant_report()
    asked = {"programme": "ihi", "year": str(YEAR)}
    rows = office.get(reverse("office-round"), {**asked, "format": "json"}).json()["rows"]
    assert [(row["organisation"], row["plan"], row["report"], row["validated_cents"]) for row in rows] == [
        ("Foundation F", "", "submitted", None),
        ("M", "approved", "validated", 90_000_000),
    ]
    html = office.get(reverse("office-round"), asked).content.decode()
    # An amount stands in its cell twice: to be read, and to be copied exactly.
    assert [html.count(words) for words in ("EUR 900,000", "EUR 1,550,000", "2 organisations")] == [6, 2, 1]
    assert "plans are due on 30 November 2024 and reports on 31 May 2026" in html


def test_list_without_an_address_shows_the_last_year_of_a_programme_that_asks(site: Round, office: Client) -> None:
    html = office.get(reverse("office-round")).content.decode()
    assert "Innovative Health Initiative" in html
    wrong = office.get(reverse("office-round"), {"programme": "nothing", "year": "12", "state": "x", "page": "9"})
    assert wrong.status_code == 200


def test_list_without_an_address_shows_a_programme_in_which_somebody_is(site: Round, office: Client) -> None:
    # First by its code, and nobody is in it.
    Office.with_scheme(shipped("cbe"), "cbe")
    html = office.get(reverse("office-round")).content.decode()
    is_in = bool(round_lists.keys("ihi", clock.today().year - 1, "", ""))
    assert is_in
    assert "Innovative Health Initiative, " in html


def test_partner_is_led_to_its_own_plans_and_reports(site: Round) -> None:
    client = Client()
    client.force_login(partner("max", site.member, "read"))
    assert client.get(reverse("office-round")).headers["Location"] == "/office/partner/m/round/"
    html = client.get("/office/partner/m/round/").content.decode()
    # Who only reads is offered no form.
    assert [html.count(words) for words in ("Training of hospitals", "Write a report", "Write a plan")] == [1, 0, 0]


def test_contribution_leads_to_its_report_and_certificate(site: Round, office: Client) -> None:
    report = site.grant_report()
    checking.certify(FINANCE, report, LESS, at=AT)
    checking.validate(FINANCE, report, {1: Acceptance(148_000_000, "Travel")}, at=AT + dt.timedelta(days=9))
    contribution = office.get(reverse("office-contribution", args=[site.given.reference])).content.decode()
    href = reverse("office-report", args=[report.reference])
    assert contribution.count(f'href="{href}"') == 1
    html = office.get(href).content.decode()
    # The reason stands with the amount and in the history.
    assert [html.count(words) for words in ("Audit House", "74.0 %", "96.8 % of what was reported", "Travel")] == [
        1, 1, 1, 2,
    ]  # fmt: skip
    other = Client()
    other.force_login(partner("max", site.member, "read"))
    assert other.get(href).status_code == 404


def test_report_says_what_was_not_certified_and_what_was_refused(site: Round, office: Client) -> None:
    report = site.grant_report()
    checking.certify(FINANCE, report, LESS, at=AT)
    path = reverse("office-report", args=[report.reference])
    assert "Reported, and not certified by the auditor." in office.get(path).content.decode()
    checking.validate(FINANCE, report, {1: Acceptance(148_000_000, "Travel")}, at=AT + dt.timedelta(days=9))
    html = office.get(path).content.decode()
    assert "Reported, and not certified by the auditor; it is undelivered again." in html
    # Reported EUR 1,550,000, certified 1,500,000, accepted 1,480,000.
    refused = html[html.index('id="refusals"') :]
    told = ("EUR 50,000", "Time sheets are not signed", "EUR 20,000", "Travel", "2 amounts")
    assert [words for words in told if words not in refused] == []
    # A certificate that was recorded before its reasons were asked for still says what it left out.
    Refusal.objects.filter(stage="certificate").delete()
    old = office.get(path).content.decode()
    assert "EUR 50,000" in old[old.index('id="refusals"') :]


def test_certificate_of_less_than_was_reported_asks_why_and_the_proof_tells(site: Round, office: Client) -> None:
    report = site.grant_report()
    address = reverse("office-report-step", args=[report.reference, "certify"])
    form = {
        "auditor": "Audit House",
        "is_independent": "on",
        "scope": "Costs",
        "opinion": "unqualified",
        "signed_on": "2026-05-20",
        "certified_1": "1,500,000",
        "token": tokens.new(),
    }
    answer = office.post(address, form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert ("No reason for not certifying EUR 50,000 is given." in html, 'href="#id_reason_1"' in html) == (True, True)
    answer = office.post(address, {**form, "reason_1": "Time sheets are not signed", "token": tokens.new()})
    assert answer.status_code == 302
    proof = office.get(reverse("office-proof-of", args=[site.given.reference])).content.decode()
    assert "Costs; EUR 50,000 not certified: Time sheets are not signed" in proof


def test_organisation_and_evidence_of_others_answer_as_absent(site: Round) -> None:
    report = site.report("submitted")
    client = Client()
    client.force_login(partner("flora", site.partner, "read", "apply", "sign"))
    for name, more, status in (
        ("office-evidence", [1], 404),
        ("office-certificate", [], 404),
        # To return a report is for the office alone, whichever it is.
        ("office-report-step", ["return"], 403),
    ):
        there, absent = (client.get(reverse(name, args=[one, *more])) for one in (report.reference, "ihi-report-9999"))
        assert (name, there.status_code, absent.status_code) == (name, status, status)
        assert there.content == absent.content
