"""The tables of an audit file about papers: applications, letters, plans, reports, certificates, evidence, instalments, notices.

Each row was there at the instant of the file, and its later facts (that a report was certified, that an invoice went out) only
where they were recorded by then. What can be rewritten, such as a report that was returned, is given as it stands; the
manifest names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from cofund.exporters.audit_file.scope import Row, Scope, named, plain, rows_of
from cofund.records.directory.models import AuditEvent, Organisation
from cofund.records.ledger.models import (
    Certificate,
    Evidence,
    InKindLine,
    Instalment,
    LetterLine,
    Notice,
    PlanLine,
    Receipt,
    Refusal,
    Report,
    ReportLine,
)


def organisations(scope: Scope) -> Iterator[Row]:
    """Who stands behind the contributions."""
    rows = Organisation.objects.filter(contributions__in=scope.keys).distinct().order_by("slug")
    return rows_of(rows, named("slug", "name", "country", "pic"))


def applications(scope: Scope) -> Iterator[Row]:
    """The applications that became contributions, with the lead that they came from."""
    for row in scope.applications:
        yield plain(
            {
                "reference": row.reference,
                "organisation": row.organisation.slug,
                "lead": row.lead.reference if row.lead else "",
                "role": row.role,
                "topic": row.topic.code if row.topic else "",
                "proposal": row.proposal,
                "decision": row.decision.number if row.decision else "",
                "made_at": row.made_at,
                "certainty": row.certainty,
            }
        )


def letters(scope: Scope) -> Iterator[Row]:
    """Every version of a letter that was handed in, with where its PDF and its signed document are in this file."""
    for row in scope.letters:
        yield plain(
            {
                "application": row.application.reference,
                "number": row.number,
                "written_by": row.written_by,
                "written_at": row.written_at,
                "submitted_at": row.submitted_at,
                "reason": row.reason,
                "subject_matter": row.subject_matter,
                "activities": row.activities,
                "from_on": row.from_on,
                "until_on": row.until_on,
                "conditions": row.conditions,
                "no_other_union_funding": row.no_other_union_funding,
                "public_origin_percent": row.public_origin_percent,
                "signatory_name": row.signatory_name,
                "signatory_function": row.signatory_function,
                "signed_on": row.signed_on,
                "signed_sha256": row.digest,
                "file": letter_path(row.application.reference, row.number),
                "signed_file": kept_path("letters", f"{row.application.reference}-{row.number}-signed", row.file),
            }
        )


def letter_lines(scope: Scope) -> Iterator[Row]:
    """The lines of the letters, with the contribution that each became."""
    columns = named(
        *("number", "kind", "currency", "amount_cents", "scheme_amount_cents", "rate", "rate_on", "rate_source"),
        *("place", "country", "years", "recipient", "valuation", "valuation_note", "cites"),
        application="letter__application__reference",
        letter="letter__number",
        contribution="contribution__reference",
    )
    rows = LetterLine.objects.filter(letter__in=[one.pk for one in scope.letters])
    known = {row.reference for row in scope.contributions}
    for found in rows_of(rows.order_by("letter__application_id", "letter__number", "number"), columns):
        is_settled = scope.is_settled(f"{scope.code}/application/{found['application']}")
        is_known = found["contribution"] in known and (is_settled or found["letter"] == 1)
        yield found if is_known else {**found, "contribution": None}


def plan_lines(scope: Scope) -> Iterator[Row]:
    """What plans that were handed in say of the contributions, and of activities for the project."""
    columns = named(
        *("number", "amount_cents", "note"),
        organisation="plan__organisation__slug",
        year="plan__year",
        version="plan__number",
        submitted_at="plan__submitted_at",
        contribution="contribution__reference",
        activity="activity__reference",
    )
    rows = PlanLine.objects.filter(_of_project(scope), plan__submitted_at__lte=scope.known_at)
    return rows_of(rows.order_by("plan_id", "number"), columns)


def report_lines(scope: Scope) -> Iterator[Row]:
    """What was reported, certified and accepted of each contribution and activity, as far as it was recorded by the instant."""
    related = ("report__organisation", "report__certificate", "contribution", "activity")
    for row in _lines(scope).select_related(*related).order_by("report_id", "number"):
        report = row.report
        certificate = getattr(report, "certificate", None)
        is_certified = certificate is not None and certificate.recorded_at <= scope.known_at
        is_validated = report.validated_at is not None and report.validated_at <= scope.known_at
        yield plain(
            {
                "report": report.reference,
                "number": row.number,
                "organisation": report.organisation.slug,
                "year": report.year,
                "source": report.source,
                "from_on": report.from_on,
                "until_on": report.until_on,
                "due_on": report.due_on,
                "submitted_on": report.submitted_on,
                "submitted_at": report.submitted_at,
                "declared_by": report.declared_by,
                "contribution": row.contribution.reference if row.contribution else None,
                "activity": row.activity.reference if row.activity else None,
                "reported_cents": row.reported_cents,
                "certified_cents": row.certified_cents if is_certified else None,
                "validated_cents": row.validated_cents if is_validated else None,
                "validated_by": report.validated_by if is_validated else "",
                "validated_at": report.validated_at if is_validated else None,
                "note": row.note,
            }
        )


def in_kind_lines(scope: Scope) -> Iterator[Row]:
    """The cost behind each reported line in kind."""
    columns = named(
        *("number", "category", "description", "unit", "quantity", "currency", "rate_cents", "amount_cents"),
        *("scheme_amount_cents", "exchange_rate", "exchange_on", "exchange_source", "from_on", "until_on", "place"),
        *("country", "valuation", "valuation_basis"),
        report="report_line__report__reference",
        line="report_line__number",
    )
    rows = InKindLine.objects.filter(report_line__in=_lines(scope).order_by().values("pk"))
    return rows_of(rows.order_by("report_line_id", "number"), columns)


def refusals(scope: Scope) -> Iterator[Row]:
    """What the auditor did not certify and the office did not accept, with reason and article."""
    columns = named(
        *("stage", "amount_cents", "reason", "legal_basis", "refused_by", "refused_at"),
        report="line__report__reference",
        line="line__number",
    )
    rows = Refusal.objects.filter(line__in=_lines(scope).order_by().values("pk"), refused_at__lte=scope.known_at)
    return rows_of(rows.order_by("pk"), columns)


def certificates(scope: Scope) -> Iterator[Row]:
    """The certificates of auditors, with where each document is in this file."""
    for row in certificate_rows(scope):
        yield plain(
            {
                "report": row.report.reference,
                "auditor": row.auditor,
                "is_independent": row.is_independent,
                "scope": row.scope,
                "opinion": row.opinion,
                "qualification": row.qualification,
                "amount_cents": row.amount_cents,
                "signed_on": row.signed_on,
                "recorded_by": row.recorded_by,
                "recorded_at": row.recorded_at,
                "sha256": row.digest,
                "file": kept_path("certificates", row.report.reference, row.file),
            }
        )


def evidence(scope: Scope) -> Iterator[Row]:
    """The evidence of each reported line, with where each file is in this file."""
    for row in evidence_rows(scope).iterator(chunk_size=2_000):
        yield plain(
            {
                "report": row.report_line.report.reference,
                "line": row.report_line.number,
                "in_kind_line": row.in_kind_line.number if row.in_kind_line else None,
                "title": row.title,
                "file_name": row.file_name,
                "added_by": row.added_by,
                "added_at": row.added_at,
                "sha256": row.digest,
                "file": evidence_path(row),
            }
        )


def instalments(scope: Scope) -> Iterator[Row]:
    """The instalments that were planned, with their invoice where it had gone out by the instant."""
    invoices = _invoices(scope)
    rows = Instalment.objects.filter(contribution__in=scope.keys, recorded_at__lte=scope.known_at)
    for row in rows.select_related("contribution").order_by("contribution_id", "number"):
        subject = f"{scope.code}/contribution/{row.contribution.reference}/instalment/{row.number}"
        # One that no row of the trail tells of stands as it is now, where nothing was written to it later.
        own = (row.invoice_number, row.invoiced_on) if scope.is_settled(subject) else ("", None)
        number, invoiced_on = invoices.get(subject, own)
        yield plain(
            {
                "contribution": row.contribution.reference,
                "number": row.number,
                "due_on": row.due_on,
                "amount_cents": row.amount_cents,
                "note": row.note,
                "invoice_number": number,
                "invoiced_on": invoiced_on,
                "recorded_by": row.recorded_by,
                "recorded_at": row.recorded_at,
            }
        )


def receipts(scope: Scope) -> Iterator[Row]:
    """The money that came, with the entry that booked it."""
    columns = named(
        *("amount_cents", "received_on", "bank_reference", "recorded_by", "recorded_at"),
        contribution="instalment__contribution__reference",
        instalment="instalment__number",
        entry="entry__number",
    )
    rows = Receipt.objects.filter(instalment__contribution__in=scope.keys, recorded_at__lte=scope.known_at)
    return rows_of(rows.order_by("recorded_at", "pk"), columns)


def notices(scope: Scope) -> Iterator[Row]:
    """Notices that something is missing; how one ended where nothing was written to it after the instant."""
    rows = Notice.objects.filter(contribution__in=scope.keys, given_at__lte=scope.known_at)
    for row in rows.select_related("contribution", "instalment", "entry").order_by("given_at", "pk"):
        where = f"/instalment/{row.instalment.number}" if row.instalment else ""
        subject = f"{scope.code}/contribution/{row.contribution.reference}{where}/notice/{row.pk}"
        is_settled = scope.is_settled(subject)
        yield plain(
            {
                "contribution": row.contribution.reference,
                "instalment": row.instalment.number if row.instalment else None,
                "kind": row.kind,
                "amount_cents": row.amount_cents,
                "reason": row.reason,
                "given_on": row.given_on,
                "until_on": row.until_on,
                "given_by": row.given_by,
                "given_at": row.given_at,
                "status": row.status if is_settled else Notice.Status.OPEN.value,
                "outcome": row.outcome if is_settled else "",
                "entry": row.entry.number if row.entry and is_settled else None,
            }
        )


def certificate_rows(scope: Scope) -> QuerySet[Certificate]:
    """The certificates of the reports that say something of the project."""
    reports = _lines(scope).order_by().values("report")
    rows = Certificate.objects.filter(report__in=reports, recorded_at__lte=scope.known_at)
    return rows.select_related("report").order_by("report_id")


def evidence_rows(scope: Scope) -> QuerySet[Evidence]:
    """The evidence of the lines that say something of the project."""
    rows = Evidence.objects.filter(report_line__in=_lines(scope).order_by().values("pk"), added_at__lte=scope.known_at)
    return rows.select_related("report_line__report", "in_kind_line").order_by("pk")


def letter_path(application: str, number: int) -> str:
    """Where the PDF of a letter is in the file."""
    return f"letters/{application}-{number}.pdf"


def evidence_path(row: Evidence) -> str:
    """Where a file of evidence is in the file."""
    return kept_path("evidence", f"{row.report_line.report.reference}-{row.report_line.number}-{row.pk}", row.file)


def kept_path(folder: str, name: str, kept: str) -> str:
    """Where a kept file is in the file, with the ending that it came with; empty where there is none."""
    ending = kept.rsplit(".", 1)[1] if "." in kept else ""
    return f"{folder}/{name}.{ending}" if kept else ""


def _lines(scope: Scope) -> QuerySet[ReportLine]:
    """The lines of reports that were handed in by the instant, about the contributions or about activities for the project."""
    drafts = (Report.Status.DRAFT, Report.Status.RETURNED)
    rows = ReportLine.objects.filter(_of_project(scope), report__submitted_at__lte=scope.known_at)
    return rows.exclude(report__status__in=drafts)


def _of_project(scope: Scope) -> Q:
    """The condition that a line is about one of the contributions, or about an activity for the project."""
    return Q(contribution__in=scope.keys) | Q(activity__project=scope.project)


def _invoices(scope: Scope) -> dict[str, tuple[str, str | None]]:
    """Number and day of each invoice by the path of its instalment, as the trail tells them at the instant."""
    rows = AuditEvent.objects.filter(
        action__in=("invoice instalment", "take back invoice"),
        recorded_at__lte=scope.known_at,
        subject__startswith=f"{scope.code}/",
    )
    told = rows.order_by("pk").values_list("subject", "after")
    return {subject: (after["invoice_number"], after["invoiced_on"]) for subject, after in told}
