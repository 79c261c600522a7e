"""What the actions on stories share: the locked row, who may act on it, its steps, and what a text may not say."""

from __future__ import annotations

from typing import Final

from cofund.actions import topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused, all_of
from cofund.queries.stories import lists, reading
from cofund.queries.stories.figures import About
from cofund.records.programme.models import Story, StoryPicture
from cofund.rules import roles
from cofund.rules.lifecycle_stories import STORY

MOST_TITLE: Final = 200
MOST_SUMMARY: Final = 500
MOST_BODY: Final = 60_000
MOST_AUTHOR: Final = 200


def locked(story: Story) -> Story:
    """The same story as it stands now, locked until the transaction ends."""
    rows = Story.objects.select_for_update(of=("self",)).select_related("owner", "latest", "shown", "scheme")
    return rows.get(pk=story.pk)


def check(actor: Actor, action: str, row: Story, asked: str) -> None:
    """Let a step pass only where the role includes it, the story is the person's, and its state allows it.

    Raises:
        NotAllowed: the role does not include it, or the story is another organisation's.
        Refused: it does not start from the story's state.
    """
    actor.require(action)
    person = topic_checks.person(actor)
    is_partner = actor.role == roles.PARTNER
    if is_partner and (person is None or row.owner_id is None or lists.own_of(person) != row.owner):
        raise NotAllowed(
            asked=asked,
            wrong="This story is not one of your organisation, or you may not write for it.",
            remedy="Ask who manages the rights of your organisation.",
        )
    topic_checks.check_step(STORY, action, row.status, asked)


def subject(row: Story) -> str:
    """How the audit trail names a story."""
    return f"story/{row.slug}"


def check_texts(asked: str, texts: dict[str, str]) -> dict[str, str]:
    """Give title, summary, body and author without the space around them, the first two on one line.

    Raises:
        Refused: one of the first three is missing, or one is too long; all of it at once, each for its field.
    """
    limits = {"title": MOST_TITLE, "summary": MOST_SUMMARY, "body": MOST_BODY, "author": MOST_AUTHOR}
    words = {"title": "The title", "summary": "The summary", "body": "The text", "author": "The author"}
    found = {name: texts.get(name, "").replace("\r\n", "\n").strip() for name in limits}
    found |= {name: " ".join(found[name].split()) for name in ("title", "summary", "author")}
    wrong: dict[str, str] = {}
    for name, most in limits.items():
        if not found[name] and name != "author":
            wrong[name] = f"{words[name]} is missing. Write it."
        elif len(found[name]) > most:
            wrong[name] = f"{words[name]} has {len(found[name]):,} characters; at most {most:,} are taken. Shorten it."
        elif "\x00" in found[name]:
            wrong[name] = f"{words[name]} has a sign that cannot be kept. Write it anew."
    if wrong:
        raise all_of(asked, wrong)
    return found


def check_body(asked: str, about: About, row: Story | None, body: str) -> None:
    """Refuse a text with a figure or picture that there is not, or that shows what it may not.

    Raises:
        Refused: with every fault at once, for the field of the text.
    """
    numbers: frozenset[int] = frozenset()
    if row is not None:
        kept = StoryPicture.objects.filter(story=row, removed_at=None).order_by()
        numbers = frozenset(kept.values_list("number", flat=True))
    if found := reading.faults(about, body, numbers):
        raise Refused(
            asked=asked,
            wrong=" ".join(found),
            remedy="Change that in the text; the list below the form has every figure with its present value.",
            field="body",
        )
