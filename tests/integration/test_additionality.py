"""New money only: a letter says on what it rests, the check finds it, and what is endorsed keeps the reference with its entry."""

from __future__ import annotations

import pytest
from tests import applications as made
from tests.books import FINANCE, MILLION
from tests.giveback import Cash

from cofund.actions.applications import checking, submitting
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import applications
from cofund.queries.letters import digest_of
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.ledger.models import Application, Entry, Letter, LetterLine


def application(cash: Cash, cites: str) -> tuple[Application, Letter]:
    """An application that was handed in, with one line that rests on a contribution or on none."""
    on = cash.day(10)
    row = made.start(cash.office, "Charity", topic=cash.office.topic("T2"))
    line = made.line(MILLION, "FC", cites=cites, years={str(on.year): MILLION})
    letter = made.write(cash.office, row, line, from_on=on, until_on=on.replace(year=on.year + 2))
    submitting.submit(FINANCE, row)
    letter.refresh_from_db()
    return row, letter


@pytest.mark.django_db
def test_line_that_rests_on_what_stands_blocks_the_application() -> None:
    cash = Cash.make("ihi")
    first = cash.committed(MILLION, "Trust")
    row, letter = application(cash, first.reference)
    found = applications.findings(current("ihi")[0], row, letter, cash.day(0))
    assert [one.severity for one in found if one.code == "line-1-additional"] == ["block"]
    article = next(one.article for one in found if one.code == "line-1-additional")
    assert article.startswith("Regulation (EU) 2021/2085")


@pytest.mark.django_db
def test_line_of_new_money_passes_and_its_letter_keeps_its_digest() -> None:
    cash = Cash.make("ihi")
    row, letter = application(cash, "")
    checking.check(FINANCE, row)
    found = applications.findings(current("ihi")[0], row, letter, cash.day(0))
    assert [one.code for one in found if one.code.endswith("additional")] == []
    before = digest_of(letter)
    assert letter.facts_digest == before
    LetterLine.objects.filter(letter=letter).update(cites="ihi-99")
    assert digest_of(Letter.objects.get(pk=letter.pk)) != before


@pytest.mark.django_db
def test_entry_keeps_on_what_a_pledge_rests_where_the_tranche_does_not_ask() -> None:
    cash = Cash.make("edctp3")
    first = cash.committed(MILLION, "Trust")
    giver, grounds = cash.office.organisation("Charity"), cash.office.grounds(cash.day(1), decided=False)
    target = Target(topic=cash.office.topic("T2"))
    pledge(FINANCE, Pledge("edctp3", target, "partner", "FC", (giver,), MILLION, grounds, cites=first.reference))
    assert Entry.objects.order_by("-number")[0].explanation["cites"] == first.reference
