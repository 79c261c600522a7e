"""Takes an address for the newsletter, and adds it once its owner confirms; the answer never tells who is known here."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, interest, languages
from cofund.queries.newsletter import links, subscribers
from cofund.records.directory.models import Message
from cofund.records.programme.models import Followed, LeftAddress, Scheme, SignUp, Subscriber, Topic
from cofund.rules import roles
from cofund.rules.knocking import wait_until
from cofund.rules.newsletter import KEEP_SENT, LONGEST_WINDOW, SIGN_UPS_PER_EMAIL, SIGN_UPS_PER_ORIGIN

ASKED = "You asked for the newsletter."
# No name: audit rows stay, and whoever leaves is forgotten.
VISITOR = Actor("A reader", roles.PUBLIC)


def sign_up(
    email: str,
    topic: Topic | None = None,
    *,
    origin: str = "",
    language: str = languages.ENGLISH,
    at: datetime | None = None,
) -> SignUp:
    """Keep an address and send it the link that confirms, the same to everybody: to who is known here it opens the preferences.

    Args:
        email: the address.
        topic: a topic that its owner wants to follow; without one, the newsletter is asked for.
        origin: the network address that it came from; it is not kept.
        language: that of the page; the e-mail is in it, and so is what a new subscriber gets until it chooses another.
        at: the instant; now, unless the clock is given.

    Raises:
        Refused: it is no address, or too many came for it or from this origin; `is_flood` tells the latter.
    """
    now = at or clock.now()
    VISITOR.require("sign up for newsletter")
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(asked=ASKED, wrong="This is no e-mail address.", remedy="Correct it.", field="email") from error
    with writing():
        # One after the other, so that the limits count what another is just writing. Nothing else waits for this row.
        list(Scheme.objects.select_for_update(no_key=True).order_by("pk")[:1])
        _erase_lapsed(now)
        address, from_where = links.address_digest(email), interest.origin_digest(origin)
        _check(address, from_where, now)
        token = secrets.token_urlsafe(24)
        row = SignUp.objects.create(
            email=email, topic=topic, token_digest=subscribers.digest(token), address_digest=address,
            origin_digest=from_where, language=language, made_at=now,
        )  # fmt: skip
        audit.record(VISITOR, "sign up for newsletter", f"newsletter/sign-up/{row.pk}", at=now)
        subject, text = _words(row, links.confirming(token, language))
        messages.write("confirm newsletter", email, subject, text, key=_key(row), at=now)
        return row


def confirm(signed_token: str, *, at: datetime | None = None) -> Subscriber:
    """Confirm an address: it becomes a subscriber, or is one already and follows one topic more. A second time does nothing.

    Raises:
        Refused: the link is not of this site, or no longer holds.
    """
    now = at or clock.now()
    VISITOR.require("confirm sign-up")
    with writing():
        found = subscribers.find_sign_up(signed_token)
        row = SignUp.objects.select_for_update(of=("self",)).filter(pk=found.pk).first() if found else None
        if found is None or row is None or subscribers.has_lapsed(row, now):
            days = subscribers.confirm_within().days
            wrong = "This link is not one of ours, or it was not used in time."
            raise Refused(asked=ASKED, wrong=wrong, remedy=f"A link holds for {days} days. Please ask once more.")
        if row.confirmed_at is not None and row.subscriber is not None:
            return row.subscriber
        subscriber = _subscriber(row, now)
        if found.topic is not None:
            Followed.objects.get_or_create(
                subscriber=subscriber, topic=found.topic, defaults={"made_at": now, "told_until": now}
            )
        Message.objects.filter(key=_key(row)).delete()
        row.email, row.confirmed_at, row.subscriber = "", now, subscriber
        row.save(update_fields=["email", "confirmed_at", "subscriber"])
        after = {"follows": found.topic.code} if found.topic else None
        audit.record(VISITOR, "confirm sign-up", f"newsletter/subscriber/{subscriber.pk}", at=now, after=after)
        return subscriber


def tidy(*, at: datetime | None = None) -> tuple[int, int]:
    """Erase sign-ups that were not confirmed in time, and whom old messages of the newsletter went to; tell how many of each.

    Old are those that were sent, given up, or left in doubt so long ago.
    """
    now = at or clock.now()
    with writing():
        gone = _erase_lapsed(now)
        # What a server answered about somebody who was erased while it did, before that was erased too.
        subscribers.forgotten().exclude(failure="").update(failure="")
        return gone, subscribers.tried_before(now - KEEP_SENT).update(**subscribers.FORGOTTEN)


def _erase_lapsed(now: datetime) -> int:
    """Erase what lapsed, and hashes that no limit counts any more. The caller has opened a transaction."""
    rows = list(subscribers.lapsed(now))
    Message.objects.filter(key__in=[_key(row) for row in rows]).delete()
    SignUp.objects.filter(pk__in=[row.pk for row in rows]).delete()
    old = SignUp.objects.filter(made_at__lte=now - LONGEST_WINDOW)
    old.exclude(origin_digest="").update(origin_digest="")
    old.filter(confirmed_at__isnull=False).exclude(address_digest="").update(address_digest="")
    return len(rows)


def _check(address: str, origin: str, now: datetime) -> None:
    """Refuse too many, of one address or from one origin, whoever is known here."""
    waits = {
        "for this e-mail address": wait_until(subscribers.made_before(now, address=address), SIGN_UPS_PER_EMAIL, now),
        "from your network": wait_until(subscribers.made_before(now, origin=origin), SIGN_UPS_PER_ORIGIN, now),
    }
    for whom, again_at in waits.items():
        if again_at is not None:
            when = timezone.localtime(again_at)
            wrong = f"Too many requests came {whom} within a short time."
            remedy = f"Please try again after {when:%H:%M} on {when.day} {when:%B %Y}."
            raise Refused(asked=ASKED, wrong=wrong, remedy=remedy, again_at=again_at, is_flood=True)


def _subscriber(row: SignUp, now: datetime) -> Subscriber:
    """The subscriber of a confirmed address. Who follows a topic gets no newsletter unasked; who is known keeps its language."""
    LeftAddress.objects.filter(address_digest=links.address_digest(row.email)).delete()
    known = subscribers.by_email(row.email)
    if known is None:
        wanted = Subscriber.Frequency.NEVER if row.topic_id else Subscriber.Frequency.MONTHLY
        return Subscriber.objects.create(
            email=row.email, mark=secrets.token_urlsafe(16), frequency=wanted, language=row.language, confirmed_at=now,
            changed_at=now,
        )  # fmt: skip
    if row.topic_id is None and known.frequency == Subscriber.Frequency.NEVER:
        known.frequency = Subscriber.Frequency.MONTHLY
    # The mail with this very link arrived.
    known.paused_at, known.pause_reason, known.soft_bounces = None, "", 0
    known.save(update_fields=["frequency", "paused_at", "pause_reason", "soft_bounces"])
    return known


def _words(row: SignUp, address: str) -> tuple[str, str]:
    """Subject and text of the e-mail that asks to confirm, in the language of the page; they are the same for who is known here."""
    site = settings.SITE_TITLE
    with languages.speaking(row.language):
        if row.topic:
            subject = _("Confirm: follow {topic}").format(topic=row.topic.code)
            wish = _("Somebody, most likely you, asked {site} to follow the topic\n{topic}: {title}.").format(
                site=site, topic=row.topic.code, title=row.topic.title
            )
        else:
            subject = _("Confirm: newsletter of {site}").format(site=site)
            wish = _("Somebody, most likely you, asked {site} to get the newsletter.").format(site=site)
        press = _("Please open this page and press the button there. It also leads to what you get, and how often:")
        days = _(
            "The link holds for {days} days. If this was not you, do nothing: without the button nothing is sent to\n"
            "this address, and it is erased after these days."
        ).format(days=subscribers.confirm_within().days)
        return subject, f"{wish}\n\n{press}\n\n{address}\n\n{days}\n"


def _key(row: SignUp) -> str:
    """The key of the e-mail that confirms a sign-up."""
    return f"newsletter-sign-up/{row.pk}"
