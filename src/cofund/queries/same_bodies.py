"""Past organisations that are one body, or of one group, by what the office accepted: each is named once, the others with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from cofund.records.directory.models import CorpusLink, Organisation, Pairing

_LINKS: Final = CorpusLink.objects.order_by("pk")
# A mark that two share: what it says (record, organisation or group), and which one.
Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Folded:
    """A past organisation that stands under another one, which is named: they are one body (`is_same`), or of one group."""

    code: int
    under: int
    is_same: bool


def fold(codes: Sequence[int]) -> list[Folded]:
    """Say which of some past organisations stand under which: the first of a body or group is named, all later ones are folded.

    Three queries. Codes that nothing was accepted of stand for themselves.
    """
    bodies, groups = _marks(codes)
    named: dict[Mark, tuple[int, bool]] = {}  # who is named for a mark, and whether the mark tells what it is itself
    found = []
    for code in codes:
        same = next((named[mark] for mark in bodies.get(code, ()) if mark in named), None)
        near = same or next((named[mark] for mark in groups.get(code, ()) if mark in named), None)
        is_same = same is not None and same[1]
        if near is not None:
            found.append(Folded(code, near[0], is_same))
        for mark in (*bodies.get(code, ()), *groups.get(code, ())):
            named.setdefault(mark, (code, True) if near is None else (near[0], is_same))
    return found


def twins(codes: Iterable[int]) -> set[int]:
    """All past organisations that are one body with some: of the same record, or of the same organisation. Four queries."""
    known = set(codes)
    if not known:
        return known
    known.update(twin for twin, _ in of_same_record(known))
    organisations = {merged or own for _, own, merged in _organisations(known)}
    linked = _LINKS.filter(Q(organisation__in=organisations) | Q(organisation__merged_into__in=organisations))
    return known.union(linked.values_list("past_organisation_id", flat=True))


def of_same_record(codes: Iterable[int]) -> list[tuple[int, int]]:
    """Each past organisation that is the same record of ROR as one of some, with that one. One query."""
    kind = {"kind": Pairing.Kind.RECORD, "status": Pairing.Status.ACCEPTED}
    of_others = {f"record__pairings__{name}": value for name, value in kind.items()}
    # One call: each further one would look at other pairings of the record.
    rows = Pairing.objects.filter(**kind, **of_others, record__pairings__past_organisation__in=list(codes)).order_by(
        "pk"
    )
    return list(rows.values_list("past_organisation_id", "record__pairings__past_organisation_id"))


def _marks(codes: Sequence[int]) -> tuple[dict[int, list[Mark]], dict[int, list[Mark]]]:
    """What tells that past organisations are one body, and what that they are of one group, by identification code."""
    bodies: dict[int, list[Mark]] = {}
    groups: dict[int, list[Mark]] = {}
    rows = Pairing.objects.filter(
        status=Pairing.Status.ACCEPTED, record__isnull=False, past_organisation__in=codes
    ).order_by("pk")
    for code, kind, record in rows.values_list("past_organisation_id", "kind", "record_id"):
        if kind == Pairing.Kind.RECORD:
            bodies.setdefault(code, []).append(("record", record))
        # The head of a group is of it, too.
        groups.setdefault(code, []).append(("group", record))
    for code, own, merged in _organisations(codes):
        bodies.setdefault(code, []).append(("organisation", str(merged or own)))
    return bodies, groups


def _organisations(codes: Collection[int]) -> list[tuple[int, int, int | None]]:
    """The organisations of the directory that past ones are: linked, or of the same code; and which each was merged into."""
    linked = _LINKS.filter(past_organisation__in=codes)
    found = list(linked.values_list("past_organisation_id", "organisation_id", "organisation__merged_into_id"))
    own = Organisation.objects.filter(pic__in=[f"{code:09d}" for code in codes]).order_by("pk")
    return found + [(int(pic), key, merged) for pic, key, merged in own.values_list("pic", "pk", "merged_into_id")]
