"""Topics of a scheme a page at a time, filtered in the database, each with the money behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cofund.queries import flows, standings
from cofund.queries.pools import Target
from cofund.records.ledger.models import Book, Entry
from cofund.records.programme.models import Project, Topic
from cofund.rules import accounts
from cofund.rules.lifecycle_topics import TOPIC


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in a list, with the first project that came of it, and its money in cents: public and contributed, each euro once.

    `total_cents` is None where no amount is known.
    """

    topic: Topic
    project: Project | None
    total_cents: int | None


def selected(scheme_code: str, status: str = "", words: str = "") -> QuerySet[Topic]:
    """The topics of a scheme, those on their way first; in one state, or with some words, where that is asked for."""
    order = [When(status=state, then=Value(place)) for place, state in enumerate(TOPIC.states)]
    rows = Topic.objects.filter(scheme__code=scheme_code).select_related("call", "scheme")
    if status in TOPIC.states:
        rows = rows.filter(status=status)
    if words:
        rows = rows.filter(Q(code__icontains=words) | Q(title__icontains=words))
    return rows.order_by(Case(*order, default=Value(len(order)), output_field=IntegerField()), "code")


def of_all(status: str) -> QuerySet[Topic]:
    """Give the topics of all programmes that stand at a status."""
    rows = Topic.objects.filter(status=status).select_related("scheme")
    return rows.order_by("scheme__code", "code")


def lines(scheme_code: str, rows: Sequence[Topic]) -> list[TopicLine]:
    """Some topics with their projects and money. The number of queries does not grow with them."""
    found = list(Project.objects.filter(topic__in=rows).order_by("-acronym"))
    projects = {project.topic_id: project for project in found}
    given, awards = _given(scheme_code, rows, found), _awards(scheme_code, rows, found)
    return [
        TopicLine(topic, projects.get(topic.pk), _total(given.get(topic.pk), awards.get(topic.pk))) for topic in rows
    ]


def _total(given: tuple[int, int] | None, award_cents: int | None) -> int | None:
    """What contributors give and the public money: what is fixed, else what matches them. In cents; None where neither is known."""
    if given is None:
        return award_cents
    live, matched = given
    return live + (matched if award_cents is None else award_cents)


def _given(scheme_code: str, rows: Sequence[Topic], projects: Sequence[Project]) -> dict[int, tuple[int, int]]:
    """What contributors give to some topics and their projects today, and what matches it, in cents. One query.

    A topic of which nothing was ever promised is left out; one of which everything was withdrawn is not.
    """
    sums = standings.by_target(scheme_code)
    found: dict[int, tuple[int, int]] = {}
    keys = [(topic.pk, ("topic", topic.pk)) for topic in rows]
    keys += [(project.topic_id, ("project", project.pk)) for project in projects if project.topic_id is not None]
    for topic, key in keys:
        if key in sums:
            live, matched = found.get(topic, (0, 0))
            found[topic] = (live + sums[key][0], matched + sums[key][1])
    return found


def _awards(scheme_code: str, rows: Sequence[Topic], projects: Sequence[Project]) -> dict[int, int]:
    """The public money that was fixed for some topics or their projects, in cents."""
    codes: dict[str, int] = {}
    for topic in rows:
        codes[accounts.of_grant(Target(topic=topic).code)] = topic.pk
    for project in projects:
        if project.topic_id is not None:
            codes[accounts.of_grant(Target(project=project).code)] = project.topic_id
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme_code)
    moved = flows.of_grants(book_id, codes)
    sums: defaultdict[int, int] = defaultdict(int)
    columns = ("entry__kind", "from_account__code", "to_account__code", "amount_cents")
    for kind, from_code, to_code, cents in moved.order_by().values_list(*columns):
        # Told apart here: asked for in the database, it would look through all entries for this kind.
        if kind != Entry.Kind.AWARD:
            continue
        if from_code in codes:
            sums[codes[from_code]] -= cents
        if to_code in codes:
            sums[codes[to_code]] += cents
    return {key: cents for key, cents in sums.items() if cents}
