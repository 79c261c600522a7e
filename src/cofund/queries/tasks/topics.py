"""Tasks about ideas and topics: ideas to triage, comments to answer, consultations to take part in, texts to confirm."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from cofund.queries import identity, seats
from cofund.queries.confirmations import newest, of_letters, told
from cofund.queries.tasks.shapes import Reader, Source, columns, joined
from cofund.records.ledger.models import Confirmation, Contribution
from cofund.records.programme.models import Comment, Consultation, Idea
from cofund.rules import roles

_SCIENCE: Final = frozenset({roles.SCIENTIFIC_OFFICER})
_OFFICER: Final = frozenset({roles.OFFICER})


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
    held = seats.held(reader.on).filter(seats.speaks_by(reader.user.pk, reader.applies)).order_by()
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
    """For a partner's people who may sign: what they are asked to confirm after the text of their topic changed."""
    if not reader.signs:
        return None
    rows = newest(_of(reader.signs).filter(answer=""))
    return _asked(rows, "confirmation", "The text of the topic changed: say whether it stands", due_on="answer_by_on")


def texts_told(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people: changes of wording, and changes while their letter is still being written."""
    if not reader.reads:
        return None
    rows = told(_of(reader.reads), reader.on)
    return _asked(rows, "text_told", "The text of the topic changed: see what is different")


def withdrawing(_: Reader) -> QuerySet[Any]:
    """For the office: partners who answered that they will withdraw, until the withdrawal is recorded."""
    rows = newest(Confirmation.objects.filter(answer=Confirmation.Answer.WITHDRAWS))
    return _asked(rows, "confirmation_withdraws", "The partner will withdraw: record it, or find out whether it stays")


def talking(_: Reader) -> QuerySet[Any]:
    """For the office: partners who want to talk before they confirm."""
    rows = newest(Confirmation.objects.filter(answer=Confirmation.Answer.TALKS))
    why = "The partner wants to talk first: talk, and have it answer again"
    return _asked(rows, "confirmation_talks", why, due_on="answer_by_on")


def late(reader: Reader) -> QuerySet[Any]:
    """For the office: confirmations whose last day is over."""
    rows = newest(Confirmation.objects.filter(answer="", answer_by_on__lt=reader.on))
    return _asked(rows, "confirmation_late", "The partner has not answered: ask again", due_on="answer_by_on")


def unanswered(reader: Reader) -> QuerySet[Any]:
    """For the office: confirmations that partners have not given, and still have time for."""
    rows = newest(Confirmation.objects.filter(answer="").exclude(answer_by_on__lt=reader.on))
    why = "The partner was asked to confirm and has not answered"
    return _asked(rows, "confirmation_waiting", why, due_on="answer_by_on")


def _of(organisations: tuple[int, ...]) -> QuerySet[Confirmation]:
    """Those about what one of some organisations gives or applied for: looked for first, before the database weighs each."""
    own = identity.given_by(Contribution.objects.order_by(), *organisations)
    about = Confirmation.objects.filter(Q(contribution__in=own.values("pk")) | of_letters(organisations))
    return Confirmation.objects.filter(pk__in=about.order_by().values("pk"))


def _asked(rows: QuerySet[Confirmation], kind: str, why: str, due_on: str = "") -> QuerySet[Any]:
    """Questions and notices as tasks."""
    reference = Coalesce(F("contribution__reference"), F("application__reference"))
    return columns(
        rows,
        kind,
        title=joined(reference, Value(" to "), F("topic_version__topic__code")),
        why=why,
        scheme="topic_version__topic__scheme__code",
        due_on=due_on,
        first="pk",
    )


SOURCES: Final = (
    Source("idea_triage", "Ideas to look at", _SCIENCE, ideas),
    Source("comment_answer", "Comments without an answer", _SCIENCE, comments),
    Source(
        "consultation_open", "Consultations of your group", frozenset({roles.DELEGATE, roles.PARTNER}), consultations
    ),
    Source("confirmation", "Contributions to confirm", frozenset({roles.PARTNER}), confirmations),
    Source("text_told", "Texts that changed", frozenset({roles.PARTNER}), texts_told, is_information=True),
    Source("confirmation_withdraws", "Partners who will withdraw", _OFFICER, withdrawing),
    Source("confirmation_talks", "Partners who want to talk first", _OFFICER, talking),
    Source("confirmation_late", "Confirmations past their day", _OFFICER, late),
    Source("confirmation_waiting", "Confirmations that partners owe", _OFFICER, unanswered, is_information=True),
)
