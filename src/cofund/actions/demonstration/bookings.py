"""Turns the cases of the demonstration into steps, each an action at an instant, and performs them in order of the instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from cofund.actions import contributions, targets
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.demonstration.reading import Amendment, Case, Line
from cofund.actions.moves import Statements
from cofund.actions.pledges import Pledge, pledge
from cofund.actions.share_exceptions import ShareException
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Certainty, Decision, Project, Scheme, Topic

# Why a grant is taken over although its known contributions fall short of its public money.
_AS_PUBLISHED = "the figures are taken over as they were published, and do not say why they differ"
# Contributions of these roles are given on the statement that they hold no other Union money; only they are matched.
_STATED_ROLES = ("partner", "member")


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a case, at the instant on which it is said to have been recorded."""

    at: datetime
    perform: Callable[[datetime], object]


@dataclass
class CaseSteps:
    """The steps of one case, in their logical order; contributions are kept by their role once they are pledged."""

    actor: Actor
    scheme: Scheme
    case: Case
    topic: Topic | None
    project: Project | None
    organisations: Mapping[str, Organisation]
    assumptions: Mapping[str, str]
    booked: dict[str, Contribution] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        """Every step from the first pledge to the last vintage."""
        case = self.case
        for line in case.lines:
            on = line.pledged_on or _known(case.pledged_on)
            yield self._pledge(line, on, on, case.source, self._target)
        if case.public_money_cents is not None:
            yield self._award(case.public_money_cents, case.awarded_on or _known(case.adopted_on))
        if case.lines:
            yield from self._adoption(_known(case.adopted_on))
        if case.committed_on is not None:
            yield self._commit(case.committed_on, case.committed_on, self._target, "grant")
        for amendment in case.amendments:
            yield from self._amendment(amendment)

    @property
    def _target(self) -> Target:
        """What is pledged to: the topic; the project where no topic is known or nothing is pledged to the topic."""
        if self.topic is not None and (self.case.lines or self.project is None):
            return Target(topic=self.topic)
        return Target(project=self.project)

    def _pledge(self, line: Line, on: date, recorded_on: date, source: str, target: Target) -> Step:
        """Pledge one line."""
        key = "pledge" if line.role in _STATED_ROLES else "other"
        reason = f"Contribution to {self.case.name} as published"
        grounds = Grounds(on, reason, source, None, Certainty.VERIFIED, line.assumption or self.assumptions[key])
        stated = Statements(True if line.role in _STATED_ROLES else None, line.public_origin_cents)
        givers = tuple(self.organisations[slug] for slug in line.organisations)
        wanted = Pledge(self.scheme.code, target, line.role, line.kind, givers, line.amount_cents, grounds, stated)

        def perform(at: datetime) -> None:
            self.booked[line.role] = pledge(self.actor, wanted, at=at).contribution

        return Step(_instant(recorded_on), perform)

    def _award(self, amount_cents: int, on: date) -> Step:
        """Fix the public money."""
        reason = f"Public money of {self.case.name} as published"
        grounds = Grounds(on, reason, self.case.source, None, Certainty.VERIFIED, self.assumptions["award"])
        return Step(
            _instant(on),
            lambda at: targets.award(self.actor, self.scheme.code, self._target, amount_cents, grounds, at=at),
        )

    def _adoption(self, on: date) -> Iterator[Step]:
        """Endorse every line and reserve their match, by one decision."""
        grounds = self._decided(
            on, "adoption", "endorse", f"Partners of {self.case.name} and their contributions endorsed"
        )
        for line in self.case.lines:
            yield self._endorse(line.role, grounds, on)
        reserved = self._decided(on, "adoption", "reserve", f"Match for {self.case.name} reserved at its adoption")
        yield Step(
            _instant(on), lambda at: targets.reserve(self.actor, self.scheme.code, self._target, reserved, at=at)
        )

    def _endorse(self, role: str, grounds: Grounds, recorded_on: date) -> Step:
        """Endorse one line in full."""
        return Step(
            _instant(recorded_on), lambda at: contributions.endorse(self.actor, self.booked[role], grounds, at=at)
        )

    def _commit(self, on: date, recorded_on: date, target: Target, what: str) -> Step:
        """Commit everything that is endorsed to the project."""
        assert self.project is not None, f"{self.case.name} is committed without a project"
        project, grounds = self.project, self._decided(on, what, "commit", f"Grant agreement of {self.case.name}")
        assert grounds.decision is not None
        allowed = ShareException(_AS_PUBLISHED, grounds.decision.number, grounds.decision.decided_on)
        return Step(
            _instant(recorded_on),
            lambda at: targets.commit(
                self.actor, self.scheme.code, target, project, grounds, share_exception=allowed, at=at
            ),
        )

    def _amendment(self, amendment: Amendment) -> Iterator[Step]:
        """Bring the lines to the amounts of a later vintage; a line that is new is pledged, endorsed and committed."""
        what, source = f"amendment-{amendment.number}", amendment.source or self.case.source
        project, has_new = Target(project=self.project), False
        for line in amendment.lines:
            if line.organisations:
                grounds = self._decided(amendment.on, what, "endorse", amendment.reason, source)
                yield self._pledge(line, amendment.on, amendment.recorded_on, source, project)
                yield self._endorse(line.role, grounds, amendment.recorded_on)
                has_new = True
            else:
                yield self._amend(line, self._decided(amendment.on, what, "amend", amendment.reason, source), amendment)
        if has_new:
            yield self._commit(amendment.on, amendment.recorded_on, project, what)

    def _amend(self, line: Line, grounds: Grounds, amendment: Amendment) -> Step:
        """Give one line its new amount."""
        return Step(
            _instant(amendment.recorded_on),
            lambda at: contributions.amend(self.actor, self.booked[line.role], line.amount_cents, grounds, at=at),
        )

    def _decided(self, on: date, what: str, step: str, reason: str, source: str = "") -> Grounds:
        """Grounds with the decision behind a step; its number and its day are assumed, and marked so."""
        decision, _ = Decision.objects.get_or_create(
            scheme=self.scheme,
            number=f"assumed-{(self.case.slug or self.case.topic)}-{what}",
            defaults={
                "decided_on": on,
                "title": f"{self.case.name}: {what.replace('-', ' ')} (number and day assumed)",
                "certainty": Certainty.ASSUMED,
                "source_url": source or self.case.source,
            },
        )
        certainty = Certainty.VERIFIED if step == "amend" else Certainty.ASSUMED
        return Grounds(on, reason, source or self.case.source, decision, certainty, self.assumptions[step])


def perform(steps: list[Step], *, not_before: datetime, not_after: datetime) -> int:
    """Perform the steps in order of their instants, steps of the same instant in the order given; tell how many.

    A book's instants never go back, and nothing is recorded in the future: instants outside the two bounds move to them.
    """
    for step in sorted(steps, key=lambda step: step.at):
        step.perform(min(max(step.at, not_before), not_after))
    return len(steps)


def _instant(day: date) -> datetime:
    """Ten o'clock on a day, the instant at which the demonstration records."""
    return datetime.combine(day, time(10), UTC)


def _known(day: date | None) -> date:
    """A day that the facts must state. Raises: ValueError where they do not."""
    if day is None:
        raise ValueError("A case with contributions states when they were pledged and adopted.")
    return day
