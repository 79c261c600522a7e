"""Shares when a grant is signed: one that blocks is refused in the rule's words, one that may be allowed or only warns is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.books import FINANCE, MILLION, Office, refused, shipped
from tests.worlds import world

from cofund.actions import targets
from cofund.actions.share_exceptions import ShareException
from cofund.queries import shares
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.queries.verification import verify
from cofund.records.directory.models import User
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Decision
from cofund.rules import share_words

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 6, 3)


def prepared(code: str, public_cents: int, given_cents: int, kind: str) -> Office:
    """A topic with public money and one endorsed contribution, ready for its grant."""
    office = Office.with_scheme(shipped(code), code)
    office.award(public_cents, on=DAY)
    made = office.pledge(given_cents, "Foundation", kind=kind, on=DAY).contribution
    office.endorse(made, on=DAY)
    office.reserve(on=DAY)
    return office


@world
def short() -> Office:
    """A grant of IHI with 6.4 of 14.4 million from a partner: 44.44 %."""
    return prepared("ihi", 8 * MILLION, 640_000_000, "IKOP")


def sign(office: Office, exception: str = "", **stated: Any) -> Entry:
    topic = office.topic()
    project = office.project(topic=topic)
    allowed = ShareException(exception, **stated)
    return targets.commit(
        FINANCE, office.scheme, Target(topic=topic), project, office.grounds(DAY), share_exception=allowed
    )


def test_share_that_blocks_is_refused_with_the_smallest_change(short: Office) -> None:
    topic, grounds = short.topic(), short.grounds(DAY)
    project = short.project(topic=topic)
    error = refused(lambda: targets.commit(FINANCE, "ihi", Target(topic=topic), project, grounds))
    assert error.wrong == (
        "Contributions of the participants against the costs of the action: 44.44 % is below the limit of 45 % "
        "(Regulation (EU) 2021/2085, Article 119(3))."
    )
    assert error.remedy == (
        "Add EUR 145,454.55 of contributions, or ask for EUR 7,822,222.22. "
        "Or state the decision, or the place in the text of the call, that allows it: "
        "the work programme may allow a smaller share for a single action."
    )
    assert error.fields["field"] == "exception_decision"


BELOW = "Contributions of the participants against the costs of the action: 44.44 % is below the limit of 45 %."


def test_share_that_a_decision_allows_is_kept_with_the_entry(short: Office) -> None:
    day = DAY - dt.timedelta(days=30)
    entry = sign(short, "an action for rare diseases", decision=" IHI-GB-7 ", decided_on=day)
    allowed = "Allowed by decision IHI-GB-7 of 2024-05-04 (an action for rare diseases)."
    assert entry.explanation["warnings"] == [f"{BELOW} {allowed}"]
    made = Decision.objects.get(scheme=short.row, number="IHI-GB-7")
    assert (made.decided_on, made.is_taken_elsewhere) == (day, True)
    assert verify("ihi").findings == ()


def test_share_that_the_text_of_the_call_allows_is_kept_with_the_entry(short: Office) -> None:
    entry = sign(short, text="section 4.2")
    assert entry.explanation["warnings"] == [f"{BELOW} Allowed by the text of T1, section 4.2."]
    assert verify("ihi").findings == ()


NO_EXCEPTIONS = [
    ({"exception": "x"}, "exception_decision", "44.44 % is below"),
    ({"decision": "IHI-GB-7"}, "exception_decided_on", "Decision IHI-GB-7 is not known here yet."),
    ({"decision": "D1", "decided_on": dt.date(2024, 5, 1)}, "exception_decided_on", "is known here as of 2024-06-03"),
    ({"decision": "IHI-GB-7", "decided_on": dt.date(2024, 6, 4)}, "exception_decided_on", "after the day"),
    ({"text": "x"}, "exception_text", "“x” is no place in a text."),
]


@pytest.mark.parametrize(("stated", "field", "wrong"), NO_EXCEPTIONS)
def test_exception_needs_a_decision_with_its_day_or_a_place_in_the_text(
    stated: dict[str, Any], field: str, wrong: str, short: Office
) -> None:
    topic, grounds = short.topic(), short.grounds(DAY)
    target, project = Target(topic=topic), short.project(topic=topic)
    allowed = ShareException(stated.pop("exception", ""), **stated)
    error = refused(lambda: targets.commit(FINANCE, "ihi", target, project, grounds, share_exception=allowed))
    assert (error.fields["field"], wrong in error.wrong) == (field, True)
    assert not Decision.objects.filter(number="IHI-GB-7").exists()
    assert verify("ihi").findings == ()


def test_shortfall_beyond_the_tolerance_needs_a_reason_and_does_not_stop_a_grant() -> None:
    office = prepared("imi2", 10 * MILLION, 9 * MILLION, "IK")
    short = "Contributions are EUR 1,000,000 short of the public money (10 %, where EUR 100,000 is tolerated)"
    office.project(topic=office.topic())
    error = refused(lambda: sign(office))
    assert (error.wrong, error.fields["field"]) == (f"{short}.", "share_exception")
    entry = sign(office, "the rest follows with the second vintage")
    assert entry.explanation["warnings"] == [
        "Contributions against the project's public money: 90 % is below the limit of 99 %.",
        f"{short}. Accepted: the rest follows with the second vintage",
    ]


def test_grant_within_its_shares_says_nothing() -> None:
    entry = sign(prepared("ihi", 8 * MILLION, 8 * MILLION, "IKOP"))
    assert "warnings" not in entry.explanation


def test_place_that_is_not_known_is_said_so(short: Office) -> None:
    found = next(one for one in shares.of_programme("ihi", as_of=DAY) if one.test.id == "third_country")
    assert (found.numerator_cents, found.denominator_cents, found.unknown_cents) == (0, 640_000_000, 640_000_000)
    assert found.is_unsure
    assert share_words.verdict(current("ihi")[0], found) == (
        "between 0 % and 100 %, and the limit is at most 20 %: it is not known whether it is kept."
    )
    assert share_words.room(current("ihi")[0], found) == ""


def test_office_sees_the_shares_of_a_topic_and_of_the_programme(short: Office) -> None:
    client = Client()
    client.force_login(User.objects.create_user("finance", role="finance_officer"))
    topic = client.get("/office/ihi/topics/T1/").content.decode()
    assert "6,400,000 / 14,400,000 = 44.44 %" in topic
    assert "Add EUR 145,454.55 of contributions, or ask for EUR 7,822,222.22." in topic
    programme = client.get("/office/ihi/envelope/").content.decode()
    assert "Where EUR 6,400,000 arises is not known." in programme


def test_form_of_a_grant_asks_what_allows_the_share(short: Office) -> None:
    client = Client()
    client.force_login(User.objects.create_user("finance", role="finance_officer"))
    typed = {
        "effective_on": DAY.isoformat(),
        "reason": "Grant",
        "evidence": "",
        "decision": "IHI-1",
        "decided_on": DAY.isoformat(),
        "acronym": "T1D",
        "grant_agreement": "101000001",
    }
    page = client.get("/office/ihi/topics/T1/commit/")
    token = page.context["token"]
    # What is needed only then is folded, and stands open once the refusal asks for it.
    folded = '<details class="more"><summary>A share or a shortfall is not within its limit</summary>'
    assert folded in page.text
    answer = client.post("/office/ihi/topics/T1/commit/", {**typed, "token": token})
    assert answer.status_code == 422
    assert folded.replace('"more"', '"more" open') in answer.text
    assert "44.44 % is below the limit of 45 %" in answer.content.decode()
    answer = client.post(
        "/office/ihi/topics/T1/commit/", {**typed, "token": token, "share_exception": "Work programme 2025"}
    )
    assert answer.status_code == 422
    allowed = {**typed, "token": token, "exception_decision": "IHI-1", "exception_decided_on": DAY.isoformat()}
    answer = client.post("/office/ihi/topics/T1/commit/", allowed)
    assert answer.status_code == 200
    assert "Not within its limit" in answer.content.decode()


def test_plan_of_a_topic_states_its_type_of_action_and_its_share_is_shown(client: Client) -> None:
    office = Office.with_scheme(shipped("cbe"), "cbe")
    office.pledge(MILLION, "Company", role="member", kind="IKOP", on=DAY)
    client.force_login(User.objects.create_user("sven", role="scientific_officer"))
    page, plan = "/office/cbe/topics/T1/", "/office/cbe/topics/T1/steps/plan/"
    assert "does not say if it is RIA or IA or FLAGSHIP" in client.get(page).content.decode()
    asked = client.get(plan).context
    form, token = asked["form"], asked["token"]
    assert [value for value, _ in form.fields["action_type"].choices] == ["", "RIA", "IA", "FLAGSHIP"]
    assert client.post(plan, {"action_type": "BIG", "seen": form["seen"].value(), "token": token}).status_code == 422
    answer = client.post(plan, {"action_type": "IA", "seen": form["seen"].value(), "token": token})
    assert answer.status_code == 302
    assert office.topic().action_type == "IA"
    shown = client.get(page).content.decode()
    assert "Operational in-kind contribution in innovation actions" in shown
    assert "does not say" not in shown


def test_programme_without_types_of_action_asks_for_none(client: Client, short: Office) -> None:
    client.force_login(User.objects.create_user("sven", role="scientific_officer"))
    assert "action_type" not in client.get("/office/ihi/topics/T1/steps/plan/").content.decode()
    assert "Type of action" not in client.get("/office/ihi/topics/T1/").content.decode()
