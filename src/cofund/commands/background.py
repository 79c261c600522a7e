"""`cofund task`: the process of a long task that the office started, and how the tasks stand."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from django.conf import settings

from cofund.actions.background_run import Tell, run
from cofund.actions.errors import Refused
from cofund.actions.index_files import update_index
from cofund.importers.cordis import import_cordis
from cofund.importers.cordis_archive import UnusableFileError
from cofund.importers.cordis_download import DownloadError, download
from cofund.queries import background
from cofund.records.corpus.models import ImportRun
from cofund.records.directory.models import BackgroundTask
from cofund.rules.lifecycle_tasks import TASK

EXPECTED: Final = (DownloadError, UnusableFileError)
_PROGRAMME: Final = "HORIZON"


@click.command("task", short_help="Run a long task, or say how the latest ones stand.")
@click.argument("number", type=int, required=False)
def task(number: int | None) -> None:
    """Run the long task of this NUMBER to its end; the site starts it so. Without a number, say how the latest ones stand.

    \b
    Examples:
      cofund task
      cofund task 3
    """
    if number is None:
        found = background.latest()
        for row in found:
            said = {**TASK.states, background.DEAD: "Its process is gone"}[background.standing(row)]
            click.echo(
                " ".join([f"{row.pk}  {row.get_kind_display()}: {said}.", *row.results, *filter(None, [row.wrong])])
            )
        if not found:
            click.echo("No task was started yet.")
        return
    try:
        row = run(number, work, EXPECTED)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join([f"{TASK.states[row.status]}.", *row.results, *filter(None, [row.wrong])]))
    if row.wrong:
        raise SystemExit(1)


def work(row: BackgroundTask, tell: Tell) -> None:
    """Fetch, import and build, as the kind of the task asks. Raises: EXPECTED, Refused."""
    if row.kind != BackgroundTask.Kind.INDEX:
        file = Path(row.file)
        if row.kind == BackgroundTask.Kind.FETCH:
            home = Path(settings.COFUND_HOME) / "downloads"
            label = "Fetching Horizon Europe from CORDIS"
            file = download(_PROGRAMME, settings.COFUND_CORDIS_URL, home, lambda done, total: tell(label, done, total))
            row.results.append(f"Fetched {file.name}, {file.stat().st_size:,} bytes.")
        run_of_import = import_cordis(file, progress=lambda done, total: tell(f"Importing {file.name}", done, total))
        row.results.append(_imported(run_of_import))
    built = update_index(tell)
    verb = "is built and in use" if built.is_new else "stays in use"
    row.results += [f"The index {built.version} {verb}.", *built.reused]


def _imported(run_of_import: ImportRun) -> str:
    """What an import did, in a sentence."""
    projects = run_of_import.counts["tables"]["projects"]
    return (
        f"Imported {run_of_import.file_name}: {projects['added']:,} projects are new, {projects['changed']:,} changed, "
        f"{run_of_import.rejected:,} rows were rejected."
    )
