"""`cofund import`: open data in, from a file or from its publisher, sheets of the grant system, and results of proposals."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cofund.actions import results as proposal_results
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.results import WrongSheet
from cofund.commands import returned, sheets
from cofund.importers.cordis import import_cordis
from cofund.importers.cordis_archive import UnusableFileError
from cofund.importers.cordis_download import PROGRAMMES, DownloadError, download
from cofund.importers.ecb_rates import import_ecb_rates
from cofund.importers.ror import import_ror
from cofund.records.corpus.models import ImportRun

_SHOWN_REJECTS = 10

Advance = Callable[[int, int], None]


@click.group(name="import")
def group() -> None:
    """Bring open data, sheets of the grant system, results of proposals and mail that came back in."""


group.add_command(sheets.grant_sheet)
group.add_command(sheets.undo_sheet)
group.add_command(returned.bounces)


@group.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--download", "programme", metavar="PROGRAMME", type=click.Choice(PROGRAMMES, case_sensitive=False),
    help="Fetch the CSV download of HORIZON or H2020 from CORDIS first.",
)  # fmt: skip
@click.option(
    "--address", metavar="URL",
    help="Where the downloads lie, if not at CORDIS itself. Default: the setting COFUND_CORDIS_URL.",
)  # fmt: skip
@click.option(
    "--report", metavar="CSV", type=click.Path(dir_okay=False, path_type=Path),
    help="Write every rejected row to this file: member, line, column, value, reason.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object instead of a table.")
def cordis(file: Path | None, programme: str | None, address: str | None, report: Path | None, as_json: bool) -> None:
    """Import past projects from a CORDIS download.

    FILE is the official zip with the CSV tables or with the XML records; which one it is, its content tells.
    Importing a file again changes nothing; a newer file of the same programme brings the changes. An import that
    breaks off leaves whole batches and can simply be started again.

    \b
    Examples:
      cofund import cordis cordis-HORIZONprojects-csv.zip
      cofund import cordis cordis-HORIZONprojects-xml.zip --report rejected.csv
      cofund import cordis --download HORIZON
      cofund import cordis projects.zip --json | jq .tables.projects
    """
    if (file is None) == (programme is None):
        raise click.UsageError("Name either a FILE or a programme with --download, one of the two.")
    try:
        if file is None:
            file = _fetch(str(programme), address or settings.COFUND_CORDIS_URL)
        with _bar(f"Importing {file.name}") as advance:
            run = import_cordis(file, progress=advance, report=report)
    except (UnusableFileError, DownloadError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        # The report is the only file that is written here.
        raise click.ClickException(f"{error.filename or file}: {error.strerror or error}.") from error
    if as_json:
        click.echo(json.dumps(_as_json(run), ensure_ascii=False, indent=2))
    else:
        _print(run, report)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report", metavar="CSV", type=click.Path(dir_okay=False, path_type=Path),
    help="Write every rejected record to this file: member, number of the record, key, value, reason.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object instead of a table.")
def ror(file: Path, report: Path | None, as_json: bool) -> None:
    """Import a dump of the Research Organization Registry.

    FILE is the official zip with the records of schema 2. Importing it again changes nothing; a newer one brings the changes.
    The office is then told, at each organisation, which record it probably is.

    \b
    Examples:
      cofund import ror v1.63-2025-04-03-ror-data.zip
      cofund import ror ror-data.zip --report rejected.csv
    """
    try:
        with _bar(f"Importing {file.name}") as advance:
            run = import_ror(file, progress=advance, report=report)
    except UnusableFileError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror or error}.") from error
    if as_json:
        click.echo(json.dumps(_as_json(run), ensure_ascii=False, indent=2))
    else:
        _print(run, report)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--scheme", required=True, metavar="CODE", help="The programme that the topics belong to, for example ihi."
)
@click.option("--look", is_flag=True, help="Only say what the import would do.")
def results(file: Path, scheme: str, look: bool) -> None:
    """Import the results of proposals from a CSV file.

    FILE has the columns that docs/import.md lists. All of it is taken, or nothing; the same file twice changes nothing.

    \b
    Examples:
      cofund import results call-9.csv --scheme ihi --look
      cofund import results call-9.csv --scheme ihi
    """
    try:
        content = file.read_bytes()
        if look:
            done = proposal_results.look(scheme, content)
        else:
            done = proposal_results.load(Actor.operator(), scheme, content, name=file.name)
    except WrongSheet as error:
        lines = [str(cell) for cell in error.fields["cells"]]
        raise click.ClickException("\n".join([f"{error.wrong} {error.remedy}", *lines])) from error
    except Refused as error:
        raise click.ClickException(str(error)) from error
    counts = f"{done.count('new')} new, {done.count('changed')} changed, {done.count('same')} as before"
    click.echo(f"{file.name}: {counts}.{' Nothing was written.' if look else ''}")


@group.command("ecb-rates", short_help="Import exchange rates of the European Central Bank.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object instead of a sentence.")
def ecb_rates(file: Path, as_json: bool) -> None:
    """Import the euro reference rates of the European Central Bank.

    FILE is the official eurofxref-hist.zip, or the eurofxref-hist.csv in it. All of it is taken, or nothing; the same file
    twice changes nothing. Reports in other currencies are computed with these rates.

    \b
    Examples:
      cofund import ecb-rates eurofxref-hist.zip
      cofund import ecb-rates eurofxref-hist.csv --json
    """
    try:
        taken = import_ecb_rates(file)
    except UnusableFileError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror or error}.") from error
    if as_json:
        click.echo(json.dumps(asdict(taken)))
        return
    counts = f"{taken.added:,} rates are new, {taken.changed:,} changed, {taken.same:,} stood here as they are"
    click.echo(f"{file.name}: {taken.days:,} days of {taken.currencies} currencies. {counts}.")


def _fetch(programme: str, address: str) -> Path:
    """Fetch a programme's download into the home folder, where it stays."""
    with _bar(f"Fetching {programme} from {address}") as advance:
        return download(programme, address, Path(settings.COFUND_HOME) / "downloads", advance)


@contextmanager
def _bar(label: str) -> Iterator[Advance]:
    """A progress bar on the terminal; nothing where the output goes to a file or another program."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(escape(label), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)


def _as_json(run: ImportRun) -> dict[str, Any]:
    """The result for scripts. Instants are in UTC; `rejects` has the first thousand."""
    return {
        "run": run.pk,
        "source": run.source,
        "file": run.file_name,
        "sha256": run.file_sha256,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        **run.counts,
        "rejected": run.rejected,
        "rejects": list(run.rejects.values("member", "line", "column", "value", "reason")),
    }


def _print(run: ImportRun, report: Path | None) -> None:
    """The result for people."""
    console = Console(soft_wrap=True)
    table = Table("", title=f"{run.source} from {escape(run.file_name)} (import {run.pk})", title_justify="left")
    for heading in ("rows now", "added", "changed", "removed"):
        table.add_column(heading, justify="right")
    for name, counts in run.counts["tables"].items():
        table.add_row(name, *(f"{counts[key]:,}" for key in ("rows", "added", "changed", "removed")))
    console.print(table)
    if run.counts["not_read"]:
        console.print(
            f"Not read, because it is no table of past projects: {escape(', '.join(run.counts['not_read']))}."
        )
    read = sum(run.counts["rows_read"].values())
    if not run.rejected:
        console.print(f"All {read:,} rows of the file were taken.")
        return
    console.print(f"{run.rejected:,} of {read:,} rows were rejected:")
    for group_of_rows in run.counts["rejected_by_reason"][:_SHOWN_REJECTS]:
        where = " ".join(filter(None, (group_of_rows["member"], group_of_rows["column"])))
        console.print(f"  {group_of_rows['rows']:,} × {escape(where)} {escape(group_of_rows['reason'])}")
    console.print("The first of them:")
    for reject in run.rejects.all()[:_SHOWN_REJECTS]:
        value = f" = {reject.value!r}" if reject.column else ""
        console.print(escape(f"  {reject.member} line {reject.line}: {reject.column}{value} {reject.reason}"))
    if report:
        console.print(f"Every one is in {escape(str(report))}.")
    else:
        console.print("Every one is listed with: --report FILE.")
