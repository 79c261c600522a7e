"""Imports of past projects that write no more, which an index can know: those that ended, and those whose process is gone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from cofund.queries.held import is_held
from cofund.records.corpus.models import ImportRun


@dataclass(frozen=True, slots=True)
class Over:
    """Imports that are over, by number.

    Apart from each other, since only a look at a lock tells that a process is gone. Where such a look was wrong, as from another
    machine, the import ends later, and then it is one that was not known.
    """

    ended: frozenset[int] = frozenset()  # whole ones, and those that broke off in words; whole batches of these stay
    gone: frozenset[int] = frozenset()  # killed without a word; whole batches of these stay, too

    @classmethod
    def from_plain(cls, plain: object) -> Over:
        """What was kept; nothing where it is not there, or is something else."""
        if not isinstance(plain, dict):
            return cls()
        return cls(_numbers(plain.get("ended")), _numbers(plain.get("gone")))

    @classmethod
    def from_text(cls, text: str) -> Over:
        """The same from the text of a file."""
        try:
            return cls.from_plain(json.loads(text))
        except ValueError:
            return cls()

    @property
    def plain(self) -> dict[str, list[int]]:
        """As it is kept."""
        return {"ended": sorted(self.ended), "gone": sorted(self.gone)}

    def since(self, known: Over) -> int:
        """How many of these are not among those that were known."""
        return len((self.ended - known.ended) | (self.gone - known.gone))


def lock_of(key: int) -> Path:
    """The file whose lock the process of an import holds until it is over."""
    return Path(settings.COFUND_HOME) / "imports" / f"{key}.lock"


def is_under_way(run: ImportRun) -> bool:
    """Whether the process of an import of past projects is still at it."""
    return run.finished_at is None and not run.error and is_held(lock_of(run.pk))


def over() -> Over:
    """The imports of past projects that are over now. One that is under way may still write. One query."""
    rows = ImportRun.objects.filter(source__startswith="CORDIS").annotate(
        has_ended=Q(finished_at__isnull=False) | ~Q(error="")
    )
    found = list(rows.values_list("pk", "has_ended"))
    return Over(
        frozenset(key for key, has_ended in found if has_ended),
        frozenset(key for key, has_ended in found if not has_ended and not is_held(lock_of(key))),
    )


def _numbers(plain: Any) -> frozenset[int]:
    """Those that are numbers."""
    return frozenset(one for one in plain if isinstance(one, int)) if isinstance(plain, Iterable) else frozenset()
