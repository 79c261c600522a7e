"""Sheets of grants and participants: those that were read in, and what one would change, compared with what the site has now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from cofund.queries.sheet_matches import Matched, Organisations, Projects
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Project, Topic
from cofund.rules.grant_columns import BENEFICIARY, OTHER_IDENTIFIERS
from cofund.rules.grant_sheet import SheetLine
from cofund.rules.workbook import WrongCell

NEW: Final = "new"
CHANGED: Final = "changed"
SAME: Final = "same"
GONE: Final = "gone"
EFFECTS: Final = (NEW, CHANGED, SAME, GONE)
# What a sheet says of a grant, and of a participant: the fields that are compared and kept.
GRANT_FIELDS: Final = ("acronym", "title", "topic", "starts_on", "ends_on", "signed_on")
PARTICIPANT_FIELDS: Final = {
    "number": "number",
    "role": "role",
    "country": "country",
    "cost": "eligible_cost_cents",
    "public": "public_money_cents",
    "in_kind": "in_kind_cents",
    "cash": "cash_cents",
}
AMOUNTS: Final = frozenset({"cost", "public", "in_kind", "cash"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What one row does: `new`, `changed`, `same`, or `gone` for a participant that the sheet no longer has (then `row` is 0).

    `differs` are the keys of the columns with what stands here and what the sheet says; amounts in cents, days as text.
    """

    row: int
    effect: str
    project: str
    project_id: int | None
    values: Mapping[str, Any]
    organisation: str = ""
    organisation_id: int | None = None
    differs: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a sheet would do, and what keeps it from it; where anything is wrong nothing is taken over."""

    effects: tuple[Effect, ...]
    wrong: tuple[WrongCell, ...]

    @property
    def seen(self) -> str:
        """A mark of exactly these effects: who takes a sheet over does what was shown, or nothing."""
        text = json.dumps([asdict(one) for one in self.effects], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def changes_anything(self) -> bool:
        """Whether taking it over would change anything."""
        return any(one.effect != SAME for one in self.effects)

    def count(self, effect: str) -> int:
        """How many rows have this effect."""
        return sum(one.effect == effect for one in self.effects)

    @property
    def added_organisations(self) -> tuple[str, ...]:
        """The organisations that the site does not know yet, by name, each once."""
        new = (one.organisation for one in self.effects if one.organisation and one.organisation_id is None)
        return tuple(dict.fromkeys(new))


def of_scheme(scheme_code: str) -> QuerySet[SheetImport]:
    """The sheets of a programme, newest first, without their rows."""
    rows = SheetImport.objects.filter(scheme__code=scheme_code).select_related("project", "scheme")
    return rows.defer("rows", "problems")


def find(scheme_code: str, key: int) -> SheetImport | None:
    """One sheet with its rows; None where the programme has none of this key."""
    rows = SheetImport.objects.filter(scheme__code=scheme_code, pk=key)
    return rows.select_related("project", "scheme").first()


def projects_in(scheme_code: str) -> QuerySet[Project]:
    """The projects of a programme, by acronym."""
    return Project.objects.filter(scheme__code=scheme_code).order_by("acronym")


def projects_named(named: str, scheme_code: str | None = None) -> list[Project]:
    """The projects of this acronym, short name in their address, or grant agreement; of one programme, or of all."""
    rows = Project.objects.filter(Q(slug=named.lower()) | Q(acronym__iexact=named) | Q(grant_agreement=named))
    rows = rows.filter(scheme__code=scheme_code) if scheme_code else rows
    return list(rows.select_related("scheme").order_by("scheme__code", "slug"))


def participants_of(project: Project) -> QuerySet[GrantParticipant]:
    """The participants of a project as the sheet that holds now has them."""
    rows = GrantParticipant.objects.filter(project=project, holds=True)
    return rows.select_related("organisation", "sheet")


def lines_of(sheet: SheetImport) -> tuple[SheetLine, ...]:
    """The rows of a sheet as they were read."""
    return tuple(SheetLine(row["sheet"], row["row"], row["values"]) for row in sheet.rows if row["row"])


def compared_now(sheet: SheetImport) -> Comparison:
    """What a sheet that was read would do, compared with what the site has now."""
    reading = sheet.reading
    return compare(
        sheet.scheme.code, sheet.kind, lines_of(sheet), project=sheet.project, are_others=bool(reading.get("are_others")),
        columns=reading.get("columns"),
    )  # fmt: skip


def as_kept(sheet: SheetImport) -> Comparison:
    """What a sheet did, as it was kept when it was taken over; nothing for one that was set aside."""
    names = {one.name for one in fields(Effect)}
    kept = [{key: value for key, value in row.items() if key in names} for row in sheet.rows if "effect" in row]
    effects = (Effect(**{**one, "differs": tuple(tuple(each) for each in one["differs"])}) for one in kept)
    return Comparison(tuple(effects), ())


def later_than(sheet: SheetImport) -> list[SheetImport]:
    """The sheets of the same kind that were taken over after one and are about a project of it, oldest first."""
    projects = {row["project_id"] for row in sheet.rows if row.get("project_id") is not None}
    found = SheetImport.objects.filter(scheme=sheet.scheme_id, kind=sheet.kind, status=SheetImport.Status.APPLIED)
    later = found.filter(applied_at__gte=sheet.applied_at).exclude(pk=sheet.pk).order_by("applied_at", "pk")
    is_about_grants = sheet.kind == SheetImport.Kind.GRANTS
    return [
        one
        for one in later
        # Two of one instant: the later row is the one that was taken over later.
        if (one.applied_at != sheet.applied_at or one.pk > sheet.pk)
        and projects & {row.get("project_id") for row in one.rows if not is_about_grants or row["effect"] != SAME}
    ]


def held_before(sheet: SheetImport, project_id: int) -> SheetImport | None:
    """The sheet whose participants of a project held before a sheet was taken over; None where there was none."""
    rows = SheetImport.objects.filter(status=SheetImport.Status.APPLIED, participants__project=project_id)
    return rows.exclude(pk=sheet.pk).distinct().order_by("applied_at", "pk").last()


def compare(
    scheme_code: str,
    kind: str,
    lines: Sequence[SheetLine],
    *,
    project: Project | None = None,
    are_others: bool = False,
    columns: Mapping[str, str] | None = None,
) -> Comparison:
    """Say what rows would change. A few queries, however many rows."""
    known = Projects(scheme_code)
    if kind == SheetImport.Kind.GRANTS:
        return _Grants(scheme_code, known, columns or {}).compared(lines)
    return _Participants(known, project, columns or {}).compared(lines, are_others=are_others)


# The participants that hold, by project, organisation and role.
Holding = dict[tuple[int, int, str], list[GrantParticipant]]


class _Comparing:
    """What both kinds of sheets share: noting what is wrong with a cell."""

    def __init__(self, known: Projects, columns: Mapping[str, str]) -> None:
        self.known, self.columns = known, columns
        self.wrong: list[WrongCell] = []
        self.effects: list[Effect] = []

    def fault(self, line: SheetLine, key: str, words: str) -> None:
        """Note what is wrong with a cell."""
        column = self.columns.get(key, "")
        self.wrong.append(WrongCell(line.sheet, line.row, column, _HEADINGS[key], line.text(key), words))


class _Grants(_Comparing):
    """Rows of grants against the projects of a programme."""

    def __init__(self, scheme_code: str, known: Projects, columns: Mapping[str, str]) -> None:
        super().__init__(known, columns)
        self.topics = {row.code: row for row in Topic.objects.filter(scheme__code=scheme_code)}

    def compared(self, lines: Iterable[SheetLine]) -> Comparison:
        """Compare row by row."""
        seen: dict[str, int] = {}
        for line in lines:
            before = len(self.wrong)
            self._check(line, seen)
            if len(self.wrong) == before:
                self.effects.append(self._effect(line))
        return Comparison(tuple(self.effects), tuple(self.wrong))

    def _check(self, line: SheetLine, seen: dict[str, int]) -> None:
        """What keeps a row from being taken over."""
        grant, acronym = line.text("grant"), line.text("acronym")
        for key, value in (("grant", grant), ("acronym", acronym.casefold())):
            # What is empty is told where it was read.
            first = seen.setdefault(f"{key}:{value}", line.row) if value else line.row
            if first != line.row:
                self.fault(line, key, f"The same stands in row {first}.")
        other = self.known.has_other(grant, acronym)
        if other is not None:
            self.fault(line, "acronym", f"The site has {other.acronym} with the grant {other.grant_agreement}.")
        if acronym and not slugify(acronym):
            self.fault(line, "acronym", "It has no letter that an address can be made of.")
        if line.text("topic") and line.text("topic") not in self.topics:
            self.fault(line, "topic", "The programme has no such topic. Open it first, or leave the cell empty.")

    def _effect(self, line: SheetLine) -> Effect:
        """What a row does. An empty cell changes nothing."""
        found = self.known.of_grant(line.text("grant"), line.text("acronym"))
        if found is None:
            return Effect(line.row, NEW, line.text("acronym"), None, dict(line.values))
        now = grant_values(found)
        stated = {key: line.text(key) for key in ("grant", *GRANT_FIELDS)}
        differs = tuple((key, now[key], value) for key, value in stated.items() if value and value != now[key])
        effect = CHANGED if differs else SAME
        return Effect(line.row, effect, found.acronym, found.pk, dict(line.values), differs=differs)


def grant_values(project: Project) -> dict[str, str]:
    """What the site knows of a project's grant, as a sheet would say it."""
    found = {name: getattr(project, name) for name in GRANT_FIELDS if name != "topic"}
    plain = {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in found.items()}
    return {**plain, "grant": project.grant_agreement, "topic": project.topic.code if project.topic else ""}


class _Participants(_Comparing):
    """Rows of participants against those that hold now."""

    def __init__(self, known: Projects, project: Project | None, columns: Mapping[str, str]) -> None:
        super().__init__(known, columns)
        self.project = project
        self.numbers: dict[tuple[int, int], int] = {}
        self.beneficiaries: set[int] = set()
        self.places: dict[tuple[int, object, str, object], int] = {}

    def compared(self, lines: Sequence[SheetLine], *, are_others: bool) -> Comparison:
        """Compare row by row; a sheet has all participants of each of its projects."""
        organisations = Organisations(lines)
        stated: list[tuple[SheetLine, Project, Matched]] = []
        for line in lines:
            project = self.project or self.known.named(line.text("grant"))
            if self.project is not None and line.text("grant"):
                project = self.known.named(line.text("grant"))
            match = organisations.match(line, are_others=are_others)
            if self._check(line, project, match) and project is not None:
                stated.append((line, project, match))
        holding = self._holding({project.pk for _, project, _ in stated})
        for line, project, match in stated:
            self.effects.append(self._effect(line, project, match, holding))
        for row in (row for rows in holding.values() for row in rows):
            self.effects.append(
                Effect(0, GONE, row.project.acronym, row.project_id, {}, row.organisation.name, row.organisation_id)
            )
        return Comparison(tuple(self.effects), tuple(self.wrong))

    def _check(self, line: SheetLine, project: Project | None, match: Matched) -> bool:
        """Note what keeps a row from being taken over; tell whether nothing does."""
        before = len(self.wrong)
        if project is None:
            self.fault(line, "grant", "The programme has no such project. Take over the sheet of grants first.")
        elif self.project is not None and project.pk != self.project.pk:
            self.fault(line, "grant", f"The sheet is about {self.project.acronym}, and this is another project.")
        if match.fault:
            self.fault(line, match.key, match.fault)
        if project is not None and not match.fault:
            who = match.organisation.pk if match.organisation else (line.text("pic"), line.text("name").casefold())
            # One that is affiliated to two beneficiaries stands twice, with the number of each.
            number, kind = line.values.get("number"), line.text("kind")
            place = None if kind == BENEFICIARY else number
            first = self.places.setdefault((project.pk, who, kind, place), line.row)
            if first != line.row:
                self.fault(line, "name", f"The same organisation stands in row {first} in the same role.")
            elif isinstance(number, int):
                first = self.numbers.setdefault((project.pk, number), line.row)
                if kind == BENEFICIARY and first != line.row and first in self.beneficiaries:
                    self.fault(line, "number", f"Row {first} has the same number.")
                if kind == BENEFICIARY:
                    self.beneficiaries.add(line.row)
                    self.numbers[project.pk, number] = line.row
        return len(self.wrong) == before

    def _holding(self, projects: set[int]) -> Holding:
        """The participants that hold now of the projects of the sheet."""
        rows = GrantParticipant.objects.filter(project__in=projects, holds=True)
        rows = rows.select_related("project", "organisation").order_by("project_id", "number", "pk")
        found: Holding = {}
        for row in rows:
            found.setdefault((row.project_id, row.organisation_id, row.kind), []).append(row)
        return found

    def _effect(self, line: SheetLine, project: Project, match: Matched, holding: Holding) -> Effect:
        """What a row does; who was compared is taken out of `holding`."""
        values = {**line.values, "number": self._number(line, project)}
        known = match.organisation
        name = known.name if known else line.text("name")
        rows = holding.get((project.pk, known.pk, line.text("kind")), []) if known else []
        found = next((row for row in rows if row.number == values["number"]), rows[0] if rows else None)
        if found is None:
            return Effect(line.row, NEW, project.acronym, project.pk, values, name, known.pk if known else None)
        rows.remove(found)
        stated = {key: values.get(key) if key in AMOUNTS else values.get(key) or "" for key in PARTICIPANT_FIELDS}
        now = {key: getattr(found, field) for key, field in PARTICIPANT_FIELDS.items()}
        differs = tuple((key, now[key], stated[key]) for key in PARTICIPANT_FIELDS if now[key] != stated[key])
        effect = CHANGED if differs else SAME
        return Effect(line.row, effect, project.acronym, project.pk, values, name, found.organisation_id, differs)

    def _number(self, line: SheetLine, project: Project) -> int:
        """The place in the grant: as stated, or the first that is free."""
        stated = line.values.get("number")
        if isinstance(stated, int):
            return stated
        number = 1
        while (project.pk, number) in self.numbers:
            number += 1
        self.numbers[project.pk, number] = line.row
        return number


_HEADINGS: Final = {
    "grant": "Grant agreement",
    "acronym": "Acronym",
    "topic": "Topic",
    "number": "Number",
    "pic": "PIC",
    **dict(OTHER_IDENTIFIERS),
    "name": "Legal name",
}
