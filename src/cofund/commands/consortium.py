"""`cofund check-consortium`: check the plan of a consortium before it is handed in, or write the template for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from django.db import DatabaseError
from rich.console import Console
from rich.markup import escape

from cofund.commands.printing import JSON_OPTION, amount, console, print_json, table
from cofund.exporters import consortium_sheets
from cofund.importers import workbooks
from cofund.importers.workbooks import UnreadableWorkbook
from cofund.queries import clock, schemes
from cofund.queries.schemes import SchemeNotInstalledError
from cofund.rules import consortium_sheet, share_words
from cofund.rules.consortium import Check, Report, check
from cofund.rules.consortium_sheet import Reading
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import Scheme
from cofund.schemes import shipped


@click.command("check-consortium", short_help="Check the plan of a consortium before it is handed in.")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--scheme", "code", required=True, help="The scheme to check by: its code, such as ihi.")
@click.option(
    "--template", "template_file", type=click.Path(path_type=Path, dir_okay=False), help="Write an empty plan here."
)
@click.option("--result", "result_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result here.")
@JSON_OPTION
def check_consortium(
    file: Path | None, code: str, template_file: Path | None, result_file: Path | None, as_json: bool
) -> None:
    """Check FILE, an Excel workbook in the layout of the template: shares, kinds, roles, turnover, countries.

    Exits with 1 where something blocks or a cell cannot be read, so that it can stand in a script.

    \b
    Examples:
      cofund check-consortium --scheme ihi --template plan.xlsx
      cofund check-consortium plan.xlsx --scheme ihi
      cofund check-consortium plan.xlsx --scheme ihi --json --result checked.xlsx
    """
    scheme = scheme_of(code)
    if template_file is not None:
        template_file.write_bytes(consortium_sheets.template(scheme, scheme.version, on=clock.today()))
        click.echo(f"Wrote {template_file}.", err=as_json)
    if file is None:
        if template_file is None:
            raise click.UsageError("Name the FILE to check, or --template FILE to get one.")
        return
    reading = _read(scheme, file)
    report = check(scheme, reading.plan) if reading.plan is not None else None
    if report is not None and result_file is not None:
        result_file.write_bytes(consortium_sheets.checked(scheme, report, scheme.version, on=clock.today()))
        click.echo(f"Wrote {result_file}.", err=as_json)
    if as_json:
        print_json(plain(scheme, reading, report))
    else:
        _print(console(), scheme, reading, report)
    sys.exit(0 if report is not None and report.passes else 1)


def scheme_of(code: str) -> Scheme:
    """The scheme of this site, or the one that comes with the product where the site does not have it."""
    try:
        return schemes.current(code)[0]
    except (SchemeNotInstalledError, DatabaseError):
        texts = shipped()
        if f"{code}.toml" in texts:
            return parse(texts[f"{code}.toml"], file=f"{code}.toml")
        raise


def _read(scheme: Scheme, file: Path) -> Reading:
    """The plan in a file. Raises: click.ClickException where it is no workbook that can be read."""
    try:
        return consortium_sheet.read(scheme, workbooks.read(file.read_bytes()))
    except UnreadableWorkbook as error:
        raise click.ClickException(f"{file}: {error}") from error


def _print(out: Console, scheme: Scheme, reading: Reading, report: Report | None) -> None:
    """The report for people."""
    for note in reading.notes:
        out.print(escape(f"Note: {note}"))
    if report is None:
        out.print(f"Nothing was checked: {len(reading.wrong)} of the cells cannot be taken.", style="bold")
        for wrong in reading.wrong:
            out.print(escape(f"  {wrong}"))
        return
    verdict = "Nothing blocks this plan." if report.passes else "This plan cannot be handed in like this."
    out.print(
        escape(f"{report.plan.title or 'The plan'}, by {scheme.name}, version {scheme.version}: {verdict}"),
        style="bold",
    )
    rows = [(f"{kind}: {scheme.kind(kind).label}", amount(cents)) for kind, cents in report.given.items()]
    rows += [
        (scheme.label("public_money"), amount(report.basis.public_cents)),
        ("Eligible costs", amount(report.costs_cents)),
    ]
    out.print(table(f"What counts ({scheme.currency})", ("What", "Amount"), rows, amounts_from=1))
    for one in report.checks:
        _print_check(out, scheme, one)
    for finding in report.findings:
        article = f" ({finding.article})" if finding.article else ""
        out.print(escape(f"{finding.severity.upper()}: {finding.words}{article} {finding.remedy}".rstrip()))


def _print_check(out: Console, scheme: Scheme, one: Check) -> None:
    """One share with its terms, its limit, what is left or what would pass."""
    result = one.result
    level = "" if one.is_own else "; the limit holds for the programme as a whole"
    out.print(
        escape(f"{result.test.label}: {share_words.verdict(scheme, result)}"), style="" if result.passes else "bold"
    )
    out.print(escape(f"  {share_words.fraction(scheme, result)}"))
    out.print(escape(f"  {share_words.limit(result)}, {result.limit_source}{level}"))
    if remedy := share_words.remedy(scheme, result):
        out.print(escape(f"  To pass: {remedy}."))
    if room := share_words.room(scheme, result):
        out.print(escape(f"  Left: {room}."))


def plain(scheme: Scheme, reading: Reading, report: Report | None) -> dict[str, Any]:
    """The report for scripts; amounts in cents, shares as exact fractions."""
    wrong = [
        {
            "sheet": one.sheet,
            "row": one.row,
            "column": one.column,
            "heading": one.heading,
            "value": one.value,
            "wrong": one.wrong,
        }
        for one in reading.wrong
    ]
    found: dict[str, Any] = {
        "scheme": scheme.code,
        "scheme_version": scheme.version,
        "currency": scheme.currency,
        "passes": report.passes if report else False,
        "wrong_cells": wrong,
        "notes": list(reading.notes),
    }
    if report is None:
        return found
    return found | {
        "amounts_cents": {
            **report.given,
            "public_money": report.basis.public_cents,
            "eligible_costs": report.costs_cents,
        },
        "tests": [_plain_check(scheme, one) for one in report.checks],
        "findings": [
            {"code": one.code, "severity": one.severity, "participant": one.participant, "words": one.words}
            | {"article": one.article, "remedy": one.remedy}
            for one in report.findings
        ],
    }


def _plain_check(scheme: Scheme, one: Check) -> dict[str, Any]:
    """One test for scripts."""
    result = one.result
    return {
        "id": result.test.id,
        "level": result.test.level,
        "holds_for_the_project": one.is_own,
        "severity": one.severity,
        "standing": result.standing,
        "numerator_cents": result.numerator_cents,
        "denominator_cents": result.denominator_cents,
        "share": None if result.share is None else str(result.share),
        "limit": str(result.limit),
        "bound": "at_least" if result.is_minimum else "at_most",
        "source": result.limit_source,
        "not_counted_cents": result.excess_cents,
        "fraction": share_words.fraction(scheme, result),
        # Costs that are stated have to change with the money that pays for them.
        "costs_are_stated": result.costs_are_stated,
        "to_pass": [
            {
                "what": each.what,
                "of": list(each.terms),
                "not_in_third_countries": list(each.elsewhere),
                "cents": each.cents,
                "leaves_cents": each.leaves_cents,
            }
            for each in result.remedies
        ],
        "left": [{"what": each.what, "of": list(each.terms), "cents": each.cents} for each in result.room],
    }
