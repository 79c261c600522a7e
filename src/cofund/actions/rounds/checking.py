"""What follows a report: the certificate of an independent auditor, and what the office accepts of it, with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from cofund.actions import delivering, files
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.rounds import guarding, reports
from cofund.queries import rounds, schemes
from cofund.records.ledger.models import Certificate, Refusal, Report, ReportLine
from cofund.rules.money import in_words

# An auditor who does not stand behind the figures certifies nothing of them.
WITHOUT_AMOUNT = (Certificate.Opinion.ADVERSE, Certificate.Opinion.DISCLAIMER)


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """What an auditor says of a report.

    `cents` is what is certified of each line, by its number; a line left out is certified in full. `reasons` says why not all of
    a line is, by its number.
    """

    auditor: str
    is_independent: bool
    scope: str
    opinion: str
    signed_on: date
    qualification: str = ""
    cents: Mapping[int, int] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the office accepts of a line, in cents, and why not all of it."""

    amount_cents: int
    reason: str = ""
    legal_basis: str = ""


def certify(
    actor: Actor,
    report: Report,
    wanted: NewCertificate,
    *,
    upload: UploadedFile[bytes] | None = None,
    at: datetime | None = None,
) -> Certificate:
    """Record the certificate of a report. Source: Regulation (EU) 2021/2085, Article 11: an independent external audit body.

    Raises:
        NotAllowed, Refused: the report is not handed in; the auditor is not independent; more is certified than was reported, or
            less without a reason; or the opinion does not stand behind an amount.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "record certificate") as row:
        asked = f"You asked to record the certificate of {row.reference}."
        rules, _ = schemes.current(row.scheme.code)
        lines = rounds.lines_of(row)
        _check_certificate(wanted, row, lines, rules.currency, guarding.day_of(instant), asked)
        kept = files.keep(upload) if upload is not None else None
        certified = {line.number: wanted.cents.get(line.number, line.reported_cents) for line in lines}
        made = Certificate.objects.create(
            report=row,
            auditor=guarding.said(wanted.auditor, asked, "auditor", "auditor"),
            is_independent=wanted.is_independent,
            scope=guarding.said(wanted.scope, asked, "scope", "scope"),
            opinion=wanted.opinion,
            qualification=wanted.qualification.strip(),
            amount_cents=sum(certified.values()),
            signed_on=wanted.signed_on,
            file=kept.path if kept else "",
            file_name=kept.name if kept else "",
            digest=kept.digest if kept else "",
            recorded_by=actor.name,
            recorded_at=instant,
        )
        row.status = Report.Status.CERTIFIED
        row.save()
        assert row.submitted_on is not None
        # A certificate may be signed before the report is handed in; in the books nothing is certified before it is reported.
        grounds = reports.grounds_of(row, max(wanted.signed_on, row.submitted_on), f"Certificate of {made.auditor}")
        refused = []
        for line in lines:
            line.certified_cents = certified[line.number]
            why, short = wanted.reasons.get(line.number, ""), line.reported_cents - line.certified_cents
            refused += _refuse(actor, line, Refusal.Stage.CERTIFICATE, short, why, "", instant)
            contribution = rounds.booked_for(line)
            booked = reports.delivery_of(line).booked_certified_cents
            if contribution is not None and line.reported_entry is not None and booked:
                line.certified_entry = delivering.certify(actor, contribution, booked, grounds, at=at).entry
            line.save(update_fields=["certified_cents", "certified_entry"])
        after = {"auditor": made.auditor, "certified_cents": made.amount_cents, "opinion": made.opinion}
        why = _words(refused, "not certified", rules.currency)
        guarding.record(actor, row, "record certificate", instant, after=after, reason=why, evidence=made.digest)
        return made


def validate(
    actor: Actor,
    report: Report,
    accepted: Mapping[int, Acceptance],
    *,
    on: date | None = None,
    at: datetime | None = None,
) -> Report:
    """Record what the office accepts of each line of a report, by its number; every amount that it refuses has a reason.

    Raises:
        NotAllowed, Refused: it is not handed in; a kind needs a certificate and there is none; a line is left out; more is
            accepted than was certified or reported; or an amount is refused without a reason.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "validate report") as row:
        asked = f"You asked to check {row.reference}."
        rules, _ = schemes.current(row.scheme.code)
        lines = rounds.lines_of(row)
        missing = [rules.kind(rounds.kind_of(line)) for line in lines if line.certified_cents is None]
        needing = next((rule for rule in missing if rule.certificate), None)
        if needing is not None:
            wrong = f"{needing.label} needs a certificate, and there is none."
            raise Refused(asked=asked, wrong=wrong, remedy="Record the certificate first, or return the report.")
        day = reports.latest_day(row, on or guarding.day_of(instant))
        grounds = reports.grounds_of(row, day, f"Check of {row.reference} by the office")
        refused = []
        for line in lines:
            acceptance = accepted.get(line.number)
            if acceptance is None:
                raise Refused(
                    asked=asked,
                    wrong=f"Nothing is said about line {line.number}.",
                    remedy="Say what is accepted of it, perhaps nothing.",
                    field=f"accepted_{line.number}",
                )
            refused += _accept(actor, line, acceptance, rules.currency, asked, instant)
            contribution = rounds.booked_for(line)
            if contribution is not None and (line.reported_entry is not None or acceptance.amount_cents):
                delivery = reports.delivery_of(line)
                line.validated_entry = delivering.validate(
                    actor, contribution, acceptance.amount_cents, delivery, grounds, at=at
                ).entry
            line.save(update_fields=["validated_cents", "validated_entry"])
        row.status, row.validated_by, row.validated_at = Report.Status.VALIDATED, actor.name, instant
        row.save()
        after = {"validated_cents": sum(line.validated_cents or 0 for line in lines)}
        why = _words(refused, "refused", rules.currency)
        guarding.record(actor, row, "validate report", instant, after=after, reason=why)
        return row


def _check_certificate(
    wanted: NewCertificate, report: Report, lines: list[ReportLine], currency: str, today: date, asked: str
) -> None:
    """Refuse a certificate that the law or the report does not bear."""
    if not wanted.is_independent:
        raise Refused(
            asked=asked,
            wrong="It is not stated that the audit body is independent of the giver.",
            remedy="Tick the box if it is; else have an independent audit body certify the report.",
            field="is_independent",
        )
    giver = report.organisation
    if " ".join(wanted.auditor.casefold().split()) in {name.casefold() for name in (giver.name, giver.short_name)}:
        wrong = f"{giver} cannot certify its own report. (Regulation (EU) 2021/2085, Article 11)"
        raise Refused(asked=asked, wrong=wrong, remedy="Name the independent audit body.", field="auditor")
    if wanted.signed_on < report.from_on:
        wrong = f"The report is about {report.from_on.isoformat()} to {report.until_on.isoformat()}, and that day is before it."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the day on which it was signed.", field="signed_on")
    if wanted.signed_on > today:
        wrong = "That day is still to come."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the day on which it was signed.", field="signed_on")
    if wanted.opinion == Certificate.Opinion.QUALIFIED and not wanted.qualification.strip():
        wrong = "A qualified opinion says what it is subject to."
        raise Refused(asked=asked, wrong=wrong, remedy="Write it as the auditor does.", field="qualification")
    for line in lines:
        cents = wanted.cents.get(line.number, line.reported_cents)
        name = f"certified_{line.number}"
        if not 0 <= cents <= line.reported_cents:
            wrong = f"Line {line.number} reports {in_words(line.reported_cents, currency)}."
            raise Refused(asked=asked, wrong=wrong, remedy="No more than that can be certified.", field=name)
        if cents and wanted.opinion in WITHOUT_AMOUNT:
            wrong = "An auditor with this opinion does not stand behind an amount."
            raise Refused(asked=asked, wrong=wrong, remedy="Certify nothing, or check the opinion.", field=name)
        if cents < line.reported_cents:
            what = f"reason for not certifying {in_words(line.reported_cents - cents, currency)}"
            guarding.said(wanted.reasons.get(line.number, ""), asked, f"reason_{line.number}", what)


def _accept(
    actor: Actor, line: ReportLine, acceptance: Acceptance, currency: str, asked: str, at: datetime
) -> list[Refusal]:
    """Hold what is accepted of a line, and give what is refused with its reason."""
    most = line.reported_cents if line.certified_cents is None else line.certified_cents
    name = f"accepted_{line.number}"
    if not 0 <= acceptance.amount_cents <= most:
        stage = "reported" if line.certified_cents is None else "certified"
        wrong = f"Of line {line.number} {in_words(most, currency)} were {stage}."
        raise Refused(asked=asked, wrong=wrong, remedy="Accept no more than that.", field=name)
    line.validated_cents = acceptance.amount_cents
    refused = most - acceptance.amount_cents
    if refused:
        guarding.said(
            acceptance.reason, asked, f"reason_{line.number}", f"reason for refusing {in_words(refused, currency)}"
        )
    return _refuse(actor, line, Refusal.Stage.CHECK, refused, acceptance.reason, acceptance.legal_basis, at)


def _refuse(
    actor: Actor, line: ReportLine, stage: Refusal.Stage, cents: int, reason: str, legal_basis: str, at: datetime
) -> list[Refusal]:
    """Keep an amount of a line that does not pass a stage, with its reason; nothing where all of it passes."""
    if not cents:
        return []
    made = Refusal.objects.create(
        line=line,
        stage=stage,
        amount_cents=cents,
        reason=reason.strip(),
        legal_basis=legal_basis.strip(),
        refused_by=actor.name,
        refused_at=at,
    )
    return [made]


def _words(refused: list[Refusal], how: str, currency: str) -> str:
    """What was refused of which line, and why, as the audit trail keeps it."""
    return "; ".join(
        f"Line {one.line.number}: {in_words(one.amount_cents, currency)} {how}: {one.reason}" for one in refused
    )
