"""The third way in: Gates knocks at PERISCOPE's topic, applies, is approved, and doubles what the topic is worth."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer
from tests.boards import SECRETARY, Board
from tests.books import MILLION, Office, shipped
from tests.browser import boards
from tests.browser.keys import Keys
from tests.browser.letters import type_letter, type_line

from cofund.actions.governance import groups
from cofund.queries import funding
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Decision, Exchange, Group, Lead, Project, Topic

pytestmark = pytest.mark.browser
TOPIC = "IMI2-2015-03-05"
PASSWORD = "correct-horse-battery"
MET_ON = dt.date(2015, 10, 20)
# The numbers that the register gives: on the partner, then on the topic.
DECISION, ADOPTION = "IMI2-GB-DEC-2015-01", "IMI2-GB-DEC-2015-02"
GATES = "Bill & Melinda Gates Foundation"
WISH = "We heard of the topic on pertussis and would put EUR 7 million on the table."


@pytest.fixture
def office(transactional_db: None, settings: Any, live_server: LiveServer, tmp_path: Path) -> Office:
    """IMI2 in 2015 as S1 has it: 5.0 m of tranche B reserved for the diabetes topic, EFPIA's 7.0 m in kind behind PERISCOPE's,
    a board of two with a planned meeting, the people of the office, and mail that goes into files."""
    settings.COFUND_SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    office = Office.with_scheme(shipped("imi2"), "imi2")
    diabetes = Target(topic=office.topic("IMI2-2014-01-03"))
    for name, cents in (("JDRF", 280_000_000), ("Helmsley", 220_000_000)):
        office.endorse(office.pledge(cents, name, kind="FC_DIRECT", target=diabetes).contribution)
    office.reserve(diabetes)
    topic = office.topic(TOPIC)
    group = groups.add_group(SECRETARY, "imi2", groups.GroupWanted("Governing Board", Group.Kind.BOARD))
    board = Board(office, group, password=PASSWORD)
    board.sit("Union", "union")
    board.sit("EFPIA", "members")
    board.meeting(MET_ON, is_open=False)
    sven = User.objects.create_user(
        "sven", "sven@office.example", PASSWORD, role="scientific_officer", first_name="Sven", last_name="Science"
    )
    Topic.objects.filter(pk=topic.pk).update(title="Pertussis vaccination research", scientific_officer=sven)
    office.endorse(
        office.pledge(7 * MILLION, "EFPIA", role="member", kind="IK", target=Target(topic=topic)).contribution
    )
    Organisation.objects.create(
        slug="gates", name=GATES, short_name="Gates Foundation", kind="foundation", country="US"
    )
    for name, role in (("olga", "officer"), ("greta", "governance_officer"), ("fred", "finance_officer")):
        User.objects.create_user(name, password=PASSWORD, role=role, first_name=name.capitalize())
    return office


def mails(folder: Path, recipient: str) -> list[str]:
    """The e-mails that went to somebody, as a person reads them in the site's folder."""
    texts = [path.read_text() for path in sorted(folder.glob("*.log"))]
    return [text for text in texts if f"To: {recipient}" in text]


def link_in(text: str) -> str:
    """The address that an e-mail names."""
    return next(line for line in text.splitlines() if line.startswith("http"))


def knock(keys: Keys) -> None:
    """From the public page of the topic to the page that says to look into the mail."""
    keys.go(f"/programmes/imi2/topics/{TOPIC}/")
    keys.link("Contribute to this topic")
    keys.write("Your organisation", GATES)
    keys.write("Country where it is established", "US")
    keys.choose("What it is", value="foundation")
    keys.write("Your name", "Grace Giver")
    keys.write("Your e-mail address", "grace@gates.example")
    keys.pick(keys.page.get_by_label("Money", exact=True))
    keys.write("Amount, if you can say one", "7,000,000")
    keys.write("What you would like to do", WISH)
    keys.button("Send")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def confirm(keys: Keys, folder: Path) -> None:
    """Open the link of the e-mail, and press the button."""
    (text,) = mails(folder, "grace@gates.example")
    assert Lead.objects.count() == 0
    keys.go(link_in(text))
    expect(keys.page.locator("main")).to_contain_text(WISH)
    keys.button("Yes, send it")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Thank you")


def work_on(keys: Keys, folder: Path) -> None:
    """In the office: from the notice in the mail over the board of leads to the application."""
    page = keys.page
    (notice,) = mails(folder, "sven@office.example")
    assert WISH in notice
    keys.go("/office/leads/")
    new = page.locator(".board-column", has_text="New").first
    expect(new.locator(".card")).to_have_count(1)
    expect(new.locator(".card")).to_contain_text("Gates Foundation")
    keys.open(new.locator("summary"))
    keys.link(new.get_by_role("link", name="Contacted"))
    keys.write("What happened", "Rang Grace Giver back")
    keys.done("Record the contact", "now stands in “Contacted”")
    keys.link("Topic found")
    keys.button("Record the topic that fits")
    keys.link("Edit this lead")
    keys.choose("Kind optional", value="FC_JU")
    keys.write("How likely, in percent", "80")
    keys.button("Keep the changes")
    expect(page.locator(".explanation-result")).to_have_text("EUR 7,000,000")
    keys.link("Start the application")
    keys.done("Start the letter", "The application is started.")
    keys.go("/office/leads/?programme=imi2")
    applying = page.locator(".board-column").nth(4)
    expect(applying.locator(".card")).to_contain_text("at 80 %")
    expect(applying.locator("h2")).to_contain_text("Applying")
    # 208.0 m free less 80 % of 7.0 m.
    expect(page.locator("main")).to_contain_text("EUR 202,400,000")


def assert_lead_of_the_scenario() -> None:
    """What stands in the records when Gates is applying."""
    lead = Lead.objects.get()
    assert (lead.route, lead.stage, lead.organisation.name) == ("knocks", "applying", GATES)
    assert (lead.topic.code if lead.topic else "", lead.amount_cents) == (TOPIC, 7 * MILLION)
    assert list(lead.steps.values_list("stage", flat=True)) == ["new", "contacted", "fit_found", "applying"]
    assert Exchange.objects.get().by_office is False
    assert Organisation.objects.filter(name=GATES).count() == 1


def apply(keys: Keys) -> None:
    """The letter is written, handed in, checked, and goes to the board."""
    keys.go(f"/office/applications/{Application.objects.get().reference}/letter/")
    type_line(keys, 1, "7,000,000")
    type_letter(keys)
    keys.done("Save and look at it", "The draft is saved:")
    boards.hand_in(keys, "2015-10-01")
    boards.check_and_schedule(keys, "2015-10-02")
    boards.propose(keys, TOPIC, "2015-08-01", "2015-10-05")


def approve(keys: Keys) -> None:
    """The board's decision, as its agenda has it, is recorded with the application: the letter is endorsed in the books."""
    keys.sign_in("olga", PASSWORD)
    keys.go(f"/office/applications/{Application.objects.get().reference}/")
    keys.link("Approve")
    expect(keys.page.get_by_label("Number of the decision")).to_have_value(DECISION)
    keys.write("Reason", "The board decided")
    keys.done("Approve", "Approve: recorded.")
    assert Lead.objects.get().stage == "converted"


def sign_grant(keys: Keys) -> None:
    """The grant is signed by the decision that adopted the topic."""
    keys.go(f"/office/imi2/topics/{TOPIC}/")
    keys.link("Sign the grant")
    keys.write("Day it is about", "2016-03-01")
    keys.write("Number of the decision", ADOPTION)
    keys.write("Decided on", MET_ON.isoformat())
    keys.write("Acronym of the project", "PERISCOPE")
    keys.write("Grant agreement number", "115910")
    keys.write("Reason", "Both sides have signed")
    keys.button("Show what will happen")
    keys.done("Sign the grant", "Committed")


def read_in_public(keys: Keys, address: str, through_the_office: str, brought: str, total: str) -> None:
    """Anybody reads what the topic or project is worth, and how the money comes."""
    keys.sign_out()
    keys.go(address)
    row = keys.page.locator("table", has_text="Paid through the programme office").locator("tr", has_text="Total").last
    assert row.locator("th, td").all_inner_texts() == ["Total", through_the_office, brought, total]


def assert_money_of_the_scenario(office: Office) -> None:
    """S1 to the cent: 14.0 m became 28.0 m, of which 21.0 m go through the office, and 201.0 m are left of the envelope."""
    project = Project.objects.get(slug="periscope")
    money = funding.of_target("imi2", Target(project=project))
    assert (money.total_cents, money.public_cents) == (28 * MILLION, 14 * MILLION)
    assert Fraction(money.total_cents - 14 * MILLION, 14 * MILLION) == 1
    assert money.through_office_cents == 21 * MILLION
    assert office.standing("B").free_cents == 201 * MILLION
    assert [(one.number, one.is_taken_elsewhere) for one in Decision.objects.filter(group__isnull=False)] == [
        (DECISION, False),
        (ADOPTION, False),
    ]
    assert verify("imi2").findings == ()


def walk(keys: Keys, office: Office, folder: Path) -> None:
    """The whole way of the scenario, from the knock to the grant, by nothing but keys."""
    page = keys.page
    read_in_public(keys, f"/programmes/imi2/topics/{TOPIC}/", "7,000,000", "7,000,000", "14,000,000")
    expect(page.locator("main")).to_contain_text(re.compile(r"could still unlock\s*EUR 208\.0 m"))
    assert office.standing("B").free_cents == 208 * MILLION
    knock(keys)
    confirm(keys, folder)
    keys.sign_in("olga", PASSWORD)
    work_on(keys, folder)
    assert_lead_of_the_scenario()
    apply(keys)
    boards.hold_meeting(keys, TOPIC, ("union", "efpia"))
    approve(keys)
    keys.sign_in("fred", PASSWORD)
    boards.reserve(keys, ADOPTION, f"Adoption of {TOPIC}", MET_ON)
    sign_grant(keys)
    read_in_public(keys, f"/programmes/imi2/topics/{TOPIC}/", "21,000,000", "7,000,000", "28,000,000")
    # By its names: one euro of Gates became two, and stands beside four.
    for name, value in (("L1 Partner multiplier", "2.00"), ("L2 Project multiplier", "4.00")):
        expect(page.locator("table tr", has_text=name).first).to_contain_text(value)
    keys.go("/programmes/imi2/")
    expect(page.locator("main")).to_contain_text(re.compile(r"201[.,]0"))
    assert_money_of_the_scenario(office)


def test_gates_knocks_and_doubles_the_topic_by_keyboard(office: Office, keys: Keys, tmp_path: Path) -> None:
    walk(keys, office, tmp_path)


def test_interest_says_what_is_missing_and_no_link_is_made_up_by_keyboard(office: Office, keys: Keys) -> None:
    keys.go(f"/programmes/imi2/topics/{TOPIC}/contribute/")
    keys.button("Send")
    expect(keys.page.get_by_role("alert").first).to_be_visible()
    keys.look()
    answer = keys.page.goto("/contribute/confirm/nonsense/")
    assert answer is not None
    assert answer.status == 404
    keys.look()
