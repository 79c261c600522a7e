"""What `cofund serve` does beside its pages: sends what waits and what is due, tells the webhooks, brings the search in step,
records what is published, erases what is old.

Each process of the site has a thread for it; the one that holds a file does it, and where its process ends another takes over. What
is sent is claimed in the database first, so that `cofund send-mail --watch` and `cofund deliver --watch` can run beside it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connections

from cofund.actions import messages, posting, published, search_index, webhooks
from cofund.actions.actors import Actor
from cofund.actions.newsletter import bounces, sending
from cofund.commands import tidying
from cofund.queries import clock, verification
from cofund.rules import roles

logger = logging.getLogger(__name__)
# Between two looks at what is due. Nothing is written where nothing is, so that pages keep what they have read.
SECONDS: Final = 10
# Between two looks at the search: each compares all that is public, half a second of processor time in a big programme.
SEARCH_SECONDS: Final = 60
# How long a process that ends waits for the e-mail that is on its way.
LAST_SECONDS: Final = 12
# Who records what is published: nobody asked for it.
SITE: Final = Actor("cofund serve", roles.OPERATOR)


class Attendant:
    """The thread of one process."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._tidied_on: date | None = None
        self._searched_until = 0.0
        self._diary = Diary()
        self._thread = threading.Thread(target=self._run, name="what is due", daemon=True)

    def start(self) -> None:
        """Begin, beside the pages."""
        self._thread.start()

    def end(self) -> None:
        """Finish the e-mail that is on its way, and begin no other."""
        self._is_over.set()
        self._thread.join(LAST_SECONDS)

    def _run(self) -> None:
        """Wait until no other process does it, then do it until this one ends."""
        home = Path(settings.COFUND_HOME)
        held = os.open(home / "attending.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            while not _is_free(held):
                if self._is_over.wait(SECONDS):
                    return
            is_first = True
            while not self._is_over.is_set():
                self._look(is_first=is_first)
                is_first = False
                self._is_over.wait(SECONDS)
        finally:
            os.close(held)

    def _look(self, *, is_first: bool) -> None:
        """Do what is due. What fails is told, and done at the next look."""
        for part in (self._find, self._send_first if is_first else self._send, self._tell, self._tidy, self._record):
            try:
                part()
            except Exception:
                # Whatever it is: an end of this thread would end it in each process that takes over.
                logger.exception("Not everything that is due was done; it is tried again in %s seconds.", SECONDS)
            finally:
                connections.close_all()

    def _send_first(self) -> None:
        """At the start also send what waited for a pause to be over."""
        messages.send_waiting(self._is_over.is_set)
        self._send()

    def _send(self) -> None:
        """Write what the newsletter has due, and send what is due."""
        sending.prepare()
        messages.send_due(self._is_over.is_set)
        bounces.take_refusals()
        sending.finish()

    def _tell(self) -> None:
        """Tell the webhooks what happened."""
        webhooks.take_up()
        webhooks.deliver(self._is_over.is_set)

    def _find(self) -> None:
        """Add to the search what is new, so that no visitor has to: at the start, and once a minute where anything was written."""
        now = time.monotonic()
        if now >= self._searched_until:
            search_index.add_what_is_new()
            self._searched_until = now + SEARCH_SECONDS

    def _tidy(self) -> None:
        """Erase what is old, once a day."""
        if self._tidied_on != clock.today():
            for _ in tidying.erase():
                pass
            self._tidied_on = clock.today()

    def _record(self) -> None:
        """Record what is published, once a day."""
        self._diary.record(clock.today(), self._is_over.is_set)


class Diary:
    """Which programmes were recorded on which day, so that each is computed once a day."""

    def __init__(self) -> None:
        self._recorded_on: dict[str, date] = {}

    def record(self, today: date, is_ending: Callable[[], bool] = posting.never) -> None:
        """Record what is published of each programme that was not looked at today; nothing is written where nothing has changed."""
        for code in verification.books():
            if self._recorded_on.get(code) != today and not is_ending():
                published.record(SITE, code)
                self._recorded_on[code] = today


def _is_free(held: int) -> bool:
    """Take the file, and tell whether it was free."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
