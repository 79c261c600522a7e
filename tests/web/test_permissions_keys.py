"""Who may make and end keys of the API, through the pages: what every cell is tried on, and what the pages show of keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import Office, shipped
from tests.cells import Act
from tests.keys import Program, hook_of, key_of
from tests.rights import partner
from tests.worlds import world

from cofund.queries.webhooks import secret_of
from cofund.records.directory.models import ApiKey, AuditEvent, Organisation, User, Webhook
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens
from cofund.web.office.keys import COOKIE


@dataclass
class Cells:
    """Keys of each role, and one of somebody else."""

    people: dict[str, User]
    keys: dict[str, ApiKey]
    other: ApiKey
    hooks: dict[str, Webhook]
    GONE: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        organisation = Office.with_scheme(shipped("imi2"), "imi2").organisation("JDRF")
        people = {
            role: User.objects.create_user(f"keys-{role}", role=role, password=None)
            for role in roles.ROLES
            if role not in (roles.PUBLIC, roles.PARTNER, roles.OPERATOR)
        }
        people[roles.PARTNER] = partner("keys-partner", organisation, "read")
        people[roles.PUBLIC] = User.objects.create_user("keys-public", password=None)
        others = User.objects.create_user("somebody-else", role="governance_officer", password=None)
        holders = [role for role in people if roles.may(role, "make key")]
        hooks = {role: hook_of(people[role]) for role in holders if roles.may(role, "make webhook")} | {
            "other": hook_of(others)
        }
        return cls(people, {role: key_of(people[role])[0] for role in holders}, key_of(others)[0], hooks)

    def client(self, role: str) -> Client:
        """Somebody of a role."""
        client = Client()
        client.force_login(self.people[role])
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """There is nothing to bring: keys have no life but their end."""

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        token = {"token": tokens.new()}
        if action == "make webhook":
            return Act(
                reverse("office-webhook-new"), {"url": "https://example.org/", "events": ["topic.changed"], **token}
            )
        if "webhook" in action:
            hook = self.hooks["other" if action == "end another's webhook" else role if role in self.hooks else "other"]
            if action == "send webhook again":
                return Act(reverse("office-webhook-again", args=[hook.pk, hook.deliveries.get().pk]), token)
            return Act(reverse("office-webhook-end", args=[hook.pk]), token)
        if action == "make key":
            scope = "read:desk" if role == roles.PARTNER else "read:books"
            return Act(reverse("office-key-new"), {"name": "Program", "scopes": [scope], **token})
        own = self.keys.get(role, self.other)
        row = own if action == "revoke key" else self.other
        return Act(reverse("office-key-revoke", args=[row.pk]), token)


WORLDS = {"keys and webhooks of the API": Cells}
pytestmark = pytest.mark.django_db


@world
def organisation() -> Organisation:
    return Office.with_scheme(shipped("imi2"), "imi2").organisation("JDRF")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, token: str) -> Any:
    """Ask for a key on the page."""
    form = {"name": "Our program", "scopes": ["read:desk"], "token": token}
    return client.post(reverse("office-key-new"), form)


def test_key_is_shown_once_and_opens_the_desk(organisation: Organisation) -> None:
    client, token = signed_in(partner("ada", organisation, "read")), tokens.new()
    made = send(client, token)
    page = client.get(made["Location"])
    found = re.search(r"<code>(cofund_[^<]+)</code>", page.text)
    assert found is not None
    assert client.get(made["Location"])["Location"] == reverse("office-keys")
    headers = {"Authorization": f"Bearer {found[1]}"}
    assert Client().get("/api/v1/desk/contributions", headers=headers).status_code == 200
    again = send(client, token)
    assert [again["Location"], ApiKey.objects.count(), COOKIE in again.cookies] == [made["Location"], 1, False]
    assert found[1] not in client.get(reverse("office-keys")).text
    assert AuditEvent.objects.filter(action="make key").count() == 1


def test_partner_without_the_right_to_read_makes_no_key(organisation: Organisation) -> None:
    client = signed_in(partner("mute", organisation, "apply"))
    assert "You may not make a key yet" in client.get(reverse("office-keys")).text
    assert [client.get(reverse("office-key-new")).status_code, send(client, tokens.new()).status_code] == [404, 404]


def test_scope_of_another_role_is_not_offered(organisation: Organisation) -> None:
    client = signed_in(partner("ada", organisation, "read"))
    form = {"name": "Our program", "scopes": ["read:books"], "token": tokens.new()}
    assert client.post(reverse("office-key-new"), form).status_code == 422
    assert ApiKey.objects.count() == 0


def test_key_of_somebody_else_answers_as_if_it_were_not_there(organisation: Organisation) -> None:
    client, other = signed_in(partner("ada", organisation, "read")), Program.of_role("auditor")
    forbidden = client.get(reverse("office-key-revoke", args=[other.key.pk]))
    absent = client.get(reverse("office-key-revoke", args=[999_999]))
    assert [forbidden.status_code, forbidden.content] == [404, absent.content]
    assert other.key.prefix not in client.get(reverse("office-keys")).text


def test_key_ends_on_its_page(organisation: Organisation) -> None:
    program = Program.of_partner(organisation)
    client = signed_in(program.user)
    page = reverse("office-key-revoke", args=[program.key.pk])
    assert client.post(page, {"token": tokens.new()}).status_code == 302
    assert program.get("/key").status_code == 401
    assert client.post(page, {"token": tokens.new()}).status_code == 422


def test_webhook_of_somebody_else_answers_as_if_it_were_not_there(organisation: Organisation) -> None:
    client, other = signed_in(partner("ada", organisation, "read")), hook_of(Program.of_role("officer").user)
    delivery = other.deliveries.get()
    pages = [
        (reverse("office-webhook", args=[other.pk]), reverse("office-webhook", args=[999_999])),
        (reverse("office-webhook-end", args=[other.pk]), reverse("office-webhook-end", args=[999_999])),
        (
            reverse("office-webhook-again", args=[other.pk, delivery.pk]),
            reverse("office-webhook-again", args=[999_999, delivery.pk]),
        ),
    ]
    for forbidden, absent in pages:
        first, second = client.get(forbidden), client.get(absent)
        assert (first.status_code, first.content) == (404, second.content)


def test_secret_of_a_webhook_is_shown_once_to_its_owner(organisation: Organisation) -> None:
    client = signed_in(partner("ada", organisation, "read"))
    form = {"url": "https://example.org/", "events": ["topic.changed"], "token": tokens.new()}
    page = client.post(reverse("office-webhook-new"), form)["Location"]
    secret = secret_of(Webhook.objects.get())
    assert [secret in client.get(page).text for _ in range(2)] == [True, False]
    officer = User.objects.create_user("olga", role="officer", password=None)
    assert secret not in signed_in(officer).get(page).text
