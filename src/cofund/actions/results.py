"""Imports the results of proposals: all rows of a file or none; the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cofund.actions import audit, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.programme.models import Project, Proposal, Scheme, Topic
from cofund.rules import result_sheets
from cofund.rules.lifecycle_topics import TOPIC
from cofund.rules.result_sheets import ResultRow, WrongCell

_FIELDS = ("acronym", "coordinator", "submitted_on", "score", "rank", "result", "requested_cents", "project_id")


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the file does: `new`, `changed` (with the fields that differ) or `same`."""

    row: ResultRow
    effect: str
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    lines: tuple[Line, ...]

    def count(self, effect: str) -> int:
        """How many rows have this effect."""
        return sum(line.effect == effect for line in self.lines)


class WrongSheet(Refused):
    """The file has cells that cannot be taken; `cells` are all of them, and nothing was written."""


def look(scheme_code: str, content: bytes) -> Imported:
    """Say what an import would do, without doing it.

    Raises:
        WrongSheet: with every cell that cannot be taken.
    """
    return Imported(tuple(line for line, _ in _plan(scheme_code, content)))


def load(actor: Actor, scheme_code: str, content: bytes, *, name: str, at: datetime | None = None) -> Imported:
    """Import the results of proposals in one transaction, with one audit row for each topic that changes.

    Raises:
        NotAllowed: the role does not include it.
        WrongSheet: with every cell that cannot be taken; then nothing is written.
    """
    actor.require("import results")
    instant = at or clock.now()
    with writing():
        topic_checks.locked_scheme(scheme_code, f"You asked to import {name}.")
        planned = _plan(scheme_code, content)
        changed: dict[str, dict[str, int]] = {}
        for line, proposal in planned:
            if line.effect != "same":
                proposal.save()
                counts = changed.setdefault(line.row.topic, {"new": 0, "changed": 0})
                counts[line.effect] += 1
        for code, counts in changed.items():
            subject = f"{scheme_code}/topic/{code}"
            audit.record(actor, "import results", subject, at=instant, after=counts, evidence=name[:500])
        return Imported(tuple(line for line, _ in planned))


def _plan(scheme_code: str, content: bytes) -> list[tuple[Line, Proposal]]:
    """What each row does, with its proposal as it would be kept. Three queries, however many rows."""
    sheet = result_sheets.read(content)
    codes = {row.topic for row in sheet.rows}
    topics = {one.code: one for one in Topic.objects.filter(scheme__code=scheme_code, code__in=codes)}
    slugs = {row.project for row in sheet.rows if row.project}
    projects = {one.slug: one for one in Project.objects.filter(scheme__code=scheme_code, slug__in=slugs)}
    wrong = [*sheet.wrong, *(cell for row in sheet.rows for cell in _unknown(row, topics, projects))]
    if not Scheme.objects.filter(code=scheme_code).exists():
        wrong = [WrongCell(1, "", scheme_code, "The site has no such programme.")]
    if wrong:
        raise WrongSheet(
            asked="You asked to import the results of proposals.",
            wrong=f"{len(wrong)} place{'s' if len(wrong) > 1 else ''} of the file cannot be taken.",
            remedy="Correct them in the file and import it again; nothing was written.",
            field="file",
            cells=tuple(wrong),
        )
    known = {(one.topic_id, one.code, one.stage): one for one in Proposal.objects.filter(topic__in=topics.values())}
    return [_line(row, topics[row.topic], projects.get(row.project), known) for row in sheet.rows]


def _unknown(row: ResultRow, topics: dict[str, Topic], projects: dict[str, Project]) -> list[WrongCell]:
    """What a row names that the programme does not have, or that cannot have results."""
    topic, project = topics.get(row.topic), projects.get(row.project)
    wrong = []
    if topic is None:
        wrong.append(WrongCell(row.line, "topic", row.topic, "The programme has no such topic."))
    elif not TOPIC.allows("import results", topic.status):
        said = f"The topic is not adopted yet: it stands at “{TOPIC.states[topic.status].lower()}”."
        wrong.append(WrongCell(row.line, "topic", row.topic, said))
    if row.project and project is None:
        wrong.append(WrongCell(row.line, "project", row.project, "The programme has no such project."))
    elif project is not None and topic is not None and project.topic_id not in (None, topic.pk):
        wrong.append(WrongCell(row.line, "project", row.project, "The project belongs to another topic."))
    return wrong


def _line(
    row: ResultRow, topic: Topic, project: Project | None, known: dict[tuple[int, str, int], Proposal]
) -> tuple[Line, Proposal]:
    """What one row does, and the proposal as it would be kept."""
    stated: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS if name not in ("project_id",)} | {
        "project_id": project.pk if project else None
    }
    before = known.get((topic.pk, row.proposal, row.stage))
    if before is None:
        return Line(row, "new"), Proposal(topic=topic, code=row.proposal, stage=row.stage, **stated)
    differs = tuple(name for name in _FIELDS if getattr(before, name) != stated[name])
    for name in differs:
        setattr(before, name, stated[name])
    return Line(row, "changed" if differs else "same", differs), before
