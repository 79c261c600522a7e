"""Who may read which story: what has come out for everybody, all of it for the office, its own for a partner."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet

from cofund.queries import access, called, clock, identity
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.programme.models import Project, Scheme, Story, StoryPicture
from cofund.rules import roles
from cofund.rules.lifecycle_stories import PUBLISHED, STORY, WITHDRAWN

# How many stories a page about something else shows.
MOST_BESIDE: Final = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories are asked for; an empty part lets everything through. `partner` is a short name in addresses."""

    scheme: str = ""
    partner: str = ""
    kind: str = ""
    status: str = ""
    words: str = ""


def out(at: datetime | None = None) -> QuerySet[Story]:
    """The stories that anybody may read at an instant, newest first: those whose time has come. No task brings them out."""
    rows = Story.objects.filter(status=PUBLISHED, published_at__lte=at or clock.now(), shown__isnull=False)
    return _with_all(rows.order_by("-published_at", "-pk"))


def edition(at: datetime | None = None) -> int:
    """How many stories have come out by an instant: equal as long as readers see the same ones. No query while nothing is written.

    What is kept for the same edition is the same, although a story comes out by the clock and not by a write.
    """
    return bisect_right(_instants(), at or clock.now())


def next_out() -> datetime | None:
    """When the next story comes out that was published ahead; None where none was."""
    instants, number = _instants(), edition()
    return instants[number] if number < len(instants) else None


@kept(1)
def _instants() -> tuple[datetime, ...]:
    """When the published stories come out, or came out."""
    rows = Story.objects.filter(status=PUBLISHED).order_by("published_at")
    return tuple(at for at in rows.values_list("published_at", flat=True) if at is not None)


def selected_out(asked: Selection, at: datetime | None = None) -> QuerySet[Story]:
    """What has come out of a selection, newest first; filtered in the database."""
    rows = out(at)
    if asked.scheme:
        rows = rows.filter(scheme__code=asked.scheme)
    if asked.kind in Story.Kind.values:
        rows = rows.filter(kind=asked.kind)
    if asked.partner:
        named = Q(slug=asked.partner) | Q(merged_into__slug=asked.partner)
        rows = rows.filter(organisations__in=Organisation.objects.filter(named)).distinct()
    return rows


def newest() -> tuple[Story, ...]:
    """The newest stories that have come out, for the first page."""
    return _newest(edition())


@kept(2)
def _newest(_: int) -> tuple[Story, ...]:
    """The newest stories of an edition."""
    return tuple(out()[:MOST_BESIDE])


def about_partner(organisation: Organisation) -> tuple[Story, ...]:
    """The newest stories about a partner, and about what was merged into it."""
    return _about(edition(), "partner", organisation.pk)


def about_project(project: Project) -> tuple[Story, ...]:
    """The newest stories about a project."""
    return _about(edition(), "project", project.pk)


def about_programme(scheme: Scheme) -> tuple[Story, ...]:
    """The newest stories of a programme."""
    return _about(edition(), "programme", scheme.pk)


@kept(256)
def _about(edition_: int, of: str, key: int) -> tuple[Story, ...]:
    """The newest stories about something in an edition; none of the three asks where nothing has come out."""
    if not edition_:
        return ()
    conditions = {
        "partner": identity.is_party("organisations", key),
        "project": Q(projects=key),
        "programme": Q(scheme=key),
    }
    return tuple(out().filter(conditions[of]).distinct()[:MOST_BESIDE])


def partners_out(at: datetime | None = None) -> list[Organisation]:
    """The partners that what has come out is about, by name: what a reader can choose among."""
    keys = out(at).order_by().values_list("organisations", flat=True).distinct()
    rows = Organisation.objects.filter(pk__in=[key for key in keys if key is not None]).select_related("merged_into")
    return sorted(called.among(identity.kept_once(rows), called.held()), key=lambda one: str(one).casefold())


def find_out(slug: str, at: datetime | None = None) -> Story | None:
    """Give a story that has come out, or None."""
    return out(at).filter(slug=slug).first()


def find_withdrawn(slug: str) -> Story | None:
    """Give a story that had come out and was withdrawn: its page says so; None where there is no such story."""
    found = (
        Story.objects.filter(slug=slug, status=WITHDRAWN, published_at__isnull=False).select_related("shown").first()
    )
    if found is None or found.withdrawn_at is None or found.published_at is None:
        return None
    return found if found.published_at <= found.withdrawn_at else None


def visible(user: User | AnonymousUser) -> QuerySet[Story]:
    """The stories that a person reads in the office: the office and auditors all, a partner's person those of its organisation."""
    rows = _with_all(Story.objects.order_by("-pk"))
    if not access.may(user, "read stories"):
        return rows.none()
    if access.role_of(user) != roles.PARTNER:
        return rows
    return rows.filter(owner__in=access.organisations_with(user, PartnerRight.Right.READ))


def find(user: User | AnonymousUser, slug: str) -> Story | None:
    """Give one story that a person may read in the office, or None: absent and not the person's answer alike."""
    return visible(user).filter(slug=slug).first()


def may(user: User | AnonymousUser, action: str, story: Story) -> bool:
    """Tell whether a person may do an action on a story in the state in which it stands.

    A partner's person needs the right to apply for the organisation whose story it is.
    """
    if not access.may(user, action) or not STORY.allows(action, story.status):
        return False
    if access.role_of(user) != roles.PARTNER:
        return True
    return story.owner is not None and access.may_for_organisation(user, PartnerRight.Right.APPLY, story.owner)


def own_of(user: User | AnonymousUser) -> Organisation | None:
    """The organisation for which a partner's person may draft stories; None for everybody else."""
    keys = access.organisations_with(user, PartnerRight.Right.APPLY) if access.may(user, "draft story") else []
    return Organisation.objects.filter(pk__in=keys).first() if keys else None


def selected(user: User | AnonymousUser, asked: Selection) -> QuerySet[Story]:
    """The visible stories of a selection, newest first; filtered in the database."""
    rows = _narrowed(visible(user), asked)
    return rows.filter(status=asked.status) if asked.status in STORY.states else rows


def counts(user: User | AnonymousUser, asked: Selection) -> dict[str, int]:
    """How many visible stories of a selection stand in each state; one query."""
    rows = _narrowed(visible(user), asked).order_by().values_list("status").annotate(Count("pk"))
    found = dict(rows)
    return {state: found.get(state, 0) for state in STORY.states}


def _narrowed(rows: QuerySet[Story], asked: Selection) -> QuerySet[Story]:
    """Rows of a programme, of a kind, or with some words in the title or in the name of the partner."""
    if asked.scheme:
        rows = rows.filter(scheme__code=asked.scheme)
    if asked.kind in Story.Kind.values:
        rows = rows.filter(kind=asked.kind)
    if asked.words:
        named = Q(latest__title__icontains=asked.words) | Q(owner__name__icontains=asked.words)
        rows = rows.filter(named | Q(owner__short_name__icontains=asked.words))
    return rows


def _with_all(rows: QuerySet[Story]) -> QuerySet[Story]:
    """Rows with everything that a list or a page shows of them, in as many queries for many as for one."""
    pictures = StoryPicture.objects.filter(removed_at=None).order_by("number")
    return rows.select_related("scheme", "owner", "latest", "shown", "drafted_by").prefetch_related(
        Prefetch("organisations", Organisation.objects.select_related("merged_into").order_by("name")),
        Prefetch("projects", Project.objects.select_related("scheme").order_by("acronym")),
        Prefetch("pictures", pictures, to_attr="kept_pictures"),
    )


def pictures_of(story: Story) -> list[StoryPicture]:
    """The pictures of a story that were not removed, by number."""
    read: list[StoryPicture] | None = getattr(story, "kept_pictures", None)
    return read if read is not None else list(story.pictures.filter(removed_at=None).order_by("number"))


def projects_called(acronym: str, scheme_code: str = "") -> list[Project]:
    """Give the projects of an acronym, of one programme or of all; two are enough to see that it does not tell which."""
    rows = Project.objects.filter(acronym__iexact=acronym).select_related("scheme")
    return list(rows.filter(scheme__code=scheme_code)[:2] if scheme_code else rows[:2])
