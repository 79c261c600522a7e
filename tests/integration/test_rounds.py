"""Plans, reports, in-kind lines, certificates and checks: what each writes, and what each refuses in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.books import FINANCE, MILLION, Office, refused, shipped
from tests.rights import partner
from tests.rounds import AT, CERTIFICATE, SIGNED, YEAR, Round, cost
from tests.worlds import world

from cofund.actions.errors import Refused
from cofund.actions.rounds import activities, checking, in_kind, plans, reports
from cofund.actions.rounds.activities import NewActivity
from cofund.actions.rounds.checking import Acceptance
from cofund.actions.rounds.plans import Planned
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries import calendars, clock, round_lists, rounds, schemes
from cofund.queries.pools import Target
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Ask
from cofund.queries.tasks.shapes import Reader
from cofund.queries.verification import verify
from cofund.records.directory.models import Message
from cofund.records.ledger.models import Activity, Entry, InKindLine, Plan, Report, ReportLine
from cofund.records.programme.models import ExchangeRate, Project, Proposal

# Of EUR 1,550,000 that the report of the grant says.
LESS = replace(CERTIFICATE, cents={1: 150_000_000}, reasons={1: "Time sheets are not signed"})


@world
def site() -> Round:
    """The round of IHI."""
    return Round.opened()


def state() -> list[Any]:
    """What a refusal may not change."""
    models: tuple[Any, ...] = (Plan, Report, ReportLine, InKindLine, Activity)
    return [list(model.objects.order_by("pk").values()) for model in models]


def said(act: Callable[[], object]) -> Refused:
    """Do what must be refused; nothing may have been written."""
    before = state()
    error = refused(act)
    assert state() == before
    return error


# Plans.


def test_plan_is_approved_by_a_decision_and_amended_one_at_a_time(site: Round) -> None:
    plan = site.plan("approved")
    assert (plan.number, plan.due_on, plan.decision and plan.decision.number) == (1, dt.date(2024, 11, 30), "GB-1")
    amended = plans.amend(FINANCE, plan, "More hospitals", at=AT)
    assert [(row.number, row.status) for row in rounds.versions_of(plan)] == [(2, "draft"), (1, "approved")]
    assert said(lambda: plans.amend(FINANCE, plan, "Again", at=AT)).wrong.startswith("Version 2 is under way")
    plans.write_line(FINANCE, amended, Planned(120_000_000, activity=site.activity), at=AT)
    plans.submit(FINANCE, amended, at=AT)
    plans.approve(FINANCE, amended, "GB-2", dt.date(2025, 3, 1), at=AT)
    assert [(row.number, row.status) for row in rounds.versions_of(plan)] == [(2, "approved"), (1, "superseded")]
    assert [line.amount_cents for row in rounds.versions_of(plan) for line in row.lines.all()] == [120_000_000, 10**8]


def test_returned_plan_is_followed_by_another_version(site: Round) -> None:
    plan = site.plan("returned")
    assert plan.reason == "More detail"
    assert plans.amend(FINANCE, plan, "With detail", at=AT).number == 2


def test_plan_without_lines_is_not_handed_in(site: Round) -> None:
    plan = site.plan()
    plans.remove_line(FINANCE, plan, 1, at=AT)
    assert said(lambda: plans.submit(FINANCE, plan, at=AT)).wrong == "It has no line."


def test_plan_of_a_year_is_started_once_and_inside_the_programme(site: Round) -> None:
    site.plan()
    start = lambda year: plans.start(FINANCE, site.scheme, site.member, year, at=AT)  # noqa: E731
    assert said(lambda: start(YEAR)).wrong == "There is a plan for that year."
    assert said(lambda: start(2040)).fields["field"] == "year"


def test_line_about_something_of_another_organisation_is_refused(site: Round) -> None:
    plan, report = site.plan(), site.report()
    lines: list[Callable[[], object]] = [
        lambda: plans.write_line(FINANCE, plan, Planned(1, contribution=site.given), at=AT),
        lambda: reports.write_line(FINANCE, report, Reported(1, contribution=site.given), at=AT),
    ]
    assert [said(act).wrong for act in lines] == ["It is nothing of M in this programme."] * 2


# Activities.


def test_costs_outside_of_place_and_window_are_refused_with_the_article(site: Round) -> None:
    project = Project.objects.get(slug="x")
    Proposal.objects.create(
        topic=site.office.topic("T-X"), code="P", project=project, submitted_on=dt.date(2022, 9, 20)
    )
    wanted = NewActivity(site.member, "member", "IKAA", "Training", project=project, place="eu")
    outside = [
        replace(wanted, place="third"),
        replace(wanted, from_on=dt.date(2022, 9, 19)),
        replace(wanted, until_on=dt.date(2030, 1, 1)),
    ]
    found = [said(lambda one=one: activities.record(FINANCE, site.scheme, one, at=AT)) for one in outside]
    assert [error.fields["field"] for error in found] == ["place", "from_on", "until_on"]
    assert [error.wrong.count("(Regulation (EU) 2021/2085, Article 120)") for error in found] == [1, 1, 1]
    inside = replace(wanted, from_on=dt.date(2022, 9, 20), until_on=dt.date(2029, 12, 31))
    assert activities.record(FINANCE, site.scheme, inside, at=AT).reference == "ihi-activity-2"


def test_what_nobody_could_check_is_said(site: Round) -> None:
    project = Project.objects.get(slug="x")
    wanted = NewActivity(site.member, "member", "IKAA", "Training", project=project)
    activity = activities.record(FINANCE, site.scheme, wanted, at=AT)
    report = site.report()
    reports.write_line(FINANCE, report, Reported(activity=activity), at=AT)
    in_kind.add(FINANCE, report, 2, cost(100, place="unknown"), at=AT)
    rules, _ = schemes.current("ihi")
    assert rounds.not_checked(rules, rounds.lines_of(report)) == (
        "X: the day its proposal was submitted",
        "In-kind line 1 of line 2: the place of cost",
    )


# Reports and their in-kind lines.


def test_in_kind_lines_are_added_up_exactly(site: Round) -> None:
    report = site.report(cents=100)
    # 2.5 units of 0.01 are 2.5 cents, which round to the even cent; 3.5 cents too.
    for quantity in ("2.5", "3.5"):
        in_kind.add(FINANCE, report, 1, cost(1, quantity=Decimal(quantity)), at=AT)
    assert list(report.lines.get().in_kind.values_list("amount_cents", flat=True)) == [100, 2, 4]
    assert report.lines.get().reported_cents == 106
    in_kind.remove(FINANCE, report, 1, 1, at=AT)
    assert report.lines.get().reported_cents == 6


def test_other_currency_counts_by_the_average_of_the_period(site: Round) -> None:
    report = site.report(cents=100)
    error = said(lambda: in_kind.add(FINANCE, report, 1, cost(100_000, currency="USD"), at=AT))
    assert (error.fields["field"], error.wrong.startswith("No reference rate of USD is known here")) == (
        "currency",
        True,
    )
    for month, units in ((1, "1.04"), (6, "1.12"), (12, "1.11")):
        ExchangeRate.objects.create(currency="USD", on=dt.date(YEAR, month, 2), units=units, source="Test")
    made = in_kind.add(FINANCE, report, 1, cost(100_000, currency="USD"), at=AT)
    assert (made.amount_cents, made.currency, made.exchange_rate) == (100_000, "USD", "1.09")
    # 1,000.00 dollars of 1.09 each
    assert made.scheme_amount_cents == 91_743
    assert made.exchange_source == "Average of 3 daily ECB reference rates, 2025-01-02 to 2025-12-02"
    assert report.lines.get().reported_cents == 91_843


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_on": dt.date(YEAR - 1, 12, 31)}, "from_on"),
        ({"until_on": dt.date(YEAR + 1, 1, 1)}, "until_on"),
        ({"from_on": dt.date(YEAR, 5, 1), "until_on": dt.date(YEAR, 4, 1)}, "until_on"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"rate_cents": 0}, "rate"),
        ({"unit": " "}, "unit"),
        ({"valuation_basis": ""}, "valuation_basis"),
        ({"place": "third"}, "place"),
    ],
)
def test_cost_that_cannot_count_is_refused_at_its_field(site: Round, changes: dict[str, Any], field: str) -> None:
    report = site.report()
    error = said(lambda: in_kind.add(FINANCE, report, 1, cost(100, **changes), at=AT))
    assert error.fields["field"] == field


def test_evidence_is_kept_under_its_hash(site: Round, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    report = site.report()
    made = in_kind.prove(FINANCE, report, 1, "Pay roll", SimpleUploadedFile("p.pdf", b"%PDF-1.7 x"), in_kind=1, at=AT)
    assert (made.title, made.file_name, (tmp_path / made.file).read_bytes()) == ("Pay roll", "p.pdf", b"%PDF-1.7 x")
    wrong = SimpleUploadedFile("p.pdf", b"MZ")
    assert said(lambda: in_kind.prove(FINANCE, report, 1, "x", wrong, at=AT)).fields["field"] == "file"


def test_in_kind_of_the_giver_says_what_it_consists_of(site: Round) -> None:
    report = site.report()
    reports.remove_line(FINANCE, report, 1, at=AT)
    empty = said(lambda: reports.submit(FINANCE, report, "Director", at=AT))
    reports.write_line(FINANCE, report, Reported(5_000, activity=site.activity), at=AT)
    without = said(lambda: reports.submit(FINANCE, report, "Director", at=AT))
    assert (empty.wrong, without.remedy) == ("It has no line.", "Add its in-kind lines.")
    assert said(lambda: reports.submit(FINANCE, report, " ", at=AT)).fields["field"] == "declared_by"


def test_report_of_more_money_than_is_committed_writes_nothing(site: Round) -> None:
    target = Target(topic=site.office.topic("T-Y"))
    given = site.office.pledge(MILLION, "Foundation F", target=target, kind="FC", on=SIGNED).contribution
    site.office.endorse(given, on=SIGNED)
    site.office.reserve(target, SIGNED)
    site.office.commit(target, site.office.project("y", target.topic), SIGNED)
    wanted = NewReport(site.partner, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31), Report.Source.GRANT)
    report = reports.start(FINANCE, site.scheme, wanted, at=AT)
    reports.write_line(FINANCE, report, Reported(MILLION + 1, contribution=given), at=AT)
    error = said(lambda: reports.submit(FINANCE, report, "Coordinator", at=AT))
    assert (error.fields["stage"], error.fields["left_cents"]) == ("committed", MILLION)


def test_nothing_can_be_reported_with_the_reason(site: Round) -> None:
    report = site.report()
    reports.remove_line(FINANCE, report, 1, at=AT)
    for about in ({"activity": site.activity}, {"contribution": site.by_member}):
        reports.write_line(FINANCE, report, Reported(**about), at=AT)  # type: ignore[arg-type]
    error = said(lambda: reports.submit(FINANCE, report, "Director", at=AT))
    assert error.wrong == "Line 1, Training of hospitals, reports nothing and does not say why."
    for about in ({"activity": site.activity}, {"contribution": site.by_member}):
        reports.write_line(FINANCE, report, Reported(note="It starts next year", **about), at=AT)  # type: ignore[arg-type]
    reports.submit(FINANCE, report, "Director", at=AT)
    checking.certify(FINANCE, report, CERTIFICATE, at=AT)
    checking.validate(FINANCE, report, {1: Acceptance(0), 2: Acceptance(0)}, at=AT)
    assert [line.validated_cents for line in report.lines.all()] == [0, 0]
    assert Entry.objects.filter(kind__in=("report", "certify", "validate")).count() == 0


def test_people_of_the_organisation_are_told_what_was_returned_and_why(site: Round) -> None:
    partner("max", site.member, "sign")
    site.report("returned"), site.plan("returned")
    told = list(Message.objects.order_by("pk").values_list("recipient", "subject"))
    assert told == [
        ("max@example.org", "The report of M for 2025 was returned"),
        ("max@example.org", "The plan of M for 2025 was returned"),
    ]
    assert "Say where" in Message.objects.order_by("pk")[0].text


def test_one_report_of_a_year_is_under_way_and_the_next_begins_with_what_was_returned(site: Round) -> None:
    report = site.report("submitted")
    wanted = NewReport(site.member, YEAR, report.from_on, report.until_on)
    start = lambda: reports.start(FINANCE, site.scheme, wanted, at=AT)  # noqa: E731
    assert said(start).wrong == "ihi-report-1 of the same year is under way."
    reports.send_back(FINANCE, report, "Say where", at=AT)
    following = start()
    assert (following.number, following.status) == (2, "draft")
    assert [line.reported_cents for line in following.lines.all()] == [90_000_000]
    assert [row.description for row in following.lines.get().in_kind.all()] == ["Work of nurses"]


def test_returned_report_is_undelivered_in_the_books(site: Round) -> None:
    report = site.grant_report()
    assert site.office.balances(site.given)["contribution:b:reported"] == 155_000_000
    reports.send_back(FINANCE, report, "Wrong year", at=AT)
    assert site.office.balances(site.given)["contribution:b:committed"] == 200_000_000
    assert rounds.funnel([site.given]).reported_cents == 0
    assert verify("ihi").findings == ()


def test_day_that_a_report_came_decides_whether_it_is_late(site: Round) -> None:
    report = site.report()
    later = AT + dt.timedelta(days=10)
    said(lambda: reports.submit(FINANCE, report, "Director", on=dt.date(2026, 6, 8), at=later))
    reports.submit(FINANCE, report, "Director", on=dt.date(2026, 6, 1), at=later)
    report.refresh_from_db()
    assert (report.due_on, report.submitted_on, report.is_late) == (dt.date(2026, 5, 31), dt.date(2026, 6, 1), True)


def test_project_that_outlives_its_programme_is_still_reported(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    wanted = NewReport(office.organisation("EFPIA"), 2025, dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    report = reports.start(FINANCE, office.row, wanted, at=AT)
    assert (report.reference, report.due_on) == ("imi2-report-1", dt.date(2026, 1, 31))
    early = replace(wanted, year=2013)
    assert said(lambda: reports.start(FINANCE, office.row, early, at=AT)).fields["field"] == "year"


# Certificates and checks.


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_independent": False}, "is_independent"),
        ({"cents": {1: 90_000_001}}, "certified_1"),
        ({"cents": {1: 89_999_999}}, "reason_1"),
        ({"cents": {1: 89_999_999}, "reasons": {1: " "}}, "reason_1"),
        ({"opinion": "adverse"}, "certified_1"),
        ({"opinion": "disclaimer", "cents": {1: 0}}, "reason_1"),
        ({"opinion": "qualified"}, "qualification"),
        ({"signed_on": dt.date(2026, 5, 29)}, "signed_on"),
        ({"auditor": " "}, "auditor"),
        ({"scope": ""}, "scope"),
    ],
)
def test_certificate_that_does_not_bear_is_refused(site: Round, changes: dict[str, Any], field: str) -> None:
    report = site.report("submitted")
    error = said(lambda: checking.certify(FINANCE, report, replace(CERTIFICATE, **changes), at=AT))
    assert error.fields["field"] == field


def test_every_refused_amount_has_its_reason(site: Round) -> None:
    report = site.grant_report()
    checking.certify(FINANCE, report, LESS, at=AT)
    without = said(lambda: checking.validate(FINANCE, report, {1: Acceptance(148_000_000)}, at=AT))
    assert without.fields["field"] == "reason_1"
    assert said(lambda: checking.validate(FINANCE, report, {}, at=AT)).fields["field"] == "accepted_1"
    too_much = said(lambda: checking.validate(FINANCE, report, {1: Acceptance(150_000_001)}, at=AT))
    assert too_much.wrong == "Of line 1 EUR 1,500,000 were certified."
    checking.validate(FINANCE, report, {1: Acceptance(148_000_000, "Travel", "Article 6")}, at=AT)
    line = report.lines.get()
    assert [(one.stage, one.amount_cents, one.reason, one.legal_basis) for one in line.refusals.all()] == [
        ("certificate", 5_000_000, "Time sheets are not signed", ""),
        ("check", 2_000_000, "Travel", "Article 6"),
    ]
    # Nothing between what was reported and what was accepted is without one.
    assert sum(one.amount_cents for one in line.refusals.all()) == line.reported_cents - (line.validated_cents or 0)
    history = rounds.history(f"ihi/report/{report.reference}")
    assert [(one.action, one.reason) for one in history][-2:] == [
        ("record certificate", "Line 1: EUR 50,000 not certified: Time sheets are not signed"),
        ("validate report", "Line 1: EUR 20,000 refused: Travel"),
    ]
    kinds = [entry.kind for entry in (line.reported_entry, line.certified_entry, line.validated_entry) if entry]
    assert kinds == [Entry.Kind.REPORT, Entry.Kind.CERTIFY, Entry.Kind.VALIDATE]
    assert verify("ihi").findings == ()


# Who owes what, and tasks.


def test_who_owes_what_is_told_until_it_is_handed_in(site: Round) -> None:
    owed = lambda what: [str(one) for one in round_lists.owing("ihi", YEAR, what)]  # noqa: E731
    assert (owed("plan"), owed("report")) == (["M"], ["M"])
    site.plan("submitted"), site.report("submitted")
    assert (owed("plan"), owed("report")) == ([], [])


def test_list_of_a_round_adds_up_what_was_handed_in(site: Round) -> None:
    site.plan("approved"), site.report("validated"), site.grant_report()
    found = round_lists.lines("ihi", YEAR, round_lists.listed("ihi", YEAR))
    cents = [(line.planned_cents, line.reported_cents, line.certified_cents, line.validated_cents) for line in found]
    assert [str(line.organisation) for line in found] == ["Foundation F", "M"]
    assert cents == [(None, 155_000_000, None, None), (10**8, 90_000_000, 90_000_000, 90_000_000)]
    names = {state: [one.name for one in round_lists.listed("ihi", YEAR, state=state)] for state in round_lists.STATES}
    assert names == {
        "plan_missing": [],
        "report_missing": [],
        "late": [],
        "to_check": ["Foundation F"],
        "done": ["M"],
    }


def test_partner_has_what_is_due_among_its_tasks_and_days(site: Round) -> None:
    user = partner("max", site.member, "read", "apply")
    reader = replace(Reader.of(user), on=dt.date(2026, 5, 1))
    due = [task for task in listing.listed(reader, Ask(kind="report_due"))[0] if task.title == "M, 2025"]
    assert [(task.due_on, task.programme, task.arguments) for task in due] == [(dt.date(2026, 5, 31), "ihi", ("m",))]
    # The calendar begins today: the last 31 May lies less than a year back, whatever today is.
    last = max(on for year in (-1, 0) if (on := dt.date(clock.today().year + year, 5, 31)) <= clock.today())
    titles = [day.title for day in calendars.of_person(user) if day.on == last]
    assert f"Reports to write: M, {last.year - 1}" in titles
    site.report()
    assert [task.title for task in listing.listed(reader, Ask(kind="report_own"))[0]] == ["M, 2025"]
    assert [task for task in listing.listed(reader, Ask(kind="report_due"))[0] if task.title == "M, 2025"] == []
