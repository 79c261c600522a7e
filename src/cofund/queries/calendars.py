"""Days for calendars: what is due for a person, what is public of a programme, and the addresses that programs read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from cofund.queries import access, clock, schemes, seats
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import HEADINGS, Ask
from cofund.queries.tasks.shapes import Reader, Task
from cofund.records.directory.models import CalendarFeed, PartnerRight, User
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import Call, Consultation, Lead, Meeting, RoleHolding
from cofund.rules import roles
from cofund.rules.calendar import duties_of, occurrences

_SALT: Final = "cofund.calendar"
# What lies further back, or further ahead, is in no calendar.
BACK: Final = timedelta(days=366)
AHEAD: Final = timedelta(days=2 * 366)
CALL_DAYS: Final = {
    "drafts_published_on": "drafts published",
    "opened_on": "opens",
    "stage1_closed_on": "deadline of short proposals",
    "closed_on": "deadline",
    "results_on": "results",
}


@dataclass(frozen=True, slots=True)
class Day:
    """One whole day in a calendar. `key` is the same for the same thing every time; `task` is there where it is one.

    `is_cancelled`: it does not take place, and calendars are told so.
    """

    key: str
    on: date
    title: str
    text: str
    category: str
    page: str = ""
    arguments: tuple[str | int, ...] = ()
    task: Task | None = None
    is_cancelled: bool = False


def token_of(user: User) -> str:
    """The token in the address of a person's calendar; empty where they have not made one."""
    feed = CalendarFeed.objects.filter(user=user).first()
    return _signed(user.pk, feed.nonce) if feed else ""


def user_of(token: str) -> User | None:
    """Whose calendar an address is; None where it was not made here, was renewed, or the person no longer signs in."""
    try:
        key, _, nonce = Signer(salt=_SALT).unsign(token).partition("-")
    except BadSignature:
        return None
    feed = CalendarFeed.objects.select_related("user").filter(user=int(key)).first()
    if feed is None or not feed.user.is_active or not constant_time_compare(feed.nonce, nonce):
        return None
    return feed.user


def of_person(user: User) -> list[Day]:
    """Give the days of a person in order: tasks with a day, meetings, consultations, deadlines of calls and of the rules."""
    reader = Reader.of(user)
    found = [_of_task(task) for task in listing.listed(reader, Ask(since=reader.on - BACK))[0] if task.due_on]
    role = access.role_of(user)
    if role in (roles.DELEGATE, roles.PARTNER):
        groups = seats.own(user).order_by().values("group")
        found += _meetings(Meeting.objects.filter(group__in=groups))
        found += _consultations(Consultation.objects.filter(Q(group__in=groups) | Q(group=None)))
    elif access.may(user, "read the books"):
        found += _meetings(Meeting.objects.all())
        found += _consultations(Consultation.objects.all())
    if role == roles.PARTNER:
        for code, held in _taking_part(user).items():
            found += [*_calls(code), *_rules(code, held)]
    else:
        for code in schemes.installed():
            found += [*_calls(code), *_rules(code)]
    # A consultation or meeting that is itself a task stands once.
    told = {(day.page, day.arguments, day.on) for day in found if day.task is not None}
    return _ordered(day for day in found if day.task is not None or (day.page, day.arguments, day.on) not in told)


def of_programme(scheme_code: str) -> list[Day]:
    """Give the public days of a programme in order: calls, public consultations, meetings with a published agenda, and its rules.

    Raises:
        SchemeNotInstalledError: there is no such programme.
    """
    scheme, _ = schemes.current(scheme_code)
    found = [*_calls(scheme_code), *_rules(scheme_code)]
    consultations = Consultation.objects.filter(topic__scheme__code=scheme_code, group=None)
    found += _consultations(consultations)
    published = Meeting.objects.filter(group__scheme__code=scheme_code, agenda_published_at__isnull=False)
    found += _meetings(published, papers=False)
    for key, on, words in (
        ("calls-until", scheme.calls_until, "Last calls"),
        ("ends", scheme.ends_on, "End of the programme"),
    ):
        if on is not None:
            found.append(Day(f"{scheme.code}-{key}", on, f"{scheme.name}: {words}", words, "Programme"))
    return _ordered(found)


def _signed(key: int, nonce: str) -> str:
    """A token: whose it is, what makes it theirs, and the site's seal."""
    return Signer(salt=_SALT).sign(f"{key}-{nonce}")


def _of_task(task: Task) -> Day:
    """A task with a day."""
    assert task.due_on is not None
    title = f"{HEADINGS[task.kind]}: {task.title}"
    return Day(f"task-{task.kind}-{task.key}", task.due_on, title, task.why, "Task", task=task)


def _meetings(rows: QuerySet[Meeting], *, papers: bool = True) -> Iterator[Day]:
    """Meetings, and the days on which their papers are due."""
    for row in rows.select_related("group").order_by("pk"):
        name = f"{row.group}, {row.title}"
        text = row.place or str(row.get_procedure_display())
        off = row.status == Meeting.Status.CANCELLED
        # The day stays, marked: a program that was told of it would else keep it as it was.
        name, where = f"Cancelled: {name}" if off else name, ("office-meeting", (row.pk,))
        yield Day(f"meeting-{row.pk}", row.held_on, name, text, "Meeting", *where, is_cancelled=off)
        if papers and row.papers_due_on:
            due = f"Papers due: {name}"
            yield Day(f"papers-{row.pk}", row.papers_due_on, due, text, "Papers", *where, is_cancelled=off)


def _consultations(rows: QuerySet[Consultation]) -> Iterator[Day]:
    """The last days of consultations."""
    for row in rows.select_related("topic__scheme", "group").order_by("pk"):
        who = str(row.group) if row.group else "the public"
        words = f"Consultation of {who} on {row.topic.code} closes"
        yield Day(
            f"consultation-{row.pk}",
            row.closes_on,
            words,
            row.topic.title,
            "Consultation",
            "office-consultation",
            (row.pk,),
        )


def _calls(scheme_code: str) -> Iterator[Day]:
    """The days of the calls of a programme."""
    for call in Call.objects.filter(scheme__code=scheme_code).select_related("scheme").order_by("pk"):
        for field, words in CALL_DAYS.items():
            on = getattr(call, field)
            if on is not None:
                title = f"{call.code}: {words}"
                yield Day(f"call-{call.pk}-{field}", on, title, call.name, "Call", "programme", (scheme_code,))


def _taking_part(user: User) -> dict[str, set[str]]:
    """The programmes in which a partner's organisation takes part, in any way, with the roles in which it gives there."""
    own = access.organisations_with(user, PartnerRight.Right.READ)
    found: dict[str, set[str]] = {
        code: set() for code in seats.own(user).order_by().values_list("group__scheme__code", flat=True)
    }
    ways: tuple[tuple[QuerySet[Any], str, str], ...] = (
        (RoleHolding.objects.filter(organisation__in=own), "scheme__code", "role"),
        (Contribution.objects.filter(parties__in=own), "book__scheme__code", "role"),
        (Application.objects.filter(organisation__in=own), "scheme__code", "role"),
    )
    for rows, scheme, role in ways:
        for code, held in rows.order_by().values_list(scheme, role).distinct():
            found.setdefault(code, set()).add(held)
    for code in Lead.objects.filter(organisation__in=own).order_by().values_list("scheme__code", flat=True).distinct():
        found.setdefault(code, set())
    return found


def _rules(scheme_code: str, held: Collection[str] | None = None) -> Iterator[Day]:
    """The days that come back by the rules of a programme; where roles are named, only what is a duty of somebody in them."""
    scheme, _ = schemes.current(scheme_code)
    today = clock.today()
    rules = scheme.calendar if held is None else duties_of(scheme, held)
    for one in occurrences(rules, today - BACK, today + AHEAD, ends_on=scheme.ends_on):
        key = f"{scheme_code}-{one.rule.id}-{one.about_year}"
        title = f"{scheme.name}: {one.rule.label}"
        yield Day(key, one.on, title, f"About the year {one.about_year}", "Programme", "rules", (scheme_code,))


def _ordered(days: Iterable[Day]) -> list[Day]:
    """The days that are near enough, in order, each thing once."""
    today = clock.today()
    near = {day.key: day for day in days if today - BACK <= day.on <= today + AHEAD}
    return sorted(near.values(), key=lambda day: (day.on, day.key))
