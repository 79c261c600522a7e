"""Tasks about ideas and topics: ideas to triage, comments to answer, consultations to take part in, contributions to confirm."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import F, QuerySet, Value

from cofund.queries import identity, seats
from cofund.queries.confirmations import newest
from cofund.queries.tasks.shapes import Reader, Source, columns, joined
from cofund.records.ledger.models import Confirmation, Contribution
from cofund.records.programme.models import Comment, Consultation, Idea
from cofund.rules import roles

_SCIENCE: Final = frozenset({roles.SCIENTIFIC_OFFICER})


def ideas(_: Reader) -> QuerySet[Any]:
    """Ideas that nobody has looked at."""
    rows = Idea.objects.filter(status=Idea.Status.SUBMITTED)
    why = "Submitted: give it to a group, merge it, park it or decline it"
    return columns(rows, "idea_triage", title="title", why=why, scheme="scheme__code", first="reference")


def comments(reader: Reader) -> QuerySet[Any]:
    """Comments without an answer, on topics that the reader looks after or nobody does."""
    rows = Comment.objects.filter(reader.owned("consultation__topic__scientific_officer"), answer="")
    return columns(
        rows,
        "comment_answer",
        title=joined(F("author_name"), Value(" on "), F("consultation__topic__code")),
        why="A comment without an answer",
        scheme="consultation__topic__scheme__code",
        first="consultation_id",
    )


def consultations(reader: Reader) -> QuerySet[Any]:
    """Open consultations of the groups in which the reader sits, without a comment of the reader."""
    held = seats.own(reader.user).order_by()
    rows = Consultation.objects.filter(
        group__in=held.values("group"), opens_on__lte=reader.on, closes_on__gte=reader.on
    ).exclude(pk__in=Comment.objects.filter(user=reader.user).values("consultation"))
    return columns(
        rows,
        "consultation_open",
        title="topic__code",
        why=joined(Value("Your group is consulted: "), F("group__name")),
        scheme="topic__scheme__code",
        due_on="closes_on",
        first="pk",
    )


def confirmations(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people who may sign: contributions to confirm after the text of their topic changed."""
    if not reader.signs:
        return None
    own = identity.given_by(Contribution.objects.order_by(), *reader.signs)
    rows = newest(Confirmation.objects.filter(answer="", contribution__in=own.values("pk")))
    return columns(
        rows,
        "confirmation",
        title=joined(F("contribution__reference"), Value(" to "), F("topic_version__topic__code")),
        why="The text of the topic changed: say whether the contribution stands",
        scheme="topic_version__topic__scheme__code",
        first="pk",
    )


def unanswered(_: Reader) -> QuerySet[Any]:
    """For the office: confirmations that partners have not given."""
    rows = newest(Confirmation.objects.filter(answer=""))
    return columns(
        rows,
        "confirmation_waiting",
        title=joined(F("contribution__reference"), Value(" to "), F("topic_version__topic__code")),
        why="The partner was asked to confirm and has not answered",
        scheme="topic_version__topic__scheme__code",
        first="contribution__reference",
    )


SOURCES: Final = (
    Source("idea_triage", "Ideas to look at", _SCIENCE, ideas),
    Source("comment_answer", "Comments without an answer", _SCIENCE, comments),
    Source("consultation_open", "Consultations of your group", frozenset({roles.DELEGATE}), consultations),
    Source("confirmation", "Contributions to confirm", frozenset({roles.PARTNER}), confirmations),
    Source(
        "confirmation_waiting",
        "Confirmations that partners owe",
        frozenset({roles.OFFICER}),
        unanswered,
        is_information=True,
    ),
)
