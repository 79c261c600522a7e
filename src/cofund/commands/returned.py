"""`cofund import bounces`: mail that came back, and mail that leaves the newsletter."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from cofund.actions.actors import Actor
from cofund.actions.newsletter import bounces as actions
from cofund.commands.printing import JSON_OPTION, print_json


@click.command("bounces", short_help="Take in mail that came back from readers.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@JSON_OPTION
def bounces(file: Path, as_json: bool) -> None:
    """Take in mail that came back (RFC 3464), and mail to the address that leaves the newsletter.

    FILE is an mbox or one e-mail. An address that is gone gets nothing more until its owner asks again; failures that pass are
    counted. Taking a file in again changes nothing.

    \b
    Example:
      cofund import bounces returned.mbox
    """
    found = actions.take(Actor.operator(), file)
    if as_json:
        print_json(asdict(found))
        return
    click.echo(f"{found.paused} paused, {found.counted} counted, {found.left} left.")
    if found.unknown:
        click.echo(f"{found.unknown} said nothing that is known here; a person reads those.")
