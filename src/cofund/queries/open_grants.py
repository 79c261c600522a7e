"""The money of a programme as grants, for open data: who pays whom, how much, since when, each euro once.

Money that passes through the office's budget is told twice on purpose: once into the programme (what a partner hands over, and what
the public funder adds as match), marked as on its way, and once out of it to the project. The rows that are not on their way add up
to all that stands behind the projects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Max, Min, QuerySet

from cofund.queries import programmes, publication, schemes
from cofund.queries.documents import given
from cofund.queries.documents.given import Given, Moment
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.queries.publication import Audience
from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models import Account, Book, Contribution, Transfer
from cofund.records.programme.models import Project
from cofund.rules.schemes import Scheme

# So many projects are read at a time, with their contributions: memory does not grow with the programme.
CHUNK: Final = 100

MATCH, COLLABORATION = "match", "collaboration"
PUBLIC_FUNDER, PROGRAMME, CONSORTIUM, ORGANISATION = "funder", "programme", "consortium", "organisation"


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid; `code` is unique within its `kind`. A consortium stands for those who take part in a project.

    `organisation_kind` is the kind of an organisation of the directory, empty for all others.
    """

    kind: str
    code: str
    name: str
    country: str = ""
    ror: str = ""
    lei: str = ""
    organisation_kind: str = ""


@dataclass(frozen=True, slots=True)
class OpenGrant:
    """One grant. `amount_cents` is in the scheme's currency; `on_its_way` says that the same money comes again in another row.

    `related` are the references of rows about the same money; `assumed` says that the day is not known for sure. Of a contribution,
    `validated_cents` is what the office has accepted of it; of a match, `tranche` is what it comes from.
    """

    reference: str
    title: str
    description: str
    amount_cents: int
    awarded_on: date
    recorded_at: datetime
    funders: tuple[Party, ...]
    recipient: Party
    project: Project
    related: tuple[str, ...] = ()
    on_its_way: str = ""
    contribution: str = ""
    assumed: bool = False
    validated_cents: int = 0
    tranche: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """When something was booked first and last, and whether any of it rests on an assumption."""

    on: date
    at: datetime
    assumed: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """What every row of a programme needs."""

    scheme: Scheme
    moment: Moment
    book_id: int
    awards: dict[str, int]
    reader: Audience

    @property
    def office(self) -> Party:
        """The programme itself, which pays projects out of its budget."""
        return Party(PROGRAMME, self.scheme.code, self.scheme.name)

    @property
    def public_funder(self) -> Party:
        """Where the public money comes from."""
        return Party(PUBLIC_FUNDER, self.scheme.code, self.scheme.label("public_funder"))


def grants(scheme_code: str, moment: Moment) -> Iterator[OpenGrant]:
    """Give every grant that is public, project by project, as true on a day and as known at an instant.

    A contribution counts from the grant on, and only once its scheme publishes it. Four queries by hundred projects.

    Raises: SchemeNotInstalledError where the site does not have the scheme, Book.DoesNotExist where it has no book.
    """
    programme = programme_at(scheme_code, moment)
    keys = list(Project.objects.filter(scheme__code=scheme_code).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        yield from of_projects(programme, keys[start : start + CHUNK])


def programme_at(scheme_code: str, moment: Moment) -> Programme:
    """Give what every row of a programme needs.

    Raises: SchemeNotInstalledError where the site does not have the scheme, Book.DoesNotExist where it has no book.
    """
    scheme, _ = schemes.current(scheme_code)
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme_code)
    awards = programmes.awards(scheme_code, moment.on, moment.known_at)
    return Programme(scheme, moment, book_id, awards, publication.public(scheme_code, moment.rules_at, scheme))


def most_funders(scheme_code: str) -> int:
    """How many organisations stand behind one contribution of a programme at most; at least one."""
    rows = Contribution.objects.filter(book__scheme__code=scheme_code).annotate(number=Count("party_rows"))
    return max(1, rows.aggregate(most=Max("number"))["most"] or 1)


def of_projects(programme: Programme, keys: Sequence[int]) -> Iterator[OpenGrant]:
    """The grants of some projects: what comes for each, then what goes to it."""
    projects = Project.objects.select_related("topic").in_bulk(list(keys))
    contributions = Contribution.objects.filter(book=programme.book_id, project__in=keys).order_by("pk")
    owners = dict(contributions.values_list("pk", "project_id"))
    rows = given.of_contributions(programme.book_id, programme.moment, owners)
    days = _committed(programme, owners)
    parties = parties_of((one.pk for row in rows.values() for one in row.givers), programme.reader)
    of_project: defaultdict[int, list[Given]] = defaultdict(list)
    for key, row in rows.items():
        if row.steps.committed > 0 and key in programme.reader.published and programme.reader.may_sum(key):
            of_project[owners[key]].append(row)
    awarded = _awarded(programme, projects.values())
    for key in keys:
        own = [(row, days[row.pk], _givers(programme, row, parties)) for row in of_project[key]]
        yield from _of_project(programme, projects[key], own, awarded.get(key))


def _givers(programme: Programme, row: Given, parties: Mapping[int, Party]) -> tuple[Party, ...]:
    """Who gives a contribution, as everybody may know."""
    role = programme.scheme.role(row.role).label
    return givers_of(programme, row.pk, row.reference, role, (parties[one.pk] for one in row.givers))


def _of_project(
    programme: Programme,
    project: Project,
    rows: Sequence[tuple[Given, Booked, tuple[Party, ...]]],
    awarded: tuple[int, Booked] | None,
) -> Iterator[OpenGrant]:
    """The grants of one project; what the programme pays it comes last."""
    for row, booked, givers in rows:
        yield from _of_contribution(programme, project, row, booked, givers)
    through = sum(row.steps.committed for row, _, _ in rows if programme.scheme.kind(row.kind).through_office)
    public = awarded[0] if awarded is not None else sum(max(0, row.steps.matched) for row, _, _ in rows)
    if public + through > 0:
        moments = [booked for _, booked, _ in rows] + ([awarded[1]] if awarded is not None else [])
        first = awarded[1] if awarded is not None else min(moments, key=lambda one: one.on)
        yield OpenGrant(
            reference=_paid(programme, project),
            title=f"{project.acronym}: grant of {programme.scheme.name}",
            description=_paid_words(programme.scheme, project, public, through),
            amount_cents=public + through,
            awarded_on=project.signed_on or first.on,
            recorded_at=max(one.at for one in moments),
            funders=(programme.office,),
            recipient=consortium(programme, project),
            project=project,
            assumed=first.assumed and project.signed_on is None,
        )


def _of_contribution(
    programme: Programme, project: Project, row: Given, booked: Booked, givers: tuple[Party, ...]
) -> Iterator[OpenGrant]:
    """What is given, and the public money that matches it."""
    scheme, kind, paid = programme.scheme, programme.scheme.kind(row.kind), _paid(programme, project)
    given_grant = OpenGrant(
        reference=row.reference,
        title=f"{project.acronym}: {kind.label}",
        description=_contribution_words(scheme, row, project.acronym, passes=kind.through_office),
        amount_cents=row.steps.committed,
        awarded_on=booked.on,
        recorded_at=booked.at,
        funders=givers,
        recipient=programme.office if kind.through_office else consortium(programme, project),
        project=project,
        related=(paid,) if kind.through_office else (),
        on_its_way=COLLABORATION if kind.through_office else "",
        contribution=row.reference,
        assumed=booked.assumed,
        validated_cents=row.steps.validated,
    )
    yield given_grant
    rule = scheme.tranche_for_role(row.role)
    if row.steps.matched > 0 and programme.reader.may_match(row.pk):
        yield replace(
            given_grant,
            reference=f"{row.reference}-match",
            title=f"{project.acronym}: match of {row.reference}",
            description=f"Public money of {scheme.name} that matches contribution {row.reference}. {_AGAIN}",
            amount_cents=row.steps.matched,
            funders=(programme.public_funder,),
            recipient=programme.office,
            related=(row.reference, paid),
            on_its_way=MATCH,
            validated_cents=0,
            tranche=rule.code if rule is not None else "",
        )


def givers_of(programme: Programme, key: int, reference: str, role: str, parties: Iterable[Party]) -> tuple[Party, ...]:
    """Who gives a contribution; somebody without a name where that is held back. `role` is how its scheme calls the giver."""
    if not programme.reader.may_name(key):
        words = f"{role} ({programme.reader.why_not(publication.GIVER, key)})"
        return (Party(ORGANISATION, f"not-published-{reference}", words),)
    return tuple(parties)


def _paid(programme: Programme, project: Project) -> str:
    """The reference of what the programme pays a project."""
    return f"{programme.scheme.code}-{project.slug}-paid"


def consortium(programme: Programme, project: Project) -> Party:
    """Those who take part in a project."""
    return Party(CONSORTIUM, f"{programme.scheme.code}-{project.slug}", f"Consortium of {project.acronym}")


_AGAIN: Final = "The programme pays it on to the project, so that it comes again in the grant of the project."


def _contribution_words(scheme: Scheme, row: Given, name: str, *, passes: bool) -> str:
    """What a contribution is, in words."""
    role = scheme.role(row.role).label
    joint = " Given jointly; how it is split is not known." if row.is_joint else ""
    way = f"Handed over to {scheme.name} for {name}. {_AGAIN}" if passes else f"Brought to {name} itself."
    return f"{scheme.kind(row.kind).label}, given as {role}.{joint} {way}"


def _paid_words(scheme: Scheme, project: Project, public_cents: int, through_cents: int) -> str:
    """What the programme pays a project, in words."""
    parts = [f"public money ({scheme.label('public_funder')})"] if public_cents else []
    parts += ["cash of contributors that passes through it"] if through_cents else []
    title = f" {project.title.rstrip('.')}." if project.title else ""
    return f"What {scheme.name} pays the consortium of {project.acronym}: {' and '.join(parts)}.{title}"


def parties_of(keys: Iterable[int], reader: Audience) -> dict[int, Party]:
    """Give the organisations with these keys, with the identifiers that others know them by and the reader may see. One query."""
    columns = ("pk", "slug", "name", "country", "ror", "lei", "kind")
    rows = Organisation.objects.filter(pk__in=set(keys)).values_list(*columns)
    found = {pk: Party(ORGANISATION, *told) for pk, *told in rows}
    hidden = [pk for pk in found if not reader.may_see("organisation.identifiers", pk)]
    return found | {pk: replace(found[pk], ror="", lei="") for pk in hidden}


def _committed(programme: Programme, keys: Iterable[int]) -> dict[int, Booked]:
    """When the contributions with these keys were committed first, and when what is known of them was recorded last."""
    moved = given.transfers(programme.book_id, programme.moment.on, programme.moment.known_at)
    rows = moved.filter(contribution__in=list(keys), to_account__holder=Account.Holder.CONTRIBUTION)
    return booked_by(rows.filter(to_account__stage="committed"), "contribution")


def _awarded(programme: Programme, projects: Iterable[Project]) -> dict[int, tuple[int, Booked]]:
    """The public money that was fixed for projects, by their keys; a project's own comes before that of its topic."""
    codes = {
        project.pk: next((code for code in Target(project=project).grant_codes() if code in programme.awards), None)
        for project in projects
    }
    wanted = {code for code in codes.values() if code is not None}
    if not wanted:
        return {}
    moment = programme.moment
    rows = Transfer.objects.filter(
        book=programme.book_id,
        to_account__code__in=wanted,
        to_account__holder=Account.Holder.GRANT,
        entry__kind="award",
        effective_on__lte=moment.on,
    )
    if moment.known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=moment.known_at)
    days = booked_by(rows, "to_account__code")
    return {
        key: (programme.awards[code], days[code]) for key, code in codes.items() if code is not None and code in days
    }


def booked_by(rows: QuerySet[Transfer], of: str) -> dict[Any, Booked]:
    """First day, last instant and certainty of movements, by what they are about."""
    sure = (Certainty.VERIFIED, Certainty.RECORDED)
    uncertain = set(rows.exclude(entry__certainty__in=sure).order_by().values_list(of, flat=True).distinct())
    uncertain |= set(rows.exclude(entry__assumption="").order_by().values_list(of, flat=True).distinct())
    told = rows.order_by().values_list(of).annotate(Min("effective_on"), Max("entry__recorded_at"))
    return {key: Booked(on, at, key in uncertain) for key, on, at in told}


@dataclass(frozen=True, slots=True)
class Summary:
    """What the grants of a programme add up to, in cents: what reaches projects each euro once, and what is on its way to them.

    `match_of_tranches` is the match by the code of the tranche that it comes from.
    """

    number: int = 0
    number_on_its_way: int = 0
    reaches_projects_cents: int = 0
    match_cents: int = 0
    collaboration_cents: int = 0
    match_of_tranches: tuple[tuple[str, int], ...] = ()


@kept(32)
def summary(scheme_code: str, on: date, known_at: datetime | None) -> Summary:
    """Add up what `grants` gives.

    Raises: SchemeNotInstalledError where the site does not have the scheme, Book.DoesNotExist where it has no book.
    """
    sums: defaultdict[str, int] = defaultdict(int)
    numbers: defaultdict[str, int] = defaultdict(int)
    matches: defaultdict[str, int] = defaultdict(int)
    for grant in grants(scheme_code, Moment.of(on, known_at)):
        sums[grant.on_its_way] += grant.amount_cents
        numbers[grant.on_its_way] += 1
        if grant.on_its_way == MATCH:
            matches[grant.tranche] += grant.amount_cents
    number = sum(numbers.values())
    of_tranches = tuple(sorted(matches.items()))
    return Summary(number, number - numbers[""], sums[""], sums[MATCH], sums[COLLABORATION], of_tranches)
