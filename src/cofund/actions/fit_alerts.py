"""Tells partners' people by e-mail of new topics and ideas that fit their organisation, as each of them chose it, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.queries import access, clock, fits
from cofund.queries.fits import Fit
from cofund.queries.nearness import LEVELS
from cofund.queries.newsletter import links
from cofund.records.directory.models import PartnerRight, User
from cofund.records.programme.models import FitAlert, Scheme


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be told of; no programme named is all of them."""

    is_on: bool
    level: str = FitAlert.Level.CLOSE
    schemes: tuple[str, ...] = ()


def choose(actor: Actor, user: User, wanted: Wanted, *, at: datetime | None = None) -> FitAlert:
    """Keep what a partner's person wants to be told of; with `is_on` False nothing is told any more.

    Raises:
        NotAllowed: the role does not include it, or it is somebody else's.
        Refused: there is no such level or programme.
    """
    actor.require("choose alerts")
    asked = "You asked to be told of topics that fit."
    if actor.user_id != user.pk:
        wrong = "Everybody chooses their own alerts."
        raise NotAllowed(
            asked=asked, wrong=wrong, remedy="Sign in as that person.", action="choose alerts", role=actor.role
        )
    if wanted.level not in FitAlert.Level.values:
        raise Refused(asked=asked, wrong="It does not say how close.", remedy="Choose one.", field="level")
    known = set(Scheme.objects.values_list("code", flat=True))
    if not set(wanted.schemes) <= known:
        raise Refused(asked=asked, wrong="There is no such programme.", remedy="Choose of those here.", field="schemes")
    instant = at or clock.now()
    with writing():
        before = FitAlert.objects.filter(user=user).first()
        told = plain(before) if before else None
        row = before or FitAlert(user=user)
        row.is_on, row.level, row.schemes, row.changed_at = wanted.is_on, wanted.level, sorted(wanted.schemes), instant
        row.save()
        audit.record(actor, "choose alerts", f"user/{user.username}", at=instant, before=told, after=plain(row))
        return row


def stop(signed_token: str, *, at: datetime | None = None) -> bool:
    """Stop somebody's alerts by the link of an e-mail, without a sign-in; tell whether they were stopped now.

    Raises:
        Refused: the link is not of this site.
    """
    found = links.alert_of(signed_token)
    if found is None:
        wrong = "This link is not one of ours."
        raise Refused(asked="You asked to be told no more.", wrong=wrong, remedy="Use the one in the last e-mail.")
    actor = Actor.of(found.user)
    actor.require("stop alerts")
    with writing():
        row = FitAlert.objects.select_for_update().filter(pk=found.pk, is_on=True).first()
        if row is None:
            return False
        before = plain(row)
        row.is_on, row.changed_at = False, at or clock.now()
        row.save(update_fields=["is_on", "changed_at"])
        audit.record(
            actor, "stop alerts", f"user/{found.user.username}", at=row.changed_at, before=before, after=plain(row),
            reason="By the link of an e-mail",
        )  # fmt: skip
        return True


def plain(row: FitAlert) -> dict[str, Any]:
    """What is chosen, as the audit trail tells it."""
    return {"on": row.is_on, "level": str(row.level), "programmes": list(row.schemes)}


def tell(*, at: datetime | None = None) -> int:
    """Write one e-mail to each person who chose so, of everything that fits and was not told of before; tell how many were written.

    Nobody is written to twice a day: what is new after that waits for the next. Who has left, or may no longer read the pages of
    the organisation, is told nothing. Without an index nobody is.
    """
    instant, written = at or clock.now(), 0
    waiting = FitAlert.objects.filter(is_on=True).exclude(told_on=timezone.localdate(instant))
    rows = waiting.filter(user__is_active=True, user__organisation__isnull=False)
    for row in rows.select_related("user__organisation").order_by("pk"):
        new = due(row)
        if not new:
            continue
        with writing():
            # Another process may have told it meanwhile, or the person have stopped it.
            if waiting.select_for_update().filter(pk=row.pk).exists():
                _write(row, new, instant)
                written += 1
    return written


def due(row: FitAlert) -> list[Fit]:
    """What somebody is to be told of now: what fits as closely as chosen, in the chosen programmes, and was not told of."""
    user = row.user
    organisation = user.organisation
    if not user.email or organisation is None:
        return []
    if not access.may_for_organisation(user, PartnerRight.Right.READ, organisation):
        return []
    levels = LEVELS[: LEVELS.index(row.level) + 1]
    return [
        one
        for one in fits.of_organisation(organisation).found
        if one.level in levels
        and one.key not in row.told
        and (not row.schemes or one.subject.scheme.code in row.schemes)
    ]


def _write(row: FitAlert, new: Sequence[Fit], at: datetime) -> None:
    """Put the e-mail into the outbox, and keep what it tells of."""
    keys = [one.key for one in new]
    count = "A topic" if len(new) == 1 else f"{len(new)} topics"
    lines = [f"* {one.subject.scheme.name}: {one.subject.code}, {one.subject.title}\n  {because(one)}" for one in new]
    text = (
        f"{count} that may fit {row.user.organisation}:\n\n"
        + "\n".join(lines)
        + "\n\nSign in to read why; your desk leads there. "
        "There you can also choose to be told of less, or of nothing any more (Topics that fit, Alerts).\n\n"
        f"To be told no more, without signing in:\n{links.stopping(row)}\n"
    )
    told = hashlib.sha256(" ".join(keys).encode()).hexdigest()[:32]
    subject = f"{count} that may fit {row.user.organisation}"
    headers = links.headers(links.stopping(row), list_name="topics-that-fit")
    key = f"fit/{row.user.pk}/{told}"
    messages.write("topics that fit", row.user.email, subject, text, key=key, at=at, headers=headers)
    row.told, row.told_on = [*row.told, *keys], timezone.localdate(at)
    row.save(update_fields=["told", "told_on"])


def because(fit: Fit) -> str:
    """The first reason of a fit, as a line of an e-mail."""
    first = fit.why[0]
    if first.interest:
        return f"Near to your interest “{first.interest}”."
    return f"Near to your project {first.name}, signed in {first.year}."
