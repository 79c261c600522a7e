"""Two programmes that keep their books in two currencies: every total stands once for each, and none adds them up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import FINANCE, Office, fund
from tests.leads import OFFICER
from tests.rights import partner
from tests.worlds import world

from cofund.actions import instalments
from cofund.actions import leads as leading
from cofund.actions.instalments import Planned
from cofund.actions.leads import LeadFacts, NewLead
from cofund.queries import instalments as due
from cofund.queries import leads, partner_credit, standings, statements
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Lead

# What Trust gives to each, and what of it is due as an instalment, in cents: no two of them, nor their sums, look alike.
GIVEN = {"CHF": 37_000, "EUR": 52_000}
DUE = {"CHF": 11_000, "EUR": 23_000}
WANTED = {"CHF": 61_000, "EUR": 83_000}
ADDED_UP = [f"{currency} {sum(one.values()) // 100:,}" for one in (GIVEN, DUE, WANTED) for currency in one]


@dataclass
class TwoFunds:
    """Trust gives money to a fund in euro and to one in francs, and may give more to each."""

    trust: Organisation

    @classmethod
    def opened(cls) -> TwoFunds:
        """Both books, with a committed contribution, an instalment and a lead in each."""
        for code, currency in (("fund", "EUR"), ("alpine", "CHF")):
            text = fund().replace('code = "fund"', f'code = "{code}"').replace('"EUR"', f'"{currency}"')
            office = Office.with_scheme(text, code)
            made = office.committed(GIVEN[currency], "Trust")
            instalments.plan(FINANCE, made, Planned(dt.date(2016, 1, 31), DUE[currency]))
            facts = LeadFacts(amount_cents=WANTED[currency])
            leading.open_lead(OFFICER, NewLead(code, office.organisation("Trust"), "knocks", facts))
        return cls(office.organisation("Trust"))


@world
def site() -> TwoFunds:
    """Both funds."""
    return TwoFunds.opened()


@pytest.fixture
def finance(site: TwoFunds) -> Client:
    """A browser of the finance officer."""
    client = Client()
    client.force_login(User.objects.create_user("fred", role="finance_officer", password=None))
    return client


def test_every_total_is_told_once_for_each_currency(site: TwoFunds) -> None:
    living = {currency: amounts[0] for currency, amounts in standings.sums(standings.today()).items()}
    late = {one.currency: (one.amount_cents, one.late_cents) for one in due.totals(due.counted())}
    stated = {
        one.currency: (one.given_cents, one.unlocked_cents)
        for one in statements.totals(statements.of_partner(site.trust))
    }
    credit = {
        one.currency: (one.given_cents, one.matched_cents) for one in partner_credit.of_partner(site.trust).totals
    }
    assert (living, late) == (GIVEN, {currency: (cents, cents) for currency, cents in DUE.items()})
    assert stated == credit == {currency: (cents, cents) for currency, cents in GIVEN.items()}
    assert leads.count_and_sums(Lead.objects.all()) == (2, WANTED)


@pytest.mark.parametrize(
    ("name", "amounts"),
    [("office-contributions", GIVEN), ("office-instalments", DUE), ("office-leads-table", WANTED)],
)
def test_lists_end_in_a_total_for_each_currency(finance: Client, name: str, amounts: dict[str, int]) -> None:
    html = finance.get(reverse(name)).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert html.count("All of them") == 2
    assert [words for words in ADDED_UP if words in html] == []
    assert [f"{currency} {cents // 100}" in html for currency, cents in amounts.items()] == [True, True]


@pytest.mark.parametrize("name", ["office-partner", "office-partner-statement", "partner-credit"])
def test_pages_of_a_partner_tell_each_currency_apart(site: TwoFunds, finance: Client, name: str) -> None:
    html = finance.get(reverse(name, args=["trust"])).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert [f"{currency} {cents // 100}" in html for currency, cents in GIVEN.items()] == [True, True]
    assert [words for words in ADDED_UP if words in html] == []


def test_desk_of_a_partner_tells_each_currency_apart(site: TwoFunds) -> None:
    client = Client()
    client.force_login(partner("pia", site.trust, "read"))
    html = client.get(reverse("desk")).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert [f"{currency} {cents // 100}" in html for currency, cents in GIVEN.items()] == [True, True]
    assert [words for words in ADDED_UP if words in html] == []
