"""How the office stands with organisations: whose next step is overdue, and where nothing happens although something is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Application, ContributionParty, Transfer
from cofund.records.programme.models import Exchange, Lead, LeadStep

# So many days without an exchange, a step of a lead or an entry in the books make a relationship stale while something is open.
STALE_DAYS: Final = 180
CLOSED_LEADS: Final = (Lead.Stage.CONVERTED, Lead.Stage.LOST, Lead.Stage.DORMANT)
CLOSED_APPLICATIONS: Final = (
    *(Application.Status.APPROVED, Application.Status.REJECTED),
    *(Application.Status.WITHDRAWN, Application.Status.LAPSED),
)
OVERDUE: Final = "overdue"
QUIET: Final = "quiet"
MARKS: Final = {OVERDUE: "Next step overdue", QUIET: f"Nothing for {STALE_DAYS} days"}


def marked(rows: QuerySet[Organisation], today: date, *, within: Sequence[int] | None = None) -> QuerySet[Organisation]:
    """Add to organisations whether their next step is overdue (`is_overdue`) and whether they are quiet (`is_quiet`).

    Quiet is one with an open lead, an open application or a planned next step, and neither an exchange, nor a step of a lead, nor
    an entry that was recorded in the books within `STALE_DAYS` days. What was merged into it counts as its own.
    Where it is known which few organisations `rows` are, `within` has their keys, so that nothing is looked up of the others.
    """
    only = {} if within is None else {"organisation__in": within}
    since = today - timedelta(days=STALE_DAYS)
    instant = timezone.make_aware(datetime.combine(since, time.min))
    # Each set is asked for once, and not once for each organisation: that took seconds with ten thousand of them.
    leads = Lead.objects.filter(**only).exclude(stage__in=CLOSED_LEADS)
    applications = Application.objects.filter(**only).exclude(status__in=CLOSED_APPLICATIONS)
    is_open = _is_in(leads) | _is_in(applications) | ~Q(next_step="")
    booked = Transfer.objects.filter(entry__recorded_at__gte=instant, contribution__isnull=False)
    parties = ContributionParty.objects.all()
    if within is not None:
        own = Organisation.objects.filter(Q(pk__in=within) | Q(merged_into__in=within)).order_by().values("pk")
        parties = parties.filter(organisation__in=own)
        booked = booked.filter(contribution__in=parties.order_by().values("contribution"))
    parties = parties.filter(contribution__in=booked.order_by().values("contribution"))
    kept = parties.order_by().annotate(kept=Coalesce("organisation__merged_into", "organisation"))
    has_moved = (
        _is_in(Exchange.objects.filter(on__gte=since, **only))
        | _is_in(
            LeadStep.objects.filter(on__gte=since, **{f"lead__{key}": keys for key, keys in only.items()}),
            "lead__organisation",
        )
        | _is_in(kept, "kept")
    )
    return rows.annotate(is_overdue=Q(next_step_on__lt=today), is_quiet=is_open & ~has_moved)


def _keys(rows: QuerySet[Any], field: str = "organisation") -> QuerySet[Any]:
    """The keys of the organisations that some rows are about."""
    return rows.order_by().values(field)


def _is_in(rows: QuerySet[Any], field: str = "organisation") -> Q:
    """The condition that an organisation is one of those that some rows are about."""
    return Q(pk__in=_keys(rows, field))


def stale(today: date, *, owner: User | None = None) -> QuerySet[Organisation]:
    """The organisations that somebody has to look at: next step overdue, or quiet. `owner` narrows to those of one person.

    The desk counts this, and the list of organisations shows it with `?mark=stale`.
    """
    rows = marked(Organisation.objects.filter(merged_into=None), today).filter(Q(is_overdue=True) | Q(is_quiet=True))
    if owner is not None:
        rows = rows.filter(owner=owner)
    return rows.order_by(F("next_step_on").asc(nulls_last=True), Lower("name"))


def quiet(today: date) -> QuerySet[Organisation]:
    """Give the organisations that `marked` calls quiet and that were merged into no other.

    What is open decides first, and only of those it is asked, one by one, whether anything has moved: a desk counts them each time.
    """
    since = today - timedelta(days=STALE_DAYS)
    instant = timezone.make_aware(datetime.combine(since, time.min))
    leads = Lead.objects.filter(stage__in=[stage for stage in Lead.Stage if stage not in CLOSED_LEADS])
    applications = Application.objects.exclude(status__in=CLOSED_APPLICATIONS)
    planned = Organisation.objects.filter(next_step__gt="")
    is_open: QuerySet[Any] = _keys(leads).union(_keys(applications), _keys(planned, "pk"))
    its = OuterRef("pk")
    booked = Transfer.objects.filter(contribution=OuterRef("contribution"), entry__recorded_at__gte=instant)
    given = ContributionParty.objects.filter(Exists(booked))
    has_moved = (
        Exists(Exchange.objects.filter(organisation=its, on__gte=since))
        | Exists(LeadStep.objects.filter(lead__organisation=its, on__gte=since))
        | Exists(given.filter(organisation=its))
        | Exists(given.filter(organisation__merged_into=its))
    )
    return Organisation.objects.filter(~has_moved, pk__in=is_open, merged_into=None)


@kept(4)
def quiet_keys(today: date) -> frozenset[int]:
    """The keys of the organisations that are quiet; one query, none while nothing is written."""
    return frozenset(quiet(today).order_by().values_list("pk", flat=True))


class LastContact(NamedTuple):
    """The day of the last exchange with an organisation, and how sure it is that there was one."""

    on: date
    certainty: str


def last_contacts(organisation_ids: list[int]) -> dict[int, LastContact]:
    """The last exchange with each of some organisations; one query."""
    rows = Exchange.objects.filter(organisation__in=organisation_ids).order_by("organisation", "on", "pk")
    found = rows.values_list("organisation_id", "on", "certainty")
    return {key: LastContact(on, certainty) for key, on, certainty in found}
