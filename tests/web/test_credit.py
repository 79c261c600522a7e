"""Acknowledgement and credit: who is named, in which language, what can be copied, and that nothing that is not public shows."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.conf import settings
from django.test import Client
from lxml import html as parser
from tests import worlds
from tests.books import Office, shipped
from tests.stories import Stories

from cofund.queries import clock
from cofund.records.directory.models import Organisation
from cofund.rules import roles
from cofund.web.formatting import day

pytestmark = pytest.mark.django_db
PROJECT = "/programmes/imi2/projects/p1/"
CREDIT = "/partners/jdrf/credit/"


@worlds.world
def world() -> Stories:
    """A programme in which JDRF's 3.0 m are public, and the 7.0 m of Quiet Fund are not."""
    return Stories.make()


def field(page: str, key: str) -> str:
    """What a field to copy from holds."""
    found = re.search(rf'<textarea class="copy-text" id="{key}"[^>]*readonly[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None, key
    return html.unescape(found[1])


def test_project_names_those_who_are_public_to_be_copied(world: Stories, client: Client) -> None:
    page = client.get(PROJECT).content.decode()
    said = field(page, "thanks-en")
    assert said.endswith("research and innovation programme and EFPIA and JDRF.")
    assert '<label for="thanks-en">Acknowledgement, in English</label>' in page
    assert 'lang="en" readonly' in page


def test_project_whose_partners_are_not_public_names_none(world: Stories, client: Client) -> None:
    target = world.given("Trust")
    project = world.office.project("p3", target.topic)
    page = client.get("/programmes/imi2/projects/p3/").content.decode()
    assert "Trust" not in field(page, "thanks-en")
    assert field(page, "thanks-en").endswith("EFPIA and Associated Partners.")
    world.office.commit(target, project)
    assert field(client.get("/programmes/imi2/projects/p3/").content.decode(), "thanks-en").endswith("EFPIA and Trust.")


def test_every_language_that_the_scheme_states_has_its_field(client: Client) -> None:
    text = shipped("foundation").replace(
        'acknowledgement = "',
        'acknowledgement_in = { fr = "{project} est financé par {scheme}." }\nacknowledgement = "',
    )
    office = Office.with_scheme(text, "foundation")
    office.project("p1")
    page = client.get("/programmes/foundation/projects/p1/").content.decode()
    assert field(page, "thanks-fr") == "P1 est financé par Foundation with co-funders (pattern)."
    assert "Acknowledgement, in French" in page
    assert 'id="thanks-fr" rows="5" lang="fr"' in page


def test_scheme_with_a_language_that_there_is_not_is_refused() -> None:
    from cofund.rules.scheme_parsing import parse
    from cofund.rules.scheme_problems import SchemeError

    text = shipped("foundation").replace(
        'acknowledgement = "', 'acknowledgement_in = { xx = "{project}" }\nacknowledgement = "'
    )
    with pytest.raises(SchemeError, match="acknowledgement_in"):
        parse(text, file="x.toml")


def test_credit_page_says_what_is_public_with_the_day(world: Stories, client: Client) -> None:
    page = client.get(CREDIT).content.decode()
    said = "JDRF stands behind 1 project with EUR 3,000,000, matched with EUR 3,000,000 of public money."
    assert f'<p class="lede">{said}</p>' in page
    assert "EUR 6,000,000" in page
    assert field(page, "thanks-0-en") == field(client.get(PROJECT).content.decode(), "thanks-en")
    today = clock.today()
    site = settings.COFUND_SITE_URL
    assert field(page, "credit-link") == f"{site}{CREDIT}"
    assert field(page, "credit-citation") == (
        f"Cofund: {said} Figures as of {day(today)}, by what was known at the end of {day(today)}. "
        f"{site}{CREDIT}?as_of={today.isoformat()}&known_on={today.isoformat()}"
    )


def test_snippet_is_words_and_one_link(world: Stories, client: Client) -> None:
    Organisation.objects.filter(slug="jdrf").update(name="A & <b>B</b>", short_name="")
    snippet = field(client.get(CREDIT).content.decode(), "credit-snippet")
    found = parser.fragment_fromstring(snippet)
    assert [(one.tag, sorted(one.attrib)) for one in found.iter()] == [("p", []), ("a", ["href"])]
    assert found[0].get("href") == f"{settings.COFUND_SITE_URL}{CREDIT}"
    assert found.text_content() == (
        "A & <b>B</b> stands behind 1 project with EUR 3,000,000, matched with EUR 3,000,000 of public money "
        f"(Cofund, as of {day(clock.today())})."
    )


def test_cited_page_shows_the_same_figures_after_more_was_booked_of_days_before(
    world: Stories, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is booked tomorrow about a day of 2015 is not in what is cited today, neither in words nor in the page's box."""
    page = html.unescape(client.get(CREDIT).text)
    (boxed,) = re.findall(r'<span class="address">([^<]+)</span>', page)
    assert field(page, "credit-citation").endswith(f". {boxed}")
    cited = boxed.removeprefix(settings.COFUND_SITE_URL)
    today, now = clock.today(), clock.now()
    monkeypatch.setattr(clock, "today", lambda: today + dt.timedelta(days=1))
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=1))
    before = client.get(f"{cited}&format=json").content
    world.office.commit(world.given("JDRF"), world.office.project("p3", world.office.topic("T3")))
    assert client.get(f"{cited}&format=json").content == before
    assert "EUR 5,000,000" not in client.get(cited).text
    # By all that is known, the same day has more.
    without = cited.partition("&known_on")[0]
    assert "EUR 5,000,000" in client.get(without).text


def test_credit_page_of_no_day_is_not_cited(world: Stories, client: Client) -> None:
    answer = client.get(f"{CREDIT}?as_of=never")
    assert answer.status_code == 400
    assert ("credit-link" in answer.text, "credit-citation" in answer.text) == (True, False)


def test_day_before_anything_was_given_has_nothing_to_copy(world: Stories, client: Client) -> None:
    before = client.get(f"{CREDIT}?as_of=2015-01-01").content.decode()
    assert "No public contribution is known." in before
    assert "copy-text" not in before


@pytest.mark.parametrize("role", ["", roles.OFFICER, roles.PARTNER])
def test_nothing_that_is_not_public_shows_whoever_looks(world: Stories, role: str) -> None:
    world.given("JDRF")
    browser = Client()
    if role:
        browser.force_login(world.person(role))
    page = browser.get(CREDIT).content.decode()
    assert ("EUR 3,000,000" in page, "5,000,000" in page, ">T3<" in page) == (True, False, False)
    quiet = Organisation.objects.get(name="Quiet Fund")
    answer = browser.get(f"/partners/{quiet.slug}/credit/")
    assert b"7,000,000" not in answer.content
    assert answer.status_code == (200 if role == roles.OFFICER else 404)


def test_merged_partner_leads_to_the_one_that_is_kept(world: Stories, client: Client) -> None:
    kept = world.office.organisation("Breakthrough")
    Organisation.objects.filter(slug="jdrf").update(merged_into=kept)
    assert client.get(CREDIT)["Location"] == f"/partners/{kept.slug}/credit/"
    assert "EUR 3,000,000" in client.get(f"/partners/{kept.slug}/credit/").content.decode()


def test_credit_is_a_file_too(world: Stories, client: Client) -> None:
    rows = client.get(f"{CREDIT}?format=json").json()["rows"]
    assert [(row["target"], row["given_cents"], row["matched_cents"], row["is_joint"]) for row in rows] == [
        ("P1", 300_000_000, 300_000_000, False)
    ]
    assert rows[0]["acknowledgement"].endswith("EFPIA and JDRF.")


def test_partner_page_leads_to_its_credit(world: Stories, client: Client) -> None:
    assert f'href="{CREDIT}"' in client.get("/partners/jdrf/").content.decode()
