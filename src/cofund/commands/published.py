"""`cofund published`: record what the public can see, and prove that every record can be computed again."""

from __future__ import annotations

import sys

import click

from cofund.actions import published as actions
from cofund.actions.actors import Actor
from cofund.commands.books import with_book
from cofund.commands.printing import JSON_OPTION, print_json
from cofund.queries import published, verification
from cofund.queries.published import Checked


@click.group("published", short_help="Record what is published, and prove it.")
def group() -> None:
    """Record what the public can see of a programme, and prove later that it was so.

    \b
    Examples:
      cofund published record
      cofund published verify ihi
    """


@group.command("record", short_help="Record what is published now.")
@click.argument("scheme", required=False)
def record(scheme: str | None) -> None:
    """Record what is published of SCHEME, or of every programme; what has not changed since is not recorded again. For every day.

    \b
    Example:
      cofund published record
    """
    for code in _codes(scheme):
        made = actions.record(Actor.operator(), code)
        click.echo(f"{code}: {len(made)} recorded" + (f": {', '.join(row.what for row in made)}." if made else "."))


@group.command("verify", short_help="Compute every record again from the rows.")
@click.argument("scheme", required=False)
@JSON_OPTION
def verify(scheme: str | None, as_json: bool) -> None:
    """Compute what was published of SCHEME, or of every programme, again from the rows, by the rules that held then.

    Exits with 1 where a figure is another one than was published, and says where. A name that was corrected since is told and is no
    fault.

    \b
    Examples:
      cofund published verify
      cofund published verify ihi --json
    """
    found = [published.verify(row) for code in _codes(scheme) for row in published.records(code)]
    if as_json:
        print_json([_plain(one) for one in found])
    else:
        for one in found:
            _say(one)
        wrong = sum(bool(one.differences) for one in found)
        click.echo(f"{len(found)} records; {wrong} do not reproduce.")
    sys.exit(1 if any(one.differences for one in found) else 0)


def _codes(scheme: str | None) -> tuple[str, ...]:
    """The programme that is asked for, or every one with a book."""
    return verification.books() if scheme is None else (with_book(scheme),)


def _named(one: Checked) -> str:
    """What a record is called: programme, what, year and instant."""
    row = one.record
    year = f" {row.year}" if row.year else ""
    return f"{row.scheme.code} {row.what}{year} of {row.known_at.isoformat(timespec='seconds')}"


def _say(one: Checked) -> None:
    """A record that does not reproduce, or of which words changed."""
    for words in one.differences:
        click.echo(f"{_named(one)}: {words}.", err=True)
    for words in one.notes:
        click.echo(f"{_named(one)}: {words}.")


def _plain(one: Checked) -> dict[str, object]:
    """A record as plain values."""
    row = one.record
    return {
        "scheme": row.scheme.code,
        "what": row.what,
        "year": row.year,
        "as_of": row.as_of.isoformat(),
        "known_at": row.known_at.isoformat(),
        "figures": row.figures_digest,
        "reproduces": not one.differences,
        "differences": list(one.differences),
        "notes": list(one.notes),
    }
