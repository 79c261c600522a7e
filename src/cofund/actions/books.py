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

from cofund.actions import audit, ends
from cofund.actions.actors import Actor
from cofund.actions.batches import Batch, stored
from cofund.actions.days import check_day
from cofund.actions.ends import End
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.refusals import exhausted, stage_missing
from cofund.queries import clock, flows, rooms, schemes
from cofund.queries.pools import Target
from cofund.queries.seals import VersionRow, audit_facts, decision_facts, entry_facts, transfer_facts
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Account, Contribution, ContributionVersion, Entry, Transfer
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
class OpenBook:
    """A scheme's book while its lock is held: where it ends, and what is booked in it and not sent yet."""

    scheme: Scheme
    end: End
    actor: Actor
    at: datetime
    # Rows that go to the database in one go.
    batch: Batch = field(default_factory=Batch)
    positions: dict[int, Position] = field(default_factory=dict)
    # The digest of the audit row that the entry which comes next carries; None before it is left.
    noted: str | None = None
    # The tranches whose room changed since rows were last sent; None where nothing was booked since.
    moved: set[str] | None = None

    @property
    def id(self) -> int:
        """The key of the book."""
        return self.end.book_id

    @property
    def next_entry(self) -> int:
        """The number that the next entry gets."""
        return self.end.last_entry + 1

    @property
    def next_entry_id(self) -> int:
        """The key that the next entry gets."""
        return accounts.numbered(self.id, self.next_entry)

    def room(self, tranche: str, on: date) -> int:
        """The most that can leave the tranche's open money on a day, so that no later day is overdrawn either, in cents."""
        room = self.end.rooms[tranche]
        return rooms.room(self.id, self.end.tranches[tranche], on, room.open_cents, room.latest_on)

    def match_room(self, tranche: str, on: date) -> int:
        """What of the room may be matched on a day, in cents: nothing outside the tranche's validity, and its year's cap."""
        rule = self.scheme.tranche(tranche)
        return rooms.for_match(rule, self.id, self.end.tranches[tranche], on, self.room(tranche, on))

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
        versions: Sequence[VersionRow] = (),
    ) -> Entry:
        """Book one entry with its transfers, after checking that every account can bear them; its rows go out with the commit.

        `versions` is what contributions are said to be from this entry on, of the key that the entry gets. The entry seals the
        audit row that was recorded before it.

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
        columns = self._columns(kind, grounds, corrects, explanation or {})
        self.batch.insert(Entry, columns)
        if versions:
            self.batch.insert(ContributionVersion, *(stated for _, stated in versions))
        facts = entry_facts(
            columns,
            scheme=self.scheme.code,
            decision=grounds.decision.number if grounds.decision else None,
            corrects=corrects.number if corrects else None,
            version_digest=self.end.version_digest,
            versions=versions,
        )
        self._append_transfers(columns, moves, chain.digest(facts))
        return stored(Entry, columns, decision=grounds.decision, corrects=corrects)

    def _columns(
        self, kind: str, grounds: Grounds, corrects: Entry | None, explanation: dict[str, Any]
    ) -> dict[str, Any]:
        """The columns of the next entry."""
        return {
            "id": self.next_entry_id,
            "book_id": self.id,
            "number": self.next_entry,
            "kind": str(kind),
            "effective_on": grounds.effective_on,
            "recorded_at": self.at,
            "actor_id": self.actor.user_id,
            "actor_name": self.actor.name,
            "reason": grounds.reason,
            "evidence": grounds.evidence,
            "certainty": str(grounds.certainty),
            "assumption": grounds.assumption,
            "decision_id": grounds.decision.pk if grounds.decision else None,
            "corrects_id": corrects.pk if corrects else None,
            "scheme_version_id": self.end.version_id,
            "explanation": explanation,
            "sealed": self._sealed(grounds.decision),
        }

    def _sealed(self, decision: Decision | None) -> dict[str, Any]:
        """What other rows say and the entry seals with its own hash: who acts, the audit row, and the decision."""
        sealed: dict[str, Any] = {"actor": self.actor.user_id, "audit": self.noted}
        self.noted = None
        return sealed if decision is None else sealed | {"decision": decision_facts(decision)}

    def _append_transfers(self, entry: dict[str, Any], moves: Sequence[Move], entry_digest: str) -> None:
        """Add the transfers of an entry at the end of the chain."""
        rows = []
        for move in moves:
            row = self._transfer(entry, move, entry_digest)
            self.end.last_number, self.end.last_hash = row["number"], row["hash"]
            rows.append(row)
        self.batch.insert(Transfer, *rows)
        self.end.last_entry = entry["number"]
        self.moved = (self.moved or set()).union(move.tranche for move in moves if move.tranche)

    def _transfer(self, entry: dict[str, Any], move: Move, entry_digest: str) -> dict[str, Any]:
        """Build the columns of one transfer, and count what it changes in its tranche."""
        number, on = self.end.last_number + 1, entry["effective_on"]
        room = self.end.rooms[move.tranche] if move.tranche else None
        if room is not None:
            room.open_cents += open_change(move)
            room.latest_on = max(room.latest_on, on)
        open_after = room.open_cents if room else None
        facts = transfer_facts(
            number=number,
            from_code=move.from_code,
            to_code=move.to_code,
            amount_cents=move.amount_cents,
            effective_on=on,
            contribution=move.contribution.reference if move.contribution else None,
            tranche=move.tranche,
            open_after_cents=open_after,
        )
        return {
            "id": accounts.numbered(self.id, number),
            "book_id": self.id,
            "number": number,
            "entry_id": entry["id"],
            "from_account_id": accounts.id_of(self.id, move.from_code),
            "to_account_id": accounts.id_of(self.id, move.to_code),
            "amount_cents": move.amount_cents,
            "effective_on": on,
            "contribution_id": move.contribution.pk if move.contribution else None,
            "tranche_id": self.end.tranches[move.tranche].pk if move.tranche else None,
            "open_after_cents": open_after,
            "previous_hash": self.end.last_hash,
            "hash": chain.link(self.end.last_hash, facts, entry_digest),
        }

    def record(
        self,
        action: str,
        subject: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        reason: str = "",
        evidence: str = "",
    ) -> None:
        """Leave the audit row of the entry that is booked next; `subject` is named within the scheme: `contribution/imi2-7`."""
        columns = audit.columns(
            self.actor,
            action,
            f"{self.scheme.code}/{subject}",
            at=self.at,
            before=before,
            after=after,
            reason=reason,
            evidence=evidence,
        )
        self.noted = chain.digest(audit_facts(columns))
        self.batch.insert(AuditEvent, columns)

    def send(self, *, commits: bool = False) -> None:
        """Send what is booked, and where the chain now ends; `commits` ends the transaction with it.

        Leaving the book does this. Before, only who must read what was just booked has to.
        """
        if self.moved is not None:
            self.end.keep(self.batch, self.at, self.moved)
            self.moved = None
        self.batch.send(commits=commits)

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
            left = flows.position_of_grant(self.id, move.from_code).room(move.from_code, on)
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


def open_accounts(book_id: int, codes: Sequence[str], tranches: Mapping[str, Tranche]) -> None:
    """Open the accounts that a book does not have yet; those that it has stay. The caller holds the book's lock."""
    held = set(Account.objects.filter(book=book_id, code__in=codes).values_list("code", flat=True))
    new = []
    for code in codes:
        if code in held:
            continue
        holder, name, stage = accounts.parts(code)
        tranche = tranches.get(name) if holder in (Account.Holder.TRANCHE, Account.Holder.CONTRIBUTION) else None
        number = accounts.id_of(book_id, code)
        new.append(Account(id=number, book_id=book_id, code=code, holder=holder, stage=stage, tranche=tranche))
    Account.objects.bulk_create(new)


def open_change(move: Move) -> int:
    """By how much a move changes what its tranche has open, in cents."""
    return move.amount_cents * (move.to_code.endswith(":open") - move.from_code.endswith(":open"))


@contextmanager
def opened(
    scheme_code: str, actor: Actor, *, at: datetime | None = None, target: Target | None = None
) -> Iterator[OpenBook]:
    """Open the book of a scheme for writing: one transaction, one writer. What is booked goes out when it is closed.

    Args:
        scheme_code: the scheme, e.g. `imi2`.
        actor: in whose name is booked.
        at: the instant of recording; now, unless the clock is given. It never goes back within a book.
        target: the topic or project that is booked for; its state is read again, now that the lock is held.

    Raises:
        Refused: there is no such book, `at` is before the last entry, or the target belongs to another scheme.
    """
    with writing() as is_whole:
        book = _open(scheme_code, actor, at, target)
        yield book
        book.send(commits=is_whole)


def _open(scheme_code: str, actor: Actor, at: datetime | None, target: Target | None) -> OpenBook:
    """Take the lock, and settle the instant of recording."""
    end = ends.take(scheme_code, target)
    last = end.last_recorded_at
    if at is None:
        at = max(clock.now(), last) if last else clock.now()
    elif last and at < last:
        raise Refused(
            asked=f"You asked to record at {at.isoformat()}.",
            wrong=f"The book already goes to {last.isoformat()}.",
            remedy="Record at a later instant; the day that it is about may lie in the past.",
        )
    book = OpenBook(schemes.of_version_and_digest(end.version_id, end.version_digest), end, actor, at)
    if target is not None:
        check_target(book, target)
    return book


def check_target(book: OpenBook, target: Target) -> None:
    """Refuse a target of another scheme than the book's.

    Raises:
        Refused: with `field` target.
    """
    if target.scheme_id != book.end.scheme_id:
        raise Refused(
            asked=f"You asked to book for {target.code} in the book of {book.scheme.name}.",
            wrong="It belongs to another scheme.",
            remedy="Choose a topic or project of this scheme.",
            field="target",
        )
