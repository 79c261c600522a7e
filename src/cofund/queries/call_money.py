"""What a call set in motion: the money behind its topics and the projects that came of them, each euro once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from cofund.queries import contributions, funding, programmes, topic_money
from cofund.queries.contributions import ContributionState
from cofund.queries.funding import Funding
from cofund.queries.pools import Target
from cofund.queries.topic_money import Part, Parts
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Project, Topic
from cofund.rules import accounts
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Behind:
    """A topic or project of a call with its money."""

    target: Target
    funding: Funding


def of_call(
    scheme: Scheme,
    call: Call,
    topics: Sequence[Topic],
    on: date,
    known_at: datetime | None = None,
    without: Collection[int] = (),
) -> tuple[Behind, ...]:
    """Give what stands behind a call with these topics, one topic or project after the other. It asks as often for many as for one.

    No sum counts the contributions in `without`. A project that was awarded public money of its own stands by itself; all that is
    given to others stands with their topic, whose award is theirs too, so that no award counts twice.
    """
    rows = Project.objects.filter(Q(topic__in=topics) | Q(topic=None, call=call)).select_related("topic")
    projects = list(rows.order_by("acronym", "pk"))
    awards = programmes.awards(scheme.code, on, known_at)
    alone, by_key = _alone(projects, awards), {one.pk: one for one in projects}
    given = Contribution.objects.filter(Q(topic__in=topics) | Q(project__in=projects)).order_by("pk")
    states: defaultdict[str, list[ContributionState]] = defaultdict(list)
    for state in contributions.states(given, as_of=on, known_at=known_at):
        row = state.contribution
        project = by_key.get(row.project_id or 0)
        stands = alone.get(row.project_id or 0) or Target(topic=project.topic if project else row.topic)
        states[stands.code].append(state)
    split = {one.project.topic_id for one in alone.values() if one.project}
    found = []
    for target in (*(Target(topic=one) for one in topics), *alone.values()):
        # What was awarded to a topic is that of its project once it has one.
        is_passed_on = target.topic is not None and target.topic.pk in split
        award = None if is_passed_on else next((awards[code] for code in target.grant_codes() if code in awards), None)
        if states[target.code] or award:
            found.append(Behind(target, funding.build(scheme, on, states[target.code], award, without)))
    return tuple(found)


def parts(scheme: Scheme, behind: Sequence[Behind]) -> Parts:
    """The public figures of a call, added up over what stands behind it; what a partner could still unlock is not in them."""
    each = [topic_money.parts(scheme, one.funding, None) for one in behind]
    return Parts(
        sum(one.main_cents for one in each),
        0,
        sum(one.match_cents for one in each),
        _together(part for one in each for part in one.partners),
        _together(part for one in each for part in one.others),
    )


def _alone(projects: Sequence[Project], awards: Mapping[str, int]) -> dict[int, Target]:
    """The projects that stand by themselves: with public money of their own, as the only one of their topic, or without a topic."""
    of_topic = Counter(one.topic_id for one in projects)
    targets = {one.pk: Target(project=one) for one in projects}
    return {
        one.pk: targets[one.pk]
        for one in projects
        if accounts.of_grant(targets[one.pk].code) in awards or one.topic_id is None or of_topic[one.topic_id] == 1
    }


def _together(found: Iterable[Part]) -> tuple[Part, ...]:
    """Parts of the same role and kind as one."""
    sums: dict[tuple[str, bool], int] = {}
    for one in found:
        key = (one.label, one.is_in_kind)
        sums[key] = sums.get(key, 0) + one.cents
    return tuple(Part(label, cents, is_in_kind) for (label, is_in_kind), cents in sums.items())
