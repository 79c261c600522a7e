"""What is given: contributions, the money behind topics and projects, partners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Money, Reference, Shape, money, sure, text
from cofund.queries.contributions import ContributionState
from cofund.queries.dossiers import ContributionDossier, PartnerDossier
from cofund.queries.funding import Funding
from cofund.queries.programmes import PartnerLine
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation
from cofund.rules.schemes import Scheme


class Given(Shape):
    """A contribution to a topic or project; who gives it is null until that is public."""

    reference: str | None
    given_by: list[Reference] | None
    is_joint: bool | None = Field(description="Whether several give it, whose split is not published.")
    role: str
    kind: str
    is_in_kind: bool
    stage: str
    amount: Money
    match: Money | None = Field(description="Public money beside it; null where nothing matches its role.")
    certainty: str | None
    href: str | None


class SourceOfMoney(Shape):
    """One source of money and the two ways it is paid."""

    source: str
    name: str
    through_office: Money
    brought: Money
    total: Money


class Version(Shape):
    """What a contribution was said to be from a day on."""

    number: int
    effective_on: date
    recorded_at: datetime
    amount: Money
    certainty: str
    source: str | None


class Contribution(Shape):
    """A contribution that may be read, as it stands on a day."""

    reference: str
    programme: str
    given_by: list[Reference]
    is_joint: bool = Field(description="Whether several give it, whose split is not published.")
    given_to: Reference
    role: str
    kind: str
    is_in_kind: bool
    stage: str | None = Field(description="Null on a day on which nobody knew of it.")
    amount: Money | None
    match: Money | None = Field(description="Null where nothing matches its role.")
    unmatched: Money | None
    over_delivered: Money | None
    from_public_budget: Money | None = Field(description="The part that finally comes from a public budget.")
    certainty: str | None
    source: str | None
    href: str


class ContributionInFull(Contribution):
    """A contribution with its versions up to a day."""

    as_of: date
    known_on: date | None
    versions: list[Version]


class Partner(Shape):
    """A partner of a programme. Joint amounts stand in full beside each who shares in them, and do not add up."""

    id: str
    name: str
    short_name: str | None
    kind: str
    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    given_alone: Money | None = Field(description="Null where no amount is public.")
    given_jointly: Money | None
    match: Money | None
    gives_to: list[str]
    href: str


class PartnerInFull(Shape):
    """A partner with everything public that it gives, in any programme."""

    id: str
    name: str
    short_name: str | None
    kind: str
    country: str | None
    website: str | None
    pic: str | None = Field(description="Participant identification code of the Funding & Tenders Portal.")
    ror: str | None
    lei: str | None
    source: str | None
    programmes: list[str]
    contributions: list[Contribution]
    as_of: date
    known_on: date | None
    href: str


def given(state: ContributionState, rules: Scheme, reader: Audience) -> Given:
    """A contribution in the list of a topic or project, with what its reader may know of it."""
    row, may_read = state.contribution, reader.may_read(state.contribution.pk)
    return Given(
        reference=row.reference if may_read else None,
        given_by=[places.of_organisation(one) for one in state.organisations] if may_read else None,
        is_joint=state.is_joint if may_read else None,
        role=row.role,
        kind=row.kind,
        is_in_kind=rules.kind(row.kind).in_kind,
        stage=state.stage,
        amount=sure(state.live_cents, rules.currency),
        match=sure(state.match_cents, rules.currency) if row.tranche_id and reader.may_match(row.pk) else None,
        certainty=state.version.certainty if state.version else None,
        href=places.of_contribution(row.reference) if may_read else None,
    )


def sources(found: Funding) -> list[SourceOfMoney]:
    """Every euro once, by where it comes from and by the way it is paid."""
    return [
        SourceOfMoney(
            source=row.source,
            name=row.label,
            through_office=sure(row.through_office_cents, found.currency),
            brought=sure(row.brought_cents, found.currency),
            total=sure(row.total_cents, found.currency),
        )
        for row in found.rows
    ]


def contribution(state: ContributionState, rules: Scheme, reader: Audience) -> Contribution:
    """A contribution that its reader may read."""
    return Contribution(**_fields(state, rules, reader))


def contribution_in_full(
    found: ContributionDossier, reader: Audience, moment: tuple[date, date | None]
) -> ContributionInFull | None:
    """A contribution with its versions; None on a day on which nobody knew of it."""
    if found.state is None:
        return None
    currency, shows_source = found.scheme.currency, reader.may_see("contribution.source", found.contribution.pk)
    versions = [
        Version(
            number=step.version.number,
            effective_on=step.version.effective_on,
            recorded_at=step.entry.recorded_at,
            amount=sure(step.version.amount_cents, currency),
            certainty=step.version.certainty,
            source=text(step.version.source_url) if shows_source else None,
        )
        for step in found.steps
        if step.version is not None
    ]
    fields = _fields(found.state, found.scheme, reader)
    return ContributionInFull(**fields, as_of=moment[0], known_on=moment[1], versions=versions)


def _fields(state: ContributionState, rules: Scheme, reader: Audience) -> dict[str, Any]:
    """What both forms of a contribution say."""
    row, version, currency = state.contribution, state.version, rules.currency
    shows_match = row.tranche_id is not None and reader.may_match(row.pk)
    shows_source = version is not None and reader.may_see("contribution.source", row.pk)
    return {
        "reference": row.reference,
        "programme": row.book.scheme.code,
        "given_by": [places.of_organisation(one) for one in state.organisations],
        "is_joint": state.is_joint,
        "given_to": places.of_target(row),
        "role": row.role,
        "kind": row.kind,
        "is_in_kind": rules.kind(row.kind).in_kind,
        "stage": state.stage,
        "amount": sure(state.live_cents, currency),
        "match": sure(state.match_cents, currency) if shows_match else None,
        "unmatched": sure(state.unmatched_cents, currency) if shows_match else None,
        "over_delivered": money(state.over_cents or None, currency),
        "from_public_budget": money(state.public_origin_cents or None, currency),
        "certainty": version.certainty if version else None,
        "source": text(version.source_url) if version and shows_source else None,
        "href": places.of_contribution(row.reference),
    }


def partner(line: PartnerLine, currency: str) -> Partner:
    """A partner in the list of a programme."""
    row, is_known = line.organisation, bool(line.projects)
    return Partner(
        id=row.slug,
        name=row.name,
        short_name=text(row.short_name),
        kind=row.kind,
        country=text(row.country),
        given_alone=sure(line.alone_cents, currency) if is_known else None,
        given_jointly=sure(line.joint_cents, currency) if is_known else None,
        match=sure(line.match_cents, currency) if is_known else None,
        gives_to=list(line.projects),
        href=places.of_organisation(row).href,
    )


def partner_in_full(
    found: PartnerDossier, rules: dict[str, Scheme], reader: Audience, moment: tuple[date, date | None]
) -> PartnerInFull:
    """A partner with its contributions that its reader may read."""
    row: Organisation = found.organisation
    is_identified = reader.may_see("organisation.identifiers", row.pk)
    return PartnerInFull(
        id=row.slug,
        name=row.name,
        short_name=text(row.short_name),
        kind=row.kind,
        country=text(row.country),
        website=text(row.website) if reader.may_see("organisation.website", row.pk) else None,
        pic=text(row.pic) if is_identified else None,
        ror=text(row.ror) if is_identified else None,
        lei=text(row.lei) if is_identified else None,
        source=text(row.source_url),
        programmes=list(dict.fromkeys(one.scheme.code for one in found.holdings)),
        contributions=[
            contribution(state, rules[state.contribution.book.scheme.code], reader) for state in found.states
        ],
        as_of=moment[0],
        known_on=moment[1],
        href=places.of_organisation(row).href,
    )
