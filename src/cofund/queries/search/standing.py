"""What the entries of the search say, beside what they should say now."""

from __future__ import annotations

from dataclasses import dataclass

from cofund.queries.search.entries import Found, digest_of, public
from cofund.records.programme.models import SearchEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """The keys of entries that are wrong now, and what should stand there."""

    gone: tuple[int, ...]
    added: tuple[Found, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything is another."""
        return bool(self.gone or self.added)


def difference() -> Difference:
    """Compare every entry with what anybody may read now. One query beside those that read what is public."""
    wanted = public()
    gone = []
    rows = SearchEntry.objects.order_by().values_list("pk", "kind", "scheme", "key", "digest")
    right: set[tuple[str, str, str]] = set()
    for key, *identity, digest in rows:
        kind, scheme, name = identity
        found = wanted.get((kind, scheme, name))
        if found is not None and digest_of(found) == digest:
            right.add(found.identity)
        else:
            gone.append(key)
    return Difference(tuple(gone), tuple(one for identity, one in wanted.items() if identity not in right))
