"""A command group that tells people what went wrong, and what to do, in place of a traceback."""

from __future__ import annotations

from typing import Any

import click
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from cofund.actions.errors import Refused
from cofund.queries.schemes import SchemeNotInstalledError
from cofund.rules.scheme_problems import SchemeError


class Unusable(click.ClickException):
    """The site itself cannot be used: not a refusal, so that scripts can tell the two apart."""

    exit_code = 2


class FriendlyGroup(click.Group):
    """A group whose commands end with one clear message: exit 1 for a refusal, 2 where the site itself cannot be used."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was asked for. Raises: click.ClickException in place of what it raised."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if settings.DEBUG:
                raise
            raise in_words(error) from error


def in_words(error: Exception) -> click.ClickException:
    """Give the message for an error, with its exit code."""
    if isinstance(error, Refused | SchemeError | SchemeNotInstalledError):
        return click.ClickException(str(error))
    if isinstance(error, DatabaseError | InterfaceError):
        return Unusable(_about_database(error))
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Unusable(f"This should not have happened: {said}. Set COFUND_DEBUG=true and run it again to see where.")


def _about_database(error: Exception) -> str:
    """What is wrong with the database; tables that are missing are the commonest reason."""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "no such table" in said or "no such column" in said or "does not exist" in said:
        where = connection.settings_dict["NAME"]
        return (
            f"The database {where} is not prepared ({said}). Run `cofund setup`, or name another site by COFUND_HOME."
        )
    if "locked" in said:
        return f"The database is busy ({said}). Another program writes to it; try again when it is done."
    if "connection" in said:
        return f"The database server does not answer: {said}. Start it, or correct COFUND_DATABASE_URL."
    return f"The database cannot be used: {said}. Check COFUND_DATABASE_URL or COFUND_HOME."
