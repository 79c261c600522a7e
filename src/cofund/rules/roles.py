"""Who may do what: one table of role × action, from which pages, actions and documents all read."""

from __future__ import annotations

from typing import Final

PUBLIC: Final = "public"
PARTNER: Final = "partner"
# Somebody whose part here is a seat in a group: a board member, a delegate of a state, a member of a strategic group.
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
    "open topic": _ALL_OFFICE | {SCIENTIFIC_OFFICER},
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
_PARTNERS: Final[dict[str, frozenset[str]]] = {
    "read partners": _READERS,
    "edit organisation": _ALL_OFFICE,
    "name organisation": _ALL_OFFICE,
    "take from ROR": _ALL_OFFICE,
    "link to the corpus": _ALL_OFFICE,
    "unlink from the corpus": _ALL_OFFICE,
    "relate organisations": _ALL_OFFICE,
    "end relation": _ALL_OFFICE,
    "plan next step": _STAFF,
    "log exchange": _STAFF,
    "add contact": _STAFF,
    "edit contact": _STAFF,
    "mark contact as left": _STAFF,
    "add interest": _STAFF,
    "end interest": _STAFF,
    "merge organisations": frozenset({OFFICER, OPERATOR}),
    "undo merge": frozenset({OFFICER, OPERATOR}),
}
_LEAD_KEEPERS: Final = frozenset({OFFICER, SCIENTIFIC_OFFICER, OPERATOR})
_LEADS: Final[dict[str, frozenset[str]]] = {
    "read leads": _READERS,
    "open lead": _LEAD_KEEPERS,
    "edit lead": _LEAD_KEEPERS,
    "log exchange with lead": _LEAD_KEEPERS,
    "contact lead": _LEAD_KEEPERS,
    "explore lead": _LEAD_KEEPERS,
    "find topic for lead": _LEAD_KEEPERS,
    # Whoever may start an application; a partner's person starts one of its own organisation.
    "start application of lead": _ALL_OFFICE,
    "convert lead": _LEAD_KEEPERS,
    "lose lead": _LEAD_KEEPERS,
    "rest lead": _LEAD_KEEPERS,
    "reopen lead": _LEAD_KEEPERS,
    "express interest": frozenset(ROLES),
    "confirm interest": frozenset(ROLES),
}
_APPLICATIONS: Final[dict[str, frozenset[str]]] = {
    # A partner: those of its own organisation, and each act with the right that its organisation gives (apply, sign).
    "read applications": _READERS | {PARTNER},
    "start application": _ALL_OFFICE | {PARTNER},
    "edit letter": _ALL_OFFICE | {PARTNER},
    "submit application": _ALL_OFFICE | {PARTNER},
    "withdraw application": _ALL_OFFICE | {PARTNER},
    "write next letter": _ALL_OFFICE | {PARTNER},
    "submit next letter": _ALL_OFFICE | {PARTNER},
    # For which topic or project, where it began with none or with a proposal alone.
    "name the target": _ALL_OFFICE,
    "return application": _ALL_OFFICE,
    "check application": _ALL_OFFICE,
    "accept warning": _ALL_OFFICE,
    "schedule application": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "schedule next letter": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "take off agenda": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    # What is approved is booked: pledged and endorsed.
    "approve application": _ALL_OFFICE,
    "approve on conditions": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "reject application": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "meet conditions": _ALL_OFFICE,
    "let application lapse": _ALL_OFFICE,
    "endorse next letter": _ALL_OFFICE,
}
_SECRETARY: Final = frozenset({GOVERNANCE_OFFICER, OPERATOR})
# Who may hold a seat without being of the office; what it does, it does by the seat.
_SEATED: Final = frozenset({PARTNER, DELEGATE})
_TABLING: Final = frozenset({OFFICER, SCIENTIFIC_OFFICER, GOVERNANCE_OFFICER, OPERATOR})
_GOVERNANCE: Final[dict[str, frozenset[str]]] = {
    # Of a delegate or a partner's person: the meetings of the groups in which it, or its organisation, holds a seat.
    "read meetings": _READERS | _SEATED,
    "read groups": _READERS,
    "add group": _SECRETARY,
    "edit group": _SECRETARY,
    "add seat": _SECRETARY,
    "edit seat": _SECRETARY,
    "end seat": _SECRETARY,
    "add meeting": _SECRETARY,
    "edit meeting": _SECRETARY,
    "publish agenda": _SECRETARY,
    "open meeting": _SECRETARY,
    "record attendance": _SECRETARY,
    "close meeting": _SECRETARY,
    "cancel meeting": _SECRETARY,
    "put on agenda": _TABLING,
    "edit item": _TABLING,
    "add paper": _TABLING,
    # Whoever holds a seat for it, the secretary for every seat.
    "declare conflict": _SECRETARY | _SEATED,
    "lift conflict": _SECRETARY,
    "cast vote": _SEATED,
    "record votes": _SECRETARY,
    "decide item": _SECRETARY,
    "conclude item": _SECRETARY,
    "defer item": _SECRETARY,
    "publish decision": _SECRETARY,
}
# Those who look after topics; and those who may comment, each in the consultations that are theirs.
_TOPIC_OFFICE: Final = frozenset({OFFICER, SCIENTIFIC_OFFICER, OPERATOR})
_COMMENTERS: Final = frozenset({PUBLIC, PARTNER, DELEGATE})
_TOPICS: Final[dict[str, frozenset[str]]] = {
    "suggest idea": frozenset(ROLES) - {AUDITOR},
    "read ideas": _READERS | {PARTNER, DELEGATE},
    "review idea": _TOPIC_OFFICE,
    "accept idea": _TOPIC_OFFICE,
    "merge idea": _TOPIC_OFFICE,
    "separate idea": _TOPIC_OFFICE,
    "park idea": _TOPIC_OFFICE,
    "decline idea": _TOPIC_OFFICE,
    # In public, once the office has read it and where its proposer agrees.
    "show idea": _TOPIC_OFFICE,
    "hide idea": _TOPIC_OFFICE,
    "confirm idea": frozenset(ROLES),
    "credit": _TOPIC_OFFICE,
    "plan topic": _TOPIC_OFFICE,
    "draft topic": _TOPIC_OFFICE,
    "write topic version": _TOPIC_OFFICE,
    "state contributions": _TOPIC_OFFICE,
    "start consultation": _TOPIC_OFFICE,
    "close consultation": _TOPIC_OFFICE,
    "read consultations": _READERS | {PARTNER, DELEGATE},
    "comment on topic": _COMMENTERS,
    # Whoever holds the link of the e-mail.
    "confirm comment": frozenset(ROLES),
    "answer comment": _TOPIC_OFFICE,
    # One that came by letter, by e-mail or in a meeting.
    "record comment": _TOPIC_OFFICE,
    "revise topic": _TOPIC_OFFICE,
    "propose topic": _TOPIC_OFFICE,
    "adopt topic": frozenset({GOVERNANCE_OFFICER, FINANCE_OFFICER, OPERATOR}),
    "drop topic": _TOPIC_OFFICE | {FINANCE_OFFICER},
    "record no award": _TOPIC_OFFICE | {FINANCE_OFFICER},
    "edit call": _TOPIC_OFFICE,
    "import results": _TOPIC_OFFICE,
    "read confirmations": _READERS | {PARTNER},
    "answer confirmation": frozenset({PARTNER}),
}
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
_ROUND: Final[dict[str, frozenset[str]]] = {
    # A partner: those of its own organisation, and each act with the right that its organisation gives (apply, sign).
    "read rounds": _READERS | {PARTNER},
    "record activity": _ALL_OFFICE | {PARTNER},
    "write plan": _ALL_OFFICE | {PARTNER},
    "submit plan": _ALL_OFFICE | {PARTNER},
    "amend plan": _ALL_OFFICE | {PARTNER},
    "return plan": _ALL_OFFICE,
    "approve plan": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "write report": _ALL_OFFICE | {PARTNER},
    "submit report": _ALL_OFFICE | {PARTNER},
    "return report": _ALL_OFFICE,
    "record certificate": _ALL_OFFICE | {PARTNER},
    # What is accepted consumes its part of the match.
    "validate report": _FINANCE,
}
# Cash that is due, and what is given back where it does not come.
_GIVE_BACK: Final[dict[str, frozenset[str]]] = {
    # A partner: those of its own organisation.
    "read instalments": _READERS | {PARTNER},
    "plan instalment": _ALL_OFFICE,
    "invoice instalment": _FINANCE,
    "take back invoice": _FINANCE,
    "record receipt": _FINANCE,
    "give notice": _FINANCE,
    "record cure": _FINANCE,
    "terminate on notice": _FINANCE,
    "withdraw notice": _FINANCE,
    "read close-out": _READERS,
    "close project": _FINANCE,
    "reallocate": _FINANCE,
    "read trajectory": _READERS,
}

# Who stands behind what is in the books already, where no application stands for it.
_RECHECKS: Final[dict[str, frozenset[str]]] = {
    "check partner again": _ALL_OFFICE,
}

# Sheets of grants and participants from the grant system; they change what is known of projects, and book nothing.
_SHEETS: Final[dict[str, frozenset[str]]] = {
    "read sheets": _READERS,
    "read sheet in": _ALL_OFFICE,
    "take over sheet": _ALL_OFFICE,
    "discard sheet": _ALL_OFFICE,
    "undo sheet": _ALL_OFFICE,
}

# Proving figures to somebody from outside; nothing here writes to the books.
_PROOF: Final[dict[str, frozenset[str]]] = {
    # What is behind a published figure, down to letter, decision and certificate.
    "read proof": _READERS,
    # Everything that anybody did, with reasons and with the values before and after.
    "read audit trail": frozenset({GOVERNANCE_OFFICER, FINANCE_OFFICER, AUDITOR, OPERATOR}),
    "make audit file": frozenset({FINANCE_OFFICER, AUDITOR, OPERATOR}),
}

# Who should be asked for a topic or an idea. Nothing of it is ever shown to the outside.
_RECOMMENDATION: Final[dict[str, frozenset[str]]] = {
    "read candidates": _READERS,
    "shortlist candidate": _LEAD_KEEPERS,
    "note on candidate": _LEAD_KEEPERS,
    "take off shortlist": _LEAD_KEEPERS,
    "call not suitable": _LEAD_KEEPERS,
    "call suitable again": _LEAD_KEEPERS,
    # It opens a lead, and adds the organisation to the directory where it is not there.
    "invite candidate": _LEAD_KEEPERS,
    # Past projects as CORDIS publishes them; reasons lead there.
    "read past projects": _READERS | {PARTNER},
    "read what was shown": frozenset({GOVERNANCE_OFFICER, AUDITOR, OPERATOR}),
    # A partner's person: of its own organisation, with the right to read.
    "read what fits": frozenset({PARTNER}),
    "choose alerts": frozenset({PARTNER}),
}

# What only the server itself can do, at its command line.
_SITE: Final[dict[str, frozenset[str]]] = {
    # A message that may have been sent: that it was, or that it goes out again.
    "decide on mail": frozenset({OPERATOR}),
}

# Past organisations, and what they are: records of ROR, organisations of the directory, members of a group.
_PAIRINGS: Final[dict[str, frozenset[str]]] = {
    "read pairings": _READERS,
    "accept pairing": _ALL_OFFICE,
    "refuse pairing": _ALL_OFFICE,
    "put pairing off": _ALL_OFFICE,
    "take pairing back": _ALL_OFFICE,
    "accept certain pairings": _ALL_OFFICE,
    "look for pairings": frozenset({OPERATOR}),
}

# The imported past projects and what is built from them; long tasks run beside the site, one at a time.
_INDEX: Final[dict[str, frozenset[str]]] = {
    "read index": _READERS,
    "build index": frozenset({OFFICER, SCIENTIFIC_OFFICER, OPERATOR}),
    "cancel task": frozenset({OFFICER, SCIENTIFIC_OFFICER, OPERATOR}),
}

# Keys by which programs act in the name of a person: what a key may do, its owner may do.
_KEY_OWNERS: Final = _READERS - {OPERATOR} | {PARTNER}
_KEYS: Final[dict[str, frozenset[str]]] = {
    # A partner's person: with the right to read.
    "make key": _KEY_OWNERS,
    "revoke key": _KEY_OWNERS,
    "revoke another's key": frozenset({OFFICER, FINANCE_OFFICER}),
    # Whom the site tells of what is public; an auditor reads, and makes the site do nothing.
    "make webhook": _KEY_OWNERS - {AUDITOR},
    "end webhook": _KEY_OWNERS - {AUDITOR},
    "send webhook again": _KEY_OWNERS - {AUDITOR},
    "end another's webhook": frozenset({OFFICER, FINANCE_OFFICER}),
}

# The newsletter: whoever holds the link of an e-mail acts by it, without an account.
_NEWSROOM: Final = frozenset({OFFICER, SCIENTIFIC_OFFICER, OPERATOR})
_BY_LINK: Final = ("sign up for newsletter", "confirm sign-up", "change subscription", "leave newsletter")
_ISSUE_STEPS: Final = ("send test of issue", "schedule issue", "send issue now", "take issue back", "cancel issue")
_NEWSLETTER: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys((*_BY_LINK, "erase subscription", "stop alerts"), frozenset(ROLES)),
    "read issues": _READERS,
    **dict.fromkeys(("draft issue", "edit issue", "gather issue anew", *_ISSUE_STEPS), _NEWSROOM),
    **dict.fromkeys(("hide issue", "show issue"), _NEWSROOM),
    # Mail that came back, and mail that leaves.
    "import bounces": frozenset({OPERATOR}),
}

# Stories and news. A partner: those of its own organisation, and each act with the right to apply; the office reviews them.
_STORY_OFFICE: Final = frozenset({OFFICER, SCIENTIFIC_OFFICER, OPERATOR})
_STORY_WRITERS: Final = _STORY_OFFICE | {PARTNER}
_STORY_PUBLISHERS: Final = frozenset({OFFICER, OPERATOR})
_STORIES: Final[dict[str, frozenset[str]]] = {
    "read stories": _READERS | {PARTNER},
    "draft story": _STORY_WRITERS,
    "write story version": _STORY_WRITERS,
    "add story picture": _STORY_WRITERS,
    "remove story picture": _STORY_WRITERS,
    "submit story": _STORY_WRITERS,
    "take back story": _STORY_WRITERS,
    # With which programme, partners and projects it is shown.
    "tie story": _STORY_OFFICE,
    "return story": _STORY_OFFICE,
    "describe story picture": _STORY_OFFICE,
    "publish story": _STORY_PUBLISHERS,
    "correct story": _STORY_PUBLISHERS,
    "withdraw story": _STORY_PUBLISHERS,
    "reopen story": _STORY_PUBLISHERS,
}

# Who may read which field of a record, and what was published.
_PUBLICATION: Final[dict[str, frozenset[str]]] = {
    "read who sees what": _READERS,
    "make publication exception": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "lift publication exception": _ALL_OFFICE | {GOVERNANCE_OFFICER},
    "preview as others": _READERS,
    "record what is published": _ALL_OFFICE | {GOVERNANCE_OFFICER},
}

SUBJECTS: Final[dict[str, dict[str, frozenset[str]]]] = {
    "the books": _BOOKS,
    "partners": _PARTNERS,
    "leads": _LEADS,
    "applications": _APPLICATIONS,
    "governance": _GOVERNANCE,
    "topics": _TOPICS,
    "the partner's desk": _PARTNER_DESK,
    "the yearly round": _ROUND,
    "the site": _SITE,
    "cash and give-back": _GIVE_BACK,
    "checks of partners in the books": _RECHECKS,
    "sheets of the grant system": _SHEETS,
    "proof": _PROOF,
    "recommendation": _RECOMMENDATION,
    "pairings of past organisations": _PAIRINGS,
    "the recommendation index": _INDEX,
    "keys and webhooks of the API": _KEYS,
    "the newsletter": _NEWSLETTER,
    "stories": _STORIES,
    "publication": _PUBLICATION,
}
ALLOWED: Final = {action: allowed for table in SUBJECTS.values() for action, allowed in table.items()}


def may(role: str, action: str) -> bool:
    """Tell whether a role may do an action.

    Raises:
        KeyError: the action is not in the table, which is a mistake in the program.
    """
    return role in ALLOWED[action]
