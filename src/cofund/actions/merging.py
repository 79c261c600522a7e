"""Merges an organisation into another, and undoes it: every row that pointed to it moves, is listed, and can be moved back.

What stands in the sealed books stays (`queries.merges.STAYS`): the hash of each pledge names the organisation that pledged, and
readers find it under the kept one (`queries.identity`). So the books verify before, after, and after the undoing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.organisations import current, subject_of
from cofund.queries import clock, merges
from cofund.records.directory.models import Merge, Organisation, OrganisationName, PartnerRight, User


@dataclass
class _Moves:
    """What was moved, and what could not be because the kept organisation has the same already."""

    moved: list[list[Any]] = field(default_factory=list)
    left: list[list[Any]] = field(default_factory=list)


def merge(actor: Actor, kept: Organisation, merged: Organisation, reason: str, *, at: datetime | None = None) -> Merge:
    """Merge an organisation into the one that is kept.

    A row that would stand twice (the same other name, a relation between the two) stays with the merged one.

    Raises:
        NotAllowed: the role does not include it.
        Refused: both are the same, one is merged already, or no reason is given.
    """
    actor.require("merge organisations")
    asked = f"You asked to merge {merged.name} into {kept.name}."
    instant = at or clock.now()
    with writing():
        if kept.pk == merged.pk:
            raise Refused(asked=asked, wrong="Both are the same.", remedy="Choose another one.", field="other")
        if not reason.strip():
            remedy = "Say why both are the same organisation."
            raise Refused(asked=asked, wrong="No reason is given.", remedy=remedy, field="reason")
        # In the order of their keys, so that two merges at one time wait for each other and do not lock each other out.
        rows = {one.pk: current(one, asked) for one in sorted((kept, merged), key=lambda one: one.pk)}
        into, away = rows[kept.pk], rows[merged.pk]
        taken = merges.taken_over(into, away)
        done = _move_all(away.pk, into.pk)
        for name, value in taken.items():
            setattr(into, name, value)
        added = _keep_names(into, away)
        into.save(update_fields=list(taken))
        away.merged_into = into
        away.save(update_fields=["merged_into"])
        made = Merge.objects.create(
            kept=into, merged=away, reason=reason.strip(), moved=done.moved, added=added,
            taken_over={name: _plain(value) for name, value in taken.items()}, merged_at=instant, merged_by=actor.name,
        )  # fmt: skip
        after = {"merge": made.pk, "into": into.slug, "merged": away.slug, "moved": len(done.moved), "left": done.left}
        for one in (into, away):
            audit.record(actor, "merge organisations", subject_of(one), at=instant, after=after, reason=reason)
        return made


def undo(actor: Actor, wanted: Merge, reason: str, *, at: datetime | None = None) -> Merge:
    """Undo a merge: what was moved goes back, unless somebody moved it on meanwhile; what was added since stays with the kept one.

    But for rights that people who go back were granted at the kept one meanwhile: those end, each with its audit row.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it was undone already, the kept one was itself merged since, or no reason is given.
    """
    actor.require("undo merge")
    asked = f"You asked to undo the merge of {wanted.merged.name} into {wanted.kept.name}."
    instant = at or clock.now()
    with writing():
        row = Merge.objects.select_for_update().select_related("kept", "merged").get(pk=wanted.pk)
        if row.undone_at is not None:
            wrong = f"It was undone on {row.undone_at.date().isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Nothing is left to do.")
        if not reason.strip():
            remedy = "Say why they are two organisations."
            raise Refused(asked=asked, wrong="No reason is given.", remedy=remedy, field="reason")
        into = current(row.kept, asked)
        away = Organisation.objects.select_for_update().get(pk=row.merged_id)
        for label, key in row.added:
            apps.get_model(label)._default_manager.filter(pk=key).delete()
        _give_back(into, row.taken_over)
        away.merged_into = None
        away.save(update_fields=["merged_into"])
        returned, gone = _move_back(row.moved, away.pk, into.pk)
        _end_rights(actor, row.moved, into, away, instant)
        row.undone_at, row.undone_by = instant, actor.name
        row.save(update_fields=["undone_at", "undone_by"])
        after = {"merge": row.pk, "into": into.slug, "merged": away.slug, "moved": returned, "left": gone}
        for one in (into, away):
            audit.record(actor, "undo merge", subject_of(one), at=instant, after=after, reason=reason)
        return row


def _move_all(from_id: int, to_id: int) -> _Moves:
    """Let every row that points to one organisation point to another, but for what is sealed."""
    done = _Moves()
    for pointer in merges.pointers():
        if pointer.model in merges.STAYS:
            continue
        rows = pointer.model._default_manager.filter(**{pointer.field: from_id}).order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        for key in _repoint(pointer.model, pointer.field, keys, to_id):
            done.left.append([pointer.label, key, pointer.field])
        left = {key for label, key, name in done.left if (label, name) == (pointer.label, pointer.field)}
        done.moved += [[pointer.label, key, pointer.field] for key in keys if key not in left]
    return done


def _move_back(moved: Sequence[Sequence[Any]], away_id: int, kept_id: int) -> tuple[int, list[list[Any]]]:
    """Let the rows of a merge point back, if they still point to the kept one; tell how many, and which do not."""
    returned, gone = 0, []
    by_field: dict[tuple[str, str], list[int]] = {}
    for label, key, name in moved:
        by_field.setdefault((label, name), []).append(key)
    for (label, name), keys in by_field.items():
        model = apps.get_model(label)
        still = set(model._default_manager.filter(pk__in=keys, **{name: kept_id}).values_list("pk", flat=True))
        left = set(_repoint(model, name, [key for key in keys if key in still], away_id))
        returned += len(still - left)
        gone += [[label, key, name] for key in keys if key not in still or key in left]
    return returned, gone


def _end_rights(
    actor: Actor, moved: Sequence[Sequence[Any]], into: Organisation, away: Organisation, at: datetime
) -> None:
    """Revoke what the people who went back may still do for the kept organisation, to which they belong no more."""
    label = User._meta.label_lower
    keys = [key for model, key, name in moved if (model.lower(), name) == (label, "organisation")]
    held = PartnerRight.objects.filter(
        user__in=keys, user__organisation=away, organisation=into, revoked_at=None
    ).order_by("pk")
    for right in held.select_related("user"):
        right.revoked_at = at
        right.save(update_fields=["revoked_at"])
        before = {"right": str(right.right), "organisation": into.slug}
        reason = f"The merge of {away.name} was undone"
        audit.record(actor, "revoke right", f"user/{right.user.username}", at=at, before=before, reason=reason)


def _repoint(model: type[Model], name: str, keys: Sequence[int], to_id: int) -> list[int]:
    """Let rows point to an organisation; give the keys of those that the database refuses, because they would stand twice."""
    if not keys:
        return []
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys).update(**{name: to_id})
        return []
    except IntegrityError:
        if len(keys) == 1:
            return [*keys]
    middle = len(keys) // 2
    return [*_repoint(model, name, keys[:middle], to_id), *_repoint(model, name, keys[middle:], to_id)]


def _keep_names(into: Organisation, away: Organisation) -> list[list[Any]]:
    """Let the kept organisation be found by the names of the merged one; give the rows that were added."""
    added = []
    for name in dict.fromkeys(filter(None, (away.name, away.short_name))):
        if name not in (into.name, into.short_name):
            row, is_new = OrganisationName.objects.get_or_create(
                organisation=into, name=name, defaults={"note": f"name of {away.slug}, which was merged into it"}
            )
            if is_new:
                added.append([row._meta.label_lower, row.pk])
    return added


def _give_back(into: Organisation, taken_over: dict[str, Any]) -> None:
    """Empty again what the kept organisation took over, unless somebody changed it since."""
    emptied = []
    for name, value in taken_over.items():
        if _plain(getattr(into, name)) == value:
            setattr(into, name, getattr(Organisation(), name))
            emptied.append(name)
    into.save(update_fields=emptied)


def _plain(value: Any) -> Any:
    """A value of a field as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
