"""Made-up rows of open data, as many as are asked for and none of them held: what exporters are measured and tested with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from cofund.exporters import beancount, books_csv, catalogue, iati, linked, sitemap, three_sixty
from cofund.queries.movements import Moved
from cofund.queries.open_activities import RUNNING, Activity
from cofund.queries.open_grants import CONSORTIUM, ORGANISATION, PROGRAMME, OpenGrant, Party
from cofund.records.programme.models import Project
from cofund.web.public.open_streams import gathered

DAY = dt.date(2026, 1, 1)
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# Grants of one project: nine contributions, and what the programme pays.
OF_PROJECT = 10
SITE = "https://example.org"


def grants(count: int) -> Iterator[OpenGrant]:
    """So many grants, ten a project."""
    for number in range(count):
        project = Project(pk=number // OF_PROJECT, slug=f"p{number // OF_PROJECT}", acronym=f"P{number // OF_PROJECT}")
        is_paid = number % OF_PROJECT == OF_PROJECT - 1
        giver = Party(PROGRAMME, "x", "Programme") if is_paid else _giver(number)
        yield OpenGrant(
            f"x-{number}",
            "Title",
            "Work and goods that a contributor brings to the project itself, & more.",
            1_000_000_01 + number,
            DAY,
            AT,
            (giver,),
            Party(CONSORTIUM, project.slug, f"Consortium of {project.acronym}"),
            project,
            contribution="" if is_paid else f"x-{number}",
        )


def activities(count: int) -> Iterator[Activity]:
    """So many transactions, ten an activity."""
    held: list[OpenGrant] = []
    for one in grants(count):
        held.append(one)
        if len(held) == OF_PROJECT:
            project = one.project
            project.starts_on = DAY
            yield Activity(project, RUNNING, tuple(held[:-1]), (), one, one.amount_cents)
            held = []


def movements(count: int) -> Iterator[Moved]:
    """So many movements of a book."""
    for number in range(count):
        accounts = ("contribution:B:pledged", "contribution:B:endorsed")
        told = (f"x-{number}", "B", "recorded", "", "1", None, "0" * 64, "", None)
        yield Moved(number, number, "endorse", DAY, AT, *accounts, 1_000_000_01, *told)


def files(count: int) -> dict[str, Callable[[], Iterator[str]]]:
    """Every exporter over so many rows, by its name."""
    publisher = three_sixty.Publisher("360G-x", "Programme", SITE)
    package = three_sixty.Package(
        publisher, "x", "Programme", "EUR", DAY, AT, SITE, lambda grant: f"{SITE}/{grant.reference}/"
    )
    file = iati.File("XI-IATI-x", "x", "Programme", "Funder", "EUR", DAY, None, DAY, AT, SITE, lambda _: SITE)
    nodes = (
        linked.Node(f"{SITE}/{number}", "dcat:Distribution", (("dct:title", linked.Text("Title")),))
        for number in range(count)
    )
    return {
        "360Giving JSON": lambda: three_sixty.as_json(package, grants(count)),
        "360Giving CSV": lambda: three_sixty.as_csv(package, grants(count), 1),
        "IATI": lambda: iati.as_xml(file, activities(count)),
        "books as CSV": lambda: books_csv.lines(books_csv.Head("x", "EUR"), movements(count)),
        "books as a journal": lambda: beancount.lines(beancount.Head("x", "EUR", DAY), movements(count)),
        "catalogue": lambda: linked.as_turtle(catalogue.PREFIXES, nodes),
        "sitemap": lambda: sitemap.as_list(f"{SITE}/{number}/" for number in range(count)),
    }


def written(pieces: Iterator[str]) -> int:
    """Write a file to nowhere, as it is sent; give how many signs it has."""
    with open("/dev/null", "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        return sum(nowhere.write(piece) for piece in gathered(pieces))


def _giver(number: int) -> Party:
    return Party(ORGANISATION, f"g{number}", f"Giver {number} & Sons", "BE", organisation_kind="company")
