"""Drafts stories and news, writes their versions, and ties them to the programme, partners and projects that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.text import slugify

from cofund.actions import audit, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.actions.stories import checks
from cofund.queries import clock
from cofund.queries.stories import lists
from cofund.queries.stories.figures import About
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Project, Scheme, Story, StoryVersion
from cofund.rules import roles


@dataclass(frozen=True, slots=True)
class Text:
    """What a version says; `body` is Markdown with placeholders for figures and pictures."""

    title: str
    summary: str
    body: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Ties:
    """What a story is about, until when nobody outside may read it, and what readers should know of where it comes from."""

    scheme: Scheme | None = None
    organisations: Sequence[Organisation] = field(default_factory=tuple)
    projects: Sequence[Project] = field(default_factory=tuple)
    embargo_at: datetime | None = None
    origin_note: str = ""
    source_url: str = ""


def draft(actor: Actor, kind: str, text: Text, ties: Ties | None = None, *, at: datetime | None = None) -> Story:
    """Begin a story with its first version. A partner's person drafts a story of its own organisation, which it is tied to.

    Args:
        actor: in whose name.
        kind: a value of `Story.Kind`; a partner's is always a partner story.
        text: the first version.
        ties: what it is about; a partner names projects alone.
        at: the instant; now, unless the clock is given.

    Raises:
        NotAllowed: the role does not include it, or the partner's person may not write for its organisation.
        Refused: something is missing, too long, or a placeholder names no public figure.
    """
    actor.require("draft story")
    asked, instant, stated = "You asked to draft a story.", at or clock.now(), ties or Ties()
    with writing():
        owner = _owner(actor, asked)
        if owner is not None:
            kind = Story.Kind.PARTNER
            stated = Ties(stated.scheme, (owner,), stated.projects)
        if kind not in Story.Kind.values:
            raise Refused(asked=asked, wrong="There is no such kind.", remedy="Choose one of the list.", field="kind")
        about = About(tuple(stated.organisations), tuple(stated.projects), stated.scheme)
        texts = _checked(asked, about, None, text)
        row = Story.objects.create(
            slug=_slug(texts["title"], instant),
            kind=kind,
            scheme=stated.scheme,
            owner=owner,
            embargo_at=stated.embargo_at,
            origin_note=stated.origin_note[:300],
            source_url=stated.source_url,
            drafted_by=topic_checks.person(actor),
            drafted_at=instant,
        )
        row.organisations.set(stated.organisations)
        row.projects.set(stated.projects)
        _write(actor, row, texts, "First draft", instant)
        after = {"kind": kind, "owner": owner.slug if owner else None, "version": 1, **_ties(stated)}
        audit.record(actor, "draft story", checks.subject(row), at=instant, after=after)
        return row


def write_version(
    actor: Actor, story: Story, text: Text, reason: str = "", *, seen: int | None = None, at: datetime | None = None
) -> StoryVersion:
    """Write the next version of a draft. `seen` is the version that the writer began with.

    Raises:
        NotAllowed: the role does not include it, or the story is another organisation's.
        Refused: it is no draft, nothing changed, somebody else wrote meanwhile, or the text says what it may not.
    """
    return _next(actor, "write story version", story, text, reason, seen, at)


def correct(
    actor: Actor, story: Story, text: Text, reason: str, *, seen: int | None = None, at: datetime | None = None
) -> StoryVersion:
    """Correct a story in review or one that is published: readers see it at once, and its page says that it was corrected.

    Raises:
        NotAllowed: the role does not include it.
        Refused: no reason is given, or as with `write_version`.
    """
    why = topic_checks.check_text(reason, "You asked to correct a story.", "reason", "What is corrected, and why,")
    return _next(actor, "correct story", story, text, why, seen, at)


def tie(actor: Actor, story: Story, ties: Ties, *, at: datetime | None = None) -> Story:
    """Say what a story is about, and until when nobody outside may read it. A partner's own story stays tied to the partner.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is published or withdrawn, or its text has a figure that it would no longer find.
    """
    asked, instant = "You asked to say what a story is about.", at or clock.now()
    with writing():
        row = checks.locked(story)
        checks.check(actor, "tie story", row, asked)
        organisations = tuple(dict.fromkeys((*([row.owner] if row.owner else []), *ties.organisations)))
        about = About(organisations, tuple(ties.projects), ties.scheme)
        if row.latest is not None:
            checks.check_body(asked, about, row, row.latest.body)
        before = _ties(Ties(row.scheme, list(row.organisations.all()), list(row.projects.all()), row.embargo_at))
        row.scheme, row.embargo_at = ties.scheme, ties.embargo_at
        row.origin_note, row.source_url = ties.origin_note.strip()[:300], ties.source_url
        row.save(update_fields=["scheme", "embargo_at", "origin_note", "source_url"])
        row.organisations.set(organisations)
        row.projects.set(ties.projects)
        audit.record(actor, "tie story", checks.subject(row), at=instant, before=before, after=_ties(ties))
        return row


def _next(
    actor: Actor, action: str, story: Story, text: Text, reason: str, seen: int | None, at: datetime | None
) -> StoryVersion:
    """Write the next version in the name of an action."""
    asked, instant = "You asked to write a version of a story.", at or clock.now()
    with writing():
        row = checks.locked(story)
        checks.check(actor, action, row, asked)
        last = row.latest
        assert last is not None
        if seen is not None and seen != last.number:
            raise Refused(
                asked=asked,
                wrong=f"{last.written_by} wrote version {last.number} since you began.",
                remedy="Look at that version in another window, bring your changes together, and send this form once more.",
                field="body",
            )
        texts = _checked(asked, About.of(row), row, text)
        if all(getattr(last, name) == texts[name] for name in texts):
            wrong = f"Nothing differs from version {last.number}."
            raise Refused(asked=asked, wrong=wrong, remedy="Change something, or go back.", field="body")
        made = _write(actor, row, texts, reason, instant)
        if action == "correct story" and row.shown_id is not None:
            row.shown = made
            # Before it has come out, nobody has seen what was wrong.
            if row.published_at is not None and row.published_at <= instant:
                row.corrected_at = instant
            row.save(update_fields=["shown", "corrected_at"])
        audit.record(
            actor, action, checks.subject(row), at=instant, after={"version": made.number}, reason=reason.strip()
        )
        return made


def _checked(asked: str, about: About, row: Story | None, text: Text) -> dict[str, str]:
    """The texts of a version, checked."""
    stated = {"title": text.title, "summary": text.summary, "body": text.body, "author": text.author}
    texts = checks.check_texts(asked, stated)
    checks.check_body(asked, about, row, texts["body"])
    return texts


def _write(actor: Actor, row: Story, texts: dict[str, str], reason: str, at: datetime) -> StoryVersion:
    """Keep a version, and let the story know it."""
    number = row.latest.number + 1 if row.latest is not None else 1
    made = StoryVersion(story=row, number=number, reason=reason.strip(), written_by=actor.name, written_at=at, **texts)
    made.save(force_insert=True)
    row.latest = made
    row.save(update_fields=["latest"])
    return made


def _owner(actor: Actor, asked: str) -> Organisation | None:
    """The organisation for which a partner's person writes; None for the office.

    Raises:
        NotAllowed: a partner's person may write for no organisation.
    """
    if actor.role != roles.PARTNER:
        return None
    person = topic_checks.person(actor)
    found = lists.own_of(person) if person is not None else None
    if found is None:
        raise NotAllowed(
            asked=asked,
            wrong="You hold no right to write for your organisation.",
            remedy="Ask who manages the rights of your organisation.",
        )
    return found


def _slug(title: str, at: datetime) -> str:
    """The name of a story in addresses: of its first title, with a number where another story has it; it never changes."""
    stem = slugify(title)[:80].strip("-") or f"story-{timezone.localdate(at).isoformat()}"
    # Words that stand in the same place of an address.
    taken = {*Story.objects.filter(slug__startswith=stem).values_list("slug", flat=True), "new", "pictures"}
    number = 1
    while (found := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return found


def _ties(ties: Ties) -> dict[str, object]:
    """What a story is about, for the audit trail."""
    return {
        "scheme": ties.scheme.code if ties.scheme else None,
        "partners": [one.slug for one in ties.organisations],
        "projects": [one.slug for one in ties.projects],
        "embargo_at": ties.embargo_at.isoformat() if ties.embargo_at else None,
    }
