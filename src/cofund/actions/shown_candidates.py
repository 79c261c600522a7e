"""Keeps who was shown which candidates for a topic or an idea, and when, so that even-handedness can be proved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.locks import writing
from cofund.queries import candidate_gaps, clock
from cofund.queries.candidate_gaps import Gap
from cofund.queries.candidates import Found
from cofund.records.directory.models import User
from cofund.records.programme.models import ShownCandidates


def keep(person: User, found: Found, gaps: Sequence[Gap] = (), *, at: datetime | None = None) -> bool:
    """Keep what somebody was shown, those who would fill gaps too, with its audit row; tell whether it was kept now.

    The same question to the same index is kept once a person and day. Where nobody was shown, nothing is kept.

    Raises:
        NotAllowed: the role does not include reading candidates.
    """
    actor = Actor.of(person)
    actor.require("read candidates")
    fillers = candidate_gaps.shown(gaps)
    shown = [*found.shown(), *fillers]
    if found.facts is None or not shown:
        return False
    instant = at or clock.now()
    asked = {
        "person": person,
        "on": timezone.localdate(instant),
        "index_version": found.facts.version,
        "question_digest": found.digest(fillers),
    }
    if ShownCandidates.objects.filter(**asked).exists():
        return False
    with writing():
        row, is_new = ShownCandidates.objects.get_or_create(
            **asked,
            defaults={
                **found.subject.asked,
                "person_name": actor.name,
                "shown_at": instant,
                "filters": found.asked.plain,
                "candidates": shown,
            },
        )
        if is_new:
            after = {"index": row.index_version, "filters": row.filters, "candidates": len(shown), "row": row.pk}
            audit.record(actor, "read candidates", found.subject.audited_as, at=instant, after=after)
    return is_new
