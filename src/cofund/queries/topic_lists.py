"""Topics of a scheme a page at a time, filtered in the database, each with the money behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cofund.queries import clock, contributions, funding, schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.funding import Funding
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, Transfer
from cofund.records.programme.models import Project, Topic
from cofund.rules import accounts
from cofund.rules.lifecycle_topics import TOPIC


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in a list, with the first project that came of it, and its money; `funding` is None where no amount is known."""

    topic: Topic
    project: Project | None
    funding: Funding | None


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
    rules, _ = schemes.current(scheme_code)
    on = clock.today()
    projects: dict[int | None, Project] = {}
    for project in Project.objects.filter(topic__in=rows).order_by("-acronym"):
        projects[project.topic_id] = project
    money = Contribution.objects.filter(Q(topic__in=rows) | Q(project__topic__in=rows)).order_by("pk").distinct()
    by_topic: defaultdict[int | None, list[ContributionState]] = defaultdict(list)
    for state in contributions.states(money, as_of=on):
        one = state.contribution
        by_topic[one.topic_id or (one.project.topic_id if one.project else None)].append(state)
    awards = _awards(scheme_code, rows, projects)
    found = []
    for topic in rows:
        own = awards.get(topic.pk)
        states = by_topic[topic.pk]
        has_money = bool(states) or own is not None
        found.append(
            TopicLine(topic, projects.get(topic.pk), funding.build(rules, on, states, own) if has_money else None)
        )
    return found


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
