"""Instalments of financial contributions: what is due, invoiced, received and late, over all programmes or of one contribution.

A receipt whose entry was corrected did not come. An instalment that a notice ended is no longer due; of it counts what came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from cofund.queries import access, clock, contributions, identity
from cofund.queries.access import Viewer
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Contribution, ContributionParty, Instalment, Notice, Receipt
from cofund.rules import stages
from cofund.rules.instalments import Due, Sums

LATE: Final = "late"
COMING: Final = "coming"
PAID: Final = "paid"
ENDED: Final = "ended"
SELECTIONS: Final = {
    LATE: "Late",
    COMING: "Not due yet",
    PAID: "Received in full",
    ENDED: "Ended by a notice",
}
FINANCIAL_STAGES: Final = stages.LIVE_STAGES[stages.LIVE_STAGES.index("committed") :]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which instalments are asked for; an empty part lets everything through."""

    state: str = ""
    programme: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment with what came of it until today."""

    row: Instalment
    due: Due
    is_ended: bool
    organisations: tuple[Organisation, ...]

    @property
    def contribution(self) -> Contribution:
        """What it is an instalment of."""
        return self.row.contribution

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.row.contribution.book.scheme.currency

    @property
    def is_joint(self) -> bool:
        """Whether several organisations give it together; who pays which part of it is not known."""
        return len(self.organisations) > 1

    @property
    def days_late(self) -> int:
        """By how many days it is late today."""
        return 0 if self.is_ended else self.due.days_late(clock.today())


@dataclass(frozen=True, slots=True)
class Total:
    """All instalments of a selection in one currency, in cents."""

    currency: str
    count: int
    amount_cents: int
    received_cents: int
    late_cents: int


def counted() -> QuerySet[Any]:
    """Give the instalments with `received_cents`, `is_ended` and `missing_cents`, as the database computes them."""
    came = (
        Receipt.objects.filter(instalment=OuterRef("pk"), entry__corrections=None)
        .order_by()
        .values("instalment")
        .annotate(cents=Sum("amount_cents"))
        .values("cents")
    )
    ended = Notice.objects.filter(instalment=OuterRef("pk"), status=Notice.Status.TERMINATED, entry__corrections=None)
    received = Coalesce(Subquery(came, output_field=BigIntegerField()), 0)
    missing = Case(
        When(is_ended=True, then=Value(0)),
        default=F("amount_cents") - F("received_cents"),
        output_field=BigIntegerField(),
    )
    return Instalment.objects.annotate(received_cents=received, is_ended=Exists(ended)).annotate(missing_cents=missing)


def unpaid() -> QuerySet[Any]:
    """Give the instalments of which something is missing: the one place that says which."""
    return counted().filter(missing_cents__gt=0)


def visible(user: User | AnonymousUser) -> QuerySet[Any]:
    """Give the instalments of the contributions that a person may read."""
    found = counted()
    if access.may(user, "read the books"):
        return found
    return found.filter(contribution__in=access.visible_contributions(user).order_by().values("pk"))


def selected(user: User | AnonymousUser, selection: Selection) -> QuerySet[Any]:
    """Give the instalments of a selection that a person may read: late ones first, then by their day, those that are done last."""
    today = clock.today()
    found = visible(user)
    if selection.programme:
        found = found.filter(contribution__book__scheme__code=selection.programme)
    if selection.words:
        found = found.filter(contribution__in=_named(selection.words))
    narrowed = {
        LATE: Q(missing_cents__gt=0, due_on__lt=today),
        COMING: Q(missing_cents__gt=0, due_on__gte=today),
        PAID: Q(missing_cents__lte=0, is_ended=False),
        ENDED: Q(is_ended=True),
    }.get(selection.state)
    found = found.filter(narrowed) if narrowed is not None else found
    done = Case(When(missing_cents__gt=0, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(done, "due_on", "pk")


def lines(rows: QuerySet[Instalment]) -> list[Line]:
    """Give instalments with who gives and what came. Two queries, however many."""
    parties = Prefetch(
        "contribution__party_rows",
        ContributionParty.objects.select_related("organisation__merged_into").order_by("pk"),
    )
    related = ("contribution__book__scheme", "contribution__topic", "contribution__project")
    return [line_of(row) for row in rows.select_related(*related).prefetch_related(parties)]


def line_of(row: Instalment) -> Line:
    """Give one of `counted` as a line."""
    stated: Any = row
    ended = bool(stated.is_ended)
    received = int(stated.received_cents)
    due = Due(received if ended else row.amount_cents, received, row.due_on, row.invoiced_on is not None)
    givers = identity.kept_once(party.organisation for party in row.contribution.party_rows.all())
    return Line(row, due, ended, givers)


def of_contribution(contribution: Contribution) -> list[Line]:
    """Give the instalments of a contribution in their order."""
    return lines(counted().filter(contribution=contribution).order_by("number"))


def of_organisation(organisation: Organisation) -> QuerySet[Instalment]:
    """Give the instalments of what an organisation gives, those that are missing first."""
    own = identity.given_by(Contribution.objects.order_by(), organisation.pk).values("pk")
    done = Case(When(missing_cents__gt=0, then=Value(0)), default=Value(1), output_field=IntegerField())
    return counted().filter(contribution__in=own).order_by(done, "due_on", "pk")


def find(user: User | AnonymousUser, key: int) -> Line | None:
    """Give one instalment that a person may read, or None."""
    return next(iter(lines(visible(user).filter(pk=key))), None)


def fresh(key: int) -> Line:
    """Give an instalment as it stands now, for whoever holds its lock."""
    return lines(counted().filter(pk=key))[0]


def receipts(instalment: Instalment) -> list[Receipt]:
    """Give what came for an instalment, oldest first, with whether its entry was corrected. Two queries."""
    rows = instalment.receipts.select_related("entry").prefetch_related("entry__corrections")
    return list(rows.order_by("received_on", "pk"))


def sums_of(contribution: Contribution) -> Sums:
    """Give a contribution in its instalments: committed, planned, invoiced and received."""
    state = next(iter(contributions.states(Contribution.objects.filter(pk=contribution.pk))), None)
    committed = sum(state.amounts.get(stage, 0) for stage in FINANCIAL_STAGES) if state else 0
    own = of_contribution(contribution)
    return Sums(
        committed,
        sum(one.due.amount_cents for one in own),
        sum(one.due.amount_cents for one in own if one.due.is_invoiced),
        sum(one.due.received_cents for one in own),
    )


def totals(rows: QuerySet[Instalment]) -> list[Total]:
    """Give the totals of a selection, one for each currency. One query."""
    today = clock.today()
    late = Case(When(due_on__lt=today, then=F("missing_cents")), default=Value(0), output_field=BigIntegerField())
    sums = (
        rows.order_by()
        .values(currency=F("contribution__book__scheme__currency"))
        .annotate(count=Count("pk"), amount=Sum("amount_cents"), received=Sum("received_cents"), late=Sum(late))
    )
    columns = sums.values_list("currency", "count", "amount", "received", "late")
    return sorted(
        (Total(currency, *(int(figure or 0) for figure in figures)) for currency, *figures in columns),
        key=lambda one: one.currency,
    )


@kept(64)
def totals_of(viewer: Viewer, selection: Selection) -> tuple[Total, ...]:
    """Give the totals of a selection that somebody may read, one for each currency."""
    return tuple(totals(selected(viewer.user, selection)))


@kept(64)
def page(viewer: Viewer, selection: Selection, first: int, last: int) -> tuple[Line, ...]:
    """Give the lines of a selection that somebody may read, from one place in its order to before another."""
    return tuple(lines(selected(viewer.user, selection)[first:last]))


def notices_of(contributions_: Iterable[Contribution]) -> QuerySet[Notice]:
    """Give the notices about contributions, newest first."""
    found = Notice.objects.filter(contribution__in=[one.pk for one in contributions_])
    return found.select_related("instalment", "contribution__book__scheme", "entry").order_by("-pk")


def notice(user: User | AnonymousUser, key: int) -> Notice | None:
    """Give one notice about a contribution that a person may read, or None."""
    related = ("instalment", "contribution__book__scheme", "contribution__topic", "contribution__project", "entry")
    found = Notice.objects.select_related(*related).filter(pk=key)
    if not access.may(user, "read the books"):
        found = found.filter(contribution__in=access.visible_contributions(user).order_by().values("pk"))
    return found.first()


def _named(words: str) -> QuerySet[Any]:
    """The contributions with these words in their reference, in what they are for, or in the name of who gives."""
    named = (
        Q(reference__icontains=words)
        | Q(topic__code__icontains=words)
        | Q(project__acronym__icontains=words)
        | Q(parties__name__icontains=words)
        | Q(parties__short_name__icontains=words)
    )
    return Contribution.objects.filter(named).order_by().values("pk")
