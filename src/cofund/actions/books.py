"""The one door into the books: entries and transfers are appended here and nowhere else.

An open book holds the lock of its scheme, so the last transfer, its hash and what each tranche has open cannot change until the
transaction ends. Nothing is written before every check has passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from cofund.actions.actors import Actor
from cofund.actions.batches import Batch, columns_of, day_of, read, timestamp, without_key
from cofund.actions.days import check_day
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.refusals import exhausted, stage_missing
from cofund.queries import clock, flows, rooms, schemes
from cofund.queries.seals import entry_facts, transfer_facts
from cofund.records.ledger.models import Account, Book, Contribution, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import Certainty, Decision, Tranche
from cofund.rules import accounts, chain, stages
from cofund.rules.money import in_words
from cofund.rules.position import Flow, Position
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer to book: whole cents from one account to another, and whose money it is."""

    from_code: str
    to_code: str
    amount_cents: int
    contribution: Contribution | None = None
    tranche: str | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why something is booked: the day it is about, the reason, the evidence, the decision, and what is assumed."""

    effective_on: date
    reason: str
    evidence: str = ""
    decision: Decision | None = None
    certainty: str = Certainty.RECORDED
    assumption: str = ""


@dataclass(slots=True)
class Room:
    """What a tranche has open after everything booked, in cents, and the latest day anything in it is about."""

    open_cents: int
    latest_on: date


@dataclass
class OpenBook:
    """A scheme's book while its lock is held."""

    scheme: Scheme
    version_id: int
    version_digest: str
    row: Book
    actor: Actor
    at: datetime
    tranches: dict[str, Tranche]
    rooms: dict[str, Room]
    # Rows that the next entry takes with it to the database, in one go.
    batch: Batch = field(default_factory=Batch)
    positions: dict[int, Position] = field(default_factory=dict)

    @property
    def next_entry(self) -> int:
        """The number that the next entry gets."""
        return self.row.last_entry + 1

    @property
    def next_entry_id(self) -> int:
        """The key that the next entry gets."""
        return accounts.numbered(self.row.pk, self.next_entry)

    def room(self, tranche: str, on: date) -> int:
        """The most that can leave the tranche's open money on a day, so that no later day is overdrawn either, in cents."""
        room = self.rooms[tranche]
        return rooms.room(self.row.pk, self.tranches[tranche], on, room.open_cents, room.latest_on)

    def match_room(self, tranche: str, on: date) -> int:
        """What of the room may be matched on a day, in cents: nothing outside the tranche's validity, and its year's cap."""
        rule = self.scheme.tranche(tranche)
        return rooms.for_match(rule, self.row.pk, self.tranches[tranche], on, self.room(tranche, on))

    def position(self, contribution: Contribution) -> Position:
        """Where a contribution's money and its match stand, with everything booked in this transaction."""
        if contribution.pk not in self.positions:
            self.positions.update(flows.positions_of_contributions([contribution.pk]))
            self.positions.setdefault(contribution.pk, Position())
        return self.positions[contribution.pk]

    def append(
        self,
        kind: str,
        moves: Sequence[Move],
        grounds: Grounds,
        *,
        explanation: dict[str, Any] | None = None,
        corrects: Entry | None = None,
        versions: Sequence[ContributionVersion] = (),
    ) -> Entry:
        """Book one entry with its transfers, after checking that every account can bear them.

        `versions` is what contributions are said to be from this entry on: not written yet, and of the key that the entry gets.

        Raises:
            Refused: there is nothing to book, a day far off, or a move that the books do not know.
            EnvelopeExhausted: a tranche has less open than the moves take.
            StageMissing: a contribution has less in a stage than the moves take.
        """
        check_day(self.scheme, kind, grounds.effective_on, self.at)
        moves = [move for move in moves if move.amount_cents]
        if not moves:
            raise Refused(
                asked=f"You asked to book: {kind}.",
                wrong="That changes no amount, so there is nothing to book.",
                remedy="Check the amount that you entered.",
            )
        # What comes back to a tranche is counted before what is taken, so that one entry may do both.
        moves = sorted(moves, key=lambda move: not move.to_code.endswith(":open"))
        freed: dict[str, int] = {}
        for move in moves:
            self._check(kind, move, grounds.effective_on, freed)
        entry = Entry(
            id=self.next_entry_id,
            book=self.row,
            number=self.next_entry,
            kind=kind,
            effective_on=grounds.effective_on,
            recorded_at=self.at,
            actor_id=self.actor.user_id,
            actor_name=self.actor.name,
            reason=grounds.reason,
            evidence=grounds.evidence,
            certainty=grounds.certainty,
            assumption=grounds.assumption,
            decision=grounds.decision,
            corrects=corrects,
            scheme_version_id=self.version_id,
            explanation=explanation or {},
        )
        entry._state.adding = False
        self.batch.insert(Entry, columns_of(entry))
        if versions:
            self.batch.insert(ContributionVersion, *map(without_key, versions))
        self._append_transfers(entry, moves, versions)
        self.batch.send()
        return entry

    def _append_transfers(self, entry: Entry, moves: Sequence[Move], versions: Sequence[ContributionVersion]) -> None:
        """Write the transfers of an entry at the end of the chain, and where the chain now ends."""
        facts = entry_facts(
            entry,
            scheme=self.scheme.code,
            decision=entry.decision.number if entry.decision else None,
            corrects=entry.corrects.number if entry.corrects else None,
            version_digest=self.version_digest,
            versions=versions,
        )
        entry_digest, number, last_hash = chain.digest(facts), self.row.last_number, self.row.last_hash
        rows = []
        for move in moves:
            number += 1
            row = self._transfer(entry, move, number, last_hash, entry_digest)
            last_hash = row["hash"]
            rows.append(row)
        self.batch.insert(Transfer, *rows)
        self.row.last_entry, self.row.last_number, self.row.last_hash = entry.number, number, last_hash
        self.row.last_recorded_at = self.at
        self.batch.execute(_MOVE_END, entry.number, number, last_hash, self.at, self.row.pk)
        for code in {move.tranche for move in moves if move.tranche}:
            room = self.rooms[code]
            self.batch.execute(_MOVE_ROOM, room.open_cents, room.latest_on, self.tranches[code].pk)

    def _transfer(self, entry: Entry, move: Move, number: int, previous: str, entry_digest: str) -> dict[str, Any]:
        """Build the columns of one transfer, and count what it changes in its tranche."""
        room = self.rooms[move.tranche] if move.tranche else None
        if room is not None:
            room.open_cents += open_change(move)
            room.latest_on = max(room.latest_on, entry.effective_on)
        open_after = room.open_cents if room else None
        facts = transfer_facts(
            number=number,
            from_code=move.from_code,
            to_code=move.to_code,
            amount_cents=move.amount_cents,
            effective_on=entry.effective_on,
            contribution=move.contribution.reference if move.contribution else None,
            tranche=move.tranche,
            open_after_cents=open_after,
        )
        return {
            "id": accounts.numbered(self.row.pk, number),
            "book_id": self.row.pk,
            "number": number,
            "entry_id": entry.pk,
            "from_account_id": accounts.id_of(self.row.pk, move.from_code),
            "to_account_id": accounts.id_of(self.row.pk, move.to_code),
            "amount_cents": move.amount_cents,
            "effective_on": entry.effective_on,
            "contribution_id": move.contribution.pk if move.contribution else None,
            "tranche_id": self.tranches[move.tranche].pk if move.tranche else None,
            "open_after_cents": open_after,
            "previous_hash": previous,
            "hash": chain.link(previous, facts, entry_digest),
        }

    def _check(self, kind: str, move: Move, on: date, freed: dict[str, int]) -> None:
        """Refuse a move that the books do not know, or that an account cannot bear on the day or later.

        `freed` is by how much the moves before, of the same entry, changed what each tranche has open.
        """
        from_holder, _, from_stage = accounts.parts(move.from_code)
        to_holder, _, to_stage = accounts.parts(move.to_code)
        holder = to_holder if from_holder == accounts.OUTSIDE else from_holder
        known = stages.is_allowed(holder, from_stage, to_stage, correcting=kind == Entry.Kind.CORRECT)
        if move.amount_cents < 0 or not known:
            raise ValueError(f"The books know no move of {move.amount_cents} from {move.from_code} to {move.to_code}.")
        if from_holder == "tranche" and from_stage == "open":
            assert move.tranche is not None
            left = self.room(move.tranche, on) + freed.get(move.tranche, 0)
            if move.amount_cents > left:
                raise exhausted(self.scheme, move.tranche, move.amount_cents, left)
        elif from_holder == "grant":
            left = flows.position_of_grant(self.row.pk, move.from_code).room(move.from_code, on)
            if move.amount_cents > left:
                currency, target = self.scheme.currency, accounts.parts(move.from_code)[1]
                raise Refused(
                    asked=f"You asked to lower the award of {target} by {in_words(move.amount_cents, currency)}.",
                    wrong=f"On {on.isoformat()} or a later day it holds {in_words(left, currency)}.",
                    remedy="Choose a later day, or correct the entries that follow first.",
                    field="amount",
                )
        elif move.contribution is not None and from_holder != accounts.OUTSIDE:
            left = self.position(move.contribution).room(move.from_code, on)
            if move.amount_cents > left:
                raise stage_missing(self.scheme, move.contribution, from_stage, move.amount_cents, left, on)
        if move.tranche:
            freed[move.tranche] = freed.get(move.tranche, 0) + open_change(move)
        if move.contribution is not None and move.contribution.pk in self.positions:
            self.positions[move.contribution.pk].add(Flow(move.from_code, move.to_code, move.amount_cents, on))


def open_accounts(row: Book, codes: Sequence[str], tranches: Mapping[str, Tranche]) -> None:
    """Open the accounts that a book does not have yet; those that it has stay. The caller holds the book's lock."""
    held = set(Account.objects.filter(book=row, code__in=codes).values_list("code", flat=True))
    new = []
    for code in codes:
        if code in held:
            continue
        holder, name, stage = accounts.parts(code)
        tranche = tranches.get(name) if holder in (Account.Holder.TRANCHE, Account.Holder.CONTRIBUTION) else None
        number = accounts.id_of(row.pk, code)
        new.append(Account(id=number, book=row, code=code, holder=holder, stage=stage, tranche=tranche))
    Account.objects.bulk_create(new)


def open_change(move: Move) -> int:
    """By how much a move changes what its tranche has open, in cents."""
    return move.amount_cents * (move.to_code.endswith(":open") - move.from_code.endswith(":open"))


@contextmanager
def opened(scheme_code: str, actor: Actor, *, at: datetime | None = None) -> Iterator[OpenBook]:
    """Open the book of a scheme for writing: one transaction, one writer.

    Args:
        scheme_code: the scheme, e.g. `imi2`.
        actor: in whose name is booked.
        at: the instant of recording; now, unless the clock is given. It never goes back within a book.

    Raises:
        Refused: there is no such book, or `at` is before the last entry.
    """
    with writing():
        yield _open(scheme_code, actor, at)


def _open(scheme_code: str, actor: Actor, at: datetime | None) -> OpenBook:
    """Take the lock and read the end of the book and the room of its tranches, in one go."""
    found = read(_LOCK if connection.vendor == "postgresql" else _LOCK.removesuffix(_FOR_UPDATE), [scheme_code])
    if not found:
        raise Refused(
            asked=f"You asked for the book of {scheme_code}.",
            wrong="This site has no scheme of that code, or one that matches nothing.",
            remedy="`cofund scheme list` shows the schemes that are installed.",
        )
    pk, scheme_id, version_id, digest, last_entry, last_number, last_hash, last_recorded = found[0][:8]
    recorded_at = timestamp(last_recorded)
    row = Book(
        id=pk,
        scheme_id=scheme_id,
        version_id=version_id,
        last_entry=last_entry,
        last_number=last_number,
        last_hash=last_hash,
        last_recorded_at=recorded_at,
    )
    row._state.adding = False
    if at is None:
        at = max(clock.now(), recorded_at) if recorded_at else clock.now()
    elif recorded_at and at < recorded_at:
        raise Refused(
            asked=f"You asked to record at {at.isoformat()}.",
            wrong=f"The book already goes to {recorded_at.isoformat()}.",
            remedy="Record at a later instant; the day that it is about may lie in the past.",
        )
    scheme = schemes.of_version_and_digest(version_id, digest)
    return OpenBook(
        scheme,
        version_id,
        digest,
        row,
        actor,
        at,
        {
            code: Tranche(tranche_id, scheme_id, code, name)
            for tranche_id, code, name, _, _ in (line[8:] for line in found)
        },
        {code: Room(cents, day_of(latest)) for _, code, _, cents, latest in (line[8:] for line in found)},
    )


# Both rows are locked by one statement, which after a wait reads both anew.
_FOR_UPDATE = " FOR UPDATE OF b, r"
_LOCK = (
    "SELECT b.id, b.scheme_id, b.version_id, v.digest, b.last_entry, b.last_number, b.last_hash, b.last_recorded_at, "
    "t.id, t.code, t.name, r.open_cents, r.latest_on "
    "FROM programme_scheme s JOIN ledger_book b ON b.scheme_id = s.id "
    "JOIN programme_schemeversion v ON v.id = b.version_id "
    "JOIN ledger_trancheroom r ON r.book_id = b.id JOIN programme_tranche t ON t.id = r.tranche_id "
    "WHERE s.code = %s" + _FOR_UPDATE
)
_MOVE_END = (
    "UPDATE ledger_book SET last_entry = %s, last_number = %s, last_hash = %s, last_recorded_at = %s WHERE id = %s"
)
_MOVE_ROOM = "UPDATE ledger_trancheroom SET open_cents = %s, latest_on = %s WHERE tranche_id = %s"
