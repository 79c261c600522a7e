"""Everything that happened with one organisation, in one list: what was said, leads, letters, money, seats and edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cofund.queries import identity
from cofund.queries.keeping import kept
from cofund.records.directory.models import AuditEvent, Certainty, Organisation
from cofund.records.ledger.models import Application, Contribution, Entry, Letter, Transfer
from cofund.records.programme.models import Credit, Exchange, LeadStep

SAID: Final = "Said"
LEADS: Final = "Leads"
LETTERS: Final = "Applications and letters"
BOOKS: Final = "Books"
TOPICS: Final = "Topics"
GROUPS: Final = "Groups and roles"
RECORD: Final = "Record"
LANES: Final = (SAID, LEADS, LETTERS, BOOKS, TOPICS, GROUPS, RECORD)
# Of these actions the record has a better event already.
_TOLD_ELSEWHERE: Final = {"log exchange"}


@dataclass(frozen=True, slots=True)
class Happened:
    """One event: its day (None where it is not known), its lane, what it was, and what it leads to.

    `entry` is the scheme and number of an entry in the books; `contribution` the reference that it is about; `amount_cents`
    what it moved of the contribution, in `currency`. `reference` is that of a lead or application.
    """

    on: date | None
    lane: str
    title: str
    detail: str = ""
    certainty: str = Certainty.RECORDED
    entry: tuple[str, int] | None = None
    contribution: str = ""
    amount_cents: int | None = None
    currency: str = ""
    reference: str = ""


@kept(64)
def of(organisation: Organisation, lane: str = "") -> list[Happened]:
    """Give everything with an organisation and with those merged into it, newest first; undated events last.

    `lane` narrows to one of `LANES`. About a dozen queries, however much there is.
    """
    sources = {
        SAID: _exchanges,
        LEADS: _leads,
        LETTERS: _letters,
        BOOKS: _books,
        TOPICS: _credits,
        GROUPS: _seats_and_roles,
        RECORD: _record,
    }
    chosen = [source for name, source in sources.items() if lane in ("", name)]
    found = [event for source in chosen for event in source(organisation)]
    # Sorting keeps the order within a day, in which each source gives the newest first.
    return sorted(found, key=lambda event: event.on or date.min, reverse=True)


def _exchanges(one: Organisation) -> Iterator[Happened]:
    """Calls, meetings, letters and notes."""
    for row in Exchange.objects.filter(organisation=one).select_related("lead").order_by("-on", "-pk"):
        approached = "the office approached it" if row.by_office else "it approached the office"
        about = f"On lead {row.lead.reference}. " if row.lead else ""
        detail = f"{row.summary.rstrip('.')}. {about}{approached.capitalize()}. Kept by {row.recorded_by}."
        yield Happened(row.on, SAID, row.get_channel_display(), detail, row.certainty)


def _leads(one: Organisation) -> Iterator[Happened]:
    """The stages that its leads reached."""
    rows = LeadStep.objects.filter(lead__organisation=one).select_related("lead__topic", "lead__scheme")
    for row in rows.order_by("-on", "-pk"):
        about = f"{row.lead.topic.code}, " if row.lead.topic else ""
        detail = f"{about}{row.lead.scheme.name}. {row.reason}".strip()
        title = f"Lead {row.lead.reference}: {row.get_stage_display().lower()}"
        yield Happened(row.on, LEADS, title, detail, row.lead.certainty, reference=row.lead.reference)


def _letters(one: Organisation) -> Iterator[Happened]:
    """Its applications, and the letters that were handed in."""
    for row in Application.objects.filter(organisation=one).select_related("scheme", "topic").order_by("-made_at"):
        about = f"{row.topic.code}, " if row.topic else ""
        title = f"Application {row.reference} begun; now {row.get_status_display().lower()}"
        detail = f"{about}{row.scheme.name}."
        yield Happened(_day(row.made_at), LETTERS, title, detail, row.certainty, reference=row.reference)
    letters = Letter.objects.filter(application__organisation=one).exclude(submitted_at=None)
    for letter in letters.select_related("application").order_by("-submitted_at"):
        title = f"Letter of endorsement {letter.number} of {letter.application.reference} handed in"
        yield Happened(
            _day(letter.submitted_at), LETTERS, title, letter.reason, letter.application.certainty,
            reference=letter.application.reference,
        )  # fmt: skip


def _books(one: Organisation) -> Iterator[Happened]:
    """The entries about its contributions, each with what it moved of them."""
    mine = identity.given_by(Contribution.objects.order_by(), one.pk).values("pk")
    rows = Transfer.objects.filter(contribution__in=mine).select_related(
        "entry", "contribution__topic", "contribution__project", "from_account", "to_account", "book__scheme"
    )
    moved: dict[tuple[int, int], tuple[Transfer, int]] = {}
    for row in rows.order_by("entry__effective_on", "number"):
        assert row.contribution_id is not None
        is_match = "tranche" in (row.from_account.holder, row.to_account.holder)
        key = (row.entry_id, row.contribution_id)
        first, cents = moved.get(key, (row, 0))
        moved[key] = first, cents + (0 if is_match else row.amount_cents)
    for first, cents in reversed(moved.values()):
        entry, about = first.entry, first.contribution
        assert about is not None
        scheme = first.book.scheme
        title = f"{Entry.Kind(entry.kind).label}: {about.reference} for {about.target_name}"
        yield Happened(
            entry.effective_on, BOOKS, title, f"{entry.reason.rstrip('.')}. Recorded by {entry.actor_name}.",
            entry.day_certainty, (scheme.code, entry.number), about.reference, cents or None, scheme.currency,
        )  # fmt: skip


def _credits(one: Organisation) -> Iterator[Happened]:
    """What it proposed, scoped, drafted, commented or decided."""
    for row in Credit.objects.filter(organisation=one).select_related("topic", "idea").order_by("-on", "-pk"):
        what = f"topic {row.topic.code}" if row.topic else f"idea {row.idea.title}" if row.idea else ""
        yield Happened(row.on, TOPICS, f"{row.get_part_display()}: {what}", row.note, row.certainty)


def _seats_and_roles(one: Organisation) -> Iterator[Happened]:
    """Seats in groups, roles in programmes and relations, from and until when."""
    for seat in one.seats.select_related("group__scheme"):
        title = f"Seat in {seat.group.name} ({seat.get_capacity_display().lower()})"
        yield Happened(seat.from_on, GROUPS, title, f"{seat.group.scheme.name}. {seat.note}".strip(), seat.certainty)
        if seat.until_on:
            yield Happened(seat.until_on, GROUPS, f"{title} ends", seat.group.scheme.name, seat.certainty)
    for held in one.role_holdings.select_related("scheme"):
        title = f"{held.role.replace('_', ' ').capitalize()} of {held.scheme.name}"
        yield Happened(held.from_on, GROUPS, title, held.note, held.certainty)
        if held.until_on:
            yield Happened(held.until_on, GROUPS, f"{title} ends", "", held.certainty)
    for relation in [
        *one.relations.select_related("organisation", "other"),
        *one.relations_to.select_related("organisation", "other"),
    ]:
        category = f" ({relation.category})" if relation.category else ""
        title = f"{relation.organisation.name} {relation.get_kind_display()} {relation.other.name}{category}"
        yield Happened(relation.from_on, GROUPS, title, relation.note, relation.certainty)
        if relation.until_on:
            yield Happened(relation.until_on, GROUPS, f"Ends: {title}", relation.note, relation.certainty)


def _record(one: Organisation) -> Iterator[Happened]:
    """What the office wrote about it, of the audit trail; also of those that were merged into it."""
    slugs = [one.slug, *Organisation.objects.filter(Q(merged_into=one)).values_list("slug", flat=True)]
    rows = AuditEvent.objects.filter(subject__in=[f"organisation/{slug}" for slug in slugs])
    seen = set()
    for row in rows.exclude(action__in=_TOLD_ELSEWHERE).order_by("-pk"):
        # A merge and a relation leave a row with each of the two, which may both be read here.
        told = (row.action, row.recorded_at, str(row.after))
        if told in seen and len(slugs) > 1:
            continue
        seen.add(told)
        detail = f"{_changed(row)}{row.reason.rstrip('.')}{'. ' if row.reason else ''}By {row.actor_name}."
        yield Happened(_day(row.recorded_at), RECORD, row.action[:1].upper() + row.action[1:], detail)


def _changed(row: AuditEvent) -> str:
    """What an edit changed, in words."""
    before, after = row.before or {}, row.after or {}
    if before:
        changed = [key for key in before if before.get(key) != after.get(key)]
        parts = [f"{key.replace('_', ' ')} from {_said(before[key])} to {_said(after.get(key))}" for key in changed]
    else:
        parts = [f"{_TOLD[key]}{_said(after[key])}" for key in _TOLD if after.get(key)]
    return f"{'; '.join(parts)}. " if parts else ""


_TOLD: Final = {
    "name": "",
    "says": "",
    "text": "",
    "category": "category: ",
    "until": "last day ",
    "into": "kept: ",
    "merged": "merged: ",
    "from": "from ",
    "moved": "rows moved: ",
    "past organisation": "PIC ",
    "basis": "because of: ",
    "told apart from": "told apart from ",
}


def _said(value: object) -> str:
    """A value of the trail in words."""
    return "nothing" if value in (None, "") else str(value)


def _day(at: object) -> date | None:
    """The day of an instant in the site's time zone."""
    return timezone.localtime(at).date() if at else None  # type: ignore[arg-type]
