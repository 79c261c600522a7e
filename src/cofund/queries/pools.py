"""The pools of claims that share the public money of one topic or project, and what a further pledge would unlock in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from cofund.queries import flows, identity
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, ContributionVersion
from cofund.records.programme.models import Project, Topic
from cofund.rules import accounts, match, stages
from cofund.rules.claims import COUNTS_FROM, allocation_of, partner_tranches, why_not_counted
from cofund.rules.position import Position
from cofund.rules.schemes import Scheme, TrancheRule


@dataclass(frozen=True, slots=True)
class Target:
    """What a contribution is for: a topic, or a project (of a topic or without one)."""

    topic: Topic | None = None
    project: Project | None = None

    @property
    def code(self) -> str:
        """Readable name in account codes: `project/innodia` or `topic/IMI2-2015-03-05`."""
        if self.project is not None:
            return f"project/{self.project.slug}"
        assert self.topic is not None
        return f"topic/{self.topic.code}"

    @property
    def scheme_id(self) -> int:
        """The scheme that the topic or project belongs to."""
        one = self.topic or self.project
        assert one is not None
        return one.scheme_id

    def grant_codes(self) -> list[str]:
        """The accounts in which public money can be fixed for it: a project's own comes before its topic's."""
        codes = [accounts.of_grant(self.code)]
        if self.project is not None and self.project.topic_id is not None:
            # A contribution brings its topic along; the project would ask for the same one again.
            is_known = self.topic is not None and self.topic.pk == self.project.topic_id
            codes.append(accounts.of_grant(Target(topic=self.topic if is_known else self.project.topic).code))
        return codes

    def renew(self, status: str, adopted_on: date | None) -> None:
        """Take the state that its topic has now that the lock is held, and read its project again."""
        if self.topic is not None:
            self.topic.status, self.topic.adopted_on = status, adopted_on
        if self.project is not None:
            self.project.refresh_from_db()

    @property
    def adopted_on(self) -> date | None:
        """The day on which the money of this target was decided."""
        topic = self.topic or (self.project.topic if self.project else None)
        return topic.adopted_on if topic is not None else self.project.adopted_on if self.project else None

    @property
    def action_type(self) -> str:
        """The type of action of its topic; empty where nobody has said it."""
        topic = self.topic or (self.project.topic if self.project else None)
        return topic.action_type if topic is not None else ""

    @classmethod
    def of(cls, contribution: Contribution) -> Target:
        """The target of a contribution."""
        return cls(contribution.topic, contribution.project)

    def contributions(self) -> QuerySet[Contribution]:
        """The contributions that share this target's public money, in the order of their pledges."""
        if self.project is not None:
            return Contribution.objects.filter(project=self.project).order_by("pk")
        return Contribution.objects.filter(topic=self.topic, project=None).order_by("pk")


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A pledge that is not booked yet, as the rule sees it."""

    tranche: str
    kind: str
    amount_cents: int
    no_other_union_funding: bool | None
    organisations: tuple[Organisation, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A booked contribution in a pool, with where its money stands."""

    contribution: Contribution
    position: Position
    version: ContributionVersion
    tranche: str

    def matched(self, names: Sequence[str]) -> int:
        """What of the tranche's money stands in these stages for the contribution, in cents."""
        return sum(self.position.balance(accounts.of_tranche(self.tranche, name)) for name in names)

    def live(self, from_stage: str = "pledged") -> int:
        """What of the contribution stands in this stage or a later one, in cents; withdrawn money does not."""
        names = stages.LIVE_STAGES[stages.LIVE_STAGES.index(from_stage) :]
        return sum(self.position.balance(accounts.of_contribution(self.tranche, name)) for name in names)


def members(target: Target) -> list[Member]:
    """Give the contributions of a target that a tranche can match, with their positions and newest statements."""
    rows = list(target.contributions().exclude(tranche=None).select_related("tranche"))
    positions = flows.positions_of_contributions([row.pk for row in rows])
    newest = {
        version.contribution_id: version
        for version in ContributionVersion.objects.filter(contribution__in=rows).order_by("number")
    }
    # One without a version is being pledged at this moment; it is the new claim, not yet one of these.
    return [
        Member(row, positions[row.pk], newest[row.pk], row.tranche.code)
        for row in rows
        if row.tranche is not None and row.pk in newest
    ]


def awarded_cents(
    book_id: int, target: Target, *, on: date | None = None, known_at: datetime | None = None
) -> int | None:
    """Give the public money awarded to a target, in cents; None where none is fixed. A project's own award comes first.

    Pages ask as of a day and as known at an instant; a booking asks after everything that is booked.
    """
    balances = (
        flows.position_of_grant(book_id, code, known_at=known_at).balance(code, on) for code in target.grant_codes()
    )
    # An award that was taken back or corrected away fixes nothing.
    return next((cents for cents in balances if cents), None)


def pool(
    scheme: Scheme,
    target: Target,
    *,
    budget_cents: int | None,
    rows: Sequence[Member] = (),
    new: NewClaim | None = None,
    estimate: bool = True,
    amends_work_plan: bool = False,
    reopened: Contribution | None = None,
) -> match.Pool:
    """Build the pool of a target as the match rule wants it.

    Args:
        scheme: the scheme's version that counts.
        target: the topic or project.
        budget_cents: its fixed public money (see `awarded_cents`), or None.
        rows: its booked contributions.
        new: a pledge to add at the end.
        estimate: count everything promised; else only what the tranche's basis counts.
        amends_work_plan: decide anew although the target is adopted.
        reopened: the contribution that is itself being amended.
    """
    claims = []
    inside = [row.contribution.pk for row in rows]
    for row in rows:
        rule = scheme.tranche(row.tranche)
        decided = row.matched(stages.DECIDED_STAGES)
        parties = _parties(row.contribution) if rule.cap_per_partner_cents is not None else ()
        why_not = why_not_counted(rule, scheme, row.contribution.kind, row.version.no_other_union_funding)
        claims.append(
            match.Claim(
                row.contribution.reference,
                row.tranche,
                row.live("pledged" if estimate and not decided else COUNTS_FROM[rule.basis]),
                decided or None,
                _partner_room(scheme, rule, parties, inside),
                not why_not,
                tuple(party.slug for party in parties),
                why_not=why_not,
                is_reopened=reopened is not None and row.contribution.pk == reopened.pk,
            )
        )
    if new is not None:
        rule = scheme.tranche(new.tranche)
        why_not = why_not_counted(rule, scheme, new.kind, new.no_other_union_funding)
        room = _partner_room(scheme, rule, new.organisations, inside)
        partners = tuple(organisation.slug for organisation in new.organisations)
        claims.append(
            match.Claim("new", new.tranche, new.amount_cents, None, room, not why_not, partners, why_not=why_not)
        )
    return match.Pool(
        claims=tuple(claims),
        allocation=allocation_of(scheme),
        budget_cents=budget_cents,
        adopted=target.adopted_on is not None,
        amends_work_plan=amends_work_plan,
        is_project=target.project is not None,
        topic_used_cents=_used_elsewhere_in_topic(scheme, target),
    )


def unlocked_by(
    scheme: Scheme, budget_cents: int | None, target: Target, new: NewClaim, room_cents: int
) -> tuple[match.Match, list[match.Match]]:
    """Tell what a pledge would unlock, and how the estimates of the others in its pool would move.

    The panel that shows it and the booking both call this, so that they cannot differ; `budget_cents` is the target's fixed public
    money (see `awarded_cents`), or None.
    """
    rules = {rule.code: rule for rule in scheme.tranches}
    rule = rules[new.tranche]
    # Without fixed public money and without common caps nobody else's claim matters, and none is read.
    is_shared = (
        budget_cents is not None or rule.cap_per_topic_cents is not None or rule.cap_per_project_cents is not None
    )
    rows = members(target) if is_shared else []
    claims = pool(scheme, target, budget_cents=budget_cents, rows=rows, new=new)
    results = match.evaluate(rules, claims, partner_tranches=partner_tranches(scheme))
    return match.within_tranche(results[-1], room_cents, rule.rounding_cents, rule.label), list(results[:-1])


def _parties(contribution: Contribution) -> tuple[Organisation, ...]:
    """Who stands behind a contribution, as the directory knows them now: the cap per partner is one for all that were merged."""
    return identity.kept_once(contribution.parties.select_related("merged_into"))


def _partner_room(
    scheme: Scheme, rule: TrancheRule, organisations: Iterable[Organisation], inside: Sequence[int]
) -> int | None:
    """What the cap per partner leaves, counting in full every contribution of each partner that is not `inside` the pool."""
    if rule.cap_per_partner_cents is None:
        return None
    rooms = [rule.cap_per_partner_cents]
    for organisation in organisations:
        inside_cap = Contribution.objects.filter(tranche__code=rule.code, book__scheme__code=scheme.code)
        others = identity.given_by(inside_cap, organisation.pk).exclude(pk__in=inside)
        rooms.append(rule.cap_per_partner_cents - _matched(others, rule.code))
    return min(rooms)


def _used_elsewhere_in_topic(scheme: Scheme, target: Target) -> dict[str, int]:
    """What other pools of the same topic already match, by tranche, where a cap per topic needs to know."""
    topic = target.topic or (target.project.topic if target.project else None)
    if topic is None:
        return {}
    used = {}
    for rule in scheme.tranches:
        if rule.cap_per_topic_cents is not None:
            inside = target.contributions().values("pk")
            others = Contribution.objects.filter(topic=topic, tranche__code=rule.code).exclude(pk__in=inside)
            used[rule.code] = _matched(others, rule.code)
    return used


def _matched(contributions: QuerySet[Contribution], tranche: str) -> int:
    """What stands promised or decided for these contributions, in cents."""
    positions = flows.positions_of_contributions(contributions.values_list("pk", flat=True))
    names = ("promised", *stages.DECIDED_STAGES)
    return sum(
        position.balance(accounts.of_tranche(tranche, name)) for position in positions.values() for name in names
    )
