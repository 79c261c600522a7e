"""What programs write: the same as the pages, each request once, and nothing of what is refused."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from tests.books import DAY, MILLION, Office, row_counts, shipped
from tests.keys import Program

from cofund.actions import answered
from cofund.queries import verification
from cofund.records.directory.models import AnsweredRequest, AuditEvent
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Lead


def built() -> tuple[Office, Program]:
    """A programme with a topic and an organisation, and a program of the office."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.topic()
    office.organisation("JDRF")
    return office, Program.of_role("officer")


@pytest.fixture
def site(db: None) -> tuple[Office, Program]:
    return built()


def pledge(**changes: Any) -> dict[str, Any]:
    """A pledge as a program sends it."""
    body = {
        "topic": "T1",
        "role": "partner",
        "kind": "FC_JU",
        "partners": ["jdrf"],
        "amount_cents": 2 * MILLION,
        "effective_on": DAY.isoformat(),
        "reason": "Letter of 1 October",
        "no_other_union_funding": True,
    }
    return {**body, **changes}


def sent(program: Program, **changes: Any) -> Any:
    """The answer to a pledge."""
    return program.post("/programmes/imi2/pledges", pledge(**changes))


def test_pledge_is_booked_with_its_match(site: tuple[Office, Program]) -> None:
    office, program = site
    answer = sent(program)
    assert answer.status_code == 201, answer.text
    told = answer.json()["contribution"]
    assert [told["stage"], told["amount"]["amount_cents"], told["match"]["amount_cents"]] == [
        "pledged",
        2 * MILLION,
        2 * MILLION,
    ]
    assert office.standing("B").promised_cents == 2 * MILLION
    row = AuditEvent.objects.get(action="pledge")
    assert [row.actor_id, program.key.prefix in row.actor_name] == [program.user.pk, True]


def test_request_that_is_sent_again_is_done_once(site: tuple[Office, Program]) -> None:
    _, program = site
    first, second = (program.post("/programmes/imi2/pledges", pledge(), "the-same-name") for _ in range(2))
    assert [first.status_code, second.status_code, first.json() == second.json()] == [201, 201, True]
    assert ["Idempotent-Replayed" in first, second["Idempotent-Replayed"]] == [False, "true"]
    assert Contribution.objects.count() == 1


def test_name_of_another_request_is_refused(site: tuple[Office, Program]) -> None:
    _, program = site
    program.post("/programmes/imi2/pledges", pledge(), "the-same-name")
    answer = program.post("/programmes/imi2/pledges", pledge(amount_cents=MILLION), "the-same-name")
    assert [answer.status_code, answer.json()["errors"][0]["field"]] == [409, "header.Idempotency-Key"]
    assert Contribution.objects.count() == 1


def test_names_of_two_keys_are_apart(site: tuple[Office, Program]) -> None:
    _, program = site
    answers = [
        one.post("/programmes/imi2/pledges", pledge(), "the-same-name") for one in (program, Program(program.user))
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert Contribution.objects.count() == 2


def test_refused_request_keeps_nothing_and_can_be_sent_again(site: tuple[Office, Program]) -> None:
    _, program = site
    before = row_counts()
    answer = program.post("/programmes/imi2/pledges", pledge(topic="T9"), "the-same-name")
    assert [answer.status_code, answer.json()["errors"][0]["field"]] == [409, "topic"]
    assert [row_counts() == before, AnsweredRequest.objects.count()] == [True, 0]
    assert program.post("/programmes/imi2/pledges", pledge(), "the-same-name").status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"project": "p1"}, "topic"),
        ({"topic": None}, "topic"),
        ({"topic": None, "project": "p1"}, "project"),
        ({"partners": ["nobody"]}, "partners"),
        ({"kind": "nothing"}, "kind"),
        ({"role": "nobody"}, "kind"),
        ({"reason": "  "}, "reason"),
        ({"partners": ["jdrf", "jdrf"]}, "organisation"),
    ],
)
def test_pledge_that_makes_no_sense_is_refused(
    site: tuple[Office, Program], changes: dict[str, Any], field: str
) -> None:
    answer = sent(site[1], **changes)
    assert [answer.status_code, answer.json()["errors"][0]["field"]] == [409, field]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 0},
        {"amount_cents": "much"},
        {"amount_cents": True},
        {"more": 1},
        {"partners": []},
        {"reason": "a\x00b"},
        {"effective_on": 0},
    ],
)
def test_pledge_that_is_not_as_described_is_refused(site: tuple[Office, Program], changes: dict[str, Any]) -> None:
    assert sent(site[1], **changes).status_code == 422


def test_request_without_a_name_or_without_json_is_refused(site: tuple[Office, Program]) -> None:
    _, program = site
    headers = {"Authorization": f"Bearer {program.secret}"}
    path = "/api/v1/programmes/imi2/pledges"
    unnamed = program.client.post(path, "{}", content_type="application/json", headers=headers)
    named = {**headers, "Idempotency-Key": "request-0001"}
    torn = program.client.post(path, "{", content_type="application/json", headers=named)
    form = program.client.post(path, {"amount_cents": "1"}, headers=named)
    assert [unnamed.status_code, torn.status_code, form.status_code] == [422, 400, 415]


@pytest.mark.parametrize("path", ["/programmes/imi2/pledges", "/common-grants/opportunities/search"])
def test_body_that_is_too_large_is_refused(site: tuple[Office, Program], path: str) -> None:
    answer = site[1].post(path, {"reason": "x" * 3_000_000})
    told = [answer.status_code, answer["Content-Type"], answer.json()["status"]]
    assert told == [413, "application/problem+json", 413]


def test_contribution_is_reduced_and_withdrawn(site: tuple[Office, Program]) -> None:
    office, program = site
    reference = sent(program).json()["contribution"]["reference"]
    why = {"effective_on": DAY.isoformat(), "reason": "Letter of 2 October"}
    reduced = program.post(f"/contributions/{reference}/reduce", {**why, "amount_cents": MILLION})
    assert [reduced.status_code, reduced.json()["contribution"]["amount"]["amount_cents"]] == [201, MILLION]
    withdrawn = program.post(f"/contributions/{reference}/withdraw", why)
    assert [withdrawn.status_code, withdrawn.json()["contribution"]["stage"]] == [201, "withdrawn"]
    assert office.standing("B").promised_cents == 0
    assert program.post(f"/contributions/{reference}/withdraw", why).status_code == 409
    assert program.post("/contributions/imi2-9999/withdraw", why).status_code == 404
    assert verification.verify("imi2").findings == ()


def test_lead_is_opened_and_its_next_step_planned(site: tuple[Office, Program]) -> None:
    _, program = site
    body = {"partner": "jdrf", "route": "invited", "topic": "T1", "amount_cents": MILLION}
    opened = program.post("/programmes/imi2/leads", body)
    assert opened.status_code == 201, opened.text
    lead = opened.json()
    step = {"next_step": "Call them", "next_step_on": "2030-01-01"}
    planned = program.post(f"/leads/{lead['id']}/next-step", step)
    assert planned.status_code == 201, planned.text
    assert planned.json() == {**lead, **step} == program.get(f"/leads/{lead['id']}").json()
    assert [one["id"] for one in program.get("/leads?stage=open").json()["items"]] == [lead["id"]]
    assert program.post("/programmes/imi2/leads", body).status_code == 409
    assert program.post("/leads/imi2-lead-999/next-step", step).status_code == 404
    assert Lead.objects.get().next_step == "Call them"


def test_partner_writes_nothing(site: tuple[Office, Program]) -> None:
    program = Program.of_partner(site[0].organisation("JDRF"))
    assert sent(program).status_code == 403
    assert program.post("/programmes/imi2/leads", {}).status_code == 403


def test_same_request_at_the_same_time_is_done_once(transactional_db: None) -> None:
    _, program = built()
    statuses: list[int] = []

    def send() -> None:
        statuses.append(program.post("/programmes/imi2/pledges", pledge(), "the-same-name").status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [statuses, Contribution.objects.count(), AnsweredRequest.objects.count()] == [[201] * 4, 1, 1]


def test_answers_are_kept_for_thirty_days(site: tuple[Office, Program]) -> None:
    _, program = site
    first = program.post("/programmes/imi2/pledges", pledge(), "the-same-name")
    at = AnsweredRequest.objects.get().answered_at
    assert answered.erase_old(at=at + answered.KEEP - dt.timedelta(seconds=1)) == 0
    assert program.post("/programmes/imi2/pledges", pledge(), "the-same-name").json() == first.json()
    assert answered.erase_old(at=at + answered.KEEP) == 1
    again = program.post("/programmes/imi2/pledges", pledge(), "the-same-name")
    assert ["Idempotent-Replayed" in again, Contribution.objects.count()] == [False, 2]
