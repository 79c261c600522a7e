"""What a public document tells of each contribution: what the scheme publishes of a participant, and nothing more.

Sums over all of a type, country or project are told whole. Source: `publication.per_participant` of the scheme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from cofund.queries.documents.given import Given
from cofund.rules.schemes import KindRule, Scheme
from cofund.rules.steps import Steps

MATCH = frozenset({"matched", "consumed"})
STEPS = ("committed", "reported", "certified", "validated", "matched", "consumed")
# Tells which steps of a contribution of a kind are not published.
Hides = Callable[[str], frozenset[str]]


def shows_committed(scheme: Scheme, kind: KindRule) -> bool:
    """Whether the scheme publishes what a participant commits of a kind."""
    named = "committed_in_kind" if kind.in_kind else "committed_financial"
    return named in scheme.publication.per_participant


def hides(scheme: Scheme) -> Hides:
    """Give what tells, by the kind of a contribution, which of its steps are not published of a participant."""
    match = frozenset() if "match" in scheme.publication.per_participant else frozenset({"matched", "consumed"})

    @cache
    def of_kind(kind: str) -> frozenset[str]:
        committed = frozenset() if shows_committed(scheme, scheme.kind(kind)) else frozenset({"committed"})
        # What became of it is not among the amounts that a scheme can publish of a participant.
        return frozenset({"reported", "certified", "validated"}) | match | committed

    return of_kind


def nothing(kind: str) -> frozenset[str]:
    """For those who read the books: nothing is hidden."""
    return frozenset()


def hidden_in(rows: Iterable[Given], hidden: Hides) -> frozenset[str]:
    """The steps that some contribution does not tell, so that no sheet can add them up from its rows."""
    own = list(rows)
    match = MATCH if any(row.hides_match for row in own) else frozenset()
    return match.union(*(hidden(kind) for kind in {row.kind for row in own}))


def sums(
    rows: Iterable[Given], keys: Iterable[str], year: int | None, code: Callable[[Given], tuple[str, ...]]
) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Add steps up by a code, in all and then in a year where one is asked for, in the order in which documents have them."""
    ordered = [step for step in STEPS if step in set(keys)]
    found: defaultdict[tuple[str, ...], list[int]] = defaultdict(
        lambda: [0] * len(ordered) * (1 if year is None else 2)
    )
    for row in rows:
        own = found[code(row)]
        parts: list[Steps] = [row.steps, *([row.in_year(year)] if year is not None else [])]
        for place, cents in enumerate(getattr(part, step) for part in parts for step in ordered):
            own[place] += cents
    return {key: tuple(values) for key, values in found.items()}
