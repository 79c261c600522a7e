"""What is new in public: stories, topics, projects, contributions, decisions and ideas, each once it may be read by everybody.

The instants are those of the rows: when a text was written, an entry was booked, a decision was published, an idea was shown, a
story came out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import Max, Min
from django.utils import timezone

from cofund.queries import clock, consent, contributions, decisions, ideas, publication, schemes, topic_texts
from cofund.queries.keeping import kept
from cofund.queries.stories import lists
from cofund.records.ledger.models import Account, Contribution, Entry, Transfer
from cofund.records.programme.models import Project, Topic
from cofund.rules import stages

# So many of the newest are told.
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news. `key` names it for good within its programme; `page` and `keys` say which page tells more.

    `published_at` is when it became public, `changed_at` when what it says changed last.
    """

    scheme: str
    programme: str
    kind: str
    key: str
    title: str
    text: str
    page: str
    keys: tuple[str, ...]
    published_at: datetime
    changed_at: datetime


def of_programme(scheme_code: str) -> tuple[Item, ...]:
    """Give the newest pieces of news of a programme, the newest first. A dozen queries, however many there are.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    return _of_programme(scheme_code, lists.edition())


@kept(32)
def _of_programme(scheme_code: str, edition: int) -> tuple[Item, ...]:
    """The same while no other story comes out, which none writes at that instant."""
    return _newest(one for source in SOURCES for one in source(scheme_code))


def of_site() -> tuple[Item, ...]:
    """Give the newest pieces of news of all programmes, and the stories of none, the newest first."""
    of_programmes = [one for code in schemes.installed() for one in of_programme(code)]
    return _newest([*of_programmes, *_stories("")])


def changed_at(scheme_codes: Iterable[str]) -> datetime | None:
    """When what is known of some programmes began: what a feed without news was last changed at."""
    return max((schemes.current(code)[1].recorded_at for code in scheme_codes), default=None)


def _newest(items: Iterable[Item]) -> tuple[Item, ...]:
    """The newest of some pieces; of one instant in a fixed order."""
    return tuple(sorted(items, key=lambda one: (one.published_at, one.kind, one.key), reverse=True)[:MOST])


def _topics(scheme_code: str) -> list[Item]:
    """Topics whose text anybody may read, and those whose call has opened."""
    name = schemes.current(scheme_code)[0].name
    rows = Topic.objects.filter(scheme__code=scheme_code).select_related("call").order_by("-pk")
    written, public = topic_texts.newest_published(list(rows)), publication.public(scheme_code)
    found = []
    for row in rows:
        version = written.get(row.pk)
        opened = row.call.opened_on if row.call else None
        if version is not None:
            at = version.written_at
        elif opened is not None and opened <= clock.today():
            at = _begin(opened)
        else:
            continue
        told_of = row.summary if public.may_see("topic.text", row.pk) else ""
        text = told_of or (f"In the call {row.call.name or row.call.code}." if row.call else "")
        told = ("topic", row.code, f"Topic {row.code}: {row.title}", text, "topic", (scheme_code, row.code))
        found.append(Item(scheme_code, name, *told, at, at))
    return found


def _projects(scheme_code: str) -> list[Item]:
    """Projects whose grant is booked."""
    name = schemes.current(scheme_code)[0].name
    rows = Transfer.objects.filter(book__scheme__code=scheme_code, contribution__project__isnull=False)
    booked = rows.filter(entry__kind=Entry.Kind.COMMIT).order_by().values_list("contribution__project")
    newest = booked.annotate(at=Min("entry__recorded_at")).order_by("-at", "-contribution__project")[:MOST]
    projects = Project.objects.select_related("topic").in_bulk([key for key, _ in newest if key is not None])
    found = []
    for key, at in newest:
        row = projects[key]
        text = f"On the topic {row.topic.code}: {row.topic.title}." if row.topic else ""
        title = f"Project {row.acronym}: {row.title}" if row.title else f"Project {row.acronym}"
        found.append(
            Item(scheme_code, name, "project", row.slug, title, text, "project", (scheme_code, row.slug), at, at)
        )
    return found


def _contributions(scheme_code: str) -> list[Item]:
    """Contributions that have reached the stage from which their scheme publishes them."""
    rules, _ = schemes.current(scheme_code)
    reached = stages.LIVE_STAGES[stages.LIVE_STAGES.index(publication.published_from(scheme_code)) :]
    rows = Transfer.objects.filter(
        book__scheme__code=scheme_code,
        to_account__holder=Account.Holder.CONTRIBUTION,
        to_account__stage__in=reached,
        contribution__isnull=False,
    )
    told = (
        rows.order_by()
        .values_list("contribution")
        .annotate(at=Min("entry__recorded_at"), last=Max("entry__recorded_at"))
    )
    public = publication.public(scheme_code)
    newest = [row for row in told.order_by("-at", "-contribution")[:MOST] if public.may_read(row[0])]
    wanted = Contribution.objects.filter(pk__in=[key for key, *_ in newest])
    states = {one.contribution.pk: one for one in contributions.states(wanted)}
    found = []
    for key, at, last in newest:
        state = states.get(key)
        if state is None:
            continue
        one = state.contribution
        who = ", ".join(str(each) for each in state.organisations)
        kind = rules.kind(one.kind).label
        text = f"{kind}, as {rules.role(one.role).label}: {rules.currency} {state.live_cents // 100:,}."
        title = f"{who} contributes to {one.target_name}"
        keys = ("contribution", one.reference, title, text, "contribution", (one.reference,))
        found.append(Item(scheme_code, rules.name, *keys, at, last))
    return found


def _decisions(scheme_code: str) -> list[Item]:
    """Published decisions, under the title that the public reads."""
    name, titles = schemes.current(scheme_code)[0].name, consent.titles(scheme_code)
    rows = decisions.published(scheme_code).order_by("-published_at", "-pk")[:MOST]
    return [
        Item(
            scheme_code,
            name,
            "decision",
            row.number,
            f"Decision: {titles.of_decision(row)}",
            "" if row.pk in titles.decisions else row.text,
            "public-decision",
            (scheme_code, row.number),
            row.published_at,
            row.published_at,
        )
        for row in rows
        if row.published_at is not None
    ]


def _ideas(scheme_code: str) -> list[Item]:
    """Ideas that the office shows and their proposers let be read; one without a title is no news."""
    name = schemes.current(scheme_code)[0].name
    rows = ideas.register(scheme_code).filter(is_title_known=True).order_by("-shown_at", "-pk")[:MOST]
    return [
        Item(
            scheme_code,
            name,
            "idea",
            row.reference,
            f"Idea: {row.title_said}",
            row.challenge,
            "idea",
            (row.reference,),
            row.shown_at,
            row.shown_at,
        )
        for row in rows
        if row.shown_at is not None
    ]


def _stories(scheme_code: str) -> list[Item]:
    """Stories that have come out, of a programme, or of none where no code is given."""
    rows = lists.out().filter(scheme__code=scheme_code) if scheme_code else lists.out().filter(scheme=None)
    name = schemes.current(scheme_code)[0].name if scheme_code else ""
    found = []
    for row in rows[:MOST]:
        if row.shown is not None and row.published_at is not None:
            told = ("story", row.slug, f"Story: {row.shown.title}", row.shown.summary, "story", (row.slug,))
            changed = max(row.published_at, row.corrected_at or row.published_at)
            found.append(Item(scheme_code, name, *told, row.published_at, changed))
    return found


def _begin(on: date) -> datetime:
    """The instant at which a day begins in the site's time zone."""
    return timezone.make_aware(datetime.combine(on, time.min))


# Where news comes from; each gives at least the newest of its kind.
SOURCES: Final[tuple[Callable[[str], list[Item]], ...]] = (
    *(_stories, _topics, _projects, _contributions, _decisions, _ideas),
)
