"""Leads a story through its life: to the office, back with what should change, out at an instant, and away again with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from cofund.actions import audit, messages, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.stories import checks
from cofund.queries import clock
from cofund.queries.stories.figures import About
from cofund.records.programme.models import Story
from cofund.rules.lifecycle_stories import STORY

AddressOf = Callable[[Story], str]


def submit(actor: Actor, story: Story, *, at: datetime | None = None) -> Story:
    """Hand a draft in for review. Raises NotAllowed; Refused where it is no draft."""

    def change(row: Story, asked: str, instant: datetime) -> None:
        row.asked_for = ""

    return _step(actor, "submit story", story, change, "", at)


def take_back(actor: Actor, story: Story, *, at: datetime | None = None) -> Story:
    """Take a story back from review, to go on writing. Raises NotAllowed; Refused where it is not in review."""
    return _step(actor, "take back story", story, _nothing, "", at)


def send_back(
    actor: Actor, story: Story, change_asked: str, address_of: AddressOf = str, *, at: datetime | None = None
) -> Story:
    """Give a story back to its writers with what should change; who drafted it is told by e-mail.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not in review, or nothing is asked for.
    """
    why = topic_checks.check_text(change_asked, "You asked to give a story back.", "reason", "What should change")

    def change(row: Story, asked: str, instant: datetime) -> None:
        row.asked_for = why
        _tell(row, "asks for a change", f"What should change:\n{why}\n\nGo on writing:\n{address_of(row)}\n", instant)

    return _step(actor, "return story", story, change, why, at)


def publish(
    actor: Actor,
    story: Story,
    comes_out_at: datetime | None = None,
    address_of: AddressOf = str,
    *,
    at: datetime | None = None,
) -> Story:
    """Publish a story, at once or at an instant to come; from then on readers see the version that is the newest now.

    Args:
        actor: in whose name.
        story: which one.
        comes_out_at: when readers see it; now where none is named. Nothing has to run then.
        address_of: gives the address of its public page, for the e-mail to who drafted it.
        at: when it was decided; now, unless the clock is given.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not in review, the instant is past, or it lies before the end of its embargo.
    """
    decided_at = at or clock.now()
    out_at = comes_out_at or decided_at

    def change(row: Story, asked: str, instant: datetime) -> None:
        if out_at < instant:
            raise Refused(
                asked=asked,
                wrong=f"{_said(out_at)} is past.",
                remedy="Leave the time empty to publish it now, or name a time to come.",
                field="comes_out_at",
            )
        if row.embargo_at is not None and out_at < row.embargo_at:
            raise Refused(
                asked=asked,
                wrong=f"Nobody outside may read it before {_said(row.embargo_at)}, when its embargo ends.",
                remedy="Name that time or a later one, or change the embargo.",
                field="comes_out_at",
            )
        # A placeholder may have lost what it was of since the text was written.
        assert row.latest is not None
        checks.check_body(asked, About.of(row), row, row.latest.body)
        row.shown, row.published_at, row.corrected_at, row.asked_for = row.latest, out_at, None, ""
        when = "is published" if out_at <= instant else f"comes out on {_said(out_at)}"
        _tell(row, when, f"Its page:\n{address_of(row)}\n", instant)

    return _step(actor, "publish story", story, change, "", decided_at, {"published_at": out_at.isoformat()})


def withdraw(actor: Actor, story: Story, reason: str, *, at: datetime | None = None) -> Story:
    """Withdraw a story and say why. What had come out keeps a page that says that it was withdrawn, and why.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is withdrawn already, or no reason is given.
    """
    why = topic_checks.check_text(reason, "You asked to withdraw a story.", "reason", "The reason")

    def change(row: Story, asked: str, instant: datetime) -> None:
        row.withdrawn_at, row.withdrawn_because = instant, why
        _tell(row, "is withdrawn", f"Why: {why}\n", instant)

    return _step(actor, "withdraw story", story, change, why, at)


def reopen(actor: Actor, story: Story, *, at: datetime | None = None) -> Story:
    """Make a withdrawn story a draft again. Raises NotAllowed; Refused where it is not withdrawn."""

    def change(row: Story, asked: str, instant: datetime) -> None:
        row.withdrawn_at, row.withdrawn_because = None, ""
        row.shown, row.published_at, row.corrected_at = None, None, None

    return _step(actor, "reopen story", story, change, "", at)


def _nothing(row: Story, asked: str, instant: datetime) -> None:
    """Change nothing but the state."""


def _step(
    actor: Actor,
    action: str,
    story: Story,
    change: Callable[[Story, str, datetime], None],
    reason: str,
    at: datetime | None,
    after: dict[str, object] | None = None,
) -> Story:
    """Do one step of the life of a story under its lock, with its audit row."""
    title = story.latest.title if story.latest is not None else story.slug
    asked = f"You asked to {action.replace(' story', '')} “{title}”."
    instant = at or clock.now()
    with writing():
        row = checks.locked(story)
        checks.check(actor, action, row, asked)
        before = row.status
        row.status = STORY.step(action).to
        change(row, asked, instant)
        row.save()
        stated = {"status": row.status, "version": row.latest.number if row.latest else None, **(after or {})}
        where = checks.subject(row)
        audit.record(actor, action, where, at=instant, before={"status": before}, after=stated, reason=reason)
        return row


def _tell(row: Story, what: str, text: str, at: datetime) -> None:
    """Tell who drafted a partner's story what became of it; the office reads its own list."""
    if row.owner_id is None or row.drafted_by is None or not row.drafted_by.email:
        return
    title = row.latest.title if row.latest is not None else row.slug
    whole = f"Your story “{title}”: the programme office tells you that it {what}.\n\n{text}"
    if what == "asks for a change":
        whole = f"The programme office read your story “{title}” and asks for a change.\n\n{text}"
    key = f"story/{row.slug}/{row.status}/{at.isoformat()}"
    messages.write("story", row.drafted_by.email, f"Your story “{title}” {what}", whole, key=key, at=at)


def _said(at: datetime) -> str:
    """An instant in the site's time zone, for a sentence."""
    return f"{timezone.localtime(at):%d %B %Y, %H:%M}"
