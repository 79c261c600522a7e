"""Everything about one project, topic, partner or contribution on a day: its money, its history, and why each match is as it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from cofund.queries import (
    clock,
    contributions,
    envelope,
    flows,
    funding,
    identity,
    pools,
    programmes,
    public_partners,
    schemes,
)
from cofund.queries.contributions import ContributionState, Step
from cofund.queries.funding import Funding
from cofund.queries.keeping import kept
from cofund.queries.leaving_out import veiled
from cofund.queries.pools import NewClaim, Target
from cofund.queries.publication import READS_ALL, Audience
from cofund.records.directory.models import Organisation, OrganisationRelation
from cofund.records.ledger.models import Book, Contribution, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import Project, RoleHolding, SchemeVersion, Topic
from cofund.rules import accounts
from cofund.rules.claims import partner_tranches
from cofund.rules.leverage import Leverage
from cofund.rules.lifecycle_topics import is_before_adoption
from cofund.rules.match import Match
from cofund.rules.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a contribution's match is what it is: the entry that decided it last, and the facts that the entry keeps.

    `frozen_by` is the adoption that fixed the match, where the last entry only says that it is frozen.
    """

    state: ContributionState
    entry: Entry
    rule: str
    facts: dict[str, Any]
    frozen_by: Reason | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A project or topic on a day. `entries` are all that moved its money up to then, oldest first.

    `versions` are what its contributions were said to be, oldest first, and `changed_on` all days on which that changed, later ones
    too; `unlocks` is the most that a pledge would unlock without lowering what those before it are promised, only for a topic that
    is being drafted, and `lowers_others` whether a larger one would lower that.
    """

    scheme: Scheme
    version: SchemeVersion
    project: Project | None
    topic: Topic | None
    target: Target
    projects: tuple[Project, ...]
    funding: Funding
    reasons: tuple[Reason, ...]
    entries: tuple[Entry, ...]
    versions: tuple[ContributionVersion, ...]
    changed_on: tuple[date, ...]
    unlocks: Match | None = None
    lowers_others: bool = False

    @property
    def adoption(self) -> Entry | None:
        """The entry that decided the money of this target, None where nothing was reserved."""
        return next((entry for entry in reversed(self.entries) if entry.kind == Entry.Kind.RESERVE), None)


@dataclass(frozen=True, slots=True)
class PartnerDossier:
    """An organisation with everything that it gives. `states` are those that the asker may read."""

    organisation: Organisation
    holdings: tuple[RoleHolding, ...]
    states: tuple[ContributionState, ...]
    versions: tuple[ContributionVersion, ...]
    leverage: Leverage
    relations: tuple[OrganisationRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class ContributionDossier:
    """One contribution with its life; `state` is None on a day on which nobody knew of it."""

    scheme: Scheme
    contribution: Contribution
    state: ContributionState | None
    steps: tuple[Step, ...]
    reason: Reason | None


def of_project(
    scheme_code: str,
    slug: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    without: Collection[int] = (),
) -> Dossier | None:
    """Give a project in full, None where the programme has no such project. No sum counts the contributions in `without`.

    Raises: SchemeNotInstalledError where the site does not have the programme.
    """
    scheme, version = schemes.current(scheme_code)
    project = (
        Project.objects.select_related("topic__call", "call", "scheme")
        .filter(scheme__code=scheme_code, slug=slug)
        .first()
    )
    if project is None:
        return None
    return _dossier(scheme, version, Target(project=project), project.topic, (project,), as_of, known_at, without)


def of_topic(
    scheme_code: str,
    code: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    reader: Audience = READS_ALL,
) -> Dossier | None:
    """Give a topic in full, with the money of its project where exactly one came out of it; None where there is no such topic.

    What a pledge would unlock is told of today alone. No sum counts what the reader may not sum; where something of the programme
    is held back from it, what is still open is not told either.

    Raises: SchemeNotInstalledError where the site does not have the programme.
    """
    scheme, version = schemes.current(scheme_code)
    topic = Topic.objects.select_related("call", "scheme").filter(scheme__code=scheme_code, code=code).first()
    if topic is None:
        return None
    projects = tuple(topic.projects.select_related("topic", "call"))
    target = Target(project=projects[0]) if len(projects) == 1 else Target(topic=topic)
    without = reader.without
    left_out = reader.without_of_project if target.project is not None else without
    found = _dossier(scheme, version, target, topic, projects, as_of, known_at, left_out)
    # What a pledge unlocks depends on what everybody else claims, which is read of now alone.
    is_of_now = known_at is None and (as_of is None or as_of == clock.today())
    if not is_of_now or not is_before_adoption(topic.status) or (without and _hides(scheme_code, without)):
        return found
    unlocks, lowers_others = _would_unlock(scheme, target, found.funding)
    return replace(found, unlocks=unlocks, lowers_others=lowers_others)


@kept(64)
def of_partner(
    organisation: Organisation,
    audience: Audience,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> PartnerDossier:
    """Give an organisation with those of its contributions that the audience may read."""
    every = programmes.of_organisation(organisation, as_of=as_of, known_at=known_at)
    states = [veiled(state, audience.without) for state in every if audience.may_read(state.contribution.pk)]
    live = [state for state in states if state.live_cents and state.contribution.tranche_id]
    live = [state for state in live if audience.may_match(state.contribution.pk)]
    return PartnerDossier(
        organisation,
        tuple(organisation.role_holdings.select_related("scheme").order_by("scheme__code", "role")),
        tuple(states),
        _versions(
            Contribution.objects.filter(pk__in=[state.contribution.pk for state in states]),
            as_of or clock.today(),
            known_at,
        ),
        programmes.leverage_of(live),
        _relations(organisation, audience),
    )


def of_contribution(
    row: Contribution, *, as_of: date | None = None, known_at: datetime | None = None
) -> ContributionDossier:
    """Give a contribution in full."""
    scheme, _ = schemes.current(row.book.scheme.code)
    on = as_of or clock.today()
    found = contributions.states(Contribution.objects.filter(pk=row.pk), as_of=on, known_at=known_at)
    steps = tuple(
        step
        for step in contributions.steps(row)
        if step.entry.effective_on <= on and (known_at is None or step.entry.recorded_at <= known_at)
    )
    state = found[0] if found else None
    reasons = _reasons(found, [step.entry for step in steps])
    return ContributionDossier(scheme, row, state, steps, reasons[0] if reasons else None)


def organisation(slug: str) -> Organisation | None:
    """Give the organisation with this slug, or None."""
    return Organisation.objects.select_related("merged_into").filter(slug=slug).first()


def acronym(scheme_code: str, slug: str) -> str:
    """Give what a project of a programme is called; empty where there is none."""
    rows = Project.objects.filter(scheme__code=scheme_code, slug=slug)
    return rows.values_list("acronym", flat=True).first() or ""


def parties(contribution: Contribution) -> tuple[Organisation, ...]:
    """Give who stands behind a contribution, a merged organisation as the one that it was merged into."""
    rows = contribution.party_rows.select_related("organisation__merged_into")
    return identity.kept_once(row.organisation for row in rows)


def _relations(organisation: Organisation, audience: Audience) -> tuple[OrganisationRelation, ...]:
    """The relations of an organisation to those others that the audience may know of as partners."""
    either = Q(organisation=organisation) | Q(other=organisation)
    rows = OrganisationRelation.objects.filter(either).select_related("organisation", "other").order_by("kind", "pk")
    public = public_partners.among({key for row in rows for key in (row.organisation_id, row.other_id)}, audience)
    return tuple(row for row in rows if {row.organisation_id, row.other_id} - {organisation.pk} <= public)


def _dossier(
    scheme: Scheme,
    version: SchemeVersion,
    target: Target,
    topic: Topic | None,
    projects: tuple[Project, ...],
    as_of: date | None,
    known_at: datetime | None,
    without: Collection[int] = (),
) -> Dossier:
    """Put the dossier of a target together."""
    on = as_of or clock.today()
    money = funding.of_target(scheme.code, target, as_of=on, known_at=known_at, scheme=scheme, without=without)
    entries = _entries(scheme.code, target, topic, on, known_at, without if target.project is not None else ())
    versions = _versions(target.contributions(), None, known_at)
    return Dossier(
        scheme,
        version,
        target.project,
        topic,
        target,
        projects,
        money,
        tuple(_reasons(money.states, entries)),
        tuple(entries),
        tuple(version for version in versions if version.effective_on <= on),
        tuple(dict.fromkeys(version.effective_on for version in versions)),
    )


def _entries(
    scheme_code: str,
    target: Target,
    topic: Topic | None,
    on: date,
    known_at: datetime | None,
    without: Collection[int] = (),
) -> list[Entry]:
    """The entries that moved the money of a target up to a day, its award among them, oldest first.

    Those that moved nothing but what is left out are not there: by their numbers the amount could be found among all movements.
    """
    codes = [accounts.of_grant(target.code)]
    if topic is not None:
        codes.append(accounts.of_grant(Target(topic=topic).code))
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme_code)
    own = target.contributions().order_by()
    own = own.exclude(pk__in=list(without)) if without else own
    given = Transfer.objects.filter(contribution__in=own.values("pk"))
    # One question after the other, and not joined by "or": so each is answered from its index.
    moved = given.order_by().values("entry_id").union(flows.of_grants(book_id, codes).order_by().values("entry_id"))
    rows = Entry.objects.filter(pk__in=moved, effective_on__lte=on)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return list(rows.select_related("decision", "scheme_version").order_by("effective_on", "number"))


def _reasons(states: Sequence[ContributionState], entries: Sequence[Entry]) -> list[Reason]:
    """For each contribution the newest entry that says what its match is and why."""
    newest: dict[str, Reason] = {}
    by_reference = {state.contribution.reference: state for state in states}
    for entry in sorted(entries, key=lambda one: one.number):
        for found in entry.explanation.get("matches", ()):
            state = by_reference.get(found.get("reference", ""))
            if state is not None:
                before = newest.get(found["reference"])
                frozen_by = (before.frozen_by or before) if before and found["decided_by"] == "adoption" else None
                newest[found["reference"]] = Reason(state, entry, entry.explanation.get("rule", ""), found, frozen_by)
    return [newest[reference] for reference in by_reference if reference in newest]


def _versions(
    contributions_: QuerySet[Contribution], on: date | None, known_at: datetime | None
) -> tuple[ContributionVersion, ...]:
    """What some contributions were said to be up to a day (None: also later), oldest first."""
    rows = ContributionVersion.objects.filter(contribution__in=contributions_.order_by())
    if on is not None:
        rows = rows.filter(effective_on__lte=on)
    if known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=known_at)
    related = ("entry__decision", "contribution__project", "contribution__topic", "contribution__book__scheme")
    return tuple(rows.select_related(*related).order_by("effective_on", "entry__number", "pk"))


def _hides(scheme_code: str, without: Collection[int]) -> bool:
    """Whether something of this programme is left out: what its tranche has open, and so what would be unlocked, tells of it."""
    return Contribution.objects.filter(book__scheme__code=scheme_code, pk__in=without).exists()


def _would_unlock(scheme: Scheme, target: Target, money: Funding) -> tuple[Match | None, bool]:
    """The most that a pledge today would unlock while it lowers nobody's match, and whether a larger one would lower some.

    Fixed public money is shared between all that ask for it: what nobody has asked for is what a pledge takes from no other.
    None where no tranche matches partners, or where nothing is left that it could unlock so.
    """
    codes = partner_tranches(scheme)
    if not codes:
        return None, False
    rule = scheme.tranche(codes[0])
    kinds = [kind.code for kind in scheme.kinds if rule.matched_role in kind.given_by]
    statements = {one.tranche: one for one in envelope.today()[scheme.code]}
    room = statements[rule.code].standing.open_cents
    kind = next((code for code in kinds if not rule.kinds or code in rule.kinds), "")
    if not kind:
        return None, False
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme.code)
    budget = pools.awarded_cents(book_id, target)

    def unlocked(public_cents: int) -> tuple[Match, list[Match]]:
        pledged = -(-public_cents // rule.ratio)
        return pools.unlocked_by(scheme, budget, target, NewClaim(rule.code, kind, pledged, True), room)

    if not money.public_is_fixed:
        return (unlocked(room)[0] if room else None), False
    asked = {state.contribution.reference: state.match_cents for state in money.states if state.match_cents}
    left = max(0, money.public_cents - sum(asked.values()))
    _, others = unlocked(money.public_cents)
    lowers = any(one.match_cents < asked.get(one.reference, 0) for one in others)
    return (unlocked(left)[0] if left else None), lowers
