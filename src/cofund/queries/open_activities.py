"""What a programme pays for, activity by activity, for open data: its projects with their money, and topics that wait for one.

An activity is a project with its grants (`queries/open_grants.py`), or a topic without a project to which something public is
pledged. Each euro stands once in what comes in: what is pledged and what is committed never tell the same money.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.db.models import Sum

from cofund.queries import open_grants
from cofund.queries.documents import given
from cofund.queries.documents.given import Moment
from cofund.queries.open_grants import CHUNK, COLLABORATION, PROGRAMME, Booked, OpenGrant, Party, Programme
from cofund.records.ledger.models import Account, Contribution
from cofund.records.programme.models import Project, Topic

# Where money stands that is promised and not yet committed.
PROMISED: Final = ("pledged", "endorsed")

PIPELINE, RUNNING, ENDED, CLOSED, DROPPED = "pipeline", "running", "ended", "closed", "dropped"


@dataclass(frozen=True, slots=True)
class OpenPledge:
    """What stands pledged or endorsed of one contribution and is committed to nothing yet. `amount_cents` as in its programme."""

    reference: str
    amount_cents: int
    pledged_on: date
    recorded_at: datetime
    givers: tuple[Party, ...]
    kind: str
    role: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """A project, or a topic that has none. Amounts in cents of the scheme's currency.

    `incoming` is what contributors give it from the grant on; `public_cents` is the public money behind it, and `paid` the grant
    by which the programme passes that on, with the cash that goes through its budget. None where there is no such grant.
    """

    target: Project | Topic
    state: str
    incoming: tuple[OpenGrant, ...] = ()
    pledges: tuple[OpenPledge, ...] = ()
    paid: OpenGrant | None = None
    public_cents: int = 0

    @property
    def recorded_at(self) -> datetime | None:
        """When what is known of its money was recorded last; None where nothing is."""
        rows = (*self.incoming, *self.pledges, *((self.paid,) if self.paid else ()))
        return max((one.recorded_at for one in rows), default=None)

    @property
    def first_on(self) -> date | None:
        """The first day on which anything was promised or granted; None where nothing was."""
        days = [one.awarded_on for one in (*self.incoming, *((self.paid,) if self.paid else ()))]
        return min([*days, *(one.pledged_on for one in self.pledges)], default=None)


def activities(scheme_code: str, moment: Moment) -> Iterator[Activity]:
    """Give every project of a programme, then every topic without one that something public is pledged to.

    All of it as true on a day and as known at an instant. Some ten queries by hundred.

    Raises: SchemeNotInstalledError where the site does not have the scheme, Book.DoesNotExist where it has no book.
    """
    programme = open_grants.programme_at(scheme_code, moment)
    keys = list(Project.objects.filter(scheme__code=scheme_code).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        yield from _of_projects(programme, keys[start : start + CHUNK])
    waiting = Contribution.objects.filter(book=programme.book_id, project__isnull=True, topic__isnull=False).order_by()
    topics = sorted(waiting.values_list("topic", flat=True).distinct())
    for start in range(0, len(topics), CHUNK):
        yield from _of_topics(programme, topics[start : start + CHUNK])


def _of_projects(programme: Programme, keys: Sequence[int]) -> Iterator[Activity]:
    """Some projects, also those of which no amount is known."""
    rows = groupby(open_grants.of_projects(programme, keys), key=lambda one: one.project.pk)
    grants = {key: tuple(own) for key, own in rows}
    pledges = _pledges(programme, Contribution.objects.filter(project__in=keys).values_list("pk", "project_id"))
    projects = Project.objects.select_related("topic", "call", "scheme").in_bulk(list(keys))
    for key in keys:
        own = grants.get(key, ())
        paid = next((one for one in own if one.funders[0].kind == PROGRAMME), None)
        incoming = tuple(one for one in own if one.contribution and one.contribution == one.reference)
        through = sum(one.amount_cents for one in incoming if one.on_its_way == COLLABORATION)
        public = paid.amount_cents - through if paid is not None else 0
        state = _state(projects[key], programme.moment.on, incoming, is_granted=bool(own))
        yield Activity(projects[key], state, incoming, tuple(pledges[key]), paid, public)


def _of_topics(programme: Programme, keys: Sequence[int]) -> Iterator[Activity]:
    """Some topics, those to which something public stands pledged."""
    waiting = Contribution.objects.filter(project__isnull=True, topic__in=keys)
    pledges = _pledges(programme, waiting.values_list("pk", "topic_id"))
    topics = Topic.objects.select_related("call", "scheme").in_bulk([key for key in keys if pledges[key]])
    for key, topic in topics.items():
        if not programme.reader.may_see("topic.text", key):
            topic.summary = ""
        state = DROPPED if topic.status == Topic.Status.DROPPED else PIPELINE
        yield Activity(topic, state, pledges=tuple(pledges[key]))


def _state(project: Project, on: date, incoming: Iterable[OpenGrant], *, is_granted: bool) -> str:
    """Where a project stands on a day; one that has ended is closed once everything that was given is accepted."""
    if project.ends_on is not None and project.ends_on < on:
        return CLOSED if all(one.validated_cents >= one.amount_cents for one in incoming) else ENDED
    is_running = project.starts_on is not None and project.starts_on <= on
    return RUNNING if is_running or (project.starts_on is None and is_granted) else PIPELINE


def _pledges(programme: Programme, owners: Iterable[tuple[int, int]]) -> defaultdict[int, list[OpenPledge]]:
    """What stands pledged for some targets and may be public, by their keys; `owners` are contributions with their targets."""
    reader = programme.reader
    target = {key: owner for key, owner in owners if key in reader.published and reader.may_sum(key)}
    standing, days = _standing(programme, target)
    columns = ("pk", "reference", "kind", "role")
    told = Contribution.objects.filter(pk__in=standing).order_by("pk").values_list(*columns)
    givers = given.givers_among(standing)
    parties = open_grants.parties_of((one.pk for own in givers.values() for one in own), reader)
    found: defaultdict[int, list[OpenPledge]] = defaultdict(list)
    for key, reference, kind, role in told:
        names = programme.scheme.kind(kind).label, programme.scheme.role(role).label
        named = (parties[one.pk] for one in givers[key])
        own = open_grants.givers_of(programme, key, reference, names[1], named)
        day = days[key]
        found[target[key]].append(
            OpenPledge(reference, standing[key], day.on, day.at, own, *names, assumed=day.assumed)
        )
    return found


def _standing(programme: Programme, keys: Iterable[int]) -> tuple[dict[int, int], dict[int, Booked]]:
    """What stands pledged or endorsed of each of some contributions, in cents, and when it was pledged; none of nothing."""
    rows = given.transfers(programme.book_id, programme.moment.on, programme.moment.known_at)
    rows = rows.filter(contribution__in=list(keys), tranche__isnull=True)
    sums: defaultdict[int, int] = defaultdict(int)
    moves = rows.values_list("contribution", "from_account__stage", "to_account__stage").annotate(Sum("amount_cents"))
    for key, source, target, cents in moves:
        sums[key] += cents * ((target in PROMISED) - (source in PROMISED))
    pledged = rows.filter(to_account__holder=Account.Holder.CONTRIBUTION, to_account__stage__in=PROMISED)
    return {key: cents for key, cents in sums.items() if cents > 0}, open_grants.booked_by(pledged, "contribution")
