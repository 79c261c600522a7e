"""Loads the demonstration: all of it in one transaction, once, and only into books that hold nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.demonstration import (
    applications,
    bookings,
    directory,
    governance,
    leads,
    partners,
    reading,
    stories,
    topics,
)
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.opening import open_scheme
from cofund.queries import clock, demonstration, schemes
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Project, Scheme, Topic
from cofund.rules import roles
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

ACTOR = Actor("Demonstration", roles.OPERATOR)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: nothing where the demonstration was there already."""

    was_there: bool
    projects: int
    entries: int


def load(*, at: datetime | None = None) -> Loaded:
    """Load the demonstration; where it was loaded before, change nothing and say so.

    The steps are recorded at the instants that the facts give or assume, at the latest at `at` (now, unless the clock is given).
    Where a scheme's book was opened earlier on this site, they are recorded from that instant on.

    Raises:
        Refused: the site already has entries, projects, topics or people of its own.
    """
    instant = at or clock.now()
    with writing():
        if demonstration.is_loaded():
            return Loaded(True, 0, 0)
        everything = reading.facts()
        codes = tuple(dict.fromkeys(one.scheme for one in everything))
        _refuse_data_of_others(codes)
        for code in codes:
            _open(code, instant)
        organisations = directory.write_organisations(reading.organisations())
        entries = 0
        for code in codes:
            entries += _load_scheme(code, [one for one in everything if one.scheme == code], organisations, instant)
        directory.write_people(ACTOR, organisations, instant)
        partners.write(ACTOR, organisations, instant)
        leads.load(ACTOR)
        governance.write(ACTOR, organisations, instant)
        applications.load(ACTOR, instant)
        topics.write(organisations, instant)
        stories.write(ACTOR, organisations, instant)
        projects = Project.objects.filter(scheme__code__in=codes).count()
        after = {"projects": projects, "entries": entries, "edition": reading.edition()}
        audit.record(ACTOR, demonstration.LOADED, "demonstration", at=instant, after=after, reason="Demonstration data")
        return Loaded(False, projects, entries)


def _load_scheme(
    code: str, parts: list[reading.Facts], organisations: dict[str, Organisation], instant: datetime
) -> int:
    """Write the calls, topics and projects of a scheme, and book its steps in order of their instants; tell how many."""
    scheme = Scheme.objects.get(code=code)
    steps: list[bookings.Step] = []
    for facts in parts:
        directory.write_coverage(facts)
        directory.write_calls(facts)
    for facts in parts:
        for case in facts.cases:
            topic, project = directory.write_target(facts, case)
            steps += bookings.CaseSteps(ACTOR, scheme, case, topic, project, organisations, facts.assumptions).steps()
    last = Entry.objects.filter(book__scheme=scheme).order_by("-number").values_list("recorded_at", flat=True)[0]
    return bookings.perform(steps, not_before=last, not_after=max(instant, last))


def _open(code: str, instant: datetime) -> None:
    """Open a scheme's book as of its first day, unless this site has opened it already."""
    if code in schemes.installed():
        return
    file = f"{code}.toml"
    text = shipped()[file]
    starts_on = parse(text, file=file).starts_on
    opened_at = datetime.combine(starts_on, time(9), UTC) if starts_on else instant
    open_scheme(ACTOR, text, file=file, at=min(opened_at, instant))


def _refuse_data_of_others(codes: tuple[str, ...]) -> None:
    """Refuse a site that somebody already works with: the demonstration never mixes with real data.

    Raises:
        Refused: with what was found.
    """
    opening = Entry.Kind.TOP_UP
    found = {
        "entries in the books": Entry.objects.filter(book__scheme__code__in=codes).exclude(kind=opening).exists(),
        "projects": Project.objects.filter(scheme__code__in=codes).exists(),
        "topics": Topic.objects.filter(scheme__code__in=codes).exists(),
        "people with the same log-ins": User.objects.filter(
            username__in=[who for who, *_ in directory.PEOPLE]
        ).exists(),
    }
    if any(found.values()):
        raise Refused(
            asked="You asked to load the demonstration.",
            wrong=f"This site already has {', '.join(what for what, there in found.items() if there)}.",
            remedy="Load it into a site of its own: set COFUND_HOME to an empty folder and run `cofund demo` there.",
        )
