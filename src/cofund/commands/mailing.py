"""`cofund send-mail`, `cofund remind` and `cofund tidy`: send what waits, remind of what is due, erase what nobody confirmed."""

from __future__ import annotations

import sys
import time

import click

from cofund.actions import interest, messages
from cofund.actions.rounds import reminders
from cofund.commands.printing import JSON_OPTION, print_json

# Between two looks into the outbox; a message is sent at once by the action that writes it, so that only failures wait.
SECONDS = 60


@click.command("send-mail", short_help="Send the e-mails that wait.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and look again every minute.")
@JSON_OPTION
def send_mail(watch: bool, as_json: bool) -> None:
    """Send every e-mail that waits in the outbox, oldest first.

    Each is sent when it is written; what could not be sent then waits here. Exits with 1 where a message was not sent.

    \b
    Examples:
      cofund send-mail
      cofund send-mail --watch
    """
    while True:
        sent, failed = messages.send_waiting()
        given_up = messages.given_up()
        if as_json:
            print_json({"sent": sent, "failed": failed, "given_up": given_up})
        elif sent or failed or not watch:
            click.echo(f"{sent} sent, {failed} could not be sent and stay in the outbox.")
            if given_up:
                click.echo(f"{given_up} failed {messages.MOST_ATTEMPTS} times and are not tried again.", err=True)
        if not watch:
            sys.exit(1 if failed or given_up else 0)
        _wait()


@click.command("remind", short_help="Remind of plans and reports that are due.")
@JSON_OPTION
def remind(as_json: bool) -> None:
    """Remind by e-mail of plans and reports that are due within thirty days, within seven, or overdue; each once.

    Run it daily. Everybody who may write or sign for an organisation is told; organisations with nobody to be told are named.

    \b
    Example:
      cofund remind
    """
    done = reminders.remind()
    if as_json:
        print_json({"written": done.written, "without_people": list(done.without_people)})
        return
    click.echo(f"{done.written} {'reminder' if done.written == 1 else 'reminders'} written.")
    if done.without_people:
        click.echo(f"Nobody to be told at: {', '.join(done.without_people)}.", err=True)


@click.command("tidy", short_help="Erase what nobody confirmed.")
def tidy() -> None:
    """Erase expressions of interest that were not confirmed in time, and the hashes of where the others came from.

    The site does the same whenever a new one comes in; run it daily where few come.

    \b
    Example:
      cofund tidy
    """
    gone = interest.erase_lapsed()
    click.echo(f"{gone} unconfirmed {'expression' if gone == 1 else 'expressions'} of interest erased.")


def _wait() -> None:
    """Wait until the next look. Ctrl-C ends the program without a trace."""
    try:
        time.sleep(SECONDS)
    except KeyboardInterrupt:
        sys.exit(0)
