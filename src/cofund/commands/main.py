"""The `cofund` command line: one command for each thing that an operator does."""

from __future__ import annotations

import os
import sys

import click
import django
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cofund.project.settings")
try:
    # The commands import records, which Django has to know of first.
    django.setup()
except (ImproperlyConfigured, OSError) as error:
    sys.exit(f"Error: The settings cannot be used: {error}. Check COFUND_HOME and docs/settings.md.")

from cofund import __version__
from cofund.commands import (
    background,
    books,
    consortium,
    envelope,
    evaluating,
    explain,
    importing,
    mailing,
    past_shares,
    preparing,
    proving,
    recommending,
    schemes,
    serving,
    statements,
    unifying,
)
from cofund.commands.friendly import FriendlyGroup


@click.group(cls=FriendlyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="cofund")
def cli() -> None:
    """Cofund: who committed what, what it unlocks and why, in books that cannot lie.

    Settings are variables of the environment: COFUND_HOME says where the site lies, COFUND_DATABASE_URL puts its books on
    PostgreSQL. Each command explains itself with --help.
    """


cli.add_command(preparing.setup)
cli.add_command(serving.serve)
cli.add_command(preparing.demo)
cli.add_command(importing.group)
cli.add_command(envelope.envelope)
cli.add_command(explain.explain)
cli.add_command(consortium.check_consortium)
cli.add_command(past_shares.past_shares)
cli.add_command(recommending.recommend)
cli.add_command(recommending.index)
cli.add_command(background.task)
cli.add_command(evaluating.evaluate)
cli.add_command(unifying.group)
cli.add_command(books.verify_books)
cli.add_command(books.export_books)
cli.add_command(proving.audit_file)
cli.add_command(proving.verify_audit_file)
cli.add_command(schemes.group)
cli.add_command(statements.statement)
cli.add_command(mailing.send_mail)
cli.add_command(mailing.remind)
cli.add_command(mailing.tidy)


def main() -> None:
    """Run the command line and end with its exit code."""
    cli(prog_name="cofund")


if __name__ == "__main__":
    main()
