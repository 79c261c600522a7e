"""Advice which way in fits, with reasons and with what it does not know."""

from __future__ import annotations

from dataclasses import replace

from cofund.rules.eligibility import Clash
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import Scheme
from cofund.rules.tracks import Profile, advise, consequences
from cofund.schemes import shipped


def scheme(code: str = "ihi") -> Scheme:
    return parse(shipped()[f"{code}.toml"], file=code)


def test_foundation_that_deals_directly_comes_as_partner() -> None:
    profile = Profile("foundation", "Foundation or philanthropy", None, ("FC",), True, (), True)
    advice = advise(scheme(), profile)
    assert advice is not None
    assert (advice.track, advice.unknown) == ("partner", ())
    assert [one.words for one in advice.reasons] == [
        "Organisations of its kind (foundation or philanthropy) usually come as partner.",
        "It wants to deal with the Programme Office directly, as a Contributing Partner does.",
    ]


def test_what_only_members_may_give_outweighs_what_is_usual() -> None:
    advice = advise(scheme(), Profile("foundation", "Foundation", None, ("IKAA",), True, (), True))
    assert advice is not None
    assert advice.track == "member"
    assert advice.of("member")[0].article == "Regulation (EU) 2021/2085, Articles 2(10) and 11(5)"


def test_relation_to_a_member_decides_where_the_scheme_blocks() -> None:
    clash = Clash("member", "It is a constituent entity of EFPIA.", True, "Article 2(7)")
    advice = advise(scheme(), Profile("foundation", "Foundation", None, (), True, (clash,), True))
    assert advice is not None and advice.track == "member"


def test_large_company_is_told_that_it_gets_no_public_money() -> None:
    advice = advise(scheme(), Profile("company", "Company", 500_000_000_00, ("IKOP",), None, (), True))
    assert advice is not None
    assert [one.track for one in advice.reasons] == ["member", "member"]
    assert advice.unknown == ("whether it wants to deal with the office directly",)


def test_nothing_known_gives_no_advice_and_says_what_is_missing() -> None:
    advice = advise(scheme(), Profile())
    assert advice is not None
    assert (advice.track, len(advice.unknown)) == ("unknown", 4)


def test_scheme_with_one_way_in_has_no_advice() -> None:
    one_way = replace(scheme(), roles=tuple(role for role in scheme().roles if role.side == "partner"))
    assert (advise(one_way, Profile()), consequences(one_way)) == (None, [])


def test_consequences_name_both_envelopes() -> None:
    told = {row[0]: row[1:] for row in consequences(scheme("imi2"))}
    assert told["Matched from"] == ("Matched by Associated Partners", "Matched by EFPIA companies")
