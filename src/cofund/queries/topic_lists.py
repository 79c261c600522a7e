"""Topics of a scheme a page at a time, filtered in the database, each with the money behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.ledger.models import Account, Transfer
from cofund.records.programme.models import Project, Topic
from cofund.rules import accounts, stages
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


def lines(scheme_code: str, rows: Sequence[Topic]) -> list[TopicLine]:
    """Some topics with their projects and money. The number of queries does not grow with them."""
    projects: dict[int | None, Project] = {}
    for project in Project.objects.filter(topic__in=rows).order_by("-acronym"):
        projects[project.topic_id] = project
    given, awards = _given(rows), _awards(scheme_code, rows, projects)
    return [
        TopicLine(topic, projects.get(topic.pk), _total(given.get(topic.pk), awards.get(topic.pk))) for topic in rows
    ]


def _total(given: tuple[int, int] | None, award_cents: int | None) -> int | None:
    """What contributors give and the public money: what is fixed, else what matches them. In cents; None where neither is known."""
    if given is None:
        return award_cents
    live, matched = given
    return live + (matched if award_cents is None else award_cents)


def _given(rows: Sequence[Topic]) -> dict[int, tuple[int, int]]:
    """What contributors give to some topics today, and what matches it, in cents, summed by the database: one query.

    A topic of which nothing was ever promised is left out; one of which everything was withdrawn is not.
    """
    topic = Coalesce("contribution__topic", "contribution__project__topic")
    moved = Transfer.objects.filter(
        Q(contribution__topic__in=rows) | Q(contribution__project__topic__in=rows), effective_on__lte=clock.today()
    ).annotate(for_topic=topic)
    ends = ("from_account__holder", "from_account__stage", "to_account__holder", "to_account__stage")
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for key, from_holder, from_stage, to_holder, to_stage, cents in (
        moved.order_by().values_list("for_topic", *ends).annotate(Sum("amount_cents"))
    ):
        for holder, stage, signed in ((from_holder, from_stage, -cents), (to_holder, to_stage, cents)):
            if holder == Account.Holder.CONTRIBUTION and stage in stages.LIVE_STAGES:
                sums[key][0] += signed
            elif holder == Account.Holder.TRANCHE and stage in stages.TRANCHE_STAGES[1:]:
                sums[key][1] += signed
    return {key: (live, matched) for key, (live, matched) in sums.items()}


def _awards(scheme_code: str, rows: Sequence[Topic], projects: dict[int | None, Project]) -> dict[int, int]:
    """The public money that was fixed for some topics or their projects, in cents."""
    codes: dict[str, int] = {}
    for topic in rows:
        codes[accounts.of_grant(Target(topic=topic).code)] = topic.pk
        if topic.pk in projects:
            codes[accounts.of_grant(Target(project=projects[topic.pk]).code)] = topic.pk
    moved = Transfer.objects.filter(book__scheme__code=scheme_code, entry__kind="award").filter(
        Q(from_account__code__in=codes) | Q(to_account__code__in=codes)
    )
    sums: defaultdict[int, int] = defaultdict(int)
    for from_code, to_code, cents in moved.values_list("from_account__code", "to_account__code", "amount_cents"):
        if from_code in codes:
            sums[codes[from_code]] -= cents
        if to_code in codes:
            sums[codes[to_code]] += cents
    return {key: cents for key, cents in sums.items() if cents}
