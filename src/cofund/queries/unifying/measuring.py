"""How good the matching is, on pairs whose identity is known: what told it is hidden, and the rest has to find it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cofund.queries.unifying import sides
from cofund.queries.unifying.comparing import Found, Others
from cofund.queries.unifying.sides import Side

WEBSITE: Final = "website"
NAME: Final = "name"
VAT: Final = "VAT number"
# Told of countries done and of all there are.
Progress = Callable[[int, int], None]


@dataclass
class Measured:
    """What came of the pairs that one thing told: how many there are, and how many were found again.

    `certain` and `first` count past organisations for which something was found for certain, or at all; the `_right` ones those
    for which that is the other one of the pair. `absent` counts those that were asked about again while the right one was taken
    away, and `absent_certain` how many of them then had something for certain, which is wrong.
    """

    hidden: str
    pairs: int = 0
    certain: int = 0
    certain_right: int = 0
    first: int = 0
    first_right: int = 0
    absent: int = 0
    absent_certain: int = 0

    def take(self, found: Sequence[Found], right: object) -> None:
        """Count one pair."""
        self.pairs += 1
        if found:
            self.first += 1
            self.first_right += found[0].key == right
            self.certain += found[0].is_certain
            self.certain_right += found[0].is_certain and found[0].key == right

    def take_absent(self, found: Sequence[Found]) -> None:
        """Count what is found where the right one is not there."""
        self.absent += 1
        self.absent_certain += bool(found) and found[0].is_certain


def measure(progress: Progress = lambda done, total: None) -> list[Measured]:
    """Hide in turn the website, the name and the VAT number of pairs that these tell, and pairing by the rest.

    ROR has no VAT numbers: pairs told by them are two codes of the Union's portal for one legal body.
    """
    found = [Measured(WEBSITE), Measured(NAME), Measured(VAT)]
    countries = sides.countries()
    for done, country in enumerate(countries):
        progress(done, len(countries))
        past = [side for side in sides.past(country) if side.names]
        records = list(sides.records(country))
        _by_website(found[0], past, records)
        _by_name(found[1], past, records)
        _by_vat(found[2], past)
    progress(len(countries), len(countries))
    return found


def _by_website(measured: Measured, past: Sequence[Side], records: Sequence[Side]) -> None:
    """Pairs with a website that nobody else has; it is taken from both."""
    theirs = {side.host: side.key for side in _alone(records, lambda side: [side.host])}
    blind = Others(replace(side, host="") for side in records)
    for side in _alone(past, lambda side: [side.host]):
        if side.host in theirs:
            measured.take(blind.match(replace(side, host="")), theirs[side.host])
    # A quarter as many are asked about once more without their record, each time against all the others.
    _absent(measured, [side for side in past if side.host in theirs], records, theirs)


def _absent(measured: Measured, past: Sequence[Side], records: Sequence[Side], theirs: dict[str, object]) -> None:
    """Every second of the right records is taken away; those who lost theirs are asked about with all they have."""
    gone = {theirs[host] for at, host in enumerate(sorted({side.host for side in past})) if at % 2}
    left = Others(side for side in records if side.key not in gone)
    for side in past:
        if theirs[side.host] in gone:
            measured.take_absent(left.match(side))


def _by_name(measured: Measured, past: Sequence[Side], records: Sequence[Side]) -> None:
    """Pairs with the same name, which nobody else has: it is taken from the record, and its other names and website are left."""
    holders: dict[str, Side] = {}
    for side in _alone(records, lambda side: side.names):
        holders |= dict.fromkeys(side.names, side)
    pairs = {
        side.key: holders[side.names[0]]
        for side in _alone(past, lambda side: side.names[:1])
        if side.names[0] in holders
    }
    hidden = {other.key: _without(other, past_name) for past_name, other in _named(past, pairs)}
    blind = Others(hidden.get(side.key, side) for side in records)
    for side in past:
        other = pairs.get(side.key)
        # A record of which nothing else is known cannot be found by the rest.
        if other is not None and (hidden[other.key].names or other.host):
            measured.take(blind.match(side), other.key)


def _named(past: Sequence[Side], pairs: dict[object, Side]) -> Iterator[tuple[str, Side]]:
    """The name that told each pair, and the record."""
    for side in past:
        if side.key in pairs:
            yield side.names[0], pairs[side.key]


def _without(side: Side, name: str) -> Side:
    """A side without one of its names."""
    kept = [(one, text) for one, text in zip(side.names, side.texts, strict=True) if one != name]
    return replace(side, names=tuple(one for one, _ in kept), texts=tuple(text for _, text in kept))


def _by_vat(measured: Measured, past: Sequence[Side]) -> None:
    """Two codes with one VAT number: the number is hidden, and the second has to be found from the first."""
    holders: dict[str, list[Side]] = {}
    for side in past:
        if side.vat_number:
            holders.setdefault(side.vat_number, []).append(side)
    pairs = [found for found in holders.values() if len(found) == 2]
    if not pairs:
        return
    firsts = {pair[0].key for pair in pairs}
    others = Others(replace(side, vat_number="", pic="") for side in past if side.key not in firsts)
    for first, second in pairs:
        measured.take(others.match(replace(first, vat_number="", pic="")), second.key)


def _alone(found: Sequence[Side], told: Callable[[Side], Iterable[str]]) -> list[Side]:
    """Those of which nobody else has what they are told by."""
    count = Counter(value for side in found for value in dict.fromkeys(told(side)) if value)
    return [side for side in found if any(told(side)) and all(count[value] == 1 for value in told(side) if value)]
