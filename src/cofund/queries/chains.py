"""The chain from an idea to a project, walkable both ways; who is credited on it; and conflicts that it shows by itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from cofund.queries import contributions
from cofund.queries.contributions import ContributionState
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Credit, Idea, Project, Proposal, Topic


@dataclass(frozen=True, slots=True)
class ConflictNote:
    """That an organisation shaped a topic on which a contribution of its own depends: derived from the books and the credits.

    `parts` are what it is credited for; `states` its contributions that live.
    """

    organisation: Organisation
    parts: tuple[str, ...]
    states: tuple[ContributionState, ...]
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything between an idea and a project, around one topic. Parts that are not there are empty, not left out."""

    topic: Topic
    ideas: tuple[Idea, ...]
    credits: tuple[Credit, ...]
    call: Call | None
    proposals: tuple[Proposal, ...]
    projects: tuple[Project, ...]
    conflicts: tuple[ConflictNote, ...]


def of_topic(topic: Topic) -> Chain:
    """Give the chain around a topic. The number of queries does not grow with it."""
    ideas = _ideas(topic)
    found = tuple(
        Credit.objects.filter(Q(topic=topic) | Q(idea__in=ideas))
        .select_related("organisation", "seat__group", "idea")
        .order_by("on", "pk")
    )
    credits_ = tuple(sorted(found, key=lambda one: one.on is None))
    return Chain(
        topic,
        ideas,
        credits_,
        topic.call,
        tuple(topic.proposals.select_related("project").order_by("stage", "rank", "code")),
        tuple(topic.projects.order_by("acronym")),
        conflicts(topic, credits_),
    )


def conflicts(topic: Topic, credited: tuple[Credit, ...]) -> tuple[ConflictNote, ...]:
    """Whose own living contribution depends on a topic that it proposed, scoped, drafted or commented on (scenario S11)."""
    parts: dict[int, list[Credit]] = {}
    for one in credited:
        if one.organisation_id is not None and one.part != Credit.Part.DECIDED:
            parts.setdefault(one.organisation_id, []).append(one)
    if not parts:
        return ()
    rows = Contribution.objects.filter(topic=topic, parties__in=parts).order_by("pk").distinct()
    states = [state for state in contributions.states(rows) if state.live_cents]
    notes = []
    for key, own in parts.items():
        mine = tuple(state for state in states if any(one.pk == key for one in state.organisations))
        organisation = own[0].organisation
        if mine and organisation is not None:
            said = tuple(dict.fromkeys(one.get_part_display().lower() for one in own))
            notes.append(ConflictNote(organisation, said, mine, all(_is_named(one) for one in own)))
    return tuple(notes)


def topic_of_project(project: Project) -> Topic | None:
    """The topic that a project came out of."""
    return Topic.objects.select_related("scheme", "call").filter(projects=project).first()


def find_topic(scheme_code: str, code: str) -> Topic | None:
    """Give a topic with its programme and call, or None."""
    return Topic.objects.select_related("scheme", "call").filter(scheme__code=scheme_code, code=code).first()


def _ideas(topic: Topic) -> tuple[Idea, ...]:
    """The ideas behind a topic, and those that were merged into them."""
    own = Idea.objects.filter(topic=topic).order_by().values("pk")
    rows = Idea.objects.filter(Q(topic=topic) | Q(merged_into__in=own))
    related = ("organisation", "seat__group", "group", "merged_into")
    return tuple(rows.select_related(*related).order_by("pk"))


def _is_named(one: Credit) -> bool:
    """Whether a credit may be named in public: the proposer of an idea decides that itself."""
    return one.idea is None or one.part != Credit.Part.PROPOSED or (one.idea.wants_credit and one.idea.is_shown)
