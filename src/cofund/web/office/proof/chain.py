"""The chain behind a contribution as rows of one table: each step with what, when, who, why, and the paper that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from cofund.queries.contributions import Step
from cofund.queries.proofs import Proof
from cofund.records.ledger.models import Certificate, Entry, Instalment, Notice, Refusal, ReportLine
from cofund.records.programme.models import Lead
from cofund.rules.schemes import Scheme
from cofund.web import booked
from cofund.web import components as c
from cofund.web.formatting import counted, day, instant, money
from cofund.web.routes import reverse

COLUMNS: Final = (
    c.Column("Step"),
    c.Column("What"),
    c.Column("Amount", numeric=True),
    c.Column("When", hint="The day that it is about; below it the instant at which it was recorded here."),
    c.Column("Who"),
    c.Column("Why"),
    c.Column("Proved by"),
)
PAPER: Final = c.Cell("–")


def table(proof: Proof, scheme: Scheme) -> c.Table:
    """The chain from the first contact to the last receipt."""
    found = (
        *_proposed(proof, scheme),
        *_applied(proof, scheme),
        *_decided(proof),
        *(_booked(step, scheme) for step in proof.steps),
        *_asked_again(proof),
        *_planned(proof, scheme),
        *_reported(proof, scheme),
        *_paid(proof, scheme),
    )
    return c.Table(
        "chain",
        "From the first contact to the money, step by step",
        COLUMNS,
        found,
        noun=("step", "steps"),
        note="Within each part the oldest first: who proposed it, application and letter, decision, books, plan, report, cash.",
    )


def _row(
    step: str,
    what: str | c.Cell,
    when: date | datetime | c.Cell | None,
    who: str,
    why: str = "",
    paper: c.Cell = PAPER,
    amount: c.Value = "–",
    certainty: str = "",
) -> c.Row:
    """One step of the chain; `certainty` is how sure its facts are, which is shown unless the office itself recorded them."""
    said = what if isinstance(what, c.Cell) else c.Cell(what)
    marked = replace(said, certainty=mark(certainty))
    return c.Row.of(
        step, marked, amount, when or "not known", who or "not known", why or "no reason is recorded", paper
    )


def mark(certainty: str) -> c.Certainty | None:
    """The mark of how sure something is; what was recorded here needs none."""
    return c.Certainty(certainty) if certainty not in ("", c.Certainty.RECORDED) else None


def _when(on: date, at: datetime) -> c.Cell:
    """The day that something is about and the instant at which it was recorded."""
    return c.Cell(on, note=_recorded(at))


def _recorded(at: datetime) -> str:
    """When something was recorded, in words."""
    return f"recorded {instant(timezone.localtime(at))}"


def _at(at: datetime) -> datetime:
    """An instant in the site's time zone."""
    return timezone.localtime(at)


def _file(name: str, href: str, digest: str) -> c.Cell:
    """A kept file with its hash."""
    return c.Cell(name, href=href, note=f"SHA-256 {digest[:16]}…" if digest else "")


def _proposed(proof: Proof, scheme: Scheme) -> Iterator[c.Row]:
    """Who proposed the topic, and how the partner came to it."""
    for one in proof.credits:
        who = one.organisation.name if one.organisation else one.name
        link = c.Cell(one.idea.title, href=reverse("office-idea", args=[one.idea.reference])) if one.idea else PAPER
        yield _row("Proposed", one.get_part_display(), one.on, who, one.note, link, certainty=one.certainty)
    for application in proof.applications:
        lead = application.lead
        if lead is not None:
            paper = c.Cell(lead.reference, href=reverse("office-lead", args=[lead.reference]))
            who = str(lead.owner) if lead.owner else ""
            first = next(iter(lead.steps.all()), None)
            yield _row(
                "First contact",
                f"Lead of {application.organisation.name}: {Lead.Route(lead.route).label}",
                _when(lead.opened_on, first.recorded_at) if first else lead.opened_on,
                first.recorded_by if first else who,
                (first.reason if first else "") or lead.interest,
                paper,
                certainty=lead.certainty,
            )


def _applied(proof: Proof, scheme: Scheme) -> Iterator[c.Row]:
    """Applications with every version of their letters."""
    for one in proof.applications:
        paper = c.Cell(one.reference, href=reverse("office-application", args=[one.reference]))
        who = str(one.made_by) if one.made_by else one.organisation.name
        what = f"Application of {one.organisation.name}: {one.get_status_display().lower()}"
        yield _row("Applied", what, _at(one.made_at), who, one.reason, paper, certainty=one.certainty)
    references = {one.pk: one.reference for one in proof.applications}
    amounts = {line.letter_id: line for line in proof.lines}
    for letter in proof.letters:
        reference, line = references[letter.application_id], amounts[letter.pk]
        amount = c.Money(line.amount_cents, line.currency or scheme.currency)
        what = f"{scheme.label('letter')}, version {letter.number}: {letter.get_status_display().lower()}"
        paper = c.Cell(
            f"Letter {letter.number} (PDF)", href=reverse("office-letter-pdf", args=[reference, letter.number])
        )
        signed = f"signed by {letter.signatory_name}, {letter.signatory_function}" if letter.signatory_name else ""
        handed_in = letter.submitted_at or letter.written_at
        yield _row("Letter", what, _at(handed_in), letter.written_by, letter.reason or signed, paper, amount)
        if letter.file:
            href = reverse("office-letter-signed", args=[reference, letter.number])
            paper = _file(letter.file_name, href, letter.digest)
            yield _row(
                "Letter, signed",
                "The document as it was handed in",
                letter.signed_on,
                letter.signatory_name,
                signed,
                paper,
            )


def _decided(proof: Proof) -> Iterator[c.Row]:
    """The decisions in the register."""
    for one in proof.decisions:
        paper = c.Cell(one.number, href=reverse("office-decision", args=[one.pk]))
        who = one.group.name if one.group else "the board"
        why = one.text or "its text is not kept here"
        yield _row("Decided", one.title, one.decided_on, who, why, paper, certainty=one.certainty)


def _booked(step: Step, scheme: Scheme) -> c.Row:
    """One entry of the books about it."""
    entry = step.entry
    own = [row for row in step.transfers if row.tranche_id is None]
    match = [row for row in step.transfers if row.tranche_id is not None]
    cents = sum(row.amount_cents for row in own) or sum(row.amount_cents for row in match)
    moved = "; ".join(
        f"match {row.from_account.stage} to {row.to_account.stage} {money(row.amount_cents, scheme.currency)}"
        for row in match
    )
    evidence = f"Evidence: {entry.evidence}" if entry.evidence else ""
    return c.Row.of(
        Entry.Kind(entry.kind).label,
        c.Cell("In the books", note=moved, certainty=mark(entry.certainty)),
        c.Money(cents, scheme.currency),
        c.Cell(entry.effective_on, note=_recorded(entry.recorded_at), certainty=booked.mark(entry)),
        entry.actor_name,
        c.Cell(entry.reason, note=evidence),
        c.Cell(
            f"Entry {entry.number}",
            href=reverse("office-entry", args=[scheme.code, entry.number]),
            note=f"seal {step.transfers[-1].hash[:16]}…",
        ),
    )


def _asked_again(proof: Proof) -> Iterator[c.Row]:
    """Whether it still stands after the text of the topic changed."""
    for one in proof.confirmations:
        said = one.get_answer_display() if one.answer else "not answered yet"
        when = _at(one.answered_at or one.asked_at)
        yield _row(
            "Confirmed",
            f"Asked whether it still stands: {said}",
            when,
            one.answered_by or "the office",
            one.answer_text,
        )


def _planned(proof: Proof, scheme: Scheme) -> Iterator[c.Row]:
    """What plans say of it, year by year."""
    for line in proof.plan_lines:
        plan = line.plan
        paper = c.Cell(f"Plan {plan.year}, version {plan.number}", href=reverse("office-plan", args=[plan.pk]))
        what = f"Plan of {plan.year}: {plan.get_status_display().lower()}"
        when = _at(plan.submitted_at or plan.written_at)
        yield _row(
            "Planned",
            what,
            when,
            plan.written_by,
            line.note or plan.reason,
            paper,
            c.Money(line.amount_cents, scheme.currency),
        )


def _reported(proof: Proof, scheme: Scheme) -> Iterator[c.Row]:
    """Reports with their evidence, certificate, and what the office accepted."""
    certificates = {one.report_id: one for one in proof.certificates}
    for line in proof.report_lines:
        report = line.report
        href = reverse("office-report", args=[report.reference])
        paper, when = c.Cell(report.reference, href=href), _at(report.submitted_at or report.written_at)
        what = f"Report of {report.year}, line {line.number}: {report.get_status_display().lower()}"
        who, why = report.written_by, f"declared by {report.declared_by}" if report.declared_by else line.note
        yield _row("Reported", what, when, who, why, paper, c.Money(line.reported_cents, scheme.currency))
        for one in proof.evidence:
            if one.report_line_id == line.pk:
                file = reverse("office-evidence", args=[report.reference, one.pk])
                paper = _file(one.file_name, file, one.digest)
                yield _row(
                    "Evidence", one.title, _at(one.added_at), one.added_by, "proves the line of the report", paper
                )
        yield from _certified(line, certificates, scheme)
        if line.validated_cents is not None and report.validated_at is not None:
            yield _row(
                "Validated",
                f"Accepted of {report.reference}, line {line.number}",
                _at(report.validated_at),
                report.validated_by,
                _refused(line, scheme, Refusal.Stage.CHECK) or "all of it was accepted",
                c.Cell(report.reference, href=href),
                c.Money(line.validated_cents, scheme.currency),
            )


def _certified(line: ReportLine, certificates: dict[int, Certificate], scheme: Scheme) -> Iterator[c.Row]:
    """The certificate of the report that a line stands in."""
    certificate = certificates.get(line.report_id)
    if certificate is None:
        return
    paper = c.Cell("no document was handed in")
    if certificate.file:
        href = reverse("office-certificate", args=[line.report.reference])
        paper = _file(certificate.file_name, href, certificate.digest)
    yield _row(
        "Certificate",
        f"{certificate.auditor}: {certificate.get_opinion_display().lower()}",
        _when(certificate.signed_on, certificate.recorded_at),
        f"{certificate.auditor}; recorded by {certificate.recorded_by}",
        "; ".join(filter(None, (certificate.scope, _refused(line, scheme, Refusal.Stage.CERTIFICATE)))),
        paper,
        c.Money(line.certified_cents, scheme.currency),
    )


def _refused(line: ReportLine, scheme: Scheme, stage: str) -> str:
    """What of a line did not pass a stage, and why."""
    how = "not certified" if stage == Refusal.Stage.CERTIFICATE else "refused"
    found = [
        f"{money(one.amount_cents, scheme.currency)} {how}: {one.reason}"
        + (f" ({one.legal_basis})" if one.legal_basis else "")
        for one in line.refusals.all()
        if one.stage == stage
    ]
    return "; ".join(found)


def _paid(proof: Proof, scheme: Scheme) -> Iterator[c.Row]:
    """Instalments, what came of them, and notices."""
    for one in proof.instalments:
        yield _instalment(one, scheme)
    for receipt in proof.receipts:
        number = receipt.entry.number
        paper = c.Cell(f"Entry {number}", href=reverse("office-entry", args=[scheme.code, number]))
        what = f"Money for instalment {receipt.instalment.number}"
        why = f"bank reference {receipt.bank_reference}" if receipt.bank_reference else receipt.entry.reason
        when, amount = _when(receipt.received_on, receipt.recorded_at), c.Money(receipt.amount_cents, scheme.currency)
        yield _row("Received", what, when, receipt.recorded_by, why, paper, amount)
    for notice in proof.notices:
        yield _notice(notice, scheme)


def _instalment(one: Instalment, scheme: Scheme) -> c.Row:
    """One instalment with its invoice."""
    invoiced = f", invoice {one.invoice_number} of {day(one.invoiced_on)}" if one.invoice_number else ", not invoiced"
    paper = c.Cell(f"Instalment {one.number}", href=reverse("office-instalment", args=[one.pk]))
    when, amount = _when(one.due_on, one.recorded_at), c.Money(one.amount_cents, scheme.currency)
    return _row("Instalment", f"Due on {day(one.due_on)}{invoiced}", when, one.recorded_by, one.note, paper, amount)


def _notice(one: Notice, scheme: Scheme) -> c.Row:
    """A notice that something is missing."""
    paper = c.Cell("Notice", href=reverse("office-notice", args=[one.pk]))
    what = f"{one.get_kind_display()}: {one.get_status_display().lower()}"
    why = f"{one.reason.rstrip('.')}. {one.outcome}".strip()
    return _row(
        "Notice",
        what,
        _when(one.given_on, one.given_at),
        one.given_by,
        why,
        paper,
        c.Money(one.amount_cents, scheme.currency),
    )


def papers(proof: Proof, scheme: Scheme) -> tuple[c.Fact, ...]:
    """The papers that a person who checks looks for first; what there is none of is said."""
    references = {one.pk: one.reference for one in proof.applications}
    letters = [
        c.Fact(
            f"Letter of {references[one.application_id]}, version {one.number}",
            "PDF",
            href=reverse("office-letter-pdf", args=[references[one.application_id], one.number]),
            note=one.get_status_display(),
        )
        for one in proof.letters
    ]
    decisions = [
        c.Fact(
            f"Decision {place}",
            one.number,
            href=reverse("office-decision", args=[one.pk]),
            note=day(one.decided_on),
            certainty=mark(one.certainty),
        )
        for place, one in enumerate(proof.decisions, 1)
    ]
    certificates = [
        c.Fact(
            f"Certificate of {one.report.reference}",
            one.file_name or "no document was handed in",
            href=reverse("office-certificate", args=[one.report.reference]) if one.file else "",
            note=f"{one.auditor}, {one.get_opinion_display().lower()}",
        )
        for one in proof.certificates
    ]
    return (
        *(letters or [c.Fact("Letter", "none", note="It was recorded without an application here.")]),
        *(decisions or [c.Fact("Decision", "none yet")]),
        *(certificates or [c.Fact("Certificate", "none", note=_no_certificate(proof.report_lines))]),
        c.Fact(
            "Evidence",
            counted(len(proof.evidence), "file") if proof.evidence else "none",
            note="each in the chain below" if proof.evidence else "",
        ),
    )


def _no_certificate(lines: Iterable[ReportLine]) -> str:
    """Why there is no certificate."""
    return "The report has none." if list(lines) else "Nothing is reported yet."
