"""Contributions: each action's way and its refusals, on any day, with its audit row and both times."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone
from tests.books import DAY, FINANCE, MILLION, STATED, Office, fund, refused, shipped
from tests.worlds import world

from cofund.actions import contributions, corrections, targets
from cofund.actions.errors import EnvelopeExhausted, StageMissing
from cofund.actions.moves import Statements
from cofund.actions.pledges import Pledge, pledge
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.ledger.models import Entry
from cofund.rules.envelope import Standing

LATER = dt.date(2016, 1, 1)


@world
def office() -> Office:
    return Office.with_scheme(fund(), "fund")


def test_pledge_books_the_promise_and_what_it_unlocks(office: Office) -> None:
    made = office.pledge(60_000, "Ada", "Bea")
    assert office.balances(made.contribution) == {"contribution:main:pledged": 60_000, "tranche:main:promised": 60_000}
    assert office.standing() == Standing(40_000, 60_000, 0, 0, 0)
    assert [party.name for party in made.contribution.parties.order_by("name")] == ["Ada", "Bea"]
    assert made.entry.explanation["matches"] == [
        {
            "reference": "fund-3",
            "tranche": "main",
            "eligible_cents": 60_000,
            "match_cents": 60_000,
            "unmatched_cents": 0,
            "bounds": [
                {"name": "ratio", "limit_cents": 60_000, "words": "1 : 1 of what counts of the contribution"},
                {"name": "tranche", "limit_cents": 100_000, "words": "Matched by partners has this much open"},
            ],
            "decided_by": "ratio",
            "allocation": "pro_rata",
        }
    ]


def test_pledge_that_no_tranche_matches_is_booked_without_match(office: Office) -> None:
    made = office.pledge(60_000, role="other", kind="OWN")
    assert made.match is None
    assert office.balances(made.contribution) == {"contribution:-:pledged": 60_000}
    assert office.standing() == Standing(100_000, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "wrong", "remedy", "field"),
    [
        ({"amount_cents": 0}, "A pledge is more than nothing.", "Enter the amount.", "amount"),
        ({"amount_cents": -5}, "A pledge is more than nothing.", "Enter the amount.", "amount"),
        ({"organisations": ()}, "Nobody stands behind it.", "Choose the partner.", "organisation"),
        (
            {"kind": "XX"},
            "The scheme fund has no kind 'XX'. It has: FC, OWN, WORK.",
            "Choose one that the scheme has.",
            "kind",
        ),
        (
            {"role": "xx"},
            "The scheme fund has no role 'xx'. It has: member, partner, other.",
            "Choose one that the scheme has.",
            "kind",
        ),
        (
            {"kind": "OWN"},
            "Fund of the tests takes Own work from Other only, not from Partner.",
            "Choose a kind that this role may give.",
            "kind",
        ),
        (
            {"statements": Statements(True, public_origin_cents=60_001)},
            "More of it is said to come from public budgets than there is.",
            "Lower the part of public origin.",
            "public_origin",
        ),
    ],
)
def test_pledge_refuses(office: Office, changes: dict[str, object], wrong: str, remedy: str, field: str) -> None:
    wanted = Pledge(
        "fund", Target(topic=office.topic()), "partner", "FC", (office.organisation("Ada"),), 60_000,
        office.grounds(decided=False), STATED,
    )  # fmt: skip
    error = refused(lambda: pledge(FINANCE, replace(wanted, **changes)))  # type: ignore[arg-type]
    assert (error.wrong, error.remedy, error.fields) == (wrong, remedy, {"field": field})


def test_pledge_to_a_scheme_that_is_not_there_is_refused(office: Office) -> None:
    grounds, target = office.grounds(), Target(topic=office.topic())
    error = refused(lambda: targets.award(FINANCE, "none", target, 100, grounds))
    assert error.asked == "You asked for the book of none."


def test_pledge_above_what_is_open_is_refused_or_taken_as_unmatched(office: Office) -> None:
    office.organisation("Partner"), office.pledge(70_000)
    error = refused(lambda: office.pledge(60_000), EnvelopeExhausted)
    assert str(error) == (
        "You asked for a match of EUR 600 from Matched by partners. It has EUR 300 open. "
        "Lower the contribution, record the part above as unmatched, or ask the board to top up the tranche."
    )
    assert (error.fields["asked_cents"], error.fields["left_cents"]) == (60_000, 30_000)
    made = office.pledge(60_000, accepts_unmatched=True)
    assert made.match is not None
    assert (made.match.match_cents, made.match.unmatched_cents, made.match.decided_by) == (30_000, 30_000, "tranche")


def test_back_dated_pledge_overdraws_no_later_day(office: Office) -> None:
    office.pledge(70_000, on=LATER)
    error = refused(lambda: office.pledge(40_000, on=DAY), EnvelopeExhausted)
    assert error.fields["left_cents"] == 30_000
    office.pledge(30_000, on=DAY)
    assert office.standing(on=DAY) == Standing(70_000, 30_000, 0, 0, 0)
    assert office.standing(on=LATER) == Standing(0, 100_000, 0, 0, 0)


def test_money_that_comes_back_later_is_not_there_before(office: Office) -> None:
    first = office.pledge(100_000).contribution
    contributions.withdraw(FINANCE, first, office.grounds(LATER))
    error = refused(lambda: office.pledge(1, on=DAY), EnvelopeExhausted)
    assert error.wrong == "It has nothing open."
    assert office.pledge(100_000, on=LATER).match is not None


@pytest.mark.parametrize(
    ("changes", "pledges", "expected"),
    [
        ({"cap_per_partner": "500"}, "Ada T1 300, Ada T2 300, Bea T2 300", [300, 200, 300]),
        ({"cap_per_partner": "500"}, "Ada T1 400, Bea T1 100, Ada+Bea T2 450", [400, 100, 100]),
        ({"cap_per_topic": "500"}, "Ada T1 300, Bea T1 300, Bea T2 300", [300, 200, 300]),
        ({"cap_per_project": "500"}, "Ada p1 300, Bea p1 300, Bea T2 600", [300, 200, 500]),
        ({"minimum_contribution": "100"}, "Ada T1 99, Bea T1 100", [0, 100]),
        ({"ratio": '"2/3"', "rounding": "1"}, "Ada T1 100, Bea T1 151", [66, 100]),
    ],
)
def test_caps_bound_a_pledge(db: None, changes: dict[str, str], pledges: str, expected: list[int]) -> None:
    office = Office.with_scheme(fund(**changes), "fund")
    unlocked = []
    for who, where, euro in (each.split(" ") for each in pledges.split(", ")):
        target = Target(topic=office.topic(where)) if where.startswith("T") else Target(project=office.project(where))
        made = office.pledge(int(euro) * 100, *who.split("+"), target=target, accepts_unmatched=True)
        unlocked.append(made.match.match_cents // 100 if made.match else None)
    assert unlocked == expected
    assert verify("fund").findings == ()


def test_grant_keeps_the_project_within_its_cap(db: None) -> None:
    office = Office.with_scheme(fund(cap_per_project="500"), "fund")
    first, second = (
        office.endorse(office.pledge(cents, "Ada").contribution).contribution for cents in (30_000, 30_000)
    )
    office.reserve()
    assert office.standing().reserved_cents == 60_000
    entry = office.commit()
    assert (office.standing().reserved_cents, office.standing().committed_cents) == (0, 50_000)
    assert office.balances(first)["tranche:main:committed"] == 30_000
    assert office.balances(second)["tranche:main:committed"] == 20_000
    assert office.balances(second)["contribution:main:committed"] == 30_000
    (cut,) = entry.explanation["matches"]
    assert (cut["reference"], cut["match_cents"], cut["decided_by"]) == (second.reference, 20_000, "project cap")
    # A later change of the contribution finds what the grant left, and changes no match.
    contributions.amend(office.actor, second, 30_001, office.grounds(), at=office.at)
    assert office.balances(second)["tranche:main:committed"] == 20_000
    assert verify("fund").findings == ()


def test_second_topic_in_a_project_takes_what_its_cap_leaves(db: None) -> None:
    office = Office.with_scheme(fund(cap_per_project="500"), "fund")
    project = office.project("p1")
    for code in ("T1", "T2"):
        target = Target(topic=office.topic(code))
        office.endorse(office.pledge(40_000, "Ada", target=target).contribution)
        office.reserve(target)
        office.commit(target, project)
    assert office.standing().committed_cents == 50_000
    assert verify("fund").findings == ()


def test_partner_with_two_contributions_in_a_topic_keeps_within_its_cap(db: None) -> None:
    office = Office.with_scheme(fund(cap_per_partner="500"), "fund")
    office.award(20_000)
    for cents in (40_000, 40_000):
        office.endorse(office.pledge(cents, "Ada").contribution)
    office.award(90_000)
    office.reserve()
    assert office.standing().reserved_cents == 50_000


def test_endorse_takes_all_or_a_part(office: Office) -> None:
    made = office.pledge(60_000).contribution
    office.endorse(made, 20_000)
    assert office.balances(made)["contribution:main:endorsed"] == 20_000
    office.endorse(made)
    assert office.balances(made) == {"contribution:main:endorsed": 60_000, "tranche:main:promised": 60_000}


def test_endorse_refuses(office: Office) -> None:
    made = office.pledge(60_000, on=LATER).contribution
    undecided, grounds = office.grounds(decided=False), office.grounds(LATER)
    error = refused(lambda: contributions.endorse(FINANCE, made, undecided))
    assert error.wrong == "Nothing is endorsed without a decision."
    missing = refused(lambda: contributions.endorse(FINANCE, made, grounds, amount_cents=60_001), StageMissing)
    assert missing.asked == "You asked to move EUR 600.01 of fund-3 from pledged."
    assert missing.wrong == "On 2016-01-01 EUR 600 stand there."
    early = office.grounds(DAY)
    assert refused(lambda: contributions.endorse(FINANCE, made, early), StageMissing).fields["left_cents"] == 0
    for cents in (0, -1):
        error = refused(lambda cents=cents: contributions.endorse(FINANCE, made, grounds, amount_cents=cents))
        assert error.wrong == "That is not more than nothing."


def test_amend_follows_the_stage_that_is_reached(office: Office) -> None:
    made = office.committed(60_000)
    assert contributions.amend(FINANCE, made, 80_000, office.grounds()).match is not None
    assert office.balances(made) == {"contribution:main:committed": 80_000, "tranche:main:committed": 80_000}
    contributions.amend(FINANCE, made, 50_000, office.grounds())
    assert office.standing() == Standing(50_000, 0, 0, 50_000, 0)
    assert list(made.versions.order_by("number").values_list("amount_cents", flat=True)) == [60_000, 80_000, 50_000]


def test_amend_refuses(office: Office) -> None:
    made = office.committed(60_000)
    contributions.deliver(FINANCE, made, 50_000, office.grounds())
    grounds = office.grounds()
    error = refused(lambda: contributions.amend(FINANCE, made, 40_000, grounds))
    assert error.asked == "You asked to lower fund-3 by EUR 200."
    assert error.wrong == "Only EUR 100 of it stand undelivered on 2015-10-01."
    assert refused(lambda: contributions.amend(FINANCE, made, -1, grounds)).wrong == "It stands at EUR 600."
    error = refused(lambda: contributions.amend(FINANCE, made, 60_000, grounds))
    assert error.wrong == "That changes no amount, so there is nothing to book."
    exhausted = refused(
        lambda: contributions.amend(FINANCE, made, 100_001, grounds, accepts_unmatched=False), EnvelopeExhausted
    )
    assert (exhausted.fields["asked_cents"], exhausted.fields["left_cents"]) == (40_001, 40_000)
    public = Statements(True, public_origin_cents=70_001)
    error = refused(lambda: contributions.amend(FINANCE, made, 70_000, grounds, statements=public))
    assert error.wrong == "More of it is said to come from public budgets than there is."


def test_amend_below_the_public_part_lowers_that_part(office: Office) -> None:
    made = office.pledge(60_000, stated=Statements(True, public_origin_cents=50_000)).contribution
    contributions.reduce(FINANCE, made, 20_000, office.grounds())
    assert made.versions.order_by("-number")[0].public_origin_cents == 20_000


def test_amend_after_a_withdrawal_begins_at_nothing(office: Office) -> None:
    made = office.pledge(60_000).contribution
    contributions.withdraw(FINANCE, made, office.grounds())
    contributions.amend(FINANCE, made, 30_000, office.grounds())
    assert office.balances(made) == {
        "contribution:main:pledged": 30_000,
        "contribution:main:withdrawn": 60_000,
        "tranche:main:promised": 30_000,
    }


def test_amend_reads_what_was_committed_meanwhile(office: Office) -> None:
    stale = office.pledge(60_000).contribution
    office.endorse(stale)
    office.reserve()
    office.commit()
    contributions.amend(FINANCE, stale, 70_000, office.grounds())
    assert office.balances(stale)["tranche:main:committed"] == 70_000


@pytest.mark.parametrize("cents", [60_000, 70_000])
def test_reduce_refuses_what_is_no_reduction(office: Office, cents: int) -> None:
    made, grounds = office.pledge(60_000).contribution, office.grounds()
    error = refused(lambda: contributions.reduce(FINANCE, made, cents, grounds))
    assert error.remedy == "To reduce it, enter less than that and not less than nothing."


def test_withdraw_keeps_what_was_delivered(office: Office) -> None:
    made = office.committed(60_000)
    contributions.deliver(FINANCE, made, 25_000, office.grounds())
    contributions.withdraw(FINANCE, made, office.grounds())
    assert office.balances(made) == {
        "contribution:main:validated": 25_000,
        "contribution:main:withdrawn": 35_000,
        "tranche:main:consumed": 25_000,
    }
    assert office.standing() == Standing(75_000, 0, 0, 0, 25_000)
    grounds = office.grounds()
    error = refused(lambda: contributions.withdraw(FINANCE, made, grounds))
    assert error.wrong == "That changes no amount, so there is nothing to book."


def test_deliver_refuses_more_than_was_committed(office: Office) -> None:
    made, grounds = office.committed(60_000), office.grounds()
    error = refused(lambda: contributions.deliver(FINANCE, made, 60_001, grounds), StageMissing)
    assert error.remedy == "Look at the contribution's history and choose a later day or a smaller amount."
    for cents in (0, -1):
        error = refused(lambda cents=cents: contributions.deliver(FINANCE, made, cents, grounds))
        assert error.fields == {"field": "amount"}


def test_correction_turns_an_entry_round_on_its_own_day(office: Office) -> None:
    wrong = office.pledge(60_000, on=DAY)
    office.pledge(10_000, on=LATER)
    made = corrections.correct(FINANCE, wrong.entry, office.grounds(LATER))
    assert (made.corrects, made.effective_on, made.kind) == (wrong.entry, DAY, "correct")
    assert office.balances(wrong.contribution) == {}
    assert office.standing(on=DAY) == Standing(100_000, 0, 0, 0, 0)
    assert office.standing(on=DAY, known_at=wrong.entry.recorded_at) == Standing(40_000, 60_000, 0, 0, 0)
    assert list(wrong.contribution.versions.order_by("number").values_list("amount_cents", flat=True)) == [60_000, 0]


def test_correction_of_an_amendment_states_what_stands(office: Office) -> None:
    made = office.pledge(10_000).contribution
    first = contributions.amend(FINANCE, made, 15_000, office.grounds()).entry
    contributions.amend(FINANCE, made, 17_000, office.grounds())
    corrections.correct(FINANCE, first, office.grounds())
    assert office.balances(made) == {"contribution:main:pledged": 12_000, "tranche:main:promised": 12_000}
    assert made.versions.order_by("-number")[0].amount_cents == 12_000


def test_correction_refuses(office: Office) -> None:
    made = office.pledge(60_000)
    endorsed = office.endorse(made.contribution).entry
    grounds = office.grounds()
    moved_on = refused(lambda: corrections.correct(FINANCE, made.entry, grounds), StageMissing)
    assert moved_on.remedy == f"Correct entry {endorsed.number} first; or book what is right now as a new entry."
    turned = corrections.correct(FINANCE, endorsed, grounds)
    assert refused(lambda: corrections.correct(FINANCE, endorsed, grounds)).wrong == "It is corrected already."
    assert refused(lambda: corrections.correct(FINANCE, turned, grounds)).wrong == "It is a correction itself."
    opening = Entry.objects.get(number=1)
    assert (
        refused(lambda: corrections.correct(FINANCE, opening, grounds), EnvelopeExhausted).fields["left_cents"]
        == 40_000
    )


def test_correction_leaves_no_more_matched_than_the_ratio_gives(office: Office) -> None:
    office.pledge(90_000, "Ada")
    made = office.pledge(10_000, "Bea").contribution
    raised = contributions.amend(FINANCE, made, 30_000, office.grounds()).entry
    office.top_up(50_000)
    contributions.amend(FINANCE, made, 25_000, office.grounds())
    grounds = office.grounds()
    error = refused(lambda: corrections.correct(FINANCE, raised, grounds))
    assert error.wrong == f"Without it, {made.reference} would be matched with more than the scheme allows."


def test_correction_of_a_withdrawal_keeps_within_the_cap_of_the_partner(db: None) -> None:
    office = Office.with_scheme(fund(cap_per_partner="500"), "fund")
    first = office.pledge(50_000, "Ada").contribution
    withdrawn = contributions.withdraw(FINANCE, first, office.grounds()).entry
    office.pledge(50_000, "Ada", target=Target(topic=office.topic("T2")))
    grounds = office.grounds()
    error = refused(lambda: corrections.correct(FINANCE, withdrawn, grounds))
    assert error.remedy == "Correct the later entries about it first, or amend it."


def test_pledge_about_a_day_to_come_is_refused(office: Office) -> None:
    office.pledge(100)
    error = refused(lambda: office.pledge(100, on=timezone.localdate() + dt.timedelta(days=1)))
    assert error.fields["field"] == "effective_on"
    office.pledge(100, on=timezone.localdate())


def test_additional_activity_that_is_booked_as_a_contribution_is_not_matched(db: None) -> None:
    office, on = Office.with_scheme(shipped("ihi"), "ihi"), dt.date(2024, 1, 1)
    match = office.pledge(MILLION, "M", role="member", kind="IKAA", on=on).match
    assert match is not None
    assert (match.match_cents, match.decided_by) == (0, "eligibility")
    own = office.pledge(MILLION, "M", role="member", kind="IKOP", on=on).match
    assert own is not None and own.match_cents == MILLION
