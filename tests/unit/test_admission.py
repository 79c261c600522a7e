"""Completeness and eligibility of a letter of endorsement, by the shipped schemes, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from cofund.rules.additionality import Cited
from cofund.rules.admission import Candidate, Finding, LetterFacts, LetterLine, blocks, checked, completeness, eligible
from cofund.rules.eligibility import Clash
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import ORGANISATION_KINDS, Scheme
from cofund.schemes import shipped

ON = dt.date(2026, 3, 1)
LINE = LetterLine(1, "FC", "EUR", 100_00, years={"2026": 60_00, "2027": 40_00}, valuation="none")
LETTER = LetterFacts(
    *("Pertussis", "Pays for studies", dt.date(2026, 1, 1), dt.date(2028, 12, 31), True, True, "", 0),
    *("None", True, "Ada", "ada@example.org", "Bo", "Director", "Statutes", ON, True, (LINE,)),
)
CANDIDATE = Candidate("Gates Foundation", "partner", ON, "topic/T1")


def scheme(code: str = "ihi") -> Scheme:
    return parse(shipped()[f"{code}.toml"], file=code)


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in found]


def with_line(**changes: object) -> LetterFacts:
    return replace(LETTER, lines=(replace(LINE, **changes),))


def test_line_that_rests_on_what_stands_is_blocked_where_the_tranche_takes_new_money_only() -> None:
    stands, gone = Cited("ihi-7", 100_00), Cited("ihi-7", 0)
    letter = with_line(cites="ihi-7")
    found = {
        name: [(one.code, one.words) for one in eligible(scheme(code), letter, replace(CANDIDATE, cited=cited))]
        for name, code, cited in (
            ("stands", "ihi", {"ihi-7": stands}),
            ("withdrawn", "ihi", {"ihi-7": gone}),
            ("absent", "ihi", {}),
            ("not asked", "edctp3", {"ihi-7": stands}),
        )
    }
    code = "line-1-additional"
    assert found == {
        "stands": [
            (code, "Line 1: “Matched by Contributing Partners” takes new money only, and ihi-7 stands already.")
        ],
        "withdrawn": [],
        "absent": [(code, "Line 1: There is no contribution ihi-7 that it could rest on.")],
        "not asked": [],
    }


def test_complete_letter_has_no_finding() -> None:
    assert checked(scheme(), LETTER, CANDIDATE) == []


def test_letter_is_complete_before_anybody_knows_who_receives_the_money() -> None:
    direct = replace(LINE, kind="FC_DIRECT", recipient="")
    letter = replace(LETTER, lines=(direct,))
    assert "FC_DIRECT" in [kind.code for kind in scheme("imi2").kinds]
    assert [one.code for one in completeness(scheme("imi2"), letter, CANDIDATE) if "line" in one.code] == []


def test_empty_letter_misses_every_minimum_field_with_its_article() -> None:
    found = {one.code: one.article for one in completeness(scheme(), LetterFacts(), replace(CANDIDATE, target=""))}
    nine, eleven, two = (f"Regulation (EU) 2021/2085, Article {number}" for number in ("9", "11(5)", "2(7)"))
    assert found == {
        "missing:target": nine,
        "missing:subject_matter": nine,
        "missing:activities": nine,
        "missing:from_on": nine,
        "missing:until_on": nine,
        "missing:lines": eleven,
        "missing:is_no_member": two,
        "missing:no_other_union_funding": eleven,
        "missing:public_origin_percent": "",
        "missing:conflict_statement": "",
        "missing:consents_to_publication": "",
        "missing:contact": "",
        "missing:signatory": nine,
        "missing:signatory_authority": "",
        "missing:signed_on": "",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": ""}, "missing:line-1-kind"),
        ({"amount_cents": None}, "missing:line-1-amount"),
        ({"years": {}}, "missing:line-1-years"),
        ({"valuation": "unknown"}, "missing:line-1-valuation"),
        ({"currency": "USD"}, "missing:line-1-rate"),
        ({"kind": "IKOP"}, "missing:line-1-place"),
    ],
)
def test_line_says_what_it_leaves_open(changes: dict[str, object], code: str) -> None:
    assert codes(completeness(scheme(), with_line(**changes), CANDIDATE)) == [(code, "block")]


def test_other_currency_is_complete_with_its_rate() -> None:
    stated = {"scheme_amount_cents": 90_00, "rate": "1.1", "rate_on": ON, "rate_source": "ECB"}
    assert completeness(scheme(), with_line(currency="USD", **stated), CANDIDATE) == []


def test_additional_activities_of_a_partner_block_and_cite_the_law() -> None:
    found = eligible(scheme(), with_line(kind="IKAA", place="third", years={}), CANDIDATE)
    assert codes(found) == [("line-1-kind", "block"), ("line-1-place", "block")]
    assert (found[0].article, found[1].article) == (
        "Regulation (EU) 2021/2085, Articles 2(10) and 11(5)",
        "Regulation (EU) 2021/2085, Article 120",
    )
    assert found[0].remedy == "Contribute as In-kind contribution to operational activities, Financial contribution."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"years": {"2026": 100_01}}, ("line-1-years", "block")),
        ({"years": {"2026": 60_00, "2029": 40_00}}, ("line-1-outside", "warn")),
    ],
)
def test_years_add_up_and_lie_in_the_partnership(changes: dict[str, object], expected: tuple[str, str]) -> None:
    letter = with_line(**changes)
    assert expected in codes([*completeness(scheme(), letter, CANDIDATE), *eligible(scheme(), letter, CANDIDATE)])
    # What contradicts itself is told before the letter is handed in.
    is_told_first = expected in codes(completeness(scheme(), letter, CANDIDATE))
    assert is_told_first is (expected[1] == "block")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_no_member": False}, ("states-membership", "block")),
        ({"no_other_union_funding": False}, ("union-funding", "warn")),
        ({"public_origin_percent": 30}, ("public-origin", "info")),
        ({"has_file": False}, ("no-file", "warn")),
        ({"from_on": dt.date(2020, 1, 1)}, ("starts-early", "block")),
        ({"until_on": dt.date(2032, 1, 1)}, ("ends-late", "warn")),
    ],
)
def test_statements_and_days_are_checked(changes: dict[str, object], expected: tuple[str, str]) -> None:
    assert codes(eligible(scheme(), replace(LETTER, **changes), CANDIDATE)) == [expected]


def test_ended_scheme_blocks() -> None:
    found = eligible(scheme("imi2"), replace(LETTER, lines=()), CANDIDATE)
    assert [one.words for one in blocks(found)] == ["Innovative Medicines Initiative 2 ended on 2024-12-31."]


def test_roles_duplicates_and_adoption_are_told_what_blocks_first() -> None:
    candidate = replace(
        CANDIDATE,
        adopted_on=dt.date(2026, 2, 1),
        clashes=(Clash("member", "It is a member.", True, "Article 2(7)", "Leave."),),
        others=(("ihi-A2", "partner"),),
        given=("ihi-7",),
    )
    found = eligible(scheme(), LETTER, candidate)
    assert codes(found) == [
        ("role", "block"),
        ("second-application", "warn"),
        ("gives-already", "warn"),
        ("adopted", "info"),
    ]
    assert (found[0].article, found[0].remedy) == ("Article 2(7)", "Leave.")


def test_kinds_of_organisation_are_those_of_the_directory() -> None:
    from cofund.records.directory.models import Organisation

    assert tuple(Organisation.Kind.values) == ORGANISATION_KINDS


def test_other_union_funding_cites_the_clause_of_the_statutes_in_imi2() -> None:
    imi2 = scheme("imi2")
    clause = "Statutes annexed to Regulation (EU) No 557/2014, clause 13(3)(c)"
    letter = replace(LETTER, no_other_union_funding=False, other_union_funding="")
    found = [*eligible(imi2, letter, CANDIDATE), *completeness(imi2, letter, CANDIDATE)]
    articles = {one.code: one.article for one in found if "union" in one.code}
    assert articles == {"union-funding": clause, "missing:other_union_funding": clause}


def test_statements_about_the_money_cite_the_article_that_the_scheme_has() -> None:
    letter = replace(LETTER, no_other_union_funding=False, public_origin_percent=30)
    found = {one.code: one.article for one in eligible(scheme(), letter, CANDIDATE)}
    article = "Regulation (EU) 2021/2085, Article 11(5)"
    assert found == {"union-funding": article, "public-origin": article}
