"""Leads: which a person may see, lists that are filtered, sorted and paged in the database, and the board with its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, F, Q, QuerySet, Sum, When, Window
from django.db.models.functions import RowNumber

from cofund.queries import access, identity, pipeline
from cofund.queries.contributions import states
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.ledger.models import Application, Contribution
from cofund.records.programme.models import Exchange, Lead, LeadStep, Scheme, Topic
from cofund.rules import digits, roles
from cofund.rules.lifecycle_applications import LIVING
from cofund.rules.lifecycle_topics import BEFORE_ADOPTION
from cofund.rules.pipeline import OPEN_STAGES

# How many leads a column of the board shows; the others are in the list that its heading opens.
MOST_CARDS: Final = 12
# What a card says, in columns of the database: whole rows of five tables take three times as long to read.
ON_A_CARD: Final = (
    *("reference", "stage", "stage_since_on", "next_step", "next_step_on"),
    *("amount_cents", "probability_percent", "certainty", "route"),
    *("scheme__code", "scheme__currency", "organisation__short_name", "organisation__name", "topic__code"),
)
# What can be asked for beside the stages themselves.
OPEN: Final = "open"
NOBODY: Final = "nobody"
COUNTED, NOT_COUNTED = "yes", "no"
KEEPERS: Final = tuple(role for role in roles.ROLES if roles.may(role, "open lead"))
SORTS: Final[dict[str, tuple[Any, ...]]] = {
    "organisation": (F("organisation__name"),),
    "topic": (F("topic__code"),),
    "stage": (F("stage_since_on"),),
    "amount": (F("amount_cents"),),
    "probability": (F("probability_percent"),),
    "next": (F("next_step_on"),),
    "opened": (F("opened_on"),),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which leads are asked for; an empty part lets everything through.

    `stage` is a stage or `open`; `owner` the key of a user or `nobody`; `counted` tells those that the projection counts from those
    that say too little; `is_overdue` asks for those whose next step should have been done. `tranche` asks for those that a tranche
    of the scheme would match, or with `pipeline.NO_TRANCHE` for those that no single one would.
    """

    scheme: str = ""
    stage: str = ""
    route: str = ""
    owner: str = ""
    topic: str = ""
    organisation: str = ""
    counted: str = ""
    words: str = ""
    is_overdue: bool = False
    tranche: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: how many leads stand in the stage, what they may bring by currency, and the first of them."""

    stage: str
    count: int
    sums: dict[str, int]
    without_amount: int
    leads: Sequence[Lead] = field(default=())


def visible(user: User | AnonymousUser) -> QuerySet[Lead]:
    """The leads that a person may read: the office and auditors all, everybody else none."""
    return Lead.objects.all() if access.may(user, "read leads") else Lead.objects.none()


def selected(rows: QuerySet[Lead], selection: Selection, today: date) -> QuerySet[Lead]:
    """Narrow leads down to a selection, in the database."""
    exact = {
        "scheme__code": selection.scheme,
        "route": selection.route,
        "topic__code": selection.topic,
        "organisation__slug": selection.organisation,
    }
    rows = rows.filter(_where(selection, today), **{key: value for key, value in exact.items() if value})
    if selection.counted:
        unsaid = Q(amount_cents=None) | Q(probability_percent=None)
        rows = rows.filter(stage__in=OPEN_STAGES).filter(unsaid if selection.counted == NOT_COUNTED else ~unsaid)
    if selection.scheme and selection.tranche:
        rows = rows.filter(kind__in=pipeline.kinds_in(selection.scheme, selection.tranche))
    for word in selection.words.split():
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(organisation__short_name__icontains=word)
            | Q(topic__code__icontains=word)
            | Q(topic__title__icontains=word)
            | Q(interest__icontains=word)
            | Q(next_step__icontains=word)
        )
    return rows


def _where(selection: Selection, today: date) -> Q:
    """The stage, the owner and the next step that a selection asks for, as one condition."""
    asked = Q()
    if selection.stage:
        asked &= Q(stage__in=OPEN_STAGES if selection.stage == OPEN else [selection.stage])
    if selection.owner:
        asked &= Q(owner_id=digits.whole(selection.owner))
    if selection.is_overdue:
        asked &= Q(next_step_on__lt=today, stage__in=OPEN_STAGES)
    return asked


def ordered(rows: QuerySet[Lead], sort: str) -> QuerySet[Lead]:
    """Put leads in the order of an address (`amount`, `-amount`); newest first where it asks for none. Empty values stand last."""
    keys = SORTS.get(sort.removeprefix("-"), ())
    if not keys:
        return rows.order_by("-opened_on", "-pk")
    is_down = sort.startswith("-")
    order = [key.desc(nulls_last=True) if is_down else key.asc(nulls_last=True) for key in keys]
    return rows.order_by(*order, "-pk")


def with_names(rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """Leads with everything that a line or card names, in one query."""
    return rows.select_related("scheme", "organisation", "topic", "owner")


def _on_cards(keys: Sequence[int]) -> dict[int, Lead]:
    """Leads with what a card names, by their keys, in one query."""
    return Lead.objects.select_related("scheme", "organisation", "topic").only(*ON_A_CARD).in_bulk(keys)


def page(rows: QuerySet[Lead], part: slice) -> list[Lead]:
    """A part of leads that are in order: first its keys, then those rows, so that the database sorts no whole rows."""
    keys = list(rows.values_list("pk", flat=True)[part])
    found = with_names(Lead.objects.all()).in_bulk(keys)
    return [found[key] for key in keys]


def count_and_sums(rows: QuerySet[Lead]) -> tuple[int, dict[str, int]]:
    """How many leads, and what they may bring in all, in cents by currency: one query."""
    return counts_and_sums(rows, (Selection(),), date.min)[0]


def counts_and_sums(rows: QuerySet[Lead], parts: Sequence[Selection], today: date) -> list[tuple[int, dict[str, int]]]:
    """The same for several parts of some leads, told apart by stage, owner and next step: one query for all of them."""
    wanted: dict[str, Any] = {}
    for place, part in enumerate(parts):
        condition = _where(part, today)
        wanted[f"count_{place}"] = Count("pk", filter=condition)
        wanted[f"cents_{place}"] = Sum("amount_cents", filter=condition)
    found: list[Any] = list(rows.order_by().values("scheme__currency").annotate(**wanted))
    return [
        (
            sum(row[f"count_{place}"] for row in found),
            {row["scheme__currency"]: int(row[f"cents_{place}"]) for row in found if row[f"cents_{place}"]},
        )
        for place in range(len(parts))
    ]


def board(rows: QuerySet[Lead]) -> list[Column]:
    """Give the columns of the board in the order of the stages: three queries, however many leads there are.

    In a column those come first whose next step is due first, then the newest.
    """
    counted: dict[str, Column] = {stage: Column(stage, 0, {}, 0) for stage in Lead.Stage.values}
    groups = (
        rows.order_by()
        .values("stage", "scheme__currency")
        .annotate(count=Count("pk"), cents=Sum("amount_cents"), known=Count("amount_cents"))
    )
    for row in groups:
        old = counted[row["stage"]]
        amounts = dict(old.sums)
        if row["cents"]:
            amounts[row["scheme__currency"]] = amounts.get(row["scheme__currency"], 0) + int(row["cents"])
        without = old.without_amount + row["count"] - row["known"]
        counted[row["stage"]] = Column(row["stage"], old.count + row["count"], amounts, without)
    place = Window(
        RowNumber(), partition_by=[F("stage")], order_by=[F("next_step_on").asc(nulls_last=True), F("pk").desc()]
    )
    cards = rows.filter(stage__in=OPEN_STAGES).annotate(place=place).filter(place__lte=MOST_CARDS)
    keys = list(cards.order_by("place").values_list("pk", flat=True))
    by_key = _on_cards(keys)
    found: dict[str, list[Lead]] = {stage: [] for stage in counted}
    for key in keys:
        found[by_key[key].stage].append(by_key[key])
    return [Column(one.stage, one.count, one.sums, one.without_amount, found[one.stage]) for one in counted.values()]


def open_by_programme() -> list[tuple[str, int]]:
    """Give the programmes that have open leads, each with how many. One query."""
    rows = Lead.objects.filter(stage__in=OPEN_STAGES).order_by("scheme__code").values_list("scheme__code")
    return list(rows.annotate(count=Count("pk")))


def like(organisation: Organisation, scheme: Scheme, topic: Topic | None, amount_cents: int | None) -> list[Lead]:
    """Give the open leads that are likely the same one: of this organisation, for this topic, of no other amount. Two queries.

    An amount that is not known is no other one.
    """
    rows = Lead.objects.filter(scheme=scheme, topic=topic, stage__in=OPEN_STAGES)
    if amount_cents is not None:
        rows = rows.filter(Q(amount_cents=amount_cents) | Q(amount_cents=None))
    keys = identity.keys_of([identity.kept(organisation)])
    return list(rows.filter(organisation__in=keys).select_related("organisation", "topic", "scheme").order_by("pk"))


def find(user: User | AnonymousUser, reference: str) -> Lead | None:
    """A lead by its reference, where the person may read it."""
    rows = visible(user).select_related(
        "scheme", "organisation", "topic__call", "topic__scientific_officer", "idea", "owner", "seat__group"
    )
    return rows.filter(reference=reference).first()


def steps(lead: Lead) -> list[LeadStep]:
    """The stages that a lead went through, oldest first."""
    return list(lead.steps.order_by("pk"))


def exchanges(lead: Lead) -> list[Exchange]:
    """What was said with a lead, oldest first."""
    return list(lead.exchanges.order_by("on", "pk"))


def contributions(lead: Lead) -> list[Contribution]:
    """What the organisation of a lead gives to its topic, or to the project of its topic."""
    if lead.topic_id is None:
        return []
    mine = Contribution.objects.filter(parties=lead.organisation_id)
    return list(mine.filter(Q(topic=lead.topic_id) | Q(project__topic=lead.topic_id)).order_by("pk"))


def standing(lead: Lead) -> list[str]:
    """What came of a lead and still stands, by reference: applications that are open, contributions that were not withdrawn.

    An approved application stands as long as one of its contributions does.
    """
    living = [status for status in LIVING if status != Application.Status.APPROVED]
    open_ones = Application.objects.filter(lead=lead, status__in=living).order_by("pk")
    lines = Contribution.objects.filter(letter_lines__letter__application__lead=lead)
    rows = Contribution.objects.filter(Q(pk__in=lines) | Q(pk__in=[one.pk for one in contributions(lead)]))
    given = [state.contribution.reference for state in states(rows.order_by("pk")) if state.live_cents]
    return [*open_ones.values_list("reference", flat=True), *given]


def applications(lead: Lead) -> list[Application]:
    """The applications that came of a lead, newest first."""
    return list(Application.objects.filter(lead=lead))


def living_application(lead: Lead) -> Application | None:
    """The application of a lead that has not come to nothing, where there is one."""
    return Application.objects.filter(lead=lead, status__in=LIVING).first()


def topics_of(scheme: Scheme) -> QuerySet[Topic]:
    """The topics that a lead of a scheme can be for, none that was dropped; those come first to which a pledge can be matched."""
    rows = Topic.objects.filter(scheme=scheme).exclude(status=Topic.Status.DROPPED)
    return rows.order_by(Case(When(status__in=BEFORE_ADOPTION, then=0), default=1), "code")


def topics_with_leads() -> list[tuple[str, str]]:
    """Codes and titles of the topics that leads are for, in order of the codes."""
    rows = Topic.objects.filter(pk__in=Lead.objects.filter(topic__isnull=False).order_by().values("topic"))
    return list(rows.order_by("code").values_list("code", "title"))


def owners() -> list[User]:
    """The people of the office who can look after a lead, by name."""
    rows = User.objects.filter(is_active=True, role__in=KEEPERS)
    return sorted(rows, key=lambda user: str(user).casefold())


def is_added_by_interest(lead: Lead) -> bool:
    """Whether the organisation of a lead was added by an expression of interest, and not by the office."""
    subject = f"organisation/{lead.organisation.slug}"
    return AuditEvent.objects.filter(subject=subject, action="add organisation", actor_role=roles.PUBLIC).exists()
