"""The `cofund` command line: one command for each thing that an operator does."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Final

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
from cofund.commands.friendly import FriendlyGroup

# Where each command stands: modules are read when their command is asked for, so that a quick one need not wait for the others.
COMMANDS: Final[Mapping[str, str]] = {
    "setup": "preparing.setup",
    "serve": "serving.serve",
    "demo": "preparing.demo",
    "import": "importing.group",
    "envelope": "envelope.envelope",
    "explain": "explain.explain",
    "check-consortium": "consortium.check_consortium",
    "past-shares": "past_shares.past_shares",
    "recommend": "recommending.recommend",
    "index": "recommending.index",
    "task": "background.task",
    "evaluate": "evaluating.evaluate",
    "organisations": "unifying.group",
    "verify-books": "books.verify_books",
    "export-books": "books.export_books",
    "published": "published.group",
    "audit-file": "proving.audit_file",
    "verify-audit-file": "proving.verify_audit_file",
    "scheme": "schemes.group",
    "statement": "statements.statement",
    "send-mail": "mailing.send_mail",
    "deliver": "webhooks.deliver",
    "remind": "mailing.remind",
    "tidy": "tidying.tidy",
}


class Commands(FriendlyGroup):
    """The commands by their names, each read from its module when it is first asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Every command, by name."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].rsplit(".", 1)
        found = getattr(importlib.import_module(f"cofund.commands.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="cofund")
def cli() -> None:
    """Cofund: who committed what, what it unlocks and why, in books that cannot lie.

    Settings are variables of the environment: COFUND_HOME says where the site lies, COFUND_DATABASE_URL puts its books on
    PostgreSQL. Each command explains itself with --help.
    """


def main() -> None:
    """Run the command line and end with its exit code."""
    cli(prog_name="cofund")


if __name__ == "__main__":
    main()
