"""`cofund setup` and `cofund demo`: prepare the database, open the shipped schemes, load the demonstration."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from cofund.actions import background, search_index
from cofund.actions.actors import Actor
from cofund.actions.demonstration import reading
from cofund.actions.demonstration.loading import Loaded, load
from cofund.actions.errors import Refused
from cofund.actions.opening import open_scheme
from cofund.queries import demonstration, schemes
from cofund.records.directory.models import BackgroundTask
from cofund.schemes import digest_of, is_earlier, shipped


@click.command("setup", short_help="Prepare the database of this site.")
@click.option("--no-demo", is_flag=True, help="Leave the demonstration out where the database is new.")
@click.option(
    "--corpus", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Import this CORDIS download and build the recommendation index, in a process of its own.",
)  # fmt: skip
def setup(no_demo: bool, corpus: Path | None) -> None:
    """Prepare the database, open the shipped schemes, and load the demonstration where the database is new.

    Safe to run again, and after each new release: what is there stays, and a scheme as it came with an earlier release gets
    its newer version. An office's own version of a scheme is never replaced.

    \b
    Examples:
      cofund setup
      COFUND_HOME=/srv/cofund cofund setup --no-demo
      cofund setup --corpus cordis-HORIZONprojects-csv.zip
    """
    call_command("migrate", verbosity=0, interactive=False)
    is_new = not schemes.installed()
    if is_new and not no_demo:
        _say(load())
    open_shipped()
    # The first visitor does not wait for it.
    search_index.bring_in_step()
    if demonstration.is_loaded() and demonstration.edition_loaded() != reading.edition():
        click.echo(
            "The demonstration of this site is of an earlier release, and stays as it is. "
            "For that of this release, set COFUND_HOME to an empty folder and run `cofund setup` there."
        )
    click.echo(f"The site is prepared: {_where()}.")
    if corpus is not None:
        _start(corpus)


def _start(corpus: Path) -> None:
    """Start the task that imports a corpus and builds the index from it; one that is under way already goes on."""
    try:
        background.start(Actor.operator(), BackgroundTask.Kind.FILE, file=corpus)
    except Refused as error:
        click.echo(str(error), err=True)
        return
    click.echo(f"{corpus.name} is being imported and the index built; see {reverse('office-index')}, or `cofund task`.")


@click.command("demo", short_help="Load the demonstration.")
def demo() -> None:
    """Load the demonstration: the known IMI2 projects, partners and amounts, with the source of every figure.

    It goes into a site of its own only: where an office already has data, nothing is changed. Loading it again changes nothing.

    \b
    Example:
      COFUND_HOME=/tmp/cofund-demonstration cofund demo
    """
    if "django_migrations" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
    _say(load())
    open_shipped()
    search_index.bring_in_step()
    print_log_ins()


def print_log_ins() -> None:
    """Print the log-ins of the demonstration, where it was loaded."""
    found = demonstration.log_ins()
    if not found:
        return
    click.echo(f"Log-ins of the demonstration, password {demonstration.PASSWORD}:")
    for one in found:
        click.echo(f"  {one.username:<8} {one.role}")


def open_shipped() -> None:
    """Open those shipped schemes that this site does not have, and take in the newer text of those that it never changed."""
    there = schemes.installed()
    for file, text in shipped().items():
        code = file.removesuffix(".toml")
        if code not in there:
            open_scheme(Actor.operator(), text, file=file)
            continue
        digest = schemes.current(code)[1].digest
        if is_earlier(code, digest):
            version = open_scheme(Actor.operator(), text, file=file)
            click.echo(f"{code}: version {version.label} is taken in; what was booked before stays as it was booked.")
        elif digest != digest_of(text):
            click.echo(f"{code}: this site has a version of its own, which stays in force.")


def _say(loaded: Loaded) -> None:
    """Say what loading the demonstration did."""
    if loaded.was_there:
        click.echo("The demonstration is already there; nothing was changed.")
    else:
        click.echo(f"The demonstration is loaded: {loaded.projects} projects, {loaded.entries} entries in the books.")


def _where() -> str:
    """Where the books lie, without any password."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"SQLite in {database['NAME']}"
    return f"{database['NAME']} on {database['HOST'] or 'this machine'}, files in {settings.COFUND_HOME}"
