"""What a partner made possible, as its credit page tells it."""

from __future__ import annotations

from pydantic import Field

from cofund.api.shapes import places
from cofund.api.shapes.common import Dated, Money, Reference, Shape, sure, text
from cofund.api.shapes.giving import SourceOfMoney, sources
from cofund.queries.partner_credit import CreditLine, CreditTotal, PartnerCredit

JOINT = "Whether any of it is given jointly with others: then it stands in full, since the split is not published."


class Acknowledgement(Shape):
    """The sentence in which a project names who pays for it, in one language."""

    language: str = Field(description="ISO 639-1.", examples=["en"])
    text: str


class Credit(Shape):
    """One project or topic that a partner stands behind."""

    programme: str
    given_to: Reference
    is_project: bool = Field(description="Whether it is a project; else it is a topic that has none yet.")
    grant_agreement: str | None = Field(description="Null where it is not known, or there is no project yet.")
    given: Money
    matched: Money = Field(description="The public money that stands against it.")
    is_joint: bool = Field(description=JOINT)
    behind_it: Money = Field(description="All that stands behind the project or topic, each euro once.")
    sources: list[SourceOfMoney] = Field(description="The same by where it comes from and by the way it is paid.")
    acknowledgements: list[Acknowledgement] = Field(description="In each language of the rules; none before a project.")


class CreditSum(Shape):
    """All of a currency; different currencies are never added."""

    given: Money
    matched: Money
    is_joint: bool = Field(description=JOINT)


class CreditOfPartner(Dated[Credit]):
    """One page of what a partner stands behind: only what anybody may read, whoever asks."""

    partner: Reference
    totals: list[CreditSum] = Field(description="By currency, over all programmes and pages.")
    projects_count: int
    topics_count: int = Field(description="Topics without a project yet.")
    page_href: str = Field(description="The page to link to and to cite.")


def credit(line: CreditLine) -> Credit:
    """One project or topic as an answer."""
    currency, project = line.scheme.currency, line.target.project
    return Credit(
        programme=line.scheme.code,
        given_to=places.of_target(line.states[0].contribution),
        is_project=project is not None,
        grant_agreement=text(project.grant_agreement) if project is not None else None,
        given=sure(line.given_cents, currency),
        matched=sure(line.matched_cents, currency),
        is_joint=line.is_joint,
        behind_it=sure(line.money.total_cents, currency),
        sources=sources(line.money),
        acknowledgements=[Acknowledgement(language=one.language, text=one.text) for one in line.sentences],
    )


def credit_sums(found: PartnerCredit) -> list[CreditSum]:
    """The totals as an answer."""
    return [_sum(one) for one in found.totals]


def _sum(one: CreditTotal) -> CreditSum:
    """One currency."""
    return CreditSum(
        given=sure(one.given_cents, one.currency), matched=sure(one.matched_cents, one.currency), is_joint=one.is_joint
    )
