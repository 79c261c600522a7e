"""Who may do what: one table of role × action, from which pages, actions and documents all read."""

from __future__ import annotations

from typing import Final

PUBLIC: Final = "public"
PARTNER: Final = "partner"
# Somebody with a seat in a group: a board member, a delegate of a state, a member of a strategic group.
DELEGATE: Final = "delegate"
OFFICER: Final = "officer"
SCIENTIFIC_OFFICER: Final = "scientific_officer"
GOVERNANCE_OFFICER: Final = "governance_officer"
FINANCE_OFFICER: Final = "finance_officer"
AUDITOR: Final = "auditor"
# The command line on the server itself; whoever can run it can also read the database.
OPERATOR: Final = "operator"

ROLES: Final = (
    PUBLIC,
    PARTNER,
    DELEGATE,
    OFFICER,
    SCIENTIFIC_OFFICER,
    GOVERNANCE_OFFICER,
    FINANCE_OFFICER,
    AUDITOR,
    OPERATOR,
)

_ALL_OFFICE: Final = frozenset({OFFICER, FINANCE_OFFICER, OPERATOR})
_FINANCE: Final = frozenset({FINANCE_OFFICER, OPERATOR})
_STAFF: Final = frozenset({OFFICER, SCIENTIFIC_OFFICER, GOVERNANCE_OFFICER, FINANCE_OFFICER, OPERATOR})
_READERS: Final = _STAFF | {AUDITOR}

_BOOKS: Final[dict[str, frozenset[str]]] = {
    "read public pages": frozenset(ROLES),
    "read own contributions": _READERS | {PARTNER},
    "read the books": _READERS,
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
# One table a subject; together they are what may be done here.
_PARTNERS: Final[dict[str, frozenset[str]]] = {}
_LEADS: Final[dict[str, frozenset[str]]] = {}
_APPLICATIONS: Final[dict[str, frozenset[str]]] = {}
_GOVERNANCE: Final[dict[str, frozenset[str]]] = {}
_TOPICS: Final[dict[str, frozenset[str]]] = {}
# A partner's own person needs besides a right of its organisation: see `PartnerRight` and `queries.access`.
_MANAGES_PEOPLE: Final = frozenset({PARTNER, OFFICER, OPERATOR})
_SIGNED_IN: Final = frozenset(ROLES) - {PUBLIC}
_PARTNER_DESK: Final[dict[str, frozenset[str]]] = {
    "open desk": _SIGNED_IN,
    "renew calendar address": _SIGNED_IN - {OPERATOR},
    "read a partner's pages": _READERS | {PARTNER},
    "invite colleague": _MANAGES_PEOPLE,
    "invite colleague again": _MANAGES_PEOPLE,
    "grant right": _MANAGES_PEOPLE,
    "revoke right": _MANAGES_PEOPLE,
    "deactivate colleague": _MANAGES_PEOPLE,
    "reactivate colleague": _MANAGES_PEOPLE,
    # Whoever holds the link of an invitation.
    "set password by link": frozenset(ROLES),
    "see what is in time": _READERS,
}

SUBJECTS: Final[dict[str, dict[str, frozenset[str]]]] = {
    "the books": _BOOKS,
    "partners": _PARTNERS,
    "leads": _LEADS,
    "applications": _APPLICATIONS,
    "governance": _GOVERNANCE,
    "topics": _TOPICS,
    "the partner's desk": _PARTNER_DESK,
}
ALLOWED: Final = {action: allowed for table in SUBJECTS.values() for action, allowed in table.items()}


def may(role: str, action: str) -> bool:
    """Tell whether a role may do an action.

    Raises:
        KeyError: the action is not in the table, which is a mistake in the program.
    """
    return role in ALLOWED[action]
