"""No action keeps a country that there is not: neither of somebody who knocks, nor of a line of a letter."""

from __future__ import annotations

import pytest
from tests.applications import line, start, write
from tests.books import MILLION, Office, shipped
from tests.worlds import world

from cofund.actions import interest
from cofund.actions.errors import Refused
from cofund.actions.interest import Knock
from cofund.records.ledger.models import LetterLine

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    """The book of IMI2."""
    return Office.with_scheme(shipped("imi2"), "imi2")


def test_knock_from_no_country_is_refused(office: Office) -> None:
    knock = Knock("Trust", "Ann", "ann@example.org", "We would like to give.", country="ZZ")
    with pytest.raises(Refused) as found:
        interest.express(office.topic(), knock, str)
    assert (found.value.wrong, found.value.fields["field"]) == ("“ZZ” is no country in two letters.", "country")


def test_line_with_its_cost_in_no_country_is_refused(office: Office) -> None:
    row = start(office)
    with pytest.raises(Refused) as found:
        write(office, row, line(MILLION), line(MILLION, country="ZZ"))
    assert found.value.fields["field"] == "line-1-country"
    write(office, row, line(MILLION, country="uk"))
    assert LetterLine.objects.get().country == "GB"
