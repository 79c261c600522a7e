"""Instalments, receipts and notices as components: rows, badges, facts and sums."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cofund.queries import clock, instalments
from cofund.queries.instalments import Line, Total
from cofund.records.ledger.models import Notice, Receipt
from cofund.rules.instalments import INVOICED, RECEIVED, STATES
from cofund.rules.lifecycle_notices import NOTICE
from cofund.web import components as c
from cofund.web import joint
from cofund.web.formatting import counted, day, relative_day
from cofund.web.office import exports
from cofund.web.routes import reverse

COLUMNS = (
    c.Column("Instalment"),
    c.Column("Partner"),
    c.Column("Due"),
    c.Column("State"),
    c.Column("Amount", numeric=True),
    c.Column("Received", numeric=True),
    c.Column("Missing", numeric=True),
)
NOTICE_TONES = {
    "open": c.Tone.WARNING,
    "cured": c.Tone.GOOD,
    "terminated": c.Tone.BAD,
    "withdrawn": c.Tone.CLOSED,
}


def status_of(line: Line) -> c.Status:
    """The badge of an instalment."""
    if line.is_ended:
        return c.Status("Ended by a notice", c.Tone.CLOSED)
    if line.days_late:
        return c.Status("Late", c.Tone.BAD)
    tone = {RECEIVED: c.Tone.GOOD, INVOICED: c.Tone.WAITING}.get(line.due.state, c.Tone.NEUTRAL)
    return c.Status(STATES[line.due.state], tone)


def due_cell(line: Line) -> c.Cell:
    """The day on which it is due, and how far that is."""
    if line.days_late:
        return c.Cell(line.row.due_on, note=f"{counted(line.days_late, 'day')} late")
    is_waiting = line.due.missing_cents and not line.is_ended
    return c.Cell(line.row.due_on, note=relative_day(line.row.due_on, clock.today()) if is_waiting else "")


def row_of(line: Line, *, of_one: bool = False) -> c.Row:
    """An instalment as a row of a list; `of_one` is for the page of its own contribution, which names everything else."""
    contribution, currency = line.contribution, line.currency
    name = f"Instalment {line.row.number}" if of_one else f"{contribution.reference}, {line.row.number}"
    shared = f"joint; {joint.SPLIT}" if line.is_joint else ""
    note = "; ".join(filter(None, (contribution.target_name, shared)))
    giver = c.Cell(" and ".join(map(str, line.organisations)), note=note)
    received = c.Cell(c.Money(line.due.received_cents, currency))
    return c.Row.of(
        c.Cell(name, href=reverse("office-instalment", args=[line.row.pk]), note=line.row.note),
        *(() if of_one else (giver,)),
        due_cell(line),
        c.Cell(status_of(line), note=f"invoice {line.row.invoice_number}" if line.row.invoice_number else ""),
        c.Money(line.row.amount_cents, currency),
        *(() if of_one else (received,)),
        c.Money(line.due.missing_cents, currency),
        kind="muted" if line.is_ended else "",
    )


def total_rows(totals: Iterable[Total]) -> list[c.Row]:
    """One total for each currency; amounts of different currencies are never added."""
    return [
        c.Row.of(
            "All of them",
            "–",
            c.Cell("–", note=""),
            c.Cell("Late", note="what is missing after its day") if one.late_cents else "–",
            c.Money(one.amount_cents, one.currency),
            c.Money(one.received_cents, one.currency),
            c.Money(one.late_cents, one.currency),
            kind="total",
        )
        for one in totals
    ]


def plain(line: Line) -> dict[str, exports.Plain]:
    """An instalment as a row of a file; amounts in whole cents."""
    row = line.row
    return {
        "contribution": line.contribution.reference,
        "scheme": line.contribution.book.scheme.code,
        "number": row.number,
        "partners": "; ".join(one.name for one in line.organisations),
        "is_joint": line.is_joint,
        "target": line.contribution.target_name,
        "due_on": row.due_on.isoformat(),
        "invoice_number": row.invoice_number,
        "invoiced_on": row.invoiced_on.isoformat() if row.invoiced_on else "",
        "state": "ended" if line.is_ended else line.due.state,
        "days_late": line.days_late,
        "currency": line.currency,
        "amount_cents": row.amount_cents,
        "received_cents": line.due.received_cents,
        "missing_cents": line.due.missing_cents,
    }


def receipts_table(rows: Iterable[Receipt], currency: str, *, links: bool) -> c.Table:
    """What came for an instalment; a receipt whose entry was corrected steps back."""
    shown = []
    for row in rows:
        corrected = bool(row.entry.corrections.all())
        code = row.instalment.contribution.book.scheme.code
        href = reverse("office-entry", args=[code, row.entry.number]) if links else ""
        shown.append(
            c.Row.of(
                row.received_on,
                c.Cell(c.Money(row.amount_cents, currency), note="corrected: it did not come" if corrected else ""),
                row.bank_reference or "–",
                c.Cell(f"Entry {row.entry.number}", href=href),
                row.recorded_by,
                kind="muted" if corrected else "",
            )
        )
    return c.Table(
        "receipts",
        "What came",
        (
            c.Column("Received"),
            c.Column("Amount", numeric=True),
            c.Column("Bank"),
            c.Column("In the books"),
            c.Column("Recorded by"),
        ),
        tuple(shown),
        noun=("receipt", "receipts"),
        empty=c.EmptyState("Nothing has come yet."),
    )


def notice_status(row: Notice) -> c.Status:
    """The badge of a notice."""
    if row.status == Notice.Status.OPEN and row.until_on < clock.today():
        return c.Status("Period has passed", c.Tone.BAD)
    return c.Status(NOTICE.states[row.status], NOTICE_TONES[row.status])


def notices_table(rows: Iterable[Notice], currency: str) -> c.Table:
    """Notices about a contribution or an instalment."""
    shown = tuple(
        c.Row.of(
            c.Cell(row.get_kind_display(), href=reverse("office-notice", args=[row.pk])),
            c.Money(row.amount_cents, currency),
            row.given_on,
            c.Cell(row.until_on, note=relative_day(row.until_on, clock.today()) if row.status == "open" else ""),
            notice_status(row),
        )
        for row in rows
    )
    return c.Table(
        "notices",
        "Notices",
        (
            c.Column("Notice"),
            c.Column("Missing", numeric=True),
            c.Column("Given"),
            c.Column("To mend by"),
            c.Column("State"),
        ),
        shown,
        noun=("notice", "notices"),
        empty=c.EmptyState("No notice was given."),
    )


def facts_of(line: Line) -> tuple[c.Fact, ...]:
    """An instalment in facts."""
    row = line.row
    invoice = f"{row.invoice_number}, sent {day(row.invoiced_on)}" if row.invoiced_on else "not invoiced yet"
    due = due_cell(line)
    return (
        c.Fact("Contribution", line.contribution.reference, href=_contribution_href(line)),
        c.Fact(
            "Partner",
            " and ".join(map(str, line.organisations)),
            note=f"jointly, in full; {joint.SPLIT}" if line.is_joint else "",
        ),
        c.Fact("For", line.contribution.target_name),
        c.Fact("Due", row.due_on, note=due.note),
        c.Fact("Invoice", invoice),
        c.Fact("Amount", c.Money(row.amount_cents, line.currency)),
        c.Fact("Received", c.Money(line.due.received_cents, line.currency)),
        c.Fact("Missing", c.Money(line.due.missing_cents, line.currency)),
        c.Fact("Note", row.note or "none"),
    )


def _contribution_href(line: Line) -> str:
    """The page of its contribution."""
    return reverse("office-contribution", args=[line.contribution.reference])


def sums_facts(line_sums: Any, currency: str) -> tuple[c.Fact, ...]:
    """A contribution in its instalments: received within invoiced within committed."""
    return (
        c.Fact("Committed", c.Money(line_sums.committed_cents, currency)),
        c.Fact("In instalments", c.Money(line_sums.planned_cents, currency)),
        c.Fact("Invoiced", c.Money(line_sums.invoiced_cents, currency)),
        c.Fact("Received", c.Money(line_sums.received_cents, currency)),
    )


def table_of(lines: Iterable[Line], name: str = "instalments", caption: str = "Instalments", **more: Any) -> c.Table:
    """Instalments as a table; `more` goes to the table."""
    of_one = more.pop("of_one", False)
    rows = tuple(row_of(line, of_one=of_one) for line in lines)
    columns = tuple(one for one in COLUMNS if not (of_one and one.label in ("Partner", "Received")))
    more.setdefault("empty", c.EmptyState("No instalment is planned."))
    return c.Table(name, caption, columns, (*rows, *more.pop("totals", ())), noun=("instalment", "instalments"), **more)


SELECTIONS = tuple(c.Choice(code, words) for code, words in instalments.SELECTIONS.items())
