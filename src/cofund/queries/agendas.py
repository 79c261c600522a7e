"""The points of a published agenda as everybody may read them: what could name a partner too early is left out."""

from __future__ import annotations

from dataclasses import dataclass

from cofund.queries import consent, decisions, meetings
from cofund.records.programme.models import AgendaItem, Decision, Meeting, Paper, Topic

# What became of a point that is decided, while its decision is not published.
NOT_PUBLISHED = "decided"


@dataclass(frozen=True, slots=True)
class PublicPoint:
    """A point of an agenda. `status` is one of a point, or `decided` where what it came to is not published yet.

    `is_unnamed`: it could name a partner that may not be named yet, so that neither what is asked nor its papers are here.
    """

    number: int
    title: str
    kind: str
    kind_label: str
    proposal: str
    is_unnamed: bool
    status: str
    topic: Topic | None
    decision: Decision | None
    papers: tuple[Paper, ...]


def points(scheme_code: str, meeting: Meeting) -> list[PublicPoint]:
    """Give the points of a meeting whose agenda is published, by number. Two queries beside those for the names.

    What a point came to is public with its decision, and not before.
    """
    titles = consent.titles(scheme_code)
    tells_decisions = decisions.publishes(scheme_code, "decision")
    papers: dict[int, list[Paper]] = {}
    for paper in meetings.published_papers().filter(item__meeting=meeting):
        papers.setdefault(paper.item_id, []).append(paper)
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("decision__scheme", "topic")
    return [_point(row, titles, papers.get(row.pk, []), tells_decisions=tells_decisions) for row in rows]


def _point(row: AgendaItem, titles: consent.Titles, papers: list[Paper], *, tells_decisions: bool) -> PublicPoint:
    """One point."""
    is_published = row.decision is not None and row.decision.published_at is not None
    is_unnamed = row.pk in titles.items
    return PublicPoint(
        row.number,
        titles.of_item(row),
        row.kind,
        row.get_kind_display(),
        # Its words and papers could name the partner as its title does.
        "" if is_unnamed else row.proposal,
        is_unnamed,
        row.status if is_published or row.decision is None else NOT_PUBLISHED,
        row.topic,
        row.decision if is_published and tells_decisions else None,
        () if is_unnamed else tuple(papers),
    )
