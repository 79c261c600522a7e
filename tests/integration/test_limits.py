"""What a pledge and other bookings refuse before anything is written: sizes, days, places, names twice, roles that exclude."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.books import DAY, FINANCE, MILLION, STATED, Office, fund, refused, shipped
from tests.worlds import world

from cofund.actions import contributions, corrections, submissions
from cofund.actions.moves import Statements
from cofund.actions.submissions import Typed
from cofund.queries import unlocks
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import RoleHolding
from cofund.rules.money import MOST_CENTS

IHI_DAY = dt.date(2024, 5, 1)


@world
def office() -> Office:
    """The book of the tests' own fund."""
    return Office.with_scheme(fund(), "fund")


@world
def imi2() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


@world
def ihi() -> Office:
    return Office.with_scheme(shipped("ihi"), "ihi")


def holds(office: Office, name: str, role: str, *, until: dt.date | None = None) -> None:
    RoleHolding.objects.create(scheme=office.row, organisation=office.organisation(name), role=role, until_on=until)


def ready(office: Office) -> None:
    """The topic and the partner, so that a refusal is seen to add nothing."""
    office.topic(), office.organisation("Partner")


def test_amount_beyond_the_limit_is_refused_everywhere(office: Office) -> None:
    ready(office)
    one = office.pledge(100).contribution
    for act in (
        lambda: office.pledge(MOST_CENTS + 1),
        lambda: contributions.amend(FINANCE, one, MOST_CENTS + 1, office.grounds(decided=False)),
        lambda: office.award(MOST_CENTS + 1),
        lambda: office.top_up(MOST_CENTS + 1),
        lambda: office.pledge(100, stated=replace(STATED, original_currency="JPY", original_amount_cents=10**24)),
    ):
        error = refused(act)
        assert error.fields["field"] == "amount"
        assert "at most" in error.wrong


def test_largest_amount_is_taken(office: Office) -> None:
    assert office.pledge(MOST_CENTS, accepts_unmatched=True).entry.number == 3


@pytest.mark.parametrize("on", [dt.date(1, 1, 1), dt.date(206, 1, 1), dt.date(2004, 12, 31), dt.date(9999, 12, 31)])
def test_day_far_off_is_refused(office: Office, on: dt.date) -> None:
    ready(office)
    error = refused(lambda: office.pledge(100, on=on))
    assert (error.fields["field"], error.asked) == ("effective_on", f"You asked to book for {on.isoformat()}.")


def test_day_ten_years_before_the_scheme_is_taken(office: Office) -> None:
    office.top_up(100, on=dt.date(2005, 1, 1))
    assert verify("fund").findings == ()


def test_day_of_a_scheme_without_a_start_goes_back_to_1950(db: None) -> None:
    text = fund().replace("starts_on = 2015-01-01\n", "")
    office = Office.with_scheme(
        text.replace('[[sources]]\nkey = "starts_on"\nsource = "These tests"\ncertainty = "assumed"\n', ""), "fund"
    )
    office.top_up(100, on=dt.date(1950, 1, 1))
    assert refused(lambda: office.top_up(100, on=dt.date(1949, 12, 31))).wrong == "That is before 1950-01-01."


def test_organisation_named_twice_is_refused(office: Office) -> None:
    ready(office)
    assert refused(lambda: office.pledge(100, "Partner", "Partner")).fields["field"] == "organisation"


def test_negative_public_origin_is_refused(office: Office) -> None:
    ready(office)
    stated = replace(STATED, public_origin_cents=-1)
    assert refused(lambda: office.pledge(100, stated=stated)).fields["field"] == "public_origin"


def test_pledge_after_the_end_of_the_scheme_is_refused(imi2: Office) -> None:
    ready(imi2)
    error = refused(lambda: imi2.pledge(100, kind="FC_JU", on=dt.date(2025, 1, 1)))
    assert error.wrong == "Innovative Medicines Initiative 2 ended on 2024-12-31, before the day that it is about."
    assert imi2.pledge(100, kind="FC_JU", on=dt.date(2024, 12, 31)).entry.number > 1


def test_place_that_the_kind_does_not_allow_is_refused(ihi: Office) -> None:
    ready(ihi)
    kind = next(row for row in unlocks.schemes.current("ihi")[0].kinds if row.place)
    role, here = kind.given_by[0], Statements(True, place="eu")
    error = refused(lambda: ihi.pledge(100, role=role, kind=kind.code, on=IHI_DAY, stated=replace(here, place="third")))
    assert error.fields["field"] == "place"
    one = ihi.pledge(100, role=role, kind=kind.code, on=IHI_DAY, stated=here).contribution
    moved = replace(here, place="third")
    assert (
        refused(
            lambda: contributions.amend(FINANCE, one, 90, ihi.grounds(IHI_DAY, decided=False), statements=moved)
        ).fields["field"]
        == "place"
    )


def test_two_hats_in_one_project_are_warned_of_and_kept_with_the_entry(imi2: Office) -> None:
    holds(imi2, "CTF", "member")
    made = imi2.pledge(100, "CTF", kind="FC_JU")
    (said,) = made.entry.explanation["warnings"]
    assert said.startswith("CTF is ")
    assert verify("imi2").findings == ()


def test_two_hats_where_the_law_blocks_them_are_refused_with_the_law(ihi: Office) -> None:
    ihi.topic(), holds(ihi, "CTF", "member")
    error = refused(lambda: ihi.pledge(100, "CTF", kind="FC", on=IHI_DAY))
    assert "Regulation (EU) 2021/2085, Article 2(7)" in error.wrong
    assert error.fields["field"] == "organisation"


def test_role_that_ended_before_the_day_stands_against_nothing(ihi: Office) -> None:
    holds(ihi, "CTF", "member", until=dt.date(2024, 4, 30))
    assert "warnings" not in ihi.pledge(100, "CTF", kind="FC", on=IHI_DAY).entry.explanation


def test_living_contribution_in_the_other_role_counts_and_a_withdrawn_one_does_not(imi2: Office) -> None:
    member = next(kind.code for kind in unlocks.schemes.current("imi2")[0].kinds if "member" in kind.given_by)
    other: Contribution = imi2.pledge(100, "CTF", role="member", kind=member).contribution
    elsewhere = imi2.pledge(100, "CTF", kind="FC_JU", target=Target(topic=imi2.topic("T2")))
    assert "warnings" not in elsewhere.entry.explanation
    (said,) = imi2.pledge(100, "CTF", kind="FC_JU").entry.explanation["warnings"]
    assert f"CTF gives {other.reference} as " in said
    contributions.withdraw(FINANCE, other, imi2.grounds())
    assert "warnings" not in imi2.pledge(100, "CTF", kind="FC_JU").entry.explanation


def test_preview_tells_of_the_roles_before_anything_is_recorded(ihi: Office) -> None:
    holds(ihi, "CTF", "member")
    wish = unlocks.Wish(
        "ihi", Target(topic=ihi.topic()), "partner", "FC", 100, IHI_DAY, True, 0, (ihi.organisation("CTF"),)
    )
    assert [one.blocks for one in unlocks.preview(wish).clashes] == [True]


def test_form_without_a_token_is_refused(office: Office) -> None:
    one = office.pledge(100).contribution
    typed = Typed(DAY, "Reason")

    def act(grounds: object) -> object:
        return contributions.withdraw(FINANCE, one, grounds).entry  # type: ignore[arg-type]

    error = refused(lambda: submissions.book(FINANCE, "fund", typed, act, token=""))  # type: ignore[arg-type]
    assert error.wrong == "The form came without its token, so that it could be booked twice."


def test_correction_is_about_the_day_of_what_it_corrects(office: Office) -> None:
    made = office.top_up(MILLION, on=dt.date(2005, 1, 1))
    assert corrections.correct(FINANCE, made, office.grounds(dt.date(2005, 1, 1), decided=False)).corrects == made


def test_ratio_of_nothing_matches_nothing(db: None) -> None:
    made = Office.with_scheme(fund(ratio='"0"'), "fund").pledge(100)
    assert made.match is not None
    assert (made.match.match_cents, made.match.decided_by) == (0, "ratio")
