"""Takes a sheet over: all that was shown, in one transaction with its audit row, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils.text import slugify

from cofund.actions import audit, organisations, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.organisations import free_slug
from cofund.actions.sheets.reading import locked, subject_of
from cofund.queries import clock, grant_sheets
from cofund.queries.grant_sheets import CHANGED, GONE, NEW, Comparison, Effect
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Project, Topic
from cofund.rules.grant_columns import OTHER_IDENTIFIERS
from cofund.rules.lifecycle_sheets import SHEET

LONGEST_SHORT_NAME = 80
_DAYS = ("starts_on", "ends_on", "signed_on")


def take_over(actor: Actor, wanted: SheetImport, seen: str, *, at: datetime | None = None) -> SheetImport:
    """Do what a sheet was shown to do; `seen` is the mark of exactly that (`Comparison.seen`).

    Raises:
        NotAllowed: the role does not include it.
        Refused: it was taken over or set aside, something in it is wrong, it changes nothing, or its effects are other ones by now.
    """
    actor.require("take over sheet")
    instant = at or clock.now()
    asked = f"You asked to take over {wanted.file_name}."
    with writing():
        row = locked(wanted)
        topic_checks.check_step(SHEET, "take over sheet", row.status, asked)
        comparison = grant_sheets.compared_now(row)
        _check(row, comparison, seen, asked)
        added = _organisations(actor, row, comparison, instant)
        if row.kind == SheetImport.Kind.GRANTS:
            row.rows = [_grant(row, effect) for effect in comparison.effects]
        else:
            row.rows = _participants(row, comparison, added)
        row.status, row.applied_by, row.applied_at = SheetImport.Status.APPLIED, actor.name, instant
        row.save(update_fields=["rows", "status", "applied_by", "applied_at"])
        counts = {effect: comparison.count(effect) for effect in (NEW, CHANGED, GONE)}
        after = {**counts, "organisations added": [one.slug for one in added.values()]}
        audit.record(actor, "take over sheet", subject_of(row), at=instant, after=after, evidence=row.file_name)
        return row


def _check(row: SheetImport, comparison: Comparison, seen: str, asked: str) -> None:
    """Refuse what must not be taken over."""
    problems = len(row.problems) + len(comparison.wrong)
    if problems:
        wrong = f"{problems} place{'s' if problems > 1 else ''} of it cannot be taken."
        raise Refused(asked=asked, wrong=wrong, remedy="Correct them in the file and read it in again.")
    if not comparison.changes_anything:
        raise Refused(asked=asked, wrong="It changes nothing.", remedy="Discard it; all of it stands here already.")
    if comparison.seen != seen:
        wrong = "What it would change is different from what was shown: something changed meanwhile."
        raise Refused(asked=asked, wrong=wrong, remedy="Look at it as it is now, and take it over then.")


def _organisations(
    actor: Actor, row: SheetImport, comparison: Comparison, instant: datetime
) -> dict[tuple[str, str], Organisation]:
    """Add the organisations that the site does not know yet; of two rows with one PIC or one name there is one."""
    added: dict[tuple[str, str], Organisation] = {}
    for effect in comparison.effects:
        if not effect.organisation or effect.organisation_id is not None or _who(effect) in added:
            continue
        values = effect.values
        made = Organisation.objects.create(
            slug=free_slug(effect.organisation),
            name=effect.organisation,
            short_name=_short(values.get("short_name") or ""),
            country=values.get("country") or "",
            pic=values.get("pic") or "",
            **{key: values.get(key) or "" for key, _ in OTHER_IDENTIFIERS},
        )
        added[_who(effect)] = made
        after = {"name": made.name, "country": made.country, "pic": made.pic, "sheet": row.pk}
        subject = organisations.subject_of(made)
        audit.record(actor, "take over sheet", subject, at=instant, after=after, evidence=row.file_name)
    return added


def _short(name: str) -> str:
    """A short name; nothing where it is a long one."""
    return name if len(name) <= LONGEST_SHORT_NAME else ""


def _who(effect: Effect) -> tuple[str, str]:
    """What tells new organisations apart."""
    return str(effect.values.get("pic") or ""), effect.organisation.casefold()


def _participants(
    row: SheetImport, comparison: Comparison, added: Mapping[tuple[str, str], Organisation]
) -> list[dict[str, Any]]:
    """Let the participants of the sheet hold in place of those before; give the rows as they are kept."""
    projects = {effect.project_id for effect in comparison.effects}
    GrantParticipant.objects.filter(project__in=projects, holds=True).update(holds=False)
    made, rows = [], []
    for effect in comparison.effects:
        kept = _plain(row, effect)
        if effect.effect != GONE:
            new = added[_who(effect)] if effect.organisation_id is None else None
            organisation_id = new.pk if new else effect.organisation_id
            assert organisation_id is not None
            kept |= {"organisation_id": organisation_id, "added": new.pk if new else None}
            made.append(_participant(row, effect, organisation_id))
        rows.append(kept)
    GrantParticipant.objects.bulk_create(made, batch_size=200)
    return rows


def _participant(row: SheetImport, effect: Effect, organisation_id: int) -> GrantParticipant:
    """One participant as the sheet has it."""
    assert effect.project_id is not None
    values = effect.values
    stated = {
        field: values.get(key) if key in grant_sheets.AMOUNTS else values.get(key) or ""
        for key, field in grant_sheets.PARTICIPANT_FIELDS.items()
    }
    return GrantParticipant(
        sheet=row,
        project_id=effect.project_id,
        organisation_id=organisation_id,
        kind=values["kind"],
        **stated,
    )


def _grant(row: SheetImport, effect: Effect) -> dict[str, Any]:
    """Make a project or change what is known of one; give the row as it is kept."""
    kept = _plain(row, effect)
    if effect.effect == NEW:
        made = Project(scheme=row.scheme, slug=_free_project_slug(row, effect.project))
        state(made, {key: value for key, value in effect.values.items() if value})
        made.save()
        kept |= {"project_id": made.pk, "added": made.pk}
    elif effect.effect == CHANGED:
        rows = Project.objects.select_for_update(of=("self",)).select_related("scheme", "topic")
        assert effect.project_id is not None
        project = rows.get(pk=effect.project_id)
        state(project, {key: after for key, _, after in effect.differs})
        project.save()
    return kept


def state(project: Project, values: Mapping[str, Any]) -> None:
    """Put what a sheet says into a project that is then saved."""
    for key, value in values.items():
        if key == "grant":
            project.grant_agreement = value
        elif key == "topic":
            project.topic = Topic.objects.get(scheme=project.scheme, code=value) if value else None
        elif key in _DAYS:
            setattr(project, key, date.fromisoformat(value) if value else None)
        else:
            setattr(project, key, value)


def _free_project_slug(row: SheetImport, acronym: str) -> str:
    """An address for a new project that no other one of the programme has."""
    stem = slugify(acronym)[:70]
    slug, number = stem, 2
    while Project.objects.filter(scheme=row.scheme, slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _plain(row: SheetImport, effect: Effect) -> dict[str, Any]:
    """A row as it is kept once the sheet is taken over."""
    sheet = next((one["sheet"] for one in row.rows if one["row"] == effect.row), "")
    return {**asdict(effect), "sheet": sheet}
