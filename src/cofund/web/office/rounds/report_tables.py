"""The tables of a report: its lines, what each consists of, what proves it, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser

from cofund.queries import over_deliveries, rounds
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution, Entry, InKindLine, Refusal, Report, ReportLine
from cofund.rules.lifecycle_round import REPORT
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import day, money
from cofund.web.routes import reverse

# Below the lines of a report, and before it is handed in or checked.
OVER_WORDS = "What the office accepts of it stands apart in the books and is not matched."
PLACE_WORDS = {"eu": "in the Union", "associated": "in an associated country", "third": "in a third country"}


def lines(rules: Scheme, report: Report, found: Sequence[ReportLine], *, may_write: bool) -> c.Table:
    """The lines with what was reported, certified and accepted, and their sum."""
    currency = rules.currency
    rows = []
    for line in found:
        about = line.contribution
        href = reverse("office-contribution", args=[about.reference]) if about is not None else ""
        project = rounds.project_of(line)
        removing = reverse("office-report-line-remove", args=[report.reference, line.number])
        rows.append(
            c.Row.of(
                c.Cell(f"{line.number}: {rounds.name_of(line)}", href=href, note=line.note),
                rules.label(rounds.kind_of(line)),
                project.acronym if project else "the programme",
                _stage(rules, line.reported_cents, line.reported_entry),
                _stage(rules, line.certified_cents, line.certified_entry),
                _stage(rules, line.validated_cents, line.validated_entry),
                *((c.Link("Take out", removing),) if may_write else ()),
            )
        )
    if rows:
        sums = [
            sum(getattr(line, f"{name}_cents") or 0 for line in found)
            if any(getattr(line, f"{name}_cents") is not None for line in found)
            else None
            for name in ("reported", "certified", "validated")
        ]
        cells = [c.Money(cents, currency) if cents is not None else "–" for cents in sums]
        rows.append(c.Row.of("In all", "–", "–", *cells, *(("–",) if may_write else ()), kind="total"))
    columns = (
        c.Column("Line"),
        c.Column("Kind"),
        c.Column("For"),
        c.Column("Reported", numeric=True),
        c.Column("Certified", numeric=True),
        c.Column("Accepted", numeric=True),
        *((c.Column("Change"),) if may_write else ()),
    )
    empty = c.EmptyState("Nothing is reported yet.", "Add a line for each activity or contribution.")
    return c.Table("lines", "Lines of the report", columns, tuple(rows), noun=("line", "lines"), empty=empty)


def over_delivery(rules: Scheme, report: Report, found: Sequence[ReportLine]) -> tuple[str, ...]:
    """For each line that reports more than is committed, by how much, in words. Four queries for a draft, else none."""
    over = over_deliveries.of_draft(rules, report, list(found))
    return tuple(
        f"Line {line.number}, {rounds.name_of(line)}: {money(over[line.number], rules.currency)} more than is committed"
        for line in found
        if line.number in over
    )


def parts(
    rules: Scheme, report: Report, found: Sequence[ReportLine], *, may_write: bool
) -> list[tuple[ReportLine, str, c.Table | None, c.Table | None]]:
    """For each line its name, its in-kind lines and its evidence; lines that have neither only where one can add them."""
    return [
        (line, rounds.name_of(line), _in_kind(rules, report, line, may_write), _evidence(report, line))
        for line in found
        if may_write or line.in_kind.all() or line.evidence.all()
    ]


def of_contribution(user: User | AnonymousUser, contribution: Contribution, rules: Scheme) -> c.Table | None:
    """What reports say of a contribution, for who may read them: the way from a figure to its report and certificate."""
    found = rounds.lines_about(user, contribution)
    rows = tuple(
        c.Row.of(
            c.Cell(
                f"{line.report.year}: {line.report.reference}",
                href=reverse("office-report", args=[line.report.reference]),
                note="late" if line.report.is_late else "",
            ),
            c.Cell(REPORT.states[line.report.status]),
            _stage(rules, line.reported_cents, line.reported_entry),
            _stage(rules, line.certified_cents, line.certified_entry),
            _stage(rules, line.validated_cents, line.validated_entry),
        )
        for line in found
    )
    columns = (
        c.Column("Report"),
        c.Column("State"),
        c.Column("Reported", numeric=True),
        c.Column("Certified", numeric=True),
        c.Column("Accepted", numeric=True),
    )
    return c.Table("reported", "What was reported of it", columns, rows, noun=("report", "reports")) if rows else None


def refusals(rules: Scheme, found: Sequence[ReportLine]) -> c.Table | None:
    """Every amount that was not certified or was refused, with its reason; None where there is none."""
    rows: list[c.Row] = []
    for line in found:
        name = f"Line {line.number}: {rounds.name_of(line)}"
        again = "; it is undelivered again" if line.validated_cents is not None else ""
        words = f"Reported, and not certified by the auditor{again}."
        told = [one for one in line.refusals.all() if one.stage == Refusal.Stage.CERTIFICATE]
        short = line.reported_cents - line.certified_cents if line.certified_cents is not None else 0
        short -= sum(one.amount_cents for one in told)
        if short > 0:
            # Of a certificate that was recorded before its reasons were asked for.
            rows.append(c.Row.of(name, c.Money(short, rules.currency), words, "the certificate"))
        rows += [
            c.Row.of(
                name,
                c.Money(refusal.amount_cents, rules.currency),
                c.Cell(refusal.reason, note=words if refusal in told else ""),
                "the certificate" if refusal in told else refusal.legal_basis or "none named",
            )
            for refusal in line.refusals.all()
        ]
    columns = (c.Column("Line"), c.Column("Amount", numeric=True), c.Column("Why"), c.Column("Article or rule"))
    return (
        c.Table("refusals", "What was not accepted", columns, tuple(rows), noun=("amount", "amounts")) if rows else None
    )


def _stage(rules: Scheme, cents: int | None, entry: Entry | None) -> c.Cell:
    """An amount of a line at a stage, with its entry in the books."""
    if cents is None:
        return c.Cell("–")
    return c.Cell(c.Money(cents, rules.currency), note=f"entry {entry.number}" if entry is not None else "")


def _in_kind(rules: Scheme, report: Report, line: ReportLine, may_write: bool) -> c.Table | None:
    """What the amount of a line consists of."""
    found = list(line.in_kind.all())
    if not found:
        return None
    is_foreign = any(one.exchange_rate for one in found)
    rows = [_cost(rules, report, line, one, may_write=may_write, is_foreign=is_foreign) for one in found]
    total = c.Money(sum(one.scheme_amount_cents for one in found), rules.currency)
    rows.append(
        c.Row.of("In all", *["–"] * (6 if is_foreign else 5), total, *(("–",) if may_write else ()), kind="total")
    )
    columns = (
        c.Column("What"),
        c.Column("Quantity", numeric=True),
        c.Column("Rate", numeric=True),
        c.Column("Period"),
        c.Column("Valued"),
        c.Column("Amount", numeric=True),
        *((c.Column("Rate of exchange"),) if is_foreign else ()),
        c.Column(f"In {rules.currency}", numeric=True),
        *((c.Column("Change"),) if may_write else ()),
    )
    name, caption = f"in-kind-{line.number}", f"What line {line.number} consists of"
    note = f"Only amounts in {rules.currency} are added up." if is_foreign else ""
    return c.Table(name, caption, columns, tuple(rows), noun=("in-kind line", "in-kind lines"), note=note)


def _cost(
    rules: Scheme, report: Report, line: ReportLine, one: InKindLine, *, may_write: bool, is_foreign: bool
) -> c.Row:
    """One in-kind line."""
    place = PLACE_WORDS.get(one.place, "place not known") + (f", {one.country}" if one.country else "")
    rate = c.Cell("–")
    if one.exchange_rate:
        rate = c.Cell(f"{one.exchange_rate} {one.currency} for 1 {rules.currency}", note=one.exchange_source)
    removing = reverse("office-in-kind-remove", args=[report.reference, line.number, one.number])
    return c.Row.of(
        c.Cell(f"{one.number}: {one.description}", note=f"{one.get_category_display()}, {place}"),
        f"{_plain(one.quantity)} {one.unit}",
        money(one.rate_cents, one.currency),
        f"{day(one.from_on)} to {day(one.until_on)}",
        c.Cell(one.get_valuation_display(), note=one.valuation_basis),
        c.Money(one.amount_cents, one.currency),
        *((rate,) if is_foreign else ()),
        c.Money(one.scheme_amount_cents, rules.currency),
        *((c.Link("Take out", removing),) if may_write else ()),
    )


def _evidence(report: Report, line: ReportLine) -> c.Table | None:
    """The files that prove a line."""
    rows = tuple(
        c.Row.of(
            c.Cell(one.title, href=reverse("office-evidence", args=[report.reference, one.pk])),
            one.file_name,
            c.Cell(one.digest[:16], note="first 16 of its SHA-256"),
            c.Cell(one.added_at.date(), note=f"by {one.added_by}"),
        )
        for one in line.evidence.all()
    )
    if not rows:
        return None
    columns = (c.Column("Evidence"), c.Column("File"), c.Column("Hash"), c.Column("Added"))
    name, caption = f"evidence-{line.number}", f"What proves line {line.number}"
    return c.Table(name, caption, columns, rows, noun=("file", "files"))


def _plain(quantity: Decimal) -> str:
    """A quantity without zeros at its end."""
    text = f"{quantity:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
