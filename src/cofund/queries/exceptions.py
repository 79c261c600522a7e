"""The exceptions from the rules of publication: what is held back from a reader, what is opened to one, and why, on a day.

Exceptions are few, and are read together: a page asks nothing more for a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from cofund.queries import clock
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Account, Contribution, ContributionParty, PublicationException
from cofund.records.programme.models import Topic
from cofund.rules import publication as rules
from cofund.rules.schemes import PublicationPolicy

Held = Mapping[tuple[str, int], str]
# Programmes by their codes, each with what it says of publication.
Policies = tuple[tuple[str, PublicationPolicy], ...]
Record = Contribution | Organisation | Topic
_NOTHING: Final[frozenset[tuple[str, int]]] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What differs from the rules for one kind of reader. `held` and `opened` are fields by their code, with the key of the record.

    `words` say of what is held back until when it is, and why where that is public.
    """

    held: frozenset[tuple[str, int]] = _NOTHING
    opened: frozenset[tuple[str, int]] = _NOTHING
    words: Held = field(default_factory=dict, compare=False, hash=False)

    def keys(self, code: str) -> frozenset[int]:
        """The records of which a field is held back."""
        return frozenset(key for one, key in self.held if one == code)

    def told(self, code: str) -> frozenset[int]:
        """The records of which a field is opened."""
        return frozenset(key for one, key in self.opened if one == code)


def record_of(row: PublicationException) -> tuple[str, int]:
    """The kind of record that an exception is about, and its key."""
    if row.contribution_id is not None:
        return rules.CONTRIBUTION, row.contribution_id
    if row.organisation_id is not None:
        return rules.ORGANISATION, row.organisation_id
    assert row.topic_id is not None
    return rules.TOPIC, row.topic_id


def in_force(on: date, known_at: datetime | None = None) -> QuerySet[PublicationException]:
    """The exceptions that hold on a day, as known at an instant."""
    rows = PublicationException.objects.filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on)
    if known_at is None:
        return rows.filter(lifted_at=None)
    return rows.filter(Q(lifted_at=None) | Q(lifted_at__gt=known_at), set_at__lte=known_at)


def of_record(record: Record) -> list[PublicationException]:
    """Every exception of a record that ever was, the newest first. One query."""
    return list(PublicationException.objects.filter(**{named(record): record}))


def named(record: Record) -> str:
    """The kind of a record, as the table of fields and the exceptions call it."""
    if isinstance(record, Contribution):
        return rules.CONTRIBUTION
    return rules.ORGANISATION if isinstance(record, Organisation) else rules.TOPIC


def part(policies: Policies, reader: str, known_at: datetime | None = None) -> Part:
    """Give what differs from the rules of some schemes for a reader (`public`, `partners`, `office`) today, or at an instant.

    Exceptions of organisations count for every scheme. At most six queries, and none while nothing is written.
    """
    on = clock.today() if known_at is None else timezone.localtime(known_at).date()
    return _part(policies, reader, on, known_at)


@kept(64)
def _part(policies: Policies, reader: str, on: date, known_at: datetime | None) -> Part:
    """What differs on a day; the day is asked for, so that nothing kept outlives midnight."""
    held, opened, words = dict[tuple[str, int], str](), set[tuple[str, int]](), dict[tuple[str, int], str]()
    for code, policy in policies:
        held |= _by_scheme(code, policy, reader, opened)
    for row in in_force(on, known_at).order_by("pk"):
        record, key = record_of(row)
        place = (f"{record}.{row.field}", key)
        held.pop(place, None)
        opened.discard(place)
        if rules.reads(reader, row.audience):
            opened.add(place)
        else:
            held[place] = said(row)
    _name_givers(held, words)
    _hide_matches(held, words)
    words |= held
    return Part(frozenset(words), frozenset(opened), words)


def said(row: PublicationException) -> str:
    """What the public reads of something that is held back: until when, and why where the reason is public."""
    return rules.held_words(row.until_on, row.reason if row.is_reason_public else "")


def _by_scheme(
    code: str, policy: PublicationPolicy, reader: str, opened: set[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """What a scheme itself says of the fields of all of its contributions and topics."""
    held: dict[tuple[str, int], str] = {}
    for stated in policy.fields:
        is_open = rules.reads(reader, stated.audience)
        if is_open and rules.reads(reader, rules.BY_CODE[stated.field].audience):
            continue
        contributions = Contribution.objects.filter(book__scheme__code=code).order_by()
        topics = Topic.objects.filter(scheme__code=code).order_by()
        rows = contributions if stated.field.startswith(f"{rules.CONTRIBUTION}.") else topics
        places = [(stated.field, row) for row in rows.values_list("pk", flat=True)]
        if is_open:
            opened.update(places)
        else:
            held |= dict.fromkeys(places, rules.held_words(None, ""))
    return held


def _name_givers(held: Held, words: dict[tuple[str, int], str]) -> None:
    """Who gives a contribution is held back with the name of any organisation that stands behind it."""
    names = {key: why for (code, key), why in held.items() if code == "organisation.name"}
    if not names:
        return
    rows = ContributionParty.objects.filter(Q(organisation__in=names) | Q(organisation__merged_into__in=names))
    columns = ("contribution", "organisation", "organisation__merged_into")
    for contribution, own, merged in rows.order_by("pk").values_list(*columns):
        words[("contribution.giver", contribution)] = names.get(own) or names.get(merged or 0, "")


def _hide_matches(held: Held, words: dict[tuple[str, int], str]) -> None:
    """Where public money is fixed and known, the matches of all others would tell that of the one: none of them is published.

    The match of what is held back is its part of that money, and so tells the amount too.
    """
    hidden = [key for code, key in held if code == "contribution.amount"]
    if not hidden:
        return
    rows = list(Contribution.objects.filter(pk__in=hidden).select_related("project__topic", "topic"))
    codes = {code: row for row in rows for code in Target.of(row).grant_codes()}
    grants = Account.objects.filter(holder=Account.Holder.GRANT, code__in=codes, book__in={row.book_id for row in rows})
    fixed = [codes[code] for code in grants.values_list("code", flat=True)]
    projects = {row.project_id for row in fixed} - {None}
    topics = ({row.topic_id for row in fixed} | {row.project.topic_id for row in fixed if row.project}) - {None}
    pools = Q(project__in=projects) | Q(topic__in=topics) | Q(project__topic__in=topics)
    for key in Contribution.objects.filter(pools).order_by().values_list("pk", flat=True):
        words[("contribution.match", key)] = "not published"


def changed_at(on: date) -> datetime | None:
    """When exceptions last made a difference by a day: one was set or lifted, or began or ended at midnight. One query."""
    found: list[datetime] = []
    columns = ("set_at", "lifted_at", "from_on", "until_on")
    for set_at, lifted_at, *days in PublicationException.objects.order_by().values_list(*columns):
        midnights = [timezone.make_aware(datetime.combine(day, time.min)) for day in days if day and day <= on]
        found += [set_at, *([lifted_at] if lifted_at else []), *midnights]
    return max(found, default=None)


def ending(on: date, within: Iterable[str] = ()) -> QuerySet[PublicationException]:
    """The exceptions that hold something back and whose embargo has not come yet on a day; of some audiences alone where named."""
    rows = PublicationException.objects.filter(lifted_at=None, until_on__gt=on)
    return rows.filter(audience__in=list(within)) if within else rows
