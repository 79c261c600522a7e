"""Who may say who reads what, see a page as others see it, and record what is published; the words of the forms, and the tasks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import publishing as world
from tests import worlds
from tests.books import FINANCE, MILLION, Office, shipped
from tests.cells import Act
from tests.rights import grant

from cofund.actions import publishing
from cofund.actions.publishing import NewException
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import Contribution, PublicationException
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens
from cofund.web.office.publishing.previews import READERS

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))


def booked() -> Contribution:
    """A committed contribution of a partner, in cash: no law has its amount published."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = office.pledge(3 * MILLION, "Quince Trust", kind="FC_JU", target=Target(topic=office.topic())).contribution
    office.endorse(made)
    office.reserve()
    office.commit()
    return made


@worlds.world
def contribution() -> Contribution:
    """The contribution."""
    return booked()


def client(role: str) -> Client:
    """A browser in which somebody with this role is signed in; the partner's person is that of the giver, with every right."""
    user = User.objects.create_user(f"{role}-person", role=role if role in SIGNED_IN else "", password=None)
    if role == roles.PARTNER:
        user.organisation = Office("imi2").organisation("Quince Trust")
        user.save()
        grant(user, user.organisation)
    made = Client()
    made.force_login(user)
    return made


def address(reference: str) -> str:
    """The page of who sees what."""
    return reverse("office-who-sees", args=["contribution", reference])


def form(**changes: str) -> dict[str, str]:
    """What is sent."""
    told = {
        "field": "amount",
        "audience": "office",
        "from_on": "2016-01-01",
        "until_on": "2100-03-01",
        "reason": world.WHY,
    }
    return {**told, **changes, "token": tokens.new()}


def lifting(reference: str) -> str:
    """The page on which an exception is lifted."""
    return reverse("office-exception-lift", args=["contribution", reference, "place"])


@dataclass
class Cells:
    """A contribution with one exception that can be lifted, for the test of every cell."""

    contribution: Contribution
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        made = booked()
        publishing.make(FINANCE, made, NewException("place", "office", world.WHY, dt.date(2016, 1, 1), world.EMBARGO))
        return cls(made)

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        return client(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """Nothing here has states."""
        assert life is None

    def act(self, action: str, role: str) -> Act:
        """The page and the form of each action."""
        reference = self.contribution.reference
        preview = reverse("office-preview", args=["public"])
        return {
            "read who sees what": Act(address(reference), more=(reverse("office-published", args=["imi2"]),)),
            "make publication exception": Act(address(reference), form()),
            "lift publication exception": Act(lifting(reference), {"reason": "It ended", "token": tokens.new()}),
            "preview as others": Act(f"{preview}?page=/programmes/imi2/"),
            "record what is published": Act(reverse("office-published-record", args=["imi2"]), {"token": tokens.new()}),
        }[action]


WORLDS = {"publication": Cells}


def shown(browser: Client, contribution: Contribution) -> tuple[bool, bool]:
    """Whether somebody sees the amount of the contribution, and who gives it, on the page of its topic."""
    html = browser.get("/programmes/imi2/topics/T1/").text
    return "3,000,000" in html, "Quince Trust" in html


def test_exception_is_made_shown_and_lifted(contribution: Contribution) -> None:
    browser = client(roles.OFFICER)
    assert browser.post(address(contribution.reference), form()).status_code == 302
    html = browser.get(address(contribution.reference)).text
    assert [words in html for words in ("until 1 March 2100", world.WHY, "Lift it")] == [True, True, True]
    assert shown(Client(), contribution) == (False, True)
    lift = reverse("office-exception-lift", args=["contribution", contribution.reference, "amount"])
    assert browser.post(lift, {"reason": "It ended", "token": tokens.new()}).status_code == 302
    assert shown(Client(), contribution) == (True, True)
    actions = AuditEvent.objects.filter(action__endswith="publication exception").order_by("pk")
    assert [row.action for row in actions] == ["make publication exception", "lift publication exception"]


def test_exception_without_a_reason_is_refused_beside_its_field(contribution: Contribution) -> None:
    answer = client(roles.OFFICER).post(address(contribution.reference), form(reason=" "))
    assert (answer.status_code, PublicationException.objects.count()) == (422, 0)


def test_what_the_law_has_published_needs_an_embargo(db: None) -> None:
    office = Office.with_scheme(shipped("ihi"), "ihi")
    made = office.pledge(MILLION, "Quince Trust", kind="IKOP", on=dt.date(2024, 1, 1)).contribution
    answer = client(roles.OFFICER).post(address(made.reference), form(until_on=""))
    assert (answer.status_code, "Article 116(e)" in answer.text) == (422, True)


def test_second_exception_replaces_the_first(contribution: Contribution) -> None:
    for audience in ("office", "partners"):
        world.hold(Office("imi2"), contribution, "amount", audience)
    rows = PublicationException.objects.order_by("pk")
    assert [(row.audience, row.lifted_at is None) for row in rows] == [("office", False), ("partners", True)]


@pytest.mark.parametrize(("audience", "sees"), [("office", False), ("partners", True)])
def test_another_partner_of_the_programme_sees_what_is_for_partners(
    contribution: Contribution, audience: str, *, sees: bool
) -> None:
    office = Office("imi2")
    office.pledge(MILLION, "Walnut Fund", kind="FC_JU", target=Target(topic=office.topic("T2")))
    user = User.objects.create_user("wanda", role=roles.PARTNER, organisation=office.organisation("Walnut Fund"))
    other = Client()
    other.force_login(user)
    world.hold(office, contribution, "amount", audience)
    assert shown(other, contribution)[0] is sees
    assert shown(Client(), contribution)[0] is False
    # Whoever gives it reads its own.
    assert shown(client(roles.PARTNER), contribution)[0] is True


def test_name_says_until_when_and_why_where_that_is_public(contribution: Contribution) -> None:
    world.hold(Office("imi2"), contribution, "giver", public_reason=True)
    html = Client().get("/programmes/imi2/topics/T1/").text
    assert f"(not published until 1 March 2100: {world.WHY})" in html


def test_what_is_held_back_is_said_in_french(contribution: Contribution) -> None:
    """The reason is the office's own, and stays in its language."""
    office = Office("imi2")
    browser, page = Client(), f"/fr/contributions/{contribution.reference}/"
    world.hold(office, contribution, "amount", public_reason=True)
    world.hold(office, office.topic("T1"), "credits", until=None)
    held = f"non publié avant le 1er mars 2100\u00a0: {world.WHY}"
    assert [held in browser.get(one).text for one in ("/fr/programmes/imi2/projects/p1/", page)] == [True, True]
    pages = (page, "/fr/programmes/imi2/", "/fr/programmes/imi2/topics/T1/", "/fr/programmes/imi2/projects/p1/")
    left = ("not published", "in no sum", "More is given", "Who gives it", "How much it is")
    assert [(one, words) for one in pages for words in left if words in browser.get(one).text] == []
    assert f"not published until 1 March 2100: {world.WHY}" in browser.get(page[3:]).text


def test_embargo_ends_at_midnight(contribution: Contribution, monkeypatch: pytest.MonkeyPatch) -> None:
    world.hold(Office("imi2"), contribution, "amount", until=dt.date(2050, 3, 1))
    seen = []
    for day in (dt.date(2050, 2, 28), dt.date(2050, 3, 1)):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        seen.append(shown(Client(), contribution)[0])
    assert seen == [False, True]


def test_reason_that_is_opened_is_read_by_everybody(contribution: Contribution) -> None:
    movements = "/programmes/imi2/movements/B/"
    before = Client().get(movements).text.count("Reason of the test")
    world.hold(Office("imi2"), contribution, "reason", "public", until=None)
    assert (before, Client().get(movements).text.count("Reason of the test") > 0) == (0, True)


def test_organisation_keeps_its_website_and_identifiers_back(contribution: Contribution) -> None:
    office = Office("imi2")
    one = office.organisation("Quince Trust")
    one.website, one.pic = "https://quince.example/", "999999999"
    one.save()
    path = "/partners/quince-trust/"
    before = Client().get(path).text
    for field in ("website", "identifiers"):
        world.hold(office, one, field, until=None)
    after = Client().get(path).text
    assert [("quince.example" in text, "999999999" in text) for text in (before, after)] == [
        (True, True),
        (False, False),
    ]


def preview(browser: Client, reader: str, page: str) -> Any:
    """The answer to a preview."""
    return browser.get(reverse("office-preview", args=[reader]), {"page": page})


def test_preview_shows_the_officer_what_others_see(contribution: Contribution) -> None:
    world.hold(Office("imi2"), contribution, "amount", "partners")
    browser, page = client(roles.OFFICER), "/programmes/imi2/topics/T1/"
    public, partner = (preview(browser, reader, page) for reader in ("public", "partners"))
    assert ["3,000,000" in one.text for one in (browser.get(page), public, partner)] == [True, False, True]
    assert ["Preview: as" in one.text for one in (browser.get(page), public, partner)] == [False, True, True]
    assert "no-store" in public["Cache-Control"]
    assert 'method="post"' not in public.text


def test_project_leads_whoever_may_to_its_page_as_others_see_it(contribution: Contribution) -> None:
    """An auditor and a partner's person are not offered what they may not open."""
    world.hold(Office("imi2"), contribution, "amount", "partners")
    page = reverse("office-project", args=["imi2", "p1"])
    officer = client(roles.OFFICER)
    links = re.findall(r'href="(/office/publication/preview/[^"]+)"', officer.get(page).text)
    assert links == [f"/office/publication/preview/{one}/?page=/programmes/imi2/projects/p1/" for one in READERS]
    assert ["3,000,000" in officer.get(link).text for link in links] == [False, True]
    assert officer.get(links[0].replace("/projects/p1/", "/success/")).status_code == 200
    offered = {
        role: "publication/preview" in client(role).get(page).text for role in SIGNED_IN if role != roles.OFFICER
    }
    assert offered == {role: roles.may(role, "preview as others") for role in offered}


@pytest.mark.parametrize(
    "page",
    ["", "https://example.org/", "//example.org/programmes/", "/office/", "/sign-in/", "/ideas/suggest/", "/no/"],
)
def test_preview_shows_public_pages_of_records_alone(contribution: Contribution, page: str) -> None:
    assert preview(client(roles.OFFICER), "public", page).status_code == 404


def test_embargo_that_ends_within_a_week_is_a_task(contribution: Contribution) -> None:
    office, today = Office("imi2"), clock.today()
    world.hold(office, contribution, "amount", until=today + dt.timedelta(days=7))
    world.hold(office, contribution, "giver", until=today + dt.timedelta(days=8))
    world.hold(office, office.organisation("Quince Trust"), "website", until=today + dt.timedelta(days=1))
    world.hold(office, office.topic(), "text", until=today + dt.timedelta(days=2))
    asked = {"kind": "embargo_ends", "format": "json"}
    rows = client(roles.OFFICER).get(reverse("office-tasks"), asked).json()["rows"]
    assert [row["page"] for row in rows] == [
        reverse("office-who-sees", args=["organisation", "quince-trust"]),
        reverse("office-who-sees", args=["topic", "imi2/T1"]),
        address(contribution.reference),
    ]


def test_published_page_leads_to_what_was_published(contribution: Contribution) -> None:
    browser = client(roles.OFFICER)
    assert browser.post(reverse("office-published-record", args=["imi2"]), {"token": tokens.new()}).status_code == 302
    html = Client().get("/programmes/imi2/published/").text
    today = clock.today().isoformat()
    assert f"/programmes/imi2/documents/article-116e/?as_of={today}&amp;known_on={today}" in html
    rows = Client().get("/programmes/imi2/published/?format=json").json()["rows"]
    assert (len(rows), {len(row["figures_digest"]) for row in rows}) == (5, {64})
