"""Who may read which field by the rules of a programme, and which exceptions the law lets the office make."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import fund, shipped

from cofund.rules import publication
from cofund.rules.publication import OFFICE, PARTNERS, PUBLIC, Default
from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_problems import SchemeError
from cofund.rules.schemes import Scheme

IHI = parse(shipped("ihi"), file="ihi.toml")
DAY, LATER = date(2026, 1, 1), date(2027, 3, 1)
STATED = '[[publication.fields]]\nfield = "contribution.place"\naudience = "partners"\nsource = "Deed, article 9"\n'


def stating(more: str) -> Scheme:
    return parse(fund() + more, file="fund.toml")


def default(scheme: Scheme, code: str, *, in_kind: bool = False) -> Default:
    return publication.default_of(scheme, publication.BY_CODE[code], in_kind=in_kind)


def test_in_kind_of_a_participant_is_published_by_law():
    found = default(IHI, "contribution.amount", in_kind=True)
    assert (found.audience, found.source, found.is_law) == (PUBLIC, "Regulation (EU) 2021/2085, Article 116(e)", True)


def test_cash_of_a_participant_is_published_by_no_law():
    assert default(IHI, "contribution.amount").is_law is False


def test_field_that_the_scheme_states_goes_before_the_default():
    found = default(stating(STATED), "contribution.place")
    assert (found.audience, found.source) == (PARTNERS, "Deed, article 9")


def test_scheme_without_the_part_keeps_the_defaults():
    assert default(stating(""), "contribution.place").audience == PUBLIC


@pytest.mark.parametrize("field", ["contribution.colour", "organisation.name"])
def test_field_that_nobody_asks_about_is_a_problem(field: str):
    with pytest.raises(SchemeError) as raised:
        stating(STATED.replace("contribution.place", field))
    assert [one.key for one in raised.value.problems] == ["publication.fields[0].field"]


@pytest.mark.parametrize(
    ("reader", "audience", "may"),
    [
        (PUBLIC, PUBLIC, True),
        (PUBLIC, PARTNERS, False),
        (PARTNERS, PARTNERS, True),
        (PARTNERS, OFFICE, False),
        (OFFICE, OFFICE, True),
        (OFFICE, PUBLIC, True),
    ],
)
def test_reader_reads_what_is_for_a_wider_circle(reader: str, audience: str, may: bool):
    assert publication.reads(reader, audience) is may


def wrong(code: str, audience: str, reason: str = "A trial runs", until: date | None = None) -> list[str]:
    return sorted(publication.faults(default(IHI, code, in_kind=True), audience, reason, DAY, until))


def test_what_the_law_has_published_is_held_back_only_until_a_day():
    assert (wrong("contribution.amount", OFFICE), wrong("contribution.amount", OFFICE, until=LATER)) == (
        ["until_on"],
        [],
    )


def test_what_no_law_has_published_can_be_held_back_until_it_is_lifted():
    assert wrong("contribution.source", OFFICE) == []


def test_exception_needs_a_reason_and_days_in_their_order():
    assert wrong("contribution.source", OFFICE, reason=" ", until=DAY) == ["reason", "until_on"]


def test_field_of_another_rule_takes_no_exception():
    assert wrong("idea.text", OFFICE) == ["field"]


def test_every_field_has_a_code_of_its_own():
    assert len(publication.BY_CODE) == len(publication.FIELDS)
