"""A contribution with everything that proves it: lead, application, letter, decision, match, plan, report and certificate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

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
from cofund.records.programme.models import Call, Lead, Project, Topic

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


@dataclass(frozen=True)
class Case:
    """Who gives how much to what, what came of it, and the mark that its papers bear."""

    giver: str = "Foundation F"
    name: str = "x"
    number: str = "IHI-GB-DEC-2023-21"
    promised_cents: int = 2 * MILLION
    reported_cents: int = 155_000_000
    accepted_cents: int = 148_000_000
    mark: bytes = b""


# Another one in the same programme, of which no paper is the same.
OTHER = Case("Trust T", "y", "IHI-GB-DEC-2023-31", MILLION, 80_000_000, 75_000_000, b"Of Trust T\n")


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
        return cls.every(Case())[0]

    @classmethod
    def every(cls, *cases: Case) -> list[Proved]:
        """Make several in one programme: each is decided, then each is granted, then each is reported."""
        office = Office.with_scheme(shipped("ihi"), "ihi")
        office.at = AT
        decided = [_decided(office, case) for case in cases]
        office.at = AT + dt.timedelta(days=120)
        for case in cases:
            topic = office.topic(f"T-{case.name.upper()}")
            office.commit(Target(topic=topic), office.project(case.name, topic), GRANTED)
            Project.objects.filter(slug=case.name).update(starts_on=GRANTED, ends_on=dt.date(2027, 12, 31))
        made = []
        for case, (lead, application, row) in zip(cases, decided, strict=True):
            row.refresh_from_db()
            report = _reported(office, row, case)
            application.refresh_from_db(), lead.refresh_from_db(), report.refresh_from_db()
            row = Contribution.objects.select_related("book__scheme", "project", "topic").get(pk=row.pk)
            made.append(cls(office, lead, application, row, report))
        Topic.objects.update(call=Call.objects.create(scheme=office.row, code="PROVED"))
        return made

    @property
    def project(self) -> Project:
        """The project that it is for."""
        return Project.objects.select_related("scheme", "topic").get(pk=self.contribution.project_id)


def _decided(office: Office, case: Case) -> tuple[Lead, Application, Contribution]:
    """A contribution to a topic that the board approved, and adopted."""
    target = Target(topic=office.topic(f"T-{case.name.upper()}"))
    lead, application = _applied(office, target, case)
    decide(office, application, case.number, on=DECIDED)
    contribution = deciding.approve(OFFICER, application, replace(RULING, number=case.number), at=AT)[0]
    office.reserve(target, DECIDED)
    return lead, application, contribution


def _applied(office: Office, target: Target, case: Case) -> tuple[Lead, Application]:
    """A lead that became an application, which stands on the agenda of the board with a signed letter."""
    giver = office.organisation(case.giver)
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
    cents = case.promised_cents
    offered = line(cents, "IKOP", years={"2025": cents}, valuation="usual", valuation_note="Pay roll")
    letters.save_draft(OFFICER, row, stated, [offered], upload=upload(SIGNED + case.mark, "letter.pdf"), at=AT)
    submitting.submit(OFFICER, row, at=AT)
    application_checks.check(OFFICER, row, at=AT)
    scheduling.schedule(OFFICER, row, meeting(office, DECIDED), at=AT)
    return lead, row


def _reported(office: Office, contribution: Contribution, case: Case) -> Report:
    """A plan of the year and the report on it, with an in-kind line, its evidence, and the certificate of an auditor."""
    giver, first, last = office.organisation(case.giver), dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
    plan = plans.start(FINANCE, office.row, giver, YEAR, at=AT)
    plans.write_line(FINANCE, plan, Planned(case.promised_cents, contribution=contribution), at=AT)
    plans.submit(FINANCE, plan, at=AT)
    report = reports.start(FINANCE, office.row, NewReport(giver, YEAR, first, last), at=LATER)
    row = reports.write_line(FINANCE, report, Reported(contribution=contribution), at=LATER)
    worked = in_kind.add(FINANCE, report, row.number, cost(case.reported_cents), at=LATER)
    proof = upload(EVIDENCE + case.mark, "payroll.pdf")
    in_kind.prove(FINANCE, report, row.number, "Pay roll", proof, in_kind=worked.number, at=LATER)
    report = reports.submit(FINANCE, report, "Finance director", at=LATER)
    certificate = NewCertificate("Audit House", True, "Costs of the year, by ISAE 3000", "unqualified", LATER.date())
    checking.certify(FINANCE, report, certificate, upload=upload(CERTIFIED + case.mark, "certificate.pdf"), at=LATER)
    checking.validate(FINANCE, report, {1: Acceptance(case.accepted_cents, "Travel outside of the project")}, at=LATER)
    return report
