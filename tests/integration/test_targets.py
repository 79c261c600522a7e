"""Topics and projects: award, reserve, commit, drop; what each books, refuses, and leaves behind."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.books import DAY, FINANCE, OPERATOR, Office, fund, refused, row_counts, shipped
from tests.worlds import world

from cofund.actions import contributions, corrections, targets
from cofund.actions.errors import Refused
from cofund.actions.opening import open_scheme
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.rules.envelope import Standing


@world
def office() -> Office:
    return Office.with_scheme(fund(), "fund")


def test_reserve_turns_the_promise_into_a_reservation(office: Office) -> None:
    made = office.pledge(60_000).contribution
    office.endorse(made)
    office.reserve()
    assert office.standing() == Standing(40_000, 0, 60_000, 0, 0)
    assert office.topic().adopted_on == DAY
    assert office.topic().status == "adopted"


def test_reserve_without_anything_endorsed_is_refused(office: Office) -> None:
    office.pledge(60_000)
    before = row_counts()
    with pytest.raises(Refused) as caught:
        office.reserve()
    assert caught.value.asked == "You asked to reserve for topic/T1."
    assert caught.value.wrong == "No endorsed contribution to it unlocks anything that is not reserved yet."
    assert caught.value.remedy == "Endorse the contributions first; what is only pledged is not reserved."
    assert row_counts() == before
    assert office.topic().adopted_on is None


@pytest.mark.parametrize("action", ["reserve", "commit"])
def test_nothing_is_decided_without_a_decision(office: Office, action: str) -> None:
    office.endorse(office.pledge(60_000).contribution)
    grounds, before = office.grounds(decided=False), row_counts()
    target = Target(topic=office.topic())
    with pytest.raises(Refused) as caught:
        if action == "reserve":
            targets.reserve(FINANCE, "fund", target, grounds)
        else:
            targets.commit(FINANCE, "fund", target, office.project(), grounds)
    assert caught.value.wrong == "Nothing is decided without a decision."
    assert caught.value.fields == {"field": "decision"}
    assert row_counts()["Entry"] == before["Entry"]


def test_reserve_after_the_adoption_offers_to_amend_the_work_plan(office: Office) -> None:
    office.endorse(office.pledge(30_000, "One").contribution)
    office.reserve()
    office.endorse(office.pledge(20_000, "Two").contribution)
    before = row_counts()
    with pytest.raises(Refused) as caught:
        office.reserve(on=dt.date(2015, 12, 1))
    assert str(caught.value) == (
        "You asked to reserve for topic/T1 on 2015-12-01. It was adopted on 2015-10-01, and its match was decided then. "
        "Amend the work plan: a new decision of the board decides the match anew."
    )
    assert caught.value.fields == {"offers": "amend the work plan", "adopted_on": DAY}
    assert row_counts() == before
    office.reserve(on=dt.date(2015, 12, 1), amends_work_plan=True)
    assert office.standing() == Standing(50_000, 0, 50_000, 0, 0)


def test_amended_work_plan_takes_back_what_is_too_much_now(office: Office) -> None:
    office.award(60_000)
    first = office.pledge(60_000, "One").contribution
    office.endorse(first)
    office.reserve()
    second = office.pledge(60_000, "Two").contribution
    office.endorse(second)
    office.reserve(amends_work_plan=True)
    assert office.standing() == Standing(40_000, 0, 60_000, 0, 0)
    assert office.balances(first) == {"contribution:main:endorsed": 60_000, "tranche:main:reserved": 30_000}
    assert office.balances(second) == {"contribution:main:endorsed": 60_000, "tranche:main:reserved": 30_000}
    assert verify("fund").findings == ()


def test_commit_moves_what_is_endorsed_and_reserved(office: Office) -> None:
    endorsed, pledged = office.pledge(30_000, "One").contribution, office.pledge(20_000, "Two").contribution
    office.endorse(endorsed)
    office.reserve()
    office.commit()
    assert office.balances(endorsed) == {"contribution:main:committed": 30_000, "tranche:main:committed": 30_000}
    assert office.balances(pledged) == {"contribution:main:pledged": 20_000}
    endorsed.refresh_from_db()
    assert endorsed.project == office.project()
    assert office.topic().status == "granted"


def test_drop_gives_everything_back(office: Office) -> None:
    endorsed = office.pledge(30_000, "One").contribution
    office.endorse(endorsed)
    office.reserve()
    office.pledge(20_000, "Two")
    targets.drop(FINANCE, "fund", office.topic(), office.grounds())
    assert office.standing() == Standing(100_000, 0, 0, 0, 0)
    assert office.balances(endorsed) == {"contribution:main:withdrawn": 30_000}
    with pytest.raises(Refused) as caught:
        office.pledge(100, "Three")
    assert caught.value.wrong == "T1 was dropped."


def test_award_is_what_its_claims_share(office: Office) -> None:
    office.award(50_000)
    first = office.pledge(60_000, "One")
    second = office.pledge(40_000, "Two")
    assert (first.match and first.match.match_cents, second.match and second.match.match_cents) == (50_000, 20_000)
    assert office.standing() == Standing(50_000, 50_000, 0, 0, 0)


@pytest.mark.parametrize(
    ("cents", "wrong"),
    [
        (-1, "Public money cannot be less than nothing."),
        (50_000, "That changes no amount, so there is nothing to book."),
    ],
)
def test_award_refuses(office: Office, cents: int, wrong: str) -> None:
    office.award(50_000)
    grounds, before = office.grounds(), row_counts()
    with pytest.raises(Refused) as caught:
        targets.award(FINANCE, "fund", Target(topic=office.topic()), cents, grounds)
    assert caught.value.wrong == wrong
    assert row_counts() == before


def test_target_of_another_scheme_is_refused(office: Office) -> None:
    open_scheme(OPERATOR, shipped("foundation"), file="foundation.toml")
    foreign = Target(topic=Office("foundation").topic())
    grounds, before = office.grounds(), row_counts()
    for act in (
        lambda: office.pledge(100, target=foreign),
        lambda: targets.award(FINANCE, "fund", foreign, 100, grounds),
        lambda: targets.reserve(FINANCE, "fund", foreign, grounds),
        lambda: targets.commit(FINANCE, "fund", foreign, office.project(), grounds),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.wrong == "It belongs to another scheme."
    assert {**row_counts(), "Organisation": 0, "Project": 0} == {**before, "Organisation": 0, "Project": 0}


def test_award_lowers_promises_at_once(office: Office) -> None:
    for name in ("One", "Two"):
        office.endorse(office.pledge(40_000, name).contribution)
    assert office.standing() == Standing(20_000, 80_000, 0, 0, 0)
    office.award(10_000)
    assert office.standing() == Standing(90_000, 10_000, 0, 0, 0)
    office.reserve()
    assert office.standing() == Standing(90_000, 0, 10_000, 0, 0)
    assert verify("fund").findings == ()


def test_award_that_is_corrected_away_fixes_nothing(office: Office) -> None:
    awarded = office.award(10_000)
    corrections.correct(FINANCE, awarded, office.grounds())
    assert office.pledge(40_000).match is not None
    assert office.standing() == Standing(60_000, 40_000, 0, 0, 0)


def test_withdrawal_lets_others_share_what_it_leaves(office: Office) -> None:
    office.award(10_000)
    one = office.pledge(20_000, "One").contribution
    office.pledge(20_000, "Two")
    assert office.standing() == Standing(90_000, 10_000, 0, 0, 0)
    contributions.withdraw(FINANCE, one, office.grounds())
    assert office.standing() == Standing(90_000, 10_000, 0, 0, 0)
    assert verify("fund").findings == ()


def test_pledge_does_not_lower_what_was_decided_for_others(office: Office) -> None:
    office.award(30_000)
    office.endorse(office.pledge(30_000, "One").contribution)
    office.reserve()
    assert office.pledge(30_000, "Two").match.match_cents == 0
    assert office.standing() == Standing(70_000, 0, 30_000, 0, 0)


def test_reserve_takes_as_unmatched_what_the_tranche_cannot_bear(office: Office) -> None:
    office.endorse(office.pledge(80_000, "One", target=Target(topic=office.topic("T2"))).contribution)
    partly = office.pledge(50_000, "Two", accepts_unmatched=True).contribution
    office.endorse(partly)
    entry = office.reserve()
    assert office.standing() == Standing(0, 80_000, 20_000, 0, 0)
    stated = entry.explanation["matches"][0]
    assert (stated["match_cents"], stated["unmatched_cents"], stated["decided_by"]) == (20_000, 30_000, "tranche")
    assert verify("fund").findings == ()


def test_commit_is_refused_while_the_match_is_only_promised(office: Office) -> None:
    office.endorse(office.pledge(30_000).contribution)
    project = office.project(topic=office.topic())
    error = refused(lambda: targets.commit(FINANCE, "fund", Target(topic=office.topic()), project, office.grounds()))
    assert error.fields["offers"] == "reserve"


def test_corrected_adoption_can_be_decided_again(office: Office) -> None:
    office.endorse(office.pledge(30_000).contribution)
    adopted = office.reserve()
    corrections.correct(FINANCE, adopted, office.grounds())
    assert (office.topic().adopted_on, office.topic().status) == (None, "drafting")
    assert office.standing() == Standing(70_000, 30_000, 0, 0, 0)
    office.reserve(on=dt.date(2015, 11, 1))
    assert office.topic().adopted_on == dt.date(2015, 11, 1)
    assert verify("fund").findings == ()
