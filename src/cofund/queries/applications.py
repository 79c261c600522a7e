"""Applications of partners: who may see which, lists of them, and what the rules want to know of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cofund.queries import access, capacities, citations, contributions, letters
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, PartnerRight, User
from cofund.records.ledger.models import Application, Book, Contribution, Letter, LetterLine
from cofund.records.programme.models import AgendaItem, Project, Topic
from cofund.rules import admission, roles
from cofund.rules.admission import Candidate, Finding
from cofund.rules.lifecycle_applications import LIVING
from cofund.rules.schemes import Scheme

# Each of these rights lets a partner's person read the applications and letters of its organisation.
READING = (PartnerRight.Right.READ, PartnerRight.Right.APPLY, PartnerRight.Right.SIGN)
RELATED = ("scheme", "organisation", "topic", "project", "lead", "agenda_item__meeting__group", "decision")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which applications are asked for; an empty part lets everything through. `keys` None: not narrowed by keys."""

    scheme: str = ""
    status: str = ""
    words: str = ""
    keys: tuple[int, ...] | None = None


def visible(user: User | AnonymousUser) -> QuerySet[Application]:
    """The applications that a person may read: the office and auditors all, others none.

    A partner's person reads those of its organisation where it holds the right to read, to write or to sign there: whoever
    writes or signs a letter has to read it.
    """
    every = Application.objects.all()
    if not access.may(user, "read applications") or not isinstance(user, User):
        return every.none()
    if access.role_of(user) != roles.PARTNER:
        return every
    return every.filter(organisation__in=access.organisations_with(user, *READING))


def listed(seen: QuerySet[Application], selection: Selection) -> QuerySet[Application]:
    """Give the applications of a selection, newest first, out of those that the reader may see."""
    rows = seen.select_related("scheme", "organisation", "topic", "project").order_by("-made_at", "-pk")
    if selection.scheme:
        rows = rows.filter(scheme__code=selection.scheme)
    if selection.status:
        rows = rows.filter(status=selection.status)
    if selection.words:
        name = Q(organisation__name__icontains=selection.words) | Q(organisation__short_name__icontains=selection.words)
        rows = rows.filter(name | Q(reference__icontains=selection.words))
    if selection.keys is not None:
        rows = rows.filter(pk__in=selection.keys)
    return rows


def holds_right(user_id: int | None, organisation_id: int, right: str) -> bool:
    """Tell whether an organisation lets one of its people do something now; a right left behind at another one lets nothing."""
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    return user is not None and right in access.rights_of(user).get(organisation_id, frozenset())


def target_of(application: Application) -> Target | None:
    """Give the topic or project that an application is for; None where it only names a proposal, or nothing."""
    if application.topic is None and application.project is None:
        return None
    return Target(application.topic, application.project)


def target_name(application: Application) -> str:
    """Say what an application is for, as people say it; empty where it names nothing."""
    if application.project is not None:
        return application.project.acronym
    if application.topic is not None:
        return application.topic.code
    return f"proposal {application.proposal}" if application.proposal else ""


def of_point(item: AgendaItem) -> QuerySet[Application]:
    """Give the applications that a point of an agenda is about: by themselves, or by a next version of their letter."""
    by_letter = Letter.objects.filter(agenda_item=item).values("application")
    return Application.objects.filter(Q(agenda_item=item) | Q(pk__in=by_letter))


def newest(application: Application, *statuses: str) -> Letter | None:
    """Give the newest version of the letter, of those in some states where they are named."""
    rows = letters.of_application(application)
    return (rows.filter(status__in=statuses) if statuses else rows).first()


def candidate(scheme: Scheme, application: Application, on: date) -> Candidate:
    """Give what the rules want to know of an application beside its letter, as of a day."""
    target = target_of(application)
    organisation = application.organisation
    clashes: Sequence[Any] = ()
    if target is not None:
        book = Book.objects.get(scheme=application.scheme_id)
        clashes = capacities.clashes(scheme, book.pk, application.role, (organisation,), target, on)
    lines = LetterLine.objects.filter(letter__application=application).exclude(cites="").order_by()
    cited = citations.of(lines.values_list("cites", flat=True))
    return Candidate(
        organisation.short_name or organisation.name,
        application.role,
        on,
        target_name(application),
        bool(organisation.pic),
        target.adopted_on if target else None,
        tuple(clashes),
        _others(application),
        _given(application, target),
        cited,
    )


def findings(scheme: Scheme, application: Application, letter: Letter, on: date) -> list[Finding]:
    """Give everything that a check of an application finds on a day."""
    return admission.checked(scheme, letters.facts_of(letter), candidate(scheme, application, on))


def stored(application: Application) -> list[tuple[Finding, bool]]:
    """Give the findings of the last check, each with whether its warning was accepted."""
    names = ("code", "severity", "words", "article", "remedy")
    return [(Finding(*(row[name] for name in names)), bool(row.get("accepted"))) for row in application.findings]


def same_pledge(application: Application, kind: str, amount_cents: int) -> Contribution | None:
    """Give a pledge that says what a line says: of this organisation alone, kind, target and amount, and not endorsed yet."""
    target = target_of(application)
    if target is None:
        return None
    rows = _own_contributions(application, target).filter(kind=kind, letter_lines=None)
    for state in contributions.states(rows):
        if not state.is_joint and state.amounts == {"pledged": amount_cents}:
            return state.contribution
    return None


def _others(application: Application) -> tuple[tuple[str, str], ...]:
    """Other living applications of the organisation for the same topic, project or proposal."""
    same = Q(topic=application.topic_id) if application.topic_id else Q(pk=None)
    same |= Q(project=application.project_id) if application.project_id else Q(pk=None)
    if application.proposal:
        same |= Q(proposal=application.proposal)
    rows = Application.objects.filter(
        same, scheme=application.scheme_id, organisation=application.organisation_id, status__in=LIVING
    ).exclude(pk=application.pk)
    return tuple(rows.order_by("pk").values_list("reference", "role"))


def _given(application: Application, target: Target | None) -> tuple[str, ...]:
    """Living contributions of the organisation to the same target, but those that came out of this application."""
    if target is None:
        return ()
    rows = _own_contributions(application, target).exclude(letter_lines__letter__application=application)
    return tuple(state.contribution.reference for state in contributions.states(rows) if state.live_cents)


def _own_contributions(application: Application, target: Target) -> QuerySet[Contribution]:
    """The contributions of the organisation in the role, to the target."""
    topic = target.topic or (target.project.topic if target.project else None)
    same = Q(project=target.project) if target.project is not None else Q(pk=None)
    same |= Q(topic=topic) if topic is not None else Q(pk=None)
    return (
        Contribution.objects.filter(
            same,
            book__scheme=application.scheme_id,
            role=application.role,
            parties=application.organisation_id,
        )
        .order_by("pk")
        .distinct()
    )


@kept(8)
def targets_of(scheme_code: str) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """Give what an application can be for: topics that nobody has adopted yet, then adopted topics and projects."""
    done = (Topic.Status.DROPPED, Topic.Status.NO_AWARD, Topic.Status.GRANTED)
    rows = list(Topic.objects.filter(scheme__code=scheme_code).exclude(status__in=done).order_by("code"))
    projects = Project.objects.filter(scheme__code=scheme_code).select_related("topic").order_by("acronym")
    adopted = [Target(topic=row) for row in rows if row.status == Topic.Status.ADOPTED]
    coming = [Target(topic=row) for row in rows if row.status != Topic.Status.ADOPTED]
    return tuple(coming), (*adopted, *(Target(project=row) for row in projects))


def history(application: Application) -> list[AuditEvent]:
    """Give what was done with an application, oldest first."""
    return list(AuditEvent.objects.filter(subject=f"{application.scheme.code}/application/{application.reference}"))
