"""One past organisation beside those that it may be: candidates by shared beginnings of words, then the evidence of each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz

from cofund.queries.unifying.sides import Side
from cofund.rules.websites import registered

# In hundredths, from where on names are worth telling, and from where on nobody has to look.
ALIKE: Final = 86
SURE: Final = 96
_BEGINNING: Final = 6  # letters of a word by which candidates are found, so that endings and most slips do not matter
_COMMON: Final = 400  # a beginning that so many names share finds nobody
_CANDIDATES: Final = 15  # compared in full
_NEAR: Final = 4  # hundredths between the best name and the next one, below which nobody can tell


@dataclass(frozen=True, slots=True)
class Found:
    """One that a past organisation may be: on what that rests, how sure it is in hundredths, and why in words."""

    key: Any
    basis: str
    percent: int
    is_certain: bool
    reasons: tuple[str, ...]


class Others:
    """Those of one country that past organisations are compared with, ready to be looked up."""

    def __init__(self, sides: Iterable[Side]) -> None:
        self.sides = list(sides)
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        self._by_beginning: defaultdict[str, list[int]] = defaultdict(list)
        self._by_known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_host: defaultdict[str, list[int]] = defaultdict(list)
        for at, side in enumerate(self.sides):
            beginnings: set[str] = set()
            for name in side.names:
                self._by_name[name].append(at)
                beginnings.update(word[:_BEGINNING] for word in name.split())
            for beginning in beginnings:
                self._by_beginning[beginning].append(at)
            if side.host:
                self._by_host[side.host].append(at)
            for kind in ("pic", "vat_number", "ror"):
                if value := getattr(side, kind):
                    self._by_known[kind, value].append(at)

    def match(self, side: Side, ror: str = "") -> list[Found]:
        """Those that one may be, the surest first; `ror` is the record of ROR that it is, where that is known."""
        identifiers = self.same_identifier(side, ror)
        if identifiers:
            return identifiers
        places = self._near(side)
        found = [one for one in (self._compared(side, at) for at in places) if one]
        found.sort(key=lambda one: (-one.is_certain, -one.percent, str(one.key)))
        return _only_clear(found)[:3]

    def same_identifier(self, side: Side, ror: str) -> list[Found]:
        """Those that have an identifier of its own, which makes names idle."""
        asked = (
            ("pic", side.pic, "PIC", 100),
            ("vat_number", side.vat_number, "VAT number", 99),
            ("ror", ror, "ROR record", 98),
        )
        for kind, value, label, percent in asked:
            places = self._by_known.get((kind, value), []) if value else []
            # Where two have the same one, neither is certain.
            if places:
                return [
                    Found(
                        self.sides[at].key,
                        kind.removesuffix("_number"),
                        percent,
                        len(places) == 1,
                        (f"same {label} {value}",),
                    )
                    for at in places
                ]
        return []

    def _near(self, side: Side) -> list[int]:
        """The places of those worth comparing: same website, same name, and those that share the rarest beginnings of words."""
        places = dict.fromkeys(self._by_host.get(side.host, ())) if side.host else {}
        for name in side.names:
            places |= dict.fromkeys(self._by_name.get(name, ())[:_CANDIDATES])
        votes: Counter[int] = Counter()
        for beginning in {word[:_BEGINNING] for name in side.names for word in name.split()}:
            holders = self._by_beginning.get(beginning, ())
            if holders and len(holders) <= _COMMON:
                weight = math.log(1 + len(self.sides) / len(holders))
                for at in holders:
                    votes[at] += weight  # type: ignore[assignment]  # a Counter adds up any number
        places |= dict.fromkeys(at for at, _ in votes.most_common(_CANDIDATES))
        return list(places)

    def _compared(self, side: Side, at: int) -> Found | None:
        """The evidence that one is another; nothing where there is too little."""
        other = self.sides[at]
        alike, theirs = _alike(side.names, other)
        same_acronym = bool(side.acronyms & other.acronyms)
        same_host = bool(side.host) and side.host == other.host
        is_alone = same_host and len(self._by_host[side.host]) == 1
        reasons = [f"same website {side.host}"] if same_host else []
        if alike >= ALIKE:
            reasons.append(_in_words(alike, theirs))
        if same_acronym:
            reasons.append(f"same acronym {min(side.acronyms & other.acronyms)}")
        is_only = len({place for name in side.names for place in self._by_name.get(name, ())}) == 1
        percent, is_certain = weigh(
            alike, same_host=same_host, is_alone=is_alone, same_acronym=same_acronym,
            is_only=is_only, is_telling=_is_telling(side.names), differs=_differs(side, other),
        )  # fmt: skip
        if not percent:
            return None
        return Found(other.key, "website" if same_host else "name", percent, is_certain, tuple(reasons))


def weigh(
    alike: int, *, same_host: bool, is_alone: bool, same_acronym: bool, is_only: bool, is_telling: bool, differs: bool
) -> tuple[int, bool]:
    """How sure it is in hundredths that two of one country are the same, and whether nobody has to look; 0: not worth telling.

    Args:
        alike: how much alike their names are, in hundredths.
        same_host: they have the same website; `is_alone`: and nobody else has it.
        same_acronym: they share an acronym.
        is_only: nobody else has this very name.
        is_telling: the name says more than a common word does.
        differs: both have websites, of different domains.
    """
    if same_host:
        if alike >= ALIKE or (same_acronym and alike >= 60):
            return 99, True
        return (80 if alike >= 60 or same_acronym else 60, False) if is_alone else (0, False)
    if alike == 100 and is_only:
        return (97, True) if is_telling and not differs else (85, False)
    if alike >= SURE and is_telling and not differs:
        return 93, False
    if alike >= ALIKE:
        return alike - (25 if differs else 10), False
    return (55, False) if same_acronym and alike >= 70 else (0, False)


def _alike(names: Sequence[str], other: Side) -> tuple[int, str]:
    """How much alike the nearest names of two are, in hundredths, and which of the other's it is."""
    best, which = 0, ""
    for mine in names:
        for theirs, text in zip(other.names, other.texts, strict=True):
            if mine == theirs:
                return 100, text
            found = int(fuzz.token_sort_ratio(mine, theirs, score_cutoff=max(best, 60)))
            if found > best and _numbers(mine) == _numbers(theirs):
                best, which = min(found, 99), text
    return best, which


def _numbers(name: str) -> list[str]:
    """The numbers in a name: “School 3” is not “School 4”."""
    return sorted(word for word in name.split() if any(one.isdigit() for one in word))


def _is_telling(names: Sequence[str]) -> bool:
    """Whether a name is more than one short word."""
    return any(len(name.split()) > 1 or len(name) >= 8 for name in names)


def _differs(side: Side, other: Side) -> bool:
    return bool(side.host and other.host) and registered(side.host) != registered(other.host)


def _in_words(alike: int, theirs: str) -> str:
    return f"same name “{theirs}”, same country" if alike == 100 else f"name “{theirs}” {alike} % alike, same country"


def _only_clear(found: list[Found]) -> list[Found]:
    """Nobody is certain where two are; those who are far behind the first are left out."""
    certain = [one for one in found if one.is_certain]
    if len(certain) == 1:
        return certain
    if certain:
        return [Found(one.key, one.basis, 90, False, one.reasons) for one in certain]
    return [one for one in found if one.percent >= found[0].percent - _NEAR * 2]
