"""What the rule gives for the claims of the second book: pools that the product's queries have no part in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.property.shadow import LIVE, Claim, Shadow

from cofund.records.ledger.models import Transfer
from cofund.records.programme.models import Project, Topic
from cofund.rules.match import Claim as Wish
from cofund.rules.match import Match, Pool, evaluate, within_tranche
from cofund.rules.position import Flow, Position
from cofund.rules.schemes import Scheme

DECIDED = ("reserved", "committed", "consumed")


@dataclass
class Before:
    """The second book just before an action, and what public money every claim of it holds then."""

    scheme: Scheme
    shadow: Shadow
    by_claim: Mapping[str, Position]
    whole: Position
    days: list[date]

    def __post_init__(self) -> None:
        """Note what stands now; the shadow goes on."""
        self.adopted = {("topic", row.code) for row in Topic.objects.exclude(adopted_on=None)}
        self.adopted |= {("project", row.slug) for row in Project.objects.exclude(adopted_on=None)}
        self.live = {reference: {stage: one.balance(stage) for stage in LIVE} for reference, one in self.claims()}
        self.places = {reference: (one.topic, one.project) for reference, one in self.claims()}
        self.rooms = {
            (rule.code, on): min(self.whole.balance(f"tranche:{rule.code}:open", day) for day in self.days if day >= on)
            for rule in self.scheme.tranches
            for on in self.days
        }

    def claims(self) -> list[tuple[str, Claim]]:
        """The claims that a tranche can match, in the order of their pledges."""
        return [(reference, one) for reference, one in self.shadow.claims.items() if one.tranche]

    def held(self, reference: str, *stages: str) -> int:
        """What stands of public money for a claim."""
        tranche, position = self.shadow.claims[reference].tranche, self.by_claim[reference]
        return sum(position.balance(f"tranche:{tranche}:{stage}") for stage in stages or ("promised", *DECIDED))

    def pledged(self, reference: str, cents: int, on: date) -> dict[str, Match]:
        """What a new claim unlocks; the shadow has it already."""
        claim = self.shadow.claims[reference]
        inside = [one for one, place in self.places.items() if _shares(place, (claim.topic, claim.project))]
        rule = self.scheme.tranche(str(claim.tranche))
        budget = self._budget(claim.topic, claim.project)
        if budget is None and rule.cap_per_topic_cents is None and rule.cap_per_project_cents is None:
            inside = []  # Nobody else's claim matters: the cap per partner counts all the same.
        found = self._found((claim.topic, claim.project), [*inside, reference], {reference: cents})[reference]
        return {reference: within_tranche(found, self.rooms[rule.code, on], rule.rounding_cents, "")}

    def amended(self, reference: str, on: date) -> dict[str, Match]:
        """What a claim is matched with after the shadow changed it."""
        claim, place = self.shadow.claims[reference], self.places[reference]
        rule = self.scheme.tranche(str(claim.tranche))
        inside = [one for one, other in self.places.items() if _shares(other, place)]
        first = "pledged" if rule.basis == "pledged" or not self.held(reference, *DECIDED) else "endorsed"
        changed = {reference: sum(claim.balance(stage) for stage in LIVE[LIVE.index(first) :])}
        found = self._found(place, inside, changed, reopened=reference)[reference]
        held = self.held(reference)
        if found.match_cents > held:
            found = within_tranche(found, held + self.rooms[rule.code, on], rule.rounding_cents, "")
        return {reference: found}

    def reserved(self, topic: str | None, project: str | None, on: date, amends: bool) -> dict[str, Match]:
        """What an adoption decides."""
        inside = [one for one, place in self.places.items() if _shares(place, (topic, project))]
        found = self._found((topic, project), inside, {}, estimate=False, amends=amends)
        rooms = {rule.code: self.rooms[rule.code, on] for rule in self.scheme.tranches}
        for one in found.values():
            rooms[one.tranche] += max(0, self.held(one.reference) - one.match_cents)
        decided = {}
        for reference, one in found.items():
            held, unit = self.held(reference), self.scheme.tranche(one.tranche).rounding_cents
            decided[reference] = within_tranche(one, held + rooms[one.tranche], unit, "")
            rooms[one.tranche] -= max(0, decided[reference].match_cents - held)
        return decided

    def _found(
        self,
        place: tuple[str | None, str | None],
        inside: list[str],
        changed: Mapping[str, int],
        *,
        reopened: str = "",
        estimate: bool = True,
        amends: bool = False,
    ) -> dict[str, Match]:
        """What the rule gives for the claims inside a pool; of those `changed` this much counts."""
        topic, project = place
        wishes = []
        for reference in inside:
            claim = self.shadow.claims[reference]
            rule = self.scheme.tranche(str(claim.tranche))
            decided = self.held(reference, *DECIDED) if reference in self.places else 0
            first = "pledged" if rule.basis == "pledged" or (estimate and not decided) else "endorsed"
            live = self.live.get(reference, {})
            counted = changed.get(reference, sum(live.get(stage, 0) for stage in LIVE[LIVE.index(first) :]))
            room = self._partner_room(claim, rule.cap_per_partner_cents, inside)
            partners = claim.partners if room is not None else ()
            wishes.append(
                Wish(reference, rule.code, counted, decided or None, room, True, partners, reference == reopened)
            )
        used = {
            rule.code: sum(
                self.held(one)
                for one, other in self.places.items()
                if other[0] == topic is not None and not _shares(other, place) and self._in(one, rule.code)
            )
            for rule in self.scheme.tranches
        }
        is_adopted = (("topic", topic) if topic else ("project", project)) in self.adopted
        pool = Pool(
            tuple(wishes), self.scheme.tranches[0].allocation, self._budget(topic, project), is_adopted, amends,
            project is not None, used,
        )  # fmt: skip
        rules = {rule.code: rule for rule in self.scheme.tranches}
        return {one.reference: one for one in evaluate(rules, pool, partner_tranches=["main"])}

    def _partner_room(self, claim: Claim, cap: int | None, inside: list[str]) -> int | None:
        """What the cap leaves beside the claims inside, by the partner who has least."""
        if cap is None:
            return None
        others = [one for one in self.places if one not in inside and self._in(one, str(claim.tranche))]
        return min(
            cap - sum(self.held(one) for one in others if partner in self.shadow.claims[one].partners)
            for partner in claim.partners
        )

    def _in(self, reference: str, tranche: str) -> bool:
        """Whether a claim is matched by a tranche."""
        return self.shadow.claims[reference].tranche == tranche

    def _budget(self, topic: str | None, project: str | None) -> int | None:
        """The public money of a pool; a project's own comes first."""
        names = [*([f"project/{project}"] if project else []), *([f"topic/{topic}"] if topic else [])]
        return next((cents for name in names if (cents := self.whole.balance(f"grant:{name}:awarded"))), None)


def positions(shadow: Shadow) -> tuple[dict[str, Position], Position]:
    """All rows of the database as positions: by contribution of the shadow, and of the whole book."""
    by_claim = {reference: Position() for reference in shadow.claims}
    whole = Position()
    rows = Transfer.objects.values_list(
        "contribution__reference", "from_account__code", "to_account__code", "amount_cents", "effective_on"
    )
    for reference, *flow in rows:
        whole.add(Flow(*flow))
        if reference is not None:
            by_claim[reference].add(Flow(*flow))
    return by_claim, whole


def differences(stated: Mapping[str, Any], found: Mapping[str, Match]) -> list[tuple[str, object, object]]:
    """Where an entry states another match than the rule gives; stated, then computed."""
    said = {one["reference"]: one for one in stated.get("matches", ()) if "tranche" in one}
    keys = ("eligible_cents", "match_cents", "decided_by")
    left = {
        reference: ({one["name"]: one["limit_cents"] for one in match["bounds"]}, *(match[key] for key in keys))
        for reference, match in said.items()
    }
    right = {
        reference: (
            {one.name: one.limit_cents for one in match.bounds},
            match.eligible_cents,
            match.match_cents,
            match.decided_by,
        )
        for reference, match in found.items()
    }
    names = {*left, *right}
    return [(name, left.get(name), right.get(name)) for name in names if left.get(name) != right.get(name)]


def _shares(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    """Whether two places share their public money: the same project, or the same topic and no project."""
    return one[1] == other[1] if one[1] or other[1] else one[0] == other[0]
