"""Contacts of organisations, and what organisations are interested in, offer and need. Nobody and nothing is taken out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from cofund.actions import audit
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.organisations import current, subject_of
from cofund.queries import clock
from cofund.records.directory.models import Contact, Interest, Organisation


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Whom to call at an organisation; `is_first` makes it the one to call first, in place of another."""

    name: str
    function: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    is_first: bool = False


def add(actor: Actor, organisation: Organisation, wanted: ContactFacts, *, at: datetime | None = None) -> Contact:
    """Add a contact.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nobody is named, or the same person is there already.
    """
    actor.require("add contact")
    asked = f"You asked to add {wanted.name.strip() or 'somebody'} as a contact at {organisation.name}."
    with writing():
        row = current(organisation, asked)
        _check(row, wanted, asked, but=None)
        made = Contact.objects.create(organisation=row, **_words(wanted))
        _only_first(made)
        # The trail tells that there is a contact, and no personal data beyond the name: it is never emptied.
        after = {"contact": made.pk, "name": made.name}
        audit.record(actor, "add contact", subject_of(row), at=at or clock.now(), after=after)
        return made


def edit(
    actor: Actor, contact: Contact, wanted: ContactFacts, *, seen: str = "", at: datetime | None = None
) -> Contact:
    """Change what is known of a contact; `seen` is the mark of what the writer was shown (`actions.seen.mark` of `known`).

    Raises:
        NotAllowed: the role does not include it.
        Refused: nobody is named, somebody else of the organisation has this name, or somebody changed it meanwhile.
    """
    actor.require("edit contact")
    asked = f"You asked to change the contact {contact.name}."
    with writing():
        organisation = current(contact.organisation, asked)
        row = Contact.objects.select_for_update().get(pk=contact.pk)
        _check(organisation, wanted, asked, but=row.pk)
        facts = _words(wanted)
        unseen.check(asked, seen, known(row), facts)
        changed = [key for key, value in facts.items() if getattr(row, key) != value]
        for key in changed:
            setattr(row, key, facts[key])
        row.save(update_fields=changed or None)
        _only_first(row)
        after = {"contact": row.pk, "name": row.name, "changed": changed}
        audit.record(actor, "edit contact", subject_of(organisation), at=at or clock.now(), after=after)
        return row


def known(contact: Contact) -> dict[str, Any]:
    """Give what is stated of a contact, by the names of `ContactFacts`."""
    return {name: getattr(contact, name) for name in ContactFacts.__dataclass_fields__}


def leave(actor: Actor, contact: Contact, left_on: date, *, at: datetime | None = None) -> Contact:
    """Record that a contact left the organisation on a day.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the person is marked as left already, or the day is still to come.
    """
    actor.require("mark contact as left")
    asked = f"You asked to mark {contact.name} as left."
    with writing():
        organisation = current(contact.organisation, asked)
        row = Contact.objects.select_for_update().get(pk=contact.pk)
        if row.left_on is not None:
            wrong = f"The person left on {row.left_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Add the person anew if the person is back.")
        if left_on > clock.today():
            raise Refused(asked=asked, wrong="That day is still to come.", remedy="Do it then.", field="left_on")
        row.left_on, row.is_first = left_on, False
        row.save(update_fields=["left_on", "is_first"])
        after = {"contact": row.pk, "name": row.name, "left_on": left_on.isoformat()}
        audit.record(actor, "mark contact as left", subject_of(organisation), at=at or clock.now(), after=after)
        return row


def state_interest(
    actor: Actor,
    organisation: Organisation,
    kind: str,
    text: str,
    *,
    stated_on: date | None = None,
    source_url: str = "",
    at: datetime | None = None,
) -> Interest:
    """Record what an organisation is interested in, offers or needs.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nothing is said, or the same stands already.
    """
    actor.require("add interest")
    text = " ".join(text.split())
    asked = f"You asked to record what {organisation.name} says: {text}."
    with writing():
        row = current(organisation, asked)
        if not text:
            raise Refused(asked=asked, wrong="Nothing is said.", remedy="Say it in a few words.", field="text")
        if row.interests.filter(kind=kind, text__iexact=text, ended_on=None).exists():
            raise Refused(asked=asked, wrong="This stands already.", remedy="Say what is new.", field="text")
        made = Interest.objects.create(
            organisation=row, kind=kind, text=text, stated_on=stated_on, source_url=source_url
        )
        after = {"interest": made.pk, "kind": str(kind), "text": text}
        audit.record(actor, "add interest", subject_of(row), at=at or clock.now(), after=after, evidence=source_url)
        return made


def end_interest(actor: Actor, interest: Interest, ended_on: date, *, at: datetime | None = None) -> Interest:
    """Record that an interest, an offer or a need no longer holds.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has ended already, or the day lies before the one on which it was stated.
    """
    actor.require("end interest")
    asked = f"You asked to end: {interest.text}."
    with writing():
        organisation = current(interest.organisation, asked)
        row = Interest.objects.select_for_update().get(pk=interest.pk)
        if row.ended_on is not None:
            wrong = f"It ended on {row.ended_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Record it anew if it holds again.")
        if row.stated_on is not None and ended_on < row.stated_on:
            wrong = f"It was stated on {row.stated_on.isoformat()}, which is later."
            raise Refused(asked=asked, wrong=wrong, remedy="Enter a later day.", field="ended_on")
        row.ended_on = ended_on
        row.save(update_fields=["ended_on"])
        after = {"interest": row.pk, "text": row.text, "ended_on": ended_on.isoformat()}
        audit.record(actor, "end interest", subject_of(organisation), at=at or clock.now(), after=after)
        return row


def _check(organisation: Organisation, wanted: ContactFacts, asked: str, *, but: int | None) -> None:
    """Check a contact before it is written. Raises: Refused."""
    name = " ".join(wanted.name.split())
    if not name:
        raise Refused(asked=asked, wrong="Nobody is named.", remedy="Enter the name.", field="name")
    same = organisation.contacts.filter(name__iexact=name, left_on=None).values_list("pk", flat=True)
    if any(pk != but for pk in same):
        wrong = f"{organisation.name} has a contact of this name."
        raise Refused(asked=asked, wrong=wrong, remedy="Change that one, or tell the two apart.", field="name")


def _words(wanted: ContactFacts) -> dict[str, str | bool]:
    """The facts of a contact as they are kept."""
    facts = asdict(wanted)
    return {
        key: " ".join(value.split()) if isinstance(value, str) and key != "note" else value
        for key, value in facts.items()
    }


def _only_first(contact: Contact) -> None:
    """Let one contact of an organisation be the one to call first."""
    if contact.is_first:
        Contact.objects.filter(organisation=contact.organisation_id, is_first=True).exclude(pk=contact.pk).update(
            is_first=False
        )
