"""Undoes a sheet that was taken over, as long as nothing was built on it; what it said and did stays to be read."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import audit, organisations, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.sheets.reading import locked, subject_of
from cofund.actions.sheets.taking import state
from cofund.queries import clock, grant_sheets, sheet_undoing
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Project
from cofund.rules.lifecycle_sheets import SHEET


def undo(actor: Actor, wanted: SheetImport, reason: str, *, at: datetime | None = None) -> SheetImport:
    """Undo a sheet: what it added goes, what it changed is as before, and the sheet before it holds again.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not taken over, no reason is given, or something was built on it; the words say what.
    """
    actor.require("undo sheet")
    instant = at or clock.now()
    asked = f"You asked to undo {wanted.file_name}."
    with writing():
        row = locked(wanted)
        topic_checks.check_step(SHEET, "undo sheet", row.status, asked)
        if not reason.strip():
            raise Refused(asked=asked, wrong="No reason is given.", remedy="Say why it is undone.", field="reason")
        built = sheet_undoing.built_on(row)
        if built:
            raise Refused(
                asked=asked,
                wrong=f"Something was built on it: {' '.join(built[:5])}",
                remedy="Undo that first, or correct what is wrong with a newer sheet.",
                built=built,
            )
        gone = _participants(actor, row, instant) if row.kind == SheetImport.Kind.PARTICIPANTS else _grants(row)
        row.status, row.undone_by, row.undone_at = SheetImport.Status.UNDONE, actor.name, instant
        row.undone_reason = reason.strip()
        row.save(update_fields=["status", "undone_by", "undone_at", "undone_reason"])
        audit.record(
            actor, "undo sheet", subject_of(row), at=instant, before={"taken over by": row.applied_by}, after=gone,
            reason=row.undone_reason, evidence=row.file_name,
        )  # fmt: skip
        return row


def _participants(actor: Actor, row: SheetImport, instant: datetime) -> dict[str, object]:
    """Take the participants of the sheet away, with the organisations that it added, and let those before hold again."""
    projects = sheet_undoing.projects_of(row)
    GrantParticipant.objects.filter(sheet=row).delete()
    for project_id in projects:
        before = grant_sheets.held_before(row, project_id)
        if before is not None:
            GrantParticipant.objects.filter(sheet=before, project=project_id).update(holds=True)
    added = Organisation.objects.filter(pk__in=sheet_undoing.added_by(row)).order_by("pk")
    gone = [organisations.subject_of(one) for one in added]
    for subject in gone:
        audit.record(actor, "undo sheet", subject, at=instant, before={"sheet": row.pk}, evidence=row.file_name)
    added.delete()
    return {"organisations removed": gone}


def _grants(row: SheetImport) -> dict[str, object]:
    """Take the projects away that the sheet added, and set those that it changed back."""
    for kept in row.rows:
        if kept["effect"] == grant_sheets.CHANGED:
            project = Project.objects.select_for_update(of=("self",)).select_related("topic", "scheme")
            found = project.get(pk=kept["project_id"])
            state(found, {key: before for key, before, _ in kept["differs"]})
            found.save()
    added = Project.objects.filter(pk__in=sheet_undoing.added_by(row)).order_by("pk")
    gone = [one.slug for one in added]
    added.delete()
    return {"projects removed": gone}
