"""Shares of calls and of participants: added up over what is of them, and said to be not known where costs are not stated."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.books import DAY, Office, fund, refused
from tests.worlds import world

from cofund.actions import contributions
from cofund.actions.share_exceptions import ShareException
from cofund.queries import funding, publication, share_levels
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.directory.models import User
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Call, Project, Topic
from cofund.rules import roles
from cofund.web.routes import reverse

pytestmark = pytest.mark.django_db


def share_test(code: str, above: str, below: str, level: str, more: str = "") -> str:
    """A share of at least 30 % as a table of a scheme's file."""
    return f"""
[[share_tests]]
id = "{code}"
label = "Share {code}"
numerator = [{above}]
denominator = [{below}]
minimum = "0.30"
level = "{level}"
{more or 'severity = "warn"'}

[[sources]]
key = "share_tests.{code}.minimum"
source = "These tests"
certainty = "assumed"
"""


OF_CALL = share_test("of_call", '"WORK"', '"WORK", "FC"', "call")
OF_PARTICIPANT = share_test("own_work", '"WORK"', '"WORK", "FC"', "participant")
OF_COSTS = share_test("of_costs", '"WORK"', '"eligible_costs"', "participant")


def office_with(*tests: str) -> Office:
    return Office.with_scheme(fund() + "".join(tests), "fund")


@world
def office() -> Office:
    """A project of a call with two partners: EUR 100 of work, EUR 300 of money."""
    made = office_with(OF_CALL, OF_PARTICIPANT, OF_COSTS)
    call = Call.objects.create(scheme=made.row, code="C1", opened_on=DAY)
    topic = made.topic()
    topic.call = call
    topic.save()
    for name, kind, cents in (("Ada", "WORK", 10_000), ("Bea", "FC", 30_000)):
        made.endorse(made.pledge(cents, name, kind=kind).contribution)
    return made


def granted(office: Office) -> Project:
    """The project, with its grant signed."""
    office.reserve(), office.commit()
    return Project.objects.get(slug="p1")


def test_call_adds_up_what_is_given_to_its_topics_and_projects(office: Office) -> None:
    (found,) = share_levels.of_calls("fund").values()
    assert [(one.numerator_cents, one.denominator_cents, one.passes) for one in found.results] == [
        (10_000, 40_000, False)
    ]
    granted(office)
    (found,) = share_levels.of_calls("fund").values()
    assert [one.denominator_cents for one in found.results] == [40_000]


def test_shares_of_a_call_are_public_once_all_of_its_contributions_are(office: Office, client: Client) -> None:
    (found,) = share_levels.of_calls("fund").values()
    assert not found.may_be_read_by(publication.public("fund"))
    assert "Shares of the calls" not in client.get("/programmes/fund/calls/").content.decode()
    granted(office)
    (found,) = share_levels.of_calls("fund").values()
    assert found.may_be_read_by(publication.public("fund"))
    assert "Shares of the calls" in client.get("/programmes/fund/calls/").content.decode()


def test_pages_of_the_office_show_the_shares_of_calls_and_participants(office: Office, client: Client) -> None:
    granted(office)
    client.force_login(User.objects.create_user("olga", role=roles.FINANCE_OFFICER))
    assert "Shares of the calls, today" in client.get("/office/fund/calls/").content.decode()
    page = client.get("/office/fund/projects/p1/").content.decode()
    assert "Shares of the participants" in page
    assert (
        "Not known, since no sheet of the grant states the costs: Ada (Share of_costs), Bea (Share of_costs)." in page
    )


def test_participant_is_weighed_by_what_it_gives_and_by_the_costs_of_its_grant(office: Office) -> None:
    project = granted(office)
    scheme, _ = current("fund")
    states = funding.of_target("fund", Target(project=project)).states
    ada, bea = share_levels.of_participants(scheme, project, states)
    assert [(str(one.organisation), [str(found.share) for found in one.results]) for one in (ada, bea)] == [
        ("Ada", ["1"]),
        ("Bea", ["0"]),
    ]
    assert [test.id for test in ada.not_known] == ["of_costs"]
    sheet = SheetImport.objects.create(
        scheme=office.row, project=project, kind="participants", read_by="Office", read_at=dt.datetime.now(dt.UTC)
    )
    GrantParticipant.objects.create(
        sheet=sheet,
        project=project,
        organisation=ada.organisation,
        number=1,
        kind=GrantParticipant.Kind.BENEFICIARY,
        eligible_cost_cents=50_000,
        public_money_cents=0,
    )
    ada, _ = share_levels.of_participants(scheme, project, states)
    assert [str(found.share) for found in ada.results] == ["1", "1/5"]
    assert ada.not_known == ()


def test_scheme_without_such_tests_shows_none() -> None:
    office = office_with()
    made = office.pledge(10_000).contribution
    scheme, _ = current("fund")
    assert share_levels.of_calls("fund") == {}
    states = funding.of_target("fund", Target.of(made)).states
    assert share_levels.of_participants(scheme, office.project(), states) == []


def test_endorsement_is_told_which_shares_fail_and_refused_by_one_that_blocks_from_the_start() -> None:
    late = share_test("late", '"WORK"', '"FC"', "project", 'severity = "block"\nblocks_from = "submission"')
    early = share_test(
        "early", '"FC"', '"FC", "WORK"', "project", 'severity = "block"\nexception = "The board may allow less"'
    )
    office = office_with(late, early)
    money = office.pledge(10_000, "Ada").contribution
    entry = office.endorse(money).entry
    assert entry.explanation["warnings"] == ["Share late: 0 % is below the limit of 30 %."]
    work = office.pledge(50_000, "Bea", kind="WORK").contribution
    error = refused(lambda: office.endorse(work))
    assert error.asked == f"You asked to endorse {work.reference}."
    assert error.wrong.startswith("Share early: 16.67 % is below the limit of 30 %")
    assert error.fields["field"] == "exception_decision"
    allowed = ShareException("Minutes of May", decision="B7", decided_on=DAY)
    entry = contributions.endorse(office.actor, work, office.grounds(), share_exception=allowed).entry
    assert entry.explanation["warnings"] == [
        "Share early: 16.67 % is below the limit of 30 %. Allowed by decision B7 of 2015-10-01 (Minutes of May).",
    ]


def test_empty_tables_of_shares_say_why_and_what_to_do(client: Client) -> None:
    office = office_with()
    office.project()
    client.force_login(User.objects.create_user("olga", role=roles.FINANCE_OFFICER))
    for path, level in (("/office/fund/calls/", "call"), ("/office/fund/projects/p1/", "participant")):
        page = client.get(path).content.decode()
        assert f"hold no share of a {level} to a limit." in page
        assert "Those that the rules have are on the pages of its projects and of its envelope." in page
        assert f'href="{reverse("rules", args=["fund"])}"' in page
    assert "Shares of the calls" not in client.get("/programmes/fund/calls/").content.decode()


def test_table_of_calls_without_a_contribution_asks_for_one(office: Office, client: Client) -> None:
    Topic.objects.update(call=None)
    client.force_login(User.objects.create_user("olga", role=roles.FINANCE_OFFICER))
    page = client.get("/office/fund/calls/").content.decode()
    assert "No call has a contribution yet." in page
    assert "Record a pledge to a topic of a call: its shares stand here then." in page
