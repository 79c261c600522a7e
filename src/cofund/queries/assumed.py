"""What the office wrote of what is assumed in an entry, as far as a reader may read it.

The words are free: they may name who gives, or an amount. So they are read by whoever may read every contribution that
their entry is about. That something is assumed everybody may know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from cofund.queries import growing
from cofund.queries.growing import Growing
from cofund.queries.keeping import kept
from cofund.queries.publication import Audience
from cofund.records.ledger.models import Entry, Transfer

ASSUMPTION: Final = "contribution.assumption"
# Stands where words are that a reader may not read.
UNTOLD: Final = "not published"


@kept(64)
def untold(scheme_code: str, reader: Audience) -> frozenset[int]:
    """The entries of a scheme's book, by their numbers, of which a reader may not read what is assumed in words.

    An entry that moves a tranche or a grant alone is about no contribution, and everybody reads its words.
    """
    ends = [end for end, code, _ in growing.ends() if code == scheme_code]
    if reader.reads_books or not ends:
        return frozenset()
    found = _growing.rows(ends[0], None)
    return frozenset().union(*(entries for key, entries in found.items() if not _may_read(reader, key)))


def said(entry: Entry, hidden: Collection[int]) -> str:
    """What is assumed in an entry, in words, or that it is not published for a reader; empty where nothing is assumed."""
    return UNTOLD if entry.assumption and entry.number in hidden else entry.assumption


def all_said(entries: Iterable[Entry], hidden: Collection[int]) -> list[str]:
    """What is assumed in some entries, each said once; that something is not published stands last."""
    found = dict.fromkeys(said(one, hidden) for one in entries if one.assumption)
    return [*(words for words in found if words != UNTOLD), *([UNTOLD] if UNTOLD in found else [])]


def _may_read(reader: Audience, key: int) -> bool:
    """Whether a reader may read all of a contribution: who gives it, how much, its match, and what is assumed of it."""
    return reader.may_read(key) and reader.may_match(key) and reader.may_see(ASSUMPTION, key)


def _assuming(book_id: int, at: None, keys: Collection[int] | None) -> dict[int, frozenset[int]]:
    """The entries in which something is assumed, by the contributions that they are about."""
    asked = {"book": book_id, "contribution__isnull": False} if keys is None else {"contribution__in": keys}
    rows = Transfer.objects.filter(**asked).exclude(entry__assumption="").order_by()
    found: defaultdict[int, set[int]] = defaultdict(set)
    for contribution, entry in rows.values_list("contribution_id", "entry__number").distinct():
        found[contribution].add(entry)
    return {key: frozenset(entries) for key, entries in found.items()}


_growing: Final[Growing[frozenset[int]]] = Growing(_assuming, maxsize=16)
