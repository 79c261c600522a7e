"""A second, tiny book in plain dictionaries: what every account should hold on every day, computed without the product's code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

LIVE = ("pledged", "endorsed", "committed", "reported", "certified", "validated")


class NotThere(Exception):
    """The shadow has less in a stage than the action takes."""


@dataclass
class Claim:
    """A contribution as the shadow knows it. `moves` are (day, from, to, cents)."""

    topic: str | None
    project: str | None
    tranche: str | None
    partners: tuple[str, ...]
    is_in_kind: bool = False
    moves: list[tuple[date, str, str, int]] = field(default_factory=list)

    def balance(self, stage: str, on: date | None = None) -> int:
        """What stands in a stage at the end of a day, or after everything."""
        return sum(
            cents * ((to == stage) - (source == stage))
            for day, source, to, cents in self.moves
            if on is None or day <= on
        )

    def room(self, stage: str, on: date) -> int:
        """The least that stands in a stage on a day and on all later ones."""
        return min(self.balance(stage, day) for day in {on, *(day for day, *_ in self.moves if day > on)})

    @property
    def live(self) -> int:
        """What is promised or more."""
        return sum(self.balance(stage) for stage in LIVE)


@dataclass
class Shadow:
    """The whole book: contributions by reference, ceilings by tranche, and what each entry moved."""

    claims: dict[str, Claim] = field(default_factory=dict)
    ceilings: defaultdict[str, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[int, list[tuple[str, date, str, str, int]]] = field(default_factory=dict)

    def move(self, entry: int, reference: str, on: date, source: str, to: str, cents: int) -> None:
        """Move money of a contribution.

        Raises:
            NotThere: it is not there on that day or on a later one.
        """
        claim = self.claims[reference]
        if source != "outside" and claim.room(source, on) < cents:
            raise NotThere(f"{reference}: {cents} from {source} on {on}")
        if cents:
            claim.moves.append((on, source, to, cents))
            self.entries.setdefault(entry, []).append((reference, on, source, to, cents))

    def sizes(self) -> dict[str, int]:
        """How many moves each contribution has made."""
        return {reference: len(claim.moves) for reference, claim in self.claims.items()}

    def would_move(self, told: Callable[[Shadow, int], None]) -> bool:
        """Whether telling it something moves anything, tried on a copy; what it does not have moves nothing."""
        other = deepcopy(self)
        try:
            told(other, -1)
        except NotThere:
            return False
        return other.sizes() != self.sizes()

    def deliver(self, entry: int, reference: str, cents: int, on: date) -> None:
        """Deliver: what is more than is committed stands apart, of what is given in kind and was committed at all.

        Raises:
            NotThere: it is money, was never committed, or something of it still waits for its check.
        """
        claim = self.claims[reference]
        over = max(0, cents - claim.balance("committed"))
        waits = claim.balance("reported") + claim.balance("certified")
        if over and (not claim.is_in_kind or waits or not claim.balance("committed") + claim.balance("validated")):
            raise NotThere(f"{reference}: {over} more than is committed on {on}")
        self.move(entry, reference, on, "committed", "validated", cents - over)
        self.move(entry, reference, on, "outside", "overdelivery", over)

    def amend(self, entry: int, reference: str, cents: int, on: date) -> None:
        """Set a contribution to an amount: more at the stage that it has reached, less from the earliest stage on."""
        claim = self.claims[reference]
        difference = cents - claim.live
        if difference >= 0:
            reached = next((stage for stage in ("committed", "endorsed") if claim.room(stage, on) > 0), "pledged")
            if claim.balance("reported") or claim.balance("certified"):
                reached = "committed"
            self.move(entry, reference, on, "outside", reached, difference)
            return
        for stage in ("pledged", "endorsed", "committed"):
            taken = min(-difference, max(0, claim.room(stage, on)))
            self.move(entry, reference, on, stage, "withdrawn", taken)
            difference += taken
        if difference:
            raise NotThere(f"{reference}: {-difference} too much to take on {on}")

    def give_back(self, entry: int, references: list[str], on: date, stages: tuple[str, ...]) -> None:
        """Withdraw everything that stands in these stages."""
        for reference in references:
            for stage in stages:
                self.move(entry, reference, on, stage, "withdrawn", self.claims[reference].balance(stage))

    def turn_round(self, made: int, corrected: int) -> None:
        """Move everything of an entry the other way round, on its own day."""
        for reference, day, source, to, cents in reversed(self.entries.get(corrected, [])):
            if reference in self.claims:
                self.move(made, reference, day, to, source, cents)
            else:
                self.change_ceiling(made, reference, day, -cents)

    def change_ceiling(self, entry: int, tranche: str, on: date, cents: int) -> None:
        """Raise or lower what a tranche can match."""
        self.ceilings[tranche].append((on, cents))
        self.entries.setdefault(entry, []).append((tranche, on, "outside", "open", cents))

    def ceiling(self, tranche: str, on: date) -> int:
        """What a tranche can match on a day."""
        return sum(cents for day, cents in self.ceilings[tranche] if day <= on)

    def of_target(self, topic: str | None, project: str | None) -> list[str]:
        """The references of the contributions that share the public money of a topic or project."""
        if project is not None:
            return [reference for reference, claim in self.claims.items() if claim.project == project]
        return [reference for reference, claim in self.claims.items() if claim.topic == topic and claim.project is None]
