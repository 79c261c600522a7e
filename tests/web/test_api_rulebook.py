"""The rules and the credit of a partner through the API: what their pages say, figure by figure, and no more."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import publishing
from tests.api_reading import ROOT, read, status
from tests.books import Office, shipped
from tests.keys import Program
from tests.stories import Stories

from cofund.actions.schemes import install
from cofund.queries import clock
from cofund.records.directory.models import Organisation

pytestmark = pytest.mark.django_db
RULES = "programmes/imi2/rules"
CREDIT = "partners/jdrf/credit"


@pytest.mark.parametrize("code", ["imi2", "ihi", "cbe", "edctp3", "foundation"])
def test_every_figure_of_the_page_is_a_parameter_with_its_source(client: Client, code: str) -> None:
    Office.with_scheme(shipped(code), code)
    told = read(client, f"programmes/{code}/rules?limit=100")
    there = {
        (one["key"] if rule["id"] == "programme" else f"{rule['id']}.{one['key']}"): (one["certainty"], one["source"])
        for rule in told["items"]
        for one in rule["parameters"]
    }
    page = read(client, f"/programmes/{code}/rules/?format=json")
    figures = {one["key"]: (one["certainty"], one["source"]) for one in page["rows"]}
    # The votes of a board stand bloc by bloc, each with the source of all.
    blocs = {key: said for key, said in there.items() if key.startswith("decision_rule.blocs.")}
    if "decision_rule.blocs" in figures:
        there["decision_rule.blocs"] = next(iter(blocs.values()))
    assert figures
    assert {key: there.get(key) for key in figures} == figures


def test_rule_says_what_it_says_with_its_article_and_its_parameters_as_data(client: Client) -> None:
    Office.with_scheme(shipped("ihi"), "ihi")
    rule = read(client, "programmes/ihi/rules/share_tests.third_country")
    assert rule["articles"][0] == "Regulation (EU) 2021/2085, Article 119(4)"
    assert rule["text"] == (
        "IKOP in third countries is at most 20 % of IKOP of Private members + IKOP of Contributing Partners, "
        "over the whole programme; what is above is not counted."
    )
    stated = {one["key"]: one["value"] for one in rule["parameters"]}
    assert [stated["maximum"], stated["numerator"], stated["level"]] == ["1/5", ["IKOP@third"], "programme"]
    tranche = {one["key"]: one for one in read(client, "programmes/ihi/rules/tranches.b")["parameters"]}
    assert tranche["cap"]["value"] == {"amount_cents": 20_000_000_000, "currency": "EUR", "amount": "200000000.00"}
    assert [tranche["additional"]["value"], tranche["allocation"]["certainty"]] == [True, "assumed"]
    exclusion = read(client, "programmes/ihi/rules/role_exclusions.partner")
    assert exclusion["articles"] == ["Regulation (EU) 2021/2085, Article 2(7)"]
    consortium = read(client, "programmes/ihi/rules/consortium")
    assert [one["value"] for one in consortium["parameters"] if one["key"] == "least_countries"] == [3]
    assert consortium["articles"][0] == "Regulation (EU) 2021/695, Article 22(2)"


def test_rule_and_its_programme_tell_what_each_version_said(client: Client) -> None:
    Office.with_scheme(shipped("ihi"), "ihi")
    changed = shipped("ihi").replace('version = "4"', 'version = "5"').replace('maximum = "0.20"', 'maximum = "0.25"')
    changed = changed.replace('[[member_categories]]\ncode = "sme_member"', '[[member_categories]]\ncode = "small"')
    install(
        changed.replace("member_categories.sme_member", "member_categories.small"),
        file="x.toml",
        actor_name="op",
        at=clock.now(),
    )
    versions = read(client, "programmes/ihi/rule-versions")["items"]
    assert [(one["number"], one["label"], one["is_in_force"]) for one in versions] == [(2, "5", True), (1, "4", False)]
    rule = read(client, "programmes/ihi/rules/share_tests.third_country")
    assert [(one["version"], one["is_changed"], one["text"][:38]) for one in rule["versions"]] == [
        (2, True, "IKOP in third countries is at most 25 "),
        (1, True, "IKOP in third countries is at most 20 "),
    ]
    kept = read(client, "programmes/ihi/rules/tranches.a")["versions"]
    assert [one["is_changed"] for one in kept] == [False, True]
    assert [one["text"] for one in read(client, "programmes/ihi/rules/member_categories.small")["versions"]] == [
        "SME member counts as Private member.",
        None,
    ]
    assert status(client, "programmes/ihi/rules/member_categories.sme_member") == 404
    old = read(client, versions[1]["href"])
    (of_old,) = [one for one in old["rules"] if one["id"] == "share_tests.third_country"]
    assert "20 %" in of_old["text"]
    assert old["digest"] == versions[1]["digest"] != versions[0]["digest"]
    for number in ("3", "0", "01", "x", "9" * 30):
        assert status(client, f"programmes/ihi/rule-versions/{number}") == 404


def test_rules_name_the_ceiling_that_the_books_hold_instead(client: Client) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    assert read(client, RULES)["other_ceilings"] == []
    office.cut(100_000_000, "B")
    (said,) = read(client, RULES)["other_ceilings"]
    assert said in client.get("/programmes/imi2/rules/").content.decode()
    assert said.startswith("Tranche B: the rules state a ceiling of EUR 213,000,000")


def test_rules_are_the_same_for_everybody_and_cost_the_same_for_one_and_for_all(client: Client) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    program = Program.of_role("officer", "read:books")
    everybody = read(client, RULES)
    assert program.get(f"/{RULES}").json() == everybody
    asked = []
    for limit in (1, 100):
        read(client, f"{RULES}?limit={limit}")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read(client, f"{RULES}?limit={limit}")
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_list_of_rules_is_paged_and_tagged(client: Client) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    first, second = read(client, f"{RULES}?limit=10"), read(client, f"{RULES}?limit=10&page=2")
    ids = [one["id"] for one in (*first["items"], *second["items"])]
    assert [len(ids), len(set(ids)), first["total"]] == [20, 20, 21]
    assert first["links"]["next"] == second["links"]["self"]
    answer = client.get(f"{ROOT}/{RULES}")
    assert client.get(f"{ROOT}/{RULES}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(f"{ROOT}/programmes/none/rules")["Content-Type"] == "application/problem+json"


def test_credit_tells_the_figures_of_its_page(client: Client) -> None:
    world = Stories.make()
    told = read(client, CREDIT)
    page = read(client, "/partners/jdrf/credit/?format=json")
    assert [told["projects_count"], told["topics_count"], len(told["items"])] == [1, 0, 1]
    (line,), (row,) = told["items"], page["rows"]
    assert [line["programme"], line["given_to"]["name"], line["is_joint"]] == [
        row["scheme"],
        row["target"],
        row["is_joint"],
    ]
    assert line["given"]["amount_cents"] == told["totals"][0]["given"]["amount_cents"] == 300_000_000
    assert line["matched"]["amount"] == "3000000.00"
    assert line["behind_it"]["amount_cents"] == sum(one["total"]["amount_cents"] for one in line["sources"])
    assert f"EUR {line['behind_it']['amount_cents'] // 100:,}" in client.get("/partners/jdrf/credit/").text
    assert line["acknowledgements"] == [{"language": "en", "text": row["acknowledgement"]}]
    assert read(client, line["given_to"]["href"])["id"] == "p1"
    assert told["page_href"] == f"{settings.COFUND_SITE_URL}/partners/jdrf/credit/"
    before = read(client, f"{CREDIT}?as_of=2010-01-01")
    assert [before["items"], before["totals"], before["as_of"]] == [[], [], "2010-01-01"]
    assert world.jdrf.slug == told["partner"]["id"]


def test_credit_shows_nobody_what_is_not_public(client: Client) -> None:
    """Quiet Fund's contribution is in the books, and no key makes a credit page show it."""
    world = Stories.make()
    assert status(client, "partners/quiet-fund/credit") == 404
    program = Program.of_role("officer", "read:books")
    answer = program.get("/partners/quiet-fund/credit")
    assert [answer.status_code, answer.json()["items"], answer.json()["totals"]] == [200, [], []]
    assert program.get(f"/{CREDIT}").json() == read(client, CREDIT)
    publishing.hold(world.office, world.jdrf, "name")
    assert status(client, CREDIT) == 404


def test_credit_of_a_merged_partner_is_of_the_one_that_is_kept(client: Client) -> None:
    world = Stories.make()
    Organisation.objects.create(slug="jdrf-old", name="Old", merged_into=world.jdrf)
    assert read(client, "partners/jdrf-old/credit")["partner"]["id"] == "jdrf"
