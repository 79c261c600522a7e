"""`cofund statement`: the statement of a partner as tagged PDF, what its money did on a day and as known at an instant."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from cofund.commands.printing import AS_OF_OPTION, Instant
from cofund.exporters.documents.statements import statement_pdf
from cofund.queries import dossiers
from cofund.queries.documents.given import Moment


@click.command("statement", short_help="Write the statement of a partner as PDF.")
@click.argument("partner")
@AS_OF_OPTION
@click.option(
    "--known-at", type=Instant(), help="Leave out what was recorded later, as in 2018-03-15T10:00. Default: now."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. Default: statement-PARTNER.pdf.",
)
def statement(partner: str, as_of: date | None, known_at: datetime | None, output: Path | None) -> None:
    """Write what the money of PARTNER did: given, unlocked, leverage by name, acknowledgement, outcome.

    PARTNER is the last part of the address of its page, such as jdrf.

    \b
    Examples:
      cofund statement jdrf
      cofund statement jdrf --as-of 2018-12-31 --output jdrf-2018.pdf
    """
    organisation = dossiers.organisation(partner)
    if organisation is None:
        raise click.ClickException(
            f"There is no organisation '{partner}' on this site. Use the last part of the address of its page."
        )
    moment = Moment.of(as_of, known_at)
    file = output or Path(f"statement-{organisation.slug}.pdf")
    file.write_bytes(statement_pdf(organisation, moment))
    click.echo(f"Wrote {file}: {organisation.name}, as of {moment.on.isoformat()}.", err=True)
