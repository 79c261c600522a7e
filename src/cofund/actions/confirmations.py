"""Tells partners of a changed text of their topic, asks whether what they give still stands, and takes their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from cofund.actions import audit, messages, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.queries import adoptions, applications, clock, confirmations, contributions, letters, objections, schemes
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application, Confirmation
from cofund.records.programme.models import Decision, Topic, TopicVersion
from cofund.rules.confirming import answer_by


@dataclass(frozen=True, slots=True)
class Spread:
    """Whom a change of the text reached: who is asked, and who is only told."""

    asked: tuple[Confirmation, ...] = ()
    told: tuple[Confirmation, ...] = ()


def spread(version: TopicVersion, *, at: datetime) -> Spread:
    """Tell every partner with something in of a change of the text, and write to its people.

    Where the change is material, whoever gives a living contribution or handed in a letter is asked to confirm. Of wording alone
    they are told, and of any change those whose letter is still being written. One promise is asked about once: a letter that says
    the same as a pledge is left out. Part of the action that wrote the version, in its transaction.
    """
    topic = version.topic
    due_on = _answer_by(topic, topic_checks.day_of(at)) if version.is_material else None
    asked: list[tuple[Confirmation, Sequence[Organisation]]] = []
    told: list[tuple[Confirmation, Sequence[Organisation]]] = []
    for state in contributions.states(Target(topic=topic).contributions()):
        if state.live_cents:
            row = Confirmation(contribution=state.contribution)
            (asked if version.is_material else told).append((row, state.organisations))
    for application in confirmations.letters_of(topic):
        row = Confirmation(application=application)
        if not confirmations.is_handed_in(application):
            told.append((row, confirmations.givers(row)))
        elif not _repeats_pledges(application):
            (asked if version.is_material else told).append((row, confirmations.givers(row)))
    return Spread(
        tuple(_made(row, version, who, due_on, at, needs_answer=True) for row, who in asked),
        tuple(_made(row, version, who, None, at, needs_answer=False) for row, who in told),
    )


def answer(
    actor: Actor, confirmation: Confirmation, given: str, text: str = "", *, at: datetime | None = None
) -> Confirmation:
    """Take the answer of a partner: what it gives stands, will be withdrawn, or the partner wants to talk first.

    Nothing moves in the books: the office records a withdrawal, on the partner's answer. Until then the partner may change it.

    Raises:
        NotAllowed: the role does not include it, it is not the person's organisation's, or the person may not sign.
        Refused: it is answered already, or a newer text has been asked about.
    """
    actor.require("answer confirmation")
    asked = f"You asked to answer for {confirmation.reference}."
    instant = at or clock.now()
    with writing():
        related = ("contribution__book__scheme", "application__scheme", "topic_version")
        rows = Confirmation.objects.select_for_update(of=("self",)).select_related(*related)
        row = rows.get(pk=confirmation.pk)
        user = topic_checks.person(actor)
        if user is None or not confirmations.may_answer(user, row):
            raise NotAllowed(
                asked=asked,
                wrong="It is not your organisation's, or your organisation has not let you sign for it.",
                remedy="Ask somebody of your organisation who may sign to answer, or to grant you the right.",
                action="answer confirmation",
                role=actor.role,
            )
        _refuse_closed(row, given, asked)
        if given != Confirmation.Answer.STANDS:
            topic_checks.check_text(text, asked, "answer_text", "A word on what stands against it")
        before = row.answer
        row.answer, row.answer_text = given, text.strip()
        row.answered_by, row.answered_at = actor.name, instant
        row.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])
        stated = {"answer": given, "topic_version": row.topic_version.number}
        audit.record(
            actor,
            "answer confirmation",
            _subject(row),
            at=instant,
            before={"answer": before},
            after=stated,
            reason=text,
        )
        return row


def keep_with(decision: Decision, found: Sequence[objections.Objection]) -> list[str]:
    """Keep with a decision what partners had said, or owed, when it was taken; give it as sentences. Part of what decides."""
    said = objections.words(found)
    new = [one for one in said if one not in decision.caveats]
    if new:
        decision.caveats = [*decision.caveats, *new]
        decision.save(update_fields=["caveats"])
    return said


def _refuse_closed(row: Confirmation, given: str, asked: str) -> None:
    """Refuse an answer where there is one for good, where a newer text has been asked about, and where none is chosen."""
    if row.answer not in confirmations.CHANGEABLE:
        said = row.get_answer_display().lower()
        remedy = "Write to the programme office to change it."
        raise Refused(asked=asked, wrong=f"It is answered already: {said}.", remedy=remedy, field="answer")
    if confirmations.is_superseded(row):
        wrong = "The text has changed again since."
        raise Refused(asked=asked, wrong=wrong, remedy="Answer for the newest text.", field="answer")
    if not confirmations.standing(Confirmation.objects.filter(pk=row.pk)).exists():
        wrong = f"{row.reference} does not stand any more."
        raise Refused(asked=asked, wrong=wrong, remedy="Nothing is left to answer.", field="answer")
    if given not in Confirmation.Answer.values:
        raise Refused(asked=asked, wrong="No answer is chosen.", remedy="Choose one of the three.", field="answer")


def _subject(row: Confirmation) -> str:
    """What the audit row is about: the contribution, or the application."""
    if row.contribution is not None:
        return f"{row.contribution.book.scheme.code}/contribution/{row.contribution.reference}"
    assert row.application is not None
    return f"{row.application.scheme.code}/application/{row.application.reference}"


def _answer_by(topic: Topic, asked_on: date) -> date:
    """The last day for an answer about a topic."""
    scheme, _ = schemes.current(topic.scheme.code)
    return answer_by(asked_on, adoptions.plan_of(scheme, adoptions.adoption_of_topic(topic)).papers_on)


def _repeats_pledges(application: Application) -> bool:
    """Whether every line of a letter says what a pledge says: the partner is then asked about the pledges."""
    letter = applications.newest(application)
    scheme, _ = schemes.current(application.scheme.code)
    if letter is None:
        return False
    amounts = [(line.kind, letters.booked_cents(line, scheme.currency)) for line in letter.lines.all()]
    return bool(amounts) and all(
        cents is not None and applications.same_pledge(application, kind, cents) is not None for kind, cents in amounts
    )


def _made(
    row: Confirmation,
    version: TopicVersion,
    organisations: Sequence[Organisation],
    due_on: date | None,
    at: datetime,
    *,
    needs_answer: bool,
) -> Confirmation:
    """Save one question or notice, and write to everybody who is to know."""
    row.topic_version, row.asked_at = version, at
    row.needs_answer, row.answer_by_on = needs_answer, due_on
    row.save(force_insert=True)
    subject, text = _question(row, due_on) if needs_answer else _notice(row)
    purpose = "confirm contribution" if needs_answer else "tell of changed text"
    for address in confirmations.addresses(organisations):
        key = f"confirmation/{row.pk}/{address}"
        messages.write(purpose, address, subject, text, key=key, at=at)
    return row


def _question(row: Confirmation, due_on: date | None) -> tuple[str, str]:
    """The e-mail that asks: subject and text."""
    version = row.topic_version
    what = "contribution" if row.contribution is not None else "application"
    by = f" by {due_on.isoformat()}" if due_on else ""
    text = (
        f"{_changed(version)}\n\n"
        f"{row.reference} is your {what} to it. Please say{by} whether it still stands.\n"
        "There you also see what changed, word by word:\n"
        f"{_page(row)}\n"
    )
    return f"{version.topic.code} has changed: does your {what} stand?", text


def _notice(row: Confirmation) -> tuple[str, str]:
    """The e-mail that only tells: subject and text."""
    version = row.topic_version
    if row.application is not None and not confirmations.is_handed_in(row.application):
        why = (
            f"{row.reference}, your application to it, is still being written: what you hand in is about the new text."
        )
    else:
        why = (
            f"It concerns {row.reference}. The programme office holds the change to be one of wording, so you need not answer. "
            "If you see it otherwise, write to the office."
        )
    text = f"{_changed(version)}\n\n{why}\n\nWhat changed, word by word:\n{_page(row)}\n"
    return f"{version.topic.code} has changed", text


def _changed(version: TopicVersion) -> str:
    """What changed, and why."""
    topic = version.topic
    head = f"The text of {topic.code} ({topic.title}) has changed: version {version.number}."
    return f"{head}\n\nWhat changed, and why: {version.reason}"


def _page(row: Confirmation) -> str:
    """The page of the site that shows the differences, and takes the answer."""
    return f"{settings.COFUND_SITE_URL}/office/confirmations/{row.pk}/"
