"""What boards have on their agendas about a subject, and which decisions may stand behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from cofund.queries import applications, letters
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application, Contribution, Letter
from cofund.records.programme.models import AgendaItem, Consultation, Decision, Group, Lead, Topic, TopicVersion

# Applications that the board has still to decide on, or decides on by the act that asks.
_WAITING: Final = (
    Application.Status.SUBMITTED,
    Application.Status.RETURNED,
    Application.Status.ELIGIBLE,
    Application.Status.SCHEDULED,
    Application.Status.CONDITIONAL,
)
# How the point says that the board decides on an application by amending the work plan.
AMENDS: Final = "To amend the work plan for "
_POINTS = AgendaItem.objects.select_related("decision", "meeting__group")


@dataclass(frozen=True, slots=True)
class About:
    """What a decision is to be about, in words, and what is known of it.

    `point` is the point on that very thing: its own decision is the only one that counts. `waiting` is the application that
    states it and is on no agenda yet. Where neither is known, a decision on one of the `topics` fits, and one on something else
    that names no subject; and where it `takes_partners`, one on a partner for these topics or this project. `partners` says
    which ones, all where it is empty. A decision that is `spent` stands behind what was before. `worked` says in words what was
    done about it on this site: then only what the board decided here counts, and nothing that was taken elsewhere.
    """

    name: str
    point: AgendaItem | None = None
    waiting: Application | None = None
    topics: frozenset[int] = frozenset()
    project: int | None = None
    takes_partners: bool = False
    partners: frozenset[int] = frozenset()
    spent: int | None = None
    worked: str = ""


def of_application(row: Application) -> About:
    """An application that is before the board."""
    return About(f"application {row.reference}", row.agenda_item)


def of_next_letter(row: Application) -> About:
    """The next version of an endorsed letter: it needs a decision of its own, so not the one on the first version."""
    name, partners = f"the next letter of {row.reference}", frozenset((row.organisation_id,))
    point = _POINTS.filter(letters__application=row, letters__status=Letter.Status.SUBMITTED).order_by("-pk").first()
    return About(name, point, None, _one(row.topic_id), row.project_id, True, partners, row.decision_id)


def of_adoption(target: Target) -> About:
    """The adoption of a topic, or of a project: no decision on a partner is one."""
    topics = _topics(target)
    rows = list(_POINTS.filter(kind=AgendaItem.Kind.TOPIC, topic__in=topics, needs_decision=True).order_by("pk"))
    tabled = [one for one in rows if one.status == AgendaItem.Status.TABLED]
    point = (tabled or rows)[-1] if rows else None
    worked = _worked_on(topics) if point is None else ""
    return About(f"the adoption of {name_of(target)}", point, topics=topics, worked=worked)


def of_work_plan(target: Target) -> About:
    """The amendment of a work plan: where the topic is on an agenda anew, that point; else a decision on it or its partners."""
    found = of_adoption(target)
    is_anew = found.point is not None and found.point.status == AgendaItem.Status.TABLED
    name, point = f"the work plan for {name_of(target)}", found.point if is_anew else None
    # A board that adopted it here amends it here too.
    was_here = found.point is not None and found.point.status == AgendaItem.Status.ADOPTED and not is_anew
    worked = "the board adopted it here" if was_here else ""
    return About(name, point, None, found.topics, _project(target), True, worked=worked)


def of_target(target: Target) -> About:
    """Something else about a topic or a project: its grant, its public money, its end."""
    return About(name_of(target), None, None, _topics(target), _project(target), True)


def of_endorsement(one: Contribution, currency: str) -> About:
    """The endorsement of a pledge: where an application states it, the point on that application."""
    waiting = _stating(one, currency)
    if waiting is None:
        return of_contribution(one)
    return About(f"application {waiting.reference}, which states {one.reference}", waiting.agenda_item, waiting)


def of_contribution(one: Contribution) -> About:
    """Something about a contribution: a decision on its topic, or on its partner for the same topic or project."""
    target, partners = Target.of(one), frozenset(one.parties.values_list("pk", flat=True))
    return About(one.reference, None, None, _topics(target), _project(target), True, partners)


def of_plan(organisation: Organisation, year: int) -> About:
    """The plan of an organisation for a year; agendas name no plans, so that a point about something else stands for it."""
    return About(f"the plan of {organisation} for {year}")


def of_money(tranche: str) -> About:
    """The ceiling of a tranche."""
    return About(f"the ceiling of tranche {tranche}")


def name_of(target: Target) -> str:
    """What a target is called: the acronym of a project, the code of a topic."""
    if target.project is not None:
        return target.project.acronym
    assert target.topic is not None
    return target.topic.code


def decided_on_adoption(target: Target) -> Decision | None:
    """The board's decision to adopt a topic, on its own point of an agenda; None where it has not, or not there."""
    point = of_adoption(target).point
    return point.decision if point is not None and point.status == AgendaItem.Status.ADOPTED else None


def published_adoption(topic: Topic) -> AgendaItem | None:
    """Give the newest point on the adoption of a topic whose decision is published; None before there is one."""
    rows = AgendaItem.objects.filter(kind=AgendaItem.Kind.TOPIC, topic=topic, decision__published_at__isnull=False)
    return rows.select_related("decision").order_by("-decision__decided_on", "-pk").first()


def deferred(group: Group) -> QuerySet[AgendaItem]:
    """Give the deferred points of a group, about neither topic nor partner, that no later point takes up; the newest first."""
    rows = AgendaItem.objects.filter(
        meeting__group=group, kind=AgendaItem.Kind.OTHER, status=AgendaItem.Status.DEFERRED, continued_by=None
    )
    return rows.select_related("meeting__group").order_by("-pk")


def waiting_for(item: AgendaItem) -> Application | None:
    """Give the application that waits for what the board decides on a point; with a decision, that of a next letter too."""
    waiting = item.applications.filter(status=Application.Status.SCHEDULED).first()
    if waiting is not None or item.decision is None:
        return waiting
    by_letter = item.letters.filter(status=Letter.Status.SUBMITTED).select_related("application").first()
    return by_letter.application if by_letter else None


def item_of(decision: Decision) -> AgendaItem | None:
    """The point that a decision was taken on, or None of one that was taken elsewhere."""
    return _POINTS.filter(decision=decision).first()


def fits(about: About, item: AgendaItem) -> bool:
    """Tell whether a point of an agenda may stand behind a subject that has no point of its own."""
    if item.kind == AgendaItem.Kind.TOPIC:
        return item.topic_id in about.topics
    if item.kind == AgendaItem.Kind.APPLICATION:
        return about.takes_partners and _is_of_partner(about, item)
    return item.kind == AgendaItem.Kind.OTHER


def _is_of_partner(about: About, item: AgendaItem) -> bool:
    """Whether the application that a point is about is of such a partner; one that no application points to says nothing."""
    rows = applications.of_point(item)
    if not rows.exists():
        return True
    same = rows.filter(Q(topic__in=about.topics) | Q(project__isnull=False, project=about.project))
    return (same.filter(organisation__in=about.partners) if about.partners else same).exists()


def _stating(one: Contribution, currency: str) -> Application | None:
    """The application that waits for the board and whose letter states this pledge: same partner, target, kind and amount."""
    target = Q(topic=one.topic_id) if one.topic_id else Q(project=one.project_id)
    rows = Application.objects.filter(
        target, scheme=one.book.scheme_id, organisation__in=one.parties.all(), role=one.role, status__in=_WAITING
    )
    for row in rows.select_related("agenda_item__meeting__group", "agenda_item__decision").order_by("pk"):
        letter = applications.newest(row, Letter.Status.SUBMITTED)
        lines = letter.lines.filter(kind=one.kind, contribution=None) if letter is not None else ()
        stated = [letters.booked_cents(line, currency) for line in lines]
        if one.versions.order_by("-number").values_list("amount_cents", flat=True).first() in stated:
            return row
    return None


def _worked_on(topics: frozenset[int]) -> str:
    """What was done on this site about the topics, in words; nothing where they are only recorded from elsewhere."""
    known: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("it has a text", TopicVersion.objects.filter(topic__in=topics)),
        ("it has a consultation", Consultation.objects.filter(topic__in=topics)),
        ("it has a lead", Lead.objects.filter(topic__in=topics)),
        ("it has an application", Application.objects.filter(topic__in=topics)),
        ("it has a point on an agenda", AgendaItem.objects.filter(topic__in=topics)),
    )
    return next((words for words, rows in known if rows.exists()), "")


def _topics(target: Target) -> frozenset[int]:
    """The topic that a target is, or comes from."""
    if target.topic is not None:
        return _one(target.topic.pk)
    return _one(target.project.topic_id if target.project is not None else None)


def _project(target: Target) -> int | None:
    return target.project.pk if target.project is not None else None


def _one(key: int | None) -> frozenset[int]:
    return frozenset() if key is None else frozenset((key,))
