"""What a role is for and can do next, or where it begins to read, where nothing waits: in words, each with its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cofund.queries import access
from cofund.records.directory.models import User
from cofund.rules import roles
from cofund.web.routes import reverse


@dataclass(frozen=True, slots=True)
class Ahead:
    """One thing that can be done: what it is, why, its page, and the action that the role has to include."""

    title: str
    why: str
    page: str
    action: str


_IDEAS: Final = Ahead(
    "Read the ideas for topics",
    "Those that were parked may fit the next call, and what somebody tells you can be handed in as an idea.",
    "office-ideas",
    "read ideas",
)
_APPLICATIONS: Final = Ahead(
    "See which applications are on their way",
    "A letter that is being written now needs a meeting of the board, and papers in time before it.",
    "office-applications",
    "read applications",
)
_PLEDGE: Final = Ahead(
    "Record a pledge",
    "What a partner has promised counts from the day on which it is in the books.",
    "office-pledge-choose",
    "pledge",
)
ROLES: Final[dict[str, tuple[Ahead, ...]]] = {
    roles.OFFICER: (
        Ahead(
            "Look through the partners",
            "With whom was nobody in touch lately? A next step with a day brings it back to this desk.",
            "office-partners",
            "read partners",
        ),
        Ahead(
            "Open a lead",
            "Every talk about a possible contribution begins as one, whoever made the first move.",
            "office-lead-choose",
            "open lead",
        ),
        _APPLICATIONS,
        _PLEDGE,
    ),
    roles.SCIENTIFIC_OFFICER: (
        _IDEAS,
        Ahead(
            "Look at the topics that are being written",
            "Which of them lacks a text, a consultation, or the day on which the board is to adopt it?",
            "office-topics-choose",
            "read the books",
        ),
        Ahead(
            "See what was said in consultations",
            "Comments that came by letter or in a meeting are recorded there, and get an answer too.",
            "office-consultations",
            "read consultations",
        ),
    ),
    roles.GOVERNANCE_OFFICER: (
        Ahead(
            "Plan the next meeting of a group",
            "Applications and topics can be put on its agenda as soon as it has a day.",
            "office-groups",
            "add meeting",
        ),
        Ahead(
            "Look at who sits where",
            "Seats that end soon need somebody who follows, and boards need their votes in full.",
            "office-groups",
            "edit seat",
        ),
        Ahead(
            "Read the register of decisions",
            "What was decided is read by everybody once it is published.",
            "office-decisions",
            "read meetings",
        ),
        _APPLICATIONS,
    ),
    roles.FINANCE_OFFICER: (
        _PLEDGE,
        Ahead(
            "Look at the instalments to come",
            "Cash that is promised and has no plan yet is seen there, too.",
            "office-instalments",
            "read instalments",
        ),
        Ahead(
            "See how the yearly round stands",
            "Who has reported, what is certified, and what is accepted.",
            "office-round",
            "read rounds",
        ),
        Ahead(
            "Verify a book",
            "It is recomputed from its rows whenever you like.",
            "office-books",
            "read the books",
        ),
    ),
    roles.AUDITOR: (
        Ahead(
            "Go from a figure to what it rests on",
            "Each contribution has a page with its letter, its decision, its entries and every step to its match.",
            "office-proof",
            "read the books",
        ),
        Ahead(
            "Verify a book",
            "It is recomputed from its rows whenever you like.",
            "office-books",
            "read the books",
        ),
        Ahead(
            "Read the audit trail",
            "Who did what, when and why, with the values before and after.",
            "office-trail",
            "read audit trail",
        ),
    ),
    roles.DELEGATE: (
        Ahead(
            "Look at the meetings of your groups",
            "Agendas, papers and votes stand there once the agenda is published.",
            "office-meetings",
            "read meetings",
        ),
        Ahead(
            "Read the ideas for topics",
            "Those that your groups look through stand there, and one of your own can be handed in.",
            "office-ideas",
            "read ideas",
        ),
        Ahead(
            "Read the consultations of your groups",
            "What is asked there can be commented on until it is closed.",
            "office-consultations",
            "read consultations",
        ),
    ),
    roles.PARTNER: (
        Ahead(
            "See which topics look for partners",
            "Each page says what is still open, and takes a word from you.",
            "open-topics",
            "open desk",
        ),
        Ahead(
            "See your applications and letters",
            "What your organisation wants to give begins there, and its people with the right to apply write it.",
            "office-applications",
            "read applications",
        ),
        Ahead(
            "Put your due days in your own calendar",
            "Your profile has an address that calendar programs read.",
            "office-profile",
            "open desk",
        ),
    ),
}
# They wait or read: their desks say where to begin, and keep what was booked last.
READING: Final = frozenset({roles.AUDITOR, roles.DELEGATE, roles.PARTNER})
DOES: Final[dict[str, str]] = {
    roles.OFFICER: "You look after partners, leads and applications, and record pledges.",
    roles.SCIENTIFIC_OFFICER: "You look after topics: their ideas, their texts, their consultations, and who is credited.",
    roles.GOVERNANCE_OFFICER: "You look after groups, meetings, votes and decisions.",
    roles.FINANCE_OFFICER: "You record what is endorsed, committed, delivered, released and corrected, and keep the books.",
    roles.AUDITOR: "You read everything and write nothing.",
    roles.DELEGATE: "You sit in a group: you read its papers, comment, declare conflicts of interest, and vote.",
    roles.PARTNER: "You act for your organisation: you read what it gives, and apply, sign and confirm as far as it lets you.",
}


def of_role(role: str, user: User) -> list[dict[str, Any]]:
    """What somebody of a role can do next, or begin to read, as far as the role includes it."""
    return [
        {"title": one.title, "why": one.why, "href": reverse(one.page)}
        for one in ROLES.get(role, ())
        if access.may(user, one.action)
    ]
