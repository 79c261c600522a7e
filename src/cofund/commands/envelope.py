"""`cofund envelope`: where a scheme's public money stands, on any day and as known at any instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import click
from rich.markup import escape

from cofund.commands.books import with_book
from cofund.commands.printing import AS_OF_OPTION, JSON_OPTION, Instant, amount, console, percent, print_json, table
from cofund.queries import envelope as query
from cofund.queries import schemes
from cofund.rules.money import in_words


@click.command("envelope", short_help="Show what a scheme's money does, on any day.")
@click.argument("scheme")
@AS_OF_OPTION
@click.option("--known-at", type=Instant(), help="Only what was recorded up to this instant or day. Default: now.")
@JSON_OPTION
def envelope(scheme: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """Show what the tranches of SCHEME have reserved, committed, consumed and free.

    \b
    Examples:
      cofund envelope imi2
      cofund envelope imi2 --as-of 2016-12-31
      cofund envelope imi2 --as-of 2018-06-01 --known-at 2018-03-01
      cofund envelope imi2 --as-of 2016-12-31 --json

    With --json: a list with one object a tranche, amounts in whole cents under cap, reserved, committed, consumed and free.
    """
    rows = query.statement(with_book(scheme), as_of=as_of, known_at=known_at)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        _print(scheme, rows)


def _print(scheme: str, rows: Sequence[query.TrancheStatement]) -> None:
    """The statement for people."""
    installed = schemes.current(scheme)[1].scheme
    first = rows[0]
    title = f"{installed.name} on {first.as_of.isoformat()}, in {first.currency}"
    columns = ["Tranche", "Cap", "Free", "Reserved", "Committed", "Consumed", "Used", "Contributed", "Unmatched"]
    found = table(title, columns, [_line(row) for row in rows], amounts_from=1)
    screen = console()
    screen.print(found)
    for row in rows:
        if row.contributed_cents:
            screen.print(escape(_relation(row, installed.is_lower_bound)))
    begins = schemes.current(scheme)[0].starts_on
    if begins is not None and first.as_of < begins:
        screen.print(
            f"{installed.name} begins on {begins.isoformat()}: on the day that was asked for there was no money yet."
        )
    if first.is_lower_bound:
        screen.print("Use and contributions are lower bounds: not everything that partners gave is recorded here.")
        screen.print(escape(installed.coverage_note), style="dim")


def _line(row: query.TrancheStatement) -> list[str]:
    """One tranche as a line."""
    standing = row.standing
    return [
        f"{row.tranche}: {row.label}",
        amount(standing.cap_cents),
        amount(standing.free_cents),
        amount(standing.reserved_cents),
        amount(standing.committed_cents),
        amount(standing.consumed_cents),
        percent(standing.used_share),
        amount(row.contributed_cents),
        amount(row.unmatched_cents),
    ]


def _relation(row: query.TrancheStatement, is_lower_bound: bool) -> str:
    """How what was put in hangs together with the match and with what is not matched, in one sentence."""
    at_least = "at least " if is_lower_bound else ""
    return (
        f"{row.tranche}: of {at_least}{in_words(row.contributed_cents, row.currency)} put in, "
        f"{in_words(row.standing.used_cents, row.currency)} of public money is booked as match; "
        f"{in_words(row.unmatched_cents, row.currency)} is not matched and counts for the project only."
    )
