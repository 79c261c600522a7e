"""Takes a comment from somebody who is not signed in, and keeps it as a comment once the e-mail address is confirmed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cofund.actions import audit, consultations, messages, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.consultations import NewComment
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.topic_texts import SECTIONS
from cofund.queries import clock, interest, languages, pending_comments
from cofund.queries import consultations as reading
from cofund.records.directory.models import Message
from cofund.records.programme.models import Comment, Consultation, PendingComment
from cofund.rules import roles
from cofund.rules.knocking import COMMENTS_PER_EMAIL, COMMENTS_PER_ORIGIN, CONFIRM_WITHIN, wait_until
from cofund.rules.lifecycle_topics import CONSULTATION


def offer(
    consultation: Consultation,
    wanted: NewComment,
    email: str,
    address_of: Callable[[str], str],
    *,
    language: str = languages.ENGLISH,
    at: datetime | None = None,
) -> PendingComment:
    """Keep a comment of the public until its e-mail address is confirmed, and send the link that confirms it.

    Args:
        consultation: a public one.
        wanted: what was written, by whom, and the network address that it came from, which is not kept.
        email: where the link goes; it is never shown, and erased once the comment is confirmed.
        address_of: gives the address of the page that a signed token confirms at.
        language: that of the page; the e-mail is in it.
        at: the instant; now, unless the clock is given.

    Raises:
        Refused: it is not open, nothing is said, or too many came from this e-mail address or this origin.
    """
    now = at or clock.now()
    # No name: what is not confirmed is erased, and audit rows stay.
    actor = Actor("A visitor", roles.PUBLIC)
    actor.require("comment on topic")
    asked = f"You asked to comment on {consultation.topic.code}."
    with writing():
        row = _open(consultation, now, asked)
        _erase(now)
        origin = interest.origin_digest(wanted.origin)
        _check_flood(email, origin, now, asked)
        token = secrets.token_urlsafe(32)
        made = PendingComment.objects.create(
            consultation=row,
            section=wanted.section if wanted.section in SECTIONS else "",
            text=topic_checks.check_text(wanted.text, asked, "text", "The comment"),
            author_name=topic_checks.check_text(wanted.author_name, asked, "author_name", "Your name")[:200],
            email=email,
            token_digest=interest.digest(token),
            origin_digest=origin,
            made_at=now,
        )
        audit.record(actor, "comment on topic", _subject(row), at=now, after={"to be confirmed": made.pk})
        title, words = _confirm_words(made, address_of(pending_comments.signed(token)), language)
        messages.write("confirm comment", email, title, words, key=_key(made), at=now)
        return made


def confirm(signed_token: str, *, at: datetime | None = None) -> Consultation:
    """Confirm the e-mail address of a comment: from then on it is shown, and waits for its answer. A second time does nothing.

    Raises:
        Refused: the link is not of this site, was not used in time, or the consultation is closed.
    """
    now = at or clock.now()
    with writing():
        found = pending_comments.find(signed_token)
        row = PendingComment.objects.select_for_update().filter(pk=found.pk).first() if found else None
        if found is None or row is None or pending_comments.has_lapsed(row, now):
            raise Refused(
                asked="You asked to confirm a comment.",
                wrong="This link is not one of ours, or it was not used in time.",
                remedy=f"A link holds for {CONFIRM_WITHIN.days} days. Please write the comment once more.",
            )
        if row.confirmed_at is None:
            actor = Actor(row.author_name, roles.PUBLIC)
            actor.require("confirm comment")
            made = _publish(actor, found, now)
            audit.record(actor, "confirm comment", _subject(found.consultation), at=now, after={"comment": made.pk})
            row.confirmed_at, row.text, row.author_name, row.email = now, "", "", ""
            row.save(update_fields=["confirmed_at", "text", "author_name", "email"])
            # The link is used up, and the address is not needed any more.
            Message.objects.filter(key=_key(row)).update(text="The address was confirmed; the link is erased.")
        return found.consultation


def erase_outdated(*, at: datetime | None = None) -> int:
    """Erase what was not confirmed in time, with its e-mail, and what is left of the others; tell how many were not confirmed."""
    with writing():
        return _erase(at or clock.now())


def _publish(actor: Actor, row: PendingComment, now: datetime) -> Comment:
    """Keep the comment itself, as one that was made now."""
    said = NewComment(row.text, row.section, row.author_name)
    return consultations.comment(actor, row.consultation, said, at=now)


def _open(consultation: Consultation, now: datetime, asked: str) -> Consultation:
    """The public consultation as it stands, locked. Raises: Refused where it is not open."""
    row = reading.find(consultation.pk, lock=True)
    assert row is not None, f"{consultation} went"
    state = reading.state_of(row, topic_checks.day_of(now))
    topic_checks.check_step(CONSULTATION, "comment on topic", state, asked)
    if row.group_id is not None:
        wrong = f"Only who sits in {row.group} comments here."
        raise Refused(asked=asked, wrong=wrong, remedy="Comment in the public consultation.")
    return row


def _check_flood(email: str, origin: str, now: datetime, asked: str) -> None:
    """Refuse too many of one e-mail address or origin."""
    waits = {
        "this e-mail address": wait_until(pending_comments.made_before(now, email=email), COMMENTS_PER_EMAIL, now),
        "your network": wait_until(pending_comments.made_before(now, origin=origin), COMMENTS_PER_ORIGIN, now),
    }
    for whom, again_at in waits.items():
        if again_at is not None:
            when = timezone.localtime(again_at)
            raise Refused(
                asked=asked,
                wrong=f"Too many comments came from {whom} within a short time.",
                remedy=f"Please try again after {when:%H:%M} on {when.day} {when:%B %Y}; what you wrote is still in the form.",
                is_flood=True,
            )


def _erase(now: datetime) -> int:
    """Erase as `erase_outdated` says. No audit row: it would keep what is to be forgotten."""
    rows = list(pending_comments.outdated(now))
    Message.objects.filter(key__in=[_key(row) for row in rows]).delete()
    PendingComment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return sum(row.confirmed_at is None for row in rows)


def _confirm_words(row: PendingComment, address: str, language: str) -> tuple[str, str]:
    """Subject and text of the e-mail that asks to confirm."""
    topic = row.consultation.topic
    with languages.speaking(language):
        parts = (
            _("Dear {name},").format(name=row.author_name),
            _("somebody, most likely you, commented on the topic\n{topic}: {title}").format(
                topic=topic.code, title=topic.title
            ),
            _("Please open this page and press the button there:"),
            address,
            _(
                "The link works once, until the consultation closes on {day} and for {days} days at most. If this was not "
                "you, do nothing: what was written is erased then, and nobody sees it."
            ).format(day=languages.day(row.consultation.closes_on), days=CONFIRM_WITHIN.days),
        )
        return _("Confirm your comment on {topic}").format(topic=topic.code), "\n\n".join(parts) + "\n"


def _subject(row: Consultation) -> str:
    """How audit rows name the topic."""
    return f"{row.topic.scheme.code}/topic/{row.topic.code}"


def _key(row: PendingComment) -> str:
    """The key of the e-mail that confirms it."""
    return f"confirm-comment/{row.pk}"
