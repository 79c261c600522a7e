"""The leverage report: L1 to L4 of committed and certified money, then and now, and every restatement with its amount."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

from tests.books import DAY, FINANCE, MILLION, Office, fund
from tests.formulas import Recomputed
from tests.pdfs import assert_accessible, read, tags
from tests.worlds import world

from cofund.actions import contributions, corrections
from cofund.exporters import tables_excel
from cofund.exporters.documents.leverage import leverage_pdf
from cofund.queries.documents import leverages
from cofund.queries.documents.given import Moment
from cofund.queries.documents.leverages import CERTIFIED, COMMITTED, Figures, Report
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules.money import in_words
from cofund.rules.steps import Steps

BOOKED = dt.datetime(2016, 1, 10, 12, tzinfo=dt.UTC)
PUBLISHED = dt.datetime(2017, 3, 1, 12, tzinfo=dt.UTC)
RESTATED = dt.datetime(2018, 3, 15, 12, tzinfo=dt.UTC)
EARLIER = dt.date(2016, 12, 31)
LATER_DAY = dt.date(2018, 2, 1)


@world
def office() -> Office:
    """A project of a partner with EUR 10 m, of which 2 m are delivered, and a member with EUR 30 m; all of it before the report."""
    office = Office.with_scheme(fund(cap="1_000_000_000"), "fund")
    office.at = BOOKED
    office.pledge(10 * MILLION, "Trust")
    office.pledge(30 * MILLION, "Company", role="other")
    for one in Contribution.objects.all():
        office.endorse(one)
    office.reserve()
    office.commit()
    contributions.deliver(FINANCE, partner(), 2 * MILLION, office.grounds(), at=BOOKED)
    return office


def partner() -> Contribution:
    """The contribution of the partner."""
    return Contribution.objects.get(role="partner")


def report() -> Report:
    """The report of the end of 2016 as it was published, beside today's."""
    return leverages.report("fund", Moment.of(EARLIER, PUBLISHED), Moment.of())


def restate(office: Office) -> None:
    """Correct the delivery, and deliver another amount on a later day."""
    corrections.correct(FINANCE, Entry.objects.get(kind="deliver"), office.grounds(), at=RESTATED)
    later = RESTATED + dt.timedelta(hours=1)
    contributions.deliver(FINANCE, partner(), 3 * MILLION + 1, office.grounds(LATER_DAY), at=later)


def test_four_figures_of_committed_and_certified_money(office: Office) -> None:
    found = report().now
    assert found.total(COMMITTED) == Figures(10 * MILLION, 10 * MILLION, 10 * MILLION, 40 * MILLION, 0)
    assert found.total(CERTIFIED) == Figures(2 * MILLION, 2 * MILLION, 2 * MILLION, 2 * MILLION, 0)
    committed, certified = found.total(COMMITTED).leverage, found.total(CERTIFIED).leverage
    assert (committed.l1, committed.l2, committed.l3, committed.l4) == (2, 5, 2, 4)
    assert (certified.l1, certified.l2, certified.l3, certified.l4) == (2, 2, 2, 1)


def test_nothing_is_restated_while_nothing_is_recorded_about_the_days_before(office: Office) -> None:
    later = RESTATED + dt.timedelta(hours=1)
    contributions.deliver(FINANCE, partner(), 3 * MILLION, office.grounds(LATER_DAY), at=later)
    found = report()
    assert (found.is_restated, found.restatements) == (False, ())
    assert found.published.steps == found.anew.steps != found.now.steps


def test_restatement_is_what_was_recorded_later_about_days_up_to_the_report(office: Office) -> None:
    restate(office)
    found = report()
    correction = Entry.objects.get(kind="correct")
    lost = Steps(reported=-2 * MILLION, certified=-2 * MILLION, validated=-2 * MILLION, consumed=-2 * MILLION)
    assert [(one.entry.pk, one.steps, one.awarded_cents) for one in found.restatements] == [(correction.pk, lost, 0)]
    assert found.anew.steps - found.published.steps == lost
    assert found.published.total(CERTIFIED).partners_cents == 2 * MILLION
    assert found.anew.total(CERTIFIED).partners_cents == 0
    assert found.now.total(CERTIFIED).partners_cents == 3 * MILLION + 1


def test_restatements_add_up_to_the_difference_of_every_figure(office: Office) -> None:
    restate(office)
    office.at = RESTATED + dt.timedelta(days=1)
    office.award(50 * MILLION, leverages.Target(project=office.project()), on=DAY)
    contributions.withdraw(FINANCE, Contribution.objects.get(role="other"), office.grounds(DAY), at=office.at)
    found = report()
    assert sum((one.steps for one in found.restatements), Steps()) == found.anew.steps - found.published.steps
    assert sum(one.awarded_cents for one in found.restatements) == 50 * MILLION
    assert found.anew.awarded_cents - found.published.awarded_cents == 50 * MILLION


def test_report_as_published_never_changes(office: Office) -> None:
    before = report().published
    restate(office)
    after = report().published
    assert (after.projects, after.steps) == (before.projects, before.steps)


def test_public_origin_of_what_is_certified_is_not_known(office: Office) -> None:
    figures = Figures(100, 100, 100, 200, None)
    assert (figures.leverage.l4, figures.leverage.l4_by_origin) == (2, None)
    assert Figures(100, 100, 100, 200, 50).leverage.l4_by_origin == Fraction(150, 150)


def test_pdf_is_tagged_and_each_number_equals_the_books(office: Office) -> None:
    restate(office)
    found = report()
    reader, words = read(leverage_pdf(found))
    assert_accessible(reader, "Leverage of Fund of the tests")
    assert tags(reader)["/Table"] == 7
    figures = [one.total(basis) for basis in (COMMITTED, CERTIFIED) for one in found.standings]
    expected = {
        cents for one in figures for cents in (one.partners_cents, one.match_cents, one.public_cents, one.total_cents)
    }
    restated = {2 * MILLION, 0}
    written = set(re.findall(r"EUR [\d,]+(?:\.\d\d)?", words))
    assert written == {in_words(cents, "EUR") for cents in expected | restated}
    assert "L1 Partner multiplier 2.000 2.000 2.000 2.000 not known 2.000" in words
    assert "Certified EUR 2,000,000 EUR 0 EUR 2,000,000 less" in words
    assert "Published by what was known at 1 March 2017, 13:00:00 CET" in words
    assert "Corrected, corrects entry" in words


def test_pdf_says_that_nothing_was_restated(office: Office) -> None:
    assert "Nothing. The earlier report reads the same today." in read(leverage_pdf(report()))[1]


def test_workbook_computes_the_four_figures_from_the_projects(office: Office) -> None:
    restate(office)
    found = report()
    book = Recomputed(tables_excel.workbook(leverages.document(found)))
    assert book.differences() == []
    sheet = book.book["Leverage"]
    heading = next(row for row in sheet.iter_rows() if row[0].value == "Basis")
    places = {cell.value: cell.column_letter for cell in heading}
    now = found.now.total(CERTIFIED)
    row = heading[0].row + 6
    assert book.value("Leverage", f"{places['L1 Partner multiplier']}{row}") == 2
    assert book.value("Leverage", f"{places['Match on them']}{row}") == now.match_cents / 100
    restated = book.book["Restatements"]
    assert book.value("Restatements", f"H{restated.max_row}") == -2_000_000
