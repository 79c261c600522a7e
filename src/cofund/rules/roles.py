"""Who may do what: one table of role × action, from which pages, actions and documents all read."""

from __future__ import annotations

from typing import Final

PUBLIC: Final = "public"
PARTNER: Final = "partner"
OFFICER: Final = "officer"
FINANCE_OFFICER: Final = "finance_officer"
AUDITOR: Final = "auditor"
# The command line on the server itself; whoever can run it can also read the database.
OPERATOR: Final = "operator"

ROLES: Final = (PUBLIC, PARTNER, OFFICER, FINANCE_OFFICER, AUDITOR, OPERATOR)

_ALL_OFFICE: Final = frozenset({OFFICER, FINANCE_OFFICER, OPERATOR})
_FINANCE: Final = frozenset({FINANCE_OFFICER, OPERATOR})

ALLOWED: Final[dict[str, frozenset[str]]] = {
    "read public pages": frozenset(ROLES),
    "read own contributions": frozenset({PARTNER, OFFICER, FINANCE_OFFICER, AUDITOR, OPERATOR}),
    "read the books": frozenset({OFFICER, FINANCE_OFFICER, AUDITOR, OPERATOR}),
    "open topic": _ALL_OFFICE,
    "add organisation": _ALL_OFFICE,
    "pledge": _ALL_OFFICE,
    "endorse": _ALL_OFFICE,
    "withdraw": _ALL_OFFICE,
    "reduce": _ALL_OFFICE,
    "amend": _ALL_OFFICE,
    "reserve": _FINANCE,
    "commit": _FINANCE,
    "deliver": _FINANCE,
    "release": _FINANCE,
    "correct": _FINANCE,
    "award": _FINANCE,
    "top up": _FINANCE,
    "cut": _FINANCE,
    "install scheme": frozenset({OPERATOR}),
}


def may(role: str, action: str) -> bool:
    """Tell whether a role may do an action.

    Raises:
        KeyError: the action is not in the table, which is a mistake in the program.
    """
    return role in ALLOWED[action]
