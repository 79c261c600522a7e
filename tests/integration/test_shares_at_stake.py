"""Shares of participants, calls and programmes at a booking: they refuse and warn as those of a project, and no one for others."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.books import DAY, MILLION, OPERATOR, Office, fund, refused, shipped
from tests.integration.test_share_levels import OF_COSTS, office_with, share_test

from cofund.actions import contributions
from cofund.actions.opening import open_scheme
from cofund.commands.schemes import group
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call
from cofund.rules.consortium import check
from cofund.rules.consortium_plan import Participant, Plan
from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_problems import SchemeError
from cofund.rules.shares import severity_at

pytestmark = pytest.mark.django_db

BLOCKS = 'severity = "block"'
FROM_GRANT = 'severity = "block"\nblocks_from = "grant"'


def work_share(level: str, more: str) -> str:
    """At least 30 % of work, at a level."""
    return share_test("of_work", '"WORK"', '"WORK", "FC"', level, more)


def given(office: Office, topic: str, name: str, kind: str, cents: int) -> Contribution:
    """A pledge to a topic."""
    return office.pledge(cents, name, kind=kind, target=Target(topic=office.topic(topic))).contribution


def in_call(office: Office, *topics: str) -> None:
    """Put topics into one call."""
    call, _ = Call.objects.get_or_create(scheme=office.row, code="C1", defaults={"opened_on": DAY})
    for code in topics:
        topic = office.topic(code)
        topic.call = call
        topic.save()


@pytest.mark.parametrize(("level", "of"), [("programme", "Fund of the tests"), ("call", "call C1")])
def test_share_of_a_whole_refuses_what_breaks_it_and_lets_pass_what_mends_it(level: str, of: str) -> None:
    office = office_with(work_share(level, BLOCKS))
    in_call(office, "T1", "T2")
    money = given(office, "T1", "Ada", "FC", 40_000)
    error = refused(lambda: office.endorse(money))
    assert error.wrong == f"Share of_work ({of}): 0 % is below the limit of 30 % (These tests)."
    assert error.remedy == "Add EUR 171.43 of WORK."
    work = given(office, "T2", "Bea", "WORK", 10_000)
    assert office.endorse(work).entry.explanation["warnings"] == [
        f"Share of_work ({of}): 20 % is below the limit of 30 %. Not refused: what stands behind topic/T2 keeps it."
    ]
    assert "of_work" in refused(lambda: office.endorse(money)).wrong
    given(office, "T2", "Bea", "WORK", 20_000)
    assert "warnings" not in office.endorse(money).entry.explanation


@pytest.mark.parametrize("level", ["participant", "call", "programme"])
def test_share_that_blocks_from_the_grant_warns_before_and_refuses_then(level: str) -> None:
    office = office_with(work_share(level, FROM_GRANT))
    in_call(office, "T1")
    (warning,) = office.endorse(given(office, "T1", "Ada", "FC", 40_000)).entry.explanation["warnings"]
    assert warning.endswith("0 % is below the limit of 30 %.")
    office.reserve()
    office.project(topic=office.topic())
    assert refused(office.commit).wrong.endswith("0 % is below the limit of 30 % (These tests).")


@pytest.mark.parametrize("level", ["participant", "call", "programme"])
def test_share_that_warns_is_kept_with_endorsement_and_grant(level: str) -> None:
    office = office_with(work_share(level, 'severity = "warn"'))
    in_call(office, "T1")
    endorsed = office.endorse(given(office, "T1", "Ada", "FC", 40_000)).entry
    office.reserve()
    for entry in (endorsed, office.commit()):
        (warning,) = entry.explanation["warnings"]
        assert warning.endswith("0 % is below the limit of 30 %.")


@pytest.mark.parametrize("level", ["participant", "project", "call", "programme"])
def test_share_that_informs_is_neither_refused_nor_kept(level: str) -> None:
    office = office_with(work_share(level, 'severity = "inform"'))
    in_call(office, "T1")
    assert "warnings" not in office.endorse(given(office, "T1", "Ada", "FC", 40_000)).entry.explanation


def test_share_of_a_participant_is_that_of_who_gives() -> None:
    office = office_with(work_share("participant", BLOCKS), OF_COSTS)
    money, work = given(office, "T1", "Ada", "FC", 40_000), given(office, "T1", "Bea", "WORK", 10_000)
    error = refused(lambda: office.endorse(money))
    assert error.wrong == "Share of_work (Ada): 0 % is below the limit of 30 % (These tests)."
    assert office.endorse(work).entry.explanation["warnings"] == [
        "Share of_costs (Bea): not known, since no sheet of the grant states the costs."
    ]


def test_booking_that_does_not_count_in_an_upper_limit_is_told_nothing() -> None:
    most = share_test("of_work", '"WORK"', '"WORK", "FC"', "programme", BLOCKS).replace("minimum", "maximum")
    office = office_with(most)
    work, money = given(office, "T1", "Bea", "WORK", 40_000), given(office, "T2", "Ada", "FC", 10_000)
    assert "Share of_work (Fund of the tests): 80 % is above" in refused(lambda: office.endorse(work)).wrong
    assert "warnings" not in office.endorse(money).entry.explanation


def rejecting(level: str, severity: str = "warn", more: str = "") -> str:
    """At most 30 % of work, and what is beyond it is rejected."""
    stated = f'severity = "{severity}"\nexcess = "reject"\n{more}'
    return work_share(level, stated).replace("minimum", "maximum")


@pytest.mark.parametrize("severity", ["inform", "warn", "block"])
@pytest.mark.parametrize("level", ["participant", "project", "call", "programme"])
def test_excess_that_is_rejected_is_refused_to_the_cent(level: str, severity: str) -> None:
    office = office_with(rejecting(level, severity))
    in_call(office, "T1")
    given(office, "T1", "Ada", "FC", 7_000)
    work = given(office, "T1", "Ada", "WORK", 3_001)
    error = refused(lambda: office.endorse(work))
    assert "30.01 % is above the limit of 30 %. EUR 0.01 of it is refused (These tests)." in error.wrong
    contributions.reduce(office.actor, work, 3_000, office.grounds())
    assert "warnings" not in office.endorse(work).entry.explanation


def test_excess_that_is_rejected_from_the_grant_warns_before() -> None:
    office = office_with(rejecting("project", more='blocks_from = "grant"'))
    work = given(office, "T1", "Ada", "WORK", 10_000)
    (warning,) = office.endorse(work).entry.explanation["warnings"]
    assert warning == "Share of_work: 100 % is above the limit of 30 %. EUR 70 of it is refused."
    office.reserve()
    office.project(topic=office.topic())
    assert "EUR 70 of it is refused" in refused(office.commit).wrong


def test_excess_that_is_rejected_blocks_a_plan() -> None:
    scheme = parse(fund() + rejecting("project"), file="fund.toml", is_new=True)
    for work, passes in ((3_001, False), (3_000, True)):
        plan = Plan((Participant(1, "Ada", "NL", "partner", given={"FC": 7_000, "WORK": work}),))
        report = check(scheme, plan)
        assert (report.passes, report.checks[0].blocks) == (passes, not passes)


def test_rules_of_a_programme_say_that_an_excess_is_refused(client: Client) -> None:
    office_with(rejecting("project"))
    assert "warns; the excess is refused" in client.get("/programmes/fund/rules/").content.decode()


def test_ceiling_of_additional_activities_warns_with_the_entry_and_refuses_nobody() -> None:
    office = Office.with_scheme(shipped("ihi"), "ihi")
    made = office.pledge(MILLION, "Member", role="member", kind="IKAA").contribution
    assert (
        "Additional activities against all in-kind contributions of the members (Innovative Health Initiative): "
        "100 % is above the limit of 40 %."
    ) in office.endorse(made).entry.explanation["warnings"]


NOT_ENFORCED = [
    (
        work_share("programme", 'severity = "block"\nblocks_from = "report"'),
        "share_tests[0].blocks_from: found 'report'",
    ),
    (work_share("project", 'severity = "warn"\nexcess = "reject"'), "share_tests[0].excess: found 'reject'"),
    (work_share("call", 'severity = "warn"\naction_type = "RIA"'), "share_tests[0].action_type: found 'RIA'"),
]


@pytest.mark.parametrize(("table", "found"), NOT_ENFORCED)
def test_new_version_may_not_state_what_nothing_is_held_to(table: str, found: str, tmp_path: Path) -> None:
    text = fund() + table
    with pytest.raises(SchemeError) as caught:
        open_scheme(OPERATOR, text, file="fund.toml")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"fund.toml: {found}")
    path = tmp_path / "fund.toml"
    path.write_text(text)
    checked = CliRunner().invoke(group, ["check", str(path)])
    assert (checked.exit_code, found in checked.output) == (1, True)


def test_older_version_that_states_it_stays_readable_and_warns() -> None:
    old = shipped("ihi").replace('maximum = "0.40"\nlevel = "programme"\nseverity = "warn"', "OLD")
    old = old.replace("OLD", 'maximum = "0.40"\nlevel = "programme"\nseverity = "block"\nblocks_from = "report"')
    (test,) = (one for one in parse(old, file="ihi.toml").share_tests if one.blocks_from == "report")
    assert (test.id, severity_at(test, "grant")) == ("ikaa_ceiling", "warn")
    Office.with_scheme(shipped("ihi"), "ihi")
    assert {one.blocks_from for one in current("ihi")[0].share_tests} == {"submission", None}
