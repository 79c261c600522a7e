"""Programmes with their envelope."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Money, Shape, decimal, money, sure, text
from cofund.queries import assumed
from cofund.queries.envelope import Movement, TrancheStatement
from cofund.queries.overview import Overview
from cofund.queries.publication import Audience
from cofund.records.programme.models import SchemeVersion
from cofund.rules.leverage import Leverage
from cofund.rules.schemes import Scheme


class Programme(Shape):
    """A programme of this site."""

    id: str
    name: str
    currency: str
    starts_on: date | None
    ends_on: date | None
    rules_version: str = Field(description="Version of its rules by which the figures were computed.")
    is_lower_bound: bool = Field(description="Whether the record is known to be incomplete.")
    coverage_note: str | None = Field(description="What is known of the gap.")
    publishes_from: str = Field(description="Stage from which on single contributions are public.")
    href: str


class LeverageFigures(Shape):
    """The four named figures as decimals; null where the divisor is zero."""

    partner_multiplier: str | None = Field(description="L1: (partners + match) / partners")
    project_multiplier: str | None = Field(description="L2: project total / partners")
    match_leverage: str | None = Field(description="L3: (partners + match) / match")
    public_leverage: str | None = Field(description="L4: money that is not public / public money")


class Tranche(Shape):
    """A part of the public money with its own condition, as it stands on a day."""

    id: str
    name: str
    ratio: str = Field(description="Public euro for one euro that is given, as a fraction.", examples=["1/1"])
    as_of: date
    cap: Money
    free: Money = Field(description="Open and promised: all that is not decided yet.")
    open: Money
    promised: Money
    reserved: Money
    committed: Money
    consumed: Money
    contributed: Money = Field(description="What contributors endorsed or committed for it, matched or not.")
    unmatched: Money = Field(description="What they gave beyond what is matched.")
    is_lower_bound: bool
    movements_href: str


class ProgrammeInFull(Programme):
    """A programme with its envelope on a day."""

    as_of: date
    known_on: date | None
    tranches: list[Tranche]
    leverage: LeverageFigures = Field(description="Over the projects whose partners' contributions are known.")
    projects_count: int
    partners_count: int
    open_topics_count: int


class TrancheMovement(Shape):
    """One movement of a tranche's money. What is not public of it is null."""

    entry: int = Field(description="Number of the entry in the book.")
    kind: str
    effective_on: date
    recorded_at: datetime
    from_stage: str
    to_stage: str
    moved: Money | None
    open_after: Money | None
    contribution: str | None
    target: str | None
    certainty: str
    assumption: str | None


def programme(rules: Scheme, version: SchemeVersion, publishes_from: str) -> Programme:
    """A programme as an answer."""
    return Programme(**_head(rules, version, publishes_from))


def in_full(found: Overview, publishes_from: str, known_on: date | None) -> ProgrammeInFull:
    """A programme with its envelope as an answer."""
    return ProgrammeInFull(
        **_head(found.scheme, found.version, publishes_from),
        as_of=found.as_of,
        known_on=known_on,
        tranches=[tranche(one) for one in found.tranches],
        leverage=leverage(found.leverage),
        projects_count=len(found.projects),
        partners_count=len(found.partners),
        open_topics_count=len(found.topics),
    )


def _head(rules: Scheme, version: SchemeVersion, publishes_from: str) -> dict[str, Any]:
    """What both forms of a programme say."""
    row = version.scheme
    return {
        "id": rules.code,
        "name": rules.name,
        "currency": rules.currency,
        "starts_on": rules.starts_on,
        "ends_on": rules.ends_on,
        "rules_version": version.label,
        "is_lower_bound": row.is_lower_bound,
        "coverage_note": text(row.coverage_note),
        "publishes_from": publishes_from,
        "href": places.programme(rules.code),
    }


def tranche(one: TrancheStatement) -> Tranche:
    """A tranche as an answer."""
    standing = one.standing
    cents = {
        "cap": standing.cap_cents,
        "free": standing.free_cents,
        "open": standing.open_cents,
        "promised": standing.promised_cents,
        "reserved": standing.reserved_cents,
        "committed": standing.committed_cents,
        "consumed": standing.consumed_cents,
        "contributed": one.contributed_cents,
        "unmatched": one.unmatched_cents,
    }
    return Tranche(
        id=one.tranche,
        name=one.label,
        ratio=f"{one.ratio.numerator}/{one.ratio.denominator}",
        as_of=one.as_of,
        **{name: sure(value, one.currency) for name, value in cents.items()},
        is_lower_bound=one.is_lower_bound,
        movements_href=places.programme(one.scheme, "tranches", one.tranche, "movements"),
    )


def leverage(figures: Leverage) -> LeverageFigures:
    """The named figures as an answer."""
    return LeverageFigures(
        partner_multiplier=decimal(figures.l1),
        project_multiplier=decimal(figures.l2),
        match_leverage=decimal(figures.l3),
        public_leverage=decimal(figures.l4),
    )


def movement(row: Movement, currency: str, reader: Audience) -> TrancheMovement:
    """A movement as an answer; for which contribution, only where that is public."""
    is_open = row.contribution_id is None or reader.may_read(row.contribution_id)
    return TrancheMovement(
        entry=row.entry,
        kind=row.kind,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        from_stage=row.from_stage,
        to_stage=row.to_stage,
        moved=money(row.amount_cents, currency),
        open_after=money(row.open_after_cents, currency),
        contribution=row.contribution if is_open else None,
        target=text(row.target) if is_open else None,
        certainty=row.certainty,
        assumption=text(row.assumption) if row.assumption != assumed.UNTOLD else None,
    )
