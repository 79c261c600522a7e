"""Asks partners whether their contributions stand after the text of a topic changed, and takes their answers."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from cofund.actions import audit, messages, topic_checks
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.locks import writing
from cofund.queries import clock, confirmations, contributions
from cofund.queries.contributions import ContributionState
from cofund.queries.pools import Target
from cofund.records.ledger.models import Confirmation
from cofund.records.programme.models import TopicVersion


def ask(version: TopicVersion, *, at: datetime) -> list[Confirmation]:
    """Ask for a confirmation of every living contribution to the topic, and write to the people of who gives it.

    Part of the action that wrote the version, in its transaction.
    """
    topic = version.topic
    made = []
    for state in contributions.states(Target(topic=topic).contributions()):
        if state.live_cents:
            row = Confirmation.objects.create(contribution=state.contribution, topic_version=version, asked_at=at)
            _write(row, state, at)
            made.append(row)
    return made


def answer(
    actor: Actor, confirmation: Confirmation, given: str, text: str = "", *, at: datetime | None = None
) -> Confirmation:
    """Take the answer of a partner: the contribution stands, will be withdrawn, or the partner wants to talk first.

    Nothing moves in the books: a withdrawal is recorded by the office, on the partner's answer.

    Raises:
        NotAllowed: the role does not include it, the contribution is not the person's organisation's, or the person may not sign.
        Refused: it is answered already, or a newer text has been asked about.
    """
    actor.require("answer confirmation")
    asked = f"You asked to answer for {confirmation.contribution.reference}."
    instant = at or clock.now()
    with writing():
        row = (
            Confirmation.objects.select_for_update(of=("self",)).select_related("contribution").get(pk=confirmation.pk)
        )
        user = topic_checks.person(actor)
        if user is None or not confirmations.may_answer(user, row):
            raise NotAllowed(
                asked=asked,
                wrong="It is not your organisation's contribution, or your organisation has not let you sign for it.",
                remedy="Ask somebody of your organisation who may sign to answer, or to grant you the right.",
                action="answer confirmation",
                role=actor.role,
            )
        if row.answer not in ("", Confirmation.Answer.TALKS):
            said = row.get_answer_display().lower()
            remedy = "Write to the programme office to change it."
            raise Refused(asked=asked, wrong=f"It is answered already: {said}.", remedy=remedy, field="answer")
        if row.contribution.confirmations.filter(pk__gt=row.pk).exists():
            wrong = "The text has changed again since."
            raise Refused(asked=asked, wrong=wrong, remedy="Answer for the newest text.", field="answer")
        if given not in Confirmation.Answer.values:
            raise Refused(asked=asked, wrong="No answer is chosen.", remedy="Choose one of the three.", field="answer")
        if given != Confirmation.Answer.STANDS:
            topic_checks.check_text(text, asked, "answer_text", "A word on what stands against it")
        before = row.answer
        row.answer, row.answer_text = given, text.strip()
        row.answered_by, row.answered_at = actor.name, instant
        row.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])
        subject = f"{row.contribution.book.scheme.code}/contribution/{row.contribution.reference}"
        stated = {"answer": given, "topic_version": row.topic_version.number}
        audit.record(
            actor, "answer confirmation", subject, at=instant, before={"answer": before}, after=stated, reason=text
        )
        return row


def _write(row: Confirmation, state: ContributionState, at: datetime) -> None:
    """Write to everybody who is to know."""
    version = row.topic_version
    topic = version.topic
    text = (
        f"The text of {topic.code} ({topic.title}) has changed: version {version.number}.\n\n"
        f"What changed, and why: {version.reason}\n\n"
        f"{state.contribution.reference} is your contribution to it. Please say whether it still stands:\n"
        f"{settings.COFUND_SITE_URL}/office/confirmations/\n"
    )
    subject = f"{topic.code} has changed: does your contribution stand?"
    for address in confirmations.addresses(state.organisations):
        key = f"confirmation/{row.pk}/{address}"
        messages.write("confirm contribution", address, subject, text, key=key, at=at)
