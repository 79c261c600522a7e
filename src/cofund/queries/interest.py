"""Expressions of interest: which topics take them, whose link is whose, and how many came from where."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import date, datetime
from typing import Final

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.programme.models import Call, ExpressionOfInterest, Topic
from cofund.rules import roles
from cofund.rules.knocking import CONFIRM_WITHIN, LONGEST_WINDOW

_SALT = "cofund.interest"
# Until it is adopted, what a partner brings can still be matched.
OPEN_STATUSES = (
    Topic.Status.SCOPING,
    Topic.Status.DRAFTING,
    Topic.Status.CONSULTATION,
    Topic.Status.REVISED,
    Topic.Status.PROPOSED,
)

# Why nobody can knock at a topic any more, and what is left to do.
HAS_PROJECT: Final = "Contributions are taken while a topic is prepared. This one has its project."
DECIDED: Final = (
    "Contributions are taken until a topic is adopted. This one is, and the match of what was endorsed is decided."
)
STILL_APPLYING: Final = "Until the deadline of the call, partners join a consortium that applies."
BY_AMENDMENT: Final = "Whoever would give now writes to the programme office: it takes an amended work plan."


def takes_interest(topic: Topic) -> bool:
    """Tell whether somebody can knock at a topic: as long as it is not adopted, and not dropped."""
    return topic.status in OPEN_STATUSES and topic.adopted_on is None


def closed_because(topic: Topic, on: date | None = None) -> str:
    """Why nobody can knock at a topic, and where to turn, in words; empty where somebody can, or where nothing is left to say.

    Source: what partners bring is part of a topic before it is adopted; later only an amended work plan takes it (scenario S1).
    """
    if takes_interest(topic) or topic.status not in (Topic.Status.ADOPTED, Topic.Status.GRANTED):
        return ""
    if topic.status == Topic.Status.GRANTED:
        return HAS_PROJECT
    call, day = topic.call, on or clock.today()
    if topic.is_historical or (call is not None and call.closed_on is not None and call.closed_on < day):
        return DECIDED
    if call is not None and call.opened_on is not None and call.procedure == Call.Procedure.SINGLE_STAGE:
        return f"{DECIDED} {STILL_APPLYING}"
    return f"{DECIDED} {BY_AMENDMENT}"


def open_topic(scheme_code: str, code: str) -> Topic | None:
    """The topic of an address, where somebody can knock at it."""
    rows = Topic.objects.select_related("scheme", "call", "scientific_officer")
    found = rows.filter(scheme__code=scheme_code, code=code).first()
    return found if found is not None and takes_interest(found) else None


def signed(token: str) -> str:
    """A token as the link in the e-mail carries it: with the signature of this site."""
    return Signer(salt=_SALT).sign(token)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(signed_token: str) -> ExpressionOfInterest | None:
    """The expression of interest of a link; None where the link is not of this site, or what it was for is erased."""
    try:
        token = Signer(salt=_SALT).unsign(signed_token)
    except BadSignature:
        return None
    rows = ExpressionOfInterest.objects.select_related(
        "topic__scheme", "topic__call", "topic__scientific_officer", "lead"
    )
    return rows.filter(token_digest=digest(token)).first()


def has_lapsed(row: ExpressionOfInterest, now: datetime) -> bool:
    """Whether it was not confirmed in time."""
    return row.confirmed_at is None and row.made_at + CONFIRM_WITHIN <= now


def lapsed(now: datetime) -> QuerySet[ExpressionOfInterest]:
    """Those that were not confirmed in time."""
    return ExpressionOfInterest.objects.filter(confirmed_at=None, made_at__lte=now - CONFIRM_WITHIN)


def origin_digest(origin: str) -> str:
    """A keyed hash of a network address, by which its visits can be counted and the address not be told.

    An IPv6 address counts as its /64 network, out of which one visitor has as many addresses as it likes.
    """
    try:
        address = ipaddress.ip_address(origin.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        text = str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
    else:
        text = str(address)
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


def made_before(now: datetime, *, email: str = "", origin: str = "") -> list[datetime]:
    """The instants of what came from an e-mail address or an origin (its digest) within the longest window."""
    rows = ExpressionOfInterest.objects.filter(made_at__gt=now - LONGEST_WINDOW)
    if email:
        return list(rows.filter(email__iexact=email).values_list("made_at", flat=True))
    return list(rows.filter(origin_digest=origin).values_list("made_at", flat=True)) if origin else []


def to_be_told(topic: Topic) -> list[User]:
    """Who of the office is told of a new lead: the topic's scientific officer, else every partnership officer with an address."""
    officer = topic.scientific_officer
    if officer is not None and officer.is_active and officer.email:
        return [officer]
    return list(User.objects.filter(is_active=True, role=roles.OFFICER).exclude(email="").order_by("pk"))
