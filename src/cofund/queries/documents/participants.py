"""What the law has published of each project: who gives to it, the Union's contribution, and the contributions by kind.

Source: Regulation (EU) 2021/2085, Article 116(e). What the scheme does not publish of a participant is said to be not published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from cofund.queries import programmes
from cofund.queries import publication as publication_of
from cofund.queries.documents import framing, given, narrowing
from cofund.queries.documents.framing import code, country_words
from cofund.queries.documents.given import Given, Moment
from cofund.queries.documents.shapes import NOT_KNOWN, NOT_PUBLISHED, Column, Document, Sheet, SumOver, Value, Values
from cofund.queries.pools import Target
from cofund.records.ledger.models import GrantParticipant
from cofund.records.programme.models import Project
from cofund.rules.schemes import KindRule, Scheme

PARTICIPANTS = "Participants"
# What is told of the organisation that takes part.
_OF_ORGANISATION = ("pk", "name", "country")


def publication(scheme_code: str, moment: Moment) -> Document:
    """Give what is published of each project and participant. It is the same for every reader.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme = framing.scheme_of(scheme_code, moment)
    every = [row for row in given.of_scheme(scheme_code, moment) if row.project is not None]
    rows = framing.public_rows(scheme, every, moment)
    held = framing.held_back(scheme, every, moment)
    kinds = [kind for kind in scheme.kinds if not kind.outside_project]
    shown = {kind.code: narrowing.shows_committed(scheme, kind) for kind in kinds}
    union = _union_money(scheme.code, moment.instant) if _shows(scheme, "public_money") else None
    projects = _projects(scheme, moment, {row.project for row in (*rows, *held) if row.project is not None}, held)
    lines = (*_participants(scheme, rows, kinds, shown, union, projects, held),)
    figure = scheme.figure("publication.per_participant")
    policy = ", ".join(scheme.publication.per_participant).replace("_", " ") or "nothing"
    return framing.document(
        "article-116e",
        "Projects, participants and contributions",
        "Of each project its members and partners, the public contribution, and what they committed by kind.",
        scheme,
        moment,
        [_projects_sheet(scheme, kinds, shown, projects), _participants_sheet(scheme, kinds, lines)],
        rows=rows,
        is_public=True,
        left_out=len(every) - len(rows),
        notes=(
            f"Published of each participant: {policy}. Everything else says “{NOT_PUBLISHED}”."
            + (f" {figure.source} ({figure.certainty})." if figure is not None else ""),
            f"Public money of a participant is known where the sheet of its grant was imported; elsewhere it is “{NOT_KNOWN}”.",
            framing.JOINT_NOTE,
        ),
    )


def _shows(scheme: Scheme, what: str) -> bool:
    """Whether the scheme publishes something of each participant."""
    return what in scheme.publication.per_participant


def _projects(
    scheme: Scheme, moment: Moment, with_rows: set[int], held: Sequence[Given]
) -> dict[int, tuple[Project, int | None]]:
    """The projects with their public money, by key: fixed where it is, else what matches, None where neither is known.

    What matches a contribution whose amount is held back is in no sum.
    """
    left_out = {row.pk for row in held}
    reader = publication_of.public(scheme.code, moment.rules_at, scheme)
    awards = programmes.awards(scheme.code, moment.on, moment.known_at)
    matches: defaultdict[int, int] = defaultdict(int)
    for row in given.of_scheme(scheme.code, moment):
        if row.project is not None and row.pk not in left_out and reader.may_match(row.pk):
            matches[row.project] += row.steps.matched
    found = {}
    rows = Project.objects.filter(scheme__code=scheme.code).select_related("topic").order_by("acronym", "pk")
    for project in rows:
        fixed = next((awards[one] for one in Target(project=project).grant_codes() if one in awards), None)
        if fixed is not None or project.pk in with_rows:
            found[project.pk] = (project, fixed if fixed is not None else matches.get(project.pk) or None)
    return found


def _union_money(scheme_code: str, at: datetime) -> dict[tuple[int, int], tuple[str, str, str, int | None]]:
    """Name, country, role and public money of each participant of a grant, by project and organisation.

    It is what the newest sheet says that was taken over by an instant and not undone by then.
    """
    rows = GrantParticipant.objects.filter(project__scheme__code=scheme_code, sheet__applied_at__lte=at)
    rows = rows.filter(Q(sheet__undone_at=None) | Q(sheet__undone_at__gt=at))
    own = [f"organisation__{name}" for name in _OF_ORGANISATION]
    kept = [f"organisation__merged_into__{name}" for name in _OF_ORGANISATION]
    # A big programme has tens of thousands: the columns that are told, and not the organisations and sheets with all they hold.
    stated = rows.order_by("sheet__applied_at", "sheet_id", "number")
    held = list(stated.values_list("project_id", "sheet_id", "country", "role", "public_money_cents", *own, *kept))
    newest = {project: sheet for project, sheet, *_ in held}
    found: dict[tuple[int, int], tuple[str, str, str, int | None]] = {}
    for project, sheet, country, role, stated_cents, *names in held:
        if newest[project] == sheet:
            merged = names[len(own) :]
            key, name, seat = merged if merged[0] is not None else names[: len(own)]
            before = found[(project, key)][3] if (project, key) in found else 0
            # Of who stands twice the sum is known only where both parts are.
            parts = (before, stated_cents)
            cents = None if None in parts else sum(part or 0 for part in parts)
            found[(project, key)] = (name, country or seat, role, cents)
    return found


def _participants(
    scheme: Scheme,
    rows: Sequence[Given],
    kinds: Sequence[KindRule],
    shown: dict[str, bool],
    union: dict[tuple[int, int], tuple[str, str, str, int | None]] | None,
    projects: dict[int, tuple[Project, int | None]],
    held: Sequence[Given],
) -> tuple[Values, ...]:
    """A row for each who gives to a project in a role, alone or jointly; then who only receives, as far as it is recorded.

    Of whoever gives something whose amount is held back, no amount is told.
    """
    labels = {role.code: role.label for role in scheme.roles}
    sums: defaultdict[tuple[int, tuple[int, ...], str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    first: dict[tuple[int, tuple[int, ...], str], Given] = {}
    for row in rows:
        if row.project in projects:
            assert row.project is not None
            key = (row.project, tuple(sorted(one.pk for one in row.givers)), row.role)
            first.setdefault(key, row)
            sums[key][row.kind] += row.steps.committed
    lines, told = [], set()
    for key, row in first.items():
        project, givers, role = key
        money: Value = NOT_PUBLISHED if union is None else NOT_KNOWN
        if (
            union is not None
            and len(givers) == 1
            and (project, givers[0]) in union
            and (project, givers[0]) not in told
        ):
            stated = union[(project, givers[0])][3]
            money = NOT_KNOWN if stated is None else stated
            told.add((project, givers[0]))
        amounts = [sums[key][kind.code] if shown[kind.code] else NOT_PUBLISHED for kind in kinds]
        country = country_words(row.shared("country"))
        lines.append(_line(projects[project][0], row.names, labels.get(role, role), country, money, amounts))
    nothing_told: list[Value] = [NOT_PUBLISHED for _ in kinds]
    for row in held:
        if row.project is not None and row.project in projects:
            told |= {(row.project, one.pk) for one in row.givers}
            said, country = labels.get(row.role, row.role), country_words(row.shared("country"))
            money = NOT_PUBLISHED
            lines.append(_line(projects[row.project][0], row.names, said, country, money, nothing_told))
    for (project, organisation), (name, country, role, cents) in (union or {}).items():
        if project in projects and (project, organisation) not in told:
            nothing: list[Value] = [0 if shown[kind.code] else NOT_PUBLISHED for kind in kinds]
            public = NOT_KNOWN if cents is None else cents
            said = labels.get(role, role) or "Participant of the grant"
            lines.append(_line(projects[project][0], name, said, country_words(country), public, nothing))
    return tuple(sorted(lines, key=lambda line: (str(line[0]), str(line[2]), str(line[1]))))


def _line(
    project: Project, names: str, role: str, country: str, public: Value, amounts: Iterable[Value]
) -> tuple[Value, ...]:
    """One row of the participants."""
    return (project.acronym, names, role, country, public, *amounts, code("project", project.slug))


def _participants_sheet(scheme: Scheme, kinds: Sequence[KindRule], lines: tuple[Values, ...]) -> Sheet:
    """Who gives to which project, and what."""
    columns = (
        Column("project", scheme.label("project").capitalize()),
        Column("participant", "Participant"),
        Column("role", "Role"),
        Column("country", "Country"),
        # No total: what is not known of some would be taken for nothing.
        Column("public_money", "Public contribution", "money"),
        *(Column(kind.code.lower(), f"{kind.label} ({kind.code})", "money", is_summed=True) for kind in kinds),
        Column("project_code", "Code of project"),
    )
    return Sheet(
        "participants", PARTICIPANTS, "Participants and what they committed", columns, lines,
        is_detail=True,
    )  # fmt: skip


def _projects_sheet(
    scheme: Scheme,
    kinds: Sequence[KindRule],
    shown: dict[str, bool],
    projects: dict[int, tuple[Project, int | None]],
) -> Sheet:
    """Each project with its public money and the contributions of its participants by kind."""
    where = (("project_code", "code"),)
    published = [kind for kind in kinds if shown[kind.code]]
    hidden = [kind for kind in kinds if not shown[kind.code]]
    columns = (
        Column("project", scheme.label("project").capitalize()),
        Column("title", "Title"),
        Column("grant_agreement", "Grant agreement"),
        Column("public_money", f"Contribution of {scheme.label('public_funder')}", "money", is_summed=True),
        *(
            Column(
                kind.code.lower(), f"{kind.label} ({kind.code})", "money",
                SumOver(PARTICIPANTS, kind.code.lower(), where), is_summed=True,
            )
            for kind in published
        ),
        *(Column(kind.code.lower(), f"{kind.label} ({kind.code})", "money") for kind in hidden),
        Column("code", "Code"),
    )  # fmt: skip
    rows = tuple(
        (
            one.acronym,
            one.title,
            one.grant_agreement or NOT_KNOWN,
            cents if cents is not None else NOT_KNOWN,
            *(NOT_PUBLISHED for _ in hidden),
            code("project", one.slug),
        )
        for one, cents in projects.values()
    )
    note = "Public money is what is fixed for the project; where none is fixed, what matches its contributions."
    return Sheet("projects", "Projects", "Projects", columns, rows, note)
