"""Takes an expression of interest from anybody, and makes it a lead once the e-mail address is confirmed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cofund.actions import audit, checks, messages
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.lead_steps import NewExchange, write_exchange
from cofund.actions.leads import LeadFacts, NewLead, write_lead
from cofund.actions.locks import writing
from cofund.actions.organisations import LONGEST_SLUG
from cofund.queries import clock, interest, languages, leads, names
from cofund.records.directory.models import Contact, Message, Organisation
from cofund.records.programme.models import Exchange, ExpressionOfInterest, Lead, Scheme, Topic
from cofund.rules import roles
from cofund.rules.knocking import CONFIRM_WITHIN, LONGEST_WINDOW, PER_EMAIL, PER_ORIGIN, wait_until

FORMS = {"cash": "Money", "in_kind": "Work and goods (in kind)", "both": "Both"}


@dataclass(frozen=True, slots=True)
class Knock:
    """What somebody writes who knocks at a topic. `origin` is the network address that it came from, and is not kept.

    `language` is that of the page; the e-mail that confirms it is in it.
    """

    organisation_name: str
    person: str
    email: str
    text: str
    country: str = ""
    kind: str = ""
    form: str = ""
    amount_cents: int | None = None
    origin: str = ""
    language: str = languages.ENGLISH


def express(
    topic: Topic, knock: Knock, address_of: Callable[[str], str], *, at: datetime | None = None
) -> ExpressionOfInterest:
    """Keep an expression of interest, and send the link that confirms its e-mail address.

    Args:
        topic: what it is about.
        knock: what was written.
        address_of: gives the address of the page that a signed token confirms at.
        at: the instant; now, unless the clock is given.

    Raises:
        Refused: the topic no longer takes any, the country is none, or too many came from this e-mail address or this origin;
            `again_at` tells from when on one more is taken.
    """
    now = at or clock.now()
    country = checks.country(knock.country, f"You asked to contribute to {topic.code}.")
    with writing():
        # One after the other, so that the limits count what another is just writing. Nothing else waits for this row.
        list(Scheme.objects.select_for_update(no_key=True).order_by("pk")[:1])
        topic.refresh_from_db(fields=["status", "adopted_on"])
        _erase(now)
        origin = interest.origin_digest(knock.origin)
        _check(topic, knock, origin, now)
        token = secrets.token_urlsafe(32)
        row = ExpressionOfInterest.objects.create(
            topic=topic,
            organisation_name=" ".join(knock.organisation_name.split()),
            country=country,
            kind=knock.kind,
            person=" ".join(knock.person.split()),
            email=knock.email,
            form=knock.form,
            amount_cents=knock.amount_cents,
            text=knock.text.strip(),
            token_digest=interest.digest(token),
            origin_digest=origin,
            made_at=now,
        )
        # No name: what is not confirmed is erased, and audit rows stay.
        actor = Actor("A visitor", roles.PUBLIC)
        actor.require("express interest")
        audit.record(actor, "express interest", _subject(row), at=now, after={"topic": topic.code})
        subject, text = _confirm_words(row, address_of(interest.signed(token)), knock.language)
        messages.write("confirm interest", row.email, subject, text, key=_key(row), at=now)
        return row


def confirm(
    signed_token: str, *, lead_address: Callable[[str], str], at: datetime | None = None
) -> ExpressionOfInterest:
    """Confirm the e-mail address of an expression of interest: it becomes a lead, and the office is told.

    A second time does nothing.

    Args:
        signed_token: as the link in the e-mail carries it.
        lead_address: gives the address of the office's page of a lead, by its reference.
        at: the instant; now, unless the clock is given.

    Raises:
        Refused: the link is not of this site, or was not used in time.
    """
    now = at or clock.now()
    with writing():
        found = interest.find(signed_token)
        row = ExpressionOfInterest.objects.select_for_update().filter(pk=found.pk).first() if found else None
        if found is None or row is None or interest.has_lapsed(row, now):
            raise Refused(
                asked="You asked to confirm an expression of interest.",
                wrong="This link is not one of ours, or it was not used in time.",
                remedy=f"A link holds for {CONFIRM_WITHIN.days} days. Please fill in the form once more.",
            )
        if row.confirmed_at is None:
            row.topic = found.topic
            _become_lead(row, lead_address, now)
        return row


def erase_lapsed(*, at: datetime | None = None) -> int:
    """Erase what was not confirmed in time, with its e-mail, and the traces of where the others came from; tell how many went."""
    with writing():
        return _erase(at or clock.now())


def _erase(now: datetime) -> int:
    """Erase as `erase_lapsed` says; the caller has opened a transaction. No audit row: it would keep what is to be forgotten."""
    rows = list(interest.lapsed(now))
    Message.objects.filter(key__in=[_key(row) for row in rows]).delete()
    ExpressionOfInterest.objects.filter(pk__in=[row.pk for row in rows]).delete()
    old = ExpressionOfInterest.objects.filter(made_at__lte=now - LONGEST_WINDOW).exclude(origin_digest="")
    old.update(origin_digest="")
    return len(rows)


def _check(topic: Topic, knock: Knock, origin: str, now: datetime) -> None:
    """Refuse a topic that takes none, and too many of one e-mail address or origin."""
    asked = f"You asked to contribute to {topic.code}."
    if not interest.takes_interest(topic):
        wrong = "It no longer takes expressions of interest."
        raise Refused(asked=asked, wrong=wrong, remedy="Look for an open topic, or write to the programme office.")
    waits = {
        "this e-mail address": wait_until(interest.made_before(now, email=knock.email), PER_EMAIL, now),
        "your network": wait_until(interest.made_before(now, origin=origin), PER_ORIGIN, now),
    }
    for whom, again_at in waits.items():
        if again_at is not None:
            when = timezone.localtime(again_at)
            wrong = f"Too many expressions of interest came from {whom} within a short time."
            remedy = (
                f"Please try again after {when:%H:%M} on {when.day} {when:%B %Y}; what you wrote is still in the form."
            )
            raise Refused(asked=asked, wrong=wrong, remedy=remedy, again_at=again_at)


def _become_lead(row: ExpressionOfInterest, lead_address: Callable[[str], str], now: datetime) -> None:
    """Make the lead with its organisation, contact and first exchange, and tell the office."""
    actor = Actor(row.person, roles.PUBLIC)
    actor.require("confirm interest")
    organisation, is_new = _organisation_of(actor, row, now)
    today = timezone.localdate(now)
    twins = leads.like(organisation, row.topic.scheme, row.topic, row.amount_cents)
    twin = next((one for one in twins if one.amount_cents == row.amount_cents), None)
    if twin is not None:
        # The same once more: one lead, so that nothing counts twice.
        _finish(actor, row, twin, now, lead_address, is_new=False)
        return
    officer = row.topic.scientific_officer
    facts = LeadFacts(
        topic=row.topic,
        amount_cents=row.amount_cents,
        interest=row.text,
        owner=officer if officer is not None and officer.is_active and roles.may(officer.role, "open lead") else None,
        next_step=f"Answer {row.person}",
        next_step_on=today,
        note=f"Offers: {FORMS[row.form].lower()}." if row.form in FORMS else "",
    )
    wanted = NewLead(
        row.topic.scheme.code, organisation, Lead.Route.KNOCKS, facts, reason="Expression of interest, confirmed"
    )
    lead = write_lead(actor, "confirm interest", wanted, organisation, now)
    _finish(actor, row, lead, now, lead_address, is_new=is_new)


def _finish(
    actor: Actor,
    row: ExpressionOfInterest,
    lead: Lead,
    now: datetime,
    lead_address: Callable[[str], str],
    *,
    is_new: bool,
) -> None:
    """Keep the person and what was written with a lead, mark it as confirmed, and tell the office."""
    _keep_contact(row, lead.organisation, timezone.localdate(now))
    write_exchange(actor, lead, NewExchange(Exchange.Channel.EMAIL, f"Knocked: {row.text}", by_office=False), now)
    row.confirmed_at, row.lead = now, lead
    row.save(update_fields=["confirmed_at", "lead"])
    # The link is used up; the e-mail that carried it need not keep it.
    Message.objects.filter(key=_key(row)).update(text="The address was confirmed; the link is erased.")
    _tell_office(row, lead, is_new, lead_address)


def _organisation_of(actor: Actor, row: ExpressionOfInterest, now: datetime) -> tuple[Organisation, bool]:
    """The organisation that is certainly meant, else a new one of the stated kind, marked by its audit row."""
    known = names.certain(row.organisation_name, row.email, row.country)
    if known is not None:
        return known, False
    base = slugify(row.organisation_name)[: LONGEST_SLUG - 8] or "organisation"
    slug, number = base, 1
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    made = Organisation.objects.create(
        slug=slug, name=row.organisation_name, kind=row.kind or Organisation.Kind.UNKNOWN, country=row.country
    )
    audit.record(
        actor,
        "add organisation",
        f"organisation/{slug}",
        at=now,
        after={"name": made.name, "kind": str(made.kind), "country": made.country},
        reason=f"Added by an expression of interest in {row.topic.code}",
    )
    return made, True


def _keep_contact(row: ExpressionOfInterest, organisation: Organisation, today: object) -> None:
    """Keep the person as a contact of the organisation, unless the address is known there."""
    if not Contact.objects.filter(organisation=organisation, email__iexact=row.email).exists():
        note = (
            f"Stated in an expression of interest on {today}. The e-mail address is confirmed, the organisation is not."
        )
        Contact.objects.create(organisation=organisation, name=row.person, email=row.email, note=note)


def _tell_office(row: ExpressionOfInterest, lead: Lead, is_new: bool, lead_address: Callable[[str], str]) -> None:
    """Write the notice to whoever looks after the topic."""
    new = " It is new here: please see whether it is one that we know under another name." if is_new else ""
    text = (
        f"{row.person} of {row.organisation_name} would like to contribute to {row.topic.code}.\n\n"
        f"{row.text}\n\n"
        f"The e-mail address {row.email} is confirmed. The lead is {lead.reference} of {lead.organisation}.{new}\n\n"
        f"{lead_address(lead.reference)}\n"
    )
    for user in interest.to_be_told(row.topic):
        title = f"New lead for {row.topic.code}: {row.organisation_name}"
        messages.write("new lead", user.email, title[:300], text, key=f"new-lead/{row.pk}/{user.pk}")


def _confirm_words(row: ExpressionOfInterest, address: str, language: str) -> tuple[str, str]:
    """Subject and text of the e-mail that asks to confirm."""
    with languages.speaking(language):
        parts = (
            _("Dear {name},").format(name=row.person),
            _(
                "somebody, most likely you, told us that {organisation} would like to contribute to the topic\n{topic}: {title}"
            ).format(organisation=row.organisation_name, topic=row.topic.code, title=row.topic.title),
            _("Please open this page and press the button there:"),
            address,
            _(
                "The link holds for {days} days and works once. If this was not you, do nothing:\n"
                "until the address is confirmed, the pages of the office show only that somebody wrote about this topic,\n"
                "neither who nor what, and what is not confirmed is erased after these days."
            ).format(days=CONFIRM_WITHIN.days),
        )
        return _("Confirm: {topic}").format(topic=row.topic.code), "\n\n".join(parts) + "\n"


def _subject(row: ExpressionOfInterest) -> str:
    """How audit rows name it: by its number, without a name or an address."""
    return f"{row.topic.scheme.code}/interest/{row.pk}"


def _key(row: ExpressionOfInterest) -> str:
    """The key of the e-mail that confirms it."""
    return f"confirm-interest/{row.pk}"
