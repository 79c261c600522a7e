"""What a subscriber changes by the links in the e-mails: preferences, leaving, and being forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cofund.actions import audit
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.newsletter.signing_up import VISITOR
from cofund.queries import clock
from cofund.queries.newsletter import links, subscribers
from cofund.records.programme.models import Followed, LeftAddress, Scheme, Subscriber
from cofund.rules.newsletter import THEMES

ASKED = "You asked to change what you get."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscriber wants; no programme and no theme named is all of them. `topics` are the keys of those still followed."""

    frequency: str
    is_told_at_once: bool = True
    language: str = Subscriber.Language.ENGLISH
    schemes: Sequence[str] = ()
    themes: Sequence[str] = ()
    topics: Sequence[int] = ()


def change(signed_token: str, wanted: Wanted, *, at: datetime | None = None) -> Subscriber:
    """Keep what a subscriber wants. A pause ends: its owner reads the address again.

    Raises:
        Refused: the link is not of this site or its subscriber is gone, or there is no such choice.
    """
    now = at or clock.now()
    VISITOR.require("change subscription")
    _check(wanted)
    with writing():
        found = links.subscriber_of(signed_token)
        row = Subscriber.objects.select_for_update().filter(pk=found.pk).first() if found else None
        if row is None:
            wrong = "This link is not one of ours, or its subscription is gone."
            raise Refused(asked=ASKED, wrong=wrong, remedy="Sign up once more; that sends you a new link.")
        before = plain(row)
        row.frequency, row.is_told_at_once, row.language = wanted.frequency, wanted.is_told_at_once, wanted.language
        row.schemes, row.themes, row.changed_at = sorted(wanted.schemes), sorted(wanted.themes), now
        row.paused_at, row.pause_reason, row.soft_bounces = None, "", 0
        row.save()
        Followed.objects.filter(subscriber=row).exclude(topic__in=list(wanted.topics)).delete()
        audit.record(
            VISITOR, "change subscription", f"newsletter/subscriber/{row.pk}", at=now, before=before, after=plain(row)
        )
        return row


def leave(signed_token: str, *, at: datetime | None = None) -> bool:
    """Let somebody leave by the link of an e-mail: the row goes, and a keyed hash stays, so that nobody adds the address again.

    A second time does nothing. Tell whether somebody left now.

    Raises:
        Refused: the link is not of this site.
    """
    VISITOR.require("leave newsletter")
    if not links.is_leaving(signed_token):
        wrong = "This link is not one of ours."
        raise Refused(asked="You asked to leave the newsletter.", wrong=wrong, remedy="Use the one in the last e-mail.")
    return _remove(links.leaver_of(signed_token), "leave newsletter", at or clock.now(), keeps_hash=True)


def erase(signed_token: str, *, at: datetime | None = None) -> bool:
    """Erase everything that is kept of a subscriber, also that somebody left. Tell whether somebody was erased now.

    Raises:
        Refused: the link is not of this site, or its subscriber is gone.
    """
    VISITOR.require("erase subscription")
    found = links.subscriber_of(signed_token)
    if found is None:
        wrong = "This link is not one of ours, or what it was for is erased already."
        raise Refused(asked="You asked to erase what is kept of you.", wrong=wrong, remedy="Nothing is left to do.")
    return _remove(found, "erase subscription", at or clock.now(), keeps_hash=False)


def plain(row: Subscriber) -> dict[str, Any]:
    """What is chosen, as the audit trail tells it: without the address."""
    return {
        "frequency": str(row.frequency), "at_once": row.is_told_at_once, "language": str(row.language),
        "programmes": list(row.schemes), "themes": list(row.themes),
    }  # fmt: skip


def _check(wanted: Wanted) -> None:
    """Refuse what there is not."""
    if wanted.frequency not in Subscriber.Frequency.values:
        raise Refused(asked=ASKED, wrong="It does not say how often.", remedy="Choose one.", field="frequency")
    if wanted.language not in Subscriber.Language.values:
        raise Refused(asked=ASKED, wrong="There is no such language.", remedy="Choose one.", field="language")
    if not set(wanted.themes) <= THEMES.keys():
        raise Refused(asked=ASKED, wrong="There is no such theme.", remedy="Choose of those here.", field="themes")
    if not set(wanted.schemes) <= set(Scheme.objects.values_list("code", flat=True)):
        raise Refused(asked=ASKED, wrong="There is no such programme.", remedy="Choose of those here.", field="schemes")


def _remove(found: Subscriber | None, action: str, now: datetime, *, keeps_hash: bool) -> bool:
    """Remove a subscriber with everything that names the address, also in the outbox."""
    with writing():
        row = Subscriber.objects.select_for_update().filter(pk=found.pk).first() if found else None
        if row is None:
            return False
        sent = subscribers.messages_to(row)
        # Held, so that a sender that is writing down what became of one does so before or after.
        list(sent.select_for_update().order_by("pk").values_list("pk"))
        sent.filter(Q(handed_over_at=None) | Q(is_in_doubt=True), sent_at=None).delete()
        # How many were sent stays known, and to whom does not. What is just being sent goes with its settling (`posting`).
        sent.update(**subscribers.FORGOTTEN)
        digest = links.address_digest(row.email)
        if keeps_hash:
            LeftAddress.objects.get_or_create(address_digest=digest, defaults={"left_at": now})
        else:
            LeftAddress.objects.filter(address_digest=digest).delete()
        audit.record(VISITOR, action, f"newsletter/subscriber/{row.pk}", at=now)
        row.delete()
        return True
