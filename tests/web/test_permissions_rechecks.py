"""Who may check partners in the books again, through the page: what every cell is tried on; the words; and nothing twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse
from tests.applications import hold, relate
from tests.books import MILLION, Office, shipped
from tests.cells import Act
from tests.rights import grant
from tests.worlds import world

from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution, PartnerCheck
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))


def booked() -> Contribution:
    """A contribution of JDRF that was booked directly, and JDRF became a constituent entity of the member EFPIA after that."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = office.pledge(MILLION, "JDRF", kind="FC_JU", target=Target(topic=office.topic())).contribution
    relate(office.organisation("JDRF"), "constituent_of", hold(office, "EFPIA", "member"))
    return made


@world
def contribution() -> Contribution:
    """The contribution."""
    return booked()


def client(role: str) -> Client:
    """A browser in which somebody with this role is signed in; the partner's person is JDRF's, with every right."""
    user = User.objects.create_user(f"{role}-person", role=role if role in SIGNED_IN else "", password=None)
    if role == roles.PARTNER:
        user.organisation = Office("imi2").organisation("JDRF")
        user.save()
        grant(user, user.organisation)
    made = Client()
    made.force_login(user)
    return made


def address(reference: str) -> str:
    """The page of the check."""
    return reverse("office-partner-check", args=[reference])


def form(reason: str = "It stays for this topic") -> dict[str, str]:
    """What is sent."""
    return {"reason": reason, "token": tokens.new()}


@dataclass
class Cells:
    """A contribution whose partner is to be checked again, for the test of every cell."""

    contribution: Contribution
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(booked())

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        return client(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """A check asks for no state."""
        assert life is None

    def act(self, action: str, role: str) -> Act:
        """The page and the form of the check."""
        return {"check partner again": Act(address(self.contribution.reference), form())}[action]


WORLDS = {"checks of partners in the books": Cells}


def test_check_without_a_reason_is_refused_beside_the_field_and_a_second_one_in_words(
    contribution: Contribution,
) -> None:
    browser = client(roles.OFFICER)
    html = browser.get(address(contribution.reference)).content.decode()
    assert "JDRF is a constituent entity of EFPIA" in html
    answer = browser.post(address(contribution.reference), form(""))
    assert (answer.status_code, PartnerCheck.objects.count()) == (422, 0)
    assert "Why it may stay, or what is done about it, is missing." in answer.content.decode()
    assert browser.post(address(contribution.reference), form()).status_code == 302
    again = browser.post(address(contribution.reference), form())
    assert (again.status_code, PartnerCheck.objects.count()) == (422, 1)


def test_page_of_the_contribution_tells_the_office_and_not_the_partner(contribution: Contribution) -> None:
    page = reverse("office-contribution", args=[contribution.reference])
    officer, partner, auditor = client(roles.OFFICER), client(roles.PARTNER), client(roles.AUDITOR)
    title = "Its partner is to be checked again"
    assert [title in one.get(page).content.decode() for one in (officer, partner, auditor)] == [True, False, True]
    links = [address(contribution.reference) in one.get(page).content.decode() for one in (officer, auditor)]
    assert links == [True, False]
    officer.post(address(contribution.reference), form("It stays for this topic"))
    html = officer.get(page).content.decode()
    assert (title in html, "Stands against who gives it" in html, "It stays for this topic" in html) == (
        False,
        True,
        True,
    )


def test_task_opens_the_check_and_ends_with_it(contribution: Contribution) -> None:
    browser = client(roles.OFFICER)
    asked = {"kind": "partner_recheck", "format": "json"}
    rows = browser.get(reverse("office-tasks"), asked).json()["rows"]
    assert [row["page"] for row in rows] == [address(contribution.reference)]
    browser.post(address(contribution.reference), form())
    assert browser.get(reverse("office-tasks"), asked).json()["rows"] == []
