"""`cofund recommend` and `cofund index`: who should be asked about a text, and the files that this is answered from."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from cofund.actions.errors import Refused
from cofund.actions.index_files import Progress, build_index, update_index
from cofund.commands import printing
from cofund.queries.candidate_subjects import topics_called
from cofund.queries.candidates import Asked, LeftOut, find
from cofund.queries.index_files import Index, NoIndexError, open_index
from cofund.queries.recommending import KINDS, Candidate, NotAnsweredError, Recommendation, Why, Wish, known_columns
from cofund.queries.recommending import recommend as recommend_for


@click.group(name="index")
def index() -> None:
    """Build and look at the index that recommendations are answered from."""


@index.command()
@printing.JSON_OPTION
def update(as_json: bool) -> None:
    """Bring the index up to what was imported since it was built, and say what of it is used again.

    \b
    Examples:
      cofund index update
    """
    with _bar() as progress:
        built = update_index(progress)
    if as_json:
        printing.print_json({"version": built.version, "is_new": built.is_new, "reused": list(built.reused)})
        return
    click.echo(f"Index {built.version} {'is in use now' if built.is_new else 'stays in use'}.")
    for one in built.reused:
        click.echo(one)


@index.command()
@click.option("--no-training", is_flag=True, help="Keep the trees that there are, however much changed.")
@printing.JSON_OPTION
def build(no_training: bool, as_json: bool) -> None:
    """Build the whole index of all imported past projects, and put it into use at once when it is whole.

    \b
    Examples:
      cofund index build
      cofund index build --no-training
    """
    with _bar() as progress:
        version = build_index(progress, trains=not no_training)
    if as_json:
        printing.print_json({"version": version})
    else:
        click.echo(f"Index {version} is in use, in {settings.COFUND_HOME}/index.")


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar for each step on the terminal. Raises: click.ClickException where building is refused."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = shown.add_task(label, total=None)
            shown.update(tasks[label], completed=done, total=total or None)

        try:
            yield progress
        except Refused as error:
            raise click.ClickException(str(error)) from error


@index.command()
@printing.JSON_OPTION
def show(as_json: bool) -> None:
    """Say which index is in use, and what it holds; it is read and checked for that.

    \b
    Examples:
      cofund index show
    """
    try:
        found = open_index()
    except NoIndexError as error:
        raise click.ClickException(str(error)) from error
    kept = {key: value for key, value in found.description.items() if key != "files"}
    if as_json:
        printing.print_json({"version": found.version, **kept})
        return
    click.echo(
        f"Index {found.version}, built {kept['built_at']}: {kept['projects']:,} projects of Horizon Europe, "
        f"{kept['older_projects']:,} older ones, {kept['candidates']:,} candidates."
    )


@click.command()
@click.option("--text", default="", help="What the project is about, in English; - reads it from standard input.")
@click.option(
    "--topic",
    default="",
    metavar="CODE",
    help="A topic of this site, in place of a text: its newest text and its members.",
)
@click.option(
    "--call", "code", default="", metavar="CODE", help="The code of its topic or call, as HORIZON-JU-IHI-2025-09-01."
)
@click.option("--with", "known", type=int, multiple=True, metavar="PIC", help="A known member; can be repeated.")
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    help="Only from this country, two letters; can be repeated.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS), case_sensitive=False),
    help="Only of this kind; can be repeated.",
)
@click.option("--newcomer", is_flag=True, help="Only who took part once or twice.")
@click.option("--led", is_flag=True, help="Only who has led a project.")
@click.option("--number", type=click.IntRange(1, 200), default=20, show_default=True, help="How many candidates.")
@printing.JSON_OPTION
def recommend(
    text: str, topic: str, code: str, known: tuple[int, ...], countries: tuple[str, ...], kinds: tuple[str, ...], newcomer: bool,
    led: bool, number: int, as_json: bool,
) -> None:  # fmt: skip
    """Say who should be asked about a text, with reasons from past projects.

    For a topic of this site it also says who is not offered, and why: members, those whom a rule of the programme excludes, and
    those whom the office called not suitable.

    \b
    Examples:
      cofund recommend --text "Type 1 diabetes: screening of children for early stages"
      cofund recommend --text "..." --call HORIZON-JU-IHI-2025-09-01 --with 999974456 --json
      cofund recommend --text "..." --country NL --kind OTH --newcomer
      cofund recommend --topic HORIZON-JU-IHI-2025-09-01 --led
    """
    if topic and (text or code):
        raise click.UsageError("--topic brings its own text and call: leave --text and --call out.")
    wish = Wish(frozenset(each.upper() for each in countries), frozenset(each.upper() for each in kinds), newcomer, led)
    words = sys.stdin.read() if text == "-" else text
    try:
        index = open_index()
        left_out: tuple[LeftOut, ...] = ()
        if topic:
            answer, left_out = _of_topic(index, topic, Asked(wish, known, number))
        else:
            answer = recommend_for(index, words, code=code, known=known, wish=wish, number=number)
    except (NoIndexError, NotAnsweredError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        printing.print_json(as_data(answer, left_out))
    else:
        _print(answer)
        _print_left_out(left_out)


def _of_topic(index: Index, code: str, asked: Asked) -> tuple[Recommendation, tuple[LeftOut, ...]]:
    """The answer for a topic of this site, as the office's page has it, and who is not offered.

    Raises:
        click.ClickException: there is not one such topic.
        NotAnsweredError: nothing can be answered, or a known member took part in no past project.
    """
    found = topics_called(code)
    if len(found) != 1:
        how_many = f"{len(found)} programmes have" if found else "No programme of this site has"
        raise click.ClickException(f"{how_many} a topic {code}. Give its text with --text, and its code with --call.")
    known_columns(index, asked.known)  # who types a code that is none is told so; the page has its own words for that
    answer = find(found[0], asked)
    if answer.problem:
        raise NotAnsweredError(answer.problem)
    candidates = tuple(one.candidate for one in answer.listed)
    behind = {number for one in candidates for why in one.why for number in why.reason.projects}
    names = {number: name for number, name in answer.project_names.items() if number in behind}
    version = answer.facts.version if answer.facts else index.version
    return Recommendation(version, candidates, answer.notes, names), answer.left_out


def as_data(answer: Recommendation, left_out: Sequence[LeftOut] = ()) -> dict[str, Any]:
    """The answer for scripts."""
    return {
        "index": answer.index_version,
        "notes": list(answer.notes),
        "candidates": [
            {
                "pic": one.pic, "name": one.name, "country": one.country, "kind": one.kind, "band": one.band,
                "points": round(one.points, 4), "projects": one.projects, "newcomer": one.is_newcomer,
                "reasons": [_reason(why) for why in one.why],
                "also": [{"pic": each.pic, "name": each.name, "same": each.is_same} for each in one.also],
            }
            for one in answer.candidates
        ],
        "projects": {str(number): name for number, name in sorted(answer.project_names.items())},
        "left_out": [
            {"name": one.name, "why": one.words, "partner": one.organisation.slug if one.organisation else None}
            for one in left_out
        ],
    }  # fmt: skip


def _reason(why: Why) -> dict[str, Any]:
    reason = why.reason
    return {"kind": reason.kind, "words": why.words, "number": reason.number, "projects": list(reason.projects)}


def _named(one: Candidate) -> str:
    """A candidate, with those who are one with it or of its group."""
    also = f", with {', '.join(each.name for each in one.also)}" if one.also else ""
    return f"{one.name} ({one.country}){also}"


def _print(answer: Recommendation) -> None:
    console = printing.console()
    for note in answer.notes:
        click.echo(note)
    if not answer.candidates:
        click.echo(
            "Nobody who is looked for took part in anything near to this. Widen the country, the kind or the text."
        )
        return
    rows = [
        [str(place), one.band, _named(one), "; ".join(why.words for why in one.why)]
        for place, one in enumerate(answer.candidates, start=1)
    ]
    console.print(printing.table("Candidates", ["", "band", "organisation", "why"], rows, amounts_from=4))


def _print_left_out(left_out: Sequence[LeftOut]) -> None:
    """Who is not offered, with the rule or the reason."""
    if left_out:
        rows = [[one.name, one.words] for one in left_out]
        printing.console().print(printing.table("Not offered", ["organisation", "why"], rows, amounts_from=2))


__all__ = ["as_data", "index", "recommend"]
