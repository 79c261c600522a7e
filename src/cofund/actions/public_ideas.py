"""Asks whoever suggests an idea without signing in to confirm the e-mail address, and lets the office show ideas in public."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, interest, languages, pending_ideas
from cofund.records.directory.models import Message
from cofund.records.programme.models import Idea
from cofund.rules import roles
from cofund.rules.knocking import COMMENTS_PER_EMAIL, CONFIRM_WITHIN, wait_until


def ask(row: Idea, address_of: Callable[[str], str], at: datetime) -> None:
    """Send the link that confirms the e-mail address of an idea; the caller holds the transaction."""
    token = secrets.token_urlsafe(32)
    row.token_digest = interest.digest(token)
    row.save(update_fields=["token_digest"])
    title, text = _words(row, address_of(pending_ideas.signed(token)))
    messages.write("confirm idea", row.proposer_email, title, text, key=_key(row), at=at)


def _words(row: Idea, address: str) -> tuple[str, str]:
    """Subject and text of the e-mail that asks to confirm, in the language of the form."""
    with languages.speaking(row.language):
        parts = (
            _("Dear {name},").format(name=row.proposer_name),
            _("somebody, most likely you, suggested a topic to {programme}:\n{title}").format(
                programme=row.scheme.name, title=row.title
            ),
            _("Please open this page and press the button there:"),
            address,
            _(
                "The link works once, for {days} days. The programme office reads the idea already. Without the button "
                "it is never shown to anybody else, nobody writes to you again, and your name and address are erased."
            ).format(days=CONFIRM_WITHIN.days),
        )
        return _("Confirm your idea {reference}").format(reference=row.reference), "\n\n".join(parts) + "\n"


def check_flood(email: str, asked: str, at: datetime) -> None:
    """Refuse too many of one e-mail address. Raises: Refused."""
    again_at = wait_until(pending_ideas.made_before(at, email), COMMENTS_PER_EMAIL, at)
    if again_at is not None:
        when = timezone.localtime(again_at)
        raise Refused(
            asked=asked,
            wrong="Too many ideas came from this e-mail address within a short time.",
            remedy=f"Please try again after {when:%H:%M} on {when.day} {when:%B %Y}; what you wrote is still in the form.",
            is_flood=True,
        )


def confirm(signed_token: str, *, at: datetime | None = None) -> Idea:
    """Confirm the e-mail address of an idea: its proposer is told what becomes of it. A second time does nothing.

    Raises:
        Refused: the link is not of this site, or was not used in time.
    """
    now = at or clock.now()
    with writing():
        found = pending_ideas.find(signed_token)
        row = Idea.objects.select_for_update(of=("self",)).get(pk=found.pk) if found else None
        if row is None or pending_ideas.has_lapsed(row, now):
            raise Refused(
                asked="You asked to confirm an idea.",
                wrong="This link is not one of ours, or it was not used in time.",
                remedy=f"A link holds for {CONFIRM_WITHIN.days} days. Please hand the idea in once more.",
            )
        if row.confirmed_at is None:
            actor = Actor(row.proposer_name or "A visitor", roles.PUBLIC)
            actor.require("confirm idea")
            row.confirmed_at = now
            row.save(update_fields=["confirmed_at"])
            audit.record(actor, "confirm idea", _subject(row), at=now)
            Message.objects.filter(key=_key(row)).update(text="The address was confirmed; the link is erased.")
        return row


def show(actor: Actor, idea: Idea, *, at: datetime | None = None) -> Idea:
    """Show an idea to everybody, once the office has read it and its proposer lets it be read.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the proposer does not let it be read, or did not confirm the e-mail address.
    """
    return _change(actor, "show idea", idea, at or clock.now(), "", is_shown=True)


def hide(actor: Actor, idea: Idea, reason: str, *, at: datetime | None = None) -> Idea:
    """Take an idea from public. Raises NotAllowed; Refused where no reason is given."""
    if not reason.strip():
        asked = f"You asked to take {idea.reference} from public."
        raise Refused(asked=asked, wrong="No reason is given.", remedy="Say why.", field="reason")
    return _change(actor, "hide idea", idea, at or clock.now(), reason.strip(), is_shown=False)


def erase_outdated(*, at: datetime | None = None) -> int:
    """Erase name and address of ideas that were not confirmed in time, and their e-mails; tell how many. The idea itself stays.

    No audit row: it would keep what is to be forgotten.
    """
    with writing():
        rows = list(pending_ideas.outdated(at or clock.now()))
        Message.objects.filter(key__in=[_key(row) for row in rows]).delete()
        for row in rows:
            row.credits.filter(name=row.proposer_name).update(name="Somebody whose address was not confirmed")
            row.proposer_name = row.proposer_email = ""
            row.save(update_fields=["proposer_name", "proposer_email"])
        return len(rows)


def _change(actor: Actor, action: str, idea: Idea, now: datetime, reason: str, *, is_shown: bool) -> Idea:
    """Show an idea, or hide it, under its lock and with its audit row."""
    actor.require(action)
    with writing():
        row = Idea.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=idea.pk)
        if is_shown:
            _check_consent(row)
        row.shown_at = now if is_shown else None
        row.save(update_fields=["shown_at"])
        audit.record(actor, action, _subject(row), at=now, after={"shown": is_shown}, reason=reason)
        return row


def _check_consent(row: Idea) -> None:
    """Refuse to show what its proposer does not let be read. Raises: Refused."""
    asked = f"You asked to show {row.reference} in public."
    if not row.is_public:
        wrong = "Its proposer does not let it be read by everybody."
        raise Refused(asked=asked, wrong=wrong, remedy="Ask the proposer, and have it handed in so.")
    if pending_ideas.is_unconfirmed(row):
        wrong = "Its e-mail address was not confirmed, so nobody knows that the proposer agrees."
        raise Refused(asked=asked, wrong=wrong, remedy="Wait until the link in the e-mail is used.")


def _subject(row: Idea) -> str:
    """How audit rows name an idea."""
    return f"{row.scheme.code}/idea/{row.reference}"


def _key(row: Idea) -> str:
    """The key of the e-mail that confirms it."""
    return f"confirm-idea/{row.pk}"
