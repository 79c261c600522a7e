"""Who may do what with cash and what is given back, through the pages: what every cell is tried on; offers; absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION
from tests.cells import Act
from tests.giveback import Shown
from tests.rights import partner
from tests.worlds import world

from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.ledger.models import Notice
from cofund.rules import roles
from cofund.rules.lifecycle_notices import NOTICE
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens


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
    found: dict[str, tuple[str, dict[str, Any]]] = {
        "plan instalment": (
            reverse("office-instalment-new", args=[shown.contribution.reference]),
            {"due_on": later, "amount": "5"},
        ),
        "invoice instalment": (instalment("invoice", shown.planned), {"invoice_number": "F-9", "invoiced_on": today}),
        "take back invoice": (instalment("take-back", other), {"reason": "Why"}),
        "record receipt": (instalment("receive", shown.late), {**booked, "amount": "5"}),
        "give notice": (instalment("notice", other), {"reason": "Why", "given_on": today, "until_on": later}),
        "record cure": (notice("cure"), {}),
        "terminate on notice": (notice("terminate"), decided),
        "withdraw notice": (notice("withdraw"), {"reason": "Why"}),
        "close project": (reverse("office-project-close", args=["edctp3", "one"]), booked),
        "reallocate": (reverse("office-tranche-reallocate", args=["edctp3", "b"]), {**decided, "amount": "5"}),
    }
    return found[action]


def paid_in_time(shown: Shown) -> None:
    """Pay what is late within the period of its notice, without the notice being looked at."""
    Notice.objects.filter(pk=shown.notice.pk).update(status="withdrawn")
    shown.cash.paid(shown.late, MILLION, 10)
    Notice.objects.filter(pk=shown.notice.pk).update(status="open")


def seen_entry(shown: Shown) -> dict[str, Any]:
    """The last entry, as the page that shows the effects hands it on; and the token of the form."""
    book = shown.contribution.book
    book.refresh_from_db()
    return {"seen": book.last_entry, "token": tokens.new()}


@world
def shown() -> Shown:
    """One of everything."""
    return Shown.make()


@dataclass
class Cells:
    """Cash and what is given back, for the test of every cell."""

    shown: Shown
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Shown.make())

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        if role != roles.PUBLIC:
            return client_of(self.shown, role)
        client = Client()
        client.force_login(User.objects.create_user("without-a-role", password=None))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Notice | None:
        """The notice in a state."""
        if life is None:
            return None
        if action == "record cure":
            paid_in_time(self.shown)
        Notice.objects.filter(pk=self.shown.notice.pk).update(status=state)
        return self.shown.notice

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        shown = self.shown
        pages = {
            "read instalments": [
                reverse("office-instalments"),
                reverse("office-instalment", args=[shown.late.pk]),
                reverse("office-notice", args=[shown.notice.pk]),
            ],
            "read close-out": [reverse("office-project-close-out", args=["edctp3", "one"])],
            "read trajectory": [reverse("office-trajectory", args=["edctp3"])],
        }.get(action)
        if pages:
            return Act(pages[0], more=tuple(pages[1:]))
        address, data = act(shown, action)
        return Act(address, {**data, **seen_entry(shown)})


WORLDS = {"cash and give-back": Cells}


@pytest.mark.parametrize("state", NOTICE.states)
@pytest.mark.parametrize("action", ["record cure", "terminate on notice", "withdraw notice"])
def test_act_on_a_notice_is_offered_where_its_state_allows_it(shown: Shown, action: str, state: str) -> None:
    if action == "record cure":
        paid_in_time(shown)
    Notice.objects.filter(pk=shown.notice.pk).update(status=state)
    client = client_of(shown, roles.FINANCE_OFFICER)
    page = client.get(reverse("office-notice", args=[shown.notice.pk])).content.decode()
    assert (f'href="{act(shown, action)[0]}"' in page) == NOTICE.allows(action, state)


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
