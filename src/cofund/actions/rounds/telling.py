"""E-mails of the yearly round to the people of an organisation: who is told, and what was returned."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cofund.actions import messages
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.ledger.models import Plan, Report
from cofund.rules import roles

WRITERS: Final = (PartnerRight.Right.APPLY, PartnerRight.Right.SIGN)


def tell_returned(row: Plan | Report, name: str, reason: str, at: datetime) -> None:
    """Tell everybody who may write or sign for an organisation that its plan or report came back, and why; once."""
    what = "report" if isinstance(row, Report) else "plan"
    subject = f"The {what} of {row.organisation} for {row.year} was returned"
    text = f"{subject}.\n\nWhat the office says:\n{reason}\n\nSign in to complete it; your desk leads there.\n"
    for person in writers(row.organisation):
        key = f"returned/{row.scheme.code}/{name}/{person.pk}"
        messages.write("returned in round", person.email, subject, text, key=key, at=at)


def writers(organisation: Organisation) -> list[User]:
    """The people who may write or sign for an organisation and have an address."""
    rights = PartnerRight.objects.filter(organisation=organisation, right__in=WRITERS, revoked_at=None)
    rows = User.objects.filter(
        pk__in=rights.order_by().values("user"), organisation=organisation, role=roles.PARTNER, is_active=True
    )
    return list(rows.exclude(email="").order_by("pk"))
