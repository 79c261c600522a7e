"""Received ≤ invoiced ≤ committed (INV-19) holds whichever way money is booked, and whichever way a contribution is lowered."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.books import FINANCE, MILLION, refused
from tests.giveback import Cash
from tests.worlds import world

from cofund.actions import contributions, delivering, instalments, notices
from cofund.exporters.audit_file import papers
from cofund.exporters.audit_file.scope import Scope
from cofund.queries import instalments as listed
from cofund.queries.verification import verify
from cofund.records.ledger.models import Contribution

pytestmark = pytest.mark.django_db


@world
def cash() -> Cash:
    """The book of a scheme with financial contributions."""
    return Cash.make()


@pytest.fixture
def one(cash: Cash) -> Contribution:
    """EUR 4 m in money, of which 3 m are invoiced and 1 m of these came."""
    made = cash.committed(4 * MILLION, "Foundation F")
    cash.paid(cash.invoiced(made, 3 * MILLION, -50), MILLION)
    return made


def test_money_with_instalments_is_neither_delivered_nor_reported_beside_them(cash: Cash, one: Contribution) -> None:
    grounds = cash.office.grounds(cash.day(1))
    for act in (contributions.deliver, delivering.report):
        error = refused(lambda act=act: act(FINANCE, one, MILLION, grounds))  # type: ignore[misc]
        assert error.wrong == "Its money comes in instalments, and no more is received than was invoiced."


def test_contribution_is_not_lowered_below_what_is_invoiced_or_received(cash: Cash, one: Contribution) -> None:
    grounds = cash.office.grounds(cash.day(1))
    refusals = [
        refused(lambda: contributions.reduce(FINANCE, one, 3 * MILLION - 1, grounds)),
        refused(lambda: contributions.withdraw(FINANCE, one, grounds)),
    ]
    assert [error.wrong for error in refusals] == [
        f"EUR 3,000,000 of it are invoiced, EUR 1,000,000 of them received; EUR {left} would be committed."
        for left in ("2,999,999.99", "1,000,000")
    ]
    contributions.reduce(FINANCE, one, 3 * MILLION, grounds)
    sums = listed.sums_of(one)
    assert (sums.committed_cents, sums.invoiced_cents, sums.received_cents) == (3 * MILLION, 3 * MILLION, MILLION)


def test_termination_on_notice_ends_the_invoice_with_the_money(cash: Cash, one: Contribution) -> None:
    notice = cash.noticed(one.instalments.get())
    notices.terminate(FINANCE, notice, cash.office.grounds(cash.day(1)))
    sums = listed.sums_of(one)
    assert (sums.committed_cents, sums.invoiced_cents, sums.received_cents) == (2 * MILLION, MILLION, MILLION)
    contributions.withdraw(FINANCE, one, cash.office.grounds(cash.day(1)))
    assert listed.sums_of(one).committed_cents == MILLION
    assert verify("edctp3").findings == ()


def test_what_is_given_in_kind_has_no_invoices_to_hold_it(cash: Cash) -> None:
    made = cash.committed(MILLION, "Foundation F", kind="IKOP")
    contributions.withdraw(FINANCE, made, cash.office.grounds(cash.day(1)))
    assert listed.sums_of(made).committed_cents == 0


def test_invoice_stands_in_the_file_as_it_was_at_the_instant(cash: Cash) -> None:
    one = cash.planned(cash.committed(4 * MILLION, "Trust"), MILLION)
    project = one.contribution.project
    assert project is not None
    later = [one.recorded_at + dt.timedelta(hours=hours) for hours in range(1, 8)]
    instalments.invoice(FINANCE, one, "F-1", cash.day(0), at=later[0])
    instalments.take_back(FINANCE, one, "The number was wrong", at=later[2])
    instalments.invoice(FINANCE, one, "F-2", cash.day(0), at=later[4])
    told = [
        [row["invoice_number"] for row in papers.instalments(Scope(project, at))] for at in (one.recorded_at, *later)
    ]
    assert told == [[""], ["F-1"], ["F-1"], [""], [""], ["F-2"], ["F-2"], ["F-2"]]
