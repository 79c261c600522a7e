"""Organisations as the office works with them: the list with its filters, paged in the database, and one of them in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from cofund.queries import programmes, registry, relationships
from cofund.queries.contributions import ContributionState
from cofund.queries.keeping import kept
from cofund.queries.registry import PastMatch
from cofund.records.directory.models import (
    Contact,
    Interest,
    Organisation,
    OrganisationName,
    OrganisationRelation,
    User,
)
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Lead, RoleHolding, Seat
from cofund.rules import roles

STALE: Final = "stale"
PLANNED: Final = "planned"
UNPLANNED: Final = "unplanned"
# What the list can be narrowed to by how the office stands with an organisation.
MARKS: Final = {
    STALE: "To look at: overdue or quiet",
    **relationships.MARKS,
    PLANNED: "Has a next step",
    UNPLANNED: "Has no next step",
}
SORTS: Final = ("name", "kind", "country", "owner", "next")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which organisations are asked for; an empty part lets everything through. `role` is `scheme:role` or `scheme`.

    `owner` is a user name, or `-` for those that nobody looks after. `sort` is one of `SORTS`, with `-` in front: downwards.
    """

    words: str = ""
    kind: str = ""
    country: str = ""
    role: str = ""
    owner: str = ""
    mark: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation in the list, and whether somebody has to look at it."""

    organisation: Organisation
    is_overdue: bool
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """One organisation in full, as the office sees it."""

    organisation: Organisation
    other_names: tuple[OrganisationName, ...]
    holdings: tuple[RoleHolding, ...]
    relations: tuple[OrganisationRelation, ...]
    contacts: tuple[Contact, ...]
    interests: tuple[Interest, ...]
    leads: tuple[Lead, ...]
    applications: tuple[Application, ...]
    seats: tuple[Seat, ...]
    states: tuple[ContributionState, ...]
    past: tuple[PastMatch, ...]
    is_overdue: bool
    is_quiet: bool

    @property
    def completeness(self) -> tuple[tuple[str, bool], ...]:
        """What should be known of an organisation, each with whether it is."""
        one = self.organisation
        is_company = one.kind in (Organisation.Kind.COMPANY, Organisation.Kind.SMALL_COMPANY)
        items = [
            ("kind", one.kind != Organisation.Kind.UNKNOWN),
            ("country", bool(one.country)),
            ("PIC", bool(one.pic)),
            ("ROR identifier or LEI", bool(one.ror or one.lei)),
            ("website", bool(one.website)),
            ("where its money comes from", one.funding_origin != Organisation.Origin.UNKNOWN),
            ("source of these facts", bool(one.source_url)),
            ("a contact", any(contact.left_on is None for contact in self.contacts)),
            ("an interest, offer or need", any(interest.ended_on is None for interest in self.interests)),
            ("who looks after it", one.owner_id is not None),
        ]
        if is_company:
            items.append(("turnover", one.turnover_cents is not None))
        return tuple(items)


def find(slug: str) -> Organisation | None:
    """Give the organisation with this slug, or None."""
    return Organisation.objects.select_related("owner", "merged_into").filter(slug=slug).first()


def selected(selection: Selection, today: date) -> QuerySet[Organisation]:
    """Give the organisations of a selection; those that were merged into others are not listed. Nothing is read yet."""
    rows = relationships.marked(Organisation.objects.filter(merged_into=None), today)
    if selection.words:
        rows = rows.filter(_named(selection.words))
    if selection.kind:
        rows = rows.filter(kind=selection.kind)
    if selection.country:
        rows = rows.filter(country=selection.country)
    if selection.role:
        scheme, _, role = selection.role.partition(":")
        holdings = RoleHolding.objects.filter(scheme__code=scheme)
        holders = (holdings.filter(role=role) if role else holdings).order_by().values("organisation")
        rows = rows.filter(pk__in=holders)
    if selection.owner:
        rows = rows.filter(owner=None) if selection.owner == "-" else rows.filter(owner__username=selection.owner)
    if selection.mark in _MARKED:
        rows = rows.filter(_MARKED[selection.mark])
    return rows.order_by(*_order(selection.sort))


@kept(64)
def count(selection: Selection, today: date) -> int:
    """Count the organisations of a selection. One query."""
    return selected(selection, today).count()


@kept(64)
def page(selection: Selection, first: int, until: int, today: date) -> tuple[Listed, ...]:
    """Read one page of a selection with the roles and owners of its organisations. Four queries, however long it is.

    First its keys, then those rows: to ask of ten thousand organisations how the office stands with them takes long.
    """
    keys = list(selected(selection, today).values_list("pk", flat=True)[first:until])
    silent = relationships.quiet_keys(today)
    holdings = Prefetch("role_holdings", RoleHolding.objects.select_related("scheme").order_by("scheme__code", "role"))
    found = Organisation.objects.select_related("owner").prefetch_related(holdings).in_bulk(keys)
    return tuple(
        Listed(one, one.next_step_on is not None and one.next_step_on < today, one.pk in silent)
        for one in map(found.__getitem__, keys)
    )


@kept(4)
def countries() -> list[str]:
    """The countries that organisations have, in the order of their codes."""
    rows = Organisation.objects.filter(merged_into=None).exclude(country="").order_by("country")
    return list(rows.values_list("country", flat=True).distinct())


@kept(4)
def held_roles() -> list[tuple[str, str, str]]:
    """The roles that organisations hold: code of the scheme, its name, and code of the role; in their order."""
    rows = RoleHolding.objects.order_by("scheme__code", "role").values_list("scheme__code", "scheme__name", "role")
    return list(rows.distinct())


def office() -> QuerySet[User]:
    """The people of the office, who can look after an organisation."""
    staff = [role for role in roles.ROLES if roles.may(role, "plan next step")]
    return User.objects.filter(is_active=True, role__in=staff).order_by("last_name", "first_name", "username")


@kept(4)
def owners() -> tuple[tuple[str, str], ...]:
    """The people of the office by user name, each with the name that is shown."""
    return tuple((one.username, str(one)) for one in office())


@kept(64)
def dossier(organisation: Organisation, today: date) -> Dossier:
    """Give an organisation in full, for those who may read the books. About twenty queries, always."""
    pk = organisation.pk
    either = Q(organisation=pk) | Q(other=pk)
    mark: Any = relationships.marked(Organisation.objects.filter(pk=pk), today, within=[pk]).get()
    return Dossier(
        organisation=organisation,
        other_names=tuple(organisation.other_names.order_by("name")),
        holdings=tuple(organisation.role_holdings.select_related("scheme").order_by("scheme__code", "role", "pk")),
        relations=tuple(
            OrganisationRelation.objects.filter(either)
            .select_related("organisation", "other")
            .order_by(F("until_on").desc(nulls_first=True), "kind", "pk")
        ),
        contacts=tuple(organisation.contacts.order_by(F("left_on").desc(nulls_first=True), "-is_first", "name")),
        interests=tuple(organisation.interests.order_by(F("ended_on").desc(nulls_first=True), "kind", "text")),
        leads=tuple(organisation.leads.select_related("scheme", "topic", "owner").order_by("-opened_on", "-pk")),
        applications=tuple(organisation.applications.select_related("scheme", "topic").order_by("-made_at", "-pk")),
        seats=tuple(organisation.seats.select_related("group__scheme").order_by("group__name", "pk")),
        states=tuple(programmes.of_organisation(organisation)),
        past=tuple(registry.past_links(organisation)),
        is_overdue=bool(mark.is_overdue),
        is_quiet=bool(mark.is_quiet),
    )


def _named(words: str) -> Q:
    """The condition that some name or identifier of an organisation contains what is looked for."""
    text = words.strip()
    found = Q()
    # Every word in some name, in any order: "Simons SFARI" finds The Simons Foundation, which is also called SFARI.
    for word in text.split():
        others = OrganisationName.objects.filter(name__icontains=word).order_by().values("organisation")
        found &= Q(name__icontains=word) | Q(short_name__icontains=word) | Q(pk__in=others)
    for identifier in ("pic", "ror", "vat_number", "lei"):
        found |= Q(**{f"{identifier}__iexact": "".join(text.split()).removeprefix("https://ror.org/")})
    return found


_MARKED: Final = {
    STALE: Q(is_overdue=True) | Q(is_quiet=True),
    relationships.OVERDUE: Q(is_overdue=True),
    relationships.QUIET: Q(is_quiet=True),
    PLANNED: ~Q(next_step=""),
    UNPLANNED: Q(next_step=""),
}


def _order(sort: str) -> list[OrderBy]:
    """The order of a list; names break every tie, so that pages do not overlap."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    fields = {"kind": "kind", "country": "country", "owner": "owner__last_name", "next": "next_step_on"}
    # Both databases sort without regard to capitals, so that bioMérieux does not stand behind Z.
    if key not in fields:
        # An index has the names in this order; a page of them is read without sorting them all.
        return [Lower("name").desc(), F("pk").desc()] if down else [Lower("name").asc(), F("pk").asc()]
    by = F(fields[key])
    return [by.desc(nulls_last=True) if down else by.asc(nulls_last=True), Lower("name").asc(), F("pk").asc()]


def contact(key: int) -> Contact | None:
    """Give the contact with this key, or None."""
    return Contact.objects.select_related("organisation").filter(pk=key).first()


def interest(key: int) -> Interest | None:
    """Give the interest, offer or need with this key, or None."""
    return Interest.objects.select_related("organisation").filter(pk=key).first()


def relation(key: int) -> OrganisationRelation | None:
    """Give the relation with this key, or None."""
    return OrganisationRelation.objects.select_related("organisation", "other").filter(pk=key).first()


def no_leads() -> QuerySet[Lead]:
    """No lead: what a form offers before it is told of an organisation."""
    return Lead.objects.none()
