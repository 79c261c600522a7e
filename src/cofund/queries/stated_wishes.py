"""What organisations of the directory say themselves of a field: interests, offers and needs that are near to a text."""

from __future__ import annotations

from collections.abc import Collection

from cofund.queries.index_files import Index
from cofund.queries.nearness import level, nearness, weighed
from cofund.records.directory.models import Interest


def near_to(index: Index, text: str, organisations: Collection[int]) -> dict[int, Interest]:
    """Of each organisation, by key, the statement in force that is nearest to a text, where one is near. One query.

    Near is what a past project that is as near would be called: see `nearness.LIMITS`.
    """
    rows = list(Interest.objects.filter(organisation__in=organisations, ended_on=None).order_by("pk"))
    if not rows:
        return {}
    words, projects = nearness(index.version, text)
    found: dict[int, tuple[float, Interest]] = {}
    for row in rows:
        near = float((weighed(index, row.text) @ words.T).sum())
        is_near = near > 0 and level(1 + int((projects > near).sum()), len(projects))
        if is_near and near > found.get(row.organisation_id, (0.0, row))[0]:
            found[row.organisation_id] = (near, row)
    return {key: row for key, (_, row) in found.items()}
