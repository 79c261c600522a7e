"""The shipped schemes say what the law and the sources say, and every figure of them has a source."""

import tomllib
from datetime import date
from fractions import Fraction

import pytest
from tests.scheme_examples import SIXTH

from cofund.rules.scheme_keys import SCHEME
from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_tables import Reading
from cofund.rules.schemes import BalanceTolerance, Quorum, Reallocation, Scheme, Term, UnknownCodeError
from cofund.rules.voting import Ballot, VotingSeat, evaluate
from cofund.schemes import shipped

MILLION = 100 * 1_000_000


def scheme(code: str) -> Scheme:
    return parse(shipped()[f"{code}.toml"], file=f"{code}.toml")


def caps(found: Scheme) -> list[tuple[str, int, str, Fraction]]:
    return [(rule.code, rule.cap_cents, rule.matched_role, rule.ratio) for rule in found.tranches]


def share_tests_of(found: Scheme) -> dict[str, tuple[str, str, Fraction | None, Fraction | None, str]]:
    return {
        test.id: (
            " ".join(map(str, test.numerator)),
            " ".join(map(str, test.denominator)),
            test.minimum,
            test.maximum,
            test.level,
        )
        for test in found.share_tests
    }


def test_shipped_schemes_are_the_five():
    assert list(shipped()) == ["cbe.toml", "edctp3.toml", "foundation.toml", "ihi.toml", "imi2.toml"]


@pytest.mark.parametrize("file", shipped())
def test_shipped_scheme_has_the_code_of_its_file(file: str):
    assert parse(shipped()[file], file=file).code == file.removesuffix(".toml")


def test_imi2_money():
    imi2 = scheme("imi2")
    assert caps(imi2) == [("A", 1425 * MILLION, "member", Fraction(1)), ("B", 213 * MILLION, "partner", Fraction(1))]
    assert sum(rule.cap_cents for rule in imi2.tranches) == imi2.commitments[0].amount_cents == 1638 * MILLION
    envelope = imi2.tranche("B")
    assert (envelope.basis, envelope.allocation, envelope.rounding_cents) == ("endorsed", "frozen_at_adoption", 100)
    assert envelope.concentration_warning == Fraction(1, 4)
    assert imi2.balance_tolerance == BalanceTolerance(Fraction(1, 100), 50_000 * 100)
    assert imi2.requires_no_other_union_funding is True


def test_imi2_days_words_and_tests():
    imi2 = scheme("imi2")
    assert (imi2.starts_on, imi2.calls_until, imi2.ends_on) == (
        date(2014, 6, 27),
        date(2020, 12, 31),
        date(2024, 12, 31),
    )
    assert [(role.code, role.label, role.matched) for role in imi2.roles] == [
        ("partner", "Associated Partner", True),
        ("member", "EFPIA company", True),
        ("other", "Other contributor", False),
    ]
    assert [(kind.code, kind.in_kind, kind.through_office, kind.certificate) for kind in imi2.kinds] == [
        ("IK", True, False, True),
        ("FC_JU", False, True, False),
        ("FC_DIRECT", False, False, False),
        ("NOT_SPLIT", False, False, False),
    ]
    assert share_tests_of(imi2) == {
        "third_country": ("IK@third", "IK", None, Fraction(3, 10), "programme"),
        "project_balance": ("IK FC_JU FC_DIRECT NOT_SPLIT", "public_money", Fraction(99, 100), None, "project"),
    }


def test_ihi_money_and_days():
    ihi = scheme("ihi")
    assert caps(ihi) == [("a", 1000 * MILLION, "member", Fraction(1)), ("b", 200 * MILLION, "partner", Fraction(1))]
    assert [rule.additional for rule in ihi.tranches] == [False, True]
    assert {item.code: (item.bound, item.amount_cents) for item in ihi.commitments} == {
        "union": ("at_most", 1200 * MILLION),
        "union_administrative": ("at_most", 30_212_000 * 100),
        "members": ("at_least", 1000 * MILLION),
        "members_administrative": ("at_most", 30_212_000 * 100),
    }
    days = (ihi.starts_on, ihi.calls_until, ihi.calls_until_justified, ihi.ends_on)
    assert days == (date(2021, 11, 30), date(2027, 12, 31), date(2028, 12, 31), date(2031, 12, 31))


def test_ihi_shares_and_decisions():
    ihi = scheme("ihi")
    assert share_tests_of(ihi) == {
        "action_floor": ("IKOP FC IKAA", "eligible_costs IKAA", Fraction(9, 20), None, "project"),
        "ikaa_ceiling": ("IKAA@member", "IKOP@member IKAA@member", None, Fraction(2, 5), "programme"),
        "third_country": ("IKOP@third", "IKOP@member IKOP@partner", None, Fraction(1, 5), "programme"),
    }
    rule = ihi.decision_rule
    assert rule is not None
    assert (dict(rule.blocs), rule.indivisible, rule.majority) == (
        {"union": 50, "members": 50},
        ("union",),
        Fraction(3, 4),
    )
    assert rule.quorum == Quorum(("union",), Fraction(1, 2), "members")
    ikaa = ihi.kind("IKAA")
    assert (ikaa.given_by, ikaa.plan, ikaa.report) == (("member",), "end November N-1", "31 May N+1")
    assert (ikaa.place, ikaa.window) == (("eu", "associated"), "submission..project_end + 2 years")
    exclusion = ihi.role_exclusions[0]
    assert (exclusion.excludes, exclusion.scope, exclusion.severity) == (
        ("member", "constituent", "affiliated"),
        "scheme",
        "block",
    )


def test_board_without_blocs_is_one_whose_seats_have_equal_votes():
    majority = '[[sources]]\nkey = "decision_rule.majority"\nsource = "Deed, article 9"\ncertainty = "verified"\n'
    rule = parse(
        SIXTH + majority + '[decision_rule]\nmajority = "0.5"\nbase = "present"\n', file="harbour.toml"
    ).decision_rule
    assert rule is not None
    assert (dict(rule.blocs), rule.majority, rule.base) == ({"members": 100}, Fraction(1, 2), "present")
    seats = [VotingSeat(key, key, "members") for key in "abcd"]
    ballots = {"a": Ballot(True, False, "yes"), "b": Ballot(True, False, "no"), "c": Ballot(True, False, "yes")}
    found = evaluate(rule, seats, ballots)
    assert (found.yes, found.base, found.result) == (50, 75, "adopted")


def test_edctp3_shifts_what_partners_leave_to_the_members():
    edctp3 = scheme("edctp3")
    assert caps(edctp3) == [("a", 400 * MILLION, "member", Fraction(1)), ("b", 400 * MILLION, "partner", Fraction(1))]
    assert edctp3.tranche("b").reallocation == Reallocation("a", 400 * MILLION, "unmatched_remainder")
    assert [item.amount_cents for item in edctp3.commitments] == [800 * MILLION, 59_756_000 * 100, 439_878_000 * 100]


def test_cbe_asks_a_share_by_type_of_action():
    asked = [(test.action_type, test.minimum, test.numerator) for test in scheme("cbe").share_tests]
    assert asked == [
        ("RIA", Fraction(1, 20), (Term("IKOP"),)),
        ("IA", Fraction(3, 20), (Term("IKOP"),)),
        ("FLAGSHIP", Fraction(1, 5), (Term("IKOP"),)),
    ]


def test_tranche_that_lists_no_kinds_matches_none_that_are_outside_of_projects():
    assert [rule.kinds for rule in scheme("ihi").tranches] == [("IKOP", "FC"), ()]
    assert [rule.kinds for rule in scheme("imi2").tranches] == [(), ()]


def test_foundation_is_a_pattern_of_assumed_figures():
    assert {figure.certainty for figure in scheme("foundation").figures} == {"assumed"}


def test_lookups_find_rules_and_words():
    imi2 = scheme("imi2")
    assert imi2.tranche_for_role("partner") == imi2.tranche("B")
    assert imi2.tranche_for_role("other") is None
    assert [imi2.label(key) for key in ("partner", "IK", "board", "topic")] == [
        "Associated Partner",
        "In-kind contribution to the project",
        "Governing Board",
        "Topic",
    ]
    figure = imi2.figure("tranches.B.cap")
    assert figure is not None and figure.certainty == "verified"
    assert imi2.figure("tranches.C.cap") is None


def test_lookup_of_an_unknown_code_says_what_there_is():
    with pytest.raises(UnknownCodeError) as caught:
        scheme("imi2").tranche("C")
    assert str(caught.value) == "The scheme imi2 has no tranche 'C'. It has: A, B."


def test_scheme_can_be_a_key_of_a_cache():
    assert len({scheme("imi2"), scheme("imi2"), scheme("ihi")}) == 2


@pytest.mark.parametrize("file", shipped())
def test_every_figure_of_a_shipped_scheme_has_exactly_one_source(file: str):
    reading = Reading(file)
    reading.table(tomllib.loads(shipped()[file]), SCHEME)
    named = [figure.key for figure in parse(shipped()[file], file=file).figures]
    assert sorted(key for key in named if key in reading.figures) == sorted(reading.figures)
