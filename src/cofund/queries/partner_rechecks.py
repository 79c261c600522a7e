"""Contributions without a checked application whose partner has to be checked again: a relation, role or merge came later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Coalesce

from cofund.queries import capacities, clock, contributions, rechecks, schemes, standings
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.queries.rechecks import Row
from cofund.records.directory.models import Merge, Organisation, OrganisationRelation
from cofund.records.ledger.models import Book, Contribution, ContributionParty, Entry, LetterLine, PartnerCheck
from cofund.records.programme.models import RoleHolding
from cofund.rules import eligibility
from cofund.rules.eligibility import Clash
from cofund.rules.lifecycle_applications import CHECKED

PARTNER_SIDE: Final = "partner"


@dataclass(frozen=True, slots=True)
class PartnerRecheck:
    """A contribution whose partner is to be checked again, with what was recorded since: newest first."""

    contribution: Contribution
    relations: tuple[OrganisationRelation, ...]
    holdings: tuple[RoleHolding, ...]
    merges: tuple[Merge, ...] = ()

    @property
    def words(self) -> list[str]:
        """What was recorded or began, in words."""
        return rechecks.words_of(self.relations, self.holdings, self.merges)


@kept(2)
def all_due() -> tuple[int, ...]:
    """Give the keys of all contributions whose partner has to be checked again: desks ask for them each time."""
    # No contribution was looked at before the first entry of its book.
    first = Entry.objects.filter(book__in=Book.objects.values("pk"), number=1).aggregate(at=Min("recorded_at"))["at"]
    if first is None:
        return ()
    asked = rechecks.later_than(first)
    rows = Contribution.objects.all()
    if asked.are_few:
        merged = Organisation.objects.filter(merged_into__in=asked.around).values_list("pk", flat=True)
        parties = ContributionParty.objects.filter(organisation__in=[*asked.around, *merged])
        rows = rows.filter(pk__in=parties.order_by().values("contribution"))
    return tuple(dict.fromkeys(row.key for row in _rows(rows) if asked.is_due(row)))


def due(rows: QuerySet[Contribution]) -> list[PartnerRecheck]:
    """Give those of some contributions whose partner has to be checked again, with what was recorded since the last look.

    The last look is the last check that was recorded, else the booking itself, which checks roles too. One that came from an
    application is not among them: its application is checked again.
    """
    recorded = rechecks.since(rechecks.later(_rows(rows)))
    found = Contribution.objects.filter(pk__in=recorded).select_related("book__scheme").order_by("pk")
    return [PartnerRecheck(row, *recorded[row.pk]) for row in found]


def clashes_of(contribution: Contribution) -> list[Clash]:
    """Tell what stands today against who gives a contribution in its role; what blocks comes first."""
    scheme, _ = schemes.current(contribution.book.scheme.code)
    states = contributions.states(Contribution.objects.filter(pk=contribution.pk))
    givers = states[0].organisations if states else ()
    book, target = contribution.book.pk, Target.of(contribution)
    return capacities.clashes(scheme, book, contribution.role, givers, target, clock.today())


def last_check(contribution: Contribution) -> PartnerCheck | None:
    """Give the last check that was recorded after the booking; None where there was none."""
    return contribution.partner_checks.order_by("-checked_at", "-pk").first()


def _rows(wanted: QuerySet[Contribution]) -> list[Row]:
    """The living ones of some contributions of partners, once for each organisation behind them, with when they were looked at."""
    roles = _partner_roles()
    living = {one.contribution_id for one in standings.today() if one.live_cents}
    if not roles or not living:
        return []
    by_letter = LetterLine.objects.filter(
        contribution__isnull=False,
        letter__application__status__in=CHECKED,
        letter__application__checked_at__isnull=False,
    ).order_by()
    parties = ContributionParty.objects.filter(
        contribution__role__in={role for _, role in roles}, contribution__versions__number=1
    ).exclude(contribution__in=by_letter.values("contribution"))
    parties = parties.filter(contribution__in=wanted.order_by().values("pk"))
    checked = _checked()
    values = parties.order_by("pk").values_list(
        "contribution",
        Coalesce("organisation__merged_into", "organisation"),
        "contribution__book__scheme__code",
        "contribution__role",
        "contribution__versions__entry__recorded_at",
    )
    return [
        Row(key, who, scheme, role, max(booked_at, checked.get(key, booked_at)))
        for key, who, scheme, role, booked_at in values
        if key in living and (scheme, role) in roles
    ]


def _checked() -> dict[int, datetime]:
    """When each contribution was checked again last; of few, since few are."""
    rows = PartnerCheck.objects.order_by().values("contribution").annotate(last=Max("checked_at"))
    return dict(rows.values_list("contribution", "last"))


def _partner_roles() -> frozenset[tuple[str, str]]:
    """The roles of partners, by scheme, that an exclusion of the scheme names: the others cannot come to clash."""
    found = set()
    for code in schemes.installed():
        rules, _ = schemes.current(code)
        for role in rules.roles:
            if role.side == PARTNER_SIDE and eligibility.excluded_roles(rules, role.code):
                found.add((code, role.code))
    return frozenset(found)
