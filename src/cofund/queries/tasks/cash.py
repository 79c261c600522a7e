"""Tasks about cash that is due, notices and projects that ended short: of the finance officer, and of partners who may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from cofund.queries import identity, instalments, standings
from cofund.queries.tasks.shapes import Reader, Source, columns, joined
from cofund.records.ledger.models import Contribution, Notice
from cofund.records.programme.models import Project
from cofund.rules import roles

_FOR: Final = frozenset({roles.FINANCE_OFFICER})
_PARTNER: Final = frozenset({roles.PARTNER})
# How long before its day an instalment is to be invoiced.
INVOICE_AHEAD: Final = timedelta(days=30)


def late(reader: Reader) -> QuerySet[Any]:
    """Instalments that were invoiced and are missing after their day."""
    rows = instalments.unpaid().filter(due_on__lt=reader.on, invoiced_on__isnull=False)
    return _instalments(rows, "instalment_late", "It did not come in time: record what came, or give notice")


def to_invoice(reader: Reader) -> QuerySet[Any]:
    """Instalments that are due soon, or were, and that nobody invoiced."""
    rows = instalments.unpaid().filter(due_on__lte=reader.on + INVOICE_AHEAD, invoiced_on__isnull=True)
    return _instalments(rows, "instalment_invoice", "Due soon and not invoiced: send the request for payment")


def own(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people: what their organisation was invoiced and has not paid."""
    if not reader.reads:
        return None
    rows = instalments.unpaid().filter(invoiced_on__isnull=False, contribution__in=_given(reader))
    return _instalments(rows, "instalment_own", "Invoiced: pay it by this day")


def running(reader: Reader) -> QuerySet[Any]:
    """Notices whose period still runs."""
    rows = Notice.objects.filter(status=Notice.Status.OPEN, until_on__gte=reader.on)
    return _notices(rows, "notice_running", "Its period runs: see what comes")


def to_decide(reader: Reader) -> QuerySet[Any]:
    """Notices whose period has passed."""
    rows = Notice.objects.filter(status=Notice.Status.OPEN, until_on__lt=reader.on)
    return _notices(rows, "notice_decide", "Its period has passed: terminate what is missing, or withdraw the notice")


def ended_short(reader: Reader) -> QuerySet[Any] | None:
    """Projects whose last day has passed while something that was committed to them is neither reported nor delivered.

    A contribution with an open notice is left out, since the notice is a task itself; so is what is only told by public sources.
    """
    adopted = standings.adopted()
    short = {
        one.contribution_id: one.project_id
        for one in standings.today()
        if one.undelivered_cents and one.project_id is not None and not adopted.is_historical(one)
    }
    ended = set(Project.objects.filter(ends_on__lt=reader.on).order_by().values_list("pk", flat=True))
    noticed = Notice.objects.filter(status=Notice.Status.OPEN).order_by().values_list("contribution_id", flat=True)
    left = {short[key] for key in short.keys() - set(noticed)} & ended
    if not left:
        return None
    rows = Project.objects.filter(pk__in=sorted(left))
    return columns(
        rows, "project_short", title="acronym", why=_SHORT, scheme="scheme__code", first="scheme__code", second="slug"
    )


def own_notices(reader: Reader) -> QuerySet[Any] | None:
    """For a partner's people: notices to their organisation whose period runs."""
    if not reader.reads:
        return None
    rows = Notice.objects.filter(status=Notice.Status.OPEN, until_on__gte=reader.on, contribution__in=_given(reader))
    return _notices(rows, "notice_own", "Something that you committed is missing: mend it by this day")


def _given(reader: Reader) -> QuerySet[Any]:
    """The contributions of the organisations that somebody reads for."""
    return identity.given_by(Contribution.objects.order_by(), *reader.reads).values("pk")


def _instalments(rows: QuerySet[Any], kind: str, why: str) -> QuerySet[Any]:
    """Instalments as tasks."""
    title = joined(F("contribution__reference"), Value(", instalment "), Cast(F("number"), CharField()))
    return columns(
        rows, kind, title=title, why=why, scheme="contribution__book__scheme__code", due_on="due_on", first="pk"
    )


def _notices(rows: QuerySet[Any], kind: str, why: str) -> QuerySet[Any]:
    """Notices as tasks."""
    title = joined(F("contribution__reference"), Value(", notice"))
    return columns(
        rows, kind, title=title, why=why, scheme="contribution__book__scheme__code", due_on="until_on", first="pk"
    )


_SHORT: Final = "It has ended, and not all that was committed came: give notice of what is missing, or close it out"

SOURCES: Final = (
    Source("instalment_late", "Instalments that are late", _FOR, late),
    Source("instalment_invoice", "Instalments to invoice", _FOR, to_invoice),
    Source("notice_decide", "Notices to decide", _FOR, to_decide),
    Source("project_short", "Projects that ended short", _FOR, ended_short, reads_anew=True),
    Source("notice_running", "Notices that run", _FOR, running, is_information=True),
    Source("instalment_own", "Payments that you owe", _PARTNER, own),
    Source("notice_own", "Notices to you", _PARTNER, own_notices),
)
