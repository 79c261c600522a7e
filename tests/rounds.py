"""Builders for tests of the yearly round: a project of IHI with a partner F and a member M, plans and reports in any state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from tests.books import FINANCE, MILLION, Office, shipped

from cofund.actions.rounds import activities, checking, in_kind, plans, reports
from cofund.actions.rounds.activities import NewActivity
from cofund.actions.rounds.checking import Acceptance, NewCertificate
from cofund.actions.rounds.in_kind import Cost
from cofund.actions.rounds.plans import Planned
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Activity, Contribution, Plan, Report
from cofund.records.programme.models import Project, RoleHolding, Scheme

SIGNED = dt.date(2023, 6, 1)
# The round of 2025: everything in it happens before this instant.
AT = dt.datetime(2026, 5, 28, 12, tzinfo=dt.UTC)
YEAR = 2025
CERTIFICATE = NewCertificate(
    "Audit House", True, "Costs of the year, by ISAE 3000", "unqualified", dt.date(2026, 5, 20)
)


def cost(cents: int, **changes: object) -> Cost:
    """An in-kind line: an amount of work in euro, in the year of the round."""
    stated: dict[str, object] = {
        "category": "personnel",
        "description": "Work of nurses",
        "unit": "month",
        "quantity": Decimal(1),
        "rate_cents": cents,
        "currency": "EUR",
        "from_on": dt.date(YEAR, 1, 1),
        "until_on": dt.date(YEAR, 12, 31),
        "valuation": "usual",
        "valuation_basis": "Pay roll",
        "place": "eu",
    }
    return Cost(**{**stated, **changes})  # type: ignore[arg-type]


@dataclass
class Round:
    """IHI with project X: Foundation F gives EUR 2.0 m in kind, company M EUR 3.0 m and an additional activity."""

    office: Office
    given: Contribution
    by_member: Contribution
    activity: Activity

    @classmethod
    def opened(cls) -> Round:
        """The programme, its project, and who gives to it."""
        office = Office.with_scheme(shipped("ihi"), "ihi")
        office.at = dt.datetime(2023, 6, 1, 12, tzinfo=dt.UTC)
        target = Target(topic=office.topic("T-X"))
        given = office.pledge(2 * MILLION, "Foundation F", target=target, kind="IKOP", on=SIGNED).contribution
        member = office.pledge(3 * MILLION, "M", target=target, role="member", kind="IKOP", on=SIGNED).contribution
        for one in (given, member):
            office.endorse(one, on=SIGNED)
        office.reserve(target, SIGNED)
        office.commit(target, office.project("x", target.topic), SIGNED)
        Project.objects.filter(slug="x").update(starts_on=SIGNED, ends_on=dt.date(2027, 12, 31))
        for name, role in (("Foundation F", "partner"), ("M", "member")):
            RoleHolding.objects.create(scheme=office.row, organisation=office.organisation(name), role=role)
        wanted = NewActivity(office.organisation("M"), "member", "IKAA", "Training of hospitals", place="eu")
        activity = activities.record(FINANCE, office.row, wanted, at=AT - dt.timedelta(days=600))
        given.refresh_from_db(), member.refresh_from_db()
        return cls(office, given, member, activity)

    @property
    def scheme(self) -> Scheme:
        """The programme's row."""
        return self.office.row

    @property
    def member(self) -> Organisation:
        """Company M."""
        return self.office.organisation("M")

    @property
    def partner(self) -> Organisation:
        """Foundation F."""
        return self.office.organisation("Foundation F")

    def plan(self, state: str = "draft") -> Plan:
        """A plan of M for the year, in a state."""
        plan = plans.start(FINANCE, self.scheme, self.member, YEAR, at=AT)
        plans.write_line(FINANCE, plan, Planned(MILLION, activity=self.activity), at=AT)
        if state != "draft":
            plan = plans.submit(FINANCE, plan, at=AT)
        if state == "approved":
            plan = plans.approve(FINANCE, plan, "GB-1", dt.date(2024, 12, 10), at=AT)
        elif state == "returned":
            plan = plans.send_back(FINANCE, plan, "More detail", at=AT)
        return plan

    def report(self, state: str = "draft", cents: int = 90_000_000) -> Report:
        """A report of M about its activity, in a state."""
        wanted = NewReport(self.member, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
        report = reports.start(FINANCE, self.scheme, wanted, at=AT)
        line = reports.write_line(FINANCE, report, Reported(activity=self.activity), at=AT)
        in_kind.add(FINANCE, report, line.number, cost(cents), at=AT)
        if state != "draft":
            report = reports.submit(FINANCE, report, "Finance director", at=AT)
        if state in ("certified", "validated"):
            checking.certify(FINANCE, report, CERTIFICATE, at=AT)
        if state == "validated":
            checking.validate(FINANCE, report, {1: Acceptance(cents)}, at=AT)
        elif state == "returned":
            reports.send_back(FINANCE, report, "Say where", at=AT)
        report.refresh_from_db()
        return report

    def grant_report(self, cents: int = 155_000_000) -> Report:
        """What the report of the grant says of F, handed in."""
        wanted = NewReport(self.partner, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31), Report.Source.GRANT)
        report = reports.start(FINANCE, self.scheme, wanted, at=AT)
        reports.write_line(FINANCE, report, Reported(cents, contribution=self.given), at=AT)
        return reports.submit(FINANCE, report, "Coordinator", at=AT)
