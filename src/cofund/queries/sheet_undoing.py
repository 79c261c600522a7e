"""What was built on a sheet since it was taken over, in sentences: as long as there is nothing, it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from cofund.queries import grant_sheets, merges
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Project

# What rows that point to a project are, as people say it.
_WORDS = {"ledger.grantparticipant": "participants", "ledger.sheetimport": "sheets that were read in for it"}


def built_on(row: SheetImport) -> tuple[str, ...]:
    """The sentences; none where it can be undone."""
    return (*_later(row), *(_on_grants(row) if row.kind == SheetImport.Kind.GRANTS else _on_organisations(row)))


def added_by(row: SheetImport) -> list[int]:
    """The keys of the organisations, or of the projects, that a sheet added."""
    return sorted({kept["added"] for kept in row.rows if kept.get("added") is not None})


def projects_of(row: SheetImport) -> list[int]:
    """The keys of the projects that a sheet which was taken over is about."""
    return sorted({kept["project_id"] for kept in row.rows if kept.get("project_id") is not None})


def _later(row: SheetImport) -> Iterator[str]:
    """Newer sheets about the same projects."""
    for later in grant_sheets.later_than(row):
        yield f"{later.file_name} was taken over after it and is about the same projects."


def _on_organisations(row: SheetImport) -> Iterator[str]:
    """What points to organisations that it added, but for its own rows."""
    added = Organisation.objects.in_bulk(added_by(row))
    for pointer in merges.pointers() if added else ():
        own = {"sheet": row} if pointer.model is GrantParticipant else {}
        for pk in _pointed_to(pointer.model, pointer.field, list(added), own):
            yield f"{added[pk].name}, which it added, has {pointer.words}."


def _on_grants(row: SheetImport) -> Iterator[str]:
    """What points to projects that it added, and projects that were changed since."""
    added = Project.objects.in_bulk(added_by(row))
    for model, field in _pointers_to_projects() if added else ():
        for pk in _pointed_to(model, field, list(added), {}):
            words = _WORDS.get(model._meta.label_lower, str(model._meta.verbose_name_plural))
            yield f"{added[pk].acronym}, which it added, has {words}."
    changed = {kept["project_id"]: kept["differs"] for kept in row.rows if kept["effect"] == grant_sheets.CHANGED}
    found = Project.objects.select_related("topic").in_bulk(list(changed))
    for pk, differs in changed.items():
        now = grant_sheets.grant_values(found[pk])
        if any(now[key] != after for key, _, after in differs):
            yield f"{found[pk].acronym} was changed since."
    for kept in row.rows:
        stands = added.get(kept.get("added"))
        if stands is not None and any(
            value and grant_sheets.grant_values(stands).get(key) != value for key, value in kept["values"].items()
        ):
            yield f"{stands.acronym} was changed since."


def _pointed_to(model: type[Model], field: str, keys: list[int], own: dict[str, Any]) -> list[int]:
    """Those of the keys to which rows of a model point, without the sheet's own."""
    rows = model._default_manager.filter(**{f"{field}__in": keys}).order_by()
    if own:
        rows = rows.exclude(**own)
    return sorted(set(rows.values_list(field, flat=True)))


def _pointers_to_projects() -> Iterator[tuple[type[Model], str]]:
    """Every foreign key to a project in all models."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is Project and not model._meta.proxy:
                yield model, field.name
