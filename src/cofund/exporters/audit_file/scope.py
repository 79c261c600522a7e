"""What an audit file is about: one project at one instant, the contributions that were in it then, and what was written later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from cofund.queries import flows, schemes, trails
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Organisation
from cofund.records.ledger.models import Application, Book, Contribution, Entry, Letter, Transfer
from cofund.records.programme.models import Project, SchemeVersion
from cofund.rules.schemes import Scheme

ROWS_AT_ONCE: Final = 2_000
# By these an application and the letter that it had then became contributions.
_APPROVING: Final = ("approve application", "meet conditions", "endorse next letter", "record application")
Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """A project at an instant; the database is asked once for each part."""

    project: Project
    known_at: datetime

    @property
    def code(self) -> str:
        """The code of the programme."""
        return self.project.scheme.code

    @property
    def on(self) -> date:
        """The day of the instant in the site's time zone: what is about later days is left out of figures."""
        return timezone.localdate(self.known_at)

    @cached_property
    def book(self) -> Book:
        """The book of the programme."""
        return Book.objects.select_related("scheme").get(scheme=self.project.scheme_id)

    @cached_property
    def rules(self) -> Scheme:
        """What the programme said at the instant."""
        installed = SchemeVersion.objects.filter(scheme=self.project.scheme_id, recorded_at__lte=self.known_at)
        newest = installed.order_by("number").values_list("pk", flat=True).last()
        return schemes.of_version(newest) if newest is not None else schemes.current(self.code)[0]

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """The contributions that were in the project at the instant, as the entries up to then state it."""
        rows = Contribution.objects.filter(project=self.project).select_related(
            "tranche", "topic", "project", "book__scheme"
        )
        stated = self._stated()
        return tuple(row for row in rows.order_by("pk") if row.reference in stated)

    @cached_property
    def keys(self) -> list[int]:
        """The keys of the contributions."""
        return [row.pk for row in self.contributions]

    @property
    def entries(self) -> QuerySet[Entry]:
        """The entries up to the instant that moved money of the project, in the order of the book."""
        moved = self.transfers.order_by().values("entry_id")
        rows = Entry.objects.filter(pk__in=moved).select_related("decision", "corrects", "scheme_version")
        return rows.order_by("number")

    @property
    def transfers(self) -> QuerySet[Transfer]:
        """The transfers up to the instant of its contributions, and of its own public money, in the order of the book."""
        grants = flows.of_grants(self.book.pk, Target(self.project.topic, self.project).grant_codes())
        known = Transfer.objects.filter(entry__recorded_at__lte=self.known_at)
        both = known.filter(contribution__in=self.keys) | known.filter(pk__in=grants.order_by().values("pk"))
        return both.order_by("number")

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """The applications that had become its contributions by the instant."""
        rows = Application.objects.filter(letters__lines__contribution__in=self.keys).distinct()
        related = ("organisation", "lead", "decision", "topic", "project", "scheme")
        return tuple(
            row
            for row in rows.select_related(*related).order_by("pk")
            if f"{self.code}/application/{row.reference}" in self._approved
        )

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """The versions of their letters that were handed in by the instant."""
        rows = Letter.objects.filter(application__in=[one.pk for one in self.applications])
        rows = rows.exclude(status=Letter.Status.DRAFT).select_related(
            "application__scheme", "application__organisation"
        )
        handed_in = rows.order_by("application_id", "number")
        return tuple(row for row in handed_in if (row.submitted_at or row.written_at) <= self.known_at)

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The paths by which the audit trail names the project and everything that it rests on."""
        return trails.of_project(self.code, self.project, list(self.contributions))

    @cached_property
    def changed_since(self) -> tuple[str, ...]:
        """What of these was written to after the instant: papers that can change are given as they stand, and named."""
        later: set[str] = set()
        givers = Organisation.objects.filter(contributions__in=self.keys).order_by("slug").distinct()
        organisations = tuple(f"organisation/{slug}" for slug in givers.values_list("slug", flat=True))
        for part in trails.in_parts((*self.subjects, *organisations)):
            rows = AuditEvent.objects.filter(part, recorded_at__gt=self.known_at)
            later.update(rows.order_by().values_list("subject", flat=True).distinct())
        return tuple(sorted(later))

    def events(self) -> Iterator[AuditEvent]:
        """The audit trail of all of it up to the instant, the oldest first, a few rows at a time."""
        keys: set[int] = set()
        for part in trails.in_parts(self.subjects):
            rows = AuditEvent.objects.filter(part, recorded_at__lte=self.known_at)
            keys.update(rows.order_by().values_list("pk", flat=True))
        ordered = sorted(keys)
        for first in range(0, len(ordered), ROWS_AT_ONCE):
            yield from AuditEvent.objects.filter(pk__in=ordered[first : first + ROWS_AT_ONCE]).order_by("pk")

    def is_settled(self, subject: str) -> bool:
        """Whether nothing was written to an object after the instant, so that its present state is that of the instant."""
        return subject not in self.changed_since

    @cached_property
    def _approved(self) -> frozenset[str]:
        """The paths of the applications that had become contributions by the instant."""
        rows = AuditEvent.objects.filter(action__in=_APPROVING, recorded_at__lte=self.known_at)
        rows = rows.filter(subject__startswith=f"{self.code}/application/")
        return frozenset(rows.order_by().values_list("subject", flat=True))

    def _stated(self) -> set[str]:
        """The references that pledges and grants up to the instant put into the project."""
        entries = Entry.objects.filter(book=self.book, recorded_at__lte=self.known_at).order_by("number")
        keys = Contribution.objects.filter(project=self.project).order_by().values("pk")
        own = entries.filter(
            kind__in=(Entry.Kind.PLEDGE, Entry.Kind.COMMIT), transfers__contribution__in=keys
        ).distinct()
        found: dict[str, str | None] = {}
        for kind, explanation in own.values_list("kind", "explanation"):
            if kind == Entry.Kind.PLEDGE:
                pledged = explanation.get("contribution", {})
                found[pledged.get("reference", "")] = pledged.get("project")
            else:
                found |= dict.fromkeys(explanation.get("contributions", ()), explanation.get("project"))
        return {reference for reference, slug in found.items() if slug == self.project.slug}


def plain(values: Mapping[str, Any]) -> Row:
    """A row whose days and instants are text: days as year-month-day, instants in UTC with microseconds."""
    return {name: _plain(value) for name, value in values.items()}


def rows_of(rows: QuerySet[Any], columns: Mapping[str, str]) -> Iterator[Row]:
    """Give rows of the database as plain values, a few at a time; `columns` says where each value comes from."""
    for values in rows.values_list(*columns.values()).iterator(chunk_size=ROWS_AT_ONCE):
        yield plain(dict(zip(columns, values, strict=True)))


def named(*names: str, **others: str) -> dict[str, str]:
    """Columns that are called as they are kept, and others under a name of their own."""
    return {**{name: name for name in names}, **others}


def _plain(value: Any) -> Any:
    """A value that JSON has."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool | dict | list) else str(value)
