"""The statement of a partner as PDF: tagged, and each number in it is the one of the books, now and at any past instant."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from click.testing import CliRunner
from tests.books import DAY, FINANCE, MILLION, Office, shipped
from tests.pdfs import assert_accessible, read, tags
from tests.worlds import world

from cofund.actions import contributions, corrections
from cofund.commands.main import cli
from cofund.exporters.documents.statements import statement_pdf
from cofund.queries import statements
from cofund.queries.documents.given import Moment
from cofund.queries.flows import positions_of_contributions
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Project
from cofund.rules import accounts
from cofund.rules.money import in_words

BOOKED = dt.datetime(2016, 1, 10, 12, tzinfo=dt.UTC)
CORRECTED = dt.datetime(2018, 3, 15, 12, tzinfo=dt.UTC)
BEFORE = CORRECTED - dt.timedelta(days=1)
LATER = dt.date(2016, 12, 31)


@world
def office() -> Office:
    """IMI2 with one project: JDRF alone, JDRF and Helmsley jointly, a company, and a delivery of the first."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = BOOKED
    office.pledge(7 * MILLION + 1, "JDRF", kind="FC_JU")
    office.pledge(3 * MILLION + 33, "JDRF", "Helmsley", kind="IK")
    office.pledge(20 * MILLION, "Company", role="member", kind="IK")
    for one in Contribution.objects.all():
        office.endorse(one)
    office.reserve()
    office.commit()
    Project.objects.update(starts_on=DAY, ends_on=dt.date(2017, 6, 30), grant_agreement="115797", title="A project")
    contributions.deliver(FINANCE, _alone(), 2 * MILLION + 50, office.grounds(), at=BOOKED)
    return office


def _alone() -> Contribution:
    """The contribution of JDRF alone."""
    return Contribution.objects.get(kind="FC_JU")


def held(moment: Moment, *names: str) -> int:
    """What the transfers themselves say stands in stages of the contributions of JDRF at a moment, in cents."""
    rows = Contribution.objects.filter(parties__slug="jdrf")
    positions = positions_of_contributions([row.pk for row in rows], known_at=moment.known_at)
    codes = [(row, accounts.of_contribution(row.group, name)) for row in rows for name in names]
    return sum(positions[row.pk].balance(code, moment.on) for row, code in codes)


def matched(moment: Moment, name: str) -> int:
    """What the transfers say of their match."""
    rows = Contribution.objects.filter(parties__slug="jdrf").select_related("tranche")
    positions = positions_of_contributions([row.pk for row in rows], known_at=moment.known_at)
    return sum(
        positions[row.pk].balance(accounts.of_tranche(row.tranche.code, name), moment.on)
        for row in rows
        if row.tranche is not None
    )


def assert_equals_books(words: str, moment: Moment) -> None:
    """Each amount of the statement is the one of the transfers at the moment, and no other amount stands in it."""
    stages = ("committed", "validated")
    given, unlocked = held(moment, *stages), matched(moment, "committed") + matched(moment, "consumed")
    joint = 3 * MILLION + 33
    whole = statements.funding.of_target(
        "imi2", statements.Target.of(_alone()), as_of=moment.on, known_at=moment.known_at
    ).total_cents
    expected = {given, unlocked, joint, whole, *(held(moment, one) for one in stages)}
    expected |= {matched(moment, "committed"), matched(moment, "consumed")}
    written = set(re.findall(r"EUR [\d,]+(?:\.\d\d)?", words))
    assert written == {in_words(cents, "EUR") for cents in expected if cents}


def statement_of(office: Office, moment: Moment) -> str:
    """The words of JDRF's statement at a moment."""
    return read(statement_pdf(office.organisation("JDRF"), moment))[1]


def test_statement_is_tagged_with_language_title_headings_and_tables(office: Office) -> None:
    reader, words = read(statement_pdf(office.organisation("JDRF"), Moment.of()))
    assert_accessible(reader, "What the money of JDRF did")
    found = tags(reader)
    assert (found["/H1"], found["/H2"], found["/H3"]) == (1, 3, 5)
    assert found["/Table"] == 7 and found["/TH"] >= 15 and found["/BlockQuote"] == 1
    assert "Joint Undertaking under grant agreement 115797. This Joint Undertaking receives support" in words


def test_each_number_equals_the_books(office: Office) -> None:
    moment = Moment.of()
    assert_equals_books(statement_of(office, moment), moment)


def test_each_number_of_a_past_instant_equals_what_was_known_then(office: Office) -> None:
    moment = Moment.of(LATER, BEFORE)
    before = statement_of(office, moment)
    assert_equals_books(before, moment)
    delivery = Entry.objects.get(kind="deliver")
    corrections.correct(FINANCE, delivery, office.grounds(DAY), at=CORRECTED)
    assert statement_of(office, moment) == before
    anew = Moment.of(LATER)
    words = statement_of(office, anew)
    assert_equals_books(words, anew)
    assert "Validated: delivered and accepted EUR 2,000,000.50" in before
    assert "nothing is booked" in words and "EUR 2,000,000.50" not in words


def test_day_before_anything_was_pledged_states_nothing(office: Office) -> None:
    words = statement_of(office, Moment.of(dt.date(2015, 1, 1)))
    assert "there is nothing to state" in words and "EUR" not in words


def test_joint_contribution_is_said_to_be_joint_and_with_whom(office: Office) -> None:
    words = statement_of(office, Moment.of())
    assert (
        "EUR 3,000,000.33 of it is given jointly with Helmsley and stands here in full: how it is split is not known."
    ) in words
    assert "Of it jointly with others, in full EUR 3,000,000.33" in words


def test_four_figures_have_their_names_and_formulas(office: Office) -> None:
    line = statements.of_partner(office.organisation("JDRF"))[0]
    words = statement_of(office, Moment.of())
    found = line.leverage
    for name, value, of in (
        ("L1 Partner multiplier", found.l1, "your own contribution"),
        ("L2 Project multiplier", found.l2, "the whole project or topic"),
        ("L3 Match leverage", found.l3, "your own contribution"),
        ("L4 Public leverage", found.l4, "the whole project or topic"),
    ):
        assert value is not None
        assert f"{name} {of} {round(value, 3).numerator / round(value, 3).denominator:.3f}" in words
    assert "L3 Match leverage (partners' contributions + match) / match" in words


def test_statement_says_its_moment_and_the_version_of_the_rules(office: Office) -> None:
    words = statement_of(office, Moment.of(LATER, BEFORE))
    assert "As of 31 December 2016 Known at 14 March 2018, 13:00:00 CET" in words
    assert "By the rules of Innovative Medicines Initiative 2, version 3" in words


def test_outcome_says_whether_the_project_has_ended_on_that_day(office: Office) -> None:
    assert "to 30 June 2017." in statement_of(office, Moment.of(LATER))
    assert "to 30 June 2017: it has ended." in statement_of(office, Moment.of())


def test_command_writes_the_same_statement(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "jdrf.pdf"
    arguments = ["statement", "jdrf", "--as-of", "2016-12-31", "--known-at", "2018-03-14T13:00", "--output", str(file)]
    answer = CliRunner().invoke(cli, arguments)
    assert answer.exit_code == 0, answer.output
    assert read(file.read_bytes())[1] == statement_of(office, Moment.of(LATER, BEFORE))


def test_command_says_that_there_is_no_such_organisation(office: Office) -> None:
    answer = CliRunner().invoke(cli, ["statement", "nobody"])
    assert (answer.exit_code, "There is no organisation 'nobody' on this site." in answer.output) == (1, True)
