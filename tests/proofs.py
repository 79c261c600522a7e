"""A contribution with everything that proves it: lead, application, letter, decision, match, plan, report and certificate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.applications import COMPLETE, decide, line, meeting
from tests.books import FINANCE, MILLION, Office, shipped
from tests.leads import OFFICER
from tests.rounds import cost

from cofund.actions import lead_steps, leads
from cofund.actions.applications import checking as application_checks
from cofund.actions.applications import deciding, letters, scheduling, starting, submitting
from cofund.actions.applications.deciding import Ruling
from cofund.actions.applications.starting import NewApplication
from cofund.actions.lead_steps import LeadMove
from cofund.actions.leads import LeadFacts, NewLead
from cofund.actions.rounds import checking, in_kind, plans, reports
from cofund.actions.rounds.checking import Acceptance, NewCertificate
from cofund.actions.rounds.plans import Planned
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries.pools import Target
from cofund.records.ledger.models import Application, Contribution, Report
from cofund.records.programme.models import Lead, Project

AT = dt.datetime(2023, 10, 20, 12, tzinfo=dt.UTC)
DECIDED = AT.date()
GRANTED = dt.date(2024, 2, 1)
LATER = dt.datetime(2026, 5, 28, 12, tzinfo=dt.UTC)
YEAR = 2025
RULING = Ruling("The board approved it", "IHI-GB-DEC-2023-21", DECIDED)
EVIDENCE = b"%PDF-1.7\nThe pay roll of the nurses\n"
CERTIFIED = b"%PDF-1.7\nThe certificate of the auditor\n"
SIGNED = b"%PDF-1.7\nThe signed letter\n"


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    """A file as a form brings it."""
    return SimpleUploadedFile(name, content, "application/pdf")


@dataclass
class Proved:
    """One contribution of a foundation to project X of IHI, with its whole chain, made by the actions themselves."""

    office: Office
    lead: Lead
    application: Application
    contribution: Contribution
    report: Report

    @classmethod
    def make(cls) -> Proved:
        """Make it: 2.0 m in kind promised and matched, 1.55 m reported and certified, 1.48 m validated."""
        office = Office.with_scheme(shipped("ihi"), "ihi")
        office.at = AT
        target = Target(topic=office.topic("T-X"))
        lead, application = _applied(office, target)
        decide(office, application, RULING.number, on=DECIDED)
        contribution = deciding.approve(OFFICER, application, RULING, at=AT)[0]
        office.reserve(target, DECIDED)
        office.at = AT + dt.timedelta(days=120)
        office.commit(target, office.project("x", target.topic), GRANTED)
        Project.objects.filter(slug="x").update(starts_on=GRANTED, ends_on=dt.date(2027, 12, 31))
        contribution.refresh_from_db()
        report = _reported(office, contribution)
        application.refresh_from_db(), lead.refresh_from_db(), report.refresh_from_db()
        contribution = Contribution.objects.select_related("book__scheme", "project", "topic").get(pk=contribution.pk)
        return cls(office, lead, application, contribution, report)

    @property
    def project(self) -> Project:
        """The project that it is for."""
        return Project.objects.select_related("scheme", "topic").get(slug="x")


def _applied(office: Office, target: Target) -> tuple[Lead, Application]:
    """A lead that became an application, which stands on the agenda of the board with a signed letter."""
    giver = office.organisation("Foundation F")
    on = dt.date(2023, 9, 1)
    opened = NewLead("ihi", giver, "knocks", LeadFacts(interest="Nurses"), opened_on=on, reason="It wrote to us")
    lead = leads.open_lead(OFFICER, opened, at=AT)
    for action in ("contact lead", "explore lead"):
        lead = lead_steps.move_lead(OFFICER, lead.reference, LeadMove(action, on=on, reason="It called"), at=AT)
    found = LeadMove("find topic for lead", on=on, reason="It fits", topic=target.topic)
    lead = lead_steps.move_lead(OFFICER, lead.reference, found, at=AT)
    wanted = NewApplication("ihi", giver, "partner", target.topic, lead=lead)
    row = starting.start(OFFICER, wanted, at=AT)
    stated = {**COMPLETE, "from_on": dt.date(2024, 1, 1), "until_on": dt.date(2027, 12, 31), "signed_on": on}
    offered = line(2 * MILLION, "IKOP", years={"2025": 2 * MILLION}, valuation="usual", valuation_note="Pay roll")
    letters.save_draft(OFFICER, row, stated, [offered], upload=upload(SIGNED, "letter.pdf"), at=AT)
    submitting.submit(OFFICER, row, at=AT)
    application_checks.check(OFFICER, row, at=AT)
    scheduling.schedule(OFFICER, row, meeting(office, DECIDED), at=AT)
    return lead, row


def _reported(office: Office, contribution: Contribution) -> Report:
    """A plan of the year and the report on it, with an in-kind line, its evidence, and the certificate of an auditor."""
    giver, first, last = office.organisation("Foundation F"), dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
    plan = plans.start(FINANCE, office.row, giver, YEAR, at=AT)
    plans.write_line(FINANCE, plan, Planned(2 * MILLION, contribution=contribution), at=AT)
    plans.submit(FINANCE, plan, at=AT)
    report = reports.start(FINANCE, office.row, NewReport(giver, YEAR, first, last), at=LATER)
    row = reports.write_line(FINANCE, report, Reported(contribution=contribution), at=LATER)
    worked = in_kind.add(FINANCE, report, row.number, cost(155_000_000), at=LATER)
    proof = upload(EVIDENCE, "payroll.pdf")
    in_kind.prove(FINANCE, report, row.number, "Pay roll", proof, in_kind=worked.number, at=LATER)
    report = reports.submit(FINANCE, report, "Finance director", at=LATER)
    certificate = NewCertificate("Audit House", True, "Costs of the year, by ISAE 3000", "unqualified", LATER.date())
    checking.certify(FINANCE, report, certificate, upload=upload(CERTIFIED, "certificate.pdf"), at=LATER)
    checking.validate(FINANCE, report, {1: Acceptance(148_000_000, "Travel outside of the project")}, at=LATER)
    return report
