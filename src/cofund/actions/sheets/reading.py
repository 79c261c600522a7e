"""Reads a sheet in, so that everybody sees what it would change before it does; and sets one aside that nobody wants."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from cofund.actions import audit, files, identifiers, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.locks import writing
from cofund.queries import clock, grant_sheets, schemes
from cofund.queries.grant_sheets import Comparison
from cofund.records.ledger.models import SheetImport
from cofund.records.programme.models import Project
from cofund.rules import grant_sheet
from cofund.rules.grant_columns import OTHER_IDENTIFIERS
from cofund.rules.grant_sheet import Read, SheetLine, Wanted
from cofund.rules.identifiers import WrongIdentifierError, read_ror
from cofund.rules.lifecycle_sheets import SHEET
from cofund.rules.workbook import WorkbookText, WrongCell

_PACKED = b"PK\x03\x04"
_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "ror": read_ror,
    "lei": identifiers.read_lei,
    "vat_number": identifiers.read_vat,
}


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it was handed in, with how it is to be read.

    `project`: all rows are about this one. `is_he`: “associated partner” means one of Horizon Europe, without funding.
    `are_others`: whoever has nearly the name of an organisation of the site is another one.
    """

    scheme_code: str
    kind: str
    name: str
    content: bytes
    workbook: WorkbookText
    project: Project | None = None
    is_he: bool = False
    are_others: bool = False

    @property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file says and what it would do."""

    read: Read
    comparison: Comparison

    @property
    def wrong(self) -> tuple[WrongCell, ...]:
        """Every cell that cannot be taken."""
        return (*self.read.wrong, *self.comparison.wrong)


def look(handed: Handed) -> Looked:
    """Say what a file would do, without keeping anything."""
    scheme, _ = schemes.current(handed.scheme_code)
    wanted = Wanted(handed.kind, has_project=handed.project is not None, is_he=handed.is_he)
    read = _identified(grant_sheet.read(scheme, handed.workbook, wanted))
    comparison = grant_sheets.compare(
        handed.scheme_code,
        handed.kind,
        read.lines,
        project=handed.project,
        are_others=handed.are_others,
        columns=read.columns,
    )
    return Looked(read, comparison)


def read_in(actor: Actor, handed: Handed, *, at: datetime | None = None) -> SheetImport:
    """Keep a file with its rows and with what is wrong with them; nothing else changes.

    The same file again gives the sheet that it was read into before, unless that was undone or discarded, or no longer holds.

    Raises:
        NotAllowed: the role does not include it.
    """
    actor.require("read sheet in")
    instant = at or clock.now()
    with writing():
        scheme = topic_checks.locked_scheme(handed.scheme_code, f"You asked to import {handed.name}.")
        known = _known(handed)
        if known is not None and known.status == SheetImport.Status.APPLIED:
            return known
        looked = look(handed)
        kept = files.keep_content(handed.content, handed.name, ".xlsx" if handed.content[:4] == _PACKED else ".csv")
        stated: dict[str, Any] = {
            "file": kept.path,
            "file_name": handed.name[-200:],
            "rows": [{"sheet": one.sheet, "row": one.row, "values": dict(one.values)} for one in looked.read.lines],
            "problems": [asdict(one) for one in looked.read.wrong],
            "reading": _reading(handed, looked.read),
            "read_by": actor.name,
            "read_at": instant,
        }
        if known is None:
            made = SheetImport.objects.create(
                scheme=scheme, project=handed.project, kind=handed.kind, digest=handed.digest, **stated
            )
        else:
            # Read once more, perhaps otherwise: what was read first is replaced, since nothing rests on it.
            made = known
            for name, value in stated.items():
                setattr(made, name, value)
            made.save(update_fields=list(stated))
        after = {"rows": len(made.rows), "problems": len(looked.wrong), "digest": made.digest}
        audit.record(actor, "read sheet in", subject_of(made), at=instant, after=after, evidence=made.file_name)
        return made


def discard(actor: Actor, wanted: SheetImport, *, at: datetime | None = None) -> SheetImport:
    """Set a sheet aside that was read and not taken over.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it was taken over, or set aside already.
    """
    actor.require("discard sheet")
    instant = at or clock.now()
    with writing():
        row = locked(wanted)
        topic_checks.check_step(SHEET, "discard sheet", row.status, f"You asked to discard {row.file_name}.")
        row.status = SheetImport.Status.DISCARDED
        row.save(update_fields=["status"])
        audit.record(actor, "discard sheet", subject_of(row), at=instant, before={"status": "read"})
        return row


def locked(wanted: SheetImport) -> SheetImport:
    """The row of a sheet as it is now, locked until the end of the transaction; sheets of a programme wait for each other."""
    topic_checks.locked_scheme(wanted.scheme.code, f"You asked about {wanted.file_name}.")
    row = SheetImport.objects.select_for_update(of=("self",)).select_related("scheme", "project")
    return row.get(pk=wanted.pk)


def subject_of(row: SheetImport) -> str:
    """How the audit trail names a sheet."""
    return f"{row.scheme.code}/sheet/{row.pk}"


def _reading(handed: Handed, read: Read) -> Mapping[str, Any]:
    """How a file was read."""
    return {"are_others": handed.are_others, "columns": dict(read.columns), "notes": list(read.notes)}


def _identified(read: Read) -> Read:
    """Bring identifiers into the form in which the site has them; one that is none is left out, and told.

    Grant systems hand on what somebody typed once. It helps to know an organisation, and is no reason to refuse the sheet.
    """
    lines: list[SheetLine] = []
    wrong: dict[str, list[int]] = {key: [] for key in _READERS}
    for line in read.lines:
        values = dict(line.values)
        for key, reader in ((key, reader) for key, reader in _READERS.items() if values.get(key)):
            try:
                values[key] = reader(line.text(key)) or None
            except WrongIdentifierError:
                values[key] = None
                wrong[key].append(line.row)
        lines.append(replace(line, values=values))
    notes = [
        f"{label} that is none, and tells nobody: row {', '.join(map(str, wrong[key][:10]))}"
        + (f", and {len(wrong[key]) - 10} more." if len(wrong[key]) > 10 else ".")
        for key, label in OTHER_IDENTIFIERS
        if wrong[key]
    ]
    return replace(read, lines=tuple(lines), notes=(*read.notes, *notes))


def _known(handed: Handed) -> SheetImport | None:
    """The same file as it was read before: taken over and still holding, or waiting."""
    rows = SheetImport.objects.filter(
        scheme__code=handed.scheme_code, project=handed.project, kind=handed.kind, digest=handed.digest
    ).select_related("scheme", "project")
    applied = rows.filter(status=SheetImport.Status.APPLIED).order_by("-applied_at").first()
    if applied is not None and not grant_sheets.later_than(applied):
        return applied
    return rows.filter(status=SheetImport.Status.READ).first()
