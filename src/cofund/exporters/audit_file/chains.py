"""The seals of an audit file, computed again: each from what it covers, all of them up to the end of the book's chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from cofund.rules import accounts, chain

Rows = Iterator[dict[str, Any]]


def check_chain(
    entries: Rows,
    transfers: Rows,
    spine: Iterator[tuple[int, str]],
    listed: Rows,
    contributions: Rows,
    end: dict[str, Any],
    as_of: str,
) -> tuple[int, list[str]]:
    """Check the transfers of a project; give how many there are, and every difference in words.

    All rows are in the order of the book and are read once, side by side. `listed` is the table of transfers that people read;
    `end` is where the manifest says that the chain of the book ends; sums are of the day `as_of`.
    """
    found: list[str] = []
    digests = dict(_digests(entries, found))
    held: defaultdict[tuple[str, str], int] = defaultdict(int)
    seals = _Spine(spine)
    count = 0
    for row in transfers:
        count += 1
        number, facts = row["number"], row["facts"]
        found += _of_transfer(row, digests, seals)
        found += _as_listed(row, next(listed, None))
        if facts["contribution"] and facts["effective_on"] <= as_of:
            held[(facts["contribution"], facts["from"])] -= facts["amount_cents"]
            held[(facts["contribution"], facts["to"])] += facts["amount_cents"]
        if number != facts["number"]:
            found.append(f"Transfer {number} states that it is number {facts['number']}.")
    if next(listed, None) is not None:
        found.append("tables/transfers.json has more transfers than the chain.")
    found += seals.to_the_end(end)
    found += _sums(contributions, held)
    return count, found


def _digests(entries: Rows, found: list[str]) -> Iterator[tuple[int, str]]:
    """The digest of each entry, computed from what it states."""
    for row in entries:
        digest = chain.digest(row["facts"])
        if digest != row["digest"] or row["facts"]["number"] != row["number"]:
            found.append(f"Entry {row['number']} was changed: it does not fit its own digest.")
        yield row["number"], digest


class _Spine:
    """The seals of the whole book, read forward once."""

    def __init__(self, rows: Iterator[tuple[int, str]]) -> None:
        self._rows = rows
        self.number, self.hash = 0, chain.GENESIS
        self.gaps: list[str] = []

    def step(self) -> bool:
        """Read one more; tell whether there was one."""
        following = next(self._rows, None)
        if following is None:
            return False
        if following[0] != self.number + 1:
            self.gaps.append(f"The chain has a gap: after transfer {self.number} comes {following[0]}.")
        self.number, self.hash = following
        return True

    def before(self, number: int) -> str:
        """The seal before a transfer."""
        while self.number < number - 1 and self.step():
            pass
        return self.hash if self.number == number - 1 else ""

    def at(self, number: int) -> str:
        """The seal of a transfer."""
        while self.number < number and self.step():
            pass
        return self.hash if self.number == number else ""

    def to_the_end(self, end: dict[str, Any]) -> list[str]:
        """Read the rest, and hold the end against the one that was signed."""
        while self.step():
            pass
        if (self.number, self.hash) != (end["transfers"], end["head"]):
            words = f"The chain ends at transfer {self.number} in {self.hash[:16]}"
            return [*self.gaps, f"{words}, signed was transfer {end['transfers']} in {end['head'][:16]}."]
        return self.gaps


def _of_transfer(row: dict[str, Any], digests: dict[int, str], spine: _Spine) -> Iterator[str]:
    """Compute one seal again, and hold it and the one before against the chain of the book."""
    number = row["number"]
    digest = digests.get(row["entry"])
    if digest is None:
        yield f"Transfer {number} belongs to entry {row['entry']}, which is missing."
        return
    if spine.before(number) != row["previous"]:
        yield f"Transfer {number} does not follow the transfer before it in the chain of the book."
    if chain.link(row["previous"], row["facts"], digest) != row["hash"]:
        yield f"Transfer {number} was changed: it, its entry {row['entry']} or a version of it does not fit its seal."
    if spine.at(number) != row["hash"]:
        yield f"The seal of transfer {number} is not the one in the chain of the book."


def _as_listed(row: dict[str, Any], listed: dict[str, Any] | None) -> Iterator[str]:
    """Hold a transfer against the row of the table that people read."""
    if listed is None:
        yield f"Transfer {row['number']} is missing in tables/transfers.json."
        return
    facts = row["facts"]
    sealed = (facts["number"], facts["from"], facts["to"], facts["amount_cents"], facts["effective_on"], row["hash"])
    read = (
        *(listed[name] for name in ("number", "from_account", "to_account", "amount_cents", "effective_on")),
        listed["hash"],
    )
    if sealed != read:
        yield f"tables/transfers.json says something else of transfer {row['number']} than its seal covers."


def _sums(contributions: Rows, held: dict[tuple[str, str], int]) -> Iterator[str]:
    """Add the transfers up, and hold the sums against what the contributions are said to be."""
    for row in contributions:
        reference, tranche = row["reference"], row["tranche"]
        group = tranche or accounts.UNMATCHED
        stated = {accounts.of_contribution(group, stage): cents for stage, cents in row["amounts_cents"].items()}
        stated |= {accounts.of_tranche(tranche, stage): cents for stage, cents in row["matches_cents"].items()}
        own = {code: cents for (about, code), cents in held.items() if about == reference and cents and _is_stage(code)}
        if own != stated:
            yield f"Contribution {reference} does not stand as its transfers add up."


def _is_stage(code: str) -> bool:
    """Whether an account is a stage in which money of a contribution, or of its match, stands."""
    holder, _, stage = accounts.parts(code)
    return holder == "contribution" or (holder == "tranche" and stage != "open")
