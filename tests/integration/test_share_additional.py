"""Limits of a programme: additional activities beside the book count in them, and whoever pledges or endorses is told in time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.books import FINANCE, MILLION
from tests.rights import partner
from tests.rounds import AT, Round
from tests.worlds import world

from cofund.actions.moves import Statements
from cofund.actions.rounds import plans
from cofund.queries import clock, shares
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Plan

pytestmark = pytest.mark.django_db
ON = AT.date()
# The report of the year was due on 31 May.
OVERDUE = dt.date(2026, 6, 1)


@world
def site() -> Round:
    return Round.opened()


def ceiling(on: dt.date = ON, known_at: dt.datetime | None = None) -> tuple[int, int]:
    """Additional activities, and all in-kind contributions of the members, in cents."""
    found = next(
        one for one in shares.of_programme("ihi", as_of=on, known_at=known_at) if one.test.id == "ikaa_ceiling"
    )
    return found.numerator_cents, found.denominator_cents


@pytest.mark.parametrize(
    ("state", "cents"),
    [("draft", 0), ("submitted", 90_000_000), ("certified", 90_000_000), ("validated", 90_000_000), ("returned", 0)],
)
def test_activity_beside_the_book_counts_as_far_as_it_was_reported(site: Round, state: str, cents: int) -> None:
    site.report(state)
    assert ceiling() == (cents, 3 * MILLION + cents)


def test_plan_counts_until_its_report_is_overdue_and_no_longer_once_something_is_reported(site: Round) -> None:
    site.plan("draft")
    assert ceiling() == (0, 3 * MILLION)
    plans.submit(FINANCE, Plan.objects.get(), at=AT)
    assert ceiling() == (MILLION, 4 * MILLION)
    assert ceiling(OVERDUE) == (0, 3 * MILLION)
    site.report("submitted")
    assert ceiling() == (90_000_000, 3 * MILLION + 90_000_000)


def test_what_was_not_known_yet_does_not_count(site: Round) -> None:
    site.report("validated")
    assert ceiling(known_at=AT - dt.timedelta(seconds=1)) == (0, 3 * MILLION)


def test_programme_page_counts_activities_and_says_so(site: Round) -> None:
    site.report("validated", 3 * MILLION)
    page = client_of_office().get("/office/ihi/envelope/").content.decode()
    assert "3,000,000 / 6,000,000 = 50 %" in page
    assert "IKAA: also what members report beside the book." in page


def test_plan_and_report_tell_the_office_of_the_ceiling_and_the_member_not(site: Round) -> None:
    plan, report = site.plan("approved"), site.report("submitted", 3 * MILLION)
    told = "50 % is above the limit of 40 %. (Regulation (EU) 2021/2085, Article 119(2))"
    paths = (f"/office/round/plans/{plan.pk}/", f"/office/round/reports/{report.reference}/")
    reader = Client()
    reader.force_login(partner("max", site.member, "read"))
    for path in paths:
        assert told in client_of_office().get(path).content.decode()
        assert told not in reader.get(path).content.decode()


def test_pledge_and_endorsement_are_told_of_a_limit_of_the_programme(site: Round) -> None:
    told = "Operational in-kind costs in third countries in Innovative Health Initiative: "
    above = "28.57 % is above the limit of 20 %. EUR 600,000 of it is not counted."
    pledged = {"target": "topic:T-Y", "capacity": "partner:IKOP", "amount": "2,000,000", "place": "third"}
    target = Target(topic=site.office.topic("T-Y"))
    client = client_of_office()
    page = client.post("/office/ihi/pledge/preview/", pledged).content.decode()
    assert "Above a limit of the programme" in page
    assert f"With it, {told[:1].lower()}{told[1:]}{above} (Regulation (EU) 2021/2085, Article 119(4)) To pass: " in page
    within = client.post("/office/ihi/pledge/preview/", pledged | {"place": "eu"}).content.decode()
    assert "a limit of the programme" not in within
    stated = Statements(True, place="third")
    made = site.office.pledge(2 * MILLION, "Overseas", target=target, kind="IKOP", on=ON, stated=stated).contribution
    today = clock.today().isoformat()
    typed = {"decision": "GB-9", "decided_on": today, "effective_on": today, "reason": "Endorsed", "step": "preview"}
    page = client.post(f"/office/contributions/{made.reference}/endorse/", typed).content.decode()
    assert f"{told}{above}" in page


def client_of_office() -> Client:
    client = Client()
    client.force_login(User.objects.get_or_create(username="finance", defaults={"role": "finance_officer"})[0])
    return client
