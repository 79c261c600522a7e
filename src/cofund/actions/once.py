"""Does what a form asks for once, however often it is sent. Bookings have a door of their own: `actions.submissions`."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError

from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.directory.models import SentForm


def once(token: str, act: Callable[[], str]) -> str:
    """Run an action in one transaction with the token of its form; give the page that shows what it did.

    Args:
        token: what tells this form from every other one.
        act: the action; gives the address of the page that shows the result.

    Raises:
        Refused: what the action refuses; then nothing is written, and the form can be sent again.
    """
    done = _done(token)
    if done is not None:
        return done
    try:
        with writing():
            row = SentForm.objects.create(token=token, href="", sent_at=clock.now())
            row.href = act()
            row.save(update_fields=["href"])
            return row.href
    except IntegrityError:
        # The same form was sent twice at one time, and the other was first.
        done = _done(token)
        if done is None:
            raise
        return done


def _done(token: str) -> str | None:
    """Where what a form did can be seen; None where it was not sent before."""
    return SentForm.objects.filter(token=token).values_list("href", flat=True).first()
