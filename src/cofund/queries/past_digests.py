"""A short digest of each past project as recommendations read it, so that two days of the corpus can be compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db.models import Q
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from cofund.records.corpus.models import PastOrganisation, PastParticipation, PastProject, PastProjectField, PastTopic

_ROWS: Final = 5_000
_BYTES: Final = 8
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Digests:
    """Past projects by number, each with its digest; `organisations` is one digest of all organisations."""

    projects: Numbers
    digests: Numbers
    organisations: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different between two days of the corpus, in past projects."""

    same: int
    changed: int
    new: int
    gone: int
    organisations_changed: bool

    @property
    def is_nothing(self) -> bool:
        """Whether both are the same."""
        return not (self.changed or self.new or self.gone or self.organisations_changed)


def read() -> Digests:
    """Digest every past project that has a day, with its members, fields and topic. It holds one digest a project in memory."""
    found: dict[int, Any] = {}
    titles = dict(PastTopic.objects.values_list("code", "title"))
    rows = PastProject.objects.filter(Q(signed_on__isnull=False) | Q(starts_on__isnull=False)).order_by("id")
    values = rows.annotate(day=Coalesce("signed_on", "starts_on")).values_list(
        "id", "day", "framework_programme", "funding_scheme", "main_legal_basis", "main_topic", "title", "objective"
    )
    for row in values.iterator(_ROWS):
        found[row[0]] = hashlib.blake2b(repr((row[1:], titles.get(row[5], ""))).encode(), digest_size=_BYTES)
    # Members and fields come in an order that no import changes.
    lasting = PastParticipation.objects.exclude(ended=True).order_by("project", "organisation", "role", "position")
    links = PastProjectField.objects.order_by("project", "field").values_list("project_id", "field_id")
    for project, *rest in lasting.values_list("project_id", "organisation_id", "role").iterator(_ROWS):
        if project in found:
            found[project].update(repr(rest).encode())
    for project, field in links.iterator(_ROWS):
        if project in found:
            found[project].update(field.encode())
    return Digests(
        np.fromiter(found, np.int64, len(found)),
        np.fromiter((_number(one) for one in found.values()), np.int64, len(found)),
        _organisations(),
    )


def difference(before: Digests, now: Digests) -> Difference:
    """Hold two days of the corpus against each other."""
    _, theirs, ours = np.intersect1d(before.projects, now.projects, assume_unique=True, return_indices=True)
    same = int(np.count_nonzero(before.digests[theirs] == now.digests[ours]))
    return Difference(
        same=same, changed=len(ours) - same, new=len(now.projects) - len(ours), gone=len(before.projects) - len(theirs),
        organisations_changed=before.organisations != now.organisations,
    )  # fmt: skip


def _organisations() -> int:
    """One digest of all that is read of organisations."""
    digest = hashlib.blake2b(digest_size=_BYTES)
    rows = PastOrganisation.objects.order_by("pic")
    for row in rows.values_list("pic", "name", "short_name", "url", "country", "activity_type", "city").iterator(_ROWS):
        digest.update(repr(row).encode())
    return _number(digest)


def _number(digest: Any) -> int:
    return int.from_bytes(digest.digest(), "big", signed=True)
