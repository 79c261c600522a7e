"""Who may do what with the newsletter, through the pages: what every cell is tried on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, shipped
from tests.cells import Act, Command
from tests.newsletter import asked, issue, last, subscriber
from tests.rights import partner

from cofund.actions import fit_alerts
from cofund.actions.actors import Actor
from cofund.actions.newsletter import bounces
from cofund.actions.topics import NewTopic, open_topic
from cofund.queries import clock
from cofund.queries.newsletter import links
from cofund.records.directory.models import Message, Organisation, User
from cofund.records.programme.models import FitAlert, Subscriber, Topic
from cofund.rules import roles
from cofund.rules.lifecycle_newsletter import ISSUE
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


DAY = clock.today()
ISSUES: dict[str, tuple[str, dict[str, Any]]] = {
    "edit issue": ("edit", {"title": "Other", "from_on": f"{DAY:%Y-%m-01}", "until_on": f"{DAY}"}),
    "gather issue anew": ("gather", {}),
    "send test of issue": ("test", {}),
    "schedule issue": ("schedule", {"when": f"{DAY.year + 1}-01-01T08:00"}),
    "send issue now": ("send", {}),
    "take issue back": ("take-back", {}),
    "cancel issue": ("cancel", {"reason": "A test"}),
    "hide issue": ("hide", {}),
    "show issue": ("show", {}),
}


def person(role: str) -> User:
    """Somebody of a role."""
    return User.objects.create_user(f"m-{role}", f"{role}@office.example", role="" if role == roles.PUBLIC else role)


@dataclass
class Cells:
    """A topic, a subscriber, and a partner's person with alerts."""

    topic: Topic
    reader: Subscriber
    alert: FitAlert
    thing: Any = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        office = Office.with_scheme(shipped("imi2"), "imi2")
        topic = open_topic(office.actor, NewTopic("imi2", "T1", "A topic"))
        paul = partner("paul", office.organisation("JDRF"), "read")
        alert = FitAlert.objects.create(user=paul, changed_at=clock.now())
        return cls(topic, subscriber(topic=topic), alert)

    def client(self, role: str) -> Client:
        """A browser in which somebody of a role is signed in; for the public somebody without one."""
        client = Client()
        if role == roles.PARTNER:
            client.force_login(partner("p", Organisation.objects.get(name="JDRF"), "read"))
        else:
            client.force_login(person(role))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Any:
        """What the action is about."""
        self.thing = asked() if action == "confirm sign-up" else None
        if life is ISSUE or action == "read issues":
            row = issue(state or "sent", is_archived=action != "show issue")
            self.thing = row.pk
            return row
        return None

    def act(self, action: str, role: str) -> Act | Command:
        """The page and the form of an action."""
        if action in ISSUES:
            act, form = ISSUES[action]
            return Act(reverse("office-issue-act", args=[self.thing, act]), {**form, "token": tokens.new()})
        if action == "import bounces":
            return Command(lambda role: bounces.take(Actor("Somebody", role), Path(__file__)))
        if action == "read issues":
            more = tuple(reverse(name, args=[self.thing]) for name in ("office-issue", "office-issue-as-sent"))
            return Act(reverse("office-newsletter"), more=more)
        own = links.own_token(self.reader)
        return {
            "sign up for newsletter": Act(reverse("newsletter"), {"email": "a@example.org", "token": tokens.new()}),
            "confirm sign-up": Act(reverse("newsletter-confirm", args=[self.thing or "none"]), {}),
            "change subscription": Act(
                reverse("newsletter-preferences", args=[own]), {"frequency": "weekly", "language": "en"}
            ),
            "draft issue": Act(reverse("office-issue-new"), {"frequency": "weekly", "token": tokens.new()}),
            "leave newsletter": Act(reverse("newsletter-leave", args=[last(links.leaving(self.reader))]), {}),
            "erase subscription": Act(reverse("newsletter-erase", args=[own]), {}),
            "stop alerts": Act(reverse("alerts-stop", args=[last(links.stopping(self.alert))]), {}),
        }[action]


WORLDS = {"the newsletter": Cells}


def test_alerts_stop_by_the_link_of_an_e_mail_without_a_sign_in() -> None:
    world, stranger = Cells.build(), Client(enforce_csrf_checks=True)
    address = reverse("alerts-stop", args=[last(links.stopping(world.alert))])
    assert stranger.get(address).status_code == 200
    assert FitAlert.objects.get().is_on
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not FitAlert.objects.get().is_on
    assert (stranger.post(address).status_code, stranger.post(f"{address[:-2]}x/").status_code) == (302, 404)


def test_alert_carries_the_link_that_stops_it(settings: Any) -> None:
    settings.COFUND_SITE_URL = "https://cofund.example.org"
    world = Cells.build()
    fit_alerts._write(world.alert, [], clock.now())
    message = Message.objects.get()
    assert message.headers["List-Unsubscribe"] == f"<{links.stopping(world.alert)}>"
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links.stopping(world.alert) in message.text
