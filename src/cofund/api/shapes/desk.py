"""What keys open: the key itself, a partner's own desk, leads, and what is written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from cofund.api.shapes import places
from cofund.api.shapes.common import WHOLE, Day, Money, Reference, Shape, money, sure, text
from cofund.api.shapes.giving import Contribution
from cofund.queries import applications
from cofund.queries.instalments import Line
from cofund.queries.tasks.listing import HEADINGS
from cofund.queries.tasks.shapes import Task
from cofund.records.directory.models import ApiKey
from cofund.records.ledger.models import Application as ApplicationRow
from cofund.records.ledger.models import Letter as LetterRow
from cofund.records.programme.models import Lead as LeadRow
from cofund.rules.money import MOST_CENTS

Line300: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)]
Paragraph: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=2_000)]
Cents: TypeAlias = Annotated[
    int, Field(ge=1, le=MOST_CENTS, description="Whole cents of the programme's currency."), WHOLE
]


class Key(Shape):
    """The key that asks."""

    name: str
    prefix: str
    owner: str
    role: str
    organisation: Reference | None
    scopes: list[str]
    expires_on: date | None


class Contact(Shape):
    """A contact that the office follows with your organisation."""

    programme: str
    topic: str | None
    route: str
    stage: str
    opened_on: date
    certainty: str


class LetterLineTold(Shape):
    """One contribution that a letter offers."""

    number: int
    kind: str | None
    amount: Money | None


class Letter(Shape):
    """One version of a letter of endorsement."""

    number: int
    status: str
    signed_on: date | None
    submitted_at: datetime | None
    lines: list[LetterLineTold]


class Application(Shape):
    """An application of your organisation."""

    id: str
    programme: str
    role: str
    status: str
    given_to: str | None
    made_at: datetime
    reason: str | None = Field(description="Why it was returned, rejected, withdrawn, or on which conditions approved.")
    href: str


class ApplicationInFull(Application):
    """An application with every version of its letter."""

    letters: list[Letter]


class Instalment(Shape):
    """Cash that is due on a day."""

    contribution: str
    programme: str
    due_on: date
    amount: Money
    received: Money
    missing: Money
    state: str
    days_late: int


class Due(Shape):
    """Something that waits for you."""

    kind: str
    what: str
    title: str
    why: str
    programme: str | None
    due_on: date | None


class Lead(Shape):
    """A possible contribution on its way."""

    id: str
    programme: str
    organisation: Reference
    topic: str | None
    route: str
    stage: str
    stage_since_on: date
    kind: str | None
    amount: Money | None
    probability_percent: int | None
    interest: str | None
    owner: str | None
    next_step: str | None
    next_step_on: date | None
    opened_on: date
    note: str | None
    certainty: str
    href: str


class NewLead(Shape):
    """A lead to open."""

    partner: Line300 = Field(description="Id of an organisation of this site.")
    route: Literal["invited", "knocks", "brokerage", "proposal"]
    topic: Line300 | None = Field(None, description="Code of a topic of the programme.")
    kind: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=20)] = ""
    amount_cents: Cents | None = None
    probability_percent: Annotated[int, Field(ge=0, le=100), WHOLE] | None = None
    interest: Paragraph = ""
    next_step: Line300 = ""
    next_step_on: Day | None = None
    note: Paragraph = ""
    opened_on: Day | None = Field(None, description="Today where it is not given.")
    reason: Paragraph = ""


class NextStep(Shape):
    """What the office does next with a lead; empty: nothing is planned."""

    next_step: Line300
    next_step_on: Day | None = None


class NewPledge(Shape):
    """A pledge to record: to a topic or to a project."""

    topic: Line300 | None = Field(None, description="Code of a topic; or give a project.")
    project: Line300 | None = Field(None, description="Id of a project; or give a topic.")
    role: Line300 = Field(description="Code of a role of the programme that gives.")
    kind: Line300 = Field(description="Code of a kind of the programme.")
    partners: list[Line300] = Field(min_length=1, max_length=20, description="Ids of who gives, jointly where several.")
    amount_cents: Cents
    effective_on: Day = Field(description="The day that it is about.")
    reason: Paragraph
    evidence: Line300 = ""
    accepts_unmatched: bool = Field(
        False, strict=True, description="Let the part above what is open stand as unmatched."
    )
    no_other_union_funding: bool | None = Field(
        None, strict=True, description="What the partner states; null: it has not said."
    )
    public_origin_cents: Annotated[int, Field(ge=0, le=MOST_CENTS), WHOLE] = 0
    place: Literal["eu", "associated", "third", "unknown"] = "unknown"


class Withdrawal(Shape):
    """Why a contribution is withdrawn."""

    effective_on: Day
    reason: Paragraph
    evidence: Line300 = ""


class Reduction(Withdrawal):
    """To what a contribution is reduced, and why."""

    amount_cents: Annotated[
        int, Field(ge=1, le=MOST_CENTS, description="What it is from then on, in whole cents."), WHOLE
    ]


class Booked(Shape):
    """What was booked."""

    entry: int = Field(description="Number of the entry in the book.")
    contribution: Contribution


def key(row: ApiKey) -> Key:
    """A key as its program sees it."""
    return Key(
        name=row.name,
        prefix=row.prefix,
        owner=str(row.owner),
        role=row.owner.role,
        organisation=places.of_organisation(row.organisation) if row.organisation else None,
        scopes=list(row.scopes),
        expires_on=row.expires_on,
    )


def contact(row: LeadRow) -> Contact:
    """A lead as its partner may see it: nothing that the office reckons or notes."""
    return Contact(
        programme=row.scheme.code,
        topic=row.topic.code if row.topic else None,
        route=row.route,
        stage=row.stage,
        opened_on=row.opened_on,
        certainty=row.certainty,
    )


def application(row: ApplicationRow) -> Application:
    """An application as an answer."""
    return Application(**_application(row))


def application_in_full(row: ApplicationRow, letters: list[LetterRow]) -> ApplicationInFull:
    """An application with its letters as an answer."""
    return ApplicationInFull(**_application(row), letters=[_letter(one) for one in letters])


def _application(row: ApplicationRow) -> dict[str, Any]:
    """What both forms of an application say."""
    return {
        "id": row.reference,
        "programme": row.scheme.code,
        "role": row.role,
        "status": row.status,
        "given_to": text(applications.target_name(row)),
        "made_at": row.made_at,
        "reason": text(row.reason),
        "href": f"{places.ROOT}/desk/applications/{row.reference}",
    }


def _letter(row: LetterRow) -> Letter:
    """A letter with its lines."""
    return Letter(
        number=row.number,
        status=row.status,
        signed_on=row.signed_on,
        submitted_at=row.submitted_at,
        lines=[
            LetterLineTold(number=line.number, kind=text(line.kind), amount=money(line.amount_cents, line.currency))
            for line in row.lines.all()
        ],
    )


def instalment(line: Line) -> Instalment:
    """An instalment as an answer."""
    return Instalment(
        contribution=line.contribution.reference,
        programme=line.contribution.book.scheme.code,
        due_on=line.due.due_on,
        amount=sure(line.due.amount_cents, line.currency),
        received=sure(line.due.received_cents, line.currency),
        missing=sure(line.due.missing_cents, line.currency),
        state=line.due.state,
        days_late=line.days_late,
    )


def due(task: Task) -> Due:
    """A task as an answer."""
    return Due(
        kind=task.kind,
        what=HEADINGS[task.kind],
        title=task.title,
        why=task.why,
        programme=text(task.programme),
        due_on=task.due_on,
    )


def lead(row: LeadRow) -> Lead:
    """A lead as the office reads it."""
    return Lead(
        id=row.reference,
        programme=row.scheme.code,
        organisation=places.of_organisation(row.organisation),
        topic=row.topic.code if row.topic else None,
        route=row.route,
        stage=row.stage,
        stage_since_on=row.stage_since_on,
        kind=text(row.kind),
        amount=money(row.amount_cents, row.scheme.currency),
        probability_percent=row.probability_percent,
        interest=text(row.interest),
        owner=str(row.owner) if row.owner else None,
        next_step=text(row.next_step),
        next_step_on=row.next_step_on,
        opened_on=row.opened_on,
        note=text(row.note),
        certainty=row.certainty,
        href=f"{places.ROOT}/leads/{row.reference}",
    )
