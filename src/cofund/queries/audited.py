"""Verifies that entries and audit trail say the same: who booked what and when, and the decision that an entry rests on.

Every entry has exactly one audit row of its booking, written in the same transaction. Entries seal its digest, who acted and the
decision with their own hash; of those booked before they did, rows that state the same are held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cofund.queries.seals import audit_facts, decision_facts
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Book, Entry
from cofund.rules import chain
from cofund.rules.book_rows import EntryRow, Finding

# What the audit trail calls the booking of an entry, by the entry's kind; other rows that name an entry tell what led to it.
_ACTIONS: Final = {
    **{kind.value: (kind.value,) for kind in Entry.Kind},
    "release": ("release", "close project", "drop"),
    "top_up": ("top_up", "reallocate"),
}
_BOOKING: Final = tuple(sorted({action for actions in _ACTIONS.values() for action in actions}))


class Trail:
    """The audit rows of a book's entries, read forward once beside the entries."""

    def __init__(self, book: Book) -> None:
        """Begin at the oldest row."""
        rows = AuditEvent.objects.filter(subject__startswith=f"{book.scheme.code}/", action__in=_BOOKING)
        self._rows = _numbered(rows.order_by("pk").iterator(chunk_size=2_000))
        self._next = next(self._rows, None)
        self._waiting: dict[int, list[AuditEvent]] = {}
        # Entries that were booked with another one and have no audit row of their own.
        self._beside: set[int] = set()
        self._last = 0

    def check(self, entry: Entry, row: EntryRow) -> Iterator[Finding]:
        """Hold an entry against its audit row and its decision; entries come in the order of their numbers."""
        name, self._last = f"entry {entry.number} (row {entry.pk})", entry.number
        found = self._of(entry.number)
        if not found and _is_reallocated(row):
            self._beside.add(entry.number)
        elif not found:
            yield Finding(
                name, "no audit row", f"one, of the action {' or '.join(_ACTIONS.get(row.kind, (row.kind,)))}"
            )
        for event in found[1:]:
            yield Finding(
                f"audit row {event.pk}", f"another row of entry {entry.number}", f"audit row {found[0].pk} alone"
            )
        if found:
            yield from _differences(name, entry, row, found[0])
            self._beside.discard(_cut_with(found[0]))
        yield from _sealed(name, entry, found[0] if found else None)

    def finish(self) -> Iterator[Finding]:
        """Name the rows that no entry has: of the end of a chain that was cut off, or out of their place."""
        self._of(1 << 62)
        for number, events in sorted(self._waiting.items()):
            for event in events:
                expected = f"no more than {self._last}, where the book ends"
                if number <= self._last:
                    expected = "one row of each entry, in the order of the entries"
                yield Finding(f"audit row {event.pk}", f"{event.action} as entry {number}", expected)
        for number in sorted(self._beside):
            yield Finding(f"entry {number}", "no audit row", "that of the top-up that it was booked with")

    def _of(self, number: int) -> list[AuditEvent]:
        """The rows of an entry, as far as they stand where it was booked."""
        while self._next is not None and self._next[0] <= number:
            self._waiting.setdefault(self._next[0], []).append(self._next[1])
            self._next = next(self._rows, None)
        return self._waiting.pop(number, [])


def _numbered(events: Iterator[AuditEvent]) -> Iterator[tuple[int, AuditEvent]]:
    """The rows that name an entry, with its number."""
    for event in events:
        number = event.after.get("entry") if isinstance(event.after, dict) else None
        if type(number) is int:
            yield number, event


def _is_reallocated(row: EntryRow) -> bool:
    """Whether an entry is the cut of a reallocation, whose audit row is that of the top-up."""
    stated = row.facts["explanation"]
    return row.kind == "cut" and isinstance(stated, dict) and "reallocation" in stated


def _cut_with(event: AuditEvent) -> int:
    """The number of the cut that an audit row of a reallocation tells of; 0 of others."""
    number = event.after.get("cut") if event.action == "reallocate" else None
    return number if type(number) is int else 0


def _differences(name: str, entry: Entry, row: EntryRow, event: AuditEvent) -> Iterator[Finding]:
    """Hold what both state against each other."""
    where = f"audit row {event.pk}"
    actions = _ACTIONS.get(row.kind, (row.kind,))
    if event.action not in actions:
        yield Finding(where, f"action {event.action}", f"{' or '.join(actions)}, as {name} is booked")
    about = _about(row)
    if about and event.subject.split("/", 1)[1] not in about:
        yield Finding(where, f"subject {event.subject}", f"{' or '.join(sorted(about))}, which {name} moves")
    for what, stands, expected in (
        ("actor", event.actor_name, entry.actor_name),
        ("actor row", event.actor_id, entry.actor_id),
        ("instant", event.recorded_at, entry.recorded_at),
        ("reason", event.reason, entry.reason),
    ):
        if stands != expected:
            yield Finding(where, f"{what} {stands}", f"{what} {expected}, as {name} says")


def _about(row: EntryRow) -> set[str]:
    """The subjects that the audit row of an entry about contributions or tranches can have; none where it is about others."""
    if row.kind in ("top_up", "cut"):
        return (
            set() if "reallocation" in row.facts["explanation"] else {f"tranche/{one.tranche}" for one in row.transfers}
        )
    if row.kind in ("reserve", "commit", "award", "release", "correct"):
        return set()
    return {f"contribution/{one.contribution}" for one in row.transfers if one.contribution}


def _sealed(name: str, entry: Entry, event: AuditEvent | None) -> Iterator[Finding]:
    """Hold the audit row, the actor and the decision against what the entry sealed of them."""
    sealed: dict[str, Any] | None = entry.sealed
    if sealed is None:
        return
    if entry.actor_id != sealed.get("actor"):
        yield Finding(name, f"actor row {entry.actor_id}", f"actor row {sealed.get('actor')}, as it sealed")
    if event is not None and chain.digest(audit_facts(vars(event))) != sealed.get("audit"):
        yield Finding(f"audit row {event.pk}", "another content", f"what {name} sealed of it")
    if entry.decision is None:
        return
    stated, stands = sealed.get("decision") or {}, decision_facts(entry.decision)
    for what, value in stands.items():
        if value != stated.get(what):
            row = f"decision {entry.decision.number} (row {entry.decision.pk})"
            yield Finding(row, f"{what} {value}", f"{what} {stated.get(what)}, as {name} sealed")
