"""Sends what waits in the outbox, many e-mails on one connection: claimed in one commit, settled in another, nothing sent twice."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, QuerySet
from django.utils.html import escape

from cofund.actions import mail_journal
from cofund.actions.locks import writing
from cofund.actions.mail_journal import Journal, Told
from cofund.actions.mail_server import Known, Line, Outcome
from cofund.queries import clock, outbox
from cofund.records.directory.models import Message

logger = logging.getLogger(__name__)
# As many are claimed at once; the two commits of a batch cost little beside so many e-mails.
BATCH: Final = 100
# A batch ends after so many seconds, well before others take it for left.
LONGEST_BATCH: Final = 60
# After a failure a message waits so long, after the next twice as long.
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
_NO_ANSWER: Final = "The sender ended before the mail server answered."
Settled = dict[int, Outcome]
# Whether the sender is asked to end; it then finishes the e-mail that is on its way, and no other.
IsEnding = Callable[[], bool]


def never() -> bool:
    """Nobody asks the sender to end."""
    return False


def send_all(
    rows: QuerySet[Message], *, is_patient: bool = False, is_ending: IsEnding = never
) -> tuple[int, int, bool]:
    """Send messages batch by batch, oldest first; tell how many were sent, how many were not, and whether a server answered.

    Where no server can be reached, the first of them is charged with an attempt, and it ends. With `is_patient` nobody is charged.
    """
    sent = failed = last = 0
    with Line() as line:
        while True:
            journal = Journal.begin(uuid.uuid4().hex)
            claimed: list[Message] = []
            try:
                claimed = claim(rows.filter(pk__gt=last), journal.path.stem)
                settled = _hand_over(claimed, line, journal, is_ending) if claimed else {}
                _settle(claimed, settled, is_patient=is_patient)
            except BaseException:
                # Whoever looks next reads what was done.
                journal.leave()
                raise
            journal.end()
            kinds = [one.known for one in settled.values()]
            sent, failed = sent + kinds.count(Known.TAKEN), failed + len(kinds) - kinds.count(Known.TAKEN)
            if not settled or Known.UNREACHABLE in kinds:
                return sent, failed, Known.UNREACHABLE not in kinds
            last = max(settled)


def claim(rows: QuerySet[Message], batch: str) -> list[Message]:
    """Mark the first of some messages as handed over, and give them: from the commit on nobody else sends them."""
    with writing():
        free = rows.select_for_update(skip_locked=True, of=("self",)).select_related("body").order_by("pk")
        found = list(free[:BATCH])
        Message.objects.filter(pk__in=[one.pk for one in found]).update(handed_over_at=clock.now(), batch=batch)
    return found


def send_one(message_id: int) -> bool | None:
    """Send one message at once where it still waits; tell whether it is sent, or None where another program has taken it."""
    with writing():
        waits = Message.objects.filter(pk=message_id, sent_at=None, handed_over_at=None)
        if not waits.update(handed_over_at=clock.now(), batch=""):
            return None
    message = Message.objects.select_related("body").get(pk=message_id)
    with Line() as line:
        outcome = line.deliver(email_of(message))
    _settle([message], {message.pk: outcome}, is_patient=False)
    return outcome.known is Known.TAKEN


def recover() -> int:
    """Settle what senders left that were killed: what their journals know is written down. Tell how many are in doubt."""
    doubts = 0
    for told in mail_journal.left():
        is_done = False
        try:
            with writing():
                doubts += _write_down(told)
            is_done = True
        finally:
            told.close(remove=is_done)
    return doubts


def email_of(message: Message) -> EmailMultiAlternatives:
    """The e-mail of a message; the same message gives the same Message-ID, so that a repeat can be told as one."""
    text, html = message.text, message.html
    if message.body is not None:
        text, html = message.body.text, message.body.html
    for name, value in message.fills.items():
        text, html = text.replace(f"[[{name}]]", value), html.replace(f"[[{name}]]", escape(value))
    headers = {"Message-ID": outbox.message_id_of(message.key), "Auto-Submitted": "auto-generated", **message.headers}
    made = EmailMultiAlternatives(
        message.subject, text, settings.DEFAULT_FROM_EMAIL, [message.recipient], headers=headers
    )
    if html:
        made.attach_alternative(html, "text/html")
    return made


def _hand_over(claimed: Sequence[Message], line: Line, journal: Journal, is_ending: IsEnding) -> Settled:
    """Hand over one after the other, each with a line before and after; those that time does not reach are left out."""
    settled: Settled = {}
    until = time.monotonic() + LONGEST_BATCH
    for message in claimed:
        if is_ending():
            break
        email = email_of(message)
        journal.hand_over(message.pk)
        outcome = line.deliver(email)
        journal.settle(message.pk, outcome.known.value, outcome.failure)
        settled[message.pk] = outcome
        if outcome.known is Known.UNREACHABLE or time.monotonic() > until:
            break
    return settled


def _settle(claimed: Sequence[Message], settled: Settled, *, is_patient: bool) -> None:
    """Write down what became of a batch in one commit; what was not begun waits again.

    A message whose recipient was erased meanwhile is deleted unless it was taken, as erasing deletes those that wait or are in
    doubt: what the server answered may name the person, and with nobody to send it to there is nothing left to decide.
    """
    now = clock.now()
    with writing():
        keys = {known: [key for key, one in settled.items() if one.known is known] for known in Known}
        mine = Message.objects.filter(handed_over_at__isnull=False, sent_at=None)
        # Held until the commit, so that nobody is erased between the look and the writing.
        held = list(mine.filter(pk__in=[one.pk for one in claimed]).select_for_update().order_by("pk"))
        _drop([one.pk for one in held if not one.recipient and one.pk not in keys[Known.TAKEN]], settled)
        taken = mine.filter(pk__in=keys[Known.TAKEN])
        taken.update(
            sent_at=now,
            handed_over_at=None,
            failure="",
            attempts=F("attempts") + 1,
            batch="",
            next_try_at=None,
            is_in_doubt=False,
        )
        for key in (*keys[Known.REFUSED], *keys[Known.UNREACHABLE]):
            is_charged = not (is_patient and settled[key].known is Known.UNREACHABLE)
            for message in mine.filter(pk=key):
                _fail(message, settled[key], is_charged=is_charged)
        for key in keys[Known.IN_DOUBT]:
            if mine.filter(pk=key).update(is_in_doubt=True, failure=settled[key].failure, attempts=F("attempts") + 1):
                logger.warning("Message %s may have been sent: %s", key, settled[key].failure)
        rest = [one.pk for one in claimed if one.pk not in settled]
        mine.filter(pk__in=rest).update(handed_over_at=None, batch="")


def _drop(erased: Sequence[int], settled: Settled) -> None:
    """Delete messages whose recipient was erased; the log says what became of them, without the words of the server."""
    Message.objects.filter(pk__in=erased).delete()
    for key in erased:
        what = "may have been sent" if key in settled and settled[key].known is Known.IN_DOUBT else "was not sent"
        logger.warning("Message %s %s; its recipient was erased meanwhile, and it is deleted.", key, what)


def _fail(message: Message, outcome: Outcome, *, is_charged: bool) -> None:
    """Let a message wait again, the longer the more often it failed."""
    logger.warning("Message %s was not sent: %s", message.pk, outcome.failure)
    message.handed_over_at, message.batch, message.failure = None, "", outcome.failure
    message.is_refused = outcome.is_gone
    if is_charged:
        message.attempts += 1
        pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
        message.next_try_at = clock.now() + pause
    message.save(update_fields=["handed_over_at", "batch", "failure", "attempts", "next_try_at", "is_refused"])


def _write_down(told: Told) -> int:
    """Write down what a journal tells of its batch; tell how many a person decides on. The caller holds the transaction."""
    held = Message.objects.filter(batch=told.batch, sent_at=None, handed_over_at__isnull=False, is_in_doubt=False)
    claimed = list(held.select_for_update())
    settled = {key: Outcome(Known(known), failure) for key, (known, failure) in told.settled.items()}
    for message in claimed:
        is_begun = message.pk in told.handed_over or not told.is_whole
        if message.pk not in settled and is_begun:
            settled[message.pk] = Outcome(Known.IN_DOUBT, _NO_ANSWER)
    _settle(claimed, {one.pk: settled[one.pk] for one in claimed if one.pk in settled}, is_patient=True)
    doubts = [one for one in claimed if one.pk in settled and settled[one.pk].known is Known.IN_DOUBT]
    return sum(bool(one.recipient) for one in doubts)
