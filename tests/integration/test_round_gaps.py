"""What is reported beyond a commitment, and who owes a report: not what was withdrawn as a whole, and nobody under two names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.books import FINANCE, MILLION, Office, shipped
from tests.rounds import AT, CERTIFICATE, YEAR, Round
from tests.worlds import world

from cofund.actions import contributions, merging
from cofund.actions.actors import Actor
from cofund.actions.rounds import checking, reports
from cofund.actions.rounds.checking import Acceptance
from cofund.actions.rounds.reports import NewReport, Reported
from cofund.queries import over_deliveries, round_lists, rounds, schemes
from cofund.queries.verification import verify
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Report
from cofund.records.programme.models import Project
from cofund.rules import roles


@world
def site() -> Round:
    """The round of IHI."""
    return Round.opened()


def test_report_of_more_than_is_committed_says_so_and_is_taken(site: Round) -> None:
    report = site.grant_report(210_000_000)
    (line,) = rounds.lines_of(report)
    rules, _ = schemes.current("ihi")
    assert over_deliveries.of_draft(rules, report, [line]) == {1: 10_000_000}
    checking.validate(FINANCE, report, {1: Acceptance(205_000_000, "Travel")}, at=AT)
    assert site.office.balances(site.given) == {
        "contribution:b:overdelivery": 5_000_000,
        "contribution:b:validated": 200_000_000,
        "tranche:b:consumed": 200_000_000,
    }
    assert verify("ihi").findings == ()


def test_draft_says_what_of_it_is_more_than_is_committed(site: Round) -> None:
    wanted = NewReport(site.partner, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31), Report.Source.GRANT)
    report = reports.start(FINANCE, site.scheme, wanted, at=AT)
    reports.write_line(FINANCE, report, Reported(201_000_000, contribution=site.given), at=AT)
    rules, _ = schemes.current("ihi")
    assert over_deliveries.of_draft(rules, report, rounds.lines_of(report)) == {1: 1_000_000}


def test_report_wholly_beyond_the_commitment_can_be_returned_and_accepted(site: Round) -> None:
    checking.validate(FINANCE, site.grant_report(2 * MILLION), {1: Acceptance(2 * MILLION)}, at=AT)
    returned = site.grant_report(500)
    assert rounds.lines_of(returned)[0].reported_entry is None
    reports.send_back(FINANCE, returned, "Say where", at=AT)
    wanted = NewReport(site.partner, YEAR, dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31), Report.Source.GRANT)
    again = reports.start(FINANCE, site.scheme, wanted, at=AT)
    again = reports.submit(FINANCE, again, "Coordinator", at=AT)
    checking.certify(FINANCE, again, CERTIFICATE, at=AT)
    checking.validate(FINANCE, again, {1: Acceptance(400, "Travel")}, at=AT)
    assert site.office.balances(site.given)["contribution:b:overdelivery"] == 400
    assert verify("ihi").findings == ()


def owing_in_kind(*givers: str) -> tuple[Office, list[Any]]:
    """Contributions in kind to a project of IMI2 that ran in 2016, where each is to be reported."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = [office.pledge(2 * 10**8, giver, kind="IK").contribution for giver in givers]
    for one in made:
        office.endorse(one)
    office.reserve(), office.commit()
    Project.objects.filter(slug="p1").update(starts_on=dt.date(2016, 1, 1), ends_on=dt.date(2016, 12, 31))
    return office, made


def owing(what: str = "report") -> list[str]:
    """Who owes something of 2016, as the list says and as each is told."""
    found = [str(one) for one in round_lists.owing("imi2", 2016, what)]
    keys = list(Organisation.objects.values_list("pk", flat=True))
    assert found == [str(one) for one in round_lists.owing("imi2", 2016, what, among=keys)]
    lines = round_lists.lines("imi2", 2016, round_lists.listed("imi2", 2016))
    assert found == [str(one.organisation) for one in lines if one.owes_report]
    return found


def test_what_was_withdrawn_as_a_whole_owes_no_report(db: None) -> None:
    office, (ada, bea) = owing_in_kind("Ada", "Bea")
    assert owing() == ["Ada", "Bea"]
    contributions.withdraw(FINANCE, ada, office.grounds())
    contributions.reduce(FINANCE, bea, 10**8, office.grounds())
    assert owing() == ["Bea"]


def test_organisation_that_was_merged_owes_and_reports_as_the_one_that_is_kept(db: None) -> None:
    office, _ = owing_in_kind("Ada", "Bea")
    ada, bea = office.organisation("Ada"), office.organisation("Bea")
    merging.merge(Actor("Officer", roles.OFFICER), ada, bea, "One and the same")
    assert owing() == ["Ada"]
    # A report that still stands under the merged name is one of the kept organisation.
    Report.objects.create(
        scheme=office.row,
        reference="imi2-report-1",
        organisation=bea,
        year=2016,
        number=1,
        source=Report.Source.GIVER,
        status=Report.Status.SUBMITTED,
        from_on=dt.date(2016, 1, 1),
        until_on=dt.date(2016, 12, 31),
        submitted_on=dt.date(2017, 1, 2),
        written_by="Office",
        written_at=AT,
    )
    assert owing() == []
    (line,) = round_lists.lines("imi2", 2016, round_lists.listed("imi2", 2016))
    assert [str(line.organisation), [one.reference for one in line.reports]] == ["Ada", ["imi2-report-1"]]
