"""Opens the book of a scheme: a scheme that is installed can be booked on, with the ceilings that it states."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from cofund.actions import schemes, tranches
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, open_accounts
from cofund.queries import clock
from cofund.queries.schemes import current
from cofund.records.ledger.models import Book, TrancheRoom, Transfer
from cofund.records.programme.models import Certainty, SchemeVersion, Tranche
from cofund.rules import accounts


@transaction.atomic
def open_scheme(actor: Actor, text: str, *, file: str, at: datetime | None = None) -> SchemeVersion:
    """Install a scheme and book the ceilings of tranches that have none yet, as of the scheme's first day.

    A later version with another cap moves nothing by itself: money is moved by `top_up` or `cut`, with a decision.

    Raises:
        SchemeError: the file is not a scheme; every problem is told.
        NotAllowed: the role does not include it.
    """
    actor.require("install scheme")
    version = schemes.install(text, file=file, actor_name=actor.name, at=at or clock.now())
    scheme, _ = current(version.scheme.code)
    book, _ = Book.objects.get_or_create(scheme=version.scheme)
    # The lock: a booking that waits for it then goes by the new version.
    Book.objects.select_for_update().get(pk=book.pk)
    Book.objects.filter(pk=book.pk).update(version=version)
    tranche_rows = {tranche.code: tranche for tranche in Tranche.objects.filter(scheme=version.scheme)}
    open_accounts(book.pk, accounts.standing(list(tranche_rows)), tranche_rows)
    for tranche in tranche_rows.values():
        day = scheme.starts_on or date(2000, 1, 1)
        TrancheRoom.objects.get_or_create(tranche=tranche, defaults={"book": book, "latest_on": day})
    for rule in scheme.tranches:
        if Transfer.objects.filter(book=book, tranche__code=rule.code).exists() or not rule.cap_cents:
            continue
        figure = scheme.figure(f"tranches.{rule.code}.cap")
        grounds = Grounds(
            rule.valid_from or scheme.starts_on or date(2000, 1, 1),
            f"Ceiling of {rule.label} as the scheme states it",
            figure.source if figure else "",
            certainty=_certainty(figure.certainty if figure else ""),
        )
        tranches.top_up(actor, scheme.code, rule.code, rule.cap_cents, grounds, at=at)
    return version


def _certainty(stated: str) -> str:
    """The certainty of an entry from that of the scheme's figure; the article is a public source."""
    return stated if stated in Certainty.values else Certainty.VERIFIED if stated == "article" else Certainty.RECORDED
