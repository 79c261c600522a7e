"""Issues of the newsletter: drafted from what is new, looked through, scheduled, taken back, cancelled, hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings

from cofund.actions import audit, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.queries.newsletter import issues, letters, news
from cofund.records.directory.models import Message, User
from cofund.records.programme.models import NewsletterIssue, Subscriber
from cofund.rules.lifecycle_newsletter import ISSUE
from cofund.rules.newsletter import period_before

Status = NewsletterIssue.Status
# The reason in the audit trail where nothing is new to the readers of an issue.
OLD: Final = "It goes out although nothing in it is new"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the office says of an issue."""

    title: str
    from_on: date
    until_on: date
    intro: str = ""


def draft(actor: Actor, frequency: str, *, at: datetime | None = None) -> NewsletterIssue:
    """Put an issue together from what is new in the last whole week or month.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is no such frequency.
    """
    actor.require("draft issue")
    now = at or clock.now()
    if frequency not in (Subscriber.Frequency.WEEKLY, Subscriber.Frequency.MONTHLY):
        wrong = "An issue is for those who get it every week, or for those who get it every month."
        raise Refused(asked="You asked for a new issue.", wrong=wrong, remedy="Choose one.", field="frequency")
    first, last = period_before(frequency, clock.today())
    word = (
        f"{last:%B %Y}"
        if frequency == Subscriber.Frequency.MONTHLY
        else f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    )
    with writing():
        row = NewsletterIssue.objects.create(
            frequency=frequency, title=f"{settings.SITE_TITLE}: {word}"[:200], from_on=first, until_on=last,
            items=news.plain(issues.gathered(first, last)), made_by=actor.name, made_at=now,
        )  # fmt: skip
        audit.record(actor, "draft issue", _subject(row), at=now, after=_plain(row))
        return row


def edit(actor: Actor, key: int, facts: Facts, *, at: datetime | None = None) -> NewsletterIssue:
    """Change title, opening words and period of a draft; with another period its news are gathered anew."""
    wrong = "The last day is before the first." if facts.until_on < facts.from_on else ""
    if wrong:
        raise Refused(asked="You asked to change an issue.", wrong=wrong, remedy="Correct one.", field="until_on")

    def do(row: NewsletterIssue, now: datetime) -> None:
        is_other = (row.from_on, row.until_on) != (facts.from_on, facts.until_on)
        row.title, row.intro = " ".join(facts.title.split()), facts.intro.strip()
        row.from_on, row.until_on = facts.from_on, facts.until_on
        if is_other:
            row.items = news.plain(issues.gathered(row.from_on, row.until_on))

    return _step(actor, key, "edit issue", do, at)


def gather(actor: Actor, key: int, *, at: datetime | None = None) -> NewsletterIssue:
    """Gather the news of a draft anew: what was corrected since, or became public, is in it then."""

    def do(row: NewsletterIssue, now: datetime) -> None:
        row.items = news.plain(issues.gathered(row.from_on, row.until_on))

    return _step(actor, key, "gather issue anew", do, at)


def schedule(
    actor: Actor, key: int, when: datetime, *, although_told: bool = False, at: datetime | None = None
) -> NewsletterIssue:
    """Let a draft go out at an instant to come; `although_told`: though its readers got all of its news in other issues.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the instant is over, it has no news or none that is new, or the state does not allow it.
    """

    def do(row: NewsletterIssue, now: datetime) -> None:
        if when <= now:
            wrong = "That is not to come any more."
            raise Refused(
                asked="You asked to schedule an issue.",
                wrong=wrong,
                remedy="Name a later time, or send it now.",
                field="when",
            )
        _check_news(row, although_told)
        row.scheduled_at = when

    return _step(actor, key, "schedule issue", do, at, reason=OLD if although_told else "")


def send_now(actor: Actor, key: int, *, although_told: bool = False, at: datetime | None = None) -> NewsletterIssue:
    """Let an issue go out as soon as a sender looks; `although_told` as for `schedule`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has no news or none that is new, or the state does not allow it.
    """

    def do(row: NewsletterIssue, now: datetime) -> None:
        # What is scheduled already was asked about then.
        _check_news(row, although_told or row.status == Status.SCHEDULED)
        row.scheduled_at = now

    return _step(actor, key, "send issue now", do, at, reason=OLD if although_told else "")


def take_back(actor: Actor, key: int, *, at: datetime | None = None) -> NewsletterIssue:
    """Make a scheduled issue a draft again."""

    def do(row: NewsletterIssue, now: datetime) -> None:
        row.scheduled_at = None

    return _step(actor, key, "take issue back", do, at)


def cancel(actor: Actor, key: int, reason: str, *, at: datetime | None = None) -> NewsletterIssue:
    """Cancel an issue. Of one that is being sent, what still waits is taken out of the outbox; what was sent is sent."""
    if not reason.strip():
        raise Refused(
            asked="You asked to cancel an issue.", wrong="It does not say why.", remedy="Say it.", field="reason"
        )

    def do(row: NewsletterIssue, now: datetime) -> None:
        Message.objects.filter(group=row.group, sent_at=None, handed_over_at=None).delete()

    return _step(actor, key, "cancel issue", do, at, reason=reason.strip())


def show(actor: Actor, key: int, *, is_shown: bool, at: datetime | None = None) -> NewsletterIssue:
    """Show an issue in the public archive, or hide it there."""

    def do(row: NewsletterIssue, now: datetime) -> None:
        row.is_archived = is_shown

    return _step(actor, key, "show issue" if is_shown else "hide issue", do, at)


def send_test(actor: Actor, key: int, user: User, token: str, *, at: datetime | None = None) -> Message:
    """Send an issue, with all of its news, to whoever asks: as readers get it, but for links that are nobody's.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the person has no e-mail address, or the state does not allow it.
    """
    asked = "You asked for a test of an issue."
    if not user.email:
        raise Refused(
            asked=asked, wrong="No e-mail address of yours is known.", remedy="Have it entered in your account."
        )
    written: list[Message] = []

    def do(row: NewsletterIssue, now: datetime) -> None:
        made = letters.of_issue(row, news.of_plain(row.items), issues.names())
        address = f"{settings.COFUND_SITE_URL}/newsletter/"
        text, html = (
            part.replace("[[preferences]]", address).replace("[[leave]]", address) for part in (made.text, made.html)
        )
        written.append(
            messages.write(
                "test of newsletter", user.email, f"Test: {made.subject}", text, html=html,
                key=f"newsletter-test/{row.pk}/{token}", at=now,
            )
        )  # fmt: skip

    _step(actor, key, "send test of issue", do, at)
    return written[0]


def _check_news(row: NewsletterIssue, although_told: bool) -> None:
    """Refuse an issue that says nothing, and one that says nothing new to its readers, unless that is wanted."""
    if not row.items:
        wrong = "It has no news: nothing became public in its period."
        raise Refused(asked="You asked to send an issue.", wrong=wrong, remedy="Choose another period, or cancel it.")
    before = None if although_told else issues.told_before(row)
    if before is not None:
        wrong = f"Nothing in it is new: its readers got, or will get, all of its news in “{before.title}” or before."
        remedy = "Choose another period, or cancel it. Or say that it is to go out all the same."
        raise Refused(asked="You asked to send an issue.", wrong=wrong, remedy=remedy, field="although_told")


def _step(
    actor: Actor,
    key: int,
    action: str,
    do: Callable[[NewsletterIssue, datetime], None],
    at: datetime | None,
    reason: str = "",
) -> NewsletterIssue:
    """Do one step on an issue, where its state allows it.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the state does not allow it, or there is no such issue.
    """
    actor.require(action)
    now = at or clock.now()
    with writing():
        row = NewsletterIssue.objects.select_for_update().filter(pk=key).first()
        asked = f"You asked to {action}."
        if row is None:
            raise Refused(asked=asked, wrong="There is no such issue.", remedy="Look into the list.")
        if not ISSUE.allows(action, row.status):
            starts = ISSUE.in_words(ISSUE.step(action).starts_from)
            wrong = f"It is {ISSUE.in_words((row.status,))}, and this takes one that is {starts}."
            raise Refused(asked=asked, wrong=wrong, remedy="Look at the issue as it is now.")
        before = _plain(row)
        do(row, now)
        row.status = ISSUE.step(action).to or row.status
        row.save()
        audit.record(actor, action, _subject(row), at=now, before=before, after=_plain(row), reason=reason)
        return row


def _plain(row: NewsletterIssue) -> dict[str, Any]:
    """An issue as the audit trail tells it."""
    return {
        "title": row.title, "status": str(row.status), "from": row.from_on.isoformat(), "until": row.until_on.isoformat(),
        "intro": row.intro, "news": len(row.items), "archived": row.is_archived,
        "scheduled": row.scheduled_at.isoformat() if row.scheduled_at else None,
    }  # fmt: skip


def _subject(row: NewsletterIssue) -> str:
    """How audit rows name an issue."""
    return f"newsletter/issue/{row.pk}"
