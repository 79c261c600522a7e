"""`cofund send-mail`, `cofund remind`: send what waits, remind, and tell what fits."""

from __future__ import annotations

import sys
import time

import click

from cofund.actions import fit_alerts, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.newsletter import bounces, sending
from cofund.actions.rounds import reminders
from cofund.commands.printing import JSON_OPTION, print_json
from cofund.queries import outbox
from cofund.records.directory.models import Message

# Between two looks into the outbox; a message is sent at once by the action that writes it, so that only failures wait, and what
# goes to many. While no mail server answers it looks again sooner, the first time after so many seconds, then after twice as many.
SECONDS, FIRST_SECONDS = 60, 1


@click.command("send-mail", short_help="Send the e-mails that wait.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and look again every minute.")
@click.option("--again", type=int, metavar="NUMBER", help="Send a message again that may have been sent.")
@click.option("--was-sent", type=int, metavar="NUMBER", help="Take a message that may have been sent as sent.")
@JSON_OPTION
def send_mail(watch: bool, again: int | None, was_sent: int | None, as_json: bool) -> None:
    """Send every e-mail that waits in the outbox, oldest first.

    Also issues of the newsletter that are due, and news of topics to those who follow them.

    Each is sent when it is written; what could not be sent then waits here. One that was being sent when the program was killed may
    have been sent: it is listed, and not sent again before you decide. Exits with 1 where a message was not sent.

    \b
    Examples:
      cofund send-mail
      cofund send-mail --watch
      cofund send-mail --again 12
    """
    for number, is_sent in ((again, False), (was_sent, True)):
        if number is not None:
            _decide(number, was_sent=is_sent)
    pause = FIRST_SECONDS
    while True:
        sent, failed, is_reached = _send(is_patient=watch)
        given_up, left = outbox.given_up().count(), list(outbox.maybe_sent())
        if as_json:
            print_json(
                {"sent": sent, "failed": failed, "given_up": given_up, "maybe_sent": [message.pk for message in left]}
            )
        elif sent or failed or not watch:
            _tell(sent, failed, given_up, left)
        if not watch:
            sys.exit(1 if failed or given_up or left else 0)
        _wait(SECONDS if is_reached else pause)
        pause = FIRST_SECONDS if is_reached else min(pause * 2, SECONDS)


def _send(*, is_patient: bool) -> tuple[int, int, bool]:
    """Write what the newsletter has due, then send: all that waits for somebody who asks, what is due for a program."""
    sending.prepare()
    found = messages.send_due() if is_patient else (*messages.send_waiting(), True)
    bounces.take_refusals()
    sending.finish()
    return found


def _decide(number: int, *, was_sent: bool) -> None:
    """Decide on a message that may have been sent. Raises: click.ClickException where it is none."""
    try:
        messages.decide(Actor.operator(), number, was_sent=was_sent)
    except Refused as error:
        raise click.ClickException(f"{error.wrong} {error.remedy}") from error


def _tell(sent: int, failed: int, given_up: int, left: list[Message]) -> None:
    """Say what became of the messages, and which need a person."""
    click.echo(f"{sent} sent, {failed} could not be sent and stay in the outbox.")
    if given_up:
        click.echo(f"{given_up} failed {outbox.MOST_ATTEMPTS} times and are not tried again.", err=True)
    for message in left:
        click.echo(
            f"Message {message.pk}, “{message.subject}” to {message.recipient}, may have been sent: "
            f"decide with --again {message.pk} or --was-sent {message.pk}.",
            err=True,
        )


@click.command("remind", short_help="Remind of what is due, and tell of topics that fit.")
@JSON_OPTION
def remind(as_json: bool) -> None:
    """Remind by e-mail of plans and reports that are due within thirty days, within seven, or overdue; each once.

    Run it daily. Everybody who may write or sign for an organisation is told; organisations with nobody to be told are named.
    Who chose so is also told of new topics and ideas that fit the organisation.

    \b
    Example:
      cofund remind
    """
    done, told = reminders.remind(), fit_alerts.tell()
    if as_json:
        print_json(
            {"written": done.written, "without_people": list(done.without_people), "told_of_fitting_topics": told}
        )
        return
    click.echo(f"{done.written} {'reminder' if done.written == 1 else 'reminders'} written.")
    if told:
        click.echo(f"{told} {'person' if told == 1 else 'people'} told of topics that fit.")
    if done.without_people:
        click.echo(f"Nobody to be told at: {', '.join(done.without_people)}.", err=True)


def _wait(seconds: float) -> None:
    """Wait until the next look. Ctrl-C ends the program without a trace."""
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        sys.exit(0)
