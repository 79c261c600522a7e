"""Everything that happened with one organisation, in one list: what was said, leads, letters, money, seats and edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cofund.queries import identity
from cofund.queries.keeping import kept
from cofund.records.directory.models import AuditEvent, Certainty, Organisation
from cofund.records.ledger.models import (
    Application,
    Confirmation,
    Contribution,
    Entry,
    Letter,
    PartnerCheck,
    Transfer,
)
from cofund.records.programme.models import Comment, Credit, Exchange, LeadStep
from cofund.records.programme.models.groups import NO_NUMBER, NUMBER_NOT_KNOWN

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
# What the steps of an application are called here; its beginning and its letters are told from the rows themselves.
STEPS: Final = {
    "name the target": "what it is for is named",
    "return application": "returned for completion",
    "check application": "checked",
    "accept warning": "a warning is accepted",
    "schedule application": "put on an agenda of the board",
    "take off agenda": "taken off the agenda",
    "approve application": "approved",
    "approve on conditions": "approved on conditions",
    "reject application": "rejected",
    "meet conditions": "conditions met, approved",
    "let application lapse": "lapsed",
    "withdraw application": "withdrawn",
    "write next letter": "next letter begun",
    "schedule next letter": "next letter put on an agenda of the board",
    "endorse next letter": "next letter endorsed",
}


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

    `lane` narrows to one of `LANES`. Some fifteen queries, however much there is.
    """
    sources = {
        SAID: _exchanges,
        LEADS: _leads,
        LETTERS: _letters,
        BOOKS: _books,
        TOPICS: _topics,
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
    """Its applications with every step to their end, and the letters that were handed in."""
    rows = Application.objects.filter(organisation=one).select_related("scheme", "topic").order_by("-made_at")
    yield from _steps(rows)
    for row in rows:
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


def _steps(rows: Iterable[Application]) -> Iterator[Happened]:
    """What was done with applications, of the audit trail; where that does not tell how one stands, as of one that was taken
    from a public source, the row does.
    """
    known = {f"{row.scheme.code}/application/{row.reference}": row for row in rows}
    told = set()
    for event in AuditEvent.objects.filter(subject__in=known, action__in=STEPS).order_by("-pk"):
        row, after = known[event.subject], event.after or {}
        if event.before and event.before.get("status") != after.get("status"):
            told.add((row.pk, after.get("status")))
        parts = (event.reason, _decision(after.get("decision", "")), f"By {event.actor_name}")
        yield _step(row, STEPS[event.action], _day(event.recorded_at), parts)
    for row in known.values():
        has_gone_on = row.status not in (Application.Status.DRAFT, Application.Status.SUBMITTED)
        if has_gone_on and (row.pk, row.status) not in told:
            yield _step(row, row.get_status_display().lower(), _day(row.status_since_at), (row.reason,))


def _decision(number: str) -> str:
    """A decision by its number, as far as that is known; empty where there is none."""
    if not number:
        return ""
    return f"Decision, {NUMBER_NOT_KNOWN}" if number.startswith(NO_NUMBER) else f"Decision {number}"


def _step(row: Application, words: str, on: date | None, parts: Iterable[str]) -> Happened:
    """One step of an application."""
    detail = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    return Happened(
        on, LETTERS, f"Application {row.reference}: {words}", detail, row.certainty, reference=row.reference
    )


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


def _topics(one: Organisation) -> Iterator[Happened]:
    """What it had a part in, what it said in consultations, and what it was asked when a text changed; with the answers."""
    yield from _credits(one)
    comments = Comment.objects.filter(organisation=one).select_related("consultation__topic").order_by("-pk")
    for said in comments:
        title = f"Comment on topic {said.consultation.topic.code}"
        if said.answered_at:
            words = f"{said.answer_text.rstrip('.')}. By {said.answered_by}."
            yield Happened(
                _day(said.answered_at), TOPICS, f"{title} answered: {said.get_answer_display().lower()}", words
            )
        yield Happened(_day(said.made_at), TOPICS, title, f"{said.author_name}: {said.text}")
    mine = identity.given_by(Contribution.objects.order_by(), one.pk).values("pk")
    asked = Confirmation.objects.filter(Q(contribution__in=mine) | Q(application__organisation=one))
    related = ("contribution", "application", "topic_version__topic")
    for row in asked.select_related(*related).order_by("-pk"):
        yield from _asked_again(row)


def _asked_again(row: Confirmation) -> Iterator[Happened]:
    """That it was asked, or told, after a text changed; and what it answered."""
    about = f"version {row.topic_version.number} of topic {row.topic_version.topic.code}"
    contribution = row.contribution.reference if row.contribution else ""
    application = row.application.reference if row.application else ""
    answer, what = row.get_answer_display().lower(), "Asked whether it stands after" if row.needs_answer else "Told of"
    by = " ".join(part for part in (row.answer_text, f"By {row.answered_by}.") if part)
    told = [(row.answered_at, f"Answer on {about}, {row.reference}: {answer}", by)] if row.answered_at else []
    for at, title, detail in (*told, (row.asked_at, f"{what} {about}: {row.reference}", "")):
        yield Happened(_day(at), TOPICS, title, detail, contribution=contribution, reference=application)


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
    """What the office wrote about it, of the audit trail; also of those that were merged into it. And who was checked again."""
    mine = identity.given_by(Contribution.objects.order_by(), one.pk).values("pk")
    checks = PartnerCheck.objects.filter(contribution__in=mine).select_related("contribution").order_by("-pk")
    for check in checks:
        reference = check.contribution.reference
        found = " ".join((*check.findings, check.reason)).strip() or "Nothing stands against it."
        title = f"Who stands behind {reference} checked again"
        yield Happened(_day(check.checked_at), RECORD, title, f"{found} By {check.checked_by}.", contribution=reference)
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
