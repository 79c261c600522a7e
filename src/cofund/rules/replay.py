"""Replays a book from its rows alone and names every row that does not agree with the rows before it.

Computed again from the transfers: the chain, what a tranche has open, every balance on every day, what a match was given on, what
of it is booked, and every bound of it (`cofund.rules.rematched`). `docs/books.md` lists what is proved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from cofund.rules import accounts, chain, rematched, stages
from cofund.rules.book_rows import EntryRow, Finding, TransferRow
from cofund.rules.match import Match
from cofund.rules.money import floor_to_unit
from cofund.rules.replayed_pools import Pools, Surroundings
from cofund.rules.schemes import Scheme

# Entries whose explanation states what each contribution is matched with when they are booked; a grant those that it cuts, starting
# from what was decided before.
_STATING: Final = ("pledge", "reserve", "amend", "reduce", "commit")
# What reading an explanation of another shape than a booking gives it can end in.
_UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, StopIteration)


Read = TypeVar("Read")


@dataclass
class Replay:
    """A book as far as it was replayed.

    `scheme_of` gives the scheme of a version by its digest, None where its text is not what was installed.
    """

    scheme_of: Callable[[str], Scheme | None]
    around: Surroundings = field(default_factory=Surroundings)
    numbers: int = 0
    entries: int = 0
    last_hash: str = chain.GENESIS
    # (account, contribution) -> day -> change in cents; a tranche's stages are kept per contribution.
    changes: defaultdict[tuple[str, str | None], defaultdict[date, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    held: defaultdict[tuple[str, str | None], int] = field(default_factory=lambda: defaultdict(int))
    # The group of accounts that each contribution stands in: its tranche, or the one of those that nothing matches.
    groups: dict[str, str] = field(default_factory=dict)
    open: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    pools: Pools = field(init=False)

    def __post_init__(self) -> None:
        """Let the pools read the balances that are kept here."""
        self.pools = Pools(self.held, self.around)

    def feed(self, entry: EntryRow) -> Iterator[Finding]:
        """Replay one entry; entries come in the order of their numbers."""
        name = f"entry {entry.number} (row {entry.id})"
        if entry.number != self.entries + 1:
            yield Finding(
                name, f"number {entry.number}", f"number {self.entries + 1}: an entry is missing or out of place"
            )
        self.entries = entry.number
        if not entry.transfers:
            yield Finding(name, "no transfer", "at least one: its transfers were taken out")
        entry_digest = chain.digest(entry.facts)
        unread: list[Finding] = []
        expected = self._read(name, unread, lambda: self._expected(entry))
        self._read(name, unread, lambda: self.pools.learn_pledge(entry))
        for transfer in entry.transfers:
            yield from self._transfer(entry, transfer, entry_digest)
        self._read(name, unread, lambda: self.pools.learn(entry))
        if entry.kind in _STATING and not unread:
            yield from self._read(name, unread, lambda: list(self._matches(entry, name))) or ()
        if expected is not None and not unread:
            yield from self._read(name, unread, lambda: list(_compare(name, expected, _stated(entry)))) or ()
        yield from unread[:1]
        if entry.kind != "correct":
            yield from self._over_delivery(entry, name)

    def finish(self) -> Iterator[Finding]:
        """Check what holds for the book as a whole: no account is overdrawn on any day."""
        for (code, contribution), days in self.changes.items():
            if code == accounts.OUTSIDE or (code.endswith(":open") and contribution is not None):
                continue
            yield from _overdrawn(code, contribution, days)
        for code in {code for code, _ in self.changes if code.startswith("tranche:") and code.endswith(":open")}:
            total: defaultdict[date, int] = defaultdict(int)
            for (other, _), days in self.changes.items():
                if other == code:
                    for day, cents in days.items():
                        total[day] += cents
            yield from _overdrawn(code, None, total)

    def live_cents(self, reference: str) -> int:
        """What of a contribution is promised or more, in cents."""
        return self._live(reference, "pledged")

    def balance(self, code: str, contribution: str | None = None) -> int:
        """The balance of an account, for a tranche's stage the part held for one contribution, in cents."""
        return self.held[(code, contribution)]

    def _read(self, name: str, unread: list[Finding], read: Callable[[], Read]) -> Read | None:
        """Do what reads the explanation of an entry; where it has another shape than a booking gives it, that is a finding."""
        try:
            return read()
        except _UNREADABLE as error:
            found = f"an explanation that does not fit what is booked ({type(error).__name__}: {error})"
            unread.append(Finding(name, found, "one that its booking could have given"))
            return None

    def _expected(self, entry: EntryRow) -> dict[str, Match] | None:
        """Compute the matches of an entry from what stood before it; None where it states none."""
        scheme, stated = self.scheme_of(entry.version_digest), _stated(entry)
        restates = entry.kind == "correct" and entry.facts["corrects"] is None
        # Before entries sealed what other rows say of them, no grant held its matches against the cap per project.
        is_old_grant = entry.kind == "commit" and "sealed" not in entry.facts
        if scheme is None or is_old_grant or not (entry.kind in _STATING or restates):
            return None
        return rematched.expected(self.pools, entry, scheme, stated)

    def _transfer(self, entry: EntryRow, row: TransferRow, entry_digest: str) -> Iterator[Finding]:
        """Replay one transfer: its place, its hash, its move, and what is open after it."""
        name = f"transfer {row.number} (row {row.id})"
        if row.number != self.numbers + 1:
            yield Finding(
                name, f"number {row.number}", f"number {self.numbers + 1}: a transfer is missing or out of place"
            )
        self.numbers = row.number
        if row.previous_hash != self.last_hash:
            yield Finding(
                name, f"previous hash {row.previous_hash[:12]}", f"{self.last_hash[:12]}, the hash of the row before"
            )
        expected = chain.link(row.previous_hash, row.facts, entry_digest)
        if row.hash != expected:
            yield Finding(
                name,
                f"hash {row.hash[:12]}",
                f"{expected[:12]}: this row, its entry {entry.number} or a version of it was changed",
            )
        self.last_hash = row.hash
        self.pools.count(row)
        holder, from_stage, to_stage = _ends(row)
        if not stages.is_allowed(holder, from_stage, to_stage, correcting=entry.kind == "correct"):
            yield Finding(name, f"{row.from_code} to {row.to_code}", "a move that the books know")
        if row.effective_on.isoformat() != entry.facts["effective_on"]:
            yield Finding(name, str(row.effective_on), f"{entry.facts['effective_on']}, the day of its entry")
        for code, cents in ((row.from_code, -row.amount_cents), (row.to_code, row.amount_cents)):
            self.changes[(code, row.contribution)][row.effective_on] += cents
            self.held[(code, row.contribution)] += cents
            if code.startswith("contribution:") and row.contribution:
                self.groups[row.contribution] = _parts(code)[1]
            if code.startswith("tranche:") and code.endswith(":open") and row.tranche:
                self.open[row.tranche] += cents
        if row.tranche and row.open_after_cents != self.open[row.tranche]:
            yield Finding(name, f"{row.open_after_cents} cents open", f"{self.open[row.tranche]} cents open")

    def _over_delivery(self, entry: EntryRow, name: str) -> Iterator[Finding]:
        """Hold over-delivery against what the entry states, and against what is left to deliver of the commitment: nothing."""
        ended = f":{stages.OVER_DELIVERY}"
        over = [row for row in entry.transfers if row.to_code.endswith(ended)]
        booked = sum(row.amount_cents for row in over)
        stated = entry.facts["explanation"].get("over_delivery_cents", 0)
        if stated != booked:
            yield Finding(name, f"{stated} cents of over-delivery stated", f"{booked} cents, as the transfers say")
        for row in over:
            group, reference = _parts(row.to_code)[1], row.contribution
            left = sum(
                self.held[(accounts.of_contribution(group, stage), reference)] for stage in stages.UNVALIDATED_STAGES
            )
            if left:
                yield Finding(
                    f"transfer {row.number} (row {row.id})",
                    f"over-delivery of {reference} with {left} cents of it not delivered",
                    "over-delivery only once all that is committed is validated",
                )

    def _matches(self, entry: EntryRow, name: str) -> Iterator[Finding]:
        """Hold each match that an entry states against its bounds, the ratio of the scheme, and what was booked."""
        scheme = self.scheme_of(entry.version_digest)
        if scheme is None:
            # The version is a finding of its own; nothing can be computed by a text that is not what was installed.
            return
        for stated in entry.facts["explanation"].get("matches", []):
            if "tranche" not in stated:
                continue
            reference, row = stated["reference"], f"{name}, match of {stated['reference']}"
            rule = next((one for one in scheme.tranches if one.code == stated["tranche"]), None)
            if rule is None:
                yield Finding(row, f"tranche {stated['tranche']}", "a tranche of the scheme's version")
                continue
            limits = {bound["name"]: bound["limit_cents"] for bound in stated["bounds"]}
            ratio = floor_to_unit(rule.ratio * stated["eligible_cents"], rule.rounding_cents)
            if limits.get("ratio") != ratio and entry.kind != "commit":
                yield Finding(row, f"ratio bound {limits.get('ratio')}", f"{ratio} cents by ratio {rule.ratio}")
            least = min(limits.values(), default=0)
            if stated["match_cents"] != least:
                yield Finding(row, f"{stated['match_cents']} cents", f"{least} cents, the smallest bound")
            counted = [self._live(reference, stage) for stage in ("pledged", "endorsed")]
            if stated["eligible_cents"] not in counted:
                yield Finding(
                    row, f"{stated['eligible_cents']} cents counted", f"{counted[0]} cents, as the transfers say"
                )
            booked, consumed = self._matched(stated["tranche"], reference)
            if booked != stated["match_cents"] and not consumed:
                yield Finding(row, f"{stated['match_cents']} cents", f"{booked} cents, as the transfers say")

    def _live(self, reference: str, from_stage: str) -> int:
        """What of a contribution stands in a stage or a later one."""
        names = stages.LIVE_STAGES[stages.LIVE_STAGES.index(from_stage) :]
        group = self.groups.get(reference, accounts.UNMATCHED)
        return sum(self.held[(accounts.of_contribution(group, name), reference)] for name in names)

    def _matched(self, tranche: str, reference: str) -> tuple[int, int]:
        """What stands promised or decided for a contribution, and what of it is consumed."""
        held = {
            stage: self.held[(accounts.of_tranche(tranche, stage), reference)] for stage in stages.TRANCHE_STAGES[1:]
        }
        return sum(held.values()), held["consumed"]


def _parts(code: str) -> tuple[str, str, str]:
    """Holder, name and stage of an account; of a name that is none, something that the books do not know."""
    try:
        return accounts.parts(code)
    except ValueError:
        return ("unknown", code, code)


def _stated(entry: EntryRow) -> dict[str, Mapping[str, Any]]:
    """The matches that an entry states, by the reference of the contribution; those that nothing matches left out."""
    matches = entry.facts["explanation"].get("matches", [])
    return {one["reference"]: one for one in matches if "tranche" in one}


def _compare(name: str, expected: Mapping[str, Match], stated: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Hold the matches that an entry states against what the rows before it give."""
    for reference in [*expected, *(one for one in stated if one not in expected)]:
        row = f"{name}, match of {reference}"
        computed, said = expected.get(reference), stated.get(reference)
        if computed is None or said is None:
            words = ["no match" if one is None else "a match" for one in (said, computed)]
            yield Finding(row, f"{words[0]} stated", f"{words[1]}, as computed from the rows before")
            continue
        limits = {bound["name"]: bound["limit_cents"] for bound in said["bounds"]}
        own = {bound.name: bound.limit_cents for bound in computed.bounds}
        for bound in dict.fromkeys((*own, *limits)):
            if limits.get(bound) != own.get(bound) and bound != "ratio":
                cents = "none" if own.get(bound) is None else f"{own[bound]} cents"
                yield Finding(row, f"{bound} bound {limits.get(bound)}", f"{cents}, as computed from the rows before")
        for what, value, stands in (
            ("tranche", said["tranche"], computed.tranche),
            ("match", said["match_cents"], computed.match_cents),
            ("what counts", said["eligible_cents"], computed.eligible_cents),
            ("unmatched", said["unmatched_cents"], computed.unmatched_cents),
            ("decided by", said["decided_by"], computed.decided_by),
        ):
            if value != stands:
                yield Finding(row, f"{what} {value}", f"{what} {stands}, as computed from the rows before")


def _ends(row: TransferRow) -> tuple[str, str, str]:
    """Holder, stage before and stage after of a transfer."""
    from_holder, _, from_stage = _parts(row.from_code)
    to_holder, _, to_stage = _parts(row.to_code)
    holder = to_holder if from_holder == accounts.OUTSIDE else from_holder
    same = (
        accounts.OUTSIDE in (from_holder, to_holder) or row.from_code.rsplit(":", 1)[0] == row.to_code.rsplit(":", 1)[0]
    )
    return (holder if same else "two holders", from_stage, to_stage)


def _overdrawn(code: str, contribution: str | None, days: Mapping[date, int]) -> Iterator[Finding]:
    """Tell the first day on which an account holds less than nothing."""
    running = 0
    for day in sorted(days):
        running += days[day]
        if running < 0:
            whose = f" for {contribution}" if contribution and not code.startswith("contribution:") else ""
            yield Finding(f"account {code}{whose}", f"{running} cents on {day.isoformat()}", "never less than nothing")
            return
