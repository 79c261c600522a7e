"""The audit trail: who did what to which object, when and why, filtered and paged in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from cofund.queries import contributions
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Activity, Application, Contribution, Plan, Report
from cofund.records.programme.models import Project

# Rows in which words and names are looked for: a database reads each of them, since no index finds a word within a text.
MOST_SEARCHED: Final = 100_000
_ROWS_AT_ONCE: Final = 2_000
_OBJECTS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are asked for; an empty part lets everything through.

    `about` is the path of an object: its rows and those of everything below it, of a contribution or project also those of the
    papers and decisions that it rests on. `first_on` and `last_on` are days in the site's time zone.
    """

    person: str = ""
    action: str = ""
    about: str = ""
    words: str = ""
    scheme: str = ""
    first_on: date | None = None
    last_on: date | None = None
    known_at: datetime | None = None


def veiled(event: AuditEvent) -> AuditEvent:
    """Give a row, not to be saved, without what is hidden from whoever has a conflict on a point and was written out in older rows.

    The trail is read by whole roles, so what the office wrote for the group alone, and what a conflict is, stand in no row of it.
    """
    if event.action in ("put on agenda", "edit item"):
        event.before, event.after = (
            {name: value for name, value in values.items() if name != "risks"} if values else values
            for values in (event.before, event.after)
        )
    elif event.action == "declare conflict":
        event.reason = ""
    return event


def found(selection: Selection) -> QuerySet[AuditEvent]:
    """Give the rows of a selection, the newest first."""
    rows = AuditEvent.objects.order_by("-pk")
    if (first := first_searched(selection)) is not None:
        rows = rows.filter(pk__gte=first)
    if selection.person:
        rows = rows.filter(actor_name__icontains=selection.person)
    if selection.action:
        rows = rows.filter(action=selection.action)
    if selection.about:
        rows = _of_objects(rows, related(selection.about))
    if selection.scheme:
        rows = rows.filter(subject__startswith=f"{selection.scheme}/")
    if selection.words:
        words = selection.words
        said = Q(reason__icontains=words) | Q(subject__icontains=words) | Q(evidence__icontains=words)
        rows = rows.filter(said)
    if selection.first_on is not None:
        rows = rows.filter(recorded_at__gte=_start_of(selection.first_on))
    if selection.last_on is not None:
        rows = rows.filter(recorded_at__lt=_start_of(selection.last_on + timedelta(days=1)))
    return rows.filter(recorded_at__lte=selection.known_at) if selection.known_at is not None else rows


def first_searched(selection: Selection) -> int | None:
    """Give the number of the first row in which words are looked for; None where all rows of the selection are."""
    if not selection.words and not selection.person:
        return None
    newest = AuditEvent.objects.order_by("-recorded_at", "-pk")
    if selection.last_on is not None:
        newest = newest.filter(recorded_at__lt=_start_of(selection.last_on + timedelta(days=1)))
    last = newest.values_list("pk", flat=True).first()
    first = (last or 0) - MOST_SEARCHED + 1
    return first if first > 1 else None


def earliest_searched(selection: Selection) -> datetime | None:
    """Give the instant from which on words are looked for; None where nothing of the selection is left out."""
    first = first_searched(selection)
    row = AuditEvent.objects.filter(pk__gte=first).order_by("pk").first() if first is not None else None
    if row is None or (selection.first_on is not None and row.recorded_at < _start_of(selection.first_on)):
        return None
    return row.recorded_at


def page(rows: QuerySet[AuditEvent], part: slice) -> list[AuditEvent]:
    """A part of the rows: first its keys, so that the database sorts no long texts."""
    keys = list(rows.values_list("pk", flat=True)[part])
    by_key = AuditEvent.objects.in_bulk(keys)
    return [by_key[key] for key in keys]


def streamed(rows: QuerySet[AuditEvent]) -> Iterator[AuditEvent]:
    """Give all rows one after the other, holding a few at a time."""
    return rows.iterator(chunk_size=_ROWS_AT_ONCE)


def related(subject: str) -> tuple[str, ...]:
    """Give the paths of what belongs to an object: itself, and of a contribution or a project what it came from and rests on."""
    scheme, _, rest = subject.partition("/")
    kind, _, name = rest.partition("/")
    if kind == "contribution":
        row = contributions.find(name)
        return (subject, *(_of_contributions(scheme, [row]) if row is not None else ()))
    if kind == "project":
        project = Project.objects.filter(scheme__code=scheme, slug=name).select_related("topic").first()
        if project is not None:
            rows = Contribution.objects.filter(project=project).select_related("topic", "project", "tranche")
            return (subject, *of_project(scheme, project, list(rows)))
    return (subject,)


def of_project(scheme: str, project: Project, rows: list[Contribution]) -> tuple[str, ...]:
    """Give the paths of everything that a project's trail tells: itself, its topic, its contributions and what they rest on."""
    own = [f"{scheme}/project/{project.slug}"]
    if project.topic is not None:
        own.append(f"{scheme}/topic/{project.topic.code}")
    given = [f"{scheme}/contribution/{row.reference}" for row in rows]
    activities = Activity.objects.filter(project=project).order_by("pk").values_list("reference", flat=True)
    own += [f"{scheme}/activity/{reference}" for reference in activities]
    reports = Report.objects.filter(lines__activity__project=project).order_by("pk").distinct()
    own += [f"{scheme}/report/{reference}" for reference in reports.values_list("reference", flat=True)]
    return tuple(dict.fromkeys([*own, *given, *_of_contributions(scheme, rows)]))


def _of_contributions(scheme: str, rows: list[Contribution]) -> list[str]:
    """The paths of what contributions came from and rest on: applications, leads, decisions, plans, reports, target."""
    keys = [row.pk for row in rows]
    applications = Application.objects.filter(letters__lines__contribution__in=keys).select_related("lead").distinct()
    found = []
    for one in applications.order_by("pk"):
        found.append(f"{scheme}/application/{one.reference}")
        if one.lead is not None:
            found.append(f"{scheme}/lead/{one.lead.reference}")
    reports = Report.objects.filter(lines__contribution__in=keys).order_by("pk").distinct()
    found += [f"{scheme}/report/{reference}" for reference in reports.values_list("reference", flat=True)]
    plans = Plan.objects.filter(lines__contribution__in=keys).order_by("pk").distinct()
    columns = ("organisation__slug", "year", "number")
    found += [f"{scheme}/plan/{slug}/{year}/{number}" for slug, year, number in plans.values_list(*columns)]
    decisions = Contribution.objects.filter(pk__in=keys, transfers__entry__decision__isnull=False).order_by()
    numbers = decisions.values_list("transfers__entry__decision__number", flat=True).distinct()
    found += [f"{scheme}/decision/{number}" for number in sorted(numbers)]
    for row in rows:
        found += [f"{scheme}/project/{row.project.slug}"] if row.project is not None else []
        found += [f"{scheme}/topic/{row.topic.code}"] if row.topic is not None else []
    return list(dict.fromkeys(found))


def _of_objects(rows: QuerySet[AuditEvent], subjects: tuple[str, ...]) -> QuerySet[AuditEvent]:
    """The rows of some objects, and of everything below them."""
    if len(subjects) <= _OBJECTS_AT_ONCE:
        return rows.filter(_below(subjects))
    # More conditions than a database takes at once: first the keys, a part after the other.
    keys: set[int] = set()
    for part in in_parts(subjects):
        keys.update(AuditEvent.objects.filter(part).order_by().values_list("pk", flat=True))
    return rows.filter(pk__in=keys)


def in_parts(subjects: tuple[str, ...]) -> Iterator[Q]:
    """Give conditions that together are those of all objects and of what is below them, each of a size that a database takes."""
    for first in range(0, len(subjects), _OBJECTS_AT_ONCE):
        yield _below(subjects[first : first + _OBJECTS_AT_ONCE])


def _below(subjects: tuple[str, ...]) -> Q:
    """The condition that a row is about one of some objects, or about something below it."""
    found = Q(subject__in=subjects)
    for subject in subjects:
        found |= Q(subject__startswith=f"{subject}/")
    return found


def _start_of(on: date) -> datetime:
    """The first instant of a day in the site's time zone."""
    return timezone.make_aware(datetime.combine(on, time.min))
