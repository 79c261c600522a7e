"""Opportunities and awards by the CommonGrants protocol: its own client reads them, its schema holds each answer, and the
description has what it requires."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from common_grants_sdk.client import Client as GrantsClient
from common_grants_sdk.client.config import Config
from common_grants_sdk.client.exceptions import APIError
from common_grants_sdk.schemas.pydantic.models import OpportunityBase
from common_grants_sdk.schemas.pydantic.models.opp_status import OppStatusOptions
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from tests.books import DAY, MILLION, Office, shipped

from cofund.queries import opportunities
from cofund.records.programme.models import Call, Topic

STANDARD = "standards/commongrants/openapi.0.4.0.yaml"
REQUIRED = {
    "/common-grants/opportunities": "get",
    "/common-grants/opportunities/{oppId}": "get",
    "/common-grants/opportunities/search": "post",
}


def built() -> Office:
    """A programme with a topic that is open, one that is scoped, and one whose project has a public and a hidden partner."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    open_topic = office.topic("T-OPEN")
    open_topic.title, open_topic.summary = "Insulin after the diagnosis", "Keep the beta cells"
    open_topic.call = Call.objects.create(
        scheme=office.row, code="C1", opened_on=dt.date(2015, 1, 1), closed_on=dt.date(2015, 6, 1)
    )
    open_topic.save()
    Topic.objects.create(scheme=office.row, code="T-SCOPED", title="Asthma", status="scoping")
    made = office.pledge(3 * MILLION, "Open Trust", kind="FC_JU").contribution
    office.endorse(made)
    office.reserve()
    office.commit()
    office.pledge(MILLION, "Secret Trust", kind="FC_JU", target=_project(office))
    return office


def _project(office: Office) -> Any:
    from cofund.queries.pools import Target

    return Target(project=office.project())


def test_client_of_the_protocol_lists_gets_and_searches(transactional_db: None, live_server: LiveServer) -> None:
    built()
    config = Config(base_url=f"{live_server.url}/api/v1", api_key="none is needed", timeout=60, page_size=2)
    client = GrantsClient(config)
    with closing(client.http):
        _ask(client)


def _ask(client: GrantsClient) -> None:
    """List, search and get, as the client does it."""
    found = client.opportunities.list()
    assert [len(found.items), found.errors, found.pagination_info.total_items] == [3, [], 3]
    assert {str(one.status.value) for one in found.items} == {"open", "forecasted", "closed"}
    looked_for = client.opportunities.search("insulin", status=[OppStatusOptions.OPEN])
    assert [one.title for one in looked_for.items] == ["Insulin after the diagnosis"]
    one = client.opportunities.get(looked_for.items[0].id)
    # Later clients read one opportunity into a class of its own, with fields that a list does not have.
    assert looked_for.items[0].model_dump().items() <= one.model_dump().items()
    assert one.key_dates is not None
    assert one.key_dates.close_date.date == dt.date(2015, 6, 1)
    assert client.opportunities.search("insulin", status=[OppStatusOptions.CLOSED]).items == []
    with pytest.raises(APIError):
        client.opportunities.get(opportunities.id_of("nothing"))


@pytest.mark.django_db
def test_search_orders_and_filters_by_day(client: Client) -> None:
    built()

    def titles(**asked: Any) -> list[str]:
        answer = client.post("/api/v1/common-grants/opportunities/search", asked, content_type="application/json")
        assert answer.status_code == 200, answer.text
        return [one["title"] for one in answer.json()["items"]]

    assert titles(sorting={"sortBy": "title", "sortOrder": "asc"}) == ["Asthma", "Insulin after the diagnosis", "T1"]
    between = {"closeDateRange": {"operator": "between", "value": {"min": "2015-05-01", "max": "2015-07-01"}}}
    assert titles(filters=between) == ["Insulin after the diagnosis"]
    assert titles(filters={"status": {"operator": "notIn", "value": ["open"]}}, search="asthma") == ["Asthma"]
    assert titles(pagination={"page": 2, "pageSize": 3}) == []


@pytest.mark.django_db
def test_filter_that_is_not_read_is_told(client: Client) -> None:
    asked = {"filters": {"minAwardAmountRange": {"operator": "between", "value": {}}}}
    answer = client.post("/api/v1/common-grants/opportunities/search", asked, content_type="application/json")
    assert answer.json()["filterInfo"]["errors"] == ["minAwardAmountRange is not filtered by."]


@pytest.mark.django_db
def test_award_names_its_funders_that_are_public(client: Client) -> None:
    built()
    listed = client.get("/api/v1/common-grants/awards").json()["items"]
    assert len(listed) == 1
    award = client.get(f"/api/v1/common-grants/awards/{listed[0]['id']}").json()["data"]
    assert award == listed[0]
    assert [one["name"] for one in award["funders"]["otherOrgs"].values()] == ["Open Trust"]
    assert "Open Trust 3000000.00 EUR (imi2-" in award["funding"]["details"]
    assert award["funding"]["awardedAmount"] == {"amount": "3000000.00", "currency": "EUR"}
    assert award["opportunity"]["title"] == "T1"
    assert "Secret Trust" not in str(award)


@pytest.mark.django_db
def test_error_has_what_clients_of_the_protocol_look_for(client: Client) -> None:
    told = client.get(f"/api/v1/common-grants/opportunities/{opportunities.id_of('nothing')}").json()
    assert [told["status"], told["errors"], bool(told["message"])] == [404, [], True]


@pytest.mark.django_db
def test_id_stays_and_changes_are_told(client: Client) -> None:
    office = built()
    before = {one.topic.code: one for one in opportunities.opportunities()}
    office.award(MILLION, _topic(office), on=DAY)
    after = {one.topic.code: one for one in opportunities.opportunities()}
    assert {code: one.id for code, one in after.items()} == {code: one.id for code, one in before.items()}
    assert next(iter(after)) == "T-OPEN"
    assert after["T-OPEN"].changed_at > before["T-OPEN"].changed_at


def _topic(office: Office) -> Any:
    from cofund.queries.pools import Target

    return Target(topic=office.topic("T-OPEN"))


@pytest.mark.django_db
def test_description_has_the_required_routes_and_fields(client: Client, shared_data: Callable[[str], Path]) -> None:
    standard = yaml.safe_load(shared_data(STANDARD).read_text())
    own = client.get("/api/v1/openapi.json").json()
    required = {
        path: method
        for path, methods in standard["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/common-grants/opportunities")
        if {"required", "optional"} & set(operation["tags"])
    }
    assert required == REQUIRED
    for path, method in required.items():
        assert method in own["paths"][f"/api/v1{path.replace('{oppId}', '{opportunity}')}"]
    for mine, theirs in (("Opportunity", "OpportunityBase"), ("Award", "AwardBase")):
        known = standard["components"]["schemas"][f"CommonGrants.Models.{theirs}"]
        schema = own["components"]["schemas"][mine]
        assert set(known["required"]) <= set(schema["required"])
        assert set(schema["properties"]) <= set(known["properties"])


# What everybody gets of each kind, and the schema of the protocol that it has to fit.
KINDS = {"opportunities": "OpportunityBase", "awards": "AwardBase"}


@pytest.fixture
def wrong(shared_data: Callable[[str], Path]) -> Callable[[str, Any], list[str]]:
    """What is wrong with an answer of a kind by the schema of the protocol, its references and formats followed."""
    document = yaml.safe_load(shared_data(STANDARD).read_text())
    known = Registry().with_resource("urn:standard", Resource.from_contents(document, DRAFT202012))

    def found(kind: str, answer: Any) -> list[str]:
        validator = jsonschema.Draft202012Validator(
            {"$ref": f"urn:standard#/components/schemas/CommonGrants.Models.{KINDS[kind]}"},
            registry=known,
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]

    return found


def every(kind: str) -> list[dict[str, Any]]:
    """Everything of a kind that everybody may read, page by page, and each alone."""
    client, address, found, page = Client(), f"/api/v1/common-grants/{kind}", [], 0
    while True:
        page += 1
        answer = client.get(address, {"page": page, "pageSize": 10}).json()
        found += answer["items"]
        if page >= answer["paginationInfo"]["totalPages"]:
            break
    assert [client.get(f"{address}/{one['id']}").json()["data"] for one in found[:5]] == found[:5]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_of_the_demonstration_fits_the_schema_of_the_protocol(
    demonstration: None, wrong: Callable[[str, Any], list[str]], kind: str
) -> None:
    found = every(kind)
    assert {one["id"]: wrong(kind, one) for one in found if wrong(kind, one)} == {}
    assert len(found) > 25
    if kind == "opportunities":
        # The client of the protocol has a model of these, and none of awards.
        assert [str(OpportunityBase.model_validate(one).id) for one in found] == [one["id"] for one in found]


def test_schema_of_the_protocol_sees_what_is_wrong(wrong: Callable[[str, Any], list[str]], db: None) -> None:
    built()
    for kind in KINDS:
        (sound, *_) = every(kind)
        assert wrong(kind, sound) == []
        broken = [{key: value for key, value in sound.items() if key != "status"}, {**sound, "id": "7"}]
        broken += [{**sound, "status": {"value": 7}}, {**sound, "createdAt": "yesterday"}]
        broken += (
            [{**sound, "funding": {"awardedAmount": {"amount": 3, "currency": "EUR"}}}] if kind == "awards" else []
        )
        assert [one for one in broken if not wrong(kind, one)] == []
