"""Who may do what with cash, notices, close-out and reallocation, through the pages: every cell, states, absent and forbidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION
from tests.giveback import SIGNED_IN, Shown
from tests.rights import partner

from cofund.queries import clock
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Notice
from cofund.rules import roles
from cofund.rules.lifecycle_notices import NOTICE
from cofund.web.office import tokens

TESTED = set(roles.SUBJECTS["cash and give-back"])
READ = ("read instalments", "read close-out", "read trajectory")
ACTIONS = [action for action in roles.SUBJECTS["cash and give-back"] if action not in READ]
ROLES = (*SIGNED_IN, roles.PUBLIC)


def client_of(shown: Shown, role: str) -> Client:
    """A browser in which somebody of a role is signed in; a partner's person may do all for the giver."""
    client = Client()
    if role == roles.PARTNER:
        client.force_login(partner("cash-partner", shown.cash.office.organisation("Trust"), "read", "apply", "sign"))
    elif role != roles.PUBLIC:
        client.force_login(shown.cash.person(role))
    return client


def act(shown: Shown, action: str) -> tuple[str, dict[str, Any]]:
    """The page and the form of an action of the role table."""
    today, later = clock.today().isoformat(), (clock.today() - shown.cash.day(0) + shown.cash.day(-20)).isoformat()
    booked = {"effective_on": today, "reason": "A test", "step": "confirm"}
    decided = {**booked, "decision": "GB-1", "decided_on": today}
    other = shown.cash.invoiced(shown.contribution, 100, -9)
    instalment = lambda name, one: reverse(f"office-instalment-{name}", args=[one.pk])  # noqa: E731
    notice = lambda name: reverse(f"office-notice-{name}", args=[shown.notice.pk])  # noqa: E731
    if action == "record cure":
        # Paid within the period, and recorded without the notice being looked at.
        Notice.objects.filter(pk=shown.notice.pk).update(status="withdrawn")
        shown.cash.paid(shown.late, MILLION, 10)
        Notice.objects.filter(pk=shown.notice.pk).update(status="open")
    found: dict[str, tuple[str, dict[str, Any]]] = {
        "plan instalment": (
            reverse("office-instalment-new", args=[shown.contribution.reference]),
            {"due_on": later, "amount": "5"},
        ),
        "invoice instalment": (instalment("invoice", shown.planned), {"invoice_number": "F-9", "invoiced_on": today}),
        "record receipt": (instalment("receive", shown.late), {**booked, "amount": "5"}),
        "give notice": (instalment("notice", other), {"reason": "Why", "given_on": today, "until_on": later}),
        "record cure": (notice("cure"), {}),
        "terminate on notice": (notice("terminate"), decided),
        "withdraw notice": (notice("withdraw"), {"reason": "Why"}),
        "close project": (reverse("office-project-close", args=["edctp3", "one"]), booked),
        "reallocate": (reverse("office-tranche-reallocate", args=["edctp3", "b"]), {**decided, "amount": "5"}),
    }
    return found[action]


def seen_entry(shown: Shown) -> dict[str, Any]:
    """The last entry, as the page that shows the effects hands it on; and the token of the form."""
    book = shown.contribution.book
    book.refresh_from_db()
    return {"seen": book.last_entry, "token": tokens.new()}


@pytest.fixture
def shown(db: None) -> Shown:
    """One of everything."""
    return Shown.make()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_act_is_open_to_exactly_the_roles_of_the_table(shown: Shown, action: str, role: str) -> None:
    client = client_of(shown, role)
    address, data = act(shown, action)
    before = AuditEvent.objects.count()
    answer = client.post(address, {**data, **seen_entry(shown)})
    written = AuditEvent.objects.count() - before
    if roles.may(role, action):
        assert (answer.status_code, written > 0) == (302, True)
    else:
        assert (answer.status_code, written) == (302 if role == roles.PUBLIC else 403, 0)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", READ)
def test_page_is_read_by_exactly_the_roles_of_the_table(shown: Shown, action: str, role: str) -> None:
    pages = {
        "read instalments": [
            reverse("office-instalments"),
            reverse("office-instalment", args=[shown.late.pk]),
            reverse("office-notice", args=[shown.notice.pk]),
        ],
        "read close-out": [reverse("office-project-close-out", args=["edctp3", "one"])],
        "read trajectory": [reverse("office-trajectory", args=["edctp3"])],
    }[action]
    client = client_of(shown, role)
    expected = 200 if roles.may(role, action) else 302 if role == roles.PUBLIC else 403
    assert [client.get(page).status_code for page in pages] == [expected] * len(pages)


@pytest.mark.parametrize("state", NOTICE.states)
@pytest.mark.parametrize("action", ["record cure", "terminate on notice", "withdraw notice"])
def test_notice_in_a_state_that_does_not_allow_it_is_refused_in_words(shown: Shown, action: str, state: str) -> None:
    address, data = act(shown, action)
    Notice.objects.filter(pk=shown.notice.pk).update(status=state)
    client = client_of(shown, roles.FINANCE_OFFICER)
    page = client.get(reverse("office-notice", args=[shown.notice.pk])).content.decode()
    answer = client.post(address, {**data, **seen_entry(shown)})
    allowed = NOTICE.allows(action, state)
    assert (answer.status_code, f'href="{address}"' in page) == ((302, True) if allowed else (422, False))
    if not allowed:
        assert f"The notice stands at “{NOTICE.states[state].lower()}”." in answer.content.decode()


def test_absent_and_forbidden_answer_alike(shown: Shown) -> None:
    client = Client()
    client.force_login(partner("stranger", shown.cash.office.organisation("Other"), "read", "apply", "sign"))
    for name, key in (("office-instalment", shown.late.pk), ("office-notice", shown.notice.pk)):
        forbidden, absent = client.get(reverse(name, args=[key])), client.get(reverse(name, args=[99_999]))
        assert (forbidden.status_code, absent.status_code) == (404, 404)
        assert forbidden.content == absent.content
    rows = client.get(reverse("office-instalments"), {"format": "json"}).json()["rows"]
    assert rows == []


def test_partner_without_the_right_to_read_sees_no_instalment(shown: Shown) -> None:
    client = Client()
    client.force_login(partner("signs-only", shown.cash.office.organisation("Trust"), "sign"))
    assert client.get(reverse("office-instalment", args=[shown.late.pk])).status_code == 404
    assert client.get(reverse("office-instalments"), {"format": "json"}).json()["rows"] == []


def test_auditor_is_offered_nothing_to_write(shown: Shown) -> None:
    client = client_of(shown, roles.AUDITOR)
    pages = [
        reverse("office-instalments"),
        reverse("office-instalment", args=[shown.late.pk]),
        reverse("office-notice", args=[shown.notice.pk]),
        reverse("office-contribution", args=[shown.contribution.reference]),
        reverse("office-project-close-out", args=["edctp3", "one"]),
        reverse("office-trajectory", args=["edctp3"]),
    ]
    for page in pages:
        html = client.get(page).content.decode()
        assert html.count('method="post"') == 1, page  # signing out
        assert [html.count(text) for text in ("page-actions", "/instalments/new/", "/close/")] == [0, 0, 0], page
