"""Documents as tables: each figure is the one of the books at the moment, and workbooks compute the same from their formulas."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.books import DAY, FINANCE, MILLION, Office, fund, shipped
from tests.formulas import Recomputed
from tests.rounds import AT, CERTIFICATE, YEAR, Round, cost
from tests.worlds import world

from cofund.actions import contributions, corrections
from cofund.actions.rounds import checking, in_kind, plans, reports
from cofund.actions.rounds.checking import Acceptance
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.exporters import tables_csv, tables_excel
from cofund.queries import funnels
from cofund.queries.documents import activities, annual, catalogue, given, leverages, participants
from cofund.queries.documents.given import Moment
from cofund.queries.documents.shapes import Document, Filled, Value
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules.steps import Steps

BOOKED = dt.datetime(2016, 1, 10, 12, tzinfo=dt.UTC)
LATER = dt.datetime(2018, 3, 15, 12, tzinfo=dt.UTC)
NOW = dt.date(2026, 6, 30)
FORMULA = "=cmd|calc!A1"


def rows_of(found: Filled | None, *keys: str) -> dict[str, tuple[Value, ...]]:
    """Columns of a sheet by the first value of each row; the total under `Total`."""
    assert found is not None
    places = [found.sheet.places[key] for key in keys]
    rows = {str(row[0]): tuple(row[place] for place in places) for row in found.rows}
    if found.total is not None:
        rows["Total"] = tuple(found.total[place] for place in places)
    return rows


@world
def office() -> Office:
    """The tests' own fund with a committed project: a foundation, two that give jointly, a member; cents that do not round."""
    office = Office.with_scheme(fund(cap="1_000_000_000"), "fund")
    office.at = BOOKED
    for name, kind, country in (
        ("Trust", "foundation", "GB"),
        (FORMULA, "company", "DE"),
        ("Hospital", "public_research", "DE"),
    ):
        one = office.organisation(name)
        one.kind, one.country = kind, country
        one.save()
    office.pledge(10 * MILLION + 1, "Trust")
    office.pledge(20 * MILLION + 33, "Trust", "Hospital")
    office.pledge(30 * MILLION + 10, FORMULA, role="member", accepts_unmatched=True)
    for given_ in Contribution.objects.all():
        office.endorse(given_)
    office.reserve()
    office.commit()
    contributions.deliver(FINANCE, Contribution.objects.order_by("pk")[0], 2 * MILLION + 7, office.grounds(), at=BOOKED)
    return office


def annual_of(moment: Moment | None = None) -> Document:
    """The annual tables of the fund for 2015."""
    return annual.annual_report("fund", moment or Moment.of(), DAY.year, is_public=False)


def test_contributions_are_added_up_once_however_they_are_cut(office: Office) -> None:
    document = annual_of()
    total = (60 * MILLION + 44, 2 * MILLION + 7, 2 * MILLION + 7, 2 * MILLION + 7)
    for key in ("by-type", "by-role", "by-kind", "by-project", "by-country"):
        found = rows_of(document.sheet(key), "committed", "reported", "certified", "validated")
        assert found["Total"] == total, key
    by_type = rows_of(document.sheet("by-type"), "committed", "share")
    assert by_type["Foundation or philanthropy"][0] == 10 * MILLION + 1
    assert by_type["Several kinds together (joint, split not known)"][0] == 20 * MILLION + 33
    by_country = rows_of(document.sheet("by-country"), "committed", "consumed")
    assert by_country["GB"] == (10 * MILLION + 1, 2 * MILLION + 7)
    assert by_country["Several countries together (joint, split not known)"] == (20 * MILLION + 33, 0)


def test_joint_contribution_is_one_row_with_all_names(office: Office) -> None:
    found = rows_of(annual_of().sheet("contributions"), "given_by")
    assert ("Trust; Hospital",) in found.values()


def test_totals_are_those_of_the_funnel(office: Office) -> None:
    funnel = funnels.total(funnels.parts("fund"))
    found = rows_of(annual_of().sheet("by-project"), "committed", "reported", "certified", "validated")["Total"]
    assert found == (funnel.committed_cents, funnel.reported_cents, funnel.certified_cents, funnel.validated_cents)


def test_totals_of_a_round_with_a_refusal_and_a_return_are_those_of_the_funnel(db: None) -> None:
    site = Round.opened()
    report = site.grant_report(155_000_000)
    checking.validate(FINANCE, report, {1: Acceptance(150_000_000, "Not eligible")}, at=AT)
    wanted = NewReport(site.member, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31), "grant")
    second = reports.start(FINANCE, site.scheme, wanted, at=AT)
    reports.write_line(FINANCE, second, Reported(10_000, contribution=site.by_member), at=AT)
    reports.send_back(FINANCE, reports.submit(FINANCE, second, "Coordinator", at=AT), "Say where", at=AT)
    funnel = funnels.total(funnels.parts("ihi"))
    steps = sum((row.steps for row in given.of_scheme("ihi", Moment.of())), Steps())
    assert (steps.committed, steps.reported, steps.validated) == (5 * MILLION, 155_000_000, 150_000_000)
    assert (steps.committed, steps.certified, steps.validated) == (
        funnel.committed_cents,
        funnel.certified_cents,
        funnel.validated_cents,
    )


def test_past_instant_reads_as_it_did_after_a_later_correction(office: Office) -> None:
    before = Moment.of(known_at=LATER - dt.timedelta(days=1))
    was = [one.rows for one in annual_of(before).filled]
    delivery = Entry.objects.get(kind="deliver")
    corrections.correct(FINANCE, delivery, office.grounds(), at=LATER)
    assert [one.rows for one in annual_of(before).filled] == was
    now = rows_of(annual_of().sheet("by-project"), "committed", "validated", "consumed")["Total"]
    then = rows_of(annual_of(before).sheet("by-project"), "committed", "validated", "consumed")["Total"]
    assert (then, now) == (
        (60 * MILLION + 44, 2 * MILLION + 7, 2 * MILLION + 7),
        (60 * MILLION + 44, 0, 0),
    )


def test_day_before_the_grant_has_nothing(office: Office) -> None:
    found = annual_of(Moment.of(DAY - dt.timedelta(days=1)))
    assert [one.rows for one in found.filled] == [()] * 6
    assert Recomputed(tables_excel.workbook(found)).differences() == []


@pytest.mark.parametrize("key", [kind.key for kind in catalogue.KINDS])
def test_workbook_computes_what_it_keeps(office: Office, key: str) -> None:
    site = Round.opened()
    site.plan("approved")
    site.report("validated")
    kind = catalogue.find("ihi", key, only_public=False)
    assert kind is not None
    book = Recomputed(tables_excel.workbook(kind.make("ihi", Moment.of(), YEAR, False)))
    assert len(book.formulas()) >= 5
    assert book.differences() == []


def test_workbook_follows_a_cell_that_is_changed(office: Office) -> None:
    content = tables_excel.workbook(annual_of())
    book = Recomputed(content)
    sheet = book.book["Contributions"]
    heading = next(row for row in sheet.iter_rows() if row[0].value == "Reference")
    column = next(cell.column for cell in heading if cell.value == "Committed")
    sheet.cell(heading[0].row + 1, column).value = 0.05
    total = book.book["By project"]
    last = total.max_row
    assert book.value("By project", f"B{last}") == 50_000_000.43 + 0.05
    assert book.value("By country", f"B{book.book['By country'].max_row}") == 50_000_000.48


def test_amounts_of_a_workbook_are_exact_cents_however_many(office: Office) -> None:
    """The sum of many amounts that binary numbers cannot hold is the exact sum of their cents."""
    drawn = random.Random(7)
    rows = given.of_scheme("fund", Moment.of())
    many = tuple(
        given.Given(
            number, f"many-{number}", "partner", "FC", "project/p1", "P1", None, rows[0].givers, "eu", "recorded", 0,
            Steps(committed=drawn.randrange(1, 10**11)), {},
        )
        for number in range(2000)
    )  # fmt: skip
    scheme = annual.framing.scheme_of("fund")
    sheets = [
        annual.grouped_sheet("by-role", "By role", "Roles", "role", [("role/partner", "Partners")]),
        annual.contributions_sheet(scheme, many),
    ]
    document = annual.framing.document("x", "Many", "Many", scheme, Moment.of(), sheets)
    book = Recomputed(tables_excel.workbook(document))
    cents = sum(row.steps.committed for row in many)
    assert book.differences() == []
    value = book.value("By role", f"B{book.book['By role'].max_row}")
    assert Decimal(repr(value)) == Decimal(cents) / 100


def test_every_sheet_says_its_moment_rules_and_certainty(office: Office) -> None:
    document = annual_of(Moment.of(dt.date(2016, 12, 31), LATER))
    book = Recomputed(tables_excel.workbook(document)).book
    for sheet in book:
        stated = {row[0]: row[1] for row in sheet.iter_rows(min_row=2, max_row=8, max_col=2, values_only=True)}
        assert stated["Programme"] == "Fund of the tests (fund)"
        assert stated["Version of its rules"] == "1"
        assert stated["As of"] == "2016-12-31"
        assert stated["Known at"] == "2018-03-15T13:00:00+01:00"
        assert stated["Currency"] == "EUR"
        assert stated["Year"] == "2015"


def test_assumed_amounts_are_said_to_be_assumed(db: None) -> None:
    office = Office.with_scheme(fund(), "fund")
    row = given.Given(1, "r", "partner", "FC", "project/p", "P", 1, (), "eu", "assumed", 0, Steps(committed=5), {})
    notes = annual.framing.certainty_notes(annual.framing.scheme_of(office.scheme), [row], Moment.of())
    assert notes == ["Assumed, so that the example can be shown: 1 of 1 contributions, EUR 0.05 committed."]


def test_texts_that_look_like_a_formula_are_never_one(office: Office) -> None:
    document = annual_of()
    book = Recomputed(tables_excel.workbook(document)).book
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=cmd|calc!A1"]
    assert cells and all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    sheet = document.sheet("contributions")
    assert sheet is not None
    text = "".join(tables_csv.lines(document, sheet))
    assert "'=cmd|calc!A1" in text and ",=cmd" not in text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_text_cell_of_a_csv_is_guarded(sign: str) -> None:
    assert tables_csv.cell(f"{sign}1+1", "text") == f"'{sign}1+1"


def test_csv_has_plain_decimals_and_says_its_moment_in_each_row(office: Office) -> None:
    document = annual_of(Moment.of(dt.date(2016, 12, 31), LATER))
    sheet = document.sheet("by-country")
    assert sheet is not None
    text = "".join(tables_csv.lines(document, sheet))
    assert text.startswith("\ufeffprogramme,scheme_version,as_of,known_at,currency,year,name,committed,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    found = {row["name"]: row for row in rows}
    assert found["GB"]["committed"] == "10000000.01" and found["GB"]["validated"] == "2000000.07"
    assert {row["as_of"] for row in rows} == {"2016-12-31"}
    assert {row["known_at"] for row in rows} == {"2018-03-15T13:00:00+01:00"}
    assert sum(Decimal(row["committed"]) for row in rows) == Decimal("60000000.44")


def test_states_see_countries_and_places_of_cost(office: Office) -> None:
    document = annual.states_table("fund", Moment.of(), is_public=False)
    assert rows_of(document.sheet("by-place"), "committed") == {
        "Not stated": (60 * MILLION + 44,),
        "Total": (60 * MILLION + 44,),
    }
    found = document.sheet("crossed")
    assert found is not None and found.total is not None
    assert found.total[2] == 60 * MILLION + 44


def test_publication_says_what_is_not_published(db: None) -> None:
    site = Round.opened()
    office = site.office
    target = site.given.project
    assert target is not None
    document = participants.publication("ihi", Moment.of())
    found = rows_of(document.sheet("participants"), "participant", "public_money", "ikop", "fc")
    assert set(found) == {"X", "Total"}
    sheet = document.sheet("participants")
    assert sheet is not None
    places = [sheet.sheet.places[key] for key in ("participant", "public_money", "ikop", "fc")]
    assert [tuple(row[place] for place in places) for row in sheet.rows] == [
        ("Foundation F", "not known", 2 * MILLION, "not published"),
        ("M", "not known", 3 * MILLION, "not published"),
    ]
    project = rows_of(document.sheet("projects"), "public_money", "ikop", "fc")
    assert project["X"] == (
        office.standing("b").committed_cents + office.standing("a").committed_cents,
        5 * MILLION,
        "not published",
    )
    assert Recomputed(tables_excel.workbook(document)).differences() == []


def test_public_tables_tell_of_one_contribution_what_the_scheme_publishes_and_of_all_the_sums(db: None) -> None:
    site = Round.opened()
    site.report("validated")
    keys = ("committed", "validated", "consumed")
    for make in (
        lambda public: annual.annual_report("ihi", Moment.of(), YEAR, is_public=public),
        lambda public: annual.states_table("ihi", Moment.of(), is_public=public),
    ):
        whole, public = make(False), make(True)
        told = rows_of(public.sheet("contributions"), *keys)
        assert set(told.values()) == {
            (2 * MILLION, "not published", "not published"),
            (3 * MILLION, "not published", "not published"),
            (5 * MILLION, None, None),
        }
        for one in whole.filled:
            if one.sheet.key != "contributions":
                assert public.sheet(one.sheet.key) is not None
                assert (public.sheet(one.sheet.key) or one).rows == one.rows, one.sheet.key
                assert (public.sheet(one.sheet.key) or one).total == one.total, one.sheet.key
        assert [
            note
            for note in public.notes
            if note.startswith("Published of each participant: public money, committed in kind.")
        ]
        assert Recomputed(tables_excel.workbook(public)).differences() == []


def test_publication_leaves_out_what_is_not_public_yet(db: None) -> None:
    site = Round.opened()
    before = participants.publication("ihi", Moment.of(dt.date(2023, 5, 1)))
    assert [len(one.rows) for one in before.filled] == [0, 0]
    assert site.given.project is not None


def test_plan_of_additional_activities_is_the_one_that_held(db: None) -> None:
    site = Round.opened()
    site.plan("approved")
    now = activities.plan_of_year("ihi", Moment.of(NOW), YEAR)
    assert rows_of(now.sheet("by-organisation"), "planned") == {"M": (MILLION,), "Total": (MILLION,)}
    found = rows_of(now.sheet("lines"), "activity", "planned", "version", "state", "decision")
    assert found["M"] == ("Training of hospitals", MILLION, 1, "Approved by the board", "GB-1")
    earlier = activities.plan_of_year("ihi", Moment.of(NOW, AT - dt.timedelta(seconds=1)), YEAR)
    assert [len(one.rows) for one in earlier.filled] == [0, 0, 0]


def test_amended_plan_holds_from_its_approval_on(db: None) -> None:
    site = Round.opened()
    plan = site.plan("approved")
    amended = plans.amend(FINANCE, plan, "More hospitals", at=AT + dt.timedelta(days=1))
    plans.submit(FINANCE, amended, at=AT + dt.timedelta(days=2))
    document = activities.plan_of_year("ihi", Moment.of(NOW), YEAR)
    assert rows_of(document.sheet("lines"), "version")["M"] == (1,)
    plans.approve(FINANCE, amended, "GB-2", dt.date(2026, 6, 1), at=AT + dt.timedelta(days=9))
    then = activities.plan_of_year("ihi", Moment.of(NOW, AT + dt.timedelta(days=5)), YEAR)
    now = activities.plan_of_year("ihi", Moment.of(NOW), YEAR)
    assert rows_of(then.sheet("lines"), "version", "decision")["M"] == (1, "GB-1")
    assert rows_of(now.sheet("lines"), "version", "decision")["M"] == (2, "GB-2")


def test_report_on_additional_activities_shows_what_was_planned_and_refused(db: None) -> None:
    site = Round.opened()
    site.plan("approved")
    wanted = NewReport(site.member, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
    report = reports.start(FINANCE, site.scheme, wanted, at=AT)
    line = reports.write_line(FINANCE, report, Reported(activity=site.activity), at=AT)
    in_kind.add(FINANCE, report, line.number, cost(90_000_000), at=AT)
    report = reports.submit(FINANCE, report, "Finance director", at=AT)
    certificate = replace(CERTIFICATE, cents={1: 85_000_000}, reasons={1: "Pay slips are missing"})
    checking.certify(FINANCE, report, certificate, at=AT + dt.timedelta(hours=1))
    accepted = {1: Acceptance(80_000_000, "Hours not recorded", "Article 11")}
    checking.validate(FINANCE, report, accepted, at=AT + dt.timedelta(hours=2))
    amounts = ("planned", "reported", "certified", "validated")
    document = activities.report_of_year("ihi", Moment.of(NOW), YEAR)
    assert rows_of(document.sheet("by-organisation"), *amounts)["M"] == (MILLION, 90_000_000, 85_000_000, 80_000_000)
    told = [
        (report.reference, 5_000_000, "Pay slips are missing", "Certificate of Audit House"),
        (report.reference, 5_000_000, "Hours not recorded", "Article 11"),
    ]
    assert [(row[0], *row[3:6]) for row in document.sheet("refusals").rows] == told
    assert Recomputed(tables_excel.workbook(document)).differences() == []
    then = activities.report_of_year("ihi", Moment.of(NOW, AT + dt.timedelta(minutes=90)), YEAR)
    found = rows_of(then.sheet("lines"), *amounts, "state")
    assert found["M"] == (MILLION, 90_000_000, 85_000_000, None, "Certified")
    assert [(row[0], *row[3:6]) for row in then.sheet("refusals").rows] == told[:1]
    before = activities.report_of_year("ihi", Moment.of(NOW, AT + dt.timedelta(minutes=30)), YEAR)
    assert before.sheet("refusals").rows == ()


def test_report_that_was_sent_back_counts_until_then(db: None) -> None:
    site = Round.opened()
    report = site.report("submitted")
    reports.send_back(FINANCE, report, "Say where", at=AT + dt.timedelta(days=3))
    now = activities.report_of_year("ihi", Moment.of(NOW), YEAR)
    then = activities.report_of_year("ihi", Moment.of(NOW, AT + dt.timedelta(days=1)), YEAR)
    assert [len(one.rows) for one in now.filled] == [0, 0, 0, 0]
    assert rows_of(then.sheet("by-organisation"), "reported")["M"] == (90_000_000,)


def test_leverage_document_is_among_those_that_compute(office: Office) -> None:
    document = leverages.document(leverages.report("fund", Moment.of(DAY, BOOKED), Moment.of()))
    assert Recomputed(tables_excel.workbook(document)).differences() == []


def test_schemes_without_additional_activities_have_no_documents_on_them(db: None) -> None:
    Office.with_scheme(fund(), "fund")
    Office.with_scheme(shipped("ihi"), "ihi")
    assert [kind.key for kind in catalogue.kinds_of("fund", only_public=False)] == [
        "annual-report",
        "states",
        "article-116e",
    ]
    assert len(catalogue.kinds_of("ihi", only_public=False)) == 5
    assert catalogue.find("ihi", "ikaa-plan", only_public=True) is None
