"""`cofund verify-books` and `cofund export-books`: prove the books from their own rows, and let others prove them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

import click

from cofund.commands.printing import JSON_OPTION, print_json
from cofund.exporters.beancount import journal
from cofund.queries import schemes, verification
from cofund.queries.verification import Verified
from cofund.rules.book_rows import Finding


@click.command("verify-books", short_help="Recompute the books from their rows.")
@click.argument("scheme", required=False)
@JSON_OPTION
def verify_books(scheme: str | None, as_json: bool) -> None:
    """Recompute balances, chain, caps and matches from the rows of the books, of SCHEME or of all schemes.

    Exits with 1 on any difference and names the row.

    \b
    Examples:
      cofund verify-books
      cofund verify-books imi2 --json
    """
    codes = verification.books() if scheme is None else (with_book(scheme),)
    results = [verification.verify(code) for code in codes]
    strays = verification.site() if scheme is None else ()
    if as_json:
        of_the_site = [{"scheme": None, "findings": [_named(finding) for finding in strays]}] if strays else []
        print_json([*(_plain(result) for result in results), *of_the_site])
    else:
        _print(results)
        if strays:
            click.echo(f"the site: {_counted(len(strays), 'difference', 'differences')}.")
            for finding in strays:
                click.echo(f"  {finding}", err=True)
    sys.exit(1 if strays or any(result.findings for result in results) else 0)


@click.command("export-books", short_help="Write a book as a Beancount journal.")
@click.argument("scheme")
@click.option(
    "--output", type=click.File("w", encoding="utf-8", lazy=True, atomic=True), default="-",
    help="The file to write. Default: the terminal.",
)  # fmt: skip
def export_books(scheme: str, output: TextIO) -> None:
    """Write the book of SCHEME as a Beancount journal, which `bean-check` proves from outside.

    \b
    Example:
      cofund export-books imi2 --output imi2.beancount
      bean-check imi2.beancount
    """
    lines = 0
    for line in journal(with_book(scheme)):
        output.write(f"{line}\n")
        lines += 1
    if output.name not in ("-", "<stdout>"):
        click.echo(f"Wrote the book of {scheme} to {output.name}: {_counted(lines, 'line', 'lines')}.", err=True)


def with_book(scheme: str) -> str:
    """The code of a scheme that has a book. Raises: SchemeNotInstalledError, click.ClickException."""
    schemes.current(scheme)
    if scheme not in verification.books():
        raise click.ClickException(f"The scheme {scheme} has no book yet. Open it with `cofund scheme install FILE`.")
    return scheme


def _print(results: Iterable[Verified]) -> None:
    """The results for people: one line a book, then what does not agree."""
    empty = True
    for result in results:
        empty = False
        verdict = (
            _counted(len(result.findings), "difference", "differences") if result.findings else "everything agrees"
        )
        size = f"{_counted(result.entries, 'entry', 'entries')}, {_counted(result.transfers, 'transfer', 'transfers')}"
        click.echo(f"{result.scheme}: {verdict}; {size}; the chain ends in {result.last_hash[:16] or 'nothing'}.")
        for finding in result.findings:
            click.echo(f"  {finding}", err=True)
    if empty:
        click.echo("This site has no books yet. `cofund setup` opens those of the shipped schemes.")


def _counted(number: int, singular: str, plural: str) -> str:
    """A number with its noun."""
    return f"{number} {singular if number == 1 else plural}"


def _plain(result: Verified) -> dict[str, object]:
    """A result as plain values."""
    return {
        "scheme": result.scheme,
        "entries": result.entries,
        "transfers": result.transfers,
        "last_hash": result.last_hash,
        "findings": [_named(finding) for finding in result.findings],
    }


def _named(finding: Finding) -> dict[str, str]:
    """A finding as plain values."""
    return {"row": finding.row, "found": finding.found, "expected": finding.expected}
