"""A programme with cash that is due: contributions in instalments, planned, invoiced, paid and late, and notices about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.books import FINANCE, MILLION, Office, shipped

from cofund.actions import instalments, notices
from cofund.actions.instalments import Planned
from cofund.actions.notices import Given
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution, Instalment, Notice
from cofund.records.programme.models import Project

DAYS = dt.timedelta
SIGNED_IN = tuple(role for role in User.Role.values if role != "operator")


@dataclass
class Cash:
    """The book of a scheme that lets a tranche pass money on, with short ways to what is due. Days count from today."""

    office: Office

    @classmethod
    def make(cls, code: str = "edctp3") -> Cash:
        """Open the book of a shipped scheme."""
        return cls(Office.with_scheme(shipped(code), code))

    def day(self, ago: int) -> dt.date:
        """A day so many days ago."""
        return clock.today() - DAYS(ago)

    def committed(self, amount_cents: int, giver: str, name: str = "one", *, kind: str = "FC") -> Contribution:
        """A contribution that was committed to a project 300 days ago; the project ended 100 days ago."""
        on, target = self.day(300), Target(topic=self.office.topic(name))
        made = self.office.pledge(amount_cents, giver, target=target, kind=kind, on=on).contribution
        self.office.endorse(made, on=on)
        self.office.reserve(target, on)
        self.office.commit(target, self.office.project(name, target.topic), on)
        Project.objects.filter(slug=name).update(ends_on=self.day(100))
        made.refresh_from_db()
        return Contribution.objects.select_related("book__scheme", "project").get(pk=made.pk)

    def planned(self, contribution: Contribution, amount_cents: int, due_in: int = 10) -> Instalment:
        """An instalment that is due in so many days, or was before today."""
        return instalments.plan(FINANCE, contribution, Planned(clock.today() + DAYS(due_in), amount_cents))

    def invoiced(self, contribution: Contribution, amount_cents: int, due_in: int = 10) -> Instalment:
        """An instalment with its invoice."""
        made = self.planned(contribution, amount_cents, due_in)
        return instalments.invoice(FINANCE, made, f"F-{made.pk}", self.day(90))

    def paid(self, instalment: Instalment, amount_cents: int, ago: int = 1) -> Any:
        """Money that came for an instalment."""
        grounds = self.office.grounds(self.day(ago), decided=False)
        return instalments.receive(FINANCE, instalment, amount_cents, grounds)

    def noticed(self, instalment: Instalment, given: int = 40, until: int = 5) -> Notice:
        """A notice that was given, and whose period ended, so many days ago."""
        return notices.give_default(FINANCE, instalment, Given("It did not come", self.day(given), self.day(until)))

    def person(self, role: str, **more: Any) -> User:
        """Somebody of a role, made once."""
        known = User.objects.filter(username=f"cash-{role}").first()
        return known or User.objects.create_user(f"cash-{role}", role=role, password=None, **more)


@dataclass
class Shown:
    """One of everything that the pages show: what is late with a notice, what was paid, what is planned, and the giver."""

    cash: Cash
    contribution: Contribution
    late: Instalment
    paid: Instalment
    planned: Instalment
    notice: Notice

    @classmethod
    def make(cls, code: str = "edctp3") -> Shown:
        """Make them."""
        cash = Cash.make(code)
        one = cash.committed(4 * MILLION, "Trust")
        paid, late = cash.invoiced(one, MILLION, -80), cash.invoiced(one, MILLION, -60)
        cash.paid(paid, MILLION, 85)
        return cls(cash, one, late, paid, cash.planned(one, MILLION), cash.noticed(late))
