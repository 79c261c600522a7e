"""What a step changes, before it is taken: money, stages, leverage and envelope, before and after."""

from __future__ import annotations

from cofund.queries.contributions import ContributionState
from cofund.queries.envelope import TrancheStatement
from cofund.queries.funding import Funding
from cofund.queries.pictures import Picture
from cofund.queries.unlocks import Unlock
from cofund.rules.leverage import NAMES
from cofund.rules.schemes import Scheme
from cofund.rules.stages import CONTRIBUTION_STAGES, DECIDED_STAGES, OVER_DELIVERY
from cofund.web import components as c
from cofund.web.formatting import money


def unlock_changes(unlock: Unlock) -> c.Changes:
    """The money of a topic and the envelope before and after a pledge."""
    scheme, before, after = unlock.scheme, unlock.before, unlock.after
    rows = [*_money_changes(scheme, before, after), *_leverage_changes(before, after)]
    if unlock.envelope is not None:
        standing, label = unlock.envelope.standing, unlock.envelope.label
        rows.append(
            c.Change(
                f"Open in the envelope “{label}”",
                c.Money(standing.open_cents, scheme.currency),
                c.Money(standing.open_cents - unlock.taken_cents, scheme.currency),
                f"of {money(standing.cap_cents, scheme.currency)}",
            )
        )
    return c.Changes("unlock-effect", "What happens when you record this", tuple(rows))


def picture_changes(before: Picture, after: Picture) -> c.Changes:
    """Everything that an act changes, and the total behind its target also where it does not change."""
    scheme = before.scheme
    rows: list[c.Change] = []
    if before.state is not None or after.state is not None:
        rows += _state_changes(scheme, before.state, after.state)
    if before.target_status != after.target_status:
        rows.append(
            c.Change(
                scheme.label("topic"), c.Status(before.target_status), c.Status(after.target_status, c.Tone.ACTIVE)
            )
        )
    if before.money is not None and after.money is not None:
        changes = [*_money_changes(scheme, before.money, after.money), *_leverage_changes(before.money, after.money)]
        rows += [row for number, row in enumerate(changes) if row.is_change or number == 0]
    for old, new in zip(before.tranches, after.tranches, strict=True):
        rows += _tranche_changes(old, new)
    return c.Changes("effect", "What will happen", tuple(rows))


def _money_changes(scheme: Scheme, before: Funding, after: Funding) -> list[c.Change]:
    """The target's money by where it comes from, and what the office itself pays out."""
    currency = scheme.currency

    def change(label: str, old: int, new: int, note: str = "") -> c.Change:
        return c.Change(label, c.Money(old, currency), c.Money(new, currency), note)

    rows = [
        change("Total behind it", before.total_cents, after.total_cents),
        change(scheme.label("public_funder"), before.public_cents, after.public_cents),
    ]
    for role in scheme.roles:
        old, new = (sum(row.total_cents for row in one.rows if row.source == role.code) for one in (before, after))
        if old or new:
            rows.append(change(role.label_plural, old, new))
    rows.append(
        change(
            f"Through the budget of the {scheme.label('office')}",
            before.through_office_cents,
            after.through_office_cents,
        )
    )
    return rows


def _leverage_changes(before: Funding, after: Funding) -> list[c.Change]:
    """L1 and L2, always by name."""
    pairs = (("L1", before.leverage.l1, after.leverage.l1), ("L2", before.leverage.l2, after.leverage.l2))
    return [c.Change(f"{name} {NAMES[name]}", c.Ratio(old, 2), c.Ratio(new, 2)) for name, old, new in pairs]


def _state_changes(scheme: Scheme, old: ContributionState | None, new: ContributionState | None) -> list[c.Change]:
    """A contribution's stages and its match."""
    rows = []
    if (old.stage if old else "") != (new.stage if new else ""):
        rows.append(c.Change("Stage", _stage(old), _stage(new)))

    def amounts(state: ContributionState | None, name: str) -> c.Money:
        return c.Money(state.amounts.get(name, 0) if state else 0, scheme.currency)

    def matches(state: ContributionState | None, name: str) -> c.Money:
        return c.Money(state.matches.get(name, 0) if state else 0, scheme.currency)

    rows += [
        c.Change(f"Contribution {_said(stage)}", amounts(old, stage), amounts(new, stage))
        for stage in CONTRIBUTION_STAGES
    ]
    rows += [
        c.Change(f"Match {stage}", matches(old, stage), matches(new, stage)) for stage in ("promised", *DECIDED_STAGES)
    ]
    return [row for row in rows if row.is_change]


def _said(stage: str) -> str:
    """A stage in words."""
    return "delivered beyond the commitment, unmatched" if stage == OVER_DELIVERY else stage


def _stage(state: ContributionState | None) -> c.Value:
    """The badge of a contribution's stage."""
    return c.stage_status(state.stage, in_part=state.is_in_part) if state else c.Status("Nothing stands")


def _tranche_changes(old: TrancheStatement, new: TrancheStatement) -> list[c.Change]:
    """The stages of a tranche that change."""
    names = (
        ("ceiling", "cap_cents"),
        ("free, no decision has taken it", "free_cents"),
        ("open, not even promised", "open_cents"),
        ("reserved", "reserved_cents"),
        ("committed", "committed_cents"),
        ("consumed", "consumed_cents"),
    )
    rows = [
        c.Change(
            f"Envelope “{old.label}”: {words}",
            c.Money(getattr(old.standing, name), old.currency),
            c.Money(getattr(new.standing, name), new.currency),
        )
        for words, name in names
    ]
    return [row for row in rows if row.is_change]
