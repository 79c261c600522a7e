"""Where a book ends: the lock of a scheme's book, and what a booking must know of it, in one trip to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from cofund.actions.batches import Batch, day_of, timestamp
from cofund.actions.errors import Refused
from cofund.actions.trips import Rows, trip
from cofund.queries.pools import Target
from cofund.records.programme.models import Tranche


@dataclass(slots=True)
class Room:
    """What a tranche has open after everything booked, in cents, and the latest day anything in it is about."""

    open_cents: int
    latest_on: date


@dataclass(slots=True)
class End:
    """Where the chain of a book ends, what its tranches have open, and by which version of the scheme it goes."""

    book_id: int
    scheme_id: int
    version_id: int
    version_digest: str
    last_entry: int
    last_number: int
    last_hash: str
    last_recorded_at: datetime | None
    tranches: dict[str, Tranche]
    rooms: dict[str, Room]
    # Whether public money of the target that is booked for was ever fixed.
    is_awarded: bool

    def keep(self, batch: Batch, recorded_at: datetime, moved: set[str]) -> None:
        """Add to a batch what the book keeps of its end, and of the tranches that something moved in."""
        batch.execute(_MOVE_END, self.last_entry, self.last_number, self.last_hash, recorded_at, self.book_id)
        for code in sorted(moved):
            room = self.rooms[code]
            batch.execute(_MOVE_ROOM, room.open_cents, room.latest_on, self.tranches[code].pk)


def take(scheme_code: str, target: Target | None) -> End:
    """Take the lock of a scheme's book, and read its end; the state of a target that is booked for is read again with it.

    Raises:
        Refused: there is no such book.
    """
    topic = target.topic.pk if target is not None and target.topic is not None else None
    # A target has one or two accounts of public money; the second place repeats the first where there is one.
    codes = target.grant_codes() if target is not None else [""]
    found = trip([*_locking(scheme_code), (_READ, [codes[0], codes[-1], topic, scheme_code])])
    if not found:
        raise Refused(
            asked=f"You asked for the book of {scheme_code}.",
            wrong="This site has no scheme of that code, or one that matches nothing.",
            remedy="`cofund scheme list` shows the schemes that are installed.",
        )
    is_awarded, status, adopted_on = found[0][13:]
    if target is not None:
        target.renew(status, day_of(adopted_on))
    return _end(found, bool(is_awarded))


def _end(found: Rows, is_awarded: bool) -> End:
    """The end of a book from the rows that tell of it, one a tranche."""
    book_id, scheme_id, version_id, digest, last_entry, last_number, last_hash, recorded_at = found[0][:8]
    tranches, rooms = {}, {}
    for tranche_id, code, name, open_cents, latest_on in (line[8:13] for line in found):
        tranches[code] = _tranche(tranche_id, scheme_id, code, name)
        rooms[code] = Room(open_cents, _known(day_of(latest_on)))
    return End(
        book_id,
        scheme_id,
        version_id,
        digest,
        last_entry,
        last_number,
        last_hash,
        timestamp(recorded_at),
        tranches,
        rooms,
        is_awarded,
    )


def _known(day: date | None) -> date:
    """A day that the database always has."""
    assert day is not None
    return day


@lru_cache(maxsize=256)
def _tranche(tranche_id: int, scheme_id: int, code: str, name: str) -> Tranche:
    """The row of a tranche as an object; the same one as long as nothing of it changes."""
    return Tranche(id=tranche_id, scheme_id=scheme_id, code=code, name=name)


def _locking(scheme_code: str) -> list[tuple[str, list[Any]]]:
    """The statement that takes the lock, apart from the one that reads: what follows a wait sees what was committed meanwhile.

    SQLite has locked everything since the transaction began.
    """
    return [(_LOCK, [scheme_code])] if connection.vendor == "postgresql" else []


_LOCK = "SELECT id FROM ledger_book WHERE scheme_id = (SELECT id FROM programme_scheme WHERE code = %s) FOR UPDATE"
_READ = (
    "SELECT b.id, b.scheme_id, b.version_id, v.digest, b.last_entry, b.last_number, b.last_hash, b.last_recorded_at, "
    "t.id, t.code, t.name, r.open_cents, r.latest_on, "
    "EXISTS (SELECT 1 FROM ledger_account g WHERE g.book_id = b.id AND g.code IN (%s, %s)), p.status, p.adopted_on "
    "FROM programme_scheme s JOIN ledger_book b ON b.scheme_id = s.id "
    "JOIN programme_schemeversion v ON v.id = b.version_id "
    "JOIN ledger_trancheroom r ON r.book_id = b.id JOIN programme_tranche t ON t.id = r.tranche_id "
    "LEFT JOIN programme_topic p ON p.id = %s WHERE s.code = %s"
)
_MOVE_END = (
    "UPDATE ledger_book SET last_entry = %s, last_number = %s, last_hash = %s, last_recorded_at = %s WHERE id = %s"
)
_MOVE_ROOM = "UPDATE ledger_trancheroom SET open_cents = %s, latest_on = %s WHERE tranche_id = %s"
