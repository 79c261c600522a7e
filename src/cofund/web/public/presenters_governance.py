"""Groups, agendas and decisions as everybody sees them: whom a seat speaks for and never who sits in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as marked

from cofund.queries import called
from cofund.queries.agendas import NOT_PUBLISHED, PublicPoint
from cofund.records.programme.models import (
    Certainty,
    Group,
    Meeting,
    Paper,
    Seat,
)
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.languages import gettext as _
from cofund.web.public import presenters
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken, spoken_title

ASSUMED = marked("It was never held. It stands here so that the pages of a meeting can be tried; do not quote it.")
UNNAMED = marked(
    "The partner is named, with what is asked and the papers, once it consents or its contribution is public."
)
ITEM_WORDS = {
    "adopted": c.Status(marked("Adopted"), c.Tone.GOOD),
    "rejected": c.Status(marked("Not adopted"), c.Tone.BAD),
    "deferred": c.Status(marked("Deferred"), c.Tone.WARNING),
    "tabled": c.Status(marked("On the agenda"), c.Tone.WAITING),
    NOT_PUBLISHED: c.Status(marked("Decided, not published yet"), c.Tone.WAITING),
}


GROUP_FIELDS = (
    Field("group", "key of the group in addresses"),
    Field("name", "its name"),
    Field("kind", "what kind of group it is"),
    Field("from_on", "since when it is there"),
    Field("until_on", "its last day; empty where it is still there or that is not known"),
    Field("seats_known", "how many of its seats of today are known"),
    Field("certainty", "how sure it is"),
    Field("source", "Where it comes from"),
)
SEAT_FIELDS = (
    Field("group", "key of the group in addresses"),
    Field("holder", "whom the seat speaks for; never who sits in it"),
    Field("capacity", "what the seat may do"),
    Field("bloc", "with whom it votes; empty where it has no vote"),
    Field("from_on", "its first day"),
    Field("until_on", "its last day; empty where it has not ended"),
    Field("certainty", "how sure it is"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a published agenda with what became of it, and the papers that are published."""

    number: int
    title: str
    kind: str
    proposal: str
    status: c.Status
    topic: c.Link | None
    decision: c.Link | None
    papers: tuple[tuple[Paper, str], ...]


def mark(stated: str) -> c.Certainty | None:
    """The mark of how sure it is; what the office recorded needs none."""
    return c.Certainty(stated) if stated != Certainty.RECORDED else None


def is_assumed(meeting: Meeting) -> bool:
    """Whether a meeting is made up."""
    return meeting.certainty == Certainty.ASSUMED


def groups_link(scheme: Scheme) -> c.Link:
    """The way to the groups."""
    return c.Link(_("Groups"), reverse("public-groups", args=[scheme.code]))


def group_link(group: Group) -> c.Link:
    """The way to one group."""
    return c.Link(group.name, reverse("public-group", args=[group.scheme.code, group.slug]))


def more_links(scheme: Scheme, here: str) -> list[c.Link]:
    """From decisions to groups and back."""
    if here == "decisions":
        return [c.Link(_("Who decides and who advises: the groups of this programme"), groups_link(scheme).href)]
    return [c.Link(_("What was decided"), reverse("public-decisions", args=[scheme.code]))]


def groups_sheet(scheme: Scheme, version: str, rows: Iterable[Group]) -> Sheet:
    """The groups as data."""
    found = tuple(
        (
            row.slug,
            row.name,
            row.kind,
            row.from_on,
            row.until_on,
            int(getattr(row, "seats_now", 0)) or None,
            str(row.certainty),
            row.source_url,
        )
        for row in rows
    )
    return Sheet(f"groups-{scheme.code}", GROUP_FIELDS, found, {"scheme": scheme.code, "scheme_version": version})


def seats_sheet(scheme: Scheme, version: str, group: Group, seats: Iterable[Seat]) -> Sheet:
    """The seats of a group as data."""
    unnamed = called.held()
    found = tuple(
        (
            group.slug,
            _(called.of_seat(seat, unnamed)),
            seat.capacity,
            seat.bloc,
            seat.from_on,
            seat.last_on,
            str(seat.certainty),
        )
        for seat in seats
    )
    name = f"group-{scheme.code}-{group.slug}"
    return Sheet(name, SEAT_FIELDS, found, {"scheme": scheme.code, "scheme_version": version})


def groups_table(scheme: Scheme, rows: Iterable[Group], exports: tuple[c.Link, ...]) -> c.Table:
    """The groups of a programme."""
    shown = tuple(
        c.Row.of(
            c.Cell(
                row.name,
                href=group_link(row).href,
                note=_("until {day}").format(day=day(row.until_on)) if row.until_on else "",
                certainty=mark(row.certainty),
            ),
            spoken(row.get_kind_display()),
            c.Cell(int(getattr(row, "seats_now", 0)) or None),
            c.Cell(presenters.source(row.source_url)),
        )
        for row in rows
    )
    return c.Table(
        "groups",
        _("Groups of {scheme}").format(scheme=scheme.name),
        (c.Column(_("Group")), c.Column(_("Kind")), c.Column(_("Seats known"), numeric=True), c.Column(_("Source"))),
        shown,
        noun=(_("group"), _("groups")),
        empty=c.EmptyState(_("No group of this programme is known here.")),
        exports=exports,
    )


def group_facts(group: Group) -> tuple[c.Fact, ...]:
    """What is known of a group."""
    return (
        c.Fact(_("Kind"), spoken(group.get_kind_display())),
        c.Fact(_("What it is for"), group.remit),
        c.Fact(_("There since"), group.from_on),
        c.Fact(_("Last day"), group.until_on),
        c.Fact(_("Source"), presenters.source(group.source_url)),
    )


def seats_table(seats: Iterable[Seat], today: date, exports: tuple[c.Link, ...]) -> c.Table:
    """Seats with their days; ended ones step back."""
    unnamed = called.held()
    rows = tuple(
        c.Row.of(
            c.Cell(_(called.of_seat(seat, unnamed)), note=seat.note, certainty=mark(seat.certainty)),
            spoken(seat.get_capacity_display()),
            spoken(seat.bloc) or _("no vote"),
            seat.from_on,
            seat.last_on,
            kind="muted" if seat.last_on is not None and seat.last_on < today else "",
        )
        for seat in seats
    )
    return c.Table(
        "seats",
        _("Seats"),
        (c.Column(_("For")), c.Column(_("Capacity")), c.Column(_("Bloc")), c.Column(_("From")), c.Column(_("Until"))),
        rows,
        noun=(_("seat"), _("seats")),
        empty=c.EmptyState(_("Who sits in it is not known here.")),
        exports=exports,
    )


def meetings_table(scheme: Scheme, rows: Iterable[Meeting]) -> c.Table:
    """The published agendas of a group."""
    shown = tuple(
        c.Row.of(
            c.Cell(
                row.title, href=reverse("public-meeting", args=[scheme.code, row.pk]), certainty=mark(row.certainty)
            ),
            spoken(row.get_procedure_display()),
            c.Cell(row.held_on, note="cancelled" if row.status == Meeting.Status.CANCELLED else ""),
        )
        for row in rows
    )
    is_public = "agenda" in scheme.publication.decisions
    words = _("None so far.") if is_public else _("The rules of this programme publish no agendas.")
    columns = (c.Column(_("Meeting")), c.Column(_("How")), c.Column(_("Day, or last day")))
    empty = c.EmptyState(_("No agenda is published."), words)
    return c.Table("meetings", _("Published agendas"), columns, shown, noun=(_("agenda"), _("agendas")), empty=empty)


def cancelled(meeting: Meeting) -> c.Callout | None:
    """That a meeting did not take place; why is for the group."""
    if meeting.status != Meeting.Status.CANCELLED:
        return None
    return c.Callout(_("This meeting was cancelled"), _("Its agenda stays here as it was published."), "warning")


def meeting_facts(meeting: Meeting) -> tuple[c.Fact, ...]:
    """What is public of a meeting."""
    is_written = meeting.procedure == Meeting.Procedure.WRITTEN
    facts = [
        c.Fact(_("Group"), meeting.group.name, href=group_link(meeting.group).href),
        c.Fact(_("How"), spoken(meeting.get_procedure_display())),
        c.Fact(_("Votes are taken until") if is_written else _("Day"), meeting.held_on),
    ]
    if is_written:
        facts.insert(2, c.Fact(_("Votes are taken from"), meeting.opens_on))
    return tuple(facts)


def points(scheme: Scheme, found: Iterable[PublicPoint]) -> list[Point]:
    """The points of an agenda; a decision is named once it is published, a partner once it may be."""
    return [_point(scheme, one) for one in found]


def _point(scheme: Scheme, one: PublicPoint) -> Point:
    """One point. What it came to is public with its decision, not before."""
    decision, topic, link = one.decision, None, None
    if decision is not None:
        href = reverse("public-decision", args=[scheme.code, decision.number])
        link = c.Link(
            _("{number_said} of {day}").format(number_said=spoken(decision.number_said), day=day(decision.decided_on)),
            href,
        )
    if one.topic is not None:
        topic = c.Link(one.topic.code, reverse("topic", args=[scheme.code, one.topic.code]))
    papers = tuple(
        (paper, reverse("public-paper", args=[scheme.code, paper.pk]) if paper.file else "") for paper in one.papers
    )
    proposal = _(UNNAMED) if one.is_unnamed else one.proposal
    return Point(
        one.number,
        spoken_title(one.title),
        spoken(one.kind_label),
        proposal,
        ITEM_WORDS[one.status].here,
        topic,
        link,
        papers,
    )
