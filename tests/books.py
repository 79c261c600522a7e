"""Builders for tests of the books: a scheme, who acts, topics, organisations, decisions, and short ways to book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import cofund.schemes
from cofund.actions import contributions, targets, tranches
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.errors import Refused
from cofund.actions.moves import Booked, Statements
from cofund.actions.opening import open_scheme
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import envelope, flows
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, Organisation
from cofund.records.ledger.models import Account, Contribution, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import Decision, Project, Scheme, SchemeVersion, Topic
from cofund.rules import roles
from cofund.rules.envelope import Standing

FINANCE = Actor("Finance officer", roles.FINANCE_OFFICER)
OPERATOR = Actor("Operator", roles.OPERATOR)
DAY = dt.date(2015, 10, 1)
FAR = dt.date(2100, 1, 1)
# The ceilings are recorded before everything that a test records.
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
MILLION = 100_000_000
STATED = Statements(no_other_union_funding=True)

# One tranche for partners, to which a test adds what may bound a match, one for members, and a role that nothing matches.
FUND = """\
code = "fund"
version = "1"
name = "Fund of the tests"
currency = "EUR"
starts_on = 2015-01-01

[[tranches]]
code = "main"
label = "Matched by partners"
cap = 1_000
matched_role = "partner"
ratio = "1"
basis = "committed"
allocation = "pro_rata"
#more

[[tranches]]
code = "members"
label = "Matched by members"
cap = 1_000
matched_role = "member"
ratio = "1"
basis = "committed"
allocation = "pro_rata"

[[roles]]
code = "member"
label = "Member"
label_plural = "Members"
side = "member"

[[roles]]
code = "partner"
label = "Partner"
label_plural = "Partners"
side = "partner"

[[roles]]
code = "other"
label = "Other"
label_plural = "Others"
side = "other"

[[kinds]]
code = "FC"
label = "Money"
given_by = ["partner", "member", "other"]
in_kind = false

[[kinds]]
code = "OWN"
label = "Own work"
given_by = ["other"]
in_kind = true

[[kinds]]
code = "WORK"
label = "Work in kind"
given_by = ["partner", "member", "other"]
in_kind = true
"""


def fund(**changes: str) -> str:
    """Give the test's own scheme with keys of its tranche added or replaced, e.g. `fund(ratio='"2/3"', cap="500")`.

    Every figure gets a source, as schemes must have.
    """
    lines = FUND.splitlines()
    for key, stated in changes.items():
        places = [i for i, line in enumerate(lines) if line.startswith(f"{key} =")]
        if not places:
            lines.insert(lines.index("#more"), f"{key} = {stated}")
        # Tranches that share public money share it by one rule; every other key is that of the first tranche.
        for at in places if key == "allocation" else places[:1]:
            lines[at] = f"{key} = {stated}"
    figures = ["starts_on", *(f"tranches.{code}.{key}" for code in ("main", "members") for key in ("cap", "ratio"))]
    figures += [f"tranches.main.{key}" for key in changes if key.startswith(("cap_", "minimum", "rounding"))]
    sources = [f'[[sources]]\nkey = "{key}"\nsource = "These tests"\ncertainty = "assumed"' for key in figures]
    return "\n".join([*lines, *sources]) + "\n"


def shipped(code: str) -> str:
    """Give the text of a scheme that the package ships."""
    return (Path(cofund.schemes.__file__).parent / f"{code}.toml").read_text()


@dataclass
class Office:
    """The book of one scheme, with short ways to book in it. Amounts in cents, days default to one day of 2015."""

    scheme: str
    actor: Actor = FINANCE
    # The instant that is recorded; the clock's where it is None.
    at: dt.datetime | None = None

    @classmethod
    def with_scheme(cls, text: str, code: str) -> Office:
        """Open the book of a scheme from its text."""
        open_scheme(OPERATOR, text, file=f"{code}.toml", at=EPOCH)
        return cls(code)

    @property
    def row(self) -> Scheme:
        """The scheme's row."""
        return Scheme.objects.get(code=self.scheme)

    def topic(self, code: str = "T1") -> Topic:
        """A topic, made where it is not there."""
        return Topic.objects.get_or_create(scheme=self.row, code=code, defaults={"title": code})[0]

    def project(self, slug: str = "p1", topic: Topic | None = None) -> Project:
        """A project, made where it is not there."""
        made, _ = Project.objects.get_or_create(
            scheme=self.row, slug=slug, defaults={"acronym": slug.upper(), "topic": topic}
        )
        return made

    def organisation(self, name: str) -> Organisation:
        """An organisation, made where it is not there."""
        slug = name.lower().replace(" ", "-")
        return Organisation.objects.get_or_create(slug=slug, defaults={"name": name})[0]

    def decision(self, on: dt.date = DAY) -> Decision:
        """A new decision of the board."""
        number = f"D{Decision.objects.filter(scheme=self.row).count() + 1}"
        return Decision.objects.create(scheme=self.row, number=number, decided_on=on, title="Decision of the tests")

    def grounds(self, on: dt.date = DAY, *, decided: bool = True) -> Grounds:
        """Why something is booked: a day, a reason, and a decision unless it is to be without."""
        return Grounds(on, "Reason of the test", decision=self.decision(on) if decided else None)

    def pledge(
        self,
        amount_cents: int,
        *givers: str,
        target: Target | None = None,
        role: str = "partner",
        kind: str = "FC",
        on: dt.date = DAY,
        stated: Statements = STATED,
        accepts_unmatched: bool = False,
    ) -> Booked:
        """Pledge for the first topic unless another target is named."""
        return pledge(
            self.actor,
            Pledge(
                self.scheme,
                target or Target(topic=self.topic()),
                role,
                kind,
                tuple(self.organisation(name) for name in givers or ("Partner",)),
                amount_cents,
                self.grounds(on, decided=False),
                stated,
                accepts_unmatched,
            ),
            at=self.at,
        )

    def endorse(self, contribution: Contribution, amount_cents: int | None = None, on: dt.date = DAY) -> Booked:
        """Endorse a pledge."""
        return contributions.endorse(self.actor, contribution, self.grounds(on), amount_cents=amount_cents, at=self.at)

    def reserve(self, target: Target | None = None, on: dt.date = DAY, *, amends_work_plan: bool = False) -> Entry:
        """Adopt a topic; one that is worked on here by the board's own decision."""
        # It builds on this module.
        from tests.applications import adoption

        target = target or Target(topic=self.topic())
        decision = adoption(self, target, on, amends=amends_work_plan)
        grounds = self.grounds(on, decided=decision is None)
        if decision is not None:
            grounds = replace(grounds, decision=decision)
        return targets.reserve(self.actor, self.scheme, target, grounds, amends_work_plan=amends_work_plan, at=self.at)[
            0
        ]

    def commit(self, target: Target | None = None, project: Project | None = None, on: dt.date = DAY) -> Entry:
        """Sign the grant of a topic."""
        target = target or Target(topic=self.topic())
        return targets.commit(
            self.actor, self.scheme, target, project or self.project(topic=target.topic), self.grounds(on), at=self.at
        )

    def award(self, amount_cents: int, target: Target | None = None, on: dt.date = DAY) -> Entry:
        """Fix the public money of a topic."""
        target = target or Target(topic=self.topic())
        return targets.award(self.actor, self.scheme, target, amount_cents, self.grounds(on), at=self.at)

    def committed(self, amount_cents: int, *givers: str) -> Contribution:
        """A contribution that was pledged, endorsed, reserved and committed."""
        made = self.pledge(amount_cents, *givers).contribution
        self.endorse(made)
        self.reserve()
        self.commit()
        made.refresh_from_db()
        return made

    def cut(self, amount_cents: int, tranche: str = "main", on: dt.date = DAY) -> Entry:
        """Cut a tranche."""
        return tranches.cut(self.actor, self.scheme, tranche, amount_cents, self.grounds(on), at=self.at)

    def top_up(self, amount_cents: int, tranche: str = "main", on: dt.date = DAY) -> Entry:
        """Top up a tranche."""
        return tranches.top_up(self.actor, self.scheme, tranche, amount_cents, self.grounds(on), at=self.at)

    def standing(self, tranche: str = "main", on: dt.date = FAR, known_at: dt.datetime | None = None) -> Standing:
        """Where a tranche stands."""
        rows = envelope.statement(self.scheme, as_of=on, known_at=known_at)
        return next(row.standing for row in rows if row.tranche == tranche)

    def balances(self, contribution: Contribution, on: dt.date | None = None) -> dict[str, int]:
        """What a contribution holds by account, without what holds nothing and without outside and open."""
        position = flows.positions_of_contributions([contribution.pk])[contribution.pk]
        held = {code: position.balance(code, on) for code in position.codes()}
        return {
            code: cents for code, cents in sorted(held.items()) if cents and not code.endswith(("outside", ":open"))
        }


def row_counts() -> dict[str, int]:
    """How many rows every table of the books has, to show that a refusal wrote nothing."""
    models: tuple[Any, ...] = (
        *(Account, AuditEvent, Contribution, ContributionVersion, Entry, Organisation),
        *(Project, SchemeVersion, Topic, Transfer),
    )
    counts = ", ".join(f"(SELECT COUNT(*) FROM {model._meta.db_table})" for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip((model.__name__ for model in models), cursor.fetchone(), strict=True))


def booked_rows() -> dict[str, int]:
    """How many rows each table has, but for topics, projects and organisations, which the test makes before an action."""
    return {name: count for name, count in row_counts().items() if name not in ("Topic", "Project", "Organisation")}


def refused(act: Callable[[], object], kind: type[Refused] = Refused) -> Refused:
    """Do what must be refused; nothing may have been written."""
    before = row_counts()
    with pytest.raises(kind) as caught:
        act()
    assert row_counts() == before
    return caught.value
