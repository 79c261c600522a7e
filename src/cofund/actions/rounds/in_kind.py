"""In-kind lines and evidence of a report: what an amount consists of, what it is worth in the scheme's currency, what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from cofund.actions import checks, files
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.rounds import guarding
from cofund.actions.rounds.activities import refuse
from cofund.queries import rates, rounds, schemes
from cofund.records.ledger.models import Evidence, InKindLine, Report, ReportLine
from cofund.rules import exchange
from cofund.rules.exchange import Rate
from cofund.rules.places import country_code
from cofund.rules.rounds import cost_objections, window_of
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Cost:
    """One in-kind line as stated: so many units at such a rate in its own currency, where and when, valued how."""

    category: str
    description: str
    unit: str
    quantity: Decimal
    rate_cents: int
    currency: str
    from_on: date
    until_on: date
    valuation: str
    valuation_basis: str
    place: str = "unknown"
    country: str = ""


def add(actor: Actor, report: Report, number: int, cost: Cost, *, at: datetime | None = None) -> InKindLine:
    """Add an in-kind line to a line of a draft; the line then reports the sum of its in-kind lines.

    An amount in another currency counts by the average of the daily reference rates of the reporting period, which is kept with it.

    Raises:
        NotAllowed, Refused: the report is no draft, the cost lies outside of the period, the place or the window, or no rate is
            known.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "write report") as row:
        line = line_of(row, number)
        rules, _ = schemes.current(row.scheme.code)
        asked = f"You asked to add {cost.description[:100]} to {rounds.name_of(line)}."
        _check(rules, row, line, cost, asked)
        rate = _rate(rules, row, cost, asked)
        amount = exchange.priced(cost.quantity, cost.rate_cents)
        checks.check_size(amount, cost.currency, asked)
        made = InKindLine.objects.create(
            report_line=line,
            number=(line.in_kind.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            **_stated(cost),
            amount_cents=amount,
            scheme_amount_cents=exchange.worth(amount, rate.units) if rate else amount,
            exchange_rate=rate.units if rate else "",
            exchange_on=rate.on if rate else "",
            exchange_source=rate.source if rate else "",
        )
        add_up(line)
        after = {"line": number, "in_kind": made.number, "amount_cents": made.scheme_amount_cents}
        guarding.record(actor, row, "write report", instant, after=after)
        return made


def remove(actor: Actor, report: Report, number: int, in_kind: int, *, at: datetime | None = None) -> None:
    """Take an in-kind line out of a draft, with its evidence."""
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "write report") as row:
        line = line_of(row, number)
        for one in line.in_kind.filter(number=in_kind):
            one.evidence.all().delete()
            one.delete()
        add_up(line)
        guarding.record(actor, row, "write report", instant, after={"line": number, "removed_in_kind": in_kind})


def prove(
    actor: Actor,
    report: Report,
    number: int,
    title: str,
    upload: UploadedFile[bytes],
    *,
    in_kind: int | None = None,
    at: datetime | None = None,
) -> Evidence:
    """Add a file that proves a line of a draft, or one of its in-kind lines.

    Raises:
        NotAllowed, Refused: the report is no draft, or the file is not taken.
    """
    instant = guarding.now(at)
    with guarding.report_step(actor, report, "write report") as row:
        line = line_of(row, number)
        inside = line.in_kind.filter(number=in_kind).first() if in_kind is not None else None
        kept = files.keep(upload)
        made = Evidence.objects.create(
            report_line=line,
            in_kind_line=inside,
            title=title.strip() or kept.name,
            file=kept.path,
            file_name=kept.name,
            digest=kept.digest,
            added_by=actor.name,
            added_at=instant,
        )
        after = {"line": number, "file": kept.name, "sha256": kept.digest}
        guarding.record(actor, row, "write report", instant, after=after)
        return made


def line_of(report: Report, number: int) -> ReportLine:
    """A line of a report by its number.

    Raises:
        Refused: there is none.
    """
    found = report.lines.select_related("activity__project", "contribution__project").filter(number=number).first()
    if found is None:
        asked = f"You asked for line {number} of {report.reference}."
        raise Refused(asked=asked, wrong="There is none of that number.", remedy="Open the report again.")
    return found


def add_up(line: ReportLine) -> None:
    """Let a line report the sum of its in-kind lines; nothing where it has none."""
    line.reported_cents = line.in_kind.aggregate(cents=Sum("scheme_amount_cents"))["cents"] or 0
    line.save(update_fields=["reported_cents"])


def _check(rules: Scheme, report: Report, line: ReportLine, cost: Cost, asked: str) -> None:
    """Refuse a cost outside of the period, or outside of the place and the window of its kind."""
    for name, what in (("description", "description"), ("unit", "unit"), ("valuation_basis", "basis of the valuation")):
        guarding.said(getattr(cost, name), asked, name, what)
    if cost.quantity <= 0 or cost.rate_cents <= 0:
        wrong, field = "That is not more than nothing.", "quantity" if cost.quantity <= 0 else "rate"
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the quantity and the rate of one unit.", field=field)
    checks.country(cost.country, asked)
    if cost.until_on < cost.from_on:
        wrong = "It would end before it starts."
        raise Refused(asked=asked, wrong=wrong, remedy="Check the two days.", field="until_on")
    period = f"{report.from_on.isoformat()} to {report.until_on.isoformat()}"
    for name, on in (("from_on", cost.from_on), ("until_on", cost.until_on)):
        if not report.from_on <= on <= report.until_on:
            wrong = f"The report is about {period}."
            raise Refused(asked=asked, wrong=wrong, remedy="Report only what arose in it.", field=name)
    kind, project = rounds.kind_of(line), rounds.project_of(line)
    window = window_of(rules.kind(kind), rounds.anchors_of(project)) if project is not None else None
    days = {"from_on": cost.from_on, "until_on": cost.until_on}
    for objection in cost_objections(rules, kind, place=cost.place, country=cost.country, window=window, **days):
        refuse(objection, asked)


def _rate(rules: Scheme, report: Report, cost: Cost, asked: str) -> Rate | None:
    """The rate of a cost in another currency. Raises Refused where none is known."""
    if cost.currency == rules.currency:
        return None
    rate = rates.over(cost.currency, rules.currency, report.from_on, report.until_on)
    if rate is None:
        raise Refused(
            asked=asked,
            wrong=f"No reference rate of {cost.currency} is known here for {report.from_on} to {report.until_on}.",
            remedy="Ask the office to import the rates of the European Central Bank, or state the cost in another currency.",
            field="currency",
        )
    return rate


def _stated(cost: Cost) -> dict[str, Any]:
    """The columns that repeat what was stated."""
    return {
        "category": cost.category,
        "description": cost.description.strip(),
        "unit": cost.unit.strip(),
        "quantity": cost.quantity,
        "currency": cost.currency,
        "rate_cents": cost.rate_cents,
        "from_on": cost.from_on,
        "until_on": cost.until_on,
        "place": cost.place,
        "country": country_code(cost.country),
        "valuation": cost.valuation,
        "valuation_basis": cost.valuation_basis.strip(),
    }
