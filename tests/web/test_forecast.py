"""The forecast against plan: what plans and instalments say of each year, beside what came, in the query and on the page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import FINANCE, MILLION
from tests.rounds import AT, SIGNED, YEAR, Round
from tests.worlds import world

from cofund.actions import instalments, notices
from cofund.actions.instalments import Planned as Due
from cofund.actions.notices import Given
from cofund.actions.rounds import plans
from cofund.actions.rounds.plans import Planned
from cofund.queries import trajectories
from cofund.queries.funnels import Year
from cofund.queries.leaving_out import Without
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution, Instalment
from cofund.records.programme.models import Project


@world
def site() -> Round:
    """The round of IHI."""
    return Round.opened()


@pytest.fixture
def cash(site: Round) -> Contribution:
    """EUR 1.0 m of Foundation F in money for another project, which is over."""
    target = Target(topic=site.office.topic("T-Y"))
    given = site.office.pledge(MILLION, "Foundation F", target=target, kind="FC", on=SIGNED).contribution
    site.office.endorse(given, on=SIGNED)
    site.office.reserve(target, SIGNED)
    site.office.commit(target, site.office.project("y", target.topic), SIGNED)
    Project.objects.filter(slug="y").update(starts_on=SIGNED, ends_on=dt.date(YEAR, 12, 31))
    return Contribution.objects.select_related("book__scheme", "project").get(pk=given.pk)


def due(cash: Contribution, on: dt.date, cents: int, invoice: str = "") -> Instalment:
    """An instalment that is due on a day, invoiced where it is given a number."""
    made = instalments.plan(FINANCE, cash, Due(on, cents))
    return instalments.invoice(FINANCE, made, invoice, on - dt.timedelta(days=30)) if invoice else made


def forecast(*without: Contribution) -> tuple[Year, ...]:
    """The forecast of the programme, as somebody sees it from whom contributions are held back."""
    return trajectories.of_scheme("ihi", Without.of(one.pk for one in without)).years


def planned(cents: int) -> tuple[Year, ...]:
    """A forecast that says of the year of the round what is planned in kind, and nothing else."""
    return (Year(YEAR, cents, 0, 0),)


def cells(row: str) -> list[str]:
    """The words in each cell of a table's row."""
    found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
    return [" ".join(re.sub(r"<[^>]*>", "", cell).split()) for cell in found]


def test_plan_counts_once_it_is_handed_in_and_its_newest_version_alone(site: Round) -> None:
    plan = plans.start(FINANCE, site.scheme, site.member, YEAR, at=AT)
    plans.write_line(FINANCE, plan, Planned(MILLION, activity=site.activity), at=AT)
    assert forecast() == ()
    plan = plans.submit(FINANCE, plan, at=AT)
    assert forecast() == planned(MILLION)
    plans.approve(FINANCE, plan, "GB-1", dt.date(2024, 12, 10), at=AT)
    amended = plans.amend(FINANCE, plan, "More hospitals", at=AT)
    plans.write_line(FINANCE, amended, Planned(MILLION * 6 // 5, activity=site.activity), at=AT)
    # Until it is handed in, the version that the board approved is the plan.
    assert forecast() == planned(MILLION)
    amended = plans.submit(FINANCE, amended, at=AT)
    assert forecast() == planned(MILLION * 6 // 5)
    plans.approve(FINANCE, amended, "GB-2", dt.date(2025, 3, 1), at=AT)
    assert forecast() == planned(MILLION * 6 // 5)


def test_returned_plan_plans_nothing(site: Round) -> None:
    site.plan("returned")
    assert forecast() == ()


def test_years_tell_plans_and_instalments_beside_what_came(site: Round, cash: Contribution) -> None:
    site.plan("approved"), site.report("validated")
    first = due(cash, dt.date(YEAR, 9, 30), 40_000_000, "F-1")
    late = due(cash, dt.date(YEAR + 1, 1, 31), 30_000_000, "F-2")
    instalments.receive(FINANCE, first, 25_000_000, site.office.grounds(dt.date(YEAR, 10, 5), decided=False))
    this, following = Year(YEAR, MILLION, 40_000_000, 90_000_000 + 25_000_000), Year(YEAR + 1, 0, 30_000_000, 0)
    assert forecast() == (this, following)
    assert (this.planned_cents, following.planned_cents) == (140_000_000, 30_000_000)
    # The additional activity of M came, whoever does not count the cash.
    assert forecast(cash) == (Year(YEAR, MILLION, 0, 90_000_000),)
    notice = notices.give_default(
        FINANCE, late, Given("It did not come", dt.date(YEAR + 1, 2, 10), dt.date(YEAR + 1, 3, 10))
    )
    notices.terminate(FINANCE, notice, site.office.grounds(dt.date(YEAR + 1, 4, 1)))
    # What a notice ended is not due any more.
    assert forecast() == (this,)


def test_page_tells_planned_and_come_year_by_year(site: Round, cash: Contribution) -> None:
    site.plan("approved"), site.report("validated")
    due(cash, dt.date(YEAR, 9, 30), 40_000_000)
    due(cash, dt.date(YEAR + 1, 1, 31), 30_000_000)
    client = Client()
    client.force_login(User.objects.create_user("fred", role="finance_officer", password=None))
    html = client.get(reverse("office-trajectory", args=["ihi"])).content.decode()
    table = html[html.index('id="forecast-years"') :]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table[table.index("<tbody") : table.index("</tbody>")], re.S)
    assert [cells(row) for row in rows] == [
        ["2025", "EUR 1,000,000", "EUR 400,000", "EUR 1,400,000", "EUR 900,000", "minus EUR 500,000", "64.3 %"],
        ["2026", "EUR 0", "EUR 300,000", "EUR 300,000", "EUR 0", "minus EUR 300,000", "0.0 %"],
    ]
