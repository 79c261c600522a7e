"""Ideas of the public whose e-mail address is to be confirmed: whose link is whose, and how many came from one address."""

from __future__ import annotations

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from cofund.queries.interest import digest
from cofund.records.programme.models import Idea
from cofund.rules.knocking import CONFIRM_WITHIN, LONGEST_WINDOW

_SALT = "cofund.idea"


def signed(token: str) -> str:
    """A token as the link in the e-mail carries it: with the signature of this site."""
    return Signer(salt=_SALT).sign(token)


def find(signed_token: str) -> Idea | None:
    """The idea of a link; None where the link is not of this site."""
    try:
        token = Signer(salt=_SALT).unsign(signed_token)
    except BadSignature:
        return None
    return Idea.objects.select_related("scheme").filter(token_digest=digest(token)).first()


def is_unconfirmed(row: Idea) -> bool:
    """Whether it came from an e-mail address that nobody confirmed."""
    return bool(row.token_digest) and row.confirmed_at is None


def has_lapsed(row: Idea, now: datetime) -> bool:
    """Whether its link is over and was not used."""
    return row.confirmed_at is None and row.recorded_at + CONFIRM_WITHIN <= now


def outdated(now: datetime) -> QuerySet[Idea]:
    """Those that were not confirmed in time and still hold a name or an address."""
    rows = Idea.objects.exclude(token_digest="").filter(confirmed_at=None, recorded_at__lte=now - CONFIRM_WITHIN)
    return rows.exclude(proposer_email="", proposer_name="")


def made_before(now: datetime, email: str) -> list[datetime]:
    """The instants of what came from an e-mail address within the longest window."""
    rows = Idea.objects.filter(recorded_at__gt=now - LONGEST_WINDOW, proposer_email__iexact=email)
    return list(rows.values_list("recorded_at", flat=True))
