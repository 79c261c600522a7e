"""Import of a dump of the Research Organization Registry into the corpus.

Source: ROR, https://ror.org, CC0; schema 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from cofund.importers.rejects import Rejects, rejects_to
from cofund.importers.ror_archive import Dump, open_dump, records
from cofund.records.corpus.models import ImportReject, ImportRun, RorName, RorRecord
from cofund.rules import names
from cofund.rules.identifiers import WrongIdentifierError, read_ror

# Told of the bytes read so far and of all there are, unpacked.
Progress = Callable[[int, int], None]
BATCH_RECORDS: Final = 1_000
STATUSES: Final = ("active", "inactive", "withdrawn")
_KEPT: Final = (
    *("name", "status", "country", "established", "names", "types", "links", "external_ids", "relationships"),
)


@dataclass
class _Taken:
    """What an import did so far, in records."""

    read: int = 0
    added: int = 0
    changed: int = 0
    seen: set[str] = field(default_factory=set)


def import_ror(
    path: Path,
    *,
    progress: Progress = lambda done, total: None,
    report: Path | None = None,
    batch_records: int = BATCH_RECORDS,
) -> ImportRun:
    """Import one dump and give the record of the run, with what was added, changed and rejected.

    Each batch is one transaction, so that an import that breaks off leaves whole batches and can be started again. A record
    that is not in the dump stays: the registry withdraws records, it takes none out. `report` gets every rejected record, as CSV.

    Raises: UnusableFileError before anything is written, if the file cannot be imported at all.
    """
    with open_dump(path) as dump, rejects_to(report) as rejects:
        run = ImportRun.objects.create(
            source="ROR",
            file_name=path.name[-255:],
            file_bytes=path.stat().st_size,
            file_sha256=dump.sha256,
            started_at=timezone.now(),
        )
        taken = _Taken()
        try:
            _read(dump, run, taken, rejects, progress, batch_records)
        except BaseException as error:
            # Whole batches stay; the run says that it did not finish.
            run.error = str(error) or type(error).__name__
            _record(run, dump, taken, rejects)
            raise
        run.finished_at = timezone.now()
        _record(run, dump, taken, rejects)
        return run


def _read(dump: Dump, run: ImportRun, taken: _Taken, rejects: Rejects, progress: Progress, batch_records: int) -> None:
    """Read all records and write them batch by batch."""
    total, done = dump.member.file_size, 0

    def advance(some: int) -> None:
        nonlocal done
        done += some
        progress(done, total)

    progress(0, total)
    batch: dict[str, RorRecord] = {}
    for record in _usable(dump, run, taken, rejects, advance):
        batch[record.pk] = record
        if len(batch) >= batch_records:
            _write(batch, taken)
            batch = {}
    _write(batch, taken)


def _usable(
    dump: Dump, run: ImportRun, taken: _Taken, rejects: Rejects, advance: Callable[[int], None]
) -> Iterator[RorRecord]:
    """The records that can be kept; the others are counted with the reason."""
    for raw in records(dump, advance):
        taken.read += 1
        try:
            record = _record_of(raw, run)
            if record.pk in taken.seen:
                raise _WrongError("id", record.pk, "the identifier stands in the file twice")
        except _WrongError as wrong:
            rejects.add(dump.member.filename, taken.read, wrong.reason, wrong.key, wrong.value)
            continue
        taken.seen.add(record.pk)
        yield record


class _WrongError(Exception):
    """A record that cannot be kept: the key that is wrong, what stands there, and why."""

    def __init__(self, key: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.key, self.value, self.reason = key, str(value), reason


def _record_of(raw: Any, run: ImportRun) -> RorRecord:
    """A record as it is kept. Raises: _WrongError."""
    if not isinstance(raw, dict):
        raise _WrongError("", raw, "no record: the list has something else here")
    try:
        code = read_ror(str(raw.get("id") or ""))
    except WrongIdentifierError as error:
        raise _WrongError("id", raw.get("id"), f"wrong identifier: {_kind_of(error)}") from error
    if not code:
        raise _WrongError("id", "", "no identifier")
    stated = [one for one in _list(raw, "names") if isinstance(one, dict) and str(one.get("value") or "").strip()]
    shown = next((one["value"] for one in stated if "ror_display" in (one.get("types") or ())), "")
    if not shown:
        raise _WrongError("names", raw.get("names"), "no name that the registry shows")
    if raw.get("status") not in STATUSES:
        raise _WrongError("status", raw.get("status"), "unknown status")
    established = raw.get("established")
    return RorRecord(
        run=run,
        id=code,
        name=_text(shown),
        status=raw["status"],
        country=_country(_list(raw, "locations")),
        established=established if isinstance(established, int) and 0 < established < 3_000 else None,
        names=_plain(stated),
        types=_plain(_list(raw, "types")),
        links=_plain(
            [one for one in _list(raw, "links") if isinstance(one, dict) and isinstance(one.get("value"), str)]
        ),
        external_ids=_plain(_list(raw, "external_ids")),
        relationships=_plain(_list(raw, "relationships")),
    )


def _write(batch: dict[str, RorRecord], taken: _Taken) -> None:
    """Write what is new or different of a batch, in one transaction; leave alone what is the same."""
    with transaction.atomic():
        kept = RorRecord.objects.in_bulk(list(batch))
        new = [record for pk, record in batch.items() if pk not in kept]
        changed = [record for pk, record in batch.items() if pk in kept and _differs(record, kept[pk])]
        RorRecord.objects.bulk_create(new)
        RorRecord.objects.bulk_update(changed, [*_KEPT, "run"], batch_size=200)
        RorName.objects.filter(record__in=[record.pk for record in changed]).delete()
        RorName.objects.bulk_create(name for record in (*new, *changed) for name in _searched(record))
    taken.added += len(new)
    taken.changed += len(changed)


def _differs(record: RorRecord, kept: RorRecord) -> bool:
    """Whether anything that is kept of a record is different."""
    return any(getattr(record, name) != getattr(kept, name) for name in _KEPT)


def _searched(record: RorRecord) -> Iterator[RorName]:
    """The names by which a record is looked for; acronyms are too short to tell organisations apart."""
    stated = [record.name, *(one["value"] for one in record.names if set(one.get("types") or ()) != {"acronym"})]
    for key in dict.fromkeys(filter(None, map(names.key, stated))):
        yield RorName(record=record, key=key, first_word=names.first_word(key), country=record.country)


def _record(run: ImportRun, dump: Dump, taken: _Taken, rejects: Rejects) -> None:
    """Keep what the run did."""
    run.rejected = rejects.total
    rows = {"rows": RorRecord.objects.count(), "added": taken.added, "changed": taken.changed, "removed": 0}
    run.counts = {
        "rows_read": {dump.member.filename: taken.read},
        "rows_rejected": {dump.member.filename: rejects.total},
        "tables": {"ROR records": rows},
        "not_read": sorted(dump.ignored),
        "rejected_by_reason": [
            {"member": member, "column": column, "reason": reason, "rows": count}
            for (member, column, reason), count in rejects.by_reason.most_common(100)
        ],
    }
    run.save()
    ImportReject.objects.bulk_create(
        ImportReject(run=run, member=one.member, line=one.line, column=one.column, value=one.value, reason=one.reason)
        for one in rejects.first
    )


def _kind_of(error: WrongIdentifierError) -> str:
    """What is wrong with an identifier, without itself, so that rejects of one kind are counted together."""
    return "the check digits do not fit" if "check digits" in str(error) else "its form"


def _list(raw: dict[str, Any], key: str) -> Sequence[Any]:
    """A list of a record; what is none is empty."""
    found = raw.get(key)
    return found if isinstance(found, list) else []


def _country(locations: Sequence[Any]) -> str:
    """The country of a record's first place, two letters or nothing."""
    for place in locations:
        code = (place.get("geonames_details") or {}).get("country_code") if isinstance(place, dict) else None
        if isinstance(code, str) and len(code) == 2:
            return code.upper()
    return ""


def _text(value: object) -> str:
    """Text as both databases keep it: PostgreSQL takes no NUL."""
    return " ".join(str(value).replace("\0", "").split())


def _plain(value: Any) -> Any:
    """JSON without NUL in its texts."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_plain(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
