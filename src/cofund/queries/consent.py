"""Who may be named in public for an application: with the consent of its letter, or once the scheme publishes what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cofund.queries import publication, schemes
from cofund.queries.keeping import kept
from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.records.programme.models import AgendaItem, Decision
from cofund.rules.schemes import Scheme

NOT_NAMED: Final = "not named"
# What is decided of one contribution, and not of a whole topic.
_OF_ONE: Final = ("pledge", "endorse", "amend", "reduce", "withdraw", "deliver")


@dataclass(frozen=True, slots=True)
class Titles:
    """What stands in public instead of the title of a point or a decision that could name a partner, by its row.

    Of such a point and decision neither words nor papers are public, since they could name the partner too.
    """

    items: Mapping[int, str] = field(default_factory=dict)
    decisions: Mapping[int, str] = field(default_factory=dict)

    def of_item(self, item: AgendaItem) -> str:
        """The title of a point as the public reads it."""
        return self.items.get(item.pk, item.title)

    def of_decision(self, decision: Decision) -> str:
        """The title of a decision as the public reads it."""
        return self.decisions.get(decision.pk, decision.title)


# For those who may read names anyway.
NAMED: Final = Titles()


@kept(16)
def titles(scheme_code: str) -> Titles:
    """Give what stands instead of the names of partners of a scheme that may not be named yet. At most seven queries, however many.

    A partner may be named once its newest letter that was handed in consents to publication, or once one of its contributions has
    reached the stage from which on the scheme publishes who gives, consent or not. Where the giver or the amount of a contribution
    is held back, neither its application nor what was decided on it alone is named.
    """
    reader = publication.public(scheme_code)
    held = reader.without | reader.unnamed
    rows = list(_without_consent(scheme_code, held))
    published = _published(scheme_code, rows)
    items: dict[int, str] = dict.fromkeys(_unknown(scheme_code), f"Partner ({NOT_NAMED}): application")
    decisions: dict[int, str] = {}
    rules, _ = schemes.current(scheme_code)
    for row in rows:
        if row.pk in published:
            continue
        words = _words(rules, row)
        if row.agenda_item_id:
            items[row.agenda_item_id] = words
        if row.decision_id:
            decisions[row.decision_id] = words
    unnamed = {row.pk: row for row in rows if row.pk not in published}
    by_letter = Letter.objects.filter(application__in=unnamed, agenda_item__isnull=False)
    for item, application in by_letter.order_by().values_list("agenda_item", "application"):
        if item is not None:
            items[item] = _words(rules, unnamed[application])
    taken = AgendaItem.objects.filter(pk__in=items, decision__isnull=False)
    decisions |= {decision: items[item] for item, decision in taken.values_list("pk", "decision")}
    if held:
        about = Decision.objects.filter(entries__transfers__contribution__in=held, entries__kind__in=_OF_ONE).distinct()
        decisions |= dict.fromkeys(about.values_list("pk", flat=True), f"Contribution of a partner ({NOT_NAMED})")
    return Titles(items, decisions)


def _words(scheme: Scheme, row: Application) -> str:
    """What stands instead of a title that names the partner of an application."""
    where = row.topic.code if row.topic else row.project.acronym if row.project else ""
    return f"{scheme.role(row.role).label} ({NOT_NAMED}): application" + (f" for {where}" if where else "")


def may_name(application: Application) -> bool:
    """Tell whether the partner of an application may be named in public."""
    reader = publication.public(application.scheme.code)
    held = reader.without | reader.unnamed
    rows = list(_without_consent(application.scheme.code, held).filter(pk=application.pk))
    return not rows or application.pk in _published(application.scheme.code, rows)


def _without_consent(scheme_code: str, held: Collection[int] = ()) -> QuerySet[Application]:
    """The applications before a board or decided whose newest letter does not consent, or of which something is held back."""
    handed_in = Letter.objects.filter(application=OuterRef("pk")).exclude(status=Letter.Status.DRAFT)
    newest = Subquery(handed_in.order_by("-number").values("consents_to_publication")[:1])
    rows = Application.objects.filter(scheme__code=scheme_code).annotate(consents=newest)
    rows = rows.filter(Q(agenda_item__isnull=False) | Q(decision__isnull=False))
    # Not said is no consent.
    unsaid = Q(consents=False) | Q(consents=None)
    if held:
        lines = LetterLine.objects.filter(contribution__in=held).order_by()
        unsaid |= Q(pk__in=lines.values("letter__application"))
    rows = rows.filter(unsaid)
    return rows.select_related("topic", "project").order_by("pk")


def _published(scheme_code: str, rows: list[Application]) -> frozenset[int]:
    """Those of some applications of which a contribution is public already."""
    if not rows:
        return frozenset()
    lines = LetterLine.objects.filter(letter__application__in=[row.pk for row in rows], contribution__isnull=False)
    public = publication.public(scheme_code)
    found = lines.order_by().values_list("letter__application", "contribution").distinct()
    return frozenset(key for key, contribution in found if contribution and public.may_read(contribution))


def _unknown(scheme_code: str) -> QuerySet[AgendaItem, int]:
    """Points on an application that no application here points to any more, so that nobody knows of consent."""
    rows = AgendaItem.objects.filter(meeting__group__scheme__code=scheme_code, kind=AgendaItem.Kind.APPLICATION)
    return rows.filter(applications=None, letters=None).order_by().values_list("pk", flat=True)
