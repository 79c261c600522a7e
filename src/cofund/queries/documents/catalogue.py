"""Which documents there are, what each is for, and who may have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.queries import schemes
from cofund.queries.documents import activities, annual, framing, participants
from cofund.queries.documents.given import Moment
from cofund.queries.documents.shapes import Document
from cofund.queries.keeping import kept


@dataclass(frozen=True, slots=True)
class Kind:
    """A document that can be had of any programme. `make` takes the programme, the moment, the year, and whether it is public.

    `sheets` are those of a public document, by key and name: so that they can be listed without making it.
    """

    key: str
    title: str
    about: str
    asks_year: bool
    is_public: bool
    make: Callable[[str, Moment, int, bool], Document]
    sheets: tuple[tuple[str, str], ...] = ()


KINDS: Final = (
    Kind(
        "annual-report",
        "Annual report: contributions",
        "By partner type, role, kind, project and country: committed, reported, certified, validated, and the match.",
        True,
        True,
        lambda code, moment, year, public: annual.annual_report(code, moment, year, is_public=public),
        (
            *(("by-type", "By partner type"), ("by-role", "By role"), ("by-kind", "By kind")),
            *(("by-project", "By project"), ("by-country", "By country"), ("contributions", "Contributions")),
        ),
    ),
    Kind(
        "states",
        "Contributions by country",
        "For the states: committed and actual contributions by country of the organisations and by place of cost.",
        False,
        True,
        lambda code, moment, year, public: annual.states_table(code, moment, is_public=public),
        (
            *(("by-country", "By country"), ("by-place", "By place of cost"), ("crossed", "Country and place")),
            ("contributions", "Contributions"),
        ),
    ),
    Kind(
        "article-116e",
        "Projects, participants and contributions",
        "What the law has published of each project: participants, public contribution, contributions by kind.",
        False,
        True,
        lambda code, moment, year, public: participants.publication(code, moment),
        (("projects", "Projects"), ("participants", "Participants")),
    ),
    Kind(
        "ikaa-plan",
        "Plan of additional activities",
        "What members plan to do in a year beside the projects, and what it will be worth.",
        True,
        False,
        lambda code, moment, year, public: activities.plan_of_year(code, moment, year),
    ),
    Kind(
        "ikaa-report",
        "Report on additional activities",
        "What was reported, certified and accepted of a year, beside what was planned.",
        True,
        False,
        lambda code, moment, year, public: activities.report_of_year(code, moment, year),
    ),
)


def kinds_of(scheme_code: str, *, only_public: bool) -> tuple[Kind, ...]:
    """The documents that there are of a programme; those on additional activities only where it knows them.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme, _ = schemes.current(scheme_code)
    has_activities = any(kind.outside_project for kind in scheme.kinds)
    found = [kind for kind in KINDS if has_activities or not kind.key.startswith("ikaa-")]
    return tuple(kind for kind in found if kind.is_public or not only_public)


def find(scheme_code: str, key: str, *, only_public: bool) -> Kind | None:
    """A document of a programme by its key; None where there is none of that key for the reader.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    return next((kind for kind in kinds_of(scheme_code, only_public=only_public) if kind.key == key), None)


def make(kind: Kind, scheme_code: str, moment: Moment, year: int, *, is_public: bool) -> Document:
    """Give a document; one that was made before is given again as long as nothing was written.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    asked_year = year if kind.asks_year else 0
    found = _made(kind.key, scheme_code, moment.on, moment.known_at, asked_year, is_public)
    return found.known_at(framing.instant_of(moment))


@kept(4)
def _made(key: str, scheme_code: str, on: date, known_at: datetime | None, year: int, is_public: bool) -> Document:
    """A document with all of its values; the instant at which it was read is said by who asks."""
    kind = next(one for one in KINDS if one.key == key)
    return kind.make(scheme_code, Moment.of(on, known_at), year, is_public)
