"""Import of a CORDIS download into the corpus: the CSV tables or the XML records of past projects.

Source: CORDIS, European Union, CC BY 4.0; data sets "CORDIS - EU research projects under Horizon Europe" and "… H2020".
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from cofund.importers import cordis_tables as tables
from cofund.importers.cordis_archive import Archive, open_archive
from cofund.importers.cordis_batches import Batches
from cofund.importers.cordis_csv import layouts, read_csv
from cofund.importers.cordis_intake import Intake
from cofund.importers.cordis_sheets import SHEETS
from cofund.importers.cordis_xml import read_xml
from cofund.importers.loading import Table
from cofund.importers.rejects import Rejects, rejects_to
from cofund.queries import import_runs
from cofund.records.corpus.models import ImportReject, ImportRun

BATCH_ROWS = 10_000
# Told of the bytes read so far and of all there are, unpacked.
Progress = Callable[[int, int], None]


def import_cordis(
    path: Path,
    *,
    progress: Progress = lambda done, total: None,
    report: Path | None = None,
    batch_rows: int = BATCH_ROWS,
) -> ImportRun:
    """Import one download and give the record of the run, with what was added, changed, removed and rejected.

    Each batch is one transaction. `report` gets every rejected row, as CSV.

    Raises: UnusableFileError before anything is written, if the file cannot be imported at all.
    """
    with open_archive(path) as archive:
        sheets = [layout.sheet.name for layout in layouts(archive)] if archive.kind == "csv" else []
        with rejects_to(report) as rejects, _begun(archive) as run:
            intake = Intake(Batches(run.pk, batch_rows), rejects)
            try:
                with intake.batches:
                    _read(archive, intake, sheets, progress)
            except BaseException as error:
                # Whole batches stay; the run says that it did not finish, and a second one completes it.
                run.error = str(error) or type(error).__name__
                _record(run, archive, intake, rejects)
                raise
            run.finished_at = timezone.now()
            _record(run, archive, intake, rejects)
            return run


@contextmanager
def _begun(archive: Archive) -> Iterator[ImportRun]:
    """Record that the import began, and hold its lock until it is over; of one that is killed the system lets go of it."""
    with transaction.atomic():  # whoever sees the record finds its lock held
        run = ImportRun.objects.create(
            source=f"CORDIS {archive.kind.upper()}",
            file_name=archive.path.name[-255:],
            file_bytes=archive.path.stat().st_size,
            file_sha256=archive.sha256,
            started_at=timezone.now(),
        )
        file = import_runs.lock_of(run.pk)
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield run
    finally:
        file.unlink(missing_ok=True)
        os.close(lock)


def _read(archive: Archive, intake: Intake, sheets: list[str], progress: Progress) -> None:
    """Read all that the archive holds, and report how far it is."""
    read = [info for name, info in archive.members.items() if not sheets or name in sheets]
    total, done = sum(info.file_size for info in read), 0

    def advance(some: int) -> None:
        nonlocal done
        done += some
        intake.batches.settle()  # whoever is told may ask the database
        progress(done, total)

    progress(0, total)
    (read_csv if archive.kind == "csv" else read_xml)(archive, intake, advance)


def _record(run: ImportRun, archive: Archive, intake: Intake, rejects: Rejects) -> None:
    """Keep what the run did."""
    run.rejected = rejects.total
    names = {sheet.name for sheet in SHEETS}
    run.counts = {
        "rows_read": {name: intake.taken[name] + intake.rejected[name] for name in intake.taken},
        "rows_rejected": intake.rejected,
        "tables": {label: _table_counts(table, intake) for label, table in _LABELS.items()},
        "not_read": sorted(
            [*archive.ignored, *(info.filename for name, info in archive.members.items() if name not in names)]
            if archive.kind == "csv"
            else archive.ignored
        ),
        "rejected_by_reason": [
            {"member": member, "column": column, "reason": reason, "rows": rows}
            for (member, column, reason), rows in rejects.by_reason.most_common(100)
        ],
    }
    run.save()
    ImportReject.objects.bulk_create(
        ImportReject(
            run=run, member=reject.member, line=reject.line, column=reject.column, value=reject.value,
            reason=reject.reason,
        )
        for reject in rejects.first
    )  # fmt: skip


def _table_counts(table: Table, intake: Intake) -> dict[str, Any]:
    """How many rows a table has now, and what this run did to them."""
    now, removed = table.model._default_manager.count(), intake.removed[table.name]
    added = now - intake.batches.before[table.name] + removed
    changed = intake.batches.written[table.name] - added
    if table is tables.ORGANISATIONS:
        changed = len(intake.batches.organisations.changed)  # one can be written several times in a run
    return {"rows": now, "added": added, "changed": changed, "removed": removed}


_LABELS = {
    "projects": tables.PROJECTS,
    "organisations": tables.ORGANISATIONS,
    "participations": tables.PARTICIPATIONS,
    "topics": tables.TOPICS,
    "project topics": tables.PROJECT_TOPICS,
    "fields of science": tables.FIELDS,
    "project fields of science": tables.PROJECT_FIELDS,
    "legal bases": tables.LEGAL_BASES,
    "project legal bases": tables.PROJECT_LEGAL_BASES,
}
