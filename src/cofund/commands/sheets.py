"""`cofund import grant-sheet` and `undo-sheet`: sheets of grants and participants as the grant system gives them."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.sheets import reading, taking, undoing
from cofund.actions.sheets.reading import Handed, Looked
from cofund.commands.printing import JSON_OPTION, console, print_json, table
from cofund.importers import spreadsheets
from cofund.importers.workbooks import UnreadableWorkbook
from cofund.queries import grant_sheets
from cofund.queries.schemes import SchemeNotInstalledError
from cofund.records.ledger.models import SheetImport
from cofund.records.programme.models import Project
from cofund.rules import grant_columns

_SHOWN = 40


@click.command("grant-sheet", short_help="Import a sheet of grants or participants.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scheme", "code", metavar="CODE", help="The programme, for example ihi. Not needed beside --project.")
@click.option(
    "--project", "named", metavar="PROJECT",
    help="All rows are about this project: its acronym, short name or grant agreement.",
)  # fmt: skip
@click.option(
    "--grants", "are_grants", is_flag=True, help="The rows are grants. Without it they are participants of grants."
)
@click.option(
    "--associated-is-he", "is_he", is_flag=True,
    help="“Associated partner” in the sheet means “HE associated partner (no funding)”.",
)  # fmt: skip
@click.option(
    "--others", "are_others", is_flag=True,
    help="Organisations that have nearly the name of one that the site knows are other ones.",
)  # fmt: skip
@click.option("--look", is_flag=True, help="Only say what the import would do.")
@JSON_OPTION
def grant_sheet(
    file: Path,
    code: str | None,
    named: str | None,
    are_grants: bool,
    is_he: bool,
    are_others: bool,
    look: bool,
    as_json: bool,
) -> None:
    """Import FILE, an Excel workbook or a CSV file of the grant system: participants of a project, or grants.

    All of it is taken, or nothing; the same file twice changes nothing. docs/import.md lists the columns. It can be undone, as
    long as nothing was built on it. Exits with 1 where a cell cannot be taken.

    \b
    Examples:
      cofund import grant-sheet participants.xlsx --project iderha --look
      cofund import grant-sheet participants.xlsx --project iderha
      cofund import grant-sheet grants.csv --scheme ihi --grants
    """
    project = _project(code, named) if named else None
    if project is None and code is None:
        raise click.UsageError("Name the --project that the rows are about, or the --scheme.")
    kind = grant_columns.GRANTS if are_grants else grant_columns.PARTICIPANTS
    scheme_code = project.scheme.code if project is not None else str(code)
    try:
        content = file.read_bytes()
        workbook = spreadsheets.read(content, most_rows=grant_columns.MOST_ROWS)
        handed = Handed(scheme_code, kind, file.name, content, workbook, project, is_he, are_others)
        looked = reading.look(handed)
        row = None if looked.wrong or look else _taken_over(handed)
    except UnreadableWorkbook as error:
        raise click.ClickException(f"{file}: {error}") from error
    except (Refused, SchemeNotInstalledError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json(_plain(looked, row))
    else:
        _print(file.name, looked, row, look=look)
    sys.exit(1 if looked.wrong else 0)


@click.command("undo-sheet", short_help="Undo the import of a sheet.")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is undone.")
def undo_sheet(number: int, reason: str) -> None:
    """Undo the sheet of NUMBER, as long as nothing was built on it. What it said and did stays to be read.

    \b
    Example:
      cofund import undo-sheet 12 --reason "The sheet of another project"
    """
    row = SheetImport.objects.filter(pk=number).select_related("scheme").first()
    if row is None:
        raise click.ClickException(f"There is no sheet {number}.")
    try:
        undoing.undo(Actor.operator(), row, reason)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Sheet {number}, {row.file_name}, is undone.")


def _project(code: str | None, named: str) -> Project:
    """The project that is named, of one programme or of the only one that has it. Raises: click.ClickException."""
    found = grant_sheets.projects_named(named, code)
    if not found:
        where = f"The programme {code}" if code else "The site"
        raise click.ClickException(f"{where} has no project {named}.")
    if len(found) > 1:
        programmes = ", ".join(one.scheme.code for one in found)
        raise click.ClickException(f"Several programmes have a project {named}: {programmes}. Name the --scheme too.")
    return found[0]


def _taken_over(handed: Handed) -> SheetImport | None:
    """Read a file in and take it over; None where it changes nothing and was not read in before."""
    if not reading.look(handed).comparison.changes_anything:
        return None
    row = reading.read_in(Actor.operator(), handed)
    if row.status == SheetImport.Status.READ:
        row = taking.take_over(Actor.operator(), row, grant_sheets.compared_now(row).seen)
    return row


def _print(name: str, looked: Looked, row: SheetImport | None, *, look: bool) -> None:
    """The report for people."""
    out = console()
    for note in looked.read.notes:
        out.print(escape(f"Note: {note}"))
    if looked.wrong:
        places = f"{len(looked.wrong)} place{'s' if len(looked.wrong) > 1 else ''}"
        out.print(escape(f"{name}: nothing was taken over; {places} cannot be taken."), style="bold")
        for cell in looked.wrong:
            out.print(escape(f"  {cell}"))
        return
    effects = [one for one in looked.comparison.effects if one.effect != grant_sheets.SAME]
    rows = [(one.effect, one.project, one.organisation, ", ".join(key for key, _, _ in one.differs)) for one in effects]
    if rows:
        out.print(
            table("What differs", ("Effect", "Project", "Organisation", "Changes"), rows[:_SHOWN], amounts_from=4)
        )
    if len(rows) > _SHOWN:
        out.print(f"And {len(rows) - _SHOWN:,} more; --json lists all.")
    counts = ", ".join(f"{looked.comparison.count(one)} {one}" for one in grant_sheets.EFFECTS)
    done = "Nothing was written." if look or row is None else f"It is sheet {row.pk}; undo-sheet {row.pk} undoes it."
    out.print(escape(f"{name}: {counts}. {done}"))


def _plain(looked: Looked, row: SheetImport | None) -> dict[str, Any]:
    """The report for scripts; amounts in cents."""
    return {
        "sheet": row.pk if row else None,
        "notes": list(looked.read.notes),
        "wrong": [asdict(one) for one in looked.wrong],
        "effects": [asdict(one) for one in looked.comparison.effects],
        "organisations_added": list(looked.comparison.added_organisations),
    }
