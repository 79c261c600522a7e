"""`cofund tidy`: erases what was kept long enough. `cofund serve` does the same once a day."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cofund.actions import answered, interest, public_comments, public_ideas, sign_ins
from cofund.actions.newsletter import signing_up


@click.command("tidy", short_help="Erase what nobody confirmed, and old counts.")
def tidy() -> None:
    """Erase expressions of interest and comments that were not confirmed in time, and the hashes of where the others came from.

    Also addresses of the newsletter that were not confirmed, to whom its old messages went, the counts of attempts to sign in
    whose minute is over, and answers that the API keeps in case a request is sent again.

    `cofund serve` does the same once a day; run it daily where something else serves the pages.

    \b
    Example:
      cofund tidy
    """
    for line in erase():
        click.echo(line)


def erase() -> Iterator[str]:
    """Erase it, and say what was erased."""
    gone = interest.erase_lapsed()
    yield f"{gone} unconfirmed {'expression' if gone == 1 else 'expressions'} of interest erased."
    gone = public_comments.erase_outdated()
    yield f"{gone} unconfirmed {'comment' if gone == 1 else 'comments'} erased."
    gone = public_ideas.erase_outdated()
    yield f"Name and address of {gone} unconfirmed {'idea' if gone == 1 else 'ideas'} erased."
    gone = sign_ins.erase_old()
    yield f"{gone} old {'count' if gone == 1 else 'counts'} of attempts to sign in erased."
    gone, forgotten = signing_up.tidy()
    yield f"{gone} unconfirmed {'address' if gone == 1 else 'addresses'} of the newsletter erased."
    yield f"Recipients of {forgotten} old {'message' if forgotten == 1 else 'messages'} of the newsletter erased."
    gone = answered.erase_old()
    yield f"{gone} old {'answer' if gone == 1 else 'answers'} of the API erased."
