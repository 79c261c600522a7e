"""What is new for everybody in a time, from what the site records anyway: stories, topics, ideas, contributions, decisions.

A further source is one more function in `SOURCES` and one more theme in `rules/newsletter.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_noop

from cofund.queries import called, consent, contributions, decisions, ideas, publication
from cofund.queries.contributions import ContributionState
from cofund.queries.stories import lists
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Account, Contribution, Transfer
from cofund.records.programme.models import Idea, Scheme, Story, Topic
from cofund.records.programme.models.groups import NUMBER_NOT_KNOWN
from cofund.rules import stages

# What happens to a topic in public, as the audit trail names it, and in words.
STEPS: Final[dict[str, str]] = {
    "open topic": gettext_noop("New topic"),
    "accept idea": gettext_noop("New topic, from an idea"),
    "start consultation": gettext_noop("Its consultation began"),
    "revise topic": gettext_noop("Revised after its consultation"),
    "propose topic": gettext_noop("Before the board"),
    "adopt topic": gettext_noop("Adopted"),
    "drop topic": gettext_noop("Dropped"),
    "record no award": gettext_noop("No project came out of it"),
}
_Time = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news: its theme, programme and topic by their codes, what it says, and the public page that says more.

    A story can be about no programme; its code is empty then. `key` tells it from every other; `said` is one line, and `names` are
    those of the organisations in it, so that they are told from the words around them (`wording.said`).
    """

    theme: str
    scheme: str
    topic: str
    key: str
    title: str
    said: str
    path: str
    names: tuple[str, ...] = ()

    @property
    def followed_as(self) -> str:
        """How the topic is known that it is about; empty where it is about none."""
        return f"{self.scheme}/{self.topic}" if self.topic else ""


def plain(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Items as an issue keeps them."""
    return [asdict(item) for item in items]


def of_plain(rows: Iterable[dict[str, Any]]) -> tuple[Item, ...]:
    """Items as an issue kept them."""
    return tuple(Item(**{**row, "names": tuple(row.get("names", ()))}) for row in rows)


def between(start: datetime, end: datetime) -> tuple[Item, ...]:
    """Everything that is new in public after one instant and until another, theme by theme, oldest first."""
    return tuple(item for source in SOURCES for item in source((start, end)))


def readable(items: Iterable[Item]) -> tuple[Item, ...]:
    """Those of some items that everybody may still read: no story that was withdrawn, no contribution that is held back since.

    A name that is held back since is taken out of what an item says.
    """
    found, hidden = tuple(items), called.held()
    stories = {f"story/{row.pk}": row for row in lists.out().filter(pk__in=_keys(found, "stories"))}
    shown = {f"idea/{row.pk}": row for row in ideas.register().filter(pk__in=_keys(found, "ideas"))} if hidden else {}
    told = {key: (_about(row, hidden), _named(row, hidden)) for key, row in stories.items()} if hidden else {}
    told |= {key: (_proposed(row, hidden), ()) for key, row in shown.items()}
    readable_now = (one for one in found if _is_readable(one, stories))
    return tuple(_retold(one, *told.get(one.key, (one.said, one.names))) for one in readable_now)


def _retold(item: Item, said: str, names: tuple[str, ...]) -> Item:
    """An item with what it may say now."""
    return replace(item, said=said, names=names)


def _keys(items: Iterable[Item], theme: str) -> list[str]:
    """The keys of the rows that items of a theme are about."""
    return [one.key.partition("/")[2] for one in items if one.theme == theme]


def _is_readable(item: Item, stories: Collection[str]) -> bool:
    """Whether everybody may still read what an item is about; `stories` are the keys of those that are out."""
    if item.theme == "stories":
        return item.key in stories
    if item.theme == "contributions":
        return publication.public(item.scheme).may_read(int(item.key.partition("/")[2]))
    return True


def _stories(time: _Time) -> Iterator[Item]:
    """Stories that came out."""
    rows = lists.out(time[1]).filter(published_at__gt=time[0]).order_by("published_at", "pk")
    held = called.held()
    for row in rows.prefetch_related("projects__topic__scheme"):
        assert row.shown is not None
        topics = {project.topic for project in row.projects.all() if project.topic is not None}
        topic = topics.pop() if len(topics) == 1 else None
        scheme = topic.scheme.code if topic else row.scheme.code if row.scheme else ""
        path, said = reverse("story", args=[row.slug]), _about(row, held)
        code = topic.code if topic else ""
        yield Item("stories", scheme, code, f"story/{row.pk}", row.shown.title, said, path, _named(row, held))


def _named(story: Story, held: Collection[int]) -> tuple[str, ...]:
    """About whom a story is, of those that may be named."""
    return tuple(str(one) for one in called.among(story.organisations.all(), held))


def _about(story: Story, held: Collection[int]) -> str:
    """What a story is, and about whom."""
    about = " and ".join(_named(story, held))
    return story.get_kind_display() + (f" about {about}" if about else "")


def _topics(time: _Time) -> Iterator[Item]:
    """Steps of topics, of each topic the last of a kind."""
    events = AuditEvent.objects.filter(action__in=STEPS, subject__contains="/topic/", recorded_at__gt=time[0])
    # One that was opened while it was taken forward from an idea is news once.
    by_subject: dict[tuple[str, str], AuditEvent] = {}
    for event in events.filter(recorded_at__lte=time[1]).order_by("pk"):
        is_new = event.action in ("open topic", "accept idea")
        by_subject[event.subject, "new" if is_new else event.action] = event
    codes = {subject.partition("/topic/")[::2] for subject, _ in by_subject}
    rows = Topic.objects.select_related("scheme").filter(code__in={code for _, code in codes}, is_historical=False)
    topics = {f"{row.scheme.code}/topic/{row.code}": row for row in rows}
    for (subject, _), event in by_subject.items():
        row = topics.get(subject)
        if row is not None:
            yield _item("topics", row, f"event/{event.pk}", row.title, STEPS[event.action])


def _ideas(time: _Time) -> Iterator[Item]:
    """Ideas that the office showed."""
    shown = ideas.register().filter(shown_at__gt=time[0], shown_at__lte=time[1], is_title_known=True)
    held = called.held()
    for row in shown.order_by("shown_at", "pk"):
        topic = row.topic.code if row.topic else ""
        path = reverse("idea", args=[row.reference])
        yield Item("ideas", row.scheme.code, topic, f"idea/{row.pk}", row.title, _proposed(row, held), path)


def _proposed(idea: Idea, held: frozenset[int]) -> str:
    """That something is an idea, and whose, where that may be told."""
    by = ideas.proposer(idea, held=held)
    return "Idea" if by.startswith(("Not named", "not known", called.UNNAMED)) else f"Idea, proposed by {by}"


def _contributions(time: _Time) -> Iterator[Item]:
    """Contributions that reached the stage from which on their scheme publishes them."""
    for scheme in Scheme.objects.order_by("code"):
        keys = _newly_public(scheme.code, time)
        for state in contributions.states(Contribution.objects.filter(pk__in=keys).order_by("pk")) if keys else ():
            yield _given(scheme, state)


def _newly_public(scheme_code: str, time: _Time) -> set[int]:
    """Which contributions became public in a time: they reached the stage in it, and not before."""
    first = stages.LIVE_STAGES.index(publication.published_from(scheme_code))
    reached = Transfer.objects.filter(
        book__scheme__code=scheme_code, contribution__isnull=False, to_account__holder=Account.Holder.CONTRIBUTION,
        to_account__stage__in=stages.LIVE_STAGES[first:],
    )  # fmt: skip
    now = reached.filter(entry__recorded_at__gt=time[0], entry__recorded_at__lte=time[1])
    keys = set(now.order_by().values_list("contribution_id", flat=True))
    before = reached.filter(contribution__in=keys, entry__recorded_at__lte=time[0]) if keys else reached.none()
    keys -= set(before.order_by().values_list("contribution_id", flat=True))
    public = publication.public(scheme_code) if keys else None
    return {key for key in keys if public is not None and public.may_read(key)}


def _given(scheme: Scheme, state: ContributionState) -> Item:
    """A contribution as news: who gives how much to what."""
    row = state.contribution
    names = tuple(str(one) for one in state.organisations)
    who = " and ".join(names) or "An organisation"
    whole, rest = divmod(state.live_cents, 100)
    amount = f"{scheme.currency} {whole:,}" + (f".{rest:02d}" if rest else "")
    to = row.topic.code if row.topic else row.project.acronym if row.project else scheme.name
    topic = row.topic.code if row.topic else ""
    path = reverse("contribution", args=[row.reference])
    title = f"{who}: {amount}"
    return Item("contributions", scheme.code, topic, f"contribution/{row.pk}", title, f"To {to}", path, names)


def _decisions(time: _Time) -> Iterator[Item]:
    """Decisions that were published."""
    for scheme in Scheme.objects.order_by("code"):
        rows = decisions.published(scheme.code).filter(published_at__gt=time[0], published_at__lte=time[1])
        titles = consent.titles(scheme.code)
        for row in rows.order_by("published_at", "pk"):
            # Of one that was taken elsewhere there is none.
            item = getattr(row, "agenda_item", None)
            topic = item.topic.code if item is not None and item.topic is not None else ""
            path = reverse("public-decision", args=[scheme.code, row.number])
            day = f"{row.decided_on.day} {row.decided_on:%B %Y}"
            said = f"Decision of {day}" if row.number_said == NUMBER_NOT_KNOWN else f"Decision {row.number} of {day}"
            yield Item("decisions", scheme.code, topic, f"decision/{row.pk}", titles.of_decision(row), said, path)


def _item(theme: str, topic: Topic, key: str, title: str, said: str) -> Item:
    """News of a topic."""
    path = reverse("topic", args=[topic.scheme.code, topic.code])
    return Item(theme, topic.scheme.code, topic.code, key, title, f"{said} ({topic.code})", path)


SOURCES: Final[tuple[Callable[[_Time], Iterator[Item]], ...]] = (_stories, _topics, _ideas, _contributions, _decisions)
