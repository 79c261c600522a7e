"""What a key of the API may be made for: each scope with the action of the role table behind it, and who may hold it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cofund.rules import roles


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope: its name as programs know it, what it opens in words, and the action that its owner's role must include."""

    name: str
    words: str
    action: str


READ_DESK: Final = Scope(
    "read:desk",
    "Read your organisation's desk: contacts, letters, contributions, what is due",
    "read own contributions",
)
READ_BOOKS: Final = Scope("read:books", "Read every contribution, public or not", "read the books")
READ_LEADS: Final = Scope("read:leads", "Read leads", "read leads")
WRITE_LEADS: Final = Scope("write:leads", "Open leads and plan their next step", "open lead")
WRITE_PLEDGES: Final = Scope("write:pledges", "Record pledges, reduce and withdraw contributions", "pledge")

SCOPES: Final[dict[str, Scope]] = {
    scope.name: scope for scope in (READ_DESK, READ_BOOKS, READ_LEADS, WRITE_LEADS, WRITE_PLEDGES)
}


def open_to(role: str) -> tuple[Scope, ...]:
    """Give the scopes that somebody of a role may put into a key: a key never opens more than its owner may do.

    The desk is a partner's; the office has pages and scopes of its own for the same.
    """
    return tuple(
        scope
        for scope in SCOPES.values()
        if roles.may(role, scope.action) and (scope is not READ_DESK or role == roles.PARTNER)
    )


def unknown(names: Iterable[str], role: str) -> list[str]:
    """Give the names among some that are no scope which this role may hold."""
    held = {scope.name for scope in open_to(role)}
    return sorted(set(names) - held)
