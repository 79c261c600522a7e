"""Builders for tests of leads: an office with a book, people, and short ways to open and move a lead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tests.books import Office, fund

from cofund.actions import lead_steps, leads
from cofund.actions.actors import Actor
from cofund.actions.lead_steps import LeadMove
from cofund.actions.leads import LeadFacts, NewLead
from cofund.records.programme.models import Lead
from cofund.rules import roles

OFFICER = Actor("Olga Officer", roles.OFFICER)
NOON = dt.datetime(2015, 10, 1, 12, tzinfo=dt.UTC)


@dataclass
class Desk:
    """A desk of leads in one scheme, at noon of one day of 2015."""

    office: Office
    actor: Actor = OFFICER
    at: dt.datetime = field(default=NOON)

    @classmethod
    def opened(cls, **changes: str) -> Desk:
        """With the book of the tests' own fund and two organisations; `changes` are keys of the fund's tranche."""
        office = Office.with_scheme(fund(**changes), "fund")
        for name in ("Trust", "Other"):
            office.organisation(name)
        return cls(office)

    def lead(self, name: str = "Trust", route: str = "knocks", **facts: Any) -> Lead:
        """Open a lead of an organisation, made where it is not there."""
        wanted = NewLead(self.office.scheme, self.office.organisation(name), route, LeadFacts(**facts))
        return leads.open_lead(self.actor, wanted, at=self.at)

    def move(self, lead: Lead, action: str, **more: Any) -> Lead:
        """Do a step of a lead."""
        return lead_steps.move_lead(self.actor, lead.reference, LeadMove(action, **more), at=self.at)
