"""What the commands share when they print: tables for people, JSON for scripts, and options that read days and instants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

import click
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
# Wide enough for a table of amounts where the output goes to a file or a pipe.
_WIDTH_OF_A_FILE = 150


class Day(click.ParamType[date]):
    """A day written as 2016-12-31."""

    name = "DATE"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> date:
        """Give the day; a usage error where it is none."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day. Write year, month and day, as in 2016-12-31.", parameter, context)


class Instant(click.ParamType[datetime]):
    """An instant written as 2018-03-15T10:00, or a day, which then counts to its end; in the site's time zone if none is given."""

    name = "INSTANT"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> datetime:
        """Give the aware instant; a usage error where it is none."""
        if isinstance(value, datetime):
            return value
        try:
            is_day = len(value) == len("2018-03-15")
            found = datetime.combine(date.fromisoformat(value), time.max) if is_day else datetime.fromisoformat(value)
            return timezone.make_aware(found) if timezone.is_naive(found) else found
        except ValueError:
            self.fail(
                f"{value!r} is not an instant. Write 2018-03-15T10:00, or a day such as 2018-03-15.", parameter, context
            )


AS_OF_OPTION = click.option("--as-of", type=Day(), help="What was true on this day, as in 2016-12-31. Default: today.")


def console() -> Console:
    """Where people read."""
    # Account names hold colons, which must not turn into pictures.
    found = Console(highlight=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, emoji=False, width=_WIDTH_OF_A_FILE)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, amounts_from: int) -> Table:
    """Build a table whose columns from `amounts_from` on are amounts, at the right and never broken."""
    found = Table(title=escape(title), title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        is_amount = number >= amounts_from
        found.add_column(column, justify="right" if is_amount else "left", no_wrap=is_amount)
    for row in rows:
        found.add_row(*map(escape, row))
    return found


def amount(cents: int) -> str:
    """An amount for a table: grouped, exactly, with cents only where there are any."""
    sign, whole = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{whole // 100:,}" + (f".{whole % 100:02d}" if whole % 100 else "")


def percent(share: Fraction | None) -> str:
    """A share as a percentage with one decimal, rounded half up; a dash where it has no meaning."""
    if share is None:
        return "–"
    tenths = (share * 1000 * 2 + 1) // 2
    return f"{tenths // 10}.{tenths % 10} %"


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
