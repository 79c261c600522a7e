"""What a report says against itself is refused in words: countries, certificates, and periods that have not begun."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from tests.books import FINANCE, MILLION, refused
from tests.rounds import AT, CERTIFICATE, SIGNED, YEAR, Round, cost
from tests.worlds import world

from cofund.actions.moves import Statements
from cofund.actions.rounds import activities, checking, in_kind, reports
from cofund.actions.rounds.activities import NewActivity
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Activity, Certificate, InKindLine, Report
from cofund.rules.places import contradiction
from cofund.web.routes import reverse


@world
def site() -> Round:
    return Round.opened()


@pytest.mark.parametrize(
    ("place", "country", "on", "said"),
    [
        ("eu", "DE", None, ""),
        ("eu", "EL", None, ""),
        ("eu", "", None, ""),
        ("unknown", "US", None, ""),
        ("third", "US", None, ""),
        # Which countries are associated changes: Switzerland is taken as either.
        ("associated", "CH", None, ""),
        ("third", "CH", None, ""),
        ("eu", "us", None, "US is not in the Union, and the place of cost says otherwise."),
        ("third", "FR", None, "FR is in the Union, and the place of cost says otherwise."),
        ("associated", "FR", None, "FR is in the Union, and the place of cost says otherwise."),
        ("eu", "UK", dt.date(2020, 1, 31), ""),
        ("eu", "UK", dt.date(2020, 2, 1), "GB is not in the Union, and the place of cost says otherwise."),
        ("eu", "XX", None, "XX is no country."),
    ],
)
def test_place_and_country_fit_or_it_is_said(place: str, country: str, on: dt.date | None, said: str) -> None:
    assert contradiction(place, country, on) == said


def test_cost_in_another_country_than_its_place_is_refused(site: Round) -> None:
    report = site.report()
    error = refused(lambda: in_kind.add(FINANCE, report, 1, cost(100, place="eu", country="US"), at=AT))
    assert (error.wrong, error.fields["field"]) == (
        "US is not in the Union, and the place of cost says otherwise.",
        "country",
    )
    assert InKindLine.objects.count() == 1
    in_kind.add(FINANCE, report, 1, cost(100, place="eu", country="de"), at=AT)
    assert InKindLine.objects.filter(country="DE").count() == 1


def test_activity_in_another_country_than_its_place_is_refused(site: Round) -> None:
    wanted = NewActivity(site.member, "member", "IKAA", "A school", place="associated", country="FR")
    error = refused(lambda: activities.record(FINANCE, site.scheme, wanted, at=AT))
    assert (error.wrong, error.remedy) == (
        "FR is in the Union, and the place of cost says otherwise.",
        "Correct the country or the place of cost.",
    )
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "wrong"),
    [
        ({"auditor": " m "}, "auditor", "M cannot certify its own report. (Regulation (EU) 2021/2085, Article 11)"),
        (
            {"signed_on": dt.date(YEAR - 1, 12, 31)},
            "signed_on",
            "The report is about 2025-01-01 to 2025-12-31, and that day is before it.",
        ),
    ],
)
def test_certificate_that_cannot_be_one_is_refused(
    site: Round, changes: dict[str, object], field: str, wrong: str
) -> None:
    report = site.report("submitted")
    wanted = replace(CERTIFICATE, **changes)  # type: ignore[arg-type]
    error = refused(lambda: checking.certify(FINANCE, report, wanted, at=AT))
    assert (error.wrong, error.fields["field"], Certificate.objects.count()) == (wrong, field, 0)


def test_costs_that_arise_elsewhere_than_booked_are_told(site: Round) -> None:
    client = Client()
    client.force_login(User.objects.create_user("finance", role="finance_officer"))
    office, target = site.office, Target(topic=site.office.topic("T-Y"))
    found = []
    for name, place in (("Here", "eu"), ("There", "third")):
        stated = Statements(True, place=place)
        made = office.pledge(MILLION, name, target=target, role="member", kind="IKOP", on=SIGNED, stated=stated)
        office.endorse(made.contribution, on=SIGNED)
        found.append(made.contribution)
    office.reserve(target, SIGNED)
    office.commit(target, office.project("y", target.topic), SIGNED)
    pages = []
    for one in found:
        one.refresh_from_db()
        giver = one.parties.get()
        wanted = NewReport(giver, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
        report = reports.start(FINANCE, site.scheme, wanted, at=AT)
        line = reports.write_line(FINANCE, report, Reported(contribution=one), at=AT)
        in_kind.add(FINANCE, report, line.number, cost(100_00, place="third", country="US"), at=AT)
        pages.append(client.get(reverse("office-report", args=[report.reference])).content.decode())
    title = "Costs arise elsewhere than they are booked"
    assert [title in page for page in pages] == [True, False]
    assert f"Line 1, {found[0].reference} to Y: EUR 100 in third countries, booked in the Union" in pages[0]


def test_period_that_has_not_begun_is_not_reported(site: Round) -> None:
    tomorrow = AT.date() + dt.timedelta(days=1)
    wanted = NewReport(site.member, YEAR + 1, tomorrow, dt.date(YEAR + 1, 12, 31))
    error = refused(lambda: reports.start(FINANCE, site.scheme, wanted, at=AT))
    assert (error.wrong, error.fields["field"]) == (
        "The period begins on 2026-05-29, and nothing can have been given in it yet.",
        "year",
    )
    assert Report.objects.count() == 0
    reports.start(FINANCE, site.scheme, replace(wanted, from_on=AT.date()), at=AT)
    assert Report.objects.count() == 1
