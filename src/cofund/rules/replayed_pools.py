"""The pools of a book as far as it was replayed: who shares what, what the caps leave, what was awarded, decided and open.

It is built from entries and transfers alone, keeps sums where a booking asks the database, and is what `rematched` computes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from cofund.rules import accounts, stages
from cofund.rules.book_rows import EntryRow, TransferRow
from cofund.rules.claims import COUNTS_FROM
from cofund.rules.lowest import Lowest
from cofund.rules.schemes import Scheme, TrancheRule

HELD: Final = ("promised", *stages.DECIDED_STAGES)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the directory says beside the books: the topic of each project, and which organisations were merged when.

    `merges` are (instant, merged, kept), in order; kept is None where the merge was undone.
    """

    topic_of: Mapping[str, str | None] = field(default_factory=dict)
    merges: Sequence[tuple[datetime, str, str | None]] = ()


@dataclass(slots=True)
class Known:
    """A contribution as the entries so far say it is."""

    reference: str
    kind: str
    tranche: str | None
    topic: str | None
    project: str | None
    partners: tuple[str, ...]
    no_other_union_funding: bool | None = None

    @property
    def target(self) -> tuple[str, str | None]:
        """Whose public money it shares: that of its project, else of its topic."""
        return ("project", self.project) if self.project is not None else ("topic", self.topic)


@dataclass
class Pools:
    """The claims of a book as far as it was replayed. `held` is what stands by account and contribution, kept by the replay."""

    held: Mapping[tuple[str, str | None], int]
    around: Surroundings
    claims: dict[str, Known] = field(default_factory=dict)
    # Contributions by what they share, and of a topic also those that went into its projects; in the order of their pledges.
    pools: defaultdict[tuple[str, str | None], dict[str, Known]] = field(default_factory=lambda: defaultdict(dict))
    topics: defaultdict[str, dict[str, Known]] = field(default_factory=lambda: defaultdict(dict))
    # What a tranche matches of a partner, by the organisation that was named; and whose contributions these are.
    of_partner: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    given: defaultdict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    open: defaultdict[str, Lowest] = field(default_factory=lambda: defaultdict(Lowest))
    of_year: defaultdict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    # The adoptions that stand, by topic or project; and what each touched, so that a correction can take it back.
    adoptions: defaultdict[tuple[str, str | None], set[int]] = field(default_factory=lambda: defaultdict(set))
    _merged: dict[str, str] = field(default_factory=dict)
    _merges_seen: int = 0

    def count(self, row: TransferRow) -> None:
        """Count a transfer, once the entry that it belongs to was learned."""
        if row.tranche is None:
            return
        change = row.amount_cents * (row.to_code.endswith(":open") - row.from_code.endswith(":open"))
        if not change:
            return
        self.open[row.tranche].add(row.effective_on, change)
        if row.contribution is not None:
            self.of_year[(row.tranche, row.effective_on.year)] -= change
            known = self.claims.get(row.contribution)
            for partner in known.partners if known is not None else ():
                self.of_partner[(row.tranche, partner)] -= change

    def learn_pledge(self, entry: EntryRow) -> None:
        """Take up the contribution that an entry pledges."""
        facts = entry.facts["explanation"].get("contribution")
        if entry.kind != "pledge" or not facts:
            return
        known = Known(
            facts["reference"],
            facts["kind"],
            facts["tranche"],
            facts["topic"],
            facts["project"],
            tuple(facts["organisations"]),
        )
        self.claims[known.reference] = known
        self.pools[known.target][known.reference] = known
        topic = known.topic or (self.around.topic_of.get(known.project) if known.project else None)
        if topic is not None:
            self.topics[topic][known.reference] = known
        for partner in known.partners if known.tranche is not None else ():
            self.given[(str(known.tranche), partner)].append(known.reference)

    def learn(self, entry: EntryRow) -> None:
        """Take up what an entry says from then on: of statements, projects and adoptions."""
        for version in entry.facts["versions"]:
            if version["reference"] in self.claims:
                self.claims[version["reference"]].no_other_union_funding = version["no_other_union_funding"]
        if entry.kind == "commit":
            for reference in entry.facts["explanation"].get("contributions", ()):
                known = self.claims.get(reference)
                if known is not None and known.project != entry.facts["explanation"]["project"]:
                    del self.pools[known.target][reference]
                    known.project = entry.facts["explanation"]["project"]
                    self.pools[known.target][reference] = known
            # Those that were pledged before others of the project stand before them.
            pool = self.pools[("project", entry.facts["explanation"]["project"])]
            ordered = sorted(pool.items(), key=lambda item: place(item[0]))
            pool.clear()
            pool.update(ordered)
        if entry.kind == "reserve":
            for row in entry.transfers:
                if row.contribution in self.claims:
                    self.adoptions[self.adopted_with(self.claims[str(row.contribution)])].add(entry.number)
        if entry.kind == "correct" and entry.facts["corrects"] is not None:
            for standing in self.adoptions.values():
                standing.discard(entry.facts["corrects"])

    def adopted_with(self, known: Known) -> tuple[str, str | None]:
        """What is adopted when a contribution is reserved for: its topic, or its project that has none."""
        topic = known.topic or (self.around.topic_of.get(known.project) if known.project else None)
        return ("topic", topic) if topic is not None else ("project", known.project)

    def members(self, known: Known) -> list[Known]:
        """The contributions that share the public money of a claim's target and that a tranche can match."""
        return [row for row in self.pools[known.target].values() if row.tranche is not None]

    def is_adopted(self, known: Known, stated: Mapping[str, Any]) -> bool:
        """Whether the money of a target was decided: by an entry, else, where it was adopted outside of the books, as stated."""
        if self.adoptions[self.adopted_with(known)]:
            return True
        return any(bound["name"] == "adoption" for one in stated.values() for bound in one["bounds"])

    def awarded(self, known: Known) -> int | None:
        """The public money awarded to a claim's target, in cents; a project's own award comes before its topic's."""
        codes = [f"topic/{known.topic}"]
        if known.project is not None:
            topic = self.around.topic_of.get(known.project)
            codes = [f"project/{known.project}", *([f"topic/{topic}"] if topic is not None else [])]
        return next((cents for code in codes if (cents := self.held.get((accounts.of_grant(code), None), 0))), None)

    def matched(self, known: Known, names: Iterable[str]) -> int:
        """What of its tranche stands in these stages for a contribution, in cents."""
        return sum(self.held.get((accounts.of_tranche(str(known.tranche), name), known.reference), 0) for name in names)

    def live(self, known: Known, from_stage: str, own: Mapping[str, int] | None = None) -> int:
        """What of a contribution stands in a stage or a later one, with what an entry moves of it, in cents."""
        codes = [
            accounts.of_contribution(str(known.tranche), name)
            for name in stages.LIVE_STAGES[stages.LIVE_STAGES.index(from_stage) :]
        ]
        return sum(self.held.get((code, known.reference), 0) + (own or {}).get(code, 0) for code in codes)

    def counted(self, scheme: Scheme, known: Known, own: Mapping[str, int], *, estimate: bool = True) -> int:
        """What of a contribution counts for the match, in cents."""
        decided = self.matched(known, stages.DECIDED_STAGES)
        basis = COUNTS_FROM[scheme.tranche(str(known.tranche)).basis]
        return self.live(known, "pledged" if estimate and not decided else basis, own)

    def match_room(self, rule: TrancheRule, on: date) -> int:
        """What of a tranche's open money may be matched on a day, in cents."""
        if (rule.valid_from and on < rule.valid_from) or (rule.valid_until and on > rule.valid_until):
            return 0
        room, year_cap = self.open[rule.code].lowest(on), rule.yearly_caps_cents.get(on.year)
        return room if year_cap is None else max(0, min(room, year_cap - self.of_year[(rule.code, on.year)]))

    def used_elsewhere(self, scheme: Scheme, known: Known) -> dict[str, int]:
        """What other pools of the same topic already match, by tranche, where a cap per topic needs to know."""
        topic = known.topic if known.project is None else known.topic or self.around.topic_of.get(known.project)
        used: dict[str, int] = {}
        for rule in scheme.tranches if topic is not None else ():
            if rule.cap_per_topic_cents is not None:
                others = [one for one in self.topics[str(topic)].values() if one.target != known.target]
                used[rule.code] = sum(self.matched(one, HELD) for one in others if one.tranche == rule.code)
        return used

    def partner_room(self, rule: TrancheRule, partners: Sequence[str], inside: Sequence[Known]) -> int | None:
        """What the cap per partner leaves, counting in full every contribution of each partner that is not inside the pool."""
        if rule.cap_per_partner_cents is None:
            return None
        rooms = [rule.cap_per_partner_cents]
        for partner in partners:
            names = [partner, *(one for one, kept in self._merged.items() if kept == partner)]
            if len(names) == 1:
                used = self.of_partner[(rule.code, partner)]
            else:
                theirs = {reference for name in names for reference in self.given[(rule.code, name)]}
                used = sum(self.matched(self.claims[reference], HELD) for reference in theirs)
            own = (row for row in inside if row.tranche == rule.code and not set(names).isdisjoint(row.partners))
            rooms.append(rule.cap_per_partner_cents - used + sum(self.matched(row, HELD) for row in own))
        return min(rooms)

    def kept(self, partners: Iterable[str]) -> tuple[str, ...]:
        """The organisations that partners were merged into, each once."""
        return tuple(dict.fromkeys(self._merged.get(one, one) for one in partners))

    def merge_until(self, instant: datetime) -> None:
        """Take up the merges that stood at an instant."""
        merges = self.around.merges
        while self._merges_seen < len(merges) and merges[self._merges_seen][0] <= instant:
            _, merged, kept = merges[self._merges_seen]
            self._merges_seen += 1
            if kept is None:
                self._merged.pop(merged, None)
                continue
            self._merged.update({one: kept for one, into in self._merged.items() if into == merged})
            self._merged[merged] = kept


def place(reference: str) -> int:
    """The number of the entry that pledged a contribution, which its reference ends with."""
    return int(reference.rsplit("-", 1)[1])
