"""The door of the API: problems in one shape, tags, limits, and nothing by cookie."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from tests.books import Office, shipped
from tests.keys import Program

from cofund.actions.request_counts import COUNTER, Counter
from cofund.queries import programmes
from cofund.records.directory.models import User

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture(autouse=True)
def site() -> Office:
    """A site with a programme, of which nobody has asked anything in this minute."""
    COUNTER.forget()
    return Office.with_scheme(shipped("imi2"), "imi2")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nothing", 404),
        ("get", "/programmes/nothing", 404),
        ("get", "/programmes/imi2/tranches/nothing/movements", 404),
        ("get", "/contributions/a%00b", 404),
        ("get", "/contributions/a%0Ab", 404),
        ("get", "/programmes/imi2/calls/a%0Ab", 404),
        ("get", "/programmes?page=0", 422),
        ("get", "/programmes?limit=many", 422),
        ("get", "/programmes/imi2?as_of=2016-02-30", 422),
        ("get", "/programmes/imi2?known_on=0", 422),
        ("post", "/programmes", 405),
        ("delete", "/openapi.json", 405),
        ("put", "", 404),
    ],
)
def test_problem_has_the_shape_of_the_standard(client: Client, method: str, path: str, status: int) -> None:
    answer = getattr(client, method)(f"{ROOT}/{path.removeprefix('/')}")
    told = answer.json()
    assert [answer.status_code, told["status"], answer["Content-Type"]] == [status, status, "application/problem+json"]
    assert {"type", "title", "detail"} <= told.keys()


def test_problem_names_each_thing_that_is_wrong(client: Client) -> None:
    told = client.get(f"{ROOT}/programmes?page=0&limit=1000").json()
    assert [one["field"] for one in told["errors"]] == ["query.page", "query.limit"]


def test_wrong_method_says_what_can_be_done(client: Client) -> None:
    assert client.post(f"{ROOT}/programmes")["Allow"] == "GET"


def test_failure_is_told_as_a_problem_without_its_cause(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> None:
        raise ValueError("secret cause")

    monkeypatch.setattr(programmes, "installed", failing)
    answer = client.get(f"{ROOT}/programmes")
    assert [answer.status_code, answer["Content-Type"]] == [500, "application/problem+json"]
    assert "secret" not in answer.text


def test_answer_is_sent_again_only_where_it_changed(client: Client, site: Office) -> None:
    path = f"{ROOT}/programmes/imi2/topics"
    tag = client.get(path)["ETag"]
    unchanged = client.get(path, headers={"If-None-Match": tag})
    assert [unchanged.status_code, unchanged.content, unchanged["ETag"]] == [304, b"", tag]
    assert client.get(path, headers={"If-None-Match": f'"other", W/{tag}'}).status_code == 304
    site.topic("T9")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_head_tells_what_reading_would(client: Client) -> None:
    path = f"{ROOT}/programmes"
    told, read = client.head(path), client.get(path)
    assert [told.status_code, told.content, told["ETag"]] == [200, b"", read["ETag"]]


def test_cookie_opens_nothing(client: Client, site: Office) -> None:
    site.pledge(100, "Secret Trust", kind="FC_JU")
    client.force_login(User.objects.create_user(username="fred", role="finance_officer"))
    assert client.get(f"{ROOT}/programmes/imi2/contributions").json()["items"] == []


@override_settings(COFUND_API_PER_MINUTE=2)
def test_limit_is_told_and_held(client: Client) -> None:
    answers = [client.get(f"{ROOT}/programmes") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one["RateLimit"].split(";")[1] for one in answers] == ["r=1", "r=0", "r=0"]
    assert [one["RateLimit-Policy"] for one in answers] == ['"minute";q=2;w=60'] * 3
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["status"] == 429


@override_settings(COFUND_API_PER_MINUTE=2)
def test_each_key_has_a_limit_of_its_own_apart_from_the_address_that_it_comes_from(client: Client) -> None:
    first, second = Program.of_role("officer"), Program.of_role("auditor")
    assert [first.get("/programmes").status_code for _ in range(3)] == [200, 200, 429]
    assert [second.get("/programmes").status_code for _ in range(2)] == [200, 200]
    assert client.get(f"{ROOT}/programmes")["RateLimit"].split(";")[1] == "r=1"
    # The same key from another address is counted with it.
    elsewhere = {"Authorization": f"Bearer {second.secret}"}
    answer = Client(REMOTE_ADDR="192.0.2.7").get(f"{ROOT}/programmes", headers=elsewhere)
    assert [answer.status_code, answer["RateLimit"].split(";")[1]] == [429, "r=0"]


def test_limit_ends_with_its_minute() -> None:
    now = [0.0]
    counter = Counter(clock=lambda: now[0])
    assert [counter.count("a"), counter.count("a"), counter.count("b")] == [(1, 0), (2, 0), (1, 0)]
    now[0] = 59.0
    assert counter.count("a") == (3, 59)
    now[0] = 60.0
    assert counter.count("a") == (1, 0)


def test_more_who_ask_than_there_is_room_for_are_counted_anew_and_never_as_somebody_else() -> None:
    counter = Counter(clock=lambda: 1.0)
    found = [counter.count(f"origin {number}") for number in range(40_000)]
    assert set(found) == {(1, 0)}


def test_page_tells_every_address(client: Client) -> None:
    described = client.get(f"{ROOT}/openapi.json").json()
    page = client.get("/api/").text
    assert [path for path in described["paths"] if path not in page] == []
