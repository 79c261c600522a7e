"""A correction: a new entry that turns an earlier one round and points to it; the earlier one stays as it was."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cofund.actions import books, topic_states
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move, OpenBook
from cofund.actions.errors import Refused, StageMissing
from cofund.actions.moves import live_cents, live_change, statements_of, version_row
from cofund.actions.rematching import evaluate
from cofund.queries import pools
from cofund.queries.pools import Target
from cofund.queries.seals import VersionRow
from cofund.records.ledger.models import Contribution, ContributionVersion, Entry
from cofund.records.programme.models import Project, Topic
from cofund.rules import stages
from cofund.rules.money import floor_to_unit

_MOST_NAMED: Final = 5


def correct(actor: Actor, entry: Entry, grounds: Grounds, *, at: datetime | None = None) -> Entry:
    """Turn an entry round, as of the day it was about; what is right is booked anew afterwards.

    What was known before the correction stays reproducible; what was true changes from the entry's own day on. A topic that the
    entry adopted, granted or dropped is what it was before; a contribution keeps the project that it was committed to.

    Raises:
        Refused: it is corrected already, or is itself a correction.
        Refused, EnvelopeExhausted, StageMissing: later entries stand on it; they are corrected first.
    """
    actor.require("correct")
    with books.opened(entry.book.scheme.code, actor, at=at) as book:
        if entry.kind == Entry.Kind.CORRECT or entry.corrections.exists():
            raise Refused(
                asked=f"You asked to correct entry {entry.number}.",
                wrong="It is a correction itself." if entry.kind == Entry.Kind.CORRECT else "It is corrected already.",
                remedy="Book what is right as a new entry.",
            )
        rows = entry.transfers.select_related("from_account", "to_account", "contribution", "tranche")
        moves = [
            Move(
                row.to_account.code,
                row.from_account.code,
                row.amount_cents,
                row.contribution,
                row.tranche.code if row.tranche else None,
            )
            for row in rows.order_by("-number")
        ]
        same_day = Grounds(
            entry.effective_on,
            grounds.reason,
            grounds.evidence,
            grounds.decision,
            grounds.certainty,
            grounds.assumption,
        )
        versions = [
            _restored(book, version, moves, same_day)
            for version in entry.contribution_versions.select_related("contribution__tranche")
        ]
        versions += _raised(book, entry, moves, same_day)
        book.record(
            "correct",
            f"entry/{entry.number}",
            after={"entry": book.next_entry},
            reason=grounds.reason,
            evidence=grounds.evidence,
        )
        try:
            made = book.append(Entry.Kind.CORRECT, moves, same_day, corrects=entry, versions=versions)
            # What follows reads what was just booked.
            book.send()
        except StageMissing as error:
            raise _moved_on(entry) or error from error
        _check_matches(book, entry)
        _take_back_status(entry)
        return made


def _moved_on(entry: Entry) -> StageMissing | None:
    """The refusal where later entries took on what an entry moved; None where there are none that still stand."""
    touched = Contribution.objects.filter(transfers__entry=entry).distinct()
    later = Entry.objects.filter(book=entry.book_id, number__gt=entry.number, transfers__contribution__in=touched)
    later = later.exclude(kind=Entry.Kind.CORRECT).filter(corrections=None).distinct().order_by("-number")
    numbers = [str(number) for number in later.values_list("number", flat=True)]
    if not numbers:
        return None
    named = ", then ".join(numbers[:_MOST_NAMED]) + (", and those before" if len(numbers) > _MOST_NAMED else "")
    return StageMissing(
        asked=f"You asked to correct entry {entry.number}.",
        wrong="What it moved does not stand there any more: later entries about the same contribution took it on.",
        remedy=f"Correct entry {named} first; or book what is right now as a new entry.",
    )


def _check_matches(book: OpenBook, entry: Entry) -> None:
    """Hold what a correction leaves against the ratio and the caps; what a later entry took since may be too much now.

    Raises:
        Refused: a contribution of the entry would be matched with more than a bound of the scheme allows.
    """
    touched = Contribution.objects.filter(transfers__entry=entry).exclude(tranche=None).distinct()
    for target in dict.fromkeys(Target.of(one) for one in touched):
        rows = pools.members(target)
        found = evaluate(book, target, rows)
        for row in rows:
            held = row.matched(["promised", *stages.DECIDED_STAGES])
            limits = {bound.name: bound.limit_cents for bound in found[row.contribution.reference].bounds}
            rule = book.scheme.tranche(row.tranche)
            caps = [limits[name] for name in ("partner cap", "topic cap", "project cap") if name in limits]
            if held > min([floor_to_unit(rule.ratio * row.live(), rule.rounding_cents), *caps]):
                raise Refused(
                    asked=f"You asked to correct entry {entry.number}.",
                    wrong=f"Without it, {row.contribution.reference} would be matched with more than the scheme allows.",
                    remedy="Correct the later entries about it first, or amend it.",
                )


def _restored(book: OpenBook, version: ContributionVersion, moves: list[Move], grounds: Grounds) -> VersionRow:
    """What the contribution is said to be without the corrected entry: what then stands, and the statements before it."""
    contribution = version.contribution
    newest = contribution.versions.order_by("-number")[0]
    before = contribution.versions.filter(number__lt=version.number).order_by("-number").first()
    # What cannot be turned round is refused when it is booked, before anything is written.
    amount = max(0, live_cents(book, contribution) + live_change(contribution, moves))
    stated = statements_of((before or version) if newest.pk == version.pk else newest, amount)
    return version_row(book.next_entry_id, contribution, newest.number + 1, amount, stated, grounds)


def _raised(book: OpenBook, entry: Entry, moves: list[Move], grounds: Grounds) -> list[VersionRow]:
    """What contributions are said to be that get back more than their newest version states.

    A release states nothing anew; when it is corrected after an amendment, what it took comes back on top.
    """
    touched = {move.contribution.pk: move.contribution for move in moves if move.contribution is not None}
    for stated in entry.contribution_versions.all():
        touched.pop(stated.contribution_id, None)
    rows = []
    for one in touched.values():
        newest = one.versions.order_by("-number")[0]
        amount = live_cents(book, one) + live_change(one, moves)
        if amount > newest.amount_cents:
            stated_now = statements_of(newest, amount)
            rows.append(version_row(book.next_entry_id, one, newest.number + 1, amount, stated_now, grounds))
    return rows


def _take_back_status(entry: Entry) -> None:
    """Take back what an adoption, a grant or a drop that is corrected now said of its topic, unless another entry says it too."""
    kinds = {Entry.Kind.RESERVE: Topic.Status.ADOPTED, Entry.Kind.COMMIT: Topic.Status.GRANTED}
    ended = (Topic.Status.DROPPED, Topic.Status.NO_AWARD) if entry.kind == Entry.Kind.RELEASE else ()
    said = (kinds[Entry.Kind(entry.kind)],) if entry.kind in kinds else ended
    said_too = Entry.objects.filter(kind=entry.kind, corrections=None)
    for topic in Topic.objects.filter(contributions__transfers__entry=entry).distinct():
        if not said or said_too.filter(transfers__contribution__topic=topic).exists():
            continue
        if entry.kind == Entry.Kind.RESERVE:
            topic.adopted_on = None
        if topic.status in said:
            topic_states.enter(topic, Topic.Status.ADOPTED if topic.adopted_on else Topic.Status.DRAFTING)
        topic.save(update_fields=["adopted_on", *topic_states.FIELDS])
    if entry.kind == Entry.Kind.RESERVE:
        for project in Project.objects.filter(contributions__transfers__entry=entry, topic=None).distinct():
            if not said_too.filter(transfers__contribution__project=project).exists():
                project.adopted_on = None
                project.save(update_fields=["adopted_on"])
